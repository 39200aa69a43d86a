#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/base/cursor.h"
#include "model/base/slice.h"
#include "model/base/vec.h"

static void expect(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("got \"%.*s\", want \"%s\"", (int)got.len,
			 (const char *)got.ptr, want);
}

static void slice__splits_paths(void **state)
{
	static const struct {
		const char *path, *dir, *base;
	} cases[] = {
		{"/usr/bin/x", "/usr/bin", "x"},
		{"/x", "/", "x"},
		{"x", "", "x"},
		{"a/b", "a", "b"},
		{"a/", "a", ""},
		{"/", "/", ""},
		{"", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct slice path = slice_text(cases[i].path);

		expect(slice_dir_name(path), cases[i].dir);
		expect(slice_base_name(path), cases[i].base);
	}
}

static void slice__finds(void **state)
{
	struct slice a = SLICE_LITERAL("Chromium ChromE");

	(void)state;
	assert_int_equal(slice_find(a, slice_text("ChromE"), false), 9);
	assert_int_equal(slice_find(a, slice_text("chrome"), false), a.len);
	assert_int_equal(slice_find(a, slice_text("chrome"), true), 9);
	assert_int_equal(slice_find(a, slice_text("CHROM"), true), 0);
	assert_int_equal(slice_find(a, slice_text(""), true), 0);
	assert_int_equal(slice_find(a, slice_text("Chromium ChromEs"), true),
			 a.len);
	assert_int_equal(slice_find(slice_text(NULL), slice_text("a"), false),
			 0);
	/* '@' and '`' differ by the bit that tells letters' case. */
	assert_int_equal(slice_find(slice_text("@"), slice_text("`"), true), 1);
}

static void slice__compares_byte_by_byte(void **state)
{
	(void)state;
	assert_true(slice_compare(slice_text("a"), slice_text("b")) < 0);
	assert_true(slice_compare(slice_text("ab"), slice_text("a")) > 0);
	assert_true(slice_compare(slice_text(""), slice_text("a")) < 0);
	assert_int_equal(slice_compare(slice_text("a"), slice_text("a")), 0);
	assert_true(slice_compare(SLICE_LITERAL("\xff"), SLICE_LITERAL("a")) >
		    0);
	assert_true(slice_compare(SLICE_LITERAL("a\0b"),
				  SLICE_LITERAL("a\0c")) < 0);
}

static void slice__reads_decimal_numbers_only(void **state)
{
	static const char *const bad[] = {
		"",
		"-1",
		"+1",
		" 1",
		"1 ",
		"0x1",
		"1a1",
		"9223372036854775808",
		"99999999999999999999",
	};
	int64_t n = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(slice_to_int(slice_text(bad[i]), &n));
		assert_int_equal(n, 42);
	}
	assert_true(slice_to_int(slice_text("0"), &n));
	assert_int_equal(n, 0);
	assert_true(slice_to_int(slice_text("9223372036854775807"), &n));
	assert_true(n == INT64_MAX);
	assert_true(slice_to_int(slice_text("007"), &n));
	assert_int_equal(n, 7);
}

static void slice__takes_fields(void **state)
{
	struct slice rest = slice_text("a::b:");

	(void)state;
	expect(slice_take(&rest, ':'), "a");
	expect(slice_take(&rest, ':'), "");
	expect(slice_take(&rest, ':'), "b");
	assert_non_null(rest.ptr);
	expect(slice_take(&rest, ':'), "");
	assert_null(rest.ptr);
	expect(slice_take(&rest, ':'), "");
}

static void slice__parts_are_clamped(void **state)
{
	struct slice a = slice_text("abc");

	(void)state;
	expect(slice_part(a, 1, 100), "bc");
	expect(slice_part(a, 3, 1), "");
	expect(slice_part(a, 9, 9), "");
	expect(slice_part(a, 0, SIZE_MAX), "abc");
}

static void cursor__never_leaves_its_slice(void **state)
{
	const uint8_t bytes[] = {1, 2, 3, 4, 5};
	struct cursor c = cursor_of(slice_of(bytes, sizeof(bytes)));

	(void)state;
	assert_int_equal(cursor_be32(&c), 0x01020304);
	assert_int_equal(cursor_left(&c), 1);
	assert_int_equal(cursor_be32(&c), 0);
	assert_true(c.failed);
	assert_int_equal(c.pos, 4);
	assert_int_equal(cursor_u8(&c), 0);

	c = cursor_of(slice_of(bytes, sizeof(bytes)));
	assert_int_equal(cursor_le32(&c), 0x04030201);
	assert_true(cursor_seek(&c, 5));
	assert_false(cursor_seek(&c, 6));

	c = cursor_of(slice_of(bytes, sizeof(bytes)));
	cursor_take(&c, 1);
	assert_null(cursor_take(&c, SIZE_MAX).ptr);
	assert_true(c.failed);
}

static void vec__grows_to_its_maximum_and_no_further(void **state)
{
	int *items = NULL;
	size_t cap = 0;

	(void)state;
	for (size_t n = 1; n <= 100; n++) {
		assert_true(vec_reserve((void **)&items, &cap, n,
					sizeof(*items), 100));
		assert_true(cap >= n && cap <= 100);
		items[n - 1] = (int)n;
	}
	assert_false(
		vec_reserve((void **)&items, &cap, 101, sizeof(*items), 100));
	assert_int_equal(cap, 100);
	assert_int_equal(items[0], 1);
	assert_int_equal(items[99], 100);
	assert_false(vec_reserve((void **)&items, &cap, SIZE_MAX / 2,
				 sizeof(*items), SIZE_MAX));
	assert_int_equal(items[99], 100);
	free(items);
}

static void vec__grows_by_half(void **state)
{
	char *items = NULL;
	size_t cap = 0, moves = 0;

	(void)state;
	for (size_t n = 1; n <= 100000; n++) {
		size_t before = cap;

		assert_true(vec_reserve((void **)&items, &cap, n, 1, SIZE_MAX));
		moves += cap != before;
	}
	assert_true(moves < 40);
	free(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slice__splits_paths),
		cmocka_unit_test(slice__finds),
		cmocka_unit_test(slice__compares_byte_by_byte),
		cmocka_unit_test(slice__reads_decimal_numbers_only),
		cmocka_unit_test(slice__takes_fields),
		cmocka_unit_test(slice__parts_are_clamped),
		cmocka_unit_test(cursor__never_leaves_its_slice),
		cmocka_unit_test(vec__grows_to_its_maximum_and_no_further),
		cmocka_unit_test(vec__grows_by_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
