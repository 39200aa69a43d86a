/* The outside of a Mach-O file: which slices it has and where they lie. */
#include "macho.h"

#include <inttypes.h>

#include "../../model/base/cursor.h"
#include "filekind.h"

enum {
	FAT_HEADER_BYTES = 8,
	FAT_ARCH_BYTES = 20,
	FAT_ARCH_64_BYTES = 32,
	CPU_TYPE_ARM64 = 0x0100000c,
};

static enum status not_macho(struct slice head, struct error *err)
{
	enum file_kind kind = file_kind_of(head);

	if (kind == FILE_KIND_EMPTY)
		return error_set(err, STATUS_MALFORMED, 0, "the file is empty");
	return error_set(err, STATUS_UNSUPPORTED, 0,
			 "a Mach-O file is expected, this looks like %s",
			 file_kind_text(kind));
}

static void read_entry(struct cursor *c, bool fat64, struct macho_slice *out)
{
	size_t width = fat64 ? 8 : 4;

	out->cputype = cursor_be32(c);
	out->cpusubtype = cursor_be32(c);
	out->offset = cursor_be(c, width);
	out->size = cursor_be(c, width);
	cursor_take(c, fat64 ? 8 : 4); /* alignment, reserved */
}

static bool overlap(const struct macho_slice *a, const struct macho_slice *b)
{
	return a->size && b->size && a->offset < b->offset + b->size &&
	       b->offset < a->offset + a->size;
}

/* The first slice that it shares bytes or a processor with is named. */
static void check_others(struct macho_file *f, size_t i, const char *name,
			 const struct report *report)
{
	struct macho_slice *s = &f->slices[i];
	bool overlaps = false, duplicate = false;

	for (size_t k = 0; k < i; k++) {
		const struct macho_slice *other = &f->slices[k];

		if (!overlaps && other->valid && overlap(s, other)) {
			overlaps = true;
			REPORT(report, "slices_overlap", SEVERITY_ERROR,
			       s->offset,
			       "The slices %zu and %zu overlap; the kernel "
			       "refuses such a file.",
			       k + 1, i + 1);
			/* A hundred over the same bytes would take a hundred
			 * times as long. */
			s->valid = false;
		}
		if (!duplicate && other->cputype == s->cputype &&
		    ((other->cpusubtype ^ s->cpusubtype) & 0x00ffffffu) == 0) {
			duplicate = true;
			REPORT(report, "slices_duplicate", SEVERITY_ERROR,
			       s->offset,
			       "The slices %zu and %zu are both for %s; the "
			       "kernel refuses such a file.",
			       k + 1, i + 1, name);
		}
	}
}

/* What the kernel refuses (XNU mach_fat.c, fatfile_validate_fatarches). */
static void check_slice(struct macho_file *f, size_t i, uint64_t header_end,
			uint64_t file_size, const struct report *report)
{
	const struct macho_slice *s = &f->slices[i];
	char name[MACHO_ARCHITECTURE_BYTES];

	macho_architecture(s->cputype, s->cpusubtype, name);
	if (!s->valid) {
		REPORT(report, "slice_out_of_bounds", SEVERITY_ERROR,
		       s->offset <= INT64_MAX ? (int64_t)s->offset : -1,
		       "The %s slice, %" PRIu64 " bytes at offset %" PRIu64
		       ", leaves the file, which has %" PRIu64 ".",
		       name, s->size, s->offset, file_size);
		return;
	}
	if (s->offset < header_end)
		REPORT(report, "slice_in_header", SEVERITY_ERROR, s->offset,
		       "The %s slice begins at %" PRIu64
		       ", within the universal header, which ends at %" PRIu64
		       ".",
		       name, s->offset, header_end);
	check_others(f, i, name, report);
}

/*
 * Security's Universal looks at the entry behind the last and counts it when
 * it is for arm64 (macho++.cpp); old kernels did not know that processor.
 */
