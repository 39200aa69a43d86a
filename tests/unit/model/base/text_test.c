#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/base/text.h"

static void expect(const struct text *t, const char *want)
{
	assert_string_equal(t->ptr, want);
	assert_int_equal(t->len, strlen(want));
}

static void text__is_empty_before_it_holds_something(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, 10);
	expect(&t, "");
	text_reset(&t);
	text_release(&t);
	text_release(&t);
	text_release(NULL);
	expect(&t, "");
}

static void text__adds(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, 1000);
	text_add_text(&t, "pid ");
	text_addf(&t, "%d", 18530);
	text_add_byte(&t, ',');
	text_add(&t, SLICE_LITERAL(" \0x"));
	assert_int_equal(t.len, 13);
	assert_memory_equal(t.ptr, "pid 18530, \0x", 14);
	text_reset(&t);
	expect(&t, "");
	text_addf(&t, "%600d", 1);
	assert_int_equal(t.len, 600);
	assert_int_equal(t.ptr[599], '1');
	assert_int_equal(text_status(&t, NULL), STATUS_OK);
	text_release(&t);
}

static void text__stops_at_its_maximum(void **state)
{
	struct error err;
	struct text t;

	(void)state;
	text_init(&t, 5);
	text_add_text(&t, "12345");
	assert_false(t.cut);
	text_add_byte(&t, '6');
	assert_true(t.cut);
	expect(&t, "12345");
	assert_int_equal(text_status(&t, &err), STATUS_LIMIT);
	text_reset(&t);
	text_add_text(&t, "123456789");
	expect(&t, "12345");
	assert_true(t.cut);
	text_add_byte(&t, '6');
	expect(&t, "12345");
	text_reset(&t);
	text_addf(&t, "%s", "abcdefgh");
	expect(&t, "abcde");
	text_release(&t);
}

static void text__is_cut_between_characters(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, 4);
	text_add_text(&t, "ab\xe2\x82\xac"); /* the euro sign, 3 bytes */
	expect(&t, "ab");
	assert_true(t.cut);
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text__is_empty_before_it_holds_something),
		cmocka_unit_test(text__adds),
		cmocka_unit_test(text__stops_at_its_maximum),
		cmocka_unit_test(text__is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
