#include "tui/cli/doctor.h"

#include "../../model/scene.h"

/* Two processes were read, one of them not in whole; of the third only that
 * it is there. */
static void make_scene(struct scene *scene)
{
	scene_init(scene);
	for (int64_t pid = 10; pid < 13; pid++)
		scene_found(scene, pid, 1);
	scene_text(scene, 10, FACT_STATE, "sleeping");
	scene_text(scene, 10, FACT_EXECUTABLE, "/bin/sh");
	scene_text(scene, 11, FACT_STATE, "sleeping");
	scene_fact(scene, 11, FACT_EXECUTABLE,
		   fact_gap(FACT_NEEDS_PRIVILEGE, "CAP_SYS_PTRACE"));
}

static void survey__counts_what_was_read(void **state)
{
	struct scene scene;
	struct survey v;
	const struct survey_fact *f = &v.facts[FACT_EXECUTABLE];

	(void)state;
	make_scene(&scene);
	assert_int_equal(survey_take(&v, scene.store, false, NULL), STATUS_OK);
	assert_int_equal(v.processes, 3);
	assert_int_equal(v.unread, 0);
	assert_int_equal(f->read, 1);
	assert_int_equal(f->gap_count, 2);
	scene_release(&scene);
}

static void survey__leaves_out_what_it_did_not_come_to(void **state)
{
	struct scene scene;
	struct survey v;
	const struct survey_fact *f = &v.facts[FACT_EXECUTABLE];

	(void)state;
	make_scene(&scene);
	assert_int_equal(survey_take(&v, scene.store, true, NULL), STATUS_OK);
	assert_int_equal(v.processes, 2);
	assert_int_equal(v.unread, 1);
	assert_int_equal(f->read, 1);
	assert_int_equal(f->gap_count, 1);
	assert_int_equal(f->gaps[0].state, FACT_NEEDS_PRIVILEGE);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survey__counts_what_was_read),
		cmocka_unit_test(survey__leaves_out_what_it_did_not_come_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
