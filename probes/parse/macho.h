/*
 * Mach-O files: thin, fat and fat64, 32 and 64 bit, both byte orders. Source
 * of the formats: <mach-o/fat.h>, <mach-o/loader.h>, <mach/machine.h>; what
 * the kernel accepts: XNU bsd/kern/mach_fat.c, mach_loader.c. Only the header,
 * the load commands and ranges that they name are read, never a whole file.
 */
#ifndef PROBES_PARSE_MACHO_H
#define PROBES_PARSE_MACHO_H

#include "../../model/base/value.h"
#include "bytes.h"
#include "report.h"

enum {
	MACHO_SLICES_MAX = 101, /* Security's MAX_ARCHS and the hidden one */
	MACHO_COMMANDS_MAX = 16384,
	MACHO_COMMAND_BYTES_MAX = 1 << 20,
	MACHO_SECTIONS_MAX = 4096,
	MACHO_INFO_PLIST_BYTES_MAX = 4 << 20,
	MACHO_LIBRARIES_MAX = 4096,
	MACHO_VERSIONS_MAX = 4,
	MACHO_ARCHITECTURE_BYTES = 40,
};

/*
 * offset and size: in the file. beyond_count: the entry after the number that
 * the header gives, which the kernel does not see and Security counts when it
 * is arm64 (macho++.cpp). valid: the range lies in the file, and no valid one
 * before it shares bytes with it; others are not worth reading.
 */
struct macho_slice {
	uint32_t cputype, cpusubtype;
	uint64_t offset, size;
	bool beyond_count;
	bool valid;
};

struct macho_file {
	bool fat, fat64;
	struct macho_slice slices[MACHO_SLICES_MAX];
	size_t count;
};

/*
 * The slices of a file: one, the whole file, for a thin one. STATUS_MALFORMED
 * for a file cut short, STATUS_UNSUPPORTED for what is no Mach-O file (the
 * message says what it looks like), STATUS_LIMIT for too many slices.
 * Overlapping, duplicate and out-of-bounds slices are findings.
 */
enum status macho_file_read(const struct bytes *file,
			    const struct report *report, struct macho_file *out,
			    struct error *err);

/* "arm64", "arm64e", "x86_64", "i386", ...; "cpu 18 subtype 3" for what has no
 * name here. */
void macho_architecture(uint32_t cputype, uint32_t cpusubtype,
			char out[MACHO_ARCHITECTURE_BYTES]);

struct macho_range {
	bool present;
	uint64_t offset, size; /* in the slice */
};

/* A library that is linked. kind: "load", "weak", "reexport", "upward",
 * "lazy", static. name borrows from the image. */
struct macho_library {
	struct slice name;
	const char *kind;
	uint32_t current_version;
};

/* Of LC_BUILD_VERSION (several in a library for macOS and Catalyst) or
 * LC_VERSION_MIN_*. platform: PLATFORM_* of loader.h. The others: X.Y.Z as
 * nibbles xxxx.yy.zz. */
struct macho_version {
	uint32_t platform, minimum_os, sdk;
};

/* One architecture. Offsets in it are relative to the slice. Strings borrow
 * from `commands`, which the image owns. */
struct macho_image {
	bool is64, big_endian;
	bool complete; /* every load command could be read */
	uint32_t cputype, cpusubtype, file_type, flags;
	uint32_t command_count;
	struct slice commands;
	uint8_t *memory;
	uint64_t file_offset; /* of the slice in the file */

	struct macho_version versions[MACHO_VERSIONS_MAX];
	size_t version_count;
	bool has_uuid;
	uint8_t uuid[16];
	bool has_encryption;
	uint32_t encryption_id; /* 0: not (or no longer) encrypted */
	struct macho_range encrypted;
	struct macho_range text;       /* segment __TEXT, in the file */
	struct macho_range linkedit;   /* segment __LINKEDIT */
	struct macho_range info_plist; /* section __TEXT,__info_plist */
	struct macho_range signature;  /* LC_CODE_SIGNATURE */

	struct macho_library *libraries;
	size_t library_count, library_cap;
	struct slice *rpaths;
	size_t rpath_count, rpath_cap;
	struct slice identity; /* LC_ID_DYLIB, LC_ID_DYLINKER */
};

/*
 * `slice` is the architecture's bytes, file_offset where it begins in the
 * file. What could be read is in *out also when an error is returned; release
 * it in any case. A damaged load command ends the reading of commands: finding
 * and STATUS_MALFORMED.
 */
enum status macho_image_read(const struct bytes *slice, uint64_t file_offset,
			     const struct report *report,
			     struct macho_image *out, struct error *err);
void macho_image_release(struct macho_image *image);

/* "executable", "dynamic library", "bundle", ...; NULL for an unknown one. */
const char *macho_file_type_text(uint32_t file_type);
/* "macOS", "iOS simulator", ...; NULL for an unknown one. */
const char *macho_platform_text(uint32_t platform);

/* The facts of the image that no signature is needed for: architecture,
 * file_type, platform, minimum_os, sdk, uuid, libraries, rpaths, encrypted. */
void macho_image_facts(const struct macho_image *image, struct value_pool *pool,
		       struct code *code);
/* The same facts of a header that cannot be read. */
void macho_image_facts_gap(struct value_pool *pool, struct code *code,
			   const char *reason);

#endif
