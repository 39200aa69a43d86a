#include "superblob.h"

#include <inttypes.h>
#include <stdio.h>

#include "../../model/base/cursor.h"

enum {
	INDEX_AT = 12, /* behind magic, length, count */
	INDEX_ENTRY_BYTES = 8,
};

struct slot_info {
	uint32_t slot;
	uint32_t magic; /* that its blob must have; 0: none is known */
	const char *text;
};

static const struct slot_info slots[] = {
	{SLOT_CODE_DIRECTORY, BLOB_CODE_DIRECTORY, "code_directory"},
	{SLOT_INFO_PLIST, 0, "info_plist"},
	{SLOT_REQUIREMENTS, BLOB_REQUIREMENTS, "requirements"},
	{SLOT_RESOURCES, 0, "resources"},
	{SLOT_APPLICATION, 0, "application"},
	{SLOT_ENTITLEMENTS, BLOB_ENTITLEMENTS, "entitlements"},
	{SLOT_REP_SPECIFIC, 0, "rep_specific"},
	{SLOT_ENTITLEMENTS_DER, BLOB_ENTITLEMENTS_DER, "entitlements_der"},
	{SLOT_CONSTRAINT_SELF, BLOB_CONSTRAINT, "launch_constraint_self"},
	{SLOT_CONSTRAINT_PARENT, BLOB_CONSTRAINT, "launch_constraint_parent"},
	{SLOT_CONSTRAINT_RESPONSIBLE, BLOB_CONSTRAINT,
	 "launch_constraint_responsible"},
	{SLOT_CONSTRAINT_LIBRARY, BLOB_CONSTRAINT, "library_constraint"},
	{SLOT_ALTERNATE, BLOB_CODE_DIRECTORY, "alternate_code_directory_1"},
	{SLOT_ALTERNATE + 1, BLOB_CODE_DIRECTORY, "alternate_code_directory_2"},
	{SLOT_ALTERNATE + 2, BLOB_CODE_DIRECTORY, "alternate_code_directory_3"},
	{SLOT_ALTERNATE + 3, BLOB_CODE_DIRECTORY, "alternate_code_directory_4"},
	{SLOT_ALTERNATE + 4, BLOB_CODE_DIRECTORY, "alternate_code_directory_5"},
	{SLOT_CMS, BLOB_WRAPPER, "cms"},
	{SLOT_IDENTIFICATION, BLOB_WRAPPER, "identification"},
	{SLOT_TICKET, BLOB_WRAPPER, "ticket"},
};

static const struct slot_info *slot_info(uint32_t slot)
{
	for (size_t i = 0; i < sizeof(slots) / sizeof(*slots); i++)
		if (slots[i].slot == slot)
			return &slots[i];
	return NULL;
}

const char *blob_slot_text(uint32_t slot, char buffer[24])
{
	const struct slot_info *info = slot_info(slot);

	if (info)
		return info->text;
	(void)snprintf(buffer, 24, "slot %#" PRIx32, slot);
	return buffer;
}

/* The header and the length of one blob; false: it is out of bounds. */
static bool read_blob(struct superblob *s, struct blob *b,
		      const struct report *report)
{
	struct cursor c = cursor_of(s->bytes);
	char name[24];

	cursor_seek(&c, b->offset);
	b->magic = cursor_be32(&c);
	b->length = cursor_be32(&c);
	if (c.failed) {
		REPORT(report, "blob_out_of_bounds", SEVERITY_ERROR,
		       s->file_offset + b->offset,
		       "The blob of %s begins at %" PRIu32
		       " of a signature of %zu bytes.",
		       blob_slot_text(b->slot, name), b->offset, s->bytes.len);
		return false;
	}
	if (b->length < BLOB_HEADER_BYTES ||
	    b->length > s->bytes.len - b->offset) {
		REPORT(report, "blob_out_of_bounds", SEVERITY_ERROR,
		       s->file_offset + b->offset,
		       "The blob of %s claims %" PRIu32 " bytes at %" PRIu32
		       " of a signature of %zu bytes.",
		       blob_slot_text(b->slot, name), b->length, b->offset,
		       s->bytes.len);
		return false;
	}
	b->bytes = slice_part(s->bytes, b->offset, b->length);
	return true;
}

