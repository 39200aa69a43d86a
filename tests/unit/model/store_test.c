#include "scene.h"

#include <stdio.h>

static void assert_fact_text(struct scene *scene, const struct process *p,
			     enum fact_id id, enum fact_state state,
			     const char *text)
{
	struct fact f = process_fact(scene->store, p, id);

	assert_int_equal(f.state, state);
	if (text && !slice_is(value_slice(f.value), text))
		fail_msg("%s is \"%.*s\", expected \"%s\"", fact_table[id].id,
			 (int)value_slice(f.value).len,
			 (const char *)value_slice(f.value).ptr, text);
}

static void store__spawn_makes_a_pending_process(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	assert_non_null(p);
	assert_int_equal(process_fact(scene.store, p, FACT_NAME).state,
			 FACT_PENDING);
	assert_int_equal(p->confined, CONFINED_UNKNOWN);
	assert_int_equal(store_counts(scene.store)->alive, 1);
	assert_int_equal(store_counts(scene.store)->confinement_unknown, 1);
	assert_int_equal(store_counts(scene.store)->born, 0);
	scene_listed(&scene);
	scene_forked(&scene, 101, 100);
	assert_int_equal(store_counts(scene.store)->born, 1);
	scene_release(&scene);
}

static void store__a_fork_inherits_and_says_so(void **state)
{
	struct scene scene;
	struct process *child;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 100, 1);
	scene_text(&scene, 100, FACT_NAME, "server");
	child = scene_forked(&scene, 101, 100);
	assert_fact_text(&scene, child, FACT_NAME, FACT_INFERRED, "server");
	assert_non_null(process_fact(scene.store, child, FACT_NAME).reason);
	scene_text(&scene, 101, FACT_NAME, "server");
	assert_fact_text(&scene, child, FACT_NAME, FACT_KNOWN, "server");
	scene_release(&scene);
}

static void store__exec_clears_what_it_replaces(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	scene_text(&scene, 100, FACT_NAME, "sh");
	scene_int(&scene, 100, FACT_UID, 1000);
	scene_exec(&scene, 100);
	assert_int_equal(process_fact(scene.store, p, FACT_NAME).state,
			 FACT_PENDING);
	assert_int_equal(process_fact(scene.store, p, FACT_UID).state,
			 FACT_KNOWN);
	assert_int_equal(p->execs, 1);
	scene_release(&scene);
}

static void store__exit_keeps_it_and_fails_what_was_pending(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_forked(&scene, 100, 1);
	scene_wait(&scene, 5000000);
	scene_exit(&scene, 100, EXIT_SIGNAL, 5);
	assert_null(store_by_pid(scene.store, 100));
	assert_ptr_equal(store_by_pid_at(scene.store, 100, SCENE_START), p);
	assert_fact_text(&scene, p, FACT_EXIT, FACT_KNOWN, "signal 5");
	assert_int_equal(process_fact(scene.store, p, FACT_NAME).state,
			 FACT_FAILED);
	assert_int_equal(
		process_fact(scene.store, p, FACT_AGE).value.as.integer,
		5000000);
	assert_int_equal(store_counts(scene.store)->alive, 0);
	assert_int_equal(store_counts(scene.store)->gone, 1);
	scene_release(&scene);
}

/* Who has ended sleeps no more, and no late reading wakes it. */
static void store__exit_ends_the_state(void **state)
{
	struct scene scene;
	struct process *p;
	struct fact f;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	scene_text(&scene, 100, FACT_STATE, "sleeping");
	scene_exit(&scene, 100, EXIT_CODE, 0);
	scene_text(&scene, 100, FACT_STATE, "running");
	f = process_fact(scene.store, p, FACT_STATE);
	assert_int_equal(f.state, FACT_KNOWN);
	assert_true(slice_is(value_slice(f.value), "exited"));
	scene_release(&scene);
}

static void store__an_unseen_exit_is_not_exit_zero(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	scene_exit(&scene, 100, EXIT_UNKNOWN, 0);
	assert_int_equal(process_fact(scene.store, p, FACT_EXIT).state,
			 FACT_FAILED);
	scene_release(&scene);
}

static void store__a_reused_pid_is_another_process(void **state)
{
	struct scene scene;
	struct process *first, *second;
	struct text id;

	(void)state;
	scene_init(&scene);
	first = scene_found(&scene, 100, 1);
	scene_wait(&scene, SECOND);
	second = scene_found(&scene, 100, 1);
	assert_ptr_not_equal(first, second);
	assert_false(process_alive(first));
	assert_ptr_equal(store_by_pid_at(scene.store, 100, SCENE_START), first);
	assert_ptr_equal(store_by_pid_at(scene.store, 100, scene.now_ns),
			 second);
	text_init(&id, 64);
	process_add_id(&id, second);
	assert_string_equal(id.ptr, "100.2");
	text_release(&id);
	scene_release(&scene);
}

