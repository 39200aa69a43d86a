#include "plist_in.h"

#include <plist/plist.h>
#include <stdlib.h>

#include "plist_guard.h"

enum { MAC_EPOCH = 978307200 }; /* 2001-01-01 in seconds since 1970 */

/* libplist's tree being turned into values, beside what the guard saw. */
struct reader {
	struct value_pool *pool;
	const struct plist_guard *guard;
	size_t node, odd;
	uint64_t digest;
	bool differs; /* libplist read something else than the guard */
};

static struct value convert(struct reader *r, plist_t node);

static struct value convert_odd(struct reader *r)
{
	const struct plist_odd *odd = &r->guard->odds[r->odd++];

	switch (odd->type) {
	case VALUE_INT:
		return value_int(odd->number);
	case VALUE_DATE:
		return value_date(odd->number);
	default:
		return value_text(r->pool, odd->text);
	}
}

static struct value convert_date(plist_t node)
{
	int32_t seconds = 0, micros = 0;

	plist_get_date_val(node, &seconds, &micros);
	return value_date(((int64_t)seconds + MAC_EPOCH) * 1000000000);
}

static struct value convert_array(struct reader *r, plist_t node)
{
	uint32_t count = plist_array_get_size(node), i = 0;
	struct value *items = calloc((size_t)count + 1, sizeof(*items));
	plist_array_iter iter = NULL;
	struct value v = value_none;
	plist_t item = NULL;

	plist_array_new_iter(node, &iter);
	if (!items || !iter)
		goto out;
	for (; i < count; i++) {
		plist_array_next_item(node, iter, &item);
		if (!item)
			break;
		items[i] = convert(r, item);
	}
	r->differs |= i < count;
	v = value_list(r->pool, items, i);
out:
	free(iter);
	free(items);
	return v;
}

static struct value convert_dict(struct reader *r, plist_t node)
{
	uint32_t count = plist_dict_get_size(node), i = 0;
	struct value *keys = calloc((size_t)count + 1, sizeof(*keys));
	struct value *vals = calloc((size_t)count + 1, sizeof(*vals));
	plist_dict_iter iter = NULL;
	struct value v = value_none;

	plist_dict_new_iter(node, &iter);
	if (!keys || !vals || !iter)
		goto out;
	for (; i < count; i++) {
		char *key = NULL;
		plist_t item = NULL;

		plist_dict_next_item(node, iter, &key, &item);
		if (!key || !item) {
			free(key);
			break;
		}
		plist_digest_add(&r->digest, slice_text(key));
		keys[i] = value_text(r->pool, key);
		free(key);
		vals[i] = convert(r, item);
	}
	r->differs |= i < count;
	v = value_dict(r->pool, keys, vals, i);
out:
	free(iter);
	free(keys);
	free(vals);
	return v;
}

static struct value convert_scalar(struct reader *r, plist_t node)
{
	uint8_t boolean = 0;
	uint64_t number = 0, len = 0;
	double real = 0;
	const char *ptr;

	switch (plist_get_node_type(node)) {
	case PLIST_BOOLEAN:
		plist_get_bool_val(node, &boolean);
		return value_bool(boolean != 0);
	case PLIST_UINT:
		plist_get_uint_val(node, &number);
		return value_int((int64_t)number);
	case PLIST_REAL:
		plist_get_real_val(node, &real);
		return value_real(real);
	case PLIST_DATE:
		return convert_date(node);
	case PLIST_STRING:
		ptr = plist_get_string_ptr(node, &len);
		plist_digest_add(&r->digest, slice_of(ptr, (size_t)len));
		return value_string(r->pool, slice_of(ptr, (size_t)len));
	case PLIST_DATA:
		ptr = plist_get_data_ptr(node, &len);
		plist_digest_add_length(&r->digest, (size_t)len);
		return value_bytes(r->pool, slice_of(ptr, (size_t)len));
	default:
		r->differs = true;
		return value_none;
	}
}

