#include "profile_der.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../model/base/text.h"
#include "der.h"
#include "entitlements_der.h"

enum { DER_UTC_TIME = 0x17, DER_GENERALIZED_TIME = 0x18 };

struct der_reader {
	struct value_pool *pool;
	const struct report *report;
	struct error *err;
};

static enum status bad(struct der_reader *r, size_t offset, const char *message)
{
	return error_set(r->err, STATUS_MALFORMED, (int64_t)offset, "%s",
			 message);
}

/* YYMMDDhhmmssZ or YYYYMMDDhhmmssZ (X.690, 11.7 and 11.8). */
static bool read_time(uint8_t tag, struct slice s, int64_t *out_ns)
{
	size_t year = tag == DER_UTC_TIME ? 2 : 4;
	char text[32];
	int century;

	if (s.len != year + 11 || s.ptr[s.len - 1] != 'Z')
		return false;
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	century = year == 4 ? 0 : s.ptr[0] < '5' ? 20 : 19;
	(void)snprintf(
		text, sizeof(text), "%.*d%.*s-%.2s-%.2sT%.2s:%.2s:%.2sZ",
		year == 4 ? 0 : 2, century, (int)year, (const char *)s.ptr,
		(const char *)s.ptr + year, (const char *)s.ptr + year + 2,
		(const char *)s.ptr + year + 4, (const char *)s.ptr + year + 6,
		(const char *)s.ptr + year + 8);
	return time_parse(slice_text(text), out_ns);
}

/* whole: the item with its tag and length; at: of it in the profile. */
static enum status read_value(struct der_reader *r, const struct der_item *item,
			      struct slice whole, size_t at, unsigned depth,
			      struct value *out);

static enum status read_list(struct der_reader *r, struct slice content,
			     size_t at, unsigned depth, struct value *out)
{
	struct value *items = calloc(PROFILE_DER_ITEMS_MAX, sizeof(*items));
	struct cursor c = cursor_of(content);
	enum status st = STATUS_OK;
	size_t count = 0;

	if (!items)
		return error_set(r->err, STATUS_MEMORY, -1,
				 "no memory for a profile's list");
	while (!st && cursor_left(&c)) {
		size_t start = c.pos;
		struct der_item item;

		if (count == PROFILE_DER_ITEMS_MAX) {
			st = error_set(r->err, STATUS_LIMIT,
				       (int64_t)(at + start),
				       "more than %d items in a profile's list",
				       PROFILE_DER_ITEMS_MAX);
			break;
		}
		st = der_next(&c, at, &item, r->err);
		if (!st)
			st = read_value(
				r, &item,
				slice_part(content, start, c.pos - start),
				at + start, depth + 1, &items[count]);
		if (!st)
			count++;
	}
	if (!st) {
		*out = value_list(r->pool, items, count);
	} else {
		for (size_t i = 0; i < count; i++)
			value_release(r->pool, items[i]);
	}
	free(items);
	return st;
}

static enum status read_value(struct der_reader *r, const struct der_item *item,
			      struct slice whole, size_t at, unsigned depth,
			      struct value *out)
{
	size_t header = whole.len - item->content.len;
	int64_t number;

	if (depth > PROFILE_DER_DEPTH_MAX)
		return error_set(r->err, STATUS_LIMIT, (int64_t)at,
				 "lists deeper than %d in a profile",
				 PROFILE_DER_DEPTH_MAX);
	switch (item->tag) {
	case DER_BOOLEAN:
		if (item->content.len != 1)
			return bad(r, at, "a boolean has one byte");
		*out = value_bool(*item->content.ptr != 0);
		return STATUS_OK;
	case DER_INTEGER:
		if (!der_int64(item->content, &number))
			return bad(r, at, "an integer of 64 bits was expected");
		*out = value_int(number);
		return STATUS_OK;
	case DER_UTF8_STRING:
		*out = value_string(r->pool, item->content);
		break;
	case DER_OCTET_STRING:
		*out = value_bytes(r->pool, item->content);
		break;
	case DER_UTC_TIME:
	case DER_GENERALIZED_TIME:
		if (!read_time(item->tag, item->content, &number))
			return bad(r, at, "a time that cannot be read");
		*out = value_date(number);
		return STATUS_OK;
	case DER_SEQUENCE:
		return read_list(r, item->content, at + header, depth, out);
	case DER_APPLICATION_16:
		return entitlements_der_read(whole, at, r->pool, r->report, out,
					     r->err);
	default:
		return error_set(r->err, STATUS_MALFORMED, (int64_t)at,
				 "a tag 0x%02x that profiles do not have",
				 item->tag);
	}
	if (out->type == VALUE_NONE)
		return error_set(r->err, STATUS_LIMIT, (int64_t)at,
				 "text or data that is too long, or no memory");
	return STATUS_OK;
}

