#include "../model/scene.h"
#include "tui/recent.h"

static void deny(struct scene *scene, int64_t pid, int64_t count)
{
	struct value_pool *pool = store_pool(scene->store);
	struct event e = {.type = EVENT_DENIAL,
			  .source = SOURCE_AUDIT,
			  .pid = pid,
			  .as.denial = {.class = DENIAL_SECCOMP,
					.attribution = ATTRIBUTED_PID,
					.count = count}};

	e.as.denial.operation = value_text(pool, "open");
	scene_apply(scene, e);
	value_release(pool, e.as.denial.operation);
	store_set_now(scene->store, scene->now_ns);
}

static void recent__counts_one_process_and_one_minute(void **state)
{
	struct process *p, *other;
	struct scene scene;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 100, 0);
	other = scene_found(&scene, 101, 0);
	scene_wait(&scene, SECOND);
	deny(&scene, 100, 1);
	scene_wait(&scene, 30 * SECOND);
	deny(&scene, 100, 5);
	deny(&scene, 101, 7);
	assert_int_equal(recent_denials(scene.store, p), 6);
	assert_int_equal(recent_denials(scene.store, other), 7);
	scene_wait(&scene, 31 * SECOND);
	store_set_now(scene.store, scene.now_ns);
	assert_int_equal(recent_denials(scene.store, p), 5);
	scene_wait(&scene, 60 * SECOND);
	store_set_now(scene.store, scene.now_ns);
	assert_int_equal(recent_denials(scene.store, p), 0);
	scene_release(&scene);
}

static void recent__draws_each_doubling_a_step_higher(void **state)
{
	(void)state;
	assert_string_equal(recent_bar(0), " ");
	assert_string_equal(recent_bar(-1), " ");
	assert_string_equal(recent_bar(1), "▁");
	assert_string_equal(recent_bar(2), "▂");
	assert_string_equal(recent_bar(3), "▃");
	assert_string_equal(recent_bar(4), "▃");
	assert_string_equal(recent_bar(5), "▄");
	assert_string_equal(recent_bar(64), "▇");
	assert_string_equal(recent_bar(65), "█");
	assert_string_equal(recent_bar(INT64_MAX), "█");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recent__counts_one_process_and_one_minute),
		cmocka_unit_test(recent__draws_each_doubling_a_step_higher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
