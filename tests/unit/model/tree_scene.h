/* What the tests of the tree share: rows written as text. */
#ifndef TESTS_UNIT_MODEL_TREE_SCENE_H
#define TESTS_UNIT_MODEL_TREE_SCENE_H

#include <stdio.h>

#include "scene.h"

#include "model/tree.h"

static inline struct tree_options options_of(enum tree_mode mode)
{
	return (struct tree_options){.mode = mode,
				     .sort = FACT_NONE,
				     .kernel_threads = true,
				     .gone = true,
				     .uid = -1};
}

static inline void update(struct tree *t, struct scene *scene,
			  const struct tree_options *o)
{
	struct error err = {0};

	store_set_now(scene->store, scene->now_ns);
	if (tree_update(t, scene->store, o, NULL, &err))
		fail_msg("%s", err.message);
}

/* The rows as "DEPTH:PID", "?" behind one that is only context, "+N" behind a
 * fold. */
static inline void expect(const struct tree *t, const char *rows)
{
	char seen[4096] = "";
	size_t n = 0;

	for (size_t i = 0; i < tree_count(t) && n < sizeof(seen) - 64; i++) {
		const struct tree_row *r = tree_row(t, i);

		n += (size_t)snprintf(
			seen + n, sizeof(seen) - n, "%s%d:%d%s", i ? " " : "",
			r->depth, (int)r->process->pid, r->matches ? "" : "?");
		if (r->folded)
			n += (size_t)snprintf(seen + n, sizeof(seen) - n, "+%u",
					      r->hidden);
		assert_int_equal(tree_find(t, r->process), i);
	}
	assert_string_equal(seen, rows);
}

static inline void show(struct tree *t, struct scene *scene,
			const struct tree_options *o, const char *rows)
{
	update(t, scene, o);
	expect(t, rows);
}

static inline struct query *query_of(const char *text)
{
	struct query *q = NULL;
	struct error err = {0};

	if (query_parse(slice_text(text), &q, &err))
		fail_msg("%s", err.message);
	return q;
}

#endif
