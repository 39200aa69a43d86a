#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/base/value.h"

struct pools {
	struct value_pool *pool, *other;
};

static int open_pools(void **state)
{
	struct pools *p = calloc(1, sizeof(*p));

	p->pool = value_pool_new();
	p->other = value_pool_new();
	*state = p;
	return p->pool && p->other ? 0 : -1;
}

/* Every test must have released what it made: then the pools are empty. */
static int close_pools(void **state)
{
	struct pools *p = *state;
	size_t left = value_pool_count(p->pool) + value_pool_count(p->other);

	value_pool_free(p->pool);
	value_pool_free(p->other);
	free(p);
	return left ? -1 : 0;
}

static struct value nest(struct value_pool *pool, int depth)
{
	struct value v = value_int(1);

	for (int i = 0; i < depth; i++)
		v = value_list(pool, &v, 1);
	return v;
}

/* {"name": text, "items": [1, 2.5, true, "x"]} */
static struct value sample(struct value_pool *pool, const char *text)
{
	struct value items[] = {value_int(1), value_real(2.5), value_bool(true),
				value_text(pool, "x")};
	struct value keys[] = {value_text(pool, "name"),
			       value_text(pool, "items")};
	struct value vals[] = {value_text(pool, text),
			       value_list(pool, items, 4)};

	return value_dict(pool, keys, vals, 2);
}

static void value__equal_contents_are_one(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value a = value_text(pool, "chromium");
	struct value b = value_string(pool, SLICE_LITERAL("chromium"));
	struct value c = value_bytes(pool, SLICE_LITERAL("chromium"));

	assert_ptr_equal(a.as.node, b.as.node);
	assert_true(value_equal(a, b));
	assert_false(value_equal(a, c));
	assert_int_equal(value_pool_count(pool), 2);
	value_release(pool, a);
	assert_int_equal(value_pool_count(pool), 2);
	assert_true(slice_is(value_slice(b), "chromium"));
	value_release(pool, b);
	assert_int_equal(value_pool_count(pool), 1);
	value_release(pool, c);
	assert_int_equal(value_pool_count(pool), 0);
}

static void value__empty_and_nul_strings_are_values(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value empty = value_text(pool, "");
	struct value null = value_string(pool, slice_of(NULL, 0));
	struct value nul = value_string(pool, SLICE_LITERAL("a\0b"));
	struct value a = value_text(pool, "a");

	assert_int_equal(empty.type, VALUE_STRING);
	assert_true(value_equal(empty, null));
	assert_false(value_equal(nul, a));
	assert_int_equal(value_slice(nul).len, 3);
	value_release(pool, empty);
	value_release(pool, null);
	value_release(pool, nul);
	value_release(pool, a);
}

static void value__lists_and_dicts_are_one_too(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value a = sample(pool, "zygote");
	size_t count = value_pool_count(pool);
	struct value b = sample(pool, "zygote");
	struct value c = sample(pool, "gpu");

	assert_ptr_equal(a.as.node, b.as.node);
	assert_int_equal(value_pool_count(pool), count + 2);
	assert_false(value_equal(a, c));
	value_release(pool, c);
	assert_int_equal(value_pool_count(pool), count);
	value_release(pool, a);
	assert_true(slice_is(value_slice(value_get(b, "name")), "zygote"));
	value_release(pool, b);
}

static void value__unused_bits_do_not_tell_values_apart(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value a, b;
	struct value list_a, list_b;

	memset(&a, 0xff, sizeof(a));
	memset(&b, 0x00, sizeof(b));
	a.type = b.type = VALUE_BOOL;
	a.as.boolean = b.as.boolean = true;
	list_a = value_list(pool, &a, 1);
	list_b = value_list(pool, &b, 1);
	assert_ptr_equal(list_a.as.node, list_b.as.node);
	value_release(pool, list_a);
	value_release(pool, list_b);
}

static void value__reads_what_was_put_in(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value v = sample(pool, "gpu");
	struct value items = value_get(v, "items");

	assert_int_equal(value_count(v), 2);
	assert_true(slice_is(value_slice(value_key(v, 1)), "items"));
	assert_int_equal(value_key(v, 2).type, VALUE_NONE);
	assert_int_equal(value_get(v, "nothing").type, VALUE_NONE);
	assert_int_equal(value_count(items), 4);
	assert_int_equal(value_at(items, 0).as.integer, 1);
	assert_true(value_at(items, 1).as.real == 2.5);
	assert_true(value_at(items, 2).as.boolean);
	assert_int_equal(value_at(items, 4).type, VALUE_NONE);
	assert_int_equal(value_slice(items).len, 0);
	assert_int_equal(value_count(value_int(3)), 0);
	value_release(pool, v);
}

static void value__none_makes_containers_none(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value items[] = {value_text(pool, "kept?"), value_none};
	struct value keys[] = {value_text(pool, "k"), value_text(pool, "k")};
	struct value vals[] = {value_int(1), value_text(pool, "v")};
	struct value number = value_int(1), val = value_text(pool, "v");

	assert_int_equal(value_list(pool, items, 2).type, VALUE_NONE);
	/* A key given twice, and one that is no string. */
	assert_int_equal(value_dict(pool, keys, vals, 2).type, VALUE_NONE);
	assert_int_equal(value_dict(pool, &number, &val, 1).type, VALUE_NONE);
	assert_int_equal(value_pool_count(pool), 0);
}

