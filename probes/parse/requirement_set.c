/* The set of requirements of slot 2. */
#include <inttypes.h>
#include <stdio.h>

#include "../../model/base/cursor.h"
#include "requirement.h"
#include "superblob.h"

static const char *type_text(uint32_t type, char buffer[24])
{
	static const char *const names[] = {
		NULL, "host", "guest", "designated", "library", "plugin",
	};

	if (type && type < sizeof(names) / sizeof(*names))
		return names[type];
	(void)snprintf(buffer, 24, "type %" PRIu32, type);
	return buffer;
}

/* The header of a set; false: it is none. */
static bool open_set(struct slice set_blob, struct cursor *c, uint32_t *count)
{
	*c = cursor_of(set_blob);
	if (cursor_be32(c) != BLOB_REQUIREMENTS ||
	    cursor_be32(c) != set_blob.len)
		return false;
	*count = cursor_be32(c);
	return !c->failed && *count <= cursor_left(c) / 8;
}

/* The bytes of one requirement by the length it gives itself. */
static struct slice set_entry(struct slice set_blob, uint32_t offset)
{
	struct cursor c = cursor_of(set_blob);
	uint32_t length;

	cursor_seek(&c, offset);
	cursor_take(&c, 4);
	length = cursor_be32(&c);
	if (c.failed || length > set_blob.len - offset)
		return slice_of(NULL, 0);
	return slice_part(set_blob, offset, length);
}

struct slice requirements_find(struct slice set_blob,
			       enum requirement_type type)
{
	struct cursor c;
	uint32_t count;

	if (!open_set(set_blob, &c, &count))
		return slice_of(NULL, 0);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t entry = cursor_be32(&c), offset = cursor_be32(&c);

		if (entry == (uint32_t)type)
			return set_entry(set_blob, offset);
	}
	return slice_of(NULL, 0);
}

/* The text of one of a set, or in brackets why there is none. */
static struct value entry_value(struct slice set_blob, uint32_t offset,
				uint64_t file_offset, struct value_pool *pool,
				const struct report *report)
{
	struct slice blob = set_entry(set_blob, offset);
	struct error why = {.status = STATUS_OK};
	struct text t;
	struct value v;

	text_init(&t, REQUIREMENT_TEXT_MAX);
	if (!blob.ptr)
		error_set(&why, STATUS_MALFORMED,
			  (int64_t)(file_offset + offset),
			  "it lies outside the set");
	else
		requirement_text(blob, file_offset + offset, &t, &why);
	if (why.status == STATUS_UNSUPPORTED) {
		text_addf(&t, "(%s)", why.message);
	} else if (why.status != STATUS_OK) {
		REPORT(report, "requirement_damaged", SEVERITY_ERROR,
		       why.offset, "A requirement cannot be read: %s.",
		       why.message);
		text_addf(&t, "(%s)", why.message);
	}
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

enum status requirements_read(struct slice set_blob, uint64_t file_offset,
			      struct value_pool *pool,
			      const struct report *report, struct value *out,
			      struct error *err)
{
	struct value keys[REQUIREMENT_SET_MAX], vals[REQUIREMENT_SET_MAX];
	uint32_t seen[REQUIREMENT_SET_MAX];
	struct cursor c;
	uint32_t count;
	size_t n = 0;

	if (!open_set(set_blob, &c, &count))
		return error_set(err, STATUS_MALFORMED, (int64_t)file_offset,
				 "a set of requirements is expected, with "
				 "fade0c01, its length and room for its count");
	if (count > REQUIREMENT_SET_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)file_offset + 8,
				 "a set of %" PRIu32
				 " requirements, at most %d are read",
				 count, REQUIREMENT_SET_MAX);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t type = cursor_be32(&c), offset = cursor_be32(&c);
		char name[24];
		bool twice = false;

		for (size_t k = 0; k < n; k++)
			twice = twice || seen[k] == type;
		if (twice) {
			REPORT(report, "requirement_twice", SEVERITY_ERROR,
			       file_offset + 12 + 8 * (uint64_t)i,
			       "The set has two requirements of %s.",
			       type_text(type, name));
			continue;
		}
		seen[n] = type;
		keys[n] = value_text(pool, type_text(type, name));
		vals[n++] = entry_value(set_blob, offset, file_offset, pool,
					report);
	}
	*out = value_dict(pool, keys, vals, n);
	if (out->type == VALUE_NONE)
		return error_set(err, STATUS_MEMORY, -1,
				 "out of memory for requirements");
	return STATUS_OK;
}
