/* From JSON to values; json.c writes them. */
#include "json.h"

#include <stdlib.h>

static enum status read_at(struct value_pool *pool, const json_t *json,
			   size_t depth, struct value *out, struct error *err);

static enum status read_string(struct value_pool *pool, struct slice escaped,
			       struct value *out, struct error *err)
{
	enum status status;
	struct text t;

	text_init(&t, VALUE_STRING_MAX);
	status = text_add_unescaped(&t, escaped, err);
	if (status == STATUS_OK) {
		*out = value_string(pool, text_slice(&t));
		if (out->type == VALUE_NONE)
			status = error_set(err, STATUS_MEMORY, -1,
					   "out of memory for a string");
	}
	text_release(&t);
	return status;
}

static struct slice string_slice(const json_t *json)
{
	return slice_of(json_string_value(json), json_string_length(json));
}

static enum status read_bytes(struct value_pool *pool, const json_t *json,
			      struct value *out, struct error *err)
{
	struct slice hex = string_slice(json);
	enum status status = STATUS_OK;
	struct text t;

	if (!json_is_string(json) || hex.len % 2)
		return error_set(err, STATUS_MALFORMED, -1,
				 "\"bytes\" needs a string of pairs of "
				 "hexadecimal digits");
	text_init(&t, VALUE_STRING_MAX);
	for (size_t i = 0; i < hex.len && status == STATUS_OK; i += 2) {
		int high = byte_hex(hex.ptr[i]);
		int low = byte_hex(hex.ptr[i + 1]);

		if (high < 0 || low < 0)
			status = error_set(err, STATUS_MALFORMED, -1,
					   "\"bytes\" has something else than "
					   "0-9 a-f at %zu",
					   i);
		else
			text_add_byte(&t, (char)(high << 4 | low));
	}
	if (status == STATUS_OK)
		status = text_status(&t, err);
	if (status == STATUS_OK) {
		*out = value_bytes(pool, text_slice(&t));
		if (out->type == VALUE_NONE)
			status = error_set(err, STATUS_MEMORY, -1,
					   "out of memory for bytes");
	}
	text_release(&t);
	return status;
}

static enum status read_date(const json_t *json, struct value *out,
			     struct error *err)
{
	int64_t time_ns;

	if (!json_is_string(json) || !time_parse(string_slice(json), &time_ns))
		return error_set(err, STATUS_MALFORMED, -1,
				 "\"date\" needs an RFC 3339 time between the "
				 "years 1678 and 2261");
	*out = value_date(time_ns);
	return STATUS_OK;
}

static enum status too_large(struct error *err, const char *what, size_t count)
{
	return error_set(err, STATUS_LIMIT, -1,
			 "%s has %zu items, at most %d are read", what, count,
			 VALUE_ITEMS_MAX);
}

static void release_all(struct value_pool *pool, const struct value *values,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		value_release(pool, values[i]);
}

static enum status read_list(struct value_pool *pool, const json_t *json,
			     size_t depth, struct value *out, struct error *err)
{
	size_t count = json_array_size(json), made = 0;
	enum status status = STATUS_OK;
	struct value *items;

	if (count > VALUE_ITEMS_MAX)
		return too_large(err, "an array", count);
	items = calloc(count + 1, sizeof(*items));
	if (!items)
		return error_set(err, STATUS_MEMORY, -1,
				 "out of memory for %zu items", count);
	for (; made < count && status == STATUS_OK; made++) {
		status = read_at(pool, json_array_get(json, made), depth,
				 &items[made], err);
		if (status == STATUS_OK && items[made].type == VALUE_NONE)
			status = error_set(err, STATUS_MALFORMED, -1,
					   "an array holds null");
	}
	if (status != STATUS_OK) {
		release_all(pool, items, made);
		goto out;
	}
	*out = value_list(pool, items, count);
	if (out->type == VALUE_NONE)
		status = error_set(err, STATUS_MEMORY, -1,
				   "out of memory for %zu items", count);
out:
	free(items);
	return status;
}

/* Keys go to the front half of *all, values to the back half. */
static enum status read_pairs(struct value_pool *pool, const json_t *json,
			      size_t depth, struct value *all, size_t count,
			      struct error *err)
{
	enum status status;
	size_t i = 0;
	void *at;

