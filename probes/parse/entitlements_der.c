#include "entitlements_der.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../../model/base/text.h"
#include "../../model/base/vec.h"
#include "der.h"

/* The keys or values that one container has gathered. */
struct items {
	struct value *keys, *vals;
	uint64_t *offsets; /* of the keys, in the file */
	size_t count, key_cap, val_cap, offset_cap;
};

struct reader {
	struct value_pool *pool;
	const struct report *report;
	struct error *err;
	size_t items; /* all that were read so far */
};

static enum status read_value(struct reader *r, const struct der_item *item,
			      uint64_t offset, unsigned depth,
			      struct value *out);

static void items_release(struct reader *r, struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		value_release(r->pool, items->keys[i]);
		value_release(r->pool, items->vals[i]);
	}
	free(items->keys);
	free(items->vals);
	free(items->offsets);
}

/* Takes over key and val. */
static enum status items_add(struct reader *r, struct items *items,
			     struct value key, struct value val,
			     uint64_t offset)
{
	size_t need = items->count + 1, max = ENTITLEMENTS_ITEMS_MAX;

	if (++r->items <= max &&
	    vec_reserve((void **)&items->keys, &items->key_cap, need,
			sizeof(key), max) &&
	    vec_reserve((void **)&items->vals, &items->val_cap, need,
			sizeof(val), max) &&
	    vec_reserve((void **)&items->offsets, &items->offset_cap, need,
			sizeof(offset), max)) {
		items->keys[items->count] = key;
		items->vals[items->count] = val;
		items->offsets[items->count++] = offset;
		return STATUS_OK;
	}
	value_release(r->pool, key);
	value_release(r->pool, val);
	return error_set(r->err, STATUS_LIMIT, (int64_t)offset,
			 "more than %zu entitlement values", max);
}

static enum status malformed(struct reader *r, uint64_t offset,
			     const char *what)
{
	return error_set(r->err, STATUS_MALFORMED, (int64_t)offset,
			 "DER entitlements: %s", what);
}

static enum status made(struct reader *r, struct value v, struct value *out)
{
	if (v.type == VALUE_NONE)
		return error_set(r->err, STATUS_MEMORY, -1,
				 "out of memory for an entitlement, or it is "
				 "too long");
	*out = v;
	return STATUS_OK;
}

/* ff is TRUE in DER; ldid writes 01. */
static enum status read_boolean(struct reader *r, struct slice content,
				uint64_t offset, struct value *out)
{
	if (content.len != 1)
		return malformed(r, offset, "a BOOLEAN has not one byte");
	if (content.ptr[0] != 0x00 && content.ptr[0] != 0xff)
		REPORT(r->report, "entitlement_boolean", SEVERITY_WARNING,
		       offset,
		       "A BOOLEAN of the DER entitlements is %02x where DER "
		       "writes ff for true.",
		       content.ptr[0]);
	*out = value_bool(content.ptr[0] != 0);
	return STATUS_OK;
}

static enum status read_integer(struct reader *r, struct slice content,
				uint64_t offset, struct value *out)
{
	struct text t;
	struct value v;
	int64_t n;

	if (der_int64(content, &n)) {
		*out = value_int(n);
		return STATUS_OK;
	}
	REPORT(r->report, "entitlement_integer", SEVERITY_WARNING, offset,
	       "An INTEGER of the DER entitlements is not in its shortest form "
	       "or needs more than 64 bits.");
	text_init(&t, 256);
	text_add_text(&t, "0x");
	for (size_t i = 0; i < content.len; i++)
		text_addf(&t, "%02x", content.ptr[i]);
	v = value_string(r->pool, text_slice(&t));
	text_release(&t);
	return made(r, v, out);
}

/* offset: of content in the file. */
static enum status read_list(struct reader *r, struct slice content,
			     uint64_t offset, unsigned depth, struct value *out)
{
	struct cursor c = cursor_of(content);
	struct items items = {.count = 0};
	enum status status = STATUS_OK;
	struct der_item item;
	struct value v;

	while (cursor_left(&c)) {
		status = der_next(&c, offset, &item, r->err);
		if (status != STATUS_OK)
			goto out;
		status = read_value(r, &item, offset, depth, &v);
		if (status != STATUS_OK)
			goto out;
		status = items_add(r, &items, value_none, v,
				   offset + item.offset);
		if (status != STATUS_OK)
			goto out;
	}
	status = made(r, value_list(r->pool, items.vals, items.count), out);
	items.count = 0; /* the list took them over */
out:
	items_release(r, &items);
	return status;
}

