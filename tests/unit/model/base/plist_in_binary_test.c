#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "plist_test.h"

/* Binary lists by hand: objects are appended, then the table and trailer. */
struct binary {
	struct text *out;
	size_t offsets[70000];
	size_t count;
};

static struct binary *binary_begin(struct test *t)
{
	struct binary *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	text_reset(&t->list);
	text_add_text(&t->list, "bplist00");
	b->out = &t->list;
	return b;
}

static void add_be(struct text *t, uint64_t n, size_t bytes)
{
	while (bytes-- > 0)
		text_add_byte(t, (char)(n >> 8 * bytes));
}

static void object(struct binary *b, const char *bytes, size_t len)
{
	b->offsets[b->count++] = b->out->len;
	text_add(b->out, slice_of(bytes, len));
}

/* An array or dict of these references, 2 bytes each. */
static void container(struct binary *b, uint8_t type, const uint16_t *refs,
		      size_t count, size_t ref_count)
{
	b->offsets[b->count++] = b->out->len;
	if (count < 15) {
		text_add_byte(b->out, (char)(type << 4 | (int)count));
	} else {
		text_add_byte(b->out, (char)(type << 4 | 15));
		text_add_byte(b->out, 0x12);
		add_be(b->out, count, 4);
	}
	for (size_t i = 0; i < ref_count; i++)
		add_be(b->out, refs[i], 2);
}

static void binary_end(struct binary *b, uint64_t root)
{
	size_t table = b->out->len;

	for (size_t i = 0; i < b->count; i++)
		add_be(b->out, b->offsets[i], 4);
	add_be(b->out, 0, 6);
	add_be(b->out, 4, 1);
	add_be(b->out, 2, 1);
	add_be(b->out, b->count, 8);
	add_be(b->out, root, 8);
	add_be(b->out, table, 8);
	free(b);
}

/* Each array holds the next one many times: 199 bytes, 919 MB to libplist. */
static void plist_in__refuses_small_lists_that_grow(void **state)
{
	struct test *t = *state;
	struct binary *b = binary_begin(t);
	uint16_t refs[8];

	for (uint16_t i = 0; i < 8; i++) {
		for (size_t k = 0; k < 8; k++)
			refs[k] = (uint16_t)(i + 1);
		container(b, 0xa, refs, 8, 8);
	}
	object(b, "\x09", 1);
	binary_end(b, 0);
	assert_in_range(t->list.len, 0, 300);
	refuses_binary(t, STATUS_LIMIT, "written out");
}

static void plist_in__refuses_text_that_grows(void **state)
{
	struct test *t = *state;
	struct binary *b = binary_begin(t);
	uint16_t refs[1000] = {0};
	char text[2000] = "\x5f\x11\x07\xcb"; /* 1,995 characters */

	for (size_t i = 0; i < 1000; i++)
		refs[i] = 1;
	container(b, 0xa, refs, 1000, 1000);
	for (size_t i = 0; i < 1000; i++)
		refs[i] = 2;
	container(b, 0xa, refs, 100, 100);
	memset(text + 4, 'x', sizeof(text) - 4);
	object(b, text, 4 + 1995);
	binary_end(b, 0);
	refuses_binary(t, STATUS_LIMIT, "bytes of text");
}

static void plist_in__refuses_100000_levels(void **state)
{
	struct test *t = *state;
	struct binary *b = binary_begin(t);

	for (uint16_t i = 0; i < 60000; i++) {
		uint16_t next = (uint16_t)(i + 1);

		container(b, 0xa, &next, 1, 1);
	}
	object(b, "\x09", 1);
	binary_end(b, 0);
	refuses_binary(t, STATUS_LIMIT, "deeper than 64");
	text_reset(&t->list);
	text_add_text(&t->list, "<plist>");
	for (size_t i = 0; i < 100000; i++)
		text_add_text(&t->list, "<array>");
	refuses_binary(t, STATUS_LIMIT, "deeper than 64");
}

static void nested(struct test *t, size_t levels)
{
	text_reset(&t->list);
	text_add_text(&t->list, "<plist>");
	for (size_t i = 0; i < levels; i++)
		text_add_text(&t->list, "<array>");
	for (size_t i = 0; i < levels; i++)
		text_add_text(&t->list, "</array>");
	text_add_text(&t->list, "</plist>");
}

static void plist_in__takes_64_levels_and_no_more(void **state)
{
	struct test *t = *state;
	struct binary *b;
	struct value v;

	nested(t, 64);
	v = read_ok(t);
	value_release(t->pool, v);
	nested(t, 65);
	refuses_binary(t, STATUS_LIMIT, "deeper than 64");
	for (uint16_t levels = 64; levels <= 65; levels++) {
		b = binary_begin(t);
		for (uint16_t i = 0; i + 1 < levels; i++) {
			uint16_t next = (uint16_t)(i + 1);

			container(b, 0xa, &next, 1, 1);
		}
		container(b, 0xa, NULL, 0, 0);
		binary_end(b, 0);
		if (levels == 64) {
			v = read_ok(t);
			value_release(t->pool, v);
		} else {
			refuses_binary(t, STATUS_LIMIT, "deeper than 64");
		}
	}
}

