#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/base/plist_in.h"
#include "model/base/plist_out.h"

enum { OUT_MAX = 1 << 20 };

static struct value wrap_string(struct value_pool *pool, struct slice s)
{
	struct value v = value_string(pool, s);

	return value_list(pool, &v, 1);
}

static void writes(struct value_pool *pool, struct value v, const char *body,
		   size_t want_escaped)
{
	struct error err = {0};
	size_t escaped = 99;
	struct text t;

	text_init(&t, OUT_MAX);
	assert_int_equal(plist_write(v, &t, &escaped, &err), STATUS_OK);
	if (slice_find(text_slice(&t), slice_text(body), false) == t.len)
		fail_msg("no %s in %s", body, t.ptr);
	assert_int_equal(escaped, want_escaped);
	text_release(&t);
	value_release(pool, v);
}

static void plist_out__what_it_writes_is_read_back_the_same(void **state)
{
	struct value_pool *pool = value_pool_new();
	FILE *f = fopen("tests/fixtures/plist/types.bplist", "rb");
	struct value v = value_none, back = value_none;
	struct error err = {0};
	uint8_t bytes[4096];
	struct text t;
	size_t len;

	(void)state;
	assert_non_null(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_int_equal(plist_read(pool, slice_of(bytes, len), NULL, &v, &err),
			 STATUS_OK);
	text_init(&t, OUT_MAX);
	assert_int_equal(plist_write(v, &t, NULL, &err), STATUS_OK);
	assert_int_equal(plist_read(pool, text_slice(&t), NULL, &back, &err),
			 STATUS_OK);
	assert_true(value_equal(v, back));
	text_release(&t);
	value_release(pool, v);
	value_release(pool, back);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static void plist_out__text_is_escaped_only_where_xml_cannot_carry_it(void **s)
{
	struct value_pool *pool = value_pool_new();

	(void)s;
	writes(pool, wrap_string(pool, SLICE_LITERAL("a\\b <&>\t\xc3\xa4")),
	       "<string>a\\b &lt;&amp;&gt;\t\xc3\xa4</string>", 0);
	writes(pool, wrap_string(pool, SLICE_LITERAL("a\rb")),
	       "<string>a&#13;b</string>", 0);
	writes(pool, wrap_string(pool, SLICE_LITERAL("\x1b[31m\\")),
	       "<string>\\x1b[31m\\\\</string>", 1);
	writes(pool, wrap_string(pool, SLICE_LITERAL("bad \xff <")),
	       "<string>bad \\xff &lt;</string>", 1);
	writes(pool, wrap_string(pool, SLICE_LITERAL("a\0b")),
	       "<string>a\\x00b</string>", 1);
	writes(pool, wrap_string(pool, SLICE_LITERAL("\xef\xbf\xbf")),
	       "<string>\\u{ffff}</string>", 1);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

/* One key is ESC, the other the text that stands for ESC. */
static void plist_out__two_keys_never_become_one(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct value keys[2], vals[2] = {value_int(1), value_int(2)};
	struct value v, back = value_none;
	size_t escaped = 0;
	struct text t;

	(void)state;
	keys[0] = value_string(pool, SLICE_LITERAL("\x1b"));
	keys[1] = value_string(pool, SLICE_LITERAL("\\x1b"));
	v = value_dict(pool, keys, vals, 2);
	text_init(&t, OUT_MAX);
	assert_int_equal(plist_write(v, &t, &escaped, NULL), STATUS_OK);
	assert_int_equal(escaped, 1);
	assert_int_equal(plist_read(pool, text_slice(&t), NULL, &back, NULL),
			 STATUS_OK);
	assert_int_equal(value_get(back, "\\x1b").as.integer, 1);
	assert_int_equal(value_get(back, "\\\\x1b").as.integer, 2);
	text_release(&t);
	value_release(pool, v);
	value_release(pool, back);
	value_pool_free(pool);
}

static void plist_out__numbers_and_dates_have_their_forms(void **state)
{
	struct value_pool *pool = value_pool_new();

	(void)state;
	writes(pool, value_int(INT64_MIN),
	       "<integer>-9223372036854775808</integer>", 0);
	writes(pool, value_real(0.1), "<real>0.10000000000000001</real>", 0);
	writes(pool, value_real(-INFINITY), "<real>-infinity</real>", 0);
	writes(pool, value_real(NAN), "<real>nan</real>", 0);
	writes(pool, value_date(1999999999), "<date>1970-01-01T00:00:01Z<", 0);
	writes(pool, value_bytes(pool, SLICE_LITERAL("ab")), "YWI=\n", 0);
	writes(pool, value_list(pool, NULL, 0), "<array/>", 0);
	writes(pool, value_dict(pool, NULL, NULL, 0), "<dict/>", 0);
	value_pool_free(pool);
}

static void plist_out__says_when_it_cannot(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct error err = {0};
	struct text t;

	(void)state;
	text_init(&t, OUT_MAX);
	assert_int_equal(plist_write(value_none, &t, NULL, &err),
			 STATUS_MALFORMED);
	text_release(&t);
	text_init(&t, 230);
	assert_int_equal(plist_write(value_int(1), &t, NULL, &err), STATUS_OK);
	text_release(&t);
	text_init(&t, 100);
	assert_int_equal(plist_write(value_int(1), &t, NULL, &err),
			 STATUS_LIMIT);
	text_release(&t);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			plist_out__what_it_writes_is_read_back_the_same),
		cmocka_unit_test(
			plist_out__text_is_escaped_only_where_xml_cannot_carry_it),
		cmocka_unit_test(plist_out__two_keys_never_become_one),
		cmocka_unit_test(plist_out__numbers_and_dates_have_their_forms),
		cmocka_unit_test(plist_out__says_when_it_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
