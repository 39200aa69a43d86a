#include "elf.h"

#include <stdlib.h>

#include "../../model/base/cursor.h"
#include "../../model/base/text.h"
#include "elf_internal.h"
#include "proc_text.h"

enum {
	IDENT_BYTES = 16,
	CLASS_64 = 2,
	DATA_BIG = 2,
	TYPE_REL = 1,
	TYPE_EXEC = 2,
	TYPE_DYN = 3,
	TYPE_CORE = 4,
	SEGMENT_LOAD = 1,
	SEGMENT_DYNAMIC = 2,
	SEGMENT_INTERP = 3,
	SEGMENT_NOTE = 4,
	SECTION_NOTE = 7,
	NOTE_BUILD_ID = 3,
	NOTE_HEADER_BYTES = 12,
};

bool elf_is_likely(struct slice first_bytes)
{
	return slice_starts(first_bytes, "\177ELF");
}

uint64_t elf_number(const struct elf *e, struct cursor *c, size_t n)
{
	return e->big_endian ? cursor_be(c, n) : cursor_le(c, n);
}

/* A table of `count` records that lie one after the other in the file. */
static enum status load_table(const struct bytes *file, uint64_t offset,
			      uint64_t count, size_t record, uint8_t **out,
			      struct error *err)
{
	size_t len = (size_t)count * record;

	return bytes_load(file, offset, len, len, out, err);
}

static void header_table(struct elf_reading *r, struct cursor *c)
{
	size_t word = r->elf->is64 ? 8 : 4;

	(void)cursor_take(c, 4 + word); /* version, entry */
	r->program_offset = elf_number(r->elf, c, word);
	r->section_offset = elf_number(r->elf, c, word);
	(void)cursor_take(c, 6); /* flags, size of this header */
	r->program_bytes = (size_t)elf_number(r->elf, c, 2);
	r->program_count = elf_number(r->elf, c, 2);
	r->section_bytes = (size_t)elf_number(r->elf, c, 2);
	r->section_count = elf_number(r->elf, c, 2);
}

static enum status read_header(struct elf_reading *r, struct error *err)
{
	uint8_t buffer[64] = {0};
	size_t len = r->file->size < sizeof(buffer) ? (size_t)r->file->size
						    : sizeof(buffer);
	struct cursor c;
	struct slice ident;
	enum status status = r->file->read(r->file, 0, len, buffer, err);

	if (status)
		return status;
	c = cursor_of(slice_of(buffer, len));
	ident = cursor_take(&c, IDENT_BYTES);
	if (c.failed || !elf_is_likely(ident))
		return error_set(err, STATUS_MALFORMED, 0,
				 "expected the 16 bytes an ELF file begins "
				 "with, found %zu bytes of something else",
				 len);
	if (ident.ptr[4] < 1 || ident.ptr[4] > 2 || ident.ptr[5] < 1 ||
	    ident.ptr[5] > 2)
		return error_set(err, STATUS_MALFORMED, 4,
				 "ELF class %d and byte order %d: 1 or 2 are "
				 "expected for both",
				 ident.ptr[4], ident.ptr[5]);
	r->elf->is64 = ident.ptr[4] == CLASS_64;
	r->elf->big_endian = ident.ptr[5] == DATA_BIG;
	r->elf->architecture = proc_elf_machine(slice_of(buffer, len));
	r->elf->type = (uint16_t)elf_number(r->elf, &c, 2);
	r->elf->machine = (uint16_t)elf_number(r->elf, &c, 2);
	header_table(r, &c);
	if (c.failed)
		return error_set(err, STATUS_MALFORMED, (int64_t)len,
				 "the ELF header needs %d bytes, the file has "
				 "%zu",
				 r->elf->is64 ? 64 : 52, len);
	return STATUS_OK;
}

/* Looks for the build-id in a run of notes. 8-byte alignment is for notes of
 * segments that say so (gABI; NT_GNU_PROPERTY_TYPE_0 on 64-bit systems). */
