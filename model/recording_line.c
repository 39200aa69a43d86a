#include "recording_internal.h"

#include <inttypes.h>

const char *json_kind(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		return "null";
	}
	return "nothing";
}

enum status line_bad(const struct line_input *in, const char *key,
		     const char *inner, const char *format, ...)
{
	size_t byte = key ? json_locate(in->line, key, inner) : 0;
	char message[ERROR_MESSAGE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return error_set_line(in->err, STATUS_MALFORMED, in->number,
			      text_column(in->line, byte), "%s", message);
}

static enum status no_memory(const struct line_input *in)
{
	return error_set(in->err, STATUS_MEMORY, -1, "out of memory");
}

enum status line_hold(const struct line_input *in, struct value v)
{
	struct recording_reader *r = in->reader;

	if (v.type == VALUE_NONE)
		return no_memory(in);
	if (r->held_count == LINE_VALUES_MAX) {
		value_release(r->pool, v);
		return error_set_line(in->err, STATUS_LIMIT, in->number, 1,
				      "more than %d values in one event",
				      LINE_VALUES_MAX);
	}
	r->held[r->held_count++] = v;
	return STATUS_OK;
}

enum status line_int(const struct line_input *in, const char *key, int64_t min,
		     int64_t max, int64_t *out)
{
	const json_t *json = json_object_get(in->object, key);
	int64_t n;

	if (!json)
		return STATUS_OK;
	if (!json_is_integer(json))
		return line_bad(in, key, NULL,
				"%s: expected a whole number, "
				"found %s",
				key, json_kind(json));
	n = json_integer_value(json);
	if (n < min || n > max)
		return line_bad(in, key, NULL,
				"%s: expected %" PRId64 " to %" PRId64
				", found %" PRId64,
				key, min, max, n);
	*out = n;
	return STATUS_OK;
}

enum status line_bool(const struct line_input *in, const char *key, bool *out)
{
	const json_t *json = json_object_get(in->object, key);

	if (!json)
		return STATUS_OK;
	if (!json_is_boolean(json))
		return line_bad(in, key, NULL,
				"%s: expected true or false, found %s", key,
				json_kind(json));
	*out = json_is_true(json);
	return STATUS_OK;
}

enum status line_time(const struct line_input *in, const char *key,
		      int64_t *out_ns)
{
	const json_t *json = json_object_get(in->object, key);

	if (!json)
		return STATUS_OK;
	if (!json_is_string(json))
		return line_bad(in, key, NULL, "%s: expected a time, found %s",
				key, json_kind(json));
	if (!time_parse(
		    slice_of(json_string_value(json), json_string_length(json)),
		    out_ns))
		return line_bad(in, key, NULL,
				"%s: expected a time like "
				"2025-09-01T09:00:00.25Z",
				key);
	return STATUS_OK;
}

enum status line_string(const struct line_input *in, const char *key,
			struct value *out)
{
	const json_t *json = json_object_get(in->object, key);
	enum status status;
	struct error why;
	struct value v;
	struct text t;

	if (!json)
		return STATUS_OK;
	if (!json_is_string(json))
		return line_bad(in, key, NULL,
				"%s: expected a string, "
				"found %s",
				key, json_kind(json));
	text_init(&t, VALUE_STRING_MAX);
	status = text_add_unescaped(
		&t, slice_of(json_string_value(json), json_string_length(json)),
		&why);
	if (status == STATUS_OK)
		status = text_status(&t, &why);
	if (status != STATUS_OK) {
		status = line_bad(in, key, NULL, "%s: %s", key, why.message);
		goto out;
	}
	v = value_string(in->reader->pool, text_slice(&t));
	status = line_hold(in, v);
	if (status == STATUS_OK)
		*out = v;
out:
	text_release(&t);
	return status;
}

enum status line_need_string(const struct line_input *in, const char *key,
			     struct value *out)
{
	if (!json_object_get(in->object, key))
		return line_bad(in, NULL, NULL, "expected \"%s\"", key);
	return line_string(in, key, out);
}
