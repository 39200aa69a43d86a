#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "scene.h"

#include "model/tree.h"

static struct tree_options options_of(enum tree_mode mode)
{
	return (struct tree_options){.mode = mode,
				     .sort = FACT_NONE,
				     .kernel_threads = true,
				     .gone = true,
				     .uid = -1};
}

static void update(struct tree *t, struct scene *scene,
		   const struct tree_options *o)
{
	struct error err = {0};

	store_set_now(scene->store, scene->now_ns);
	if (tree_update(t, scene->store, o, NULL, &err))
		fail_msg("%s", err.message);
}

/* The rows as "DEPTH:PID", "?" behind one that is only context, "+N" behind a
 * fold. */
static void expect(const struct tree *t, const char *rows)
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

static void show(struct tree *t, struct scene *scene,
		 const struct tree_options *o, const char *rows)
{
	update(t, scene, o);
	expect(t, rows);
}

static struct query *query_of(const char *text)
{
	struct query *q = NULL;
	struct error err = {0};

	if (query_parse(slice_text(text), &q, &err))
		fail_msg("%s", err.message);
	return q;
}

#define CHROMIUM "/usr/lib/chromium/chromium"

/*
 * init 1, a shell 100, and from it Chromium: main 200, zygote 210 with a
 * renderer 211, GPU 220; its crash handler 230, forked twice and taken by
 * init. A daemon 300 under init, an editor 400 under the shell.
 */
static void chromium_scene(struct scene *scene)
{
	scene_init(scene);
	scene_found(scene, 1, 0);
	SCENE_PROGRAM(scene, 1, "/usr/lib/systemd/systemd", "systemd");
	scene_wait(scene, SECOND);
	scene_found(scene, 300, 1);
	SCENE_PROGRAM(scene, 300, "/usr/sbin/cron", "cron");
	scene_found(scene, 100, 1);
	SCENE_PROGRAM(scene, 100, "/usr/bin/bash", "bash");
	scene_listed(scene);
	scene_wait(scene, SECOND);
	scene_forked(scene, 200, 100);
	scene_exec(scene, 200);
	SCENE_PROGRAM(scene, 200, CHROMIUM, "chromium", "--headless=new");
	scene_wait(scene, SECOND / 100);
	scene_forked(scene, 210, 200);
	scene_exec(scene, 210);
	SCENE_PROGRAM(scene, 210, CHROMIUM, "chromium", "--type=zygote");
	scene_forked(scene, 220, 200);
	scene_exec(scene, 220);
	SCENE_PROGRAM(scene, 220, CHROMIUM, "chromium", "--type=gpu-process");
	scene_wait(scene, SECOND / 100);
	scene_forked(scene, 211, 210);
	SCENE_PROGRAM(scene, 211, CHROMIUM, "chromium", "--type=renderer");
	scene_forked(scene, 229, 200);
	scene_forked(scene, 230, 229);
	scene_exec(scene, 230);
	SCENE_PROGRAM(scene, 230, "/usr/lib/chromium/chrome_crashpad_handler",
		      "chrome_crashpad", "--monitor-self");
	scene_exit(scene, 229, EXIT_CODE, 0);
	scene_reparent(scene, 230, 1);
	scene_wait(scene, SECOND);
	scene_forked(scene, 400, 100);
	scene_exec(scene, 400);
	SCENE_PROGRAM(scene, 400, "/usr/bin/vi", "vi");
}

static void tree__puts_an_app_and_its_helpers_together(void **state)
{
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	chromium_scene(&scene);
	show(t, &scene, &o,
	     "0:200 1:210 2:211 1:220 1:229 2:230 "
	     "0:1 1:300 1:100 2:400");
	/* Its launcher's ghost hidden, the crash handler is still its own. */
	o.gone = false;
	show(t, &scene, &o,
	     "0:200 1:210 2:211 1:220 1:230 0:1 1:300 1:100 2:400");
	o.mode = TREE_BY_PARENT;
	show(t, &scene, &o,
	     "0:1 1:300 1:100 2:200 3:210 4:211 3:220 2:400 1:230");
	o.mode = TREE_LIST;
	show(t, &scene, &o,
	     "0:1 0:300 0:100 0:200 0:210 0:220 0:211 0:230 0:400");
	tree_free(t);
	scene_release(&scene);
}

