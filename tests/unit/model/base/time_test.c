#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/base/text.h"

static void time__known_times_both_ways(void **state)
{
	/* Seconds from `date -u -d ... +%s` (GNU coreutils). */
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00.000000000Z"},
		{INT64_C(1795299000123456789),
		 "2026-11-21T22:10:00.123456789Z"},
		{INT64_C(951782400000000000), "2000-02-29T00:00:00.000000000Z"},
		{INT64_C(-1), "1969-12-31T23:59:59.999999999Z"},
		{INT64_C(-2203891200000000000),
		 "1900-03-01T00:00:00.000000000Z"},
		{INT64_C(4107542400000000000),
		 "2100-03-01T00:00:00.000000000Z"},
		{INT64_C(7263216000000000000),
		 "2200-03-01T00:00:00.000000000Z"},
		{INT64_C(-5359564800000000000),
		 "1800-03-01T00:00:00.000000000Z"},
		{INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
		{INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
	};
	struct text t;

	(void)state;
	text_init(&t, 64);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t back = 42;

		text_reset(&t);
		text_add_time(&t, cases[i].ns);
		assert_string_equal(t.ptr, cases[i].text);
		assert_true(time_parse(text_slice(&t), &back));
		assert_true(back == cases[i].ns);
	}
	text_release(&t);
}

static void time__every_day_survives(void **state)
{
	const int64_t day = INT64_C(86400000000000);
	char last[32] = "";
	struct text t;

	(void)state;
	text_init(&t, 64);
	for (int64_t n = -100000; n <= 100000; n++) {
		int64_t back;

		text_reset(&t);
		text_add_time(&t, n * day + 1);
		assert_true(strcmp(last, t.ptr) < 0);
		memcpy(last, t.ptr, t.len + 1);
		assert_true(time_parse(text_slice(&t), &back));
		assert_true(back == n * day + 1);
	}
	text_release(&t);
}

static void time__reads_fractions_and_offsets(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{"1970-01-01T00:00:01Z", INT64_C(1000000000)},
		{"1970-01-01t00:00:01z", INT64_C(1000000000)},
		{"1970-01-01T00:00:00.5Z", INT64_C(500000000)},
		{"1970-01-01T00:00:00.000000001Z", 1},
		{"1970-01-01T01:00:00+01:00", 0},
		{"1969-12-31T18:30:00-05:30", 0},
		{"1970-01-01T00:00:00-00:00", 0},
		{"1969-12-31T23:59:60Z", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t ns = 42;

		assert_true(time_parse(slice_text(cases[i].text), &ns));
		assert_true(ns == cases[i].ns);
	}
}

static void time__refuses_what_is_no_time(void **state)
{
	static const char *const bad[] = {
		"",
		"2026-11-21",
		"2026-11-21T22:10:00",
		"2026-11-21 22:10:00Z",
		"2026-11-21T22:10Z",
		"2026-11-21T22:10:00Zx",
		"2026-11-21T22:10:00.Z",
		"2026-11-21T22:10:00.1234567890Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-01-00T00:00:00Z",
		"2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z",
		"2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+0100",
		"+026-01-01T00:00:00Z",
		"0000-01-01T00:00:00Z",
		"0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z",
		"2262-04-11T23:47:16.854775808Z",
		"1677-09-21T00:12:43.145224191Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int64_t ns = 42;

		if (time_parse(slice_text(bad[i]), &ns))
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(ns, 42);
	}
}

static void time__spans_are_short(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{0, "0 ms"},
		{-5, "0 ms"},
		{1, "<1 ms"},
		{INT64_C(12000000), "12 ms"},
		{INT64_C(999999999), "999 ms"},
		{INT64_C(1000000000), "1.0 s"},
		{INT64_C(3450000000), "3.4 s"},
		{INT64_C(9999999999), "9.9 s"},
		{INT64_C(10000000000), "10 s"},
		{INT64_C(59999999999), "59 s"},
		{INT64_C(60000000000), "1 min"},
		{INT64_C(3599) * 1000000000, "59 min"},
		{INT64_C(3600) * 1000000000, "1 h"},
		{INT64_C(172799) * 1000000000, "47 h"},
		{INT64_C(172800) * 1000000000, "2 d"},
		{INT64_C(9999) * 86400 * 1000000000, "9999 d"},
		{INT64_MAX, "292 y"},
		{INT64_MIN, "0 ms"},
	};
	struct text t;

	(void)state;
	text_init(&t, 64);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		text_reset(&t);
		text_add_span(&t, cases[i].ns);
		assert_string_equal(t.ptr, cases[i].text);
		assert_true(t.len <= 6);
	}
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time__known_times_both_ways),
		cmocka_unit_test(time__every_day_survives),
		cmocka_unit_test(time__reads_fractions_and_offsets),
		cmocka_unit_test(time__refuses_what_is_no_time),
		cmocka_unit_test(time__spans_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
