#include "macho_command.h"

#include <inttypes.h>

#include "../../model/base/vec.h"

/* <mach-o/loader.h>, LC_*. */
enum {
	COMMAND_SEGMENT = 0x1,
	COMMAND_LOAD_DYLIB = 0xc,
	COMMAND_ID_DYLIB = 0xd,
	COMMAND_ID_DYLINKER = 0xf,
	COMMAND_SEGMENT_64 = 0x19,
	COMMAND_UUID = 0x1b,
	COMMAND_CODE_SIGNATURE = 0x1d,
	COMMAND_LAZY_LOAD_DYLIB = 0x20,
	COMMAND_ENCRYPTION_INFO = 0x21,
	COMMAND_VERSION_MIN_MACOS = 0x24,
	COMMAND_VERSION_MIN_IOS = 0x25,
	COMMAND_ENCRYPTION_INFO_64 = 0x2c,
	COMMAND_VERSION_MIN_TVOS = 0x2f,
	COMMAND_VERSION_MIN_WATCHOS = 0x30,
	COMMAND_BUILD_VERSION = 0x32,
};

#define COMMAND_LOAD_WEAK_DYLIB   0x80000018u
#define COMMAND_RPATH             0x8000001cu
#define COMMAND_REEXPORT_DYLIB    0x8000001fu
#define COMMAND_LOAD_UPWARD_DYLIB 0x80000023u

enum { NAME_BYTES = 16 };

static const char *const too_short = "it is shorter than its kind";

static struct cursor body(const struct macho_command *command)
{
	struct cursor c = cursor_of(command->bytes);

	cursor_take(&c, 8);
	return c;
}

/* The C string at the offset that the command's next field (an lc_str) gives.
 * A name without NUL ends with the command, as dyld reads it. */
static bool read_string(const struct macho_command *command, struct cursor *c,
			struct slice *out)
{
	uint64_t at = macho_get(command->image, c, 4);
	struct slice rest;

	if (c->failed || at > command->bytes.len)
		return false;
	rest = slice_part(command->bytes, (size_t)at, command->bytes.len);
	*out = slice_part(rest, 0, slice_find_byte(rest, 0));
	return true;
}

static const char *read_library(const struct macho_command *command,
				const char *kind)
{
	struct macho_image *image = command->image;
	struct cursor c = body(command);
	struct macho_library library = {.kind = kind};

	if (!read_string(command, &c, &library.name))
		return "the name of its library lies outside it";
	cursor_take(&c, 4); /* a timestamp */
	library.current_version = (uint32_t)macho_get(image, &c, 4);
	if (c.failed)
		return too_short;
	if (!vec_reserve((void **)&image->libraries, &image->library_cap,
			 image->library_count + 1, sizeof(library),
			 MACHO_LIBRARIES_MAX))
		return "there are more libraries than are read";
	image->libraries[image->library_count++] = library;
	return NULL;
}

static const char *read_rpath(const struct macho_command *command)
{
	struct macho_image *image = command->image;
	struct cursor c = body(command);
	struct slice path;

	if (!read_string(command, &c, &path))
		return "its path lies outside it";
	if (!vec_reserve((void **)&image->rpaths, &image->rpath_cap,
			 image->rpath_count + 1, sizeof(path),
			 MACHO_LIBRARIES_MAX))
		return "there are more library paths than are read";
	image->rpaths[image->rpath_count++] = path;
	return NULL;
}

static const char *read_identity(const struct macho_command *command)
{
	struct cursor c = body(command);

	if (!read_string(command, &c, &command->image->identity))
		return "its name lies outside it";
	return NULL;
}

static bool name_is(struct slice field, const char *name)
{
	return slice_is(slice_part(field, 0, slice_find_byte(field, 0)), name);
}

/* struct section, section_64: of those only __TEXT,__info_plist is wanted. */
static const char *read_sections(const struct macho_command *command,
				 struct cursor *c, uint32_t count)
{
	struct macho_image *image = command->image;
	size_t word = image->is64 ? 8 : 4;

	if (count > MACHO_SECTIONS_MAX)
		return "it has more sections than are read";
	for (uint32_t i = 0; i < count; i++) {
		struct slice section = cursor_take(c, NAME_BYTES);
		struct slice segment = cursor_take(c, NAME_BYTES);
		uint64_t size, offset;

		cursor_take(c, word); /* address */
		size = macho_get(image, c, word);
		offset = macho_get(image, c, 4);
		cursor_take(c, image->is64 ? 28 : 24);
		if (c->failed)
			return "its sections are more than it has room for";
		if (name_is(segment, "__TEXT") &&
		    name_is(section, "__info_plist") &&
		    !image->info_plist.present)
			image->info_plist =
				(struct macho_range){true, offset, size};
	}
	return NULL;
}

