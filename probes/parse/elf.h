/*
 * ELF programs: what elf(5) and the gABI say of a file's header, program and
 * section headers, notes and dynamic section, either width and byte order.
 * Only these are read, never the whole file. A build-id (the note
 * NT_GNU_BUILD_ID of name "GNU") names a build; it is no signature.
 */
#ifndef PROBES_PARSE_ELF_H
#define PROBES_PARSE_ELF_H

#include "../../model/code.h"
#include "bytes.h"
#include "report.h"

enum {
	ELF_PROGRAM_HEADERS_MAX = 1024,
	ELF_SECTION_HEADERS_MAX = 65535,
	ELF_NOTES_BYTES_MAX = 64 << 10, /* of one note segment or section */
	ELF_BUILD_ID_MAX = 64,          /* bytes; 20 is usual */
	ELF_DYNAMIC_MAX = 4096,         /* entries of the dynamic section */
	ELF_LIBRARIES_MAX = 512,
	ELF_NAME_MAX = 4096, /* bytes of a library's name or a search path */
};

struct elf {
	bool is64, big_endian;
	uint16_t type, machine;   /* ET_*, EM_* */
	const char *architecture; /* NULL: a machine without a word */
	bool has_interpreter, is_pie, has_load;
	uint8_t build_id[ELF_BUILD_ID_MAX];
	size_t build_id_len;    /* 0: none */
	struct value libraries; /* LIST of STRING, DT_NEEDED in order */
	struct value rpaths;    /* LIST of STRING, DT_RPATH and DT_RUNPATH */
};

/* True for the magic. */
bool elf_is_likely(struct slice first_bytes);

/* What could be read is in *out also with STATUS_MALFORMED (the offset is in
 * the file) or STATUS_LIMIT; elf_release in any case. pool may be NULL: then
 * libraries and search paths are left out, and no thread needs to own it. */
enum status elf_read(const struct bytes *file, struct value_pool *pool,
		     struct elf *out, struct error *err);
void elf_release(struct value_pool *pool, struct elf *e);

/* "executable", "shared library", "object file", "core dump"; NULL. */
const char *elf_type_text(const struct elf *e);

/* architecture, file_type, build_id, libraries, rpaths. */
void elf_facts(const struct elf *e, struct value_pool *pool, struct code *code);

#endif
