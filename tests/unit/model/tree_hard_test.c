/* What is wrong, deep, large or random. */
#include <stdlib.h>
#include <time.h>

#include "tree_scene.h"

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
		cmocka_unit_test(tree__breaks_circles_at_the_oldest),
		cmocka_unit_test(tree__survives_what_recordings_claim),
		cmocka_unit_test(tree__goes_100000_deep),
		cmocka_unit_test(tree__is_quick_with_20000),
		cmocka_unit_test(tree__holds_under_random_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