static void store__confinement_is_counted_and_dated(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_forked(&scene, 100, 1);
	scene_wait(&scene, 12000000);
	scene_value(&scene, 100, FACT_SANDBOX_MECHANISMS,
		    value_list(store_pool(scene.store), NULL, 0));
	assert_int_equal(p->confined, CONFINED_NOT);
	scene_wait(&scene, 8000000);
	SCENE_LIST(&scene, 100, FACT_SANDBOX_MECHANISMS, "seccomp");
	assert_int_equal(p->confined, CONFINED_YES);
	assert_int_equal(p->step_count, 1);
	assert_true(slice_is(value_slice(p->steps[0].mechanism), "seccomp"));
	assert_int_equal(p->steps[0].after_ns, SCENE_START + 12000000);
	assert_int_equal(p->steps[0].by_ns, SCENE_START + 20000000);
	/* An unchanged reading makes no step, but bounds the next one. */
	scene_wait(&scene, 10000000);
	SCENE_LIST(&scene, 100, FACT_SANDBOX_MECHANISMS, "seccomp");
	scene_wait(&scene, 10000000);
	SCENE_LIST(&scene, 100, FACT_SANDBOX_MECHANISMS, "seccomp", "chroot");
	assert_int_equal(p->step_count, 2);
	assert_int_equal(p->steps[1].after_ns, SCENE_START + 30000000);
	assert_int_equal(store_counts(scene.store)->confined, 1);
	scene_exit(&scene, 100, EXIT_CODE, 0);
	assert_int_equal(store_counts(scene.store)->confined, 0);
	scene_release(&scene);
}

static void store__no_new_privs_alone_confines_nothing(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	SCENE_LIST(&scene, 100, FACT_SANDBOX_MECHANISMS, "no_new_privs");
	assert_int_equal(p->confined, CONFINED_NOT);
	scene_fact(&scene, 100, FACT_SANDBOX_MECHANISMS,
		   fact_gap(FACT_NEEDS_PRIVILEGE, "its owner"));
	assert_int_equal(p->confined, CONFINED_UNKNOWN);
	assert_int_equal(store_counts(scene.store)->confinement_unknown, 1);
	scene_release(&scene);
}

static void store__zero_denials_need_a_source(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	assert_int_equal(process_fact(scene.store, p, FACT_DENIALS).state,
			 FACT_UNSUPPORTED);
	assert_int_equal(process_fact(scene.store, p, FACT_NAMES).state,
			 FACT_UNSUPPORTED);
	scene_source(&scene, SOURCE_DBUS, SOURCE_LIVE);
	assert_int_equal(process_fact(scene.store, p, FACT_NAMES).state,
			 FACT_PENDING);
	scene_source(&scene, SOURCE_AUDIT, SOURCE_LIVE);
	assert_int_equal(process_fact(scene.store, p, FACT_DENIALS).state,
			 FACT_KNOWN);
	scene_release(&scene);
}

static void deny(struct scene *scene, int64_t pid, const char *target)
{
	struct value_pool *pool = store_pool(scene->store);
	struct event e = {.type = EVENT_DENIAL,
			  .pid = pid,
			  .source = SOURCE_UNIFIED_LOG,
			  .as.denial = {.class = DENIAL_APP_SANDBOX}};

	e.as.denial.operation = value_text(pool, "mach-register");
	e.as.denial.target = value_text(pool, target);
	scene_apply(scene, e);
	value_release(pool, e.as.denial.operation);
	value_release(pool, e.as.denial.target);
}

static void store__a_denial_finds_a_process_that_is_gone(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	scene_exit(&scene, 100, EXIT_SIGNAL, 5);
	deny(&scene, 100, "a.b");
	assert_int_equal(p->denial_count, 1);
	assert_int_equal(store_happening(scene.store, 0)->process, p->serial);
	deny(&scene, 4711, "a.b");
	assert_int_equal(store_counts(scene.store)->unplaced, 1);
	assert_int_equal(store_counts(scene.store)->denials, 2);
	scene_release(&scene);
}

