#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "model/base/json.h"

static int open_pool(void **state)
{
	*state = value_pool_new();
	return *state ? 0 : -1;
}

static int close_pool(void **state)
{
	size_t left = value_pool_count(*state);

	value_pool_free(*state);
	return left ? -1 : 0;
}

/* Writes, prints, parses and reads again; takes over v. */
static void round_trip(struct value_pool *pool, struct value v,
		       const char *want)
{
	struct value back = value_none;
	json_t *json = json_from_value(v), *parsed = NULL;
	char *words;

	assert_non_null(json);
	words = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
	assert_non_null(words);
	assert_string_equal(words, want);
	parsed = json_loads(words, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
			    NULL);
	assert_non_null(parsed);
	assert_int_equal(json_to_value(pool, parsed, &back, NULL), STATUS_OK);
	assert_true(value_equal(v, back));
	free(words);
	json_decref(json);
	json_decref(parsed);
	value_release(pool, v);
	value_release(pool, back);
}

static struct value dict1(struct value_pool *pool, const char *key,
			  struct value val)
{
	struct value k = value_text(pool, key);

	return value_dict(pool, &k, &val, 1);
}

static void json__values_survive(void **state)
{
	struct value_pool *pool = *state;
	struct value items[] = {value_int(1), value_text(pool, "two"),
				value_bool(false)};

	round_trip(pool, value_none, "null");
	round_trip(pool, value_bool(true), "true");
	round_trip(pool, value_int(INT64_MIN), "-9223372036854775808");
	round_trip(pool, value_int(INT64_MAX), "9223372036854775807");
	round_trip(pool, value_real(2.5), "2.5");
	round_trip(pool, value_real(3), "3.0");
	round_trip(pool, value_text(pool, ""), "\"\"");
	round_trip(pool, value_string(pool, SLICE_LITERAL("a\0\xff\x1b\n\\")),
		   "\"a\\\\x00\\\\xff\\\\x1b\\\\n\\\\\\\\\"");
	round_trip(pool, value_bytes(pool, SLICE_LITERAL("\0\xff")),
		   "{\"bytes\":\"00ff\"}");
	round_trip(pool, value_bytes(pool, SLICE_LITERAL("")),
		   "{\"bytes\":\"\"}");
	round_trip(pool, value_date(1),
		   "{\"date\":\"1970-01-01T00:00:00.000000001Z\"}");
	round_trip(pool, value_list(pool, items, 3), "[1,\"two\",false]");
	round_trip(pool, value_list(pool, NULL, 0), "[]");
	round_trip(pool, value_dict(pool, NULL, NULL, 0), "{}");
	round_trip(pool, dict1(pool, "k\xff", value_int(1)),
		   "{\"k\\\\xff\":1}");
}

static void json__a_dict_is_never_read_as_something_else(void **state)
{
	struct value_pool *pool = *state;

	round_trip(pool, dict1(pool, "date", value_bool(true)),
		   "{\"dict\":{\"date\":true}}");
	round_trip(pool, dict1(pool, "bytes", value_text(pool, "00")),
		   "{\"dict\":{\"bytes\":\"00\"}}");
	round_trip(pool, dict1(pool, "dict", value_int(1)),
		   "{\"dict\":{\"dict\":1}}");
}

static void json__what_is_no_number_is_a_word(void **state)
{
	json_t *json = json_from_value(value_real((double)NAN));

	(void)state;
	assert_string_equal(json_string_value(json), "nan");
	json_decref(json);
	json = json_from_value(value_real(-(double)INFINITY));
	assert_string_equal(json_string_value(json), "-inf");
	json_decref(json);
}

static void json__long_strings_survive(void **state)
{
	struct value_pool *pool = *state;
	uint8_t *bytes = malloc(VALUE_STRING_MAX);
	struct value v, back = value_none;
	json_t *json;

	memset(bytes, 0xff, VALUE_STRING_MAX);
	v = value_string(pool, slice_of(bytes, VALUE_STRING_MAX));
	free(bytes);
	json = json_from_value(v);
	assert_int_equal(json_string_length(json), 4 * VALUE_STRING_MAX);
	assert_int_equal(json_to_value(pool, json, &back, NULL), STATUS_OK);
	assert_true(value_equal(v, back));
	json_decref(json);
	value_release(pool, v);
	value_release(pool, back);
}

static enum status read_text(struct value_pool *pool, const char *words,
			     struct error *err)
{
	json_t *json = json_loads(words, JSON_DECODE_ANY, NULL);
	struct value v = value_int(42);
	enum status status;

	assert_non_null(json);
	status = json_to_value(pool, json, &v, err);
	if (status == STATUS_OK)
		value_release(pool, v);
	else
		assert_int_equal(v.as.integer, 42);
	json_decref(json);
	return status;
}

static void json__refuses_what_no_value_can_be(void **state)
{
	static const char *const bad[] = {
		"[1,null]",
		"{\"a\":null,\"b\":1}",
		"\"\\\\q\"",
		"[\"x\",\"\\\\x1\"]",
		"{\"bytes\":\"0\"}",
		"{\"bytes\":\"0g\"}",
		"{\"bytes\":1}",
		"{\"date\":\"yesterday\"}",
		"{\"date\":1}",
		"{\"dict\":[]}",
		"{\"\\\\q\":1,\"b\":2}",
		"{\"A\":1,\"\\\\x41\":2}",
	};
	struct value_pool *pool = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error err = {.status = STATUS_OK};

		assert_int_equal(read_text(pool, bad[i], &err),
				 STATUS_MALFORMED);
		assert_int_equal(err.status, STATUS_MALFORMED);
		assert_true(strlen(err.message) > 10);
		assert_int_equal(value_pool_count(pool), 0);
	}
}

