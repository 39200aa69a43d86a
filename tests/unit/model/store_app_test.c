#include "scene.h"

#include <time.h>

#include "model/role.h"

#define CHROMIUM "/usr/lib/chromium/chromium"

static void assert_app(struct scene *scene, int64_t pid, int64_t app,
		       const char *name)
{
	struct process *p = store_by_pid(scene->store, pid);
	struct fact f = process_fact(scene->store, p, FACT_APP);

	if (!p->app)
		fail_msg("%lld belongs to no app", (long long)pid);
	assert_int_equal(p->app->pid, app);
	if (!slice_is(value_slice(f.value), name))
		fail_msg("app is \"%.*s\", expected \"%s\"",
			 (int)value_slice(f.value).len,
			 (const char *)value_slice(f.value).ptr, name);
}

/* A browser started from a shell, as chromium 156 does it: two zygotes, one of
 * which forks the helpers. */
static void start_chromium(struct scene *scene)
{
	scene_found(scene, 1, 0);
	SCENE_PROGRAM(scene, 1, "/sbin/init", "init");
	scene_found(scene, 500, 1);
	SCENE_PROGRAM(scene, 500, "/bin/bash", "bash");
	scene_listed(scene);
	scene_forked(scene, 1000, 500);
	scene_exec(scene, 1000);
	SCENE_PROGRAM(scene, 1000, CHROMIUM, "chromium");
	scene_forked(scene, 1010, 1000);
	scene_exec(scene, 1010);
	SCENE_PROGRAM(scene, 1010, CHROMIUM, "chromium", "--type=zygote");
	scene_forked(scene, 1011, 1010);
	SCENE_PROGRAM(scene, 1011, CHROMIUM, "chromium", "--type=renderer");
}

static void app__a_browser_and_its_helpers_are_one(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	start_chromium(&scene);
	for (int64_t pid = 1010; pid <= 1011; pid++)
		assert_int_equal(store_by_pid(scene.store, pid)->app->pid,
				 1000);
	assert_int_equal(store_by_pid(scene.store, 1000)->app->pid, 1000);
	assert_null(store_by_pid(scene.store, 500)->app);
	assert_int_equal(store_counts(scene.store)->apps, 1);
	scene_release(&scene);
}

static void app__ends_with_its_last_process(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	start_chromium(&scene);
	scene_exit(&scene, 1000, EXIT_SIGNAL, 9);
	assert_int_equal(store_counts(scene.store)->apps, 1);
	scene_exit(&scene, 1010, EXIT_CODE, 0);
	scene_exit(&scene, 1011, EXIT_CODE, 0);
	assert_int_equal(store_counts(scene.store)->apps, 0);
	scene_release(&scene);
}

static void app__an_unknown_program_becomes_main_by_its_helpers(void **state)
{
	struct scene scene;
	struct process *main;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	main = scene_found(&scene, 200, 1);
	SCENE_PROGRAM(&scene, 200, "/opt/Thing/thing", "thing");
	assert_null(main->app);
	scene_found(&scene, 201, 200);
	SCENE_PROGRAM(&scene, 201, "/opt/Thing/thing", "thing",
		      "--type=gpu-process");
	assert_ptr_equal(main->app, main);
	assert_app(&scene, 201, 200, "thing");
	scene_release(&scene);
}

static void app__a_helper_of_another_program_makes_no_app(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 300, 1);
	SCENE_PROGRAM(&scene, 300, "/bin/bash", "bash");
	scene_found(&scene, 301, 300);
	SCENE_PROGRAM(&scene, 301, "/usr/bin/mount", "mount", "--type=proc");
	assert_null(store_by_pid(scene.store, 300)->app);
	assert_int_equal(store_counts(scene.store)->apps, 0);
	scene_release(&scene);
}

static void app__a_crash_handler_is_followed_to_init(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	start_chromium(&scene);
	/* It is forked twice, so that init takes it over. */
	scene_forked(&scene, 1005, 1000);
	scene_forked(&scene, 1006, 1005);
	scene_exit(&scene, 1005, EXIT_CODE, 0);
	scene_reparent(&scene, 1006, 1);
	scene_exec(&scene, 1006);
	SCENE_PROGRAM(&scene, 1006, "/usr/lib/chromium/chrome_crashpad_handler",
		      "chrome_crashpad", "--monitor-self");
	assert_int_equal(store_by_pid(scene.store, 1006)->app->pid, 1000);
	assert_int_equal(store_by_pid(scene.store, 1006)->ppid, 1);
	scene_release(&scene);
}

static void app__a_crash_handler_found_later_is_assumed(void **state)
{
	struct scene scene;
	struct process *handler;

	(void)state;
	scene_init(&scene);
	start_chromium(&scene);
	scene_wait(&scene, SECOND / 10);
	handler = scene_found(&scene, 1006, 1);
	SCENE_PROGRAM(&scene, 1006, "/usr/lib/chromium/chrome_crashpad_handler",
		      "chrome_crashpad", "--monitor-self");
	assert_int_equal(handler->app->pid, 1000);
	assert_non_null(handler->app_reason);
	assert_int_equal(process_fact(scene.store, handler, FACT_APP).state,
			 FACT_INFERRED);
	/* Another user's is not this one's. */
	scene_found(&scene, 1007, 1);
	scene_text(&scene, 1007, FACT_EXECUTABLE,
		   "/usr/lib/chromium/chrome_crashpad_handler");
	scene_int(&scene, 1007, FACT_UID, 1001);
	assert_null(store_by_pid(scene.store, 1007)->app);
	scene_release(&scene);
}