static void tree__keeps_the_gone_where_they_were(void **state)
{
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	chromium_scene(&scene);
	update(t, &scene, &o);
	scene_wait(&scene, SECOND);
	scene_exit(&scene, 210, EXIT_SIGNAL, 5);
	scene_reparent(&scene, 211, 1);
	show(t, &scene, &o,
	     "0:200 1:210 2:211 1:220 1:229 2:230 "
	     "0:1 1:300 1:100 2:400");
	scene_exit(&scene, 200, EXIT_CODE, 0);
	scene_reparent(&scene, 220, 1);
	show(t, &scene, &o,
	     "0:200 1:210 2:211 1:220 1:229 2:230 "
	     "0:1 1:300 1:100 2:400");
	/* Without the gone what is left of an app stays with the apps. */
	o.gone = false;
	show(t, &scene, &o, "0:220 0:211 0:230 0:1 1:300 1:100 2:400");
	tree_free(t);
	scene_release(&scene);
}

static void tree__says_the_same_as_tree_parent(void **state)
{
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	chromium_scene(&scene);
	for (int mode = TREE_BY_APP; mode <= TREE_LIST; mode++) {
		struct tree_options o = options_of((enum tree_mode)mode);

		update(t, &scene, &o);
		for (size_t i = 0; i < tree_count(t); i++) {
			const struct tree_row *r = tree_row(t, i);
			const struct process *up =
				tree_parent(scene.store, r->process, o.mode);

			assert_int_equal(r->depth == 0, up == NULL);
			if (up)
				assert_int_equal(
					r->depth,
					tree_row(t, tree_find(t, up))->depth +
						1);
		}
	}
	tree_free(t);
	scene_release(&scene);
}

static void tree__draws_lines_beside_what_goes_on(void **state)
{
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;
	const struct tree_row *r;

	(void)state;
	scene_init(&scene);
	/* 1 -> 2 -> 3 -> 4 and 1 -> 5 */
	scene_found(&scene, 1, 0);
	scene_found(&scene, 2, 1);
	scene_found(&scene, 3, 2);
	scene_found(&scene, 4, 3);
	scene_found(&scene, 5, 1);
	show(t, &scene, &o, "0:1 1:2 2:3 3:4 1:5");
	r = tree_row(t, 3);
	assert_true(r->last);
	assert_int_equal(r->lines, 1 << 1);
	assert_false(tree_row(t, 1)->last);
	assert_int_equal(tree_row(t, 1)->lines, 0);
	assert_int_equal(tree_row(t, 4)->lines, 0);
	assert_true(tree_row(t, 4)->last);
	assert_true(tree_row(t, 2)->has_children);
	assert_false(tree_row(t, 3)->has_children);
	tree_free(t);
	scene_release(&scene);
}

