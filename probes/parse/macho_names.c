/* Numbers to words, and the facts of an image. */
#include <stdio.h>
#include <stdlib.h>

#include "../../model/base/text.h"
#include "codedirectory.h"
#include "macho.h"

struct cpu_name {
	uint32_t cputype, cpusubtype;
	const char *name;
};

/* <mach/machine.h>; subtypes without their capability bits (the top byte).
 * ANY_SUBTYPE: the family's name, for subtypes that have none. */
#define ANY_SUBTYPE 0xffffffffu

static const struct cpu_name cpu_names[] = {
	{0x01000007, 8, "x86_64h"},
	{0x01000007, 3, "x86_64"},
	{0x00000007, 3, "i386"},
	{0x00000007, 4, "i486"},
	{0x0100000c, 0, "arm64"},
	{0x0100000c, 1, "arm64v8"},
	{0x0100000c, 2, "arm64e"},
	{0x0200000c, 0, "arm64_32"},
	{0x0200000c, 1, "arm64_32"},
	{0x0000000c, 6, "armv6"},
	{0x0000000c, 9, "armv7"},
	{0x0000000c, 11, "armv7s"},
	{0x0000000c, 12, "armv7k"},
	{0x0000000c, 14, "armv6m"},
	{0x0000000c, 15, "armv7m"},
	{0x0000000c, 16, "armv7em"},
	{0x00000012, 0, "ppc"},
	{0x00000012, 9, "ppc750"},
	{0x00000012, 10, "ppc7400"},
	{0x00000012, 11, "ppc7450"},
	{0x00000012, 100, "ppc970"},
	{0x01000012, 0, "ppc64"},
	{0x01000012, 100, "ppc970-64"},
	{0x00000006, ANY_SUBTYPE, "m68k"},
	{0x0000000d, ANY_SUBTYPE, "m88k"},
	{0x0000000e, ANY_SUBTYPE, "sparc"},
};

static const char *const file_types[] = {
	NULL,
	"object file",
	"executable",
	"fixed library",
	"core dump",
	"preloaded executable",
	"dynamic library",
	"dynamic linker",
	"bundle",
	"dynamic library stub",
	"debug symbols",
	"kernel extension",
	"kernel collection",
	"GPU program",
	"GPU library",
};

/* PLATFORM_*. */
static const char *const platforms[] = {
	NULL,
	"macOS",
	"iOS",
	"tvOS",
	"watchOS",
	"bridgeOS",
	"Mac Catalyst",
	"iOS simulator",
	"tvOS simulator",
	"watchOS simulator",
	"DriverKit",
	"visionOS",
	"visionOS simulator",
};

void macho_architecture(uint32_t cputype, uint32_t cpusubtype,
			char out[MACHO_ARCHITECTURE_BYTES])
{
	uint32_t subtype = cpusubtype & 0x00ffffffu;

	for (size_t i = 0; i < sizeof(cpu_names) / sizeof(*cpu_names); i++) {
		const struct cpu_name *n = &cpu_names[i];

		if (n->cputype != cputype ||
		    (n->cpusubtype != subtype && n->cpusubtype != ANY_SUBTYPE))
			continue;
		(void)snprintf(out, MACHO_ARCHITECTURE_BYTES, "%s", n->name);
		return;
	}
	(void)snprintf(out, MACHO_ARCHITECTURE_BYTES, "cpu %u subtype %u",
		       (unsigned)cputype, (unsigned)subtype);
}

const char *macho_file_type_text(uint32_t file_type)
{
	if (file_type >= sizeof(file_types) / sizeof(*file_types))
		return NULL;
	return file_types[file_type];
}

const char *macho_platform_text(uint32_t platform)
{
	if (platform >= sizeof(platforms) / sizeof(*platforms))
		return NULL;
	return platforms[platform];
}

/* A word of a table, or "type 99" where it has none. */
static struct value word(struct value_pool *pool, const char *text,
			 const char *what, uint32_t number)
{
	char buffer[32];

	if (text)
		return value_text(pool, text);
	(void)snprintf(buffer, sizeof(buffer), "%s %u", what, (unsigned)number);
	return value_text(pool, buffer);
}

/* Names of several platforms with a comma between them. */
static struct value platform_value(const struct macho_image *image,
				   struct value_pool *pool)
{
	struct text t;
	struct value v;

	text_init(&t, 256);
	for (size_t i = 0; i < image->version_count; i++) {
		uint32_t platform = image->versions[i].platform;
		const char *name = macho_platform_text(platform);

		if (i)
			text_add_text(&t, ", ");
		if (name)
			text_add_text(&t, name);
		else
			text_addf(&t, "platform %u", (unsigned)platform);
	}
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

static struct value uuid_value(const struct macho_image *image,
			       struct value_pool *pool)
{
	struct text t;
	struct value v;