static void find_build_id(struct elf *e, struct slice notes, size_t align)
{
	struct cursor c = cursor_of(notes);

	while (!e->build_id_len && cursor_left(&c) >= NOTE_HEADER_BYTES) {
		size_t name_len = (size_t)elf_number(e, &c, 4);
		size_t len = (size_t)elf_number(e, &c, 4);
		uint64_t type = elf_number(e, &c, 4);
		struct slice name = cursor_take(&c, name_len);
		struct slice content;

		if (c.pos % align)
			(void)cursor_take(&c, align - c.pos % align);
		content = cursor_take(&c, len);
		if (c.failed)
			return;
		if (type == NOTE_BUILD_ID && len && len <= ELF_BUILD_ID_MAX &&
		    slice_equal(name, SLICE_LITERAL("GNU\0"))) {
			memcpy(e->build_id, content.ptr, len);
			e->build_id_len = len;
		}
		/* The last note need not be padded. */
		if (c.pos % align && cursor_left(&c) >= align - c.pos % align)
			(void)cursor_take(&c, align - c.pos % align);
		else if (c.pos % align)
			return;
	}
}

static enum status read_notes(struct elf_reading *r, uint64_t offset,
			      uint64_t size, uint64_t align, struct error *err)
{
	uint8_t *memory;
	enum status status;

	if (r->elf->build_id_len || !size)
		return STATUS_OK;
	if (size > ELF_NOTES_BYTES_MAX)
		size = ELF_NOTES_BYTES_MAX;
	status = bytes_load(r->file, offset, (size_t)size, ELF_NOTES_BYTES_MAX,
			    &memory, err);
	if (status)
		return status;
	find_build_id(r->elf, slice_of(memory, (size_t)size),
		      align == 8 ? 8 : 4);
	free(memory);
	return STATUS_OK;
}

static struct elf_segment segment_of(const struct elf *e, struct slice record)
{
	struct cursor c = cursor_of(record);
	size_t word = e->is64 ? 8 : 4;
	struct elf_segment s = {.type = (uint32_t)elf_number(e, &c, 4)};

	if (e->is64)
		(void)cursor_take(&c, 4);
	s.offset = elf_number(e, &c, word);
	s.address = elf_number(e, &c, word);
	(void)cursor_take(&c, word);
	s.size = elf_number(e, &c, word);
	(void)cursor_take(&c, word);
	if (!e->is64)
		(void)cursor_take(&c, 4);
	s.align = elf_number(e, &c, word);
	return s;
}

static enum status read_segments(struct elf_reading *r, struct error *err)
{
	size_t record = r->elf->is64 ? 56 : 32;
	uint8_t *memory = NULL;
	enum status status;

	if (!r->program_count)
		return STATUS_OK;
	if (r->program_bytes != record)
		return error_set(err, STATUS_MALFORMED, r->elf->is64 ? 54 : 42,
				 "program headers of %zu bytes: %zu expected",
				 r->program_bytes, record);
	if (r->program_count > ELF_PROGRAM_HEADERS_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "%llu program headers: at most %d are read",
				 (unsigned long long)r->program_count,
				 (int)ELF_PROGRAM_HEADERS_MAX);
	status = load_table(r->file, r->program_offset, r->program_count,
			    record, &memory, err);
	if (status)
		return status;
	r->segments = calloc((size_t)r->program_count, sizeof(*r->segments));
	if (!r->segments) {
		free(memory);
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for program headers");
	}
	for (size_t i = 0; i < r->program_count; i++)
		r->segments[i] = segment_of(
			r->elf, slice_of(memory + i * record, record));
	free(memory);
	return STATUS_OK;
}

static enum status look_at_segments(struct elf_reading *r, struct error *err)
{
	enum status status = STATUS_OK, first = STATUS_OK;

	for (size_t i = 0; i < r->program_count; i++) {
		const struct elf_segment *s = &r->segments[i];

		status = STATUS_OK;
		if (s->type == SEGMENT_LOAD)
			r->elf->has_load = true;
		else if (s->type == SEGMENT_INTERP)
			r->elf->has_interpreter = true;
		else if (s->type == SEGMENT_NOTE)
			status = read_notes(r, s->offset, s->size, s->align,
					    first ? NULL : err);
		else if (s->type == SEGMENT_DYNAMIC)
			status = elf_read_dynamic(r, s, first ? NULL : err);
		if (status && !first)
			first = status;
	}
	return first;
}