static void tree__folds_and_remembers(void **state)
{
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct scene scene;
	struct process *zygote, *renderer;

	(void)state;
	chromium_scene(&scene);
	zygote = store_by_pid(scene.store, 210);
	renderer = store_by_pid(scene.store, 211);
	update(t, &scene, &o);
	tree_fold(t, zygote, true);
	show(t, &scene, &o,
	     "0:200 1:210+1 1:220 1:229 2:230 0:1 1:300 1:100 2:400");
	assert_true(tree_find(t, renderer) == SIZE_MAX);
	/* A fold inside a fold is not counted twice, and is still there. */
	tree_fold(t, store_by_pid(scene.store, 200), true);
	show(t, &scene, &o, "0:200+5 0:1 1:300 1:100 2:400");
	tree_fold(t, store_by_pid(scene.store, 200), false);
	show(t, &scene, &o,
	     "0:200 1:210+1 1:220 1:229 2:230 0:1 1:300 1:100 2:400");
	o.mode = TREE_BY_PARENT;
	tree_fold_all(t, scene.store, true);
	show(t, &scene, &o, "0:1+9");
	tree_reveal(t, scene.store, renderer);
	update(t, &scene, &o);
	assert_true(tree_find(t, renderer) != SIZE_MAX);
	tree_fold_all(t, scene.store, false);
	update(t, &scene, &o);
	assert_int_equal(tree_count(t), 10);
	/* A list has no folds to show, but keeps them for the tree. */
	tree_fold(t, zygote, true);
	o.mode = TREE_LIST;
	update(t, &scene, &o);
	assert_int_equal(tree_count(t), 10);
	assert_true(tree_folded(t, zygote));
	tree_free(t);
	scene_release(&scene);
}

static void tree__filters_with_context(void **state)
{
	struct query *renderer = query_of("role=renderer");
	struct query *unknown = query_of("seccomp_filters=?");
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	chromium_scene(&scene);
	o.filter = renderer;
	show(t, &scene, &o, "0:200? 1:210? 2:211");
	o.mode = TREE_LIST;
	show(t, &scene, &o, "0:211");
	/* What is known of one is told by no other, nor by "not". */
	scene_int(&scene, 211, FACT_SECCOMP_FILTERS, 1);
	query_free(renderer);
	renderer = query_of("not seccomp_filters=1");
	o.filter = renderer;
	show(t, &scene, &o, "");
	o.filter = unknown;
	update(t, &scene, &o);
	assert_int_equal(tree_count(t), 9);
	/* The answer changes with a fact that shapes nothing. */
	scene_int(&scene, 210, FACT_SECCOMP_FILTERS, 2);
	update(t, &scene, &o);
	assert_int_equal(tree_count(t), 8);
	query_free(renderer);
	query_free(unknown);
	tree_free(t);
	scene_release(&scene);
}

static void tree__keeps_what_may_be_confined(void **state)
{
	struct tree_options o = options_of(TREE_LIST);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 2, 1);
	scene_found(&scene, 3, 1);
	SCENE_LIST(&scene, 1, FACT_SANDBOX_MECHANISMS, "seccomp");
	scene_value(&scene, 2, FACT_SANDBOX_MECHANISMS,
		    value_list(store_pool(scene.store), NULL, 0));
	assert_int_equal(store_by_pid(scene.store, 2)->confined, CONFINED_NOT);
	o.confined_only = true;
	show(t, &scene, &o, "0:1 0:3");
	tree_free(t);
	scene_release(&scene);
}

static void tree__takes_one_user(void **state)
{
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_int(&scene, 1, FACT_UID, 0);
	scene_found(&scene, 2, 1);
	scene_int(&scene, 2, FACT_UID, 1000);
	scene_found(&scene, 3, 1);
	o.uid = 1000;
	show(t, &scene, &o, "0:1? 1:2");
	scene_int(&scene, 3, FACT_UID, 1000);
	show(t, &scene, &o, "0:1? 1:2 1:3");
	tree_free(t);
	scene_release(&scene);
}

static void tree__leaves_kernel_threads_out(void **state)
{
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 2, 0);
	scene_text(&scene, 2, FACT_NAME, "kthreadd");
	scene_found(&scene, 3, 2);
	scene_found(&scene, 20, 1);
	o.kernel_threads = false;
	show(t, &scene, &o, "0:1 1:20");
	o.kernel_threads = true;
	show(t, &scene, &o, "0:1 1:20 0:2 1:3");
	tree_free(t);
	scene_release(&scene);

	/* In a container pid 2 is what it happens to be. */
	t = tree_new();
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 2, 0);
	scene_text(&scene, 2, FACT_NAME, "bash");
	scene_found(&scene, 3, 2);
	o.kernel_threads = false;
	show(t, &scene, &o, "0:1 0:2 1:3");
	tree_free(t);
	scene_release(&scene);
}