/* At most PLIST_DEPTH_MAX deep: the guard has seen to it. */
static struct value convert(struct reader *r, plist_t node)
{
	const struct plist_guard *g = r->guard;
	size_t at = r->node++;

	if (r->odd < g->odd_count && g->odds[r->odd].node == at)
		return convert_odd(r);
	switch (plist_get_node_type(node)) {
	case PLIST_ARRAY:
		return convert_array(r, node);
	case PLIST_DICT:
		return convert_dict(r, node);
	default:
		return convert_scalar(r, node);
	}
}

static bool is_binary(struct slice bytes)
{
	return slice_starts(bytes, "bplist00");
}

/* The bytes without a byte order mark of UTF-8. */
static struct slice without_mark(struct slice bytes)
{
	return slice_starts(bytes, "\xef\xbb\xbf")
		       ? slice_part(bytes, 3, bytes.len)
		       : bytes;
}

bool plist_is_likely(struct slice bytes)
{
	struct slice s = without_mark(bytes);
	size_t at = 0;

	if (is_binary(bytes))
		return true;
	while (at < s.len && at < 64 && s.ptr[at] &&
	       memchr(" \t\r\n", s.ptr[at], 4))
		at++;
	s = slice_part(s, at, 4096);
	return slice_starts(s, "<plist") ||
	       slice_starts(s, "<!DOCTYPE plist") ||
	       (slice_starts(s, "<?xml") &&
		slice_find(s, SLICE_LITERAL("plist"), false) < s.len);
}

static enum status convert_root(struct value_pool *pool,
				const struct plist_guard *g, plist_t root,
				struct value *out, struct error *err)
{
	struct reader r = {.pool = pool, .guard = g};
	struct value v = convert(&r, root);

	if (r.differs || r.node != g->nodes || r.odd != g->odd_count ||
	    (!is_binary(g->bytes) && r.digest != g->digest)) {
		value_release(pool, v);
		return error_set(err, STATUS_MALFORMED, -1,
				 "libplist reads another property list than "
				 "its bytes say");
	}
	if (v.type == VALUE_NONE)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for a property list's values");
	*out = v;
	return STATUS_OK;
}

enum status plist_read(struct value_pool *pool, struct slice bytes,
		       const struct plist_limits *limits, struct value *out,
		       struct error *err)
{
	struct plist_guard g = {
		.limits = limits ? *limits : plist_limits_default,
	};
	plist_t root = NULL;
	enum status st;

	if (bytes.len > g.limits.bytes || bytes.len > INT32_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "a property list of %zu bytes, at most %zu "
				 "are read",
				 bytes.len, g.limits.bytes);
	if (!plist_is_likely(bytes))
		return error_set(err, STATUS_MALFORMED, 0,
				 "<plist> or bplist00 was expected");
	text_init(&g.decoded, 2 * g.limits.bytes + VALUE_STRING_MAX);
	g.bytes = is_binary(bytes) ? bytes : without_mark(bytes);
	if (is_binary(bytes))
		st = plist_guard_binary(&g, err);
	else
		st = plist_guard_xml(&g, err);
	if (st) {
		if (err && err->offset >= 0)
			err->offset += (int64_t)(bytes.len - g.bytes.len);
		goto out;
	}
	if (is_binary(bytes))
		plist_from_bin((const char *)g.bytes.ptr, (uint32_t)g.bytes.len,
			       &root);
	else
		plist_from_xml((const char *)g.bytes.ptr, (uint32_t)g.bytes.len,
			       &root);
	if (root)
		st = convert_root(pool, &g, root, out, err);
	else
		st = error_set(err, STATUS_MALFORMED, -1,
			       "libplist refuses what its bytes seem to say");
out:
	if (root)
		plist_free(root);
	text_release(&g.decoded);
	free(g.keys);
	free(g.odds);
	return st;
}