static void store__the_history_is_bounded_and_counts_what_fell_out(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	for (int i = 0; i < STORE_EVENTS_KEPT + 5; i++)
		deny(&scene, 100, i == STORE_EVENTS_KEPT + 4 ? "last" : "x");
	assert_int_equal(store_happenings(scene.store), STORE_EVENTS_KEPT);
	assert_int_equal(store_counts(scene.store)->events_forgotten, 5);
	assert_int_equal(p->denial_count, STORE_EVENTS_KEPT + 5);
	assert_true(slice_is(
		value_slice(store_happening(scene.store, STORE_EVENTS_KEPT - 1)
				    ->as.denial.target),
		"last"));
	scene_release(&scene);
}

static void tell_name(struct scene *scene, enum event_type type, int64_t pid,
		      const char *name)
{
	struct value_pool *pool = store_pool(scene->store);
	struct event e = {.type = type, .pid = pid, .source = SOURCE_LAUNCHD};

	e.as.name.name = value_text(pool, name);
	e.as.name.kind = value_text(pool, "mach");
	scene_apply(scene, e);
	value_release(pool, e.as.name.name);
	value_release(pool, e.as.name.kind);
}

static void store__a_name_keeps_its_last_state(void **state)
{
	struct scene scene;
	struct process *p;
	struct fact f;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 1);
	tell_name(&scene, EVENT_NAME_REGISTERED, 100, "a.b.c");
	tell_name(&scene, EVENT_NAME_REGISTERED, 100, "d");
	tell_name(&scene, EVENT_NAME_REMOVED, 100, "a.b.c");
	f = process_fact(scene.store, p, FACT_NAMES);
	assert_int_equal(value_count(f.value), 2);
	assert_true(
		slice_is(value_slice(value_get(value_at(f.value, 1), "state")),
			 "removed"));
	scene_release(&scene);
}

static void store__old_exits_are_forgotten_and_counted(void **state)
{
	const int n = STORE_GONE_KEPT + 500;
	struct scene scene;
	struct process *keeper, *p;
	struct text id;

	(void)state;
	scene_init(&scene);
	keeper = scene_found(&scene, 1, 0);
	for (int i = 0; i < n; i++) {
		scene_forked(&scene, 1000 + i, 1);
		scene_exit(&scene, 1000 + i, EXIT_CODE, 0);
	}
	assert_true(store_counts(scene.store)->gone <= STORE_GONE_KEPT);
	assert_int_equal(store_counts(scene.store)->gone +
				 (size_t)store_counts(scene.store)->forgotten,
			 n);
	assert_ptr_equal(store_by_pid(scene.store, 1), keeper);
	for (size_t i = 1; i < store_count(scene.store); i++)
		assert_ptr_equal(
			store_by_serial(scene.store,
					store_at(scene.store, i)->serial),
			store_at(scene.store, i));
	/* An id that was forgotten is not given again. */
	p = scene_forked(&scene, 1000, 1);
	text_init(&id, 64);
	process_add_id(&id, p);
	assert_string_equal(id.ptr, "1000.2");
	text_release(&id);
	scene_release(&scene);
}

/* One that ended lately is not the first to go because it was born early. */
static void store__what_is_missed_least_is_forgotten_first(void **state)
{
	struct scene scene;
	struct process *late, *target, *child;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	late = scene_found(&scene, 2, 1);
	target = scene_found(&scene, 3, 1);
	store_want(scene.store, target->serial);
	child = scene_forked(&scene, 4, 3);
	assert_true(child->wanted);
	scene_exit(&scene, 4, EXIT_SIGNAL, 11);
	scene_exit(&scene, 3, EXIT_SIGNAL, 11);
	for (int i = 0; i < STORE_GONE_KEPT - 1; i++) {
		scene_wait(&scene, 1000);
		scene_forked(&scene, 1000 + i, 1);
		if (i == STORE_GONE_KEPT - 2)
			scene_exit(&scene, 2, EXIT_SIGNAL, 11);
		scene_exit(&scene, 1000 + i, EXIT_CODE, 0);
	}
	assert_true(store_counts(scene.store)->forgotten > 0);
	assert_ptr_equal(store_by_pid_at(scene.store, 2, scene.now_ns), late);
	assert_ptr_equal(store_by_pid_at(scene.store, 3, scene.now_ns), target);
	assert_ptr_equal(store_by_pid_at(scene.store, 4, scene.now_ns), child);
	assert_null(store_by_pid_at(scene.store, 1000, scene.now_ns));
	scene_release(&scene);
}