static void tree__shows_the_chosen_roots_alone(void **state)
{
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct scene scene;
	uint32_t roots[2];

	(void)state;
	chromium_scene(&scene);
	roots[0] = store_by_pid(scene.store, 200)->serial;
	o.roots = roots;
	o.root_count = 1;
	show(t, &scene, &o, "0:200 1:210 2:211 1:220 1:229 2:230");
	/* The crash handler belongs to it, whoever holds it now. */
	o.mode = TREE_BY_PARENT;
	show(t, &scene, &o, "0:200 1:210 2:211 1:220 1:229 0:230");
	/* A shell owns the app that was started from it. */
	roots[0] = store_by_pid(scene.store, 100)->serial;
	o.mode = TREE_BY_APP;
	show(t, &scene, &o, "0:200 1:210 2:211 1:220 1:229 2:230 0:100 1:400");
	roots[0] = store_by_pid(scene.store, 300)->serial;
	roots[1] = 4000000; /* nobody's */
	o.root_count = 2;
	show(t, &scene, &o, "0:300");
	roots[0] = 4000001;
	show(t, &scene, &o, "");
	tree_free(t);
	scene_release(&scene);
}

static void tree__sorts_by_any_column(void **state)
{
	struct tree_options o = options_of(TREE_LIST);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	for (int64_t pid = 1; pid <= 6; pid++) {
		scene_found(&scene, pid, 0);
		scene_wait(&scene, SECOND);
	}
	scene_text(&scene, 1, FACT_NAME, "same-long-start-B");
	scene_text(&scene, 2, FACT_NAME, "Same-long-start-a");
	scene_text(&scene, 3, FACT_NAME, "same");
	scene_text(&scene, 4, FACT_NAME, "Zoo");
	scene_text(&scene, 6, FACT_NAME, "Zoo");
	o.sort = FACT_NAME;
	show(t, &scene, &o, "0:3 0:2 0:1 0:4 0:6 0:5");
	/* Equal ones keep their order; what has no value stays last. */
	o.descending = true;
	show(t, &scene, &o, "0:4 0:6 0:1 0:2 0:3 0:5");
	o.sort = FACT_UID;
	scene_int(&scene, 2, FACT_UID, -5);
	scene_int(&scene, 4, FACT_UID, 70000);
	scene_fact(&scene, 3, FACT_UID, fact_gap(FACT_ABSENT, NULL));
	show(t, &scene, &o, "0:4 0:2 0:3 0:1 0:5 0:6");
	o.descending = false;
	show(t, &scene, &o, "0:2 0:4 0:3 0:1 0:5 0:6");
	o.sort = FACT_AGE;
	show(t, &scene, &o, "0:6 0:5 0:4 0:3 0:2 0:1");
	o.sort = FACT_NONE;
	o.descending = true;
	show(t, &scene, &o, "0:6 0:5 0:4 0:3 0:2 0:1");
	tree_free(t);
	scene_release(&scene);
}

static void tree__sorts_siblings_among_themselves(void **state)
{
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 2, 1);
	scene_found(&scene, 3, 1);
	scene_found(&scene, 4, 2);
	scene_found(&scene, 5, 2);
	scene_int(&scene, 2, FACT_UID, 9);
	scene_int(&scene, 3, FACT_UID, 5);
	scene_int(&scene, 4, FACT_UID, 3);
	scene_int(&scene, 5, FACT_UID, 1);
	o.sort = FACT_UID;
	show(t, &scene, &o, "0:1 1:3 1:2 2:5 2:4");
	tree_free(t);
	scene_release(&scene);
}