static void plist_in__refuses_circles(void **state)
{
	static const uint16_t self = 0, second = 1;
	struct test *t = *state;
	struct binary *b = binary_begin(t);

	container(b, 0xa, &self, 1, 1);
	binary_end(b, 0);
	refuses_binary(t, STATUS_MALFORMED, "within itself");
	b = binary_begin(t);
	container(b, 0xa, &second, 1, 1);
	container(b, 0xa, &self, 1, 1);
	binary_end(b, 0);
	refuses_binary(t, STATUS_MALFORMED, "within itself");
}

/* The same key as ASCII and as UTF-16. */
static void plist_in__refuses_a_key_twice_in_two_encodings(void **state)
{
	static const uint16_t refs[] = {1, 2, 3, 3};
	struct test *t = *state;
	struct binary *b = binary_begin(t);

	container(b, 0xd, refs, 2, 4);
	object(b,
	       "\x51"
	       "k",
	       2);
	object(b, "\x61\0k", 3);
	object(b, "\x09", 1);
	binary_end(b, 0);
	refuses_binary(t, STATUS_MALFORMED, "second time");
}

static void plist_in__refuses_objects_that_mean_nothing(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *word;
	} cases[] = {
		{"\x00", 1, "null"},
		{"\x0f", 1, "null"},
		{"\x80\x01", 2, "uid"},
		{"\xc1\x00\x00", 3, "set"},
		{"\x70", 1, "means nothing"},
		{"\x15", 1, "more than 16"},
		{"\x13\x00", 2, "cut off"},
		{"\x21\x00\x00", 3, "4 or 8"},
		{"\x33\x7f\xf8\0\0\0\0\0\0", 9, "no number"},
		{"\x32\0\0\0\0", 5, "8 bytes"},
		{"\x51\x80", 2, "UTF-8"},
		{"\x51\x00", 2, "NUL"},
		{"\x61\xd8\x00", 3, "surrogate"},
		{"\x60", 1, "empty"},
		{"\x5f\x51", 2, "size"},
		{"\x4f\x13\xff\xff\xff\xff\xff\xff\xff\xff", 10, "bytes left"},
		{"\x6f\x13\x80\0\0\0\0\0\0\0", 10, "bytes left"},
		{"\xaf\x13\xff\xff\xff\xff\xff\xff\xff\xff", 10, "at most"},
		{"\xd1\xff\xff\x00\x00", 5, "outside"},
		{"\xa1\xff\xff", 3, "outside"},
	};
	struct test *t = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct binary *b = binary_begin(t);

		object(b, cases[i].bytes, cases[i].len);
		binary_end(b, 0);
		refuses_binary(t,
			       !strcmp(cases[i].word, "at most")
				       ? STATUS_LIMIT
				       : STATUS_MALFORMED,
			       cases[i].word);
	}
}

static void plist_in__refuses_broken_trailers(void **state)
{
	static const struct {
		size_t from_end;
		uint8_t byte;
		const char *word;
	} cases[] = {
		{26, 0, "1 to 8"},    {25, 9, "1 to 8"},  {24, 0xff, "number"},
		{9, 1, "top object"}, {1, 0xff, "table"}, {8, 0xff, "table"},
	};
	struct test *t = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct binary *b = binary_begin(t);

		object(b, "\x09", 1);
		binary_end(b, 0);
		t->list.ptr[t->list.len - cases[i].from_end] =
			(char)cases[i].byte;
		refuses_binary(t, STATUS_MALFORMED, cases[i].word);
	}
}

/* 128-bit integers: those of 64 bits are taken. */
static void plist_in__reads_integers_of_16_bytes(void **state)
{
	struct test *t = *state;
	struct binary *b = binary_begin(t);
	struct value v;

	object(b,
	       "\x14\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	       "\xff\xff\xfe",
	       17);
	binary_end(b, 0);
	v = read_ok(t);
	assert_int_equal(v.as.integer, -2);
	b = binary_begin(t);
	object(b, "\x14\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0", 17);
	binary_end(b, 0);
	refuses_binary(t, STATUS_LIMIT, "64 bits");
}

/* An odd number below a shared container: each of its places is right. */
static void plist_in__shared_odd_numbers_keep_their_places(void **state)
{
	static const uint16_t root[] = {1, 2, 1, 3}, pair[] = {2, 3};
	struct test *t = *state;
	struct binary *b = binary_begin(t);
	struct value v;

	container(b, 0xa, root, 4, 4);
	container(b, 0xa, pair, 2, 2);
	object(b, "\x10\x07", 2);
	object(b, "\x14\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 17);
	binary_end(b, 0);
	v = read_ok(t);
	for (size_t i = 0; i < 4; i += 2) {
		assert_int_equal(value_at(value_at(v, i), 0).as.integer, 7);
		assert_true(slice_is(value_slice(value_at(value_at(v, i), 1)),
				     "18446744073709551615"));
	}
	assert_int_equal(value_at(v, 1).as.integer, 7);
	assert_true(
		slice_is(value_slice(value_at(v, 3)), "18446744073709551615"));
	value_release(t->pool, v);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(plist_in__refuses_small_lists_that_grow),
		TEST(plist_in__refuses_text_that_grows),
		TEST(plist_in__refuses_100000_levels),
		TEST(plist_in__takes_64_levels_and_no_more),
		TEST(plist_in__refuses_circles),
		TEST(plist_in__refuses_a_key_twice_in_two_encodings),
		TEST(plist_in__refuses_objects_that_mean_nothing),
		TEST(plist_in__refuses_broken_trailers),
		TEST(plist_in__reads_integers_of_16_bytes),
		TEST(plist_in__shared_odd_numbers_keep_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
