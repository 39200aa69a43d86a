#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tui/config.h"

static void config__reads_every_setting(void **state)
{
	struct error err = {.message = ""};
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(
		config_parse(
			&c,
			SLICE_LITERAL("# mine\n\n"
				      "columns.linux = pid,name,user\n"
				      " columns.macos=pid,name,team_id \r\n"
				      "mode = list\n"
				      "sort = -age\n"
				      "theme = light\n"
				      "kernel_threads = yes\n"
				      "exited = no"),
			&err),
		STATUS_OK);
	assert_int_equal(c.linux_columns.count, 3);
	assert_int_equal(c.linux_columns.ids[2], FACT_USER);
	assert_int_equal(config_columns(&c, PLATFORM_MACOS)->ids[2],
			 FACT_TEAM_ID);
	assert_int_equal(c.mode, TREE_LIST);
	assert_int_equal(c.sort, FACT_AGE);
	assert_true(c.descending);
	assert_int_equal(c.theme, THEME_LIGHT);
	assert_true(c.kernel_threads);
	assert_false(c.exited);
	assert_false(c.changed);
	config_release(&c);
}

static void config__names_the_first_wrong_line_and_goes_on(void **state)
{
	struct error err = {.message = ""};
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(config_parse(&c,
				      SLICE_LITERAL("mode = app\n"
						    "theme = blue\n"
						    "nonsense\n"
						    "exited = no\n"),
				      &err),
			 STATUS_MALFORMED);
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 9);
	assert_string_equal(err.message, "theme is auto, dark or light");
	assert_int_equal(c.theme, THEME_AUTO);
	assert_false(c.exited);
	config_release(&c);
}

static void wrong(const char *line)
{
	struct error err = {.message = ""};
	struct config c;

	config_init(&c);
	if (config_parse(&c, slice_text(line), &err) != STATUS_MALFORMED)
		fail_msg("taken: %s", line);
	assert_int_equal(err.line, 1);
	config_release(&c);
}

static void config__refuses_what_is_none(void **state)
{
	(void)state;
	wrong("columns.linux = pid,colour");
	wrong("columns.linux =");
	wrong("sort = size");
	wrong("mode = Tree");
	wrong("exited = 1");
	wrong("= yes");
	wrong("theme");
	wrong("\x1b[31m = yes");
}

static void config__keeps_what_it_does_not_know(void **state)
{
	struct config c;
	struct text t;

	(void)state;
	config_init(&c);
	text_add_text(&c.as_read, "# mine\nfuture = 1\ntheme = dark\n"
				  "theme = light\n");
	config_parse(&c, text_slice(&c.as_read), NULL);
	c.theme = THEME_DARK;
	text_init(&t, CONFIG_BYTES_MAX);
	config_add_text(&t, &c);
	assert_string_equal(t.ptr, "# mine\nfuture = 1\ntheme = dark\n"
				   "mode = app\nsort = none\n"
				   "kernel_threads = no\nexited = yes\n");
	text_release(&t);
	config_release(&c);
}

static void config__says_what_it_reads_again(void **state)
{
	struct columns columns = {{FACT_NAME, FACT_ROLE}, 2};
	struct config c, again;
	struct text t;

	(void)state;
	config_init(&c);
	config_init(&again);
	config_set_columns(&c, PLATFORM_MACOS, &columns);
	c.mode = TREE_BY_PARENT;
	c.sort = FACT_DENIALS;
	c.descending = true;
	text_init(&t, CONFIG_BYTES_MAX);
	config_add_text(&t, &c);
	assert_int_equal(config_parse(&again, text_slice(&t), NULL), STATUS_OK);
	assert_int_equal(again.macos_columns.count, 2);
	assert_null(config_columns(&again, PLATFORM_LINUX));
	assert_int_equal(again.mode, TREE_BY_PARENT);
	assert_int_equal(again.sort, FACT_DENIALS);
	assert_true(again.descending);
	text_release(&t);
	config_release(&c);
	config_release(&again);
}

struct home {
	char dir[64];
	char file[128];
};

static void home_make(struct home *h)
{
	snprintf(h->dir, sizeof(h->dir), "/tmp/sandtree-config.XXXXXX");
	assert_non_null(mkdtemp(h->dir));
	snprintf(h->file, sizeof(h->file), "%s/sandtree/config", h->dir);
	setenv("XDG_CONFIG_HOME", h->dir, 1);
}

static void home_drop(struct home *h)
{
	char folder[128];

	unlink(h->file);
	snprintf(folder, sizeof(folder), "%s/sandtree", h->dir);
	rmdir(folder);
	/* Nothing else was left behind. */
	assert_int_equal(rmdir(h->dir), 0);
}

static void config__writes_only_what_was_changed_and_whole(void **state)
{
	struct error err = {.message = ""};
	struct config c;
	struct home home;
	struct stat info;

	(void)state;
	home_make(&home);
	config_init(&c);
	assert_int_equal(config_load(&c, &err), STATUS_OK);
	assert_int_equal(config_save(&c, &err), STATUS_OK);
	assert_int_equal(access(home.file, F_OK), -1);
	c.exited = false;
	c.changed = true;
	assert_int_equal(config_save(&c, &err), STATUS_OK);
	assert_int_equal(stat(home.file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	config_release(&c);
	config_init(&c);
	assert_int_equal(config_load(&c, &err), STATUS_OK);
	assert_false(c.exited);
	config_release(&c);
	home_drop(&home);
}

static void config__does_not_write_over_what_it_could_not_read(void **state)
{
	struct error err = {.message = ""};
	struct config c;
	struct home home;
	char folder[128];

	(void)state;
	home_make(&home);
	snprintf(folder, sizeof(folder), "%s/sandtree", home.dir);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(mkfifo(home.file, 0600), 0);
	config_init(&c);
	assert_int_equal(config_load(&c, &err), STATUS_MALFORMED);
	c.changed = true;
	assert_int_equal(config_save(&c, &err), STATUS_OK);
	config_release(&c);
	home_drop(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config__reads_every_setting),
		cmocka_unit_test(
			config__names_the_first_wrong_line_and_goes_on),
		cmocka_unit_test(config__refuses_what_is_none),
		cmocka_unit_test(config__keeps_what_it_does_not_know),
		cmocka_unit_test(config__says_what_it_reads_again),
		cmocka_unit_test(
			config__writes_only_what_was_changed_and_whole),
		cmocka_unit_test(
			config__does_not_write_over_what_it_could_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
