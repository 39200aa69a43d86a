#include <stdlib.h>

#include "tree_scene.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
