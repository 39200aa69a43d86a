#include <stdlib.h>

#include "scene.h"

#include "model/target.h"

#define APP "/Applications/MyApp.app/Contents/"

/* Chromium 200 with helpers 210 and 211, a shell 100, a Mac app 500 with a
 * helper 501, a flatpak 600. */
static void make_scene(struct scene *scene)
{
	const char *chromium = "/usr/lib/chromium/chromium";

	scene_init(scene);
	scene_found(scene, 1, 0);
	scene_text(scene, 1, FACT_NAME, "systemd");
	scene_found(scene, 100, 1);
	SCENE_PROGRAM(scene, 100, "/usr/bin/bash", "bash");
	scene_forked(scene, 200, 100);
	SCENE_PROGRAM(scene, 200, chromium, "chromium", "-");
	scene_forked(scene, 210, 200);
	SCENE_PROGRAM(scene, 210, chromium, "chromium", "--type=zygote");
	scene_forked(scene, 211, 210);
	SCENE_PROGRAM(scene, 211, chromium, "chromium", "--type=renderer");
	scene_found(scene, 500, 1);
	SCENE_PROGRAM(scene, 500, APP "MacOS/MyApp", "MyApp");
	scene_text(scene, 500, FACT_BUNDLE_ID, "com.mycompany.myapp");
	scene_found(scene, 501, 500);
	SCENE_PROGRAM(scene, 501,
		      APP "Frameworks/MyApp Helper.app/Contents/MacOS/"
			  "MyApp Helper",
		      "MyApp Helper", "--type=renderer");
	scene_found(scene, 600, 1);
	SCENE_PROGRAM(scene, 600, "/app/bin/gedit", "gedit");
	scene_text(scene, 600, FACT_FLATPAK_APP, "org.gnome.gedit");
	scene_found(scene, 700, 1);
	scene_text(scene, 700, FACT_NAME, "a-very-long-nam");
	scene_fact(scene, 700, FACT_EXECUTABLE,
		   fact_gap(FACT_NEEDS_PRIVILEGE, NULL));
}

static void expect(const struct scene *scene, const char *word, int64_t a,
		   int64_t b)
{
	struct targets t = {.serials = NULL};
	struct error err = {0};
	const int64_t pids[2] = {a, b};
	size_t want = b ? 2 : 1;

	if (target_find(&t, scene->store, slice_text(word), &err))
		fail_msg("%s: %s", word, err.message);
	if (t.count != want)
		fail_msg("%s: %zu found", word, t.count);
	for (size_t i = 0; i < want; i++)
		assert_int_equal(
			store_by_serial(scene->store, t.serials[i])->pid,
			pids[i]);
	targets_release(&t);
}

static void target__finds_by_any_name(void **state)
{
	struct scene scene;

	(void)state;
	make_scene(&scene);
	expect(&scene, "200", 200, 0);
	expect(&scene, "211", 211, 0);
	expect(&scene, "bash", 100, 0);
	expect(&scene, "BASH", 100, 0);
	expect(&scene, "/usr/bin/bash", 100, 0);
	/* All of Chromium's are called so; the topmost stands for them. */
	expect(&scene, "chromium", 200, 0);
	expect(&scene, "MyApp", 500, 0);
	expect(&scene, "MyApp.app", 500, 0);
	expect(&scene, "/Applications/MyApp.app/", 500, 0);
	expect(&scene, "com.MyCompany.myapp", 500, 0);
	expect(&scene, "MyApp Helper", 501, 0);
	expect(&scene, "org.gnome.gedit", 600, 0);
	expect(&scene, "a-very-long-name-that-is-cut", 700, 0);
	expect(&scene, "200.1", 200, 0);
	scene_found(&scene, 201, 100);
	scene_text(&scene, 201, FACT_NAME, "600");
	expect(&scene, "600", 600, 0);
	scene_found(&scene, 300, 100);
	SCENE_PROGRAM(&scene, 300, "/usr/lib/chromium/chromium", "chromium");
	expect(&scene, "chromium", 200, 300);
	scene_release(&scene);
}

