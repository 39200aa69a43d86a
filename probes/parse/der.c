#include "der.h"

static enum status bad(const struct cursor *c, uint64_t base_offset,
		       const char *why, struct error *err)
{
	return error_set(err, STATUS_MALFORMED, (int64_t)(base_offset + c->pos),
			 "DER: %s", why);
}

/* The length in its shortest form, as X.690 10.1 wants it. */
static enum status read_length(struct cursor *c, uint64_t base_offset,
			       size_t *out, struct error *err)
{
	uint8_t first = cursor_u8(c);
	size_t bytes = first & 0x7f;
	uint64_t len = first;

	if (first & 0x80) {
		if (!bytes || bytes > 8)
			return bad(c, base_offset,
				   "a length is indefinite or has more than 8 "
				   "bytes",
				   err);
		len = cursor_be(c, bytes);
		if (!c->failed && (len < 0x80 || len >> (8 * (bytes - 1)) == 0))
			return bad(c, base_offset,
				   "a length is not in its shortest form", err);
	}
	if (c->failed)
		return bad(c, base_offset, "the data end within a header", err);
	if (len > cursor_left(c))
		return bad(c, base_offset,
			   "an item is longer than what contains it", err);
	*out = (size_t)len;
	return STATUS_OK;
}

enum status der_next(struct cursor *c, uint64_t base_offset,
		     struct der_item *out, struct error *err)
{
	size_t at = c->pos, len = 0;
	uint8_t tag = cursor_u8(c);
	enum status status;

	if (c->failed)
		return bad(c, base_offset, "an item is expected", err);
	if ((tag & 0x1f) == 0x1f)
		return bad(c, base_offset, "a tag has more than one byte", err);
	status = read_length(c, base_offset, &len, err);
	if (status != STATUS_OK)
		return status;
	*out = (struct der_item){tag, cursor_take(c, len), at};
	return STATUS_OK;
}

bool der_int64(struct slice content, int64_t *out)
{
	uint64_t v;

	if (!content.len || content.len > 8)
		return false;
	if (content.len > 1 &&
	    ((content.ptr[0] == 0x00 && !(content.ptr[1] & 0x80)) ||
	     (content.ptr[0] == 0xff && (content.ptr[1] & 0x80))))
		return false;
	v = content.ptr[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < content.len; i++)
		v = v << 8 | content.ptr[i];
	memcpy(out, &v, sizeof(*out));
	return true;
}