	for (at = json_object_iter((json_t *)(uintptr_t)json); at && i < count;
	     at = json_object_iter_next((json_t *)(uintptr_t)json, at), i++) {
		/* jansson refuses NUL in a key. */
		struct slice key = slice_text(json_object_iter_key(at));

		status = read_string(pool, key, &all[i], err);
		if (status == STATUS_OK)
			status = read_at(pool, json_object_iter_value(at),
					 depth, &all[count + i], err);
		if (status == STATUS_OK && all[count + i].type == VALUE_NONE)
			status = error_set(err, STATUS_MALFORMED, -1,
					   "an object holds null");
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status read_dict(struct value_pool *pool, const json_t *json,
			     size_t depth, struct value *out, struct error *err)
{
	size_t count = json_object_size(json);
	enum status status;
	struct value *all;

	if (count > VALUE_ITEMS_MAX)
		return too_large(err, "an object", count);
	all = calloc(2 * count + 1, sizeof(*all));
	if (!all)
		return error_set(err, STATUS_MEMORY, -1,
				 "out of memory for %zu pairs", count);
	status = read_pairs(pool, json, depth, all, count, err);
	if (status != STATUS_OK) {
		release_all(pool, all, 2 * count);
		goto out;
	}
	*out = value_dict(pool, all, all + count, count);
	if (out->type == VALUE_NONE)
		status = error_set(err, STATUS_MALFORMED, -1,
				   "two keys of an object are the same, "
				   "or memory is out");
out:
	free(all);
	return status;
}

static enum status read_object(struct value_pool *pool, const json_t *json,
			       size_t depth, struct value *out,
			       struct error *err)
{
	const json_t *member;

	if (json_object_size(json) != 1)
		return read_dict(pool, json, depth, out, err);
	if ((member = json_object_get(json, "bytes")))
		return read_bytes(pool, member, out, err);
	if ((member = json_object_get(json, "date")))
		return read_date(member, out, err);
	if ((member = json_object_get(json, "dict"))) {
		if (!json_is_object(member))
			return error_set(err, STATUS_MALFORMED, -1,
					 "\"dict\" needs an object");
		return read_dict(pool, member, depth, out, err);
	}
	return read_dict(pool, json, depth, out, err);
}

static enum status read_at(struct value_pool *pool, const json_t *json,
			   size_t depth, struct value *out, struct error *err)
{
	if (depth == VALUE_DEPTH_MAX &&
	    (json_is_array(json) || json_is_object(json)))
		return error_set(err, STATUS_LIMIT, -1,
				 "a value is nested deeper than %d",
				 VALUE_DEPTH_MAX);
	switch (json_typeof(json)) {
	case JSON_TRUE:
	case JSON_FALSE:
		*out = value_bool(json_is_true(json));
		return STATUS_OK;
	case JSON_INTEGER:
		*out = value_int(json_integer_value(json));
		return STATUS_OK;
	case JSON_REAL:
		*out = value_real(json_real_value(json));
		return STATUS_OK;
	case JSON_STRING:
		return read_string(pool, string_slice(json), out, err);
	case JSON_ARRAY:
		return read_list(pool, json, depth + 1, out, err);
	case JSON_OBJECT:
		return read_object(pool, json, depth + 1, out, err);
	default:
		*out = value_none;
		return STATUS_OK;
	}
}

enum status json_to_value(struct value_pool *pool, const json_t *json,
			  struct value *out, struct error *err)
{
	struct value v = value_none;
	enum status status = read_at(pool, json, 0, &v, err);

	if (status == STATUS_OK)
		*out = v;
	return status;
}

enum status json_parse_line(struct slice line, size_t line_number, json_t **out,
			    struct error *err)
{
	struct text words;
	json_error_t at;
	json_t *json;

	if (line.len > JSON_LINE_MAX)
		return error_set_line(err, STATUS_LIMIT, line_number, 1,
				      "the line has %zu bytes, at most %d are "
				      "read",
				      line.len, JSON_LINE_MAX);
	json = json_loadb(line.len ? (const char *)line.ptr : "", line.len,
			  JSON_REJECT_DUPLICATES, &at);
	if (json) {
		*out = json;
		return STATUS_OK;
	}
	/* The parser's words quote the input. */
	text_init(&words, ERROR_MESSAGE_BYTES);
	text_add_escaped(&words, slice_text(at.text));
	error_set_line(err, STATUS_MALFORMED, line_number,
		       at.column > 0 ? (size_t)at.column : 1, "not JSON: %s",
		       words.ptr);
	text_release(&words);
	return STATUS_MALFORMED;
}

bool json_member_text(const json_t *object, const char *key, struct text *t)
{
	const json_t *member = json_object_get(object, key);

	return json_is_string(member) &&
	       text_add_unescaped(t, string_slice(member), NULL) == STATUS_OK;
}

bool json_member_int(const json_t *object, const char *key, int64_t *out)
{
	const json_t *member = json_object_get(object, key);

	if (!json_is_integer(member))
		return false;
	*out = json_integer_value(member);
	return true;
}

bool json_member_time(const json_t *object, const char *key, int64_t *out_ns)
{
	const json_t *member = json_object_get(object, key);

	return json_is_string(member) &&
	       time_parse(string_slice(member), out_ns);
}
