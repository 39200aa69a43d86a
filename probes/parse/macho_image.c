/* The inside of one architecture: header and load commands. */
#include "macho_command.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
	HEADER_BYTES_32 = 28,
	HEADER_BYTES_64 = 32,
	COMMAND_HEADER_BYTES = 8,
};

uint64_t macho_get(const struct macho_image *image, struct cursor *c, size_t n)
{
	return image->big_endian ? cursor_be(c, n) : cursor_le(c, n);
}

static bool read_magic(struct macho_image *image, const uint8_t *p)
{
	static const struct {
		uint8_t bytes[4];
		bool is64, big_endian;
	} magics[] = {
		{{0xcf, 0xfa, 0xed, 0xfe}, true, false},
		{{0xce, 0xfa, 0xed, 0xfe}, false, false},
		{{0xfe, 0xed, 0xfa, 0xcf}, true, true},
		{{0xfe, 0xed, 0xfa, 0xce}, false, true},
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		if (memcmp(p, magics[i].bytes, 4) != 0)
			continue;
		image->is64 = magics[i].is64;
		image->big_endian = magics[i].big_endian;
		return true;
	}
	return false;
}

/* Fills header fields and says how many bytes of commands are announced. */
static enum status read_header(const struct bytes *slice,
			       struct macho_image *image, uint32_t *sizeofcmds,
			       struct error *err)
{
	uint8_t buffer[HEADER_BYTES_64] = {0};
	struct cursor c = cursor_of(slice_of(buffer, sizeof(buffer)));
	enum status status;

	status = slice->read(slice, 0, 4, buffer, err);
	if (status != STATUS_OK)
		return status;
	if (!read_magic(image, buffer))
		return error_set(err, STATUS_MALFORMED,
				 (int64_t)image->file_offset,
				 "a Mach-O header is expected, "
				 "%02x%02x%02x%02x was found",
				 buffer[0], buffer[1], buffer[2], buffer[3]);
	status = slice->read(slice, 0,
			     image->is64 ? HEADER_BYTES_64 : HEADER_BYTES_32,
			     buffer, err);
	if (status != STATUS_OK)
		return status;
	cursor_take(&c, 4);
	image->cputype = (uint32_t)macho_get(image, &c, 4);
	image->cpusubtype = (uint32_t)macho_get(image, &c, 4);
	image->file_type = (uint32_t)macho_get(image, &c, 4);
	image->command_count = (uint32_t)macho_get(image, &c, 4);
	*sizeofcmds = (uint32_t)macho_get(image, &c, 4);
	image->flags = (uint32_t)macho_get(image, &c, 4);
	return STATUS_OK;
}

/* The commands into memory: as many of their bytes as the slice has. *cut is
 * what an error says when those are fewer. */
static enum status load_commands(const struct bytes *slice, uint32_t size,
				 struct macho_image *image, bool *cut,
				 struct error *err)
{
	uint64_t at = image->is64 ? HEADER_BYTES_64 : HEADER_BYTES_32;
	uint64_t left = slice->size - at;
	enum status status;

	*cut = size > left;
	if (size > MACHO_COMMAND_BYTES_MAX)
		return error_set(err, STATUS_LIMIT,
				 (int64_t)image->file_offset + 20,
				 "the load commands take %" PRIu32
				 " bytes, at most %d are read",
				 size, MACHO_COMMAND_BYTES_MAX);
	if (*cut)
		size = (uint32_t)left;
	status = bytes_load(slice, at, size, MACHO_COMMAND_BYTES_MAX,
			    &image->memory, err);
	if (status == STATUS_OK)
		image->commands = slice_of(image->memory, size);
	return status;
}

static enum status bad_command(const struct macho_image *image, uint32_t i,
			       size_t at, const struct report *report,
			       const char *why, struct error *err)
{
	uint64_t offset = image->file_offset +
			  (image->is64 ? HEADER_BYTES_64 : HEADER_BYTES_32) +
			  at;

	REPORT(report, "load_command_damaged", SEVERITY_ERROR, offset,
	       "Load command %" PRIu32 " of %" PRIu32 ": %s.", i + 1,
	       image->command_count, why);
	return error_set(err, STATUS_MALFORMED, (int64_t)offset,
			 "load command %" PRIu32 " of %" PRIu32 ": %s", i + 1,
			 image->command_count, why);
}