static void tree__does_nothing_when_nothing_changed(void **state)
{
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct scene scene;
	bool changed;

	(void)state;
	chromium_scene(&scene);
	assert_int_equal(tree_update(t, scene.store, &o, &changed, NULL), 0);
	assert_true(changed);
	assert_int_equal(tree_update(t, scene.store, &o, &changed, NULL), 0);
	assert_false(changed);
	/* A fact that is not the sorted one moves nothing. */
	scene_text(&scene, 300, FACT_STATE, "running");
	assert_int_equal(tree_update(t, scene.store, &o, &changed, NULL), 0);
	assert_false(changed);
	o.sort = FACT_STATE;
	assert_int_equal(tree_update(t, scene.store, &o, &changed, NULL), 0);
	assert_true(changed);
	scene_text(&scene, 300, FACT_STATE, "sleeping");
	assert_int_equal(tree_update(t, scene.store, &o, &changed, NULL), 0);
	assert_true(changed);
	tree_free(t);
	scene_release(&scene);
}

/* The store makes no circles; a tree that met one must still end. */
static void tree__breaks_circles_at_the_oldest(void **state)
{
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;
	struct process *p[7];

	(void)state;
	scene_init(&scene);
	for (int i = 1; i <= 6; i++)
		p[i] = scene_found(&scene, i, 0);
	/* 5 -> 2 -> 4 -> 3 -> 2 (a circle of 2, 4, 3 with 5 beside it),
	 * 6 its own parent. */
	p[5]->parent = p[2];
	p[2]->parent = p[4];
	p[4]->parent = p[3];
	p[3]->parent = p[2];
	p[6]->parent = p[6];
	show(t, &scene, &o, "0:1 0:2 1:3 2:4 1:5 0:6");
	assert_null(tree_parent(scene.store, p[2], TREE_BY_PARENT));
	assert_ptr_equal(tree_parent(scene.store, p[3], TREE_BY_PARENT), p[2]);
	assert_ptr_equal(tree_parent(scene.store, p[4], TREE_BY_PARENT), p[3]);
	assert_ptr_equal(tree_parent(scene.store, p[5], TREE_BY_PARENT), p[2]);
	assert_null(tree_parent(scene.store, p[6], TREE_BY_PARENT));
	/* The walk may begin inside, before and behind the circle. */
	p[1]->parent = p[3];
	tree_fold_all(t, scene.store, false);
	show(t, &scene, &o, "0:2 1:3 2:1 2:4 1:5 0:6");
	for (int i = 1; i <= 6; i++)
		p[i]->parent = NULL;
	tree_free(t);
	scene_release(&scene);
}

static void tree__survives_what_recordings_claim(void **state)
{
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 2);
	scene_found(&scene, 2, 1);
	scene_reparent(&scene, 1, 2);
	scene_found(&scene, 3, 3);
	for (int mode = TREE_BY_APP; mode <= TREE_LIST; mode++) {
		o.mode = (enum tree_mode)mode;
		update(t, &scene, &o);
		assert_int_equal(tree_count(t), 3);
	}
	tree_free(t);
	scene_release(&scene);
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void tree__goes_100000_deep(void **state)
{
	enum { DEEP = 100000 };
	struct tree_options o = options_of(TREE_BY_PARENT);
	struct tree *t = tree_new();
	struct scene scene;

	(void)state;
	scene_init(&scene);
	for (int64_t pid = 1; pid <= DEEP; pid++)
		scene_found(&scene, pid, pid - 1);
	update(t, &scene, &o);
	assert_int_equal(tree_count(t), DEEP);
	assert_int_equal(tree_row(t, 999)->depth, 999);
	assert_int_equal(tree_row(t, DEEP - 1)->depth, 1000);
	tree_fold(t, store_by_pid(scene.store, 1), true);
	update(t, &scene, &o);
	assert_int_equal(tree_count(t), 1);
	assert_int_equal(tree_row(t, 0)->hidden, DEEP - 1);
	tree_free(t);
	scene_release(&scene);
}