/* The first earlier blob that shares bytes with blob i is named. */
static void check_place(const struct superblob *s, size_t i,
			const struct report *report)
{
	const struct blob *b = &s->blobs[i];
	uint64_t index_end =
		INDEX_AT + (uint64_t)s->declared * INDEX_ENTRY_BYTES;
	char name[24], other_name[24];

	if (b->offset < index_end)
		REPORT(report, "blob_in_index", SEVERITY_ERROR,
		       s->file_offset + b->offset,
		       "The blob of %s begins at %" PRIu32
		       ", within the signature's index, which ends at %" PRIu64
		       ".",
		       blob_slot_text(b->slot, name), b->offset, index_end);
	for (size_t k = 0; k < i; k++) {
		const struct blob *other = &s->blobs[k];

		if (!other->valid ||
		    b->offset >= (uint64_t)other->offset + other->length ||
		    other->offset >= (uint64_t)b->offset + b->length)
			continue;
		REPORT(report, "blobs_overlap", SEVERITY_ERROR,
		       s->file_offset + b->offset,
		       "The blobs of %s and %s overlap.",
		       blob_slot_text(other->slot, other_name),
		       blob_slot_text(b->slot, name));
		break;
	}
}

static void check_kind(const struct superblob *s, size_t i,
		       const struct report *report)
{
	const struct blob *b = &s->blobs[i];
	const struct slot_info *info = slot_info(b->slot);
	uint64_t entry = s->file_offset + INDEX_AT + i * INDEX_ENTRY_BYTES;
	char buffer[24];
	const char *name = blob_slot_text(b->slot, buffer);

	if (!info)
		REPORT(report, "blob_unknown", SEVERITY_NOTE, entry,
		       "The signature has a blob of %s, which is unknown.",
		       name);
	else if (b->valid && info->magic && b->magic != info->magic)
		REPORT(report, "blob_magic", SEVERITY_ERROR,
		       s->file_offset + b->offset,
		       "The blob of %s begins with %08" PRIx32
		       " where %08" PRIx32 " is expected.",
		       info->text, b->magic, info->magic);
	for (size_t k = 0; k < i; k++) {
		if (s->blobs[k].slot != b->slot)
			continue;
		REPORT(report, "blob_twice", SEVERITY_ERROR, entry,
		       "The signature has two blobs of %s.", name);
		break;
	}
	if (i && s->blobs[i - 1].slot > b->slot)
		REPORT(report, "blobs_unordered", SEVERITY_WARNING, entry,
		       "The blob of %s stands behind one of a higher slot.",
		       name);
}

static size_t index_entries(const struct superblob *s,
			    const struct report *report)
{
	size_t room = (s->bytes.len - INDEX_AT) / INDEX_ENTRY_BYTES;

	if (s->declared > room)
		REPORT(report, "signature_count", SEVERITY_ERROR,
		       s->file_offset + 8,
		       "The signature counts %" PRIu32
		       " blobs and has room for %zu.",
		       s->declared, room);
	else if (s->declared > SUPERBLOB_BLOBS_MAX)
		REPORT(report, "signature_count", SEVERITY_ERROR,
		       s->file_offset + 8,
		       "The signature counts %" PRIu32
		       " blobs; the first %d are read.",
		       s->declared, SUPERBLOB_BLOBS_MAX);
	if (room > s->declared)
		room = s->declared;
	return room < SUPERBLOB_BLOBS_MAX ? room : SUPERBLOB_BLOBS_MAX;
}

static void read_index(struct superblob *s, const struct report *report)
{
	struct cursor c = cursor_of(s->bytes);
	size_t count = index_entries(s, report);

	cursor_seek(&c, INDEX_AT);
	for (size_t i = 0; i < count; i++) {
		struct blob *b = &s->blobs[i];

		*b = (struct blob){.slot = cursor_be32(&c)};
		b->offset = cursor_be32(&c);
		b->valid = read_blob(s, b, report);
		if (b->valid)
			check_place(s, i, report);
		check_kind(s, i, report);
		s->count++;
	}
}

