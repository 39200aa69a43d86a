#include "elf_internal.h"

#include <stdlib.h>

enum {
	SEGMENT_LOAD = 1,
	TAG_END = 0,
	TAG_NEEDED = 1,
	TAG_STRTAB = 5,
	TAG_STRSZ = 10,
	TAG_RPATH = 15,
	TAG_RUNPATH = 29,
	TAG_FLAGS_1 = 0x6ffffffb,
	FLAG_1_PIE = 0x08000000,
};

struct strings {
	uint64_t offset, size; /* in the file */
};

/* Where an address of the running program lies in the file. */
static bool file_offset_of(const struct elf_reading *r, uint64_t address,
			   uint64_t *offset)
{
	for (size_t i = 0; i < r->program_count; i++) {
		const struct elf_segment *s = &r->segments[i];

		if (s->type != SEGMENT_LOAD || address < s->address ||
		    address - s->address >= s->size)
			continue;
		if (s->offset > UINT64_MAX - (address - s->address))
			return false;
		*offset = s->offset + (address - s->address);
		return true;
	}
	return false;
}

/* The NUL-terminated text at `at` in the string table. */
static enum status read_name(struct elf_reading *r, const struct strings *names,
			     uint64_t at, struct value *out, struct error *err)
{
	uint8_t buffer[ELF_NAME_MAX];
	size_t len;
	enum status status;

	if (at >= names->size || names->offset > r->file->size ||
	    at >= r->file->size - names->offset)
		return error_set(err, STATUS_MALFORMED, (int64_t)names->offset,
				 "a library's name is outside the string "
				 "table");
	len = sizeof(buffer);
	if (names->size - at < len)
		len = (size_t)(names->size - at);
	if (r->file->size - names->offset - at < len)
		len = (size_t)(r->file->size - names->offset - at);
	status = r->file->read(r->file, names->offset + at, len, buffer, err);
	if (status)
		return status;
	*out = value_string(
		r->pool, slice_part(slice_of(buffer, len), 0,
				    slice_find_byte(slice_of(buffer, len), 0)));
	return STATUS_OK;
}

struct dynamic {
	uint64_t names[ELF_LIBRARIES_MAX];
	size_t name_count;
	uint64_t paths[4];
	size_t path_count;
	uint64_t table, table_size;
	bool has_table;
};

static void take_entry(struct elf *e, struct dynamic *d, uint64_t tag,
		       uint64_t value)
{
	switch (tag) {
	case TAG_NEEDED:
		if (d->name_count < ELF_LIBRARIES_MAX)
			d->names[d->name_count++] = value;
		break;
	case TAG_RPATH:
	case TAG_RUNPATH:
		if (d->path_count < 4)
			d->paths[d->path_count++] = value;
		break;
	case TAG_STRTAB:
		d->table = value;
		d->has_table = true;
		break;
	case TAG_STRSZ:
		d->table_size = value;
		break;
	case TAG_FLAGS_1:
		e->is_pie = (value & FLAG_1_PIE) != 0;
		break;
	default:
		break;
	}
}

static enum status names_to_list(struct elf_reading *r,
				 const struct strings *names,
				 const uint64_t *at, size_t count,
				 struct value *out, struct error *err)
{
	struct value items[ELF_LIBRARIES_MAX];
	enum status status = STATUS_OK;
	size_t n = 0;

	if (!count)
		return STATUS_OK;
	while (n < count) {
		status = read_name(r, names, at[n], &items[n], err);
		if (status)
			break;
		n++;
	}
	value_release(r->pool, *out);
	*out = n ? value_list(r->pool, items, n) : value_none;
	return status;
}

static enum status resolve(struct elf_reading *r, const struct dynamic *d,
			   struct error *err)
{
	struct strings names = {.size = d->table_size};
	enum status status;

	if (!r->pool || !d->has_table || !(d->name_count || d->path_count))
		return STATUS_OK;
	if (!file_offset_of(r, d->table, &names.offset))
		return error_set(err, STATUS_MALFORMED, -1,
				 "the dynamic section's string table at "
				 "address 0x%llx is in no segment",
				 (unsigned long long)d->table);
	status = names_to_list(r, &names, d->names, d->name_count,
			       &r->elf->libraries, err);
	if (status)
		return status;
	return names_to_list(r, &names, d->paths, d->path_count,
			     &r->elf->rpaths, err);
}

enum status elf_read_dynamic(struct elf_reading *r,
			     const struct elf_segment *dynamic,
			     struct error *err)
{
	size_t word = r->elf->is64 ? 8 : 4;
	uint64_t size = dynamic->size;
	struct dynamic d = {.name_count = 0};
	struct cursor c;
	uint8_t *memory;
	enum status status;

	if (size > ELF_DYNAMIC_MAX * 2 * word)
		size = ELF_DYNAMIC_MAX * 2 * word;
	if (!size)
		return STATUS_OK;
	status = bytes_load(r->file, dynamic->offset, (size_t)size,
			    (size_t)size, &memory, err);
	if (status)
		return status;
	c = cursor_of(slice_of(memory, (size_t)size));
	while (cursor_left(&c) >= 2 * word) {
		uint64_t tag = elf_number(r->elf, &c, word);
		uint64_t value = elf_number(r->elf, &c, word);

		if (tag == TAG_END)
			break;
		take_entry(r->elf, &d, tag, value);
	}
	free(memory);
	return resolve(r, &d, err);
}