static double timed(struct tree *t, struct scene *scene,
		    const struct tree_options *o)
{
	double best = 1e9;

	for (int i = 0; i < 7; i++) {
		double begun = seconds(), took;

		/* Something that makes the rows anew. */
		tree_fold(t, store_at(scene->store, 0), i % 2 == 0);
		update(t, scene, o);
		took = seconds() - begun;
		best = took < best ? took : best;
	}
	return best * 1e3;
}

static void tree__is_quick_with_20000(void **state)
{
	enum { MANY = 20000 };
	struct tree_options o = options_of(TREE_BY_APP);
	struct tree *t = tree_new();
	struct query *q = query_of("chromium not role=gpu");
	struct scene scene;
	double plain, sorted, filtered, idle;
	unsigned seed = 1;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	for (int64_t pid = 2; pid <= MANY; pid++) {
		char name[32];

		seed = seed * 1103515245u + 12345u;
		scene_found(&scene, pid, pid % 10 ? pid / 10 * 10 : 1);
		snprintf(name, sizeof(name), "process-%u", seed >> 16 & 0x3ff);
		SCENE_PROGRAM(&scene, pid, "/usr/lib/some/where/program", name,
			      "--an-argument=of-some-length", "and/another");
	}
	plain = timed(t, &scene, &o);
	o.sort = FACT_NAME;
	sorted = timed(t, &scene, &o);
	o.filter = q;
	filtered = timed(t, &scene, &o);
	o.filter = NULL;
	o.sort = FACT_NONE;
	update(t, &scene, &o);
	idle = seconds();
	for (int i = 0; i < 1000; i++)
		update(t, &scene, &o);
	idle = (seconds() - idle) * 1e3;
	print_message("20000 processes: rows %.1f ms, sorted by name %.1f ms, "
		      "filtered %.1f ms, unchanged %.2f us\n",
		      plain, sorted, filtered, idle);
	/* Ten times what is asked for: this also runs under sanitizers. */
	assert_true(plain < 100 && sorted < 200 && filtered < 300);
	assert_true(idle < 10);
	query_free(q);
	tree_free(t);
	scene_release(&scene);
}

/* What must hold of any rows: whoever passes has one row, parents before
 * children, depths without jumps. */
static void check_rows(struct tree *t, struct scene *scene,
		       const struct tree_options *o)
{
	struct store *s = scene->store;
	size_t count = tree_count(t), alive = 0, shown = 0;
	uint8_t *seen = calloc(store_count(s) + 1, 1);

	for (size_t i = 0; i < count; i++) {
		const struct tree_row *r = tree_row(t, i);
		const struct process *p = r->process, *up;

		assert_ptr_equal(store_by_serial(s, p->serial), p);
		assert_int_equal(seen[p->tree_node], 0);
		seen[p->tree_node] = 1;
		assert_int_equal(tree_find(t, p), i);
		shown += 1 + r->hidden;
		if (i)
			assert_true(r->depth <= tree_row(t, i - 1)->depth + 1);
		else
			assert_int_equal(r->depth, 0);
		assert_true(o->gone || process_alive(p));
		up = o->gone && !o->root_count ? tree_parent(s, p, o->mode)
					       : NULL;
		if (up)
			assert_true(tree_find(t, up) < i);
	}
	for (size_t i = 0; i < store_count(s); i++) {
		const struct process *p = store_at(s, i);

		alive += process_alive(p);
	}
	if (!o->filter)
		assert_int_equal(shown, o->gone ? store_count(s) : alive);
	free(seen);
}

static unsigned next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(*state >> 33);
}

