#include "json.h"

#include <math.h>
#include <stdlib.h>

/* Escaping makes at most 4 bytes of one ("\xHH"). */
enum { ESCAPE_GROWTH = 4 };

json_t *json_from_bytes(struct slice bytes)
{
	struct text escaped;
	json_t *json = NULL;

	if (text_is_plain(bytes))
		return json_stringn_nocheck(
			bytes.len ? (const char *)bytes.ptr : "", bytes.len);
	text_init(&escaped, ESCAPE_GROWTH * bytes.len);
	text_add_escaped(&escaped, bytes);
	if (!escaped.cut)
		json = json_stringn_nocheck(escaped.ptr, escaped.len);
	text_release(&escaped);
	return json;
}

json_t *json_from_time(int64_t time_ns)
{
	struct text t;
	json_t *json = NULL;

	text_init(&t, 64);
	text_add_time(&t, time_ns);
	if (!t.cut)
		json = json_stringn_nocheck(t.ptr, t.len);
	text_release(&t);
	return json;
}

/* {key: member}; takes over member, which may be NULL. */
static json_t *wrap(const char *key, json_t *member)
{
	json_t *object = json_object();

	if (!member || !object ||
	    json_object_set_new_nocheck(object, key, member)) {
		/* set_new has released member when it failed. */
		if (member && !object)
			json_decref(member);
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *json_hex(struct slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	struct text t;
	json_t *json = NULL;

	text_init(&t, 2 * VALUE_STRING_MAX);
	for (size_t i = 0; i < bytes.len; i++) {
		text_add_byte(&t, digits[bytes.ptr[i] >> 4]);
		text_add_byte(&t, digits[bytes.ptr[i] & 15]);
	}
	if (!t.cut)
		json = json_stringn_nocheck(t.ptr, t.len);
	text_release(&t);
	return wrap("bytes", json);
}

static json_t *json_list(struct value v)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < value_count(v); i++) {
		if (json_array_append_new(array,
					  json_from_value(value_at(v, i)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* Words that wrap a value which JSON has no form for. */
static bool is_wrapper(struct slice key)
{
	return slice_is(key, "bytes") || slice_is(key, "date") ||
	       slice_is(key, "dict");
}

static json_t *json_dict(struct value v)
{
	json_t *object = json_object();
	struct text key;

	text_init(&key, ESCAPE_GROWTH * VALUE_STRING_MAX);
	for (size_t i = 0; object && i < value_count(v); i++) {
		text_reset(&key);
		text_add_escaped(&key, value_slice(value_key(v, i)));
		if (key.cut ||
		    json_object_set_new_nocheck(
			    object, key.ptr, json_from_value(value_at(v, i)))) {
			json_decref(object);
			object = NULL;
		}
	}
	text_release(&key);
	if (object && value_count(v) == 1 &&
	    is_wrapper(value_slice(value_key(v, 0))))
		return wrap("dict", object);
	return object;
}

json_t *json_from_value(struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		return json_boolean(v.as.boolean);
	case VALUE_INT:
		return json_integer(v.as.integer);
	case VALUE_DATE:
		return wrap("date", json_from_time(v.as.integer));
	case VALUE_REAL:
		if (isfinite(v.as.real))
			return json_real(v.as.real);
		return json_string(isnan(v.as.real) ? "nan"
				   : v.as.real > 0  ? "inf"
						    : "-inf");
	case VALUE_STRING:
		return json_from_bytes(value_slice(v));
	case VALUE_BYTES:
		return json_hex(value_slice(v));
	case VALUE_LIST:
		return json_list(v);
	case VALUE_DICT:
		return json_dict(v);
	default:
		return json_null();
	}
}