static void value__limits_hold_and_leak_nothing(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	char *large = calloc(1, VALUE_STRING_MAX + 1);
	struct value *many = calloc(VALUE_ITEMS_MAX + 1, sizeof(*many));
	struct value v;

	v = value_string(pool, slice_of(large, VALUE_STRING_MAX));
	assert_int_equal(value_slice(v).len, VALUE_STRING_MAX);
	value_release(pool, v);
	v = value_string(pool, slice_of(large, VALUE_STRING_MAX + 1));
	assert_int_equal(v.type, VALUE_NONE);

	for (size_t i = 0; i <= VALUE_ITEMS_MAX; i++)
		many[i] = value_text(pool, "item");
	v = value_list(pool, many, VALUE_ITEMS_MAX + 1);
	assert_int_equal(v.type, VALUE_NONE);
	assert_int_equal(value_pool_count(pool), 0);
	for (size_t i = 0; i < VALUE_ITEMS_MAX; i++)
		many[i] = value_int((int64_t)i);
	v = value_list(pool, many, VALUE_ITEMS_MAX);
	assert_int_equal(value_count(v), VALUE_ITEMS_MAX);
	value_release(pool, v);

	v = nest(pool, VALUE_DEPTH_MAX);
	assert_int_equal(v.type, VALUE_LIST);
	v = value_list(pool, &v, 1);
	assert_int_equal(v.type, VALUE_NONE);
	free(large);
	free(many);
}

static void value__copies_live_on_their_own(void **state)
{
	struct pools *p = *state;
	struct value v = sample(p->pool, "gpu"), copy, again;

	copy = value_copy(p->other, v);
	value_release(p->pool, v);
	assert_int_equal(value_pool_count(p->pool), 0);
	again = sample(p->other, "gpu");
	assert_true(value_equal(copy, again));
	assert_true(
		value_equal(value_copy(p->other, value_int(7)), value_int(7)));
	value_release(p->other, copy);
	value_release(p->other, again);
	v = value_list(p->pool, NULL, 0);
	copy = value_copy(p->other, v);
	assert_int_equal(copy.type, VALUE_LIST);
	value_release(p->other, copy);
	value_release(p->pool, v);
}

static void value__sorts(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	struct value sorted[] = {
		value_none,
		value_bool(false),
		value_bool(true),
		value_int(INT64_MIN),
		value_int(-1),
		value_int(INT64_MAX),
		value_date(0),
		value_real(-1.5),
		value_real(3),
		value_real((double)NAN),
		value_text(pool, ""),
		value_text(pool, "B"),
		value_text(pool, "b"),
		value_text(pool, "Ba"),
		value_text(pool, "c"),
		nest(pool, 1),
		sample(pool, "a"),
		sample(pool, "b"),
	};
	size_t count = sizeof(sorted) / sizeof(*sorted);

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = value_compare(sorted[i], sorted[j]);

			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
	}
	for (size_t i = 0; i < count; i++)
		value_release(pool, sorted[i]);
}

static void value__list_of_text(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	const char *const texts[] = {"userns", "pid", "net"};
	struct value v = value_list_of_text(pool, texts, 3);

	assert_int_equal(value_count(v), 3);
	assert_true(slice_is(value_slice(value_at(v, 2)), "net"));
	value_release(pool, v);
	v = value_list_of_text(pool, NULL, 0);
	assert_int_equal(v.type, VALUE_LIST);
	assert_int_equal(value_count(v), 0);
	value_release(pool, v);
}

static void value__sixty_thousand_strings_stay_cheap(void **state)
{
	struct value_pool *pool = ((struct pools *)*state)->pool;
	enum { COUNT = 60000 };
	struct value *all = calloc(COUNT, sizeof(*all));
	char text[32];
	size_t empty = value_pool_bytes(pool);

	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "/usr/bin/program-%06d", i);
		all[i] = value_text(pool, text);
	}
	assert_int_equal(value_pool_count(pool), COUNT);
	assert_true(value_pool_bytes(pool) < COUNT * (64 + 24 + 16));
	for (int i = 0; i < COUNT; i++)
		value_release(pool, all[i]);
	assert_int_equal(value_pool_count(pool), 0);
	assert_int_equal(value_pool_bytes(pool), empty);
	free(all);
}

static void value__pool_frees_what_is_still_held(void **state)
{
	struct value_pool *pool = value_pool_new();

	(void)state;
	assert_int_equal(sample(pool, "held").type, VALUE_DICT);
	/* The address sanitizer tells if it does not. */
	value_pool_free(pool);
	value_pool_free(NULL);
}

static void value__types_have_words(void **state)
{
	(void)state;
	for (int i = 0; i < VALUE_TYPE_COUNT; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				value_type_text((enum value_type)i),
				value_type_text((enum value_type)j));
	assert_string_equal(value_type_text(VALUE_DICT), "dict");
}

#define WITH_POOLS(test)                                                       \
	cmocka_unit_test_setup_teardown(test, open_pools, close_pools)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_POOLS(value__equal_contents_are_one),
		WITH_POOLS(value__empty_and_nul_strings_are_values),
		WITH_POOLS(value__lists_and_dicts_are_one_too),
		WITH_POOLS(value__unused_bits_do_not_tell_values_apart),
		WITH_POOLS(value__reads_what_was_put_in),
		WITH_POOLS(value__none_makes_containers_none),
		WITH_POOLS(value__limits_hold_and_leak_nothing),
		WITH_POOLS(value__copies_live_on_their_own),
		WITH_POOLS(value__sorts),
		WITH_POOLS(value__list_of_text),
		WITH_POOLS(value__sixty_thousand_strings_stay_cheap),
		cmocka_unit_test(value__pool_frees_what_is_still_held),
		cmocka_unit_test(value__types_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