static enum status walk_commands(struct macho_image *image, bool cut,
				 const struct report *report, struct error *err)
{
	struct cursor c = cursor_of(image->commands);
	struct macho_command command = {
		.image = image,
		.report = report,
	};

	if (image->command_count > MACHO_COMMANDS_MAX)
		return error_set(err, STATUS_LIMIT,
				 (int64_t)image->file_offset + 16,
				 "%" PRIu32 " load commands, at most %d are "
				 "read",
				 image->command_count, MACHO_COMMANDS_MAX);
	for (uint32_t i = 0; i < image->command_count; i++) {
		size_t at = c.pos;
		uint32_t size;
		const char *why;

		command.type = (uint32_t)macho_get(image, &c, 4);
		size = (uint32_t)macho_get(image, &c, 4);
		if (c.failed)
			return bad_command(image, i, at, report,
					   cut ? "the file ends before it"
					       : "it begins behind the space "
						 "of the load commands",
					   err);
		if (size < COMMAND_HEADER_BYTES ||
		    size > image->commands.len - at)
			return bad_command(image, i, at, report,
					   "its size leaves the space of the "
					   "load commands",
					   err);
		command.bytes = slice_part(image->commands, at, size);
		command.file_offset =
			image->file_offset +
			(image->is64 ? HEADER_BYTES_64 : HEADER_BYTES_32) + at;
		why = macho_command_read(&command);
		if (why)
			return bad_command(image, i, at, report, why, err);
		cursor_seek(&c, at + size);
	}
	return STATUS_OK;
}

/* What the kernel and the linker take for granted of the signature. */
static void check_signature_range(const struct bytes *slice,
				  struct macho_image *image,
				  const struct report *report)
{
	struct macho_range *s = &image->signature;
	const struct macho_range *l = &image->linkedit;

	if (!s->present)
		return;
	if (s->offset > slice->size || slice->size - s->offset < s->size) {
		REPORT(report, "signature_out_of_bounds", SEVERITY_ERROR,
		       image->file_offset + s->offset,
		       "The code signature, %" PRIu64 " bytes at %" PRIu64
		       ", leaves the slice, which has %" PRIu64 ".",
		       s->size, s->offset, slice->size);
		return;
	}
	if (slice->size - s->offset != s->size)
		REPORT(report, "bytes_after_signature", SEVERITY_WARNING,
		       image->file_offset + s->offset + s->size,
		       "%" PRIu64 " bytes follow the code signature, which "
		       "covers nothing behind itself.",
		       slice->size - s->offset - s->size);
	if (l->present &&
	    (s->offset < l->offset || s->offset - l->offset > l->size ||
	     l->size - (s->offset - l->offset) < s->size))
		REPORT(report, "signature_outside_linkedit", SEVERITY_WARNING,
		       image->file_offset + s->offset,
		       "The code signature does not lie in __LINKEDIT.");
}

enum status macho_image_read(const struct bytes *slice, uint64_t file_offset,
			     const struct report *report,
			     struct macho_image *out, struct error *err)
{
	uint32_t size = 0;
	bool cut = false;
	enum status status;

	*out = (struct macho_image){.file_offset = file_offset};
	status = read_header(slice, out, &size, err);
	if (status != STATUS_OK)
		return status;
	status = load_commands(slice, size, out, &cut, err);
	if (status != STATUS_OK)
		return status;
	status = walk_commands(out, cut, report, err);
	out->complete = status == STATUS_OK;
	check_signature_range(slice, out, report);
	return status;
}

void macho_image_release(struct macho_image *image)
{
	if (!image)
		return;
	free(image->memory);
	free(image->libraries);
	free(image->rpaths);
	*image = (struct macho_image){.memory = NULL};
}