/* offset: of the pair's content in the file. */
static enum status read_pair(struct reader *r, const struct der_item *item,
			     uint64_t offset, unsigned depth,
			     struct items *items)
{
	struct cursor c = cursor_of(item->content);
	struct der_item key, val;
	struct value v = value_none, k;
	enum status status;

	if (item->tag != DER_SEQUENCE)
		return malformed(r, offset,
				 "a SEQUENCE of key and value is "
				 "expected");
	status = der_next(&c, offset, &key, r->err);
	if (status == STATUS_OK && key.tag != DER_UTF8_STRING)
		status = malformed(r, offset + key.offset,
				   "a key is no UTF8String");
	if (status == STATUS_OK)
		status = der_next(&c, offset, &val, r->err);
	if (status == STATUS_OK && cursor_left(&c))
		status = malformed(r, offset + c.pos,
				   "something follows a key and its value");
	if (status == STATUS_OK)
		status = read_value(r, &val, offset, depth, &v);
	if (status != STATUS_OK)
		return status;
	status = made(r, value_string(r->pool, key.content), &k);
	if (status != STATUS_OK) {
		value_release(r->pool, v);
		return status;
	}
	return items_add(r, items, k, v, offset + key.offset);
}

struct keyed {
	struct slice key;
	uint64_t offset;
};

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	int order = slice_compare(left->key, right->key);

	if (order)
		return order;
	return (left->offset > right->offset) - (left->offset < right->offset);
}

/* Keys that do not ascend may be there twice: the lookup of Apple's library
 * halves the range and would see one of them, by chance. */
static enum status check_order(struct reader *r, const struct items *items)
{
	struct keyed *keys;
	size_t wrong = 0;
	enum status status = STATUS_OK;

	for (size_t i = 1; i < items->count && !wrong; i++)
		if (slice_compare(value_slice(items->keys[i - 1]),
				  value_slice(items->keys[i])) >= 0)
			wrong = i;
	if (!wrong)
		return STATUS_OK;
	REPORT(r->report, "entitlement_order", SEVERITY_WARNING,
	       items->offsets[wrong],
	       "The keys of the DER entitlements are not in ascending order.");
	keys = calloc(items->count, sizeof(*keys));
	if (!keys)
		return error_set(r->err, STATUS_MEMORY, -1,
				 "out of memory for entitlements");
	for (size_t i = 0; i < items->count; i++)
		keys[i] = (struct keyed){value_slice(items->keys[i]),
					 items->offsets[i]};
	qsort(keys, items->count, sizeof(*keys), compare_keyed);
	for (size_t i = 1; i < items->count && status == STATUS_OK; i++)
		if (slice_equal(keys[i - 1].key, keys[i].key))
			status = malformed(r, keys[i].offset,
					   "a key is there twice");
	free(keys);
	return status;
}

static enum status read_dict(struct reader *r, struct slice content,
			     uint64_t offset, unsigned depth, struct value *out)
{
	struct cursor c = cursor_of(content);
	struct items items = {.count = 0};
	enum status status = STATUS_OK;
	struct der_item item;

	while (cursor_left(&c)) {
		size_t header;

		status = der_next(&c, offset, &item, r->err);
		if (status != STATUS_OK)
			goto out;
		header = c.pos - item.offset - item.content.len;
		status = read_pair(r, &item, offset + item.offset + header,
				   depth, &items);
		if (status != STATUS_OK)
			goto out;
	}
	status = check_order(r, &items);
	if (status != STATUS_OK)
		goto out;
	status = made(r,
		      value_dict(r->pool, items.keys, items.vals, items.count),
		      out);
	items.count = 0; /* the dictionary took them over */
out:
	items_release(r, &items);
	return status;
}

/* offset: in the file, of the bytes that item.offset counts in. */
static enum status read_value(struct reader *r, const struct der_item *item,
			      uint64_t offset, unsigned depth,
			      struct value *out)
{
	uint64_t at = offset + item->offset;
	uint64_t inside = at + 2;
	struct slice s = item->content;

