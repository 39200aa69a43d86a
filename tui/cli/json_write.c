#include "json_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Bytes between quotes and backslashes go out in one piece. */
static void add_quoted(struct text *t, struct slice plain)
{
	size_t from = 0;

	text_add_byte(t, '"');
	for (size_t i = 0; i < plain.len; i++) {
		if (plain.ptr[i] != '"' && plain.ptr[i] != '\\')
			continue;
		text_add(t, slice_part(plain, from, i - from));
		text_add_byte(t, '\\');
		from = i;
	}
	text_add(t, slice_part(plain, from, plain.len));
	text_add_byte(t, '"');
}

void json_add_string(struct text *t, struct slice bytes)
{
	struct text escaped;

	if (text_is_plain(bytes)) {
		add_quoted(t, bytes);
		return;
	}
	text_init(&escaped, 8 * bytes.len + 16);
	text_add_escaped(&escaped, bytes);
	add_quoted(t, text_slice(&escaped));
	t->cut = t->cut || escaped.cut;
	text_release(&escaped);
}

void json_add_time(struct text *t, int64_t time_ns)
{
	text_add_byte(t, '"');
	text_add_time(t, time_ns);
	text_add_byte(t, '"');
}

void json_add_key(struct text *t, bool *first, const char *key)
{
	if (!*first)
		text_add_text(t, ", ");
	*first = false;
	text_add_byte(t, '"');
	text_add_text(t, key);
	text_add_text(t, "\": ");
}

static void add_real(struct text *t, double r)
{
	char digits[32];

	if (!isfinite(r)) {
		text_add_text(t, isnan(r) ? "\"nan\""
				 : r > 0  ? "\"inf\""
					  : "\"-inf\"");
		return;
	}
	snprintf(digits, sizeof(digits), "%.17g", r);
	text_add_text(t, digits);
	/* A real stays one when it is read again. */
	if (!strpbrk(digits, ".e"))
		text_add_text(t, ".0");
}

static void add_hex(struct text *t, struct slice bytes)
{
	text_add_text(t, "{\"bytes\": \"");
	for (size_t i = 0; i < bytes.len; i++)
		text_addf(t, "%02x", bytes.ptr[i]);
	text_add_text(t, "\"}");
}

static void add_list(struct text *t, struct value v)
{
	text_add_byte(t, '[');
	for (size_t i = 0; i < value_count(v); i++) {
		if (i)
			text_add_text(t, ", ");
		json_add_value(t, value_at(v, i));
	}
	text_add_byte(t, ']');
}

/* Words that stand for a value which JSON has no form for. */
static bool is_wrapper(struct slice key)
{
	return slice_is(key, "bytes") || slice_is(key, "date") ||
	       slice_is(key, "dict");
}

static void add_dict(struct text *t, struct value v)
{
	bool wrap =
		value_count(v) == 1 && is_wrapper(value_slice(value_key(v, 0)));

	text_add_text(t, wrap ? "{\"dict\": {" : "{");
	for (size_t i = 0; i < value_count(v); i++) {
		if (i)
			text_add_text(t, ", ");
		json_add_string(t, value_slice(value_key(v, i)));
		text_add_text(t, ": ");
		json_add_value(t, value_at(v, i));
	}
	text_add_text(t, wrap ? "}}" : "}");
}

void json_add_value(struct text *t, struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		text_add_text(t, v.as.boolean ? "true" : "false");
		break;
	case VALUE_INT:
		text_addf(t, "%" PRId64, v.as.integer);
		break;
	case VALUE_DATE:
		text_add_text(t, "{\"date\": ");
		json_add_time(t, v.as.integer);
		text_add_byte(t, '}');
		break;
	case VALUE_REAL:
		add_real(t, v.as.real);
		break;
	case VALUE_STRING:
		json_add_string(t, value_slice(v));
		break;
	case VALUE_BYTES:
		add_hex(t, value_slice(v));
		break;
	case VALUE_LIST:
		add_list(t, v);
		break;
	case VALUE_DICT:
		add_dict(t, v);
		break;
	case VALUE_NONE:
	case VALUE_TYPE_COUNT:
		text_add_text(t, "null");
		break;
	}
}