static void read_hidden(const struct bytes *file, uint64_t at, size_t bytes,
			struct macho_file *f, const struct report *report)
{
	uint8_t buffer[FAT_ARCH_64_BYTES];
	struct macho_slice s = {.beyond_count = true};
	struct cursor c = cursor_of(slice_of(buffer, bytes));

	if (f->count >= MACHO_SLICES_MAX ||
	    file->read(file, at, bytes, buffer, NULL) != STATUS_OK)
		return;
	read_entry(&c, f->fat64, &s);
	if (s.cputype != CPU_TYPE_ARM64)
		return;
	s.valid = s.offset <= file->size && file->size - s.offset >= s.size;
	f->slices[f->count++] = s;
	REPORT(report, "slice_hidden", SEVERITY_WARNING, at,
	       "An arm64 slice follows the %zu that the universal header "
	       "counts: code signing sees it, the kernel does not.",
	       f->count - 1);
}

static enum status read_fat(const struct bytes *file, uint32_t count,
			    const struct report *report, struct macho_file *out,
			    struct error *err)
{
	size_t entry = out->fat64 ? FAT_ARCH_64_BYTES : FAT_ARCH_BYTES;
	uint64_t header_end = FAT_HEADER_BYTES + (uint64_t)count * entry;
	enum status status = STATUS_OK;

	if (!count)
		return error_set(err, STATUS_MALFORMED, 4,
				 "the universal header counts no slice");
	if (count >= MACHO_SLICES_MAX)
		return error_set(err, STATUS_LIMIT, 4,
				 "the universal header counts %" PRIu32
				 " slices, at most %d are read",
				 count, MACHO_SLICES_MAX - 1);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t buffer[FAT_ARCH_64_BYTES];
		struct cursor c = cursor_of(slice_of(buffer, entry));
		struct macho_slice *s = &out->slices[out->count];

		status = file->read(file, FAT_HEADER_BYTES + i * entry, entry,
				    buffer, err);
		if (status != STATUS_OK)
			break;
		*s = (struct macho_slice){.valid = false};
		read_entry(&c, out->fat64, s);
		s->valid = s->offset <= file->size &&
			   file->size - s->offset >= s->size;
		out->count++;
	}
	if (status == STATUS_OK)
		read_hidden(file, header_end, entry, out, report);
	for (size_t i = 0; i < out->count; i++)
		check_slice(out, i, header_end, file->size, report);
	if (out->fat64)
		REPORT(report, "fat64", SEVERITY_NOTE, 0,
		       "The universal header has 64-bit offsets: the kernel "
		       "does not run such a program.");
	return status;
}

enum status macho_file_read(const struct bytes *file,
			    const struct report *report, struct macho_file *out,
			    struct error *err)
{
	uint8_t head[FILE_KIND_BYTES];
	size_t len =
		file->size < sizeof(head) ? (size_t)file->size : sizeof(head);
	enum status status = file->read(file, 0, len, head, err);
	struct slice bytes = slice_of(head, len);
	struct cursor c = cursor_of(bytes);
	enum file_kind kind;

	out->fat = out->fat64 = false;
	out->count = 0;
	if (status != STATUS_OK)
		return status;
	kind = file_kind_of(bytes);
	switch (kind) {
	case FILE_KIND_MACHO:
		out->count = 1;
		out->slices[0] =
			(struct macho_slice){.size = file->size, .valid = true};
		return STATUS_OK;
	case FILE_KIND_FAT:
	case FILE_KIND_FAT64:
		out->fat = true;
		out->fat64 = kind == FILE_KIND_FAT64;
		if (len < FAT_HEADER_BYTES)
			return error_set(err, STATUS_MALFORMED, 0,
					 "a universal header needs 8 bytes, "
					 "the file has %zu",
					 len);
		cursor_take(&c, 4);
		return read_fat(file, cursor_be32(&c), report, out, err);
	default:
		return not_macho(bytes, err);
	}
}