/* Object files and kernel modules have notes only in sections. */
static enum status read_sections(struct elf_reading *r, struct error *err)
{
	size_t record = r->elf->is64 ? 64 : 40, word = r->elf->is64 ? 8 : 4;
	enum status status = STATUS_OK;
	uint8_t *memory;

	if (r->elf->build_id_len || !r->section_count || !r->section_offset ||
	    r->section_bytes != record ||
	    r->section_count > ELF_SECTION_HEADERS_MAX)
		return STATUS_OK;
	status = load_table(r->file, r->section_offset, r->section_count,
			    record, &memory, err);
	if (status)
		return status;
	for (size_t i = 0; !status && i < r->section_count; i++) {
		struct cursor c =
			cursor_of(slice_of(memory + i * record, record));
		uint64_t offset, size, align;

		(void)cursor_take(&c, 4);
		if (elf_number(r->elf, &c, 4) != SECTION_NOTE)
			continue;
		(void)cursor_take(&c, 2 * word); /* flags, address */
		offset = elf_number(r->elf, &c, word);
		size = elf_number(r->elf, &c, word);
		(void)cursor_take(&c, 8); /* link, info */
		align = elf_number(r->elf, &c, word);
		status = read_notes(r, offset, size, align, err);
	}
	free(memory);
	return status;
}

enum status elf_read(const struct bytes *file, struct value_pool *pool,
		     struct elf *out, struct error *err)
{
	struct elf_reading r = {.file = file, .pool = pool, .elf = out};
	enum status status;

	*out = (struct elf){.libraries = value_none, .rpaths = value_none};
	status = read_header(&r, err);
	if (!status)
		status = read_segments(&r, err);
	if (!status)
		status = look_at_segments(&r, err);
	if (!status)
		status = read_sections(&r, err);
	free(r.segments);
	return status;
}

void elf_release(struct value_pool *pool, struct elf *e)
{
	value_release(pool, e->libraries);
	value_release(pool, e->rpaths);
	*e = (struct elf){.libraries = value_none, .rpaths = value_none};
}

const char *elf_type_text(const struct elf *e)
{
	switch (e->type) {
	case TYPE_REL:
		return "object file";
	case TYPE_EXEC:
		return "executable";
	case TYPE_DYN:
		return e->has_interpreter || e->is_pie ? "executable"
						       : "shared library";
	case TYPE_CORE:
		return "core dump";
	default:
		return NULL;
	}
}

static void set_text(struct value_pool *pool, struct code *code,
		     enum fact_id id, const char *text, const char *why)
{
	if (text)
		code_set(pool, code, id, value_text(pool, text));
	else
		code_set_gap(pool, code, id, FACT_UNSUPPORTED, why);
}

static void set_list(struct value_pool *pool, struct code *code,
		     enum fact_id id, struct value list)
{
	if (list.type == VALUE_NONE)
		code_set_gap(pool, code, id, FACT_ABSENT, NULL);
	else
		code_set(pool, code, id, value_retain(list));
}

void elf_facts(const struct elf *e, struct value_pool *pool, struct code *code)
{
	char hex[2 * ELF_BUILD_ID_MAX + 1] = "";

	set_text(pool, code, FACT_ARCHITECTURE, e->architecture,
		 "a machine this version has no name for");
	set_text(pool, code, FACT_FILE_TYPE, elf_type_text(e),
		 "a type of ELF file this version has no name for");
	set_list(pool, code, FACT_LIBRARIES, e->libraries);
	set_list(pool, code, FACT_RPATHS, e->rpaths);
	for (size_t i = 0; i < e->build_id_len; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", e->build_id[i]);
	if (e->build_id_len)
		code_set(pool, code, FACT_BUILD_ID, value_text(pool, hex));
	else
		code_set_gap(pool, code, FACT_BUILD_ID, FACT_ABSENT, NULL);
}