static void random_event(struct scene *scene, uint64_t *seed)
{
	static const char *const types[] = {
		"--type=renderer",
		"--type=zygote",
		"--x",
		"--type=gpu-process",
		"--monitor-self-annotation=ptype=crashpad-handler",
	};
	static const char *const paths[] = {"/usr/lib/chromium/chromium",
					    "/usr/bin/bwrap", "/bin/sh",
					    "/usr/lib/systemd/systemd"};
	int64_t pid = 1 + next_random(seed) % 300;
	int64_t other = next_random(seed) % 301;
	struct event e = {.pid = pid, .time_ns = scene->now_ns};
	const char *path;

	scene_wait(scene, 1 + next_random(seed) % 1000000);
	switch (next_random(seed) % 8) {
	case 0:
	case 1:
		e.type = EVENT_SPAWN;
		e.as.spawn = (struct event_spawn){
			.ppid = other,
			.birth_ppid = next_random(seed) % 301,
			.started_ns = next_random(seed) % 3 ? scene->now_ns : 0,
			.forked = next_random(seed) % 2};
		break;
	case 2:
		e.type = EVENT_EXIT;
		break;
	case 3:
		e.type = EVENT_REPARENT;
		e.as.reparent.ppid = other;
		break;
	case 4:
		e.type = EVENT_EXEC;
		break;
	default:
		if (!store_by_pid(scene->store, pid))
			return;
		path = paths[next_random(seed) % 4];
		SCENE_PROGRAM(scene, pid, path, path + 5,
			      types[next_random(seed) % 5]);
		return;
	}
	(void)store_apply(scene->store, &e, NULL);
}

static void random_life(uint64_t seed, int events, const struct query *q)
{
	enum { LOOK_EVERY = 17 };
	struct tree *t = tree_new();
	struct scene scene;

	scene_init(&scene);
	for (int i = 0; i < events; i++) {
		struct tree_options o;
		size_t count;

		random_event(&scene, &seed);
		if (i % LOOK_EVERY)
			continue;
		o = options_of((enum tree_mode)(next_random(&seed) % 3));
		o.gone = next_random(&seed) % 4 == 0;
		o.sort = next_random(&seed) % 2 ? FACT_NONE : FACT_ROLE;
		o.descending = next_random(&seed) % 2;
		o.filter = next_random(&seed) % 3 ? NULL : q;
		count = store_count(scene.store);
		if (count && next_random(&seed) % 2)
			tree_fold(t,
				  store_at(scene.store,
					   next_random(&seed) % count),
				  next_random(&seed) % 2);
		update(t, &scene, &o);
		check_rows(t, &scene, &o);
	}
	tree_free(t);
	scene_release(&scene);
}

static void tree__holds_under_random_events(void **state)
{
	enum { LIVES = 50, EVENTS = 2000 };
	struct query *q = query_of("role=renderer or pid<50");

	(void)state;
	for (uint64_t seed = 1; seed <= LIVES; seed++)
		random_life(seed, EVENTS, q);
	query_free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree__puts_an_app_and_its_helpers_together),
		cmocka_unit_test(tree__keeps_the_gone_where_they_were),
		cmocka_unit_test(tree__says_the_same_as_tree_parent),
		cmocka_unit_test(tree__draws_lines_beside_what_goes_on),
		cmocka_unit_test(tree__folds_and_remembers),
		cmocka_unit_test(tree__filters_with_context),
		cmocka_unit_test(tree__keeps_what_may_be_confined),
		cmocka_unit_test(tree__takes_one_user),
		cmocka_unit_test(tree__leaves_kernel_threads_out),
		cmocka_unit_test(tree__shows_the_chosen_roots_alone),
		cmocka_unit_test(tree__sorts_by_any_column),
		cmocka_unit_test(tree__sorts_siblings_among_themselves),
		cmocka_unit_test(tree__does_nothing_when_nothing_changed),
		cmocka_unit_test(tree__breaks_circles_at_the_oldest),
		cmocka_unit_test(tree__survives_what_recordings_claim),
		cmocka_unit_test(tree__goes_100000_deep),
		cmocka_unit_test(tree__is_quick_with_20000),
		cmocka_unit_test(tree__holds_under_random_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