/* SEQUENCE { key, value }. */
static enum status read_pair(struct der_reader *r, struct slice content,
			     size_t at, struct value *key, struct value *val)
{
	struct cursor c = cursor_of(content);
	struct der_item item;
	enum status st = der_next(&c, at, &item, r->err);
	size_t start = c.pos;

	if (st)
		return st;
	if (item.tag != DER_UTF8_STRING)
		return bad(r, at, "a key was expected");
	*key = value_string(r->pool, item.content);
	if (key->type == VALUE_NONE)
		return bad(r, at, "a key that is too long");
	st = der_next(&c, at, &item, r->err);
	if (!st && cursor_left(&c))
		st = bad(r, at + c.pos, "something after a key's value");
	if (!st)
		st = read_value(r, &item,
				slice_part(content, start, c.pos - start),
				at + start, 0, val);
	if (st)
		value_release(r->pool, *key);
	return st;
}

static enum status read_pairs(struct der_reader *r, struct slice content,
			      size_t at, struct value *keys, struct value *vals,
			      size_t *count)
{
	struct cursor c = cursor_of(content);
	enum status st = STATUS_OK;

	while (!st && cursor_left(&c)) {
		struct der_item item;

		if (*count == PROFILE_DER_ITEMS_MAX)
			return error_set(r->err, STATUS_LIMIT,
					 (int64_t)(at + c.pos),
					 "more than %d keys in a profile",
					 PROFILE_DER_ITEMS_MAX);
		st = der_next(&c, at, &item, r->err);
		if (!st && item.tag != DER_SEQUENCE)
			st = bad(r, at + item.offset,
				 "a key with its value was expected");
		if (!st)
			st = read_pair(
				r, item.content,
				at + (size_t)(item.content.ptr - content.ptr),
				&keys[*count], &vals[*count]);
		if (!st)
			++*count;
	}
	return st;
}

enum status profile_der_read(struct slice der, struct value_pool *pool,
			     const struct report *report, struct value *out,
			     struct error *err)
{
	struct der_reader r = {pool, report, err};
	struct cursor c = cursor_of(der);
	struct value *keys, *vals;
	struct der_item set;
	enum status st = der_next(&c, 0, &set, err);
	size_t count = 0;

	if (st)
		return st;
	if (set.tag != DER_SET || cursor_left(&c))
		return bad(&r, 0, "one SET was expected");
	keys = calloc(PROFILE_DER_ITEMS_MAX, sizeof(*keys));
	vals = calloc(PROFILE_DER_ITEMS_MAX, sizeof(*vals));
	if (keys && vals)
		st = read_pairs(&r, set.content,
				(size_t)(set.content.ptr - der.ptr), keys, vals,
				&count);
	else
		st = error_set(err, STATUS_MEMORY, -1,
			       "no memory for a profile");
	if (!st) {
		*out = value_dict(pool, keys, vals, count);
		if (out->type == VALUE_NONE)
			st = bad(&r, 0, "a key for the second time");
	} else {
		for (size_t i = 0; i < count; i++) {
			value_release(pool, keys[i]);
			value_release(pool, vals[i]);
		}
	}
	free(keys);
	free(vals);
	return st;
}