	text_init(&t, 64);
	for (size_t i = 0; i < sizeof(image->uuid); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text_add_byte(&t, '-');
		text_addf(&t, "%02X", image->uuid[i]);
	}
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

static struct value library_value(const struct macho_library *library,
				  struct value_pool *pool)
{
	struct value keys[] = {
		value_text(pool, "name"),
		value_text(pool, "kind"),
		value_text(pool, "version"),
	};
	struct value vals[] = {
		value_string(pool, library->name),
		value_text(pool, library->kind),
		code_version(pool, library->current_version),
	};

	return value_dict(pool, keys, vals, 3);
}

static struct value libraries_value(const struct macho_image *image,
				    struct value_pool *pool)
{
	struct value *items = calloc(image->library_count + 1, sizeof(*items));
	struct value v;

	if (!items)
		return value_none;
	for (size_t i = 0; i < image->library_count; i++)
		items[i] = library_value(&image->libraries[i], pool);
	v = value_list(pool, items, image->library_count);
	free(items);
	return v;
}

static struct value rpaths_value(const struct macho_image *image,
				 struct value_pool *pool)
{
	struct value *items = calloc(image->rpath_count + 1, sizeof(*items));
	struct value v;

	if (!items)
		return value_none;
	for (size_t i = 0; i < image->rpath_count; i++)
		items[i] = value_string(pool, image->rpaths[i]);
	v = value_list(pool, items, image->rpath_count);
	free(items);
	return v;
}

/* What a damaged header did not show may have been there. */
static void gap(const struct macho_image *image, struct value_pool *pool,
		struct code *code, enum fact_id id, const char *absent)
{
	if (image->complete)
		code_set_gap(pool, code, id, FACT_ABSENT, absent);
	else
		code_set_gap(pool, code, id, FACT_FAILED,
			     "the load commands are damaged");
}

static void version_facts(const struct macho_image *image,
			  struct value_pool *pool, struct code *code)
{
	static const enum fact_id ids[] = {FACT_PLATFORM, FACT_MINIMUM_OS,
					   FACT_SDK};

	if (!image->version_count) {
		for (size_t i = 0; i < 3; i++)
			gap(image, pool, code, ids[i],
			    "no load command names a version");
		return;
	}
	code_set(pool, code, FACT_PLATFORM, platform_value(image, pool));
	code_set(pool, code, FACT_MINIMUM_OS,
		 code_version(pool, image->versions[0].minimum_os));
	if (image->versions[0].sdk)
		code_set(pool, code, FACT_SDK,
			 code_version(pool, image->versions[0].sdk));
	else
		code_set_gap(pool, code, FACT_SDK, FACT_ABSENT,
			     "its linker named no SDK");
}

void macho_image_facts(const struct macho_image *image, struct value_pool *pool,
		       struct code *code)
{
	char name[MACHO_ARCHITECTURE_BYTES];

	macho_architecture(image->cputype, image->cpusubtype, name);
	code_set(pool, code, FACT_ARCHITECTURE, value_text(pool, name));
	code_set(pool, code, FACT_FILE_TYPE,
		 word(pool, macho_file_type_text(image->file_type), "type",
		      image->file_type));
	version_facts(image, pool, code);
	if (image->has_uuid)
		code_set(pool, code, FACT_UUID, uuid_value(image, pool));
	else
		gap(image, pool, code, FACT_UUID, "its linker gave it none");
	if (image->complete || image->library_count)
		code_set(pool, code, FACT_LIBRARIES,
			 libraries_value(image, pool));
	else
		gap(image, pool, code, FACT_LIBRARIES, "");
	if (image->complete || image->rpath_count)
		code_set(pool, code, FACT_RPATHS, rpaths_value(image, pool));
	else
		gap(image, pool, code, FACT_RPATHS, "");
	if (image->complete || image->has_encryption)
		code_set(pool, code, FACT_ENCRYPTED,
			 value_bool(image->encryption_id != 0));
	else
		gap(image, pool, code, FACT_ENCRYPTED, "");
}

void macho_image_facts_gap(struct value_pool *pool, struct code *code,
			   const char *reason)
{
	static const enum fact_id ids[] = {
		FACT_ARCHITECTURE, FACT_FILE_TYPE, FACT_PLATFORM,
		FACT_MINIMUM_OS,   FACT_SDK,       FACT_UUID,
		FACT_LIBRARIES,    FACT_RPATHS,    FACT_ENCRYPTED,
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		code_set_gap(pool, code, ids[i], FACT_FAILED, reason);
}