	/* The header's bytes: tag, and a length of 1 byte or more. */
	for (size_t n = s.len; s.len >= 0x80 && n; n >>= 8)
		inside++;
	if (depth >= ENTITLEMENTS_DEPTH_MAX)
		return error_set(r->err, STATUS_LIMIT, (int64_t)at,
				 "entitlements nest deeper than %d levels",
				 ENTITLEMENTS_DEPTH_MAX);
	switch (item->tag) {
	case DER_BOOLEAN:
		return read_boolean(r, s, at, out);
	case DER_INTEGER:
		return read_integer(r, s, at, out);
	case DER_UTF8_STRING:
		return made(r, value_string(r->pool, s), out);
	case DER_OCTET_STRING:
		return made(r, value_bytes(r->pool, s), out);
	case DER_SEQUENCE:
		return read_list(r, s, inside, depth + 1, out);
	case DER_CONTEXT_16:
		return read_dict(r, s, inside, depth + 1, out);
	default:
		return error_set(r->err, STATUS_MALFORMED, (int64_t)at,
				 "DER entitlements: a value has the unknown "
				 "tag %02x",
				 item->tag);
	}
}

enum status entitlements_der_dict(struct slice content, uint64_t file_offset,
				  struct value_pool *pool,
				  const struct report *report,
				  struct value *out, struct error *err)
{
	struct reader r = {pool, report, err, 0};

	if (content.len > ENTITLEMENTS_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)file_offset,
				 "entitlements of %zu bytes, at most %d are "
				 "read",
				 content.len, ENTITLEMENTS_BYTES_MAX);
	return read_dict(&r, content, file_offset, 0, out);
}

/* Opens the outer item and checks the version; *dict is the dictionary. */
static enum status read_outer(struct reader *r, struct slice der,
			      uint64_t file_offset, struct der_item *dict,
			      uint64_t *base)
{
	struct cursor c = cursor_of(der), inner;
	struct der_item outer, version;
	int64_t number = 0;
	enum status status = der_next(&c, file_offset, &outer, r->err);

	if (status != STATUS_OK)
		return status;
	if (outer.tag != DER_APPLICATION_16)
		return malformed(r, file_offset,
				 "[APPLICATION 16] is expected "
				 "at the beginning");
	if (cursor_left(&c))
		REPORT(r->report, "entitlement_trailing", SEVERITY_ERROR,
		       file_offset + c.pos,
		       "%zu bytes follow the DER entitlements in their blob.",
		       cursor_left(&c));
	*base = file_offset + c.pos - outer.content.len;
	inner = cursor_of(outer.content);
	status = der_next(&inner, *base, &version, r->err);
	if (status == STATUS_OK && version.tag != DER_INTEGER)
		status = malformed(r, *base, "a version is expected first");
	if (status != STATUS_OK)
		return status;
	if (!der_int64(version.content, &number) || number != 1)
		REPORT(r->report, "entitlement_version", SEVERITY_WARNING,
		       *base,
		       "The DER entitlements have version %" PRId64
		       "; only 1 is known.",
		       number);
	status = der_next(&inner, *base, dict, r->err);
	if (status == STATUS_OK && dict->tag != DER_CONTEXT_16)
		status = malformed(r, *base + dict->offset,
				   "[CONTEXT 16] is expected");
	if (status == STATUS_OK && cursor_left(&inner))
		status = malformed(r, *base + inner.pos,
				   "something follows the dictionary");
	return status;
}

enum status entitlements_der_read(struct slice der, uint64_t file_offset,
				  struct value_pool *pool,
				  const struct report *report,
				  struct value *out, struct error *err)
{
	struct reader r = {pool, report, err, 0};
	struct der_item dict;
	uint64_t base = 0;
	enum status status;

	if (der.len > ENTITLEMENTS_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)file_offset,
				 "entitlements of %zu bytes, at most %d are "
				 "read",
				 der.len, ENTITLEMENTS_BYTES_MAX);
	status = read_outer(&r, der, file_offset, &dict, &base);
	if (status != STATUS_OK)
		return status;
	return read_value(&r, &dict, base, 0, out);
}