static void json__depth_is_bounded(void **state)
{
	char words[2 * (VALUE_DEPTH_MAX + 1) + 1];

	for (size_t depth = VALUE_DEPTH_MAX; depth <= VALUE_DEPTH_MAX + 1;
	     depth++) {
		memset(words, '[', depth);
		memset(words + depth, ']', depth);
		words[2 * depth] = '\0';
		assert_int_equal(read_text(*state, words, NULL),
				 depth <= VALUE_DEPTH_MAX ? STATUS_OK
							  : STATUS_LIMIT);
	}
}

static void json__items_are_bounded(void **state)
{
	json_t *array = json_array();
	struct value v;

	for (int i = 0; i <= VALUE_ITEMS_MAX; i++)
		json_array_append_new(array, json_integer(i));
	assert_int_equal(json_to_value(*state, array, &v, NULL), STATUS_LIMIT);
	json_array_remove(array, 0);
	assert_int_equal(json_to_value(*state, array, &v, NULL), STATUS_OK);
	assert_int_equal(value_count(v), VALUE_ITEMS_MAX);
	value_release(*state, v);
	json_decref(array);
}

/* Valid UTF-8 without control bytes. */
static void expect_printable(const char *words)
{
	json_t *string = json_string(words);

	assert_non_null(string);
	json_decref(string);
	for (; *words; words++)
		assert_true((uint8_t)*words >= 0x20 && *words != 0x7f);
}

static void json__lines_say_where_they_break(void **state)
{
	static const struct {
		struct slice line;
		size_t column;
	} cases[] = {
		{SLICE_LITERAL("{\"a\": }"), 7},
		{SLICE_LITERAL("{\"a\":1,\"a\":2}"), 10},
		{SLICE_LITERAL("{\"a\":9223372036854775808}"), 24},
		{SLICE_LITERAL("{\"a\":\"\xff\"}"), 6},
		{SLICE_LITERAL("{\"a\":1} x"), 9},
		{SLICE_LITERAL(""), 1},
		{SLICE_LITERAL("{\"a\":\"\\u0000\"}"), 13},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error err;
		json_t *json = NULL;

		assert_int_equal(json_parse_line(cases[i].line, 7, &json, &err),
				 STATUS_MALFORMED);
		assert_null(json);
		assert_int_equal(err.line, 7);
		if (err.column != cases[i].column)
			fail_msg("case %zu: column %zu, want %zu: %s", i,
				 err.column, cases[i].column, err.message);
		expect_printable(err.message);
	}
}

static void json__lines_are_bounded(void **state)
{
	char *line = malloc(JSON_LINE_MAX + 1);
	json_t *json = NULL;

	(void)state;
	memset(line, ' ', JSON_LINE_MAX + 1);
	line[0] = '[';
	line[JSON_LINE_MAX - 1] = ']';
	assert_int_equal(
		json_parse_line(slice_of(line, JSON_LINE_MAX), 1, &json, NULL),
		STATUS_OK);
	json_decref(json);
	assert_int_equal(json_parse_line(slice_of(line, JSON_LINE_MAX + 1), 1,
					 &json, NULL),
			 STATUS_LIMIT);
	free(line);
}

static void json__members_are_typed(void **state)
{
	json_t *object = NULL;
	struct text t;
	int64_t n = 42;

	(void)state;
	assert_int_equal(
		json_parse_line(SLICE_LITERAL("{\"s\":\"a\\\\n\",\"i\":5,"
					      "\"bad\":\"\\\\q\",\"t\":"
					      "\"1970-01-01T00:00:01Z\"}"),
				1, &object, NULL),
		STATUS_OK);
	text_init(&t, 100);
	assert_true(json_member_text(object, "s", &t));
	assert_string_equal(t.ptr, "a\n");
	assert_false(json_member_text(object, "i", &t));
	assert_false(json_member_text(object, "none", &t));
	assert_false(json_member_text(object, "bad", &t));
	assert_string_equal(t.ptr, "a\n");
	assert_false(json_member_int(object, "s", &n));
	assert_false(json_member_int(object, "none", &n));
	assert_int_equal(n, 42);
	assert_true(json_member_int(object, "i", &n));
	assert_int_equal(n, 5);
	assert_false(json_member_time(object, "s", &n));
	assert_true(json_member_time(object, "t", &n));
	assert_true(n == INT64_C(1000000000));
	text_release(&t);
	json_decref(object);
}

#define WITH_POOL(test)                                                        \
	cmocka_unit_test_setup_teardown(test, open_pool, close_pool)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_POOL(json__values_survive),
		WITH_POOL(json__a_dict_is_never_read_as_something_else),
		WITH_POOL(json__what_is_no_number_is_a_word),
		WITH_POOL(json__long_strings_survive),
		WITH_POOL(json__refuses_what_no_value_can_be),
		WITH_POOL(json__depth_is_bounded),
		WITH_POOL(json__items_are_bounded),
		cmocka_unit_test(json__lines_say_where_they_break),
		cmocka_unit_test(json__lines_are_bounded),
		cmocka_unit_test(json__members_are_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