/* Bytes between blobs, and what follows the last one. */
static void check_gaps(const struct superblob *s, struct slice data,
		       const struct report *report)
{
	uint64_t covered = INDEX_AT + (uint64_t)s->declared * INDEX_ENTRY_BYTES;
	uint64_t end = 0;
	size_t nonzero = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct blob *b = &s->blobs[i];

		if (!b->valid)
			return;
		covered += b->length;
		if ((uint64_t)b->offset + b->length > end)
			end = (uint64_t)b->offset + b->length;
	}
	if (s->count == s->declared && covered < s->bytes.len)
		REPORT(report, "signature_gap", SEVERITY_WARNING,
		       s->file_offset + (end < s->bytes.len ? end : 0),
		       "%" PRIu64 " bytes of the signature belong to no blob; "
		       "strict validation refuses that.",
		       s->bytes.len - covered);
	for (size_t i = s->bytes.len; i < data.len; i++)
		nonzero += data.ptr[i] != 0;
	if (nonzero)
		REPORT(report, "signature_padding", SEVERITY_NOTE,
		       s->file_offset + s->bytes.len,
		       "%zu of the %zu bytes that pad the signature are not "
		       "zero.",
		       nonzero, data.len - s->bytes.len);
}

/* A lone CodeDirectory in place of a SuperBlob, as the kernel takes it too
 * (cs_validate_csblob). */
static void lone_directory(struct superblob *s, uint32_t length,
			   const struct report *report)
{
	REPORT(report, "signature_lone_directory", SEVERITY_WARNING,
	       s->file_offset,
	       "The signature is a CodeDirectory alone, not in a SuperBlob.");
	s->count = s->declared = 1;
	s->blobs[0] = (struct blob){
		.magic = BLOB_CODE_DIRECTORY,
		.length = length,
		.bytes = s->bytes,
		.valid = true,
	};
}

enum status superblob_read(struct slice data, uint64_t file_offset,
			   const struct report *report, struct superblob *out,
			   struct error *err)
{
	struct cursor c = cursor_of(data);
	uint32_t length;

	out->bytes = slice_of(NULL, 0);
	out->file_offset = file_offset;
	out->count = 0;
	out->magic = cursor_be32(&c);
	length = cursor_be32(&c);
	out->declared = cursor_be32(&c);
	if (c.failed)
		return error_set(err, STATUS_MALFORMED, (int64_t)file_offset,
				 "a signature needs 12 bytes, %zu are there",
				 data.len);
	if (out->magic != BLOB_SIGNATURE && out->magic != BLOB_SIGNATURE_OLD &&
	    out->magic != BLOB_SIGNATURE_DETACHED &&
	    out->magic != BLOB_CODE_DIRECTORY)
		return error_set(err, STATUS_MALFORMED, (int64_t)file_offset,
				 "a signature begins with fade0cc0, "
				 "%08" PRIx32 " was found",
				 out->magic);
	if (length < INDEX_AT)
		return error_set(err, STATUS_MALFORMED,
				 (int64_t)file_offset + 4,
				 "a signature of %" PRIu32
				 " bytes has no room for its header",
				 length);
	if (length > data.len)
		REPORT(report, "signature_length", SEVERITY_ERROR,
		       file_offset + 4,
		       "The signature claims %" PRIu32
		       " bytes, the load command gives it %zu.",
		       length, data.len);
	out->bytes = slice_part(data, 0, length);
	if (out->magic == BLOB_CODE_DIRECTORY) {
		lone_directory(out, (uint32_t)out->bytes.len, report);
		return STATUS_OK;
	}
	if (out->magic != BLOB_SIGNATURE)
		REPORT(report, "signature_magic", SEVERITY_ERROR, file_offset,
		       "The signature begins with %08" PRIx32
		       "; the kernel wants fade0cc0.",
		       out->magic);
	read_index(out, report);
	check_gaps(out, data, report);
	return STATUS_OK;
}

const struct blob *superblob_find(const struct superblob *s, uint32_t slot)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->blobs[i].slot == slot && s->blobs[i].valid)
			return &s->blobs[i];
	return NULL;
}

struct slice blob_content(const struct blob *b)
{
	if (!b || !b->valid)
		return slice_of(NULL, 0);
	return slice_part(b->bytes, BLOB_HEADER_BYTES, b->bytes.len);
}