static void store__parents_never_form_a_circle(void **state)
{
	struct scene scene;
	struct process *a, *b;

	(void)state;
	scene_init(&scene);
	a = scene_found(&scene, 10, 11);
	b = scene_found(&scene, 11, 10);
	assert_ptr_equal(b->parent, a);
	scene_reparent(&scene, 10, 11);
	assert_null(a->parent);
	assert_int_equal(a->ppid, 11);
	assert_null(scene_found(&scene, 12, 12)->parent);
	scene_release(&scene);
}

static void store__unknown_pids_are_counted_not_invented(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_int(&scene, 99, FACT_UID, 0);
	scene_exit(&scene, 98, EXIT_CODE, 0);
	assert_int_equal(store_count(scene.store), 0);
	assert_int_equal(store_counts(scene.store)->unplaced, 2);
	scene_release(&scene);
}

/* The wall clock may be set back while we look. */
static void store__facts_go_to_the_living_whatever_the_clock(void **state)
{
	struct scene scene;
	struct process *second;

	(void)state;
	scene_init(&scene);
	scene_wait(&scene, SECOND);
	scene_found(&scene, 7, 1);
	scene_wait(&scene, SECOND);
	scene_exit(&scene, 7, EXIT_CODE, 0);
	scene_wait(&scene, 3 * SECOND);
	second = scene_found(&scene, 7, 1);
	scene_wait(&scene, -2 * SECOND);
	scene_text(&scene, 7, FACT_NAME, "second");
	assert_fact_text(&scene, second, FACT_NAME, FACT_KNOWN, "second");
	scene_exit(&scene, 7, EXIT_CODE, 9);
	assert_false(process_alive(second));
	scene_release(&scene);
}

static void store__losses_never_overflow(void **state)
{
	struct scene scene;
	struct event lost = {.type = EVENT_LOST,
			     .source = SOURCE_AUDIT,
			     .as.lost = {.count = INT64_MAX}};

	(void)state;
	scene_init(&scene);
	scene_apply(&scene, lost);
	scene_apply(&scene, lost);
	assert_true(store_counts(scene.store)->lost == INT64_MAX);
	scene_release(&scene);
}

static void store__losses_are_added_up(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_apply(&scene, (struct event){.type = EVENT_LOST,
					   .source = SOURCE_AUDIT,
					   .as.lost = {.count = 7}});
	scene_apply(&scene, (struct event){.type = EVENT_LOST,
					   .source = SOURCE_PROC_CONNECTOR});
	assert_int_equal(store_counts(scene.store)->lost, 7);
	assert_true(
		store_source(scene.store, SOURCE_PROC_CONNECTOR)->lost_unknown);
	scene_release(&scene);
}

static void store__values_are_given_back(void **state)
{
	struct scene scene;
	size_t before;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_text(&scene, 1, FACT_NAME, "init");
	before = value_pool_count(store_pool(scene.store));
	for (int i = 0; i < 100; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "name %d", i);
		scene_text(&scene, 1, FACT_NAME, name);
	}
	assert_int_equal(value_pool_count(store_pool(scene.store)), before);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(store__spawn_makes_a_pending_process),
		cmocka_unit_test(store__a_fork_inherits_and_says_so),
		cmocka_unit_test(store__exec_clears_what_it_replaces),
		cmocka_unit_test(
			store__exit_keeps_it_and_fails_what_was_pending),
		cmocka_unit_test(store__exit_ends_the_state),
		cmocka_unit_test(store__an_unseen_exit_is_not_exit_zero),
		cmocka_unit_test(store__a_reused_pid_is_another_process),
		cmocka_unit_test(store__confinement_is_counted_and_dated),
		cmocka_unit_test(store__no_new_privs_alone_confines_nothing),
		cmocka_unit_test(store__zero_denials_need_a_source),
		cmocka_unit_test(store__a_denial_finds_a_process_that_is_gone),
		cmocka_unit_test(
			store__the_history_is_bounded_and_counts_what_fell_out),
		cmocka_unit_test(store__a_name_keeps_its_last_state),
		cmocka_unit_test(store__old_exits_are_forgotten_and_counted),
		cmocka_unit_test(
			store__what_is_missed_least_is_forgotten_first),
		cmocka_unit_test(store__parents_never_form_a_circle),
		cmocka_unit_test(store__unknown_pids_are_counted_not_invented),
		cmocka_unit_test(store__losses_are_added_up),
		cmocka_unit_test(store__losses_never_overflow),
		cmocka_unit_test(
			store__facts_go_to_the_living_whatever_the_clock),
		cmocka_unit_test(store__values_are_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