static void target__takes_the_gone_only_when_nothing_lives(void **state)
{
	struct scene scene;

	(void)state;
	make_scene(&scene);
	scene_found(&scene, 800, 1);
	SCENE_PROGRAM(&scene, 800, "/usr/bin/bash", "bash");
	scene_exit(&scene, 800, EXIT_CODE, 0);
	expect(&scene, "bash", 100, 0);
	expect(&scene, "800", 800, 0);
	scene_exit(&scene, 100, EXIT_CODE, 0);
	expect(&scene, "bash", 100, 800);
	scene_found(&scene, 800, 1);
	scene_exit(&scene, 800, EXIT_CODE, 0);
	expect(&scene, "800", 800, 0);
	scene_release(&scene);
}

static void target__names_what_is_near(void **state)
{
	struct targets t = {.serials = NULL};
	struct scene scene;
	struct error err = {0};

	(void)state;
	make_scene(&scene);
	assert_int_equal(
		target_find(&t, scene.store, SLICE_LITERAL("chromuim"), &err),
		STATUS_NOT_FOUND);
	assert_string_equal(err.message,
			    "no process or app is called 'chromuim'; near: "
			    "chromium");
	assert_int_equal(
		target_find(&t, scene.store, SLICE_LITERAL("4711"), &err),
		STATUS_NOT_FOUND);
	assert_string_equal(err.message, "no process has the pid 4711");
	assert_int_equal(target_find(&t, scene.store,
				     SLICE_LITERAL("\x1b[31mxyzzyx"), &err),
			 STATUS_NOT_FOUND);
	assert_string_equal(err.message, "no process or app is called "
					 "'\\x1b[31mxyzzyx'");
	assert_int_equal(t.count, 0);
	targets_release(&t);
	scene_release(&scene);
}

static void target__is_there_once(void **state)
{
	struct targets t = {.serials = NULL};
	struct scene scene;

	(void)state;
	make_scene(&scene);
	for (int i = 0; i < 3; i++)
		assert_int_equal(target_find(&t, scene.store,
					     SLICE_LITERAL("bash"), NULL),
				 STATUS_OK);
	assert_int_equal(t.count, 1);
	targets_release(&t);
	scene_release(&scene);
}

static void near(const char *word, const char *expected)
{
	static const char *const words[] = {"role",     "user",  "renderer",
					    "sandbox",  "snap",  "seccomp_mode",
					    "renderer", "names", "name"};
	enum { WORDS = sizeof(words) / sizeof(*words) };
	struct slice candidates[WORDS];
	struct text out;
	bool any;

	for (size_t i = 0; i < WORDS; i++)
		candidates[i] = slice_text(words[i]);
	text_init(&out, 256);
	any = near_words(&out, slice_text(word), candidates, WORDS);
	assert_int_equal(any, expected[0] != '\0');
	assert_string_equal(out.ptr, expected);
	text_release(&out);
}

static void near_words__are_near(void **state)
{
	(void)state;
	near("rolle", "role");
	near("rloe", "role");
	near("ROLE", "role");
	near("rendrer", "renderer");
	near("render", "renderer");
	near("seccomp", "seccomp_mode");
	near("nmae", "name, names");
	near("sandbax", "sandbox");
	near("zzz", "");
	near("", "");
	near("x", "");
	near("a-word-that-is-much-longer-than-any-slip-of-the-key-on-a-board-"
	     "can-make-it",
	     "");
}

static void target__fits_one_process(void **state)
{
	struct scene scene;
	struct process *shell, *flatpak;

	(void)state;
	make_scene(&scene);
	shell = store_by_pid(scene.store, 100);
	flatpak = store_by_pid(scene.store, 600);
	assert_true(target_fits(scene.store, shell, slice_text("BASH")));
	assert_true(target_fits(scene.store, shell, slice_text("100")));
	assert_false(target_fits(scene.store, shell, slice_text("600")));
	assert_false(target_fits(scene.store, shell, slice_text("gedit")));
	assert_true(target_fits(scene.store, flatpak,
				slice_text("org.gnome.gedit")));
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(target__finds_by_any_name),
		cmocka_unit_test(
			target__takes_the_gone_only_when_nothing_lives),
		cmocka_unit_test(target__names_what_is_near),
		cmocka_unit_test(target__is_there_once),
		cmocka_unit_test(near_words__are_near),
		cmocka_unit_test(target__fits_one_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