static void app__a_responsible_pid_decides(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 40, 1);
	SCENE_PROGRAM(&scene, 40,
		      "/Applications/MyApp.app/Contents/MacOS/MyApp", "MyApp");
	scene_found(&scene, 41, 1);
	SCENE_PROGRAM(&scene, 41, "/usr/libexec/thing.xpc/Contents/MacOS/thing",
		      "thing");
	scene_int(&scene, 41, FACT_RESPONSIBLE_PID, 40);
	assert_int_equal(store_by_pid(scene.store, 41)->app->pid, 40);
	assert_null(store_by_pid(scene.store, 41)->app_reason);
	scene_release(&scene);
}

static void app__flatpak_groups_by_its_id(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	scene_found(&scene, 50, 1);
	SCENE_PROGRAM(&scene, 50, "/usr/bin/bwrap", "bwrap");
	scene_found(&scene, 51, 50);
	SCENE_PROGRAM(&scene, 51, "/app/bin/x", "x");
	scene_text(&scene, 51, FACT_FLATPAK_APP, "org.example.X");
	scene_found(&scene, 52, 51);
	SCENE_PROGRAM(&scene, 52, "/app/bin/y", "y");
	scene_text(&scene, 52, FACT_FLATPAK_APP, "org.example.X");
	assert_int_equal(store_by_pid(scene.store, 51)->app->pid, 50);
	assert_int_equal(store_by_pid(scene.store, 52)->app->pid, 50);
	assert_int_equal(store_counts(scene.store)->apps, 1);
	scene_release(&scene);
}

static void app__a_role_a_recording_gives_is_kept(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 60, 1);
	scene_text(&scene, 60, FACT_ROLE, "renderer");
	SCENE_PROGRAM(&scene, 60, CHROMIUM, "chromium", "--type=gpu-process");
	assert_true(slice_is(
		value_slice(process_fact(scene.store, p, FACT_ROLE).value),
		"renderer"));
	scene_release(&scene);
}

static void app__unknown_arguments_leave_the_role_unknown(void **state)
{
	struct scene scene;
	struct process *p;

	(void)state;
	scene_init(&scene);
	p = scene_found(&scene, 70, 1);
	scene_text(&scene, 70, FACT_NAME, "thing");
	assert_int_equal(process_fact(scene.store, p, FACT_ROLE).state,
			 FACT_PENDING);
	scene_fact(&scene, 70, FACT_ARGUMENTS,
		   fact_gap(FACT_FAILED, "timed out"));
	assert_int_equal(process_fact(scene.store, p, FACT_ROLE).state,
			 FACT_FAILED);
	scene_release(&scene);
}

/* nobody may not read whose program it is: no app is known, not none. */
static void app__of_a_handler_without_a_program_is_unknown(void **state)
{
	struct scene scene;
	struct process *p;
	struct fact f;

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	p = scene_found(&scene, 80, 1);
	scene_text(&scene, 80, FACT_NAME, "chrome_crashpad");
	SCENE_LIST(&scene, 80, FACT_ARGUMENTS, "chrome_crashpad_handler",
		   "--monitor-self");
	scene_fact(&scene, 80, FACT_EXECUTABLE,
		   fact_gap(FACT_NEEDS_PRIVILEGE, "CAP_SYS_PTRACE"));
	f = process_fact(scene.store, p, FACT_APP);
	assert_int_equal(p->role_kind, ROLE_CRASH_HANDLER);
	assert_int_equal(f.state, FACT_NEEDS_PRIVILEGE);
	assert_string_equal(f.reason, "CAP_SYS_PTRACE");
	scene_release(&scene);
}

/* A recording may hold as many as the store keeps: each new app asked all of
 * them, and each of them asked everybody. */
static void app__gone_crash_handlers_cost_nothing(void **state)
{
	struct scene scene;
	clock_t begun = clock();

	(void)state;
	scene_init(&scene);
	scene_found(&scene, 1, 0);
	for (int64_t pid = 1000; pid < 11000; pid++) {
		scene_found(&scene, pid, 1);
		SCENE_PROGRAM(&scene, pid,
			      "/usr/lib/chromium/chrome_crashpad_handler",
			      "chrome_crashpad");
		scene_exit(&scene, pid, EXIT_CODE, 0);
	}
	for (int64_t pid = 20000; pid < 22000; pid++) {
		scene_found(&scene, pid, 1);
		SCENE_PROGRAM(&scene, pid, CHROMIUM, "chromium");
	}
	assert_int_equal(store_counts(scene.store)->apps, 2000);
	assert_true(clock() - begun < 5 * CLOCKS_PER_SEC);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(app__a_browser_and_its_helpers_are_one),
		cmocka_unit_test(app__ends_with_its_last_process),
		cmocka_unit_test(
			app__an_unknown_program_becomes_main_by_its_helpers),
		cmocka_unit_test(app__a_helper_of_another_program_makes_no_app),
		cmocka_unit_test(app__a_crash_handler_is_followed_to_init),
		cmocka_unit_test(app__a_crash_handler_found_later_is_assumed),
		cmocka_unit_test(app__a_responsible_pid_decides),
		cmocka_unit_test(app__flatpak_groups_by_its_id),
		cmocka_unit_test(app__a_role_a_recording_gives_is_kept),
		cmocka_unit_test(app__unknown_arguments_leave_the_role_unknown),
		cmocka_unit_test(
			app__of_a_handler_without_a_program_is_unknown),
		cmocka_unit_test(app__gone_crash_handlers_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
