/* Between elf.c and elf_dynamic.c. */
#ifndef PROBES_PARSE_ELF_INTERNAL_H
#define PROBES_PARSE_ELF_INTERNAL_H

#include "../../model/base/cursor.h"
#include "elf.h"

struct elf_segment {
	uint32_t type;
	uint64_t offset, address, size, align;
};

struct elf_reading {
	const struct bytes *file;
	struct value_pool *pool;
	struct elf *elf;
	uint64_t program_offset, program_count;
	uint64_t section_offset, section_count;
	size_t program_bytes, section_bytes;
	struct elf_segment *segments;
};

/* n bytes in the file's byte order. */
uint64_t elf_number(const struct elf *e, struct cursor *c, size_t n);

/* Libraries, search paths and whether it is position-independent, from the
 * dynamic segment. */
enum status elf_read_dynamic(struct elf_reading *r,
			     const struct elf_segment *dynamic,
			     struct error *err);

#endif
