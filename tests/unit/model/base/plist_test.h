/* What the tests of plist_in share. */
#ifndef TESTS_UNIT_MODEL_BASE_PLIST_TEST_H
#define TESTS_UNIT_MODEL_BASE_PLIST_TEST_H

#include <stdlib.h>
#include <time.h>

#include "model/base/plist_in.h"
#include "model/base/text.h"

struct test {
	struct value_pool *pool;
	struct text list; /* the property list of the test */
};

static inline int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	t->pool = value_pool_new();
	text_init(&t->list, 64 << 20);
	*state = t;
	return t->pool ? 0 : -1;
}

/* Every test has released what it made. */
static inline int tear_down(void **state)
{
	struct test *t = *state;
	size_t left = value_pool_count(t->pool);

	value_pool_free(t->pool);
	text_release(&t->list);
	free(t);
	return left ? -1 : 0;
}

static inline struct value read_ok(struct test *t)
{
	struct value v = value_none;
	struct error err = {0};
	enum status st =
		plist_read(t->pool, text_slice(&t->list), NULL, &v, &err);

	if (st)
		fail_msg("%s at %lld", err.message, (long long)err.offset);
	return v;
}

static inline void refuses_binary(struct test *t, enum status want,
				  const char *word)
{
	struct value v = value_none;
	struct error err = {.offset = -7};
	struct timespec before, after;
	enum status st;

	clock_gettime(CLOCK_MONOTONIC, &before);
	st = plist_read(t->pool, text_slice(&t->list), NULL, &v, &err);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - before.tv_sec < 2);
	if (st != want || !strstr(err.message, word))
		fail_msg("status %d, not %d: \"%s\", not \"%s\"", st, want,
			 err.message, word);
	assert_in_range(err.offset, 0, t->list.len);
}

#endif