static const char *read_segment(const struct macho_command *command)
{
	struct macho_image *image = command->image;
	struct cursor c = body(command);
	struct slice name = cursor_take(&c, NAME_BYTES);
	size_t word = image->is64 ? 8 : 4;
	struct macho_range range = {.present = true};
	uint32_t sections;

	cursor_take(&c, 2 * word); /* address and size in memory */
	range.offset = macho_get(image, &c, word);
	range.size = macho_get(image, &c, word);
	cursor_take(&c, 8); /* protections */
	sections = (uint32_t)macho_get(image, &c, 4);
	cursor_take(&c, 4);
	if (c.failed)
		return too_short;
	if (name_is(name, "__TEXT") && !image->text.present)
		image->text = range;
	if (name_is(name, "__LINKEDIT") && !image->linkedit.present)
		image->linkedit = range;
	return read_sections(command, &c, sections);
}

static const char *read_uuid(const struct macho_command *command)
{
	struct cursor c = body(command);
	struct slice uuid = cursor_take(&c, sizeof(command->image->uuid));

	if (c.failed)
		return too_short;
	memcpy(command->image->uuid, uuid.ptr, uuid.len);
	command->image->has_uuid = true;
	return NULL;
}

static const char *read_signature(const struct macho_command *command)
{
	struct macho_image *image = command->image;
	struct cursor c = body(command);
	struct macho_range range = {.present = true};

	range.offset = macho_get(image, &c, 4);
	range.size = macho_get(image, &c, 4);
	if (c.failed)
		return too_short;
	if (command->bytes.len != 16)
		REPORT(command->report, "signature_command_size",
		       SEVERITY_ERROR, command->file_offset,
		       "LC_CODE_SIGNATURE has %zu bytes where the kernel "
		       "wants 16.",
		       command->bytes.len);
	if (image->signature.present) {
		REPORT(command->report, "signature_twice", SEVERITY_ERROR,
		       command->file_offset,
		       "A second LC_CODE_SIGNATURE; the first one is read.");
		return NULL;
	}
	image->signature = range;
	return NULL;
}

static const char *read_encryption(const struct macho_command *command)
{
	struct macho_image *image = command->image;
	struct cursor c = body(command);

	image->encrypted.offset = macho_get(image, &c, 4);
	image->encrypted.size = macho_get(image, &c, 4);
	image->encryption_id = (uint32_t)macho_get(image, &c, 4);
	if (c.failed)
		return too_short;
	image->encrypted.present = image->has_encryption = true;
	return NULL;
}

static const char *add_version(const struct macho_command *command,
			       struct cursor *c, uint32_t platform)
{
	struct macho_image *image = command->image;
	struct macho_version v = {.platform = platform};

	v.minimum_os = (uint32_t)macho_get(image, c, 4);
	v.sdk = (uint32_t)macho_get(image, c, 4);
	if (c->failed)
		return too_short;
	if (image->version_count < MACHO_VERSIONS_MAX)
		image->versions[image->version_count++] = v;
	else
		REPORT(command->report, "platforms_many", SEVERITY_WARNING,
		       command->file_offset,
		       "More than %d platforms are named; the others are not "
		       "shown.",
		       MACHO_VERSIONS_MAX);
	return NULL;
}

static const char *read_build_version(const struct macho_command *command)
{
	struct cursor c = body(command);
	uint32_t platform = (uint32_t)macho_get(command->image, &c, 4);

	return add_version(command, &c, platform);
}

static const char *read_version_min(const struct macho_command *command,
				    uint32_t platform)
{
	struct cursor c = body(command);

	return add_version(command, &c, platform);
}

const char *macho_command_read(const struct macho_command *command)
{
	switch (command->type) {
	case COMMAND_SEGMENT:
	case COMMAND_SEGMENT_64:
		if ((command->type == COMMAND_SEGMENT_64) !=
		    command->image->is64)
			return "it is a segment of the other width";
		return read_segment(command);
	case COMMAND_LOAD_DYLIB:
		return read_library(command, "load");
	case COMMAND_LOAD_WEAK_DYLIB:
		return read_library(command, "weak");
	case COMMAND_REEXPORT_DYLIB:
		return read_library(command, "reexport");
	case COMMAND_LOAD_UPWARD_DYLIB:
		return read_library(command, "upward");
	case COMMAND_LAZY_LOAD_DYLIB:
		return read_library(command, "lazy");
	case COMMAND_ID_DYLIB:
	case COMMAND_ID_DYLINKER:
		return read_identity(command);
	case COMMAND_RPATH:
		return read_rpath(command);
	case COMMAND_UUID:
		return read_uuid(command);
	case COMMAND_CODE_SIGNATURE:
		return read_signature(command);
	case COMMAND_ENCRYPTION_INFO:
	case COMMAND_ENCRYPTION_INFO_64:
		return read_encryption(command);
	case COMMAND_BUILD_VERSION:
		return read_build_version(command);
	case COMMAND_VERSION_MIN_MACOS:
		return read_version_min(command, 1);
	case COMMAND_VERSION_MIN_IOS:
		return read_version_min(command, 2);
	case COMMAND_VERSION_MIN_TVOS:
		return read_version_min(command, 3);
	case COMMAND_VERSION_MIN_WATCHOS:
		return read_version_min(command, 4);
	default:
		return NULL;
	}
}
