#include "requirement_op.h"

#include <inttypes.h>

#include "superblob.h"

void requirement_fail(struct requirement_reader *r, enum status status,
		      const char *why)
{
	if (r->status != STATUS_OK)
		return;
	r->status = error_set(r->err, status, (int64_t)(r->offset + r->c.pos),
			      "requirement: %s", why);
}

enum status requirement_open(struct slice blob, uint64_t offset,
			     struct requirement_reader *r, struct error *err)
{
	uint32_t magic, length, kind;

	*r = (struct requirement_reader){.c = cursor_of(blob),
					 .offset = offset,
					 .status = STATUS_OK,
					 .err = err};
	magic = cursor_be32(&r->c);
	length = cursor_be32(&r->c);
	kind = cursor_be32(&r->c);
	if (r->c.failed || magic != BLOB_REQUIREMENT || length != blob.len)
		return error_set(err, STATUS_MALFORMED, (int64_t)offset,
				 "a requirement of %zu bytes is expected, with "
				 "fade0c00 and its length; %08" PRIx32
				 " %08" PRIx32 " was found",
				 blob.len, magic, length);
	if (blob.len > REQUIREMENT_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)offset,
				 "a requirement of %zu bytes, at most %d are "
				 "read",
				 blob.len, REQUIREMENT_BYTES_MAX);
	if (kind == REQUIREMENT_KIND_LIGHTWEIGHT)
		return error_set(err, STATUS_UNSUPPORTED, (int64_t)offset + 8,
				 "a lightweight code requirement, which is no "
				 "expression");
	if (kind != REQUIREMENT_KIND_EXPRESSION)
		return error_set(err, STATUS_MALFORMED, (int64_t)offset + 8,
				 "a requirement of kind %" PRIu32
				 ", only 1 and 2 are known",
				 kind);
	return STATUS_OK;
}

uint32_t requirement_read_word(struct requirement_reader *r)
{
	uint32_t word;

	if (r->status != STATUS_OK)
		return 0;
	word = cursor_be32(&r->c);
	if (r->c.failed)
		requirement_fail(r, STATUS_MALFORMED,
				 "it ends where a word is expected");
	return word;
}

uint32_t requirement_read_op(struct requirement_reader *r, unsigned depth)
{
	if (depth > REQUIREMENT_DEPTH_MAX || r->ops >= REQUIREMENT_OPS_MAX)
		requirement_fail(r, STATUS_LIMIT,
				 depth > REQUIREMENT_DEPTH_MAX
					 ? "it nests too deeply"
					 : "it has too many operations");
	r->ops++;
	return requirement_read_word(r);
}

struct slice requirement_read_data(struct requirement_reader *r)
{
	uint32_t len = requirement_read_word(r);
	struct slice s = {NULL, 0};

	if (r->status != STATUS_OK)
		return s;
	s = cursor_take(&r->c, len);
	cursor_take(&r->c, (4 - (len & 3)) & 3);
	if (r->c.failed) {
		requirement_fail(r, STATUS_MALFORMED, "data leave its bytes");
		return slice_of(NULL, 0);
	}
	return s;
}

static int64_t read_time(struct requirement_reader *r)
{
	uint64_t high = requirement_read_word(r);
	uint64_t low = requirement_read_word(r);
	int64_t seconds;

	high = high << 32 | low;
	memcpy(&seconds, &high, sizeof(seconds));
	if (seconds > INT64_MAX / 1000000000 - 1000000000 ||
	    seconds < INT64_MIN / 1000000000 + 1000000000) {
		requirement_fail(r, STATUS_LIMIT, "a time is out of range");
		return 0;
	}
	return seconds * 1000000000 + REQUIREMENT_EPOCH_NS;
}

struct requirement_match requirement_read_match(struct requirement_reader *r)
{
	uint32_t op = requirement_read_word(r);
	struct requirement_match m = {.op = (enum match_op)op};

	if (op >= MATCH_COUNT) {
		requirement_fail(r, STATUS_MALFORMED,
				 "a match of an unknown kind");
		return (struct requirement_match){.op = MATCH_ABSENT};
	}
	if (op >= MATCH_ON && op <= MATCH_ON_OR_AFTER)
		m.time_ns = read_time(r);
	else if (op != MATCH_EXISTS && op != MATCH_ABSENT)
		m.string = requirement_read_data(r);
	return m;
}

bool requirement_skip_unknown(struct requirement_reader *r, uint32_t op)
{
	if (!(op & (OP_GENERIC_FALSE | OP_GENERIC_SKIP))) {
		requirement_fail(r, STATUS_MALFORMED, "an unknown operation");
		return false;
	}
	requirement_read_data(r);
	return r->status == STATUS_OK;
}

enum status requirement_close(struct requirement_reader *r)
{
	if (r->status == STATUS_OK && cursor_left(&r->c))
		requirement_fail(r, STATUS_MALFORMED,
				 "bytes follow its expression");
	return r->status;
}

bool requirement_is_keyword(struct slice word)
{
	static const char *const words[] = {
		"guest",     "host",     "designated", "library",
		"plugin",    "and",      "or",         "always",
		"true",      "never",    "false",      "identifier",
		"cdhash",    "platform", "notarized",  "legacy",
		"anchor",    "apple",    "generic",    "certificate",
		"cert",      "trusted",  "info",       "entitlement",
		"exists",    "absent",   "leaf",       "root",
		"timestamp",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_is(word, words[i]))
			return true;
	return false;
}
