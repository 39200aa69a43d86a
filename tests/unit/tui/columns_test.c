#include "../../../tui/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static enum status parse(struct columns *c, const char *text, struct error *err)
{
	return columns_parse(slice_text(text), c, err);
}

static void columns_parse__replaces_adds_and_takes(void **state)
{
	struct columns c = {.count = 0};

	(void)state;
	assert_int_equal(parse(&c, "pid,name,role", NULL), STATUS_OK);
	assert_int_equal(c.count, 3);
	assert_int_equal(c.ids[2], FACT_ROLE);
	assert_int_equal(parse(&c, "+user,-role", NULL), STATUS_OK);
	assert_int_equal(c.count, 3);
	assert_int_equal(c.ids[2], FACT_USER);
	assert_int_equal(parse(&c, "+user", NULL), STATUS_OK);
	assert_int_equal(c.count, 3);
	assert_int_equal(parse(&c, "age", NULL), STATUS_OK);
	assert_int_equal(c.count, 1);
}

static void columns_parse__errors_leave_the_columns(void **state)
{
	struct columns c = {.ids = {FACT_PID}, .count = 1};
	struct error err;

	(void)state;
	assert_int_equal(parse(&c, "name,sandbx", &err), STATUS_USAGE);
	assert_int_equal(err.offset, 5);
	assert_non_null(strstr(err.message, "sandbx"));
	assert_non_null(strstr(err.message, "sandbox"));
	assert_int_equal(c.count, 1);
	assert_int_equal(parse(&c, "-pid", &err), STATUS_USAGE);
	assert_int_equal(parse(&c, "", &err), STATUS_USAGE);
	assert_int_equal(parse(&c, "pid,", &err), STATUS_USAGE);
	assert_int_equal(c.count, 1);
}

static void columns_parse__hostile_words_are_escaped(void **state)
{
	struct columns c = {.ids = {FACT_PID}, .count = 1};
	struct error err;

	(void)state;
	assert_int_equal(parse(&c, "\033]0;x\a", &err), STATUS_USAGE);
	assert_null(strchr(err.message, '\033'));
}

static void columns_add_text__is_parsed_back(void **state)
{
	struct columns c, back = {.count = 0};
	struct text t;

	(void)state;
	columns_default(&c, PLATFORM_LINUX, 160);
	text_init(&t, 1024);
	columns_add_text(&t, &c);
	assert_int_equal(columns_parse(text_slice(&t), &back, NULL), STATUS_OK);
	assert_int_equal(back.count, c.count);
	assert_memory_equal(back.ids, c.ids, c.count * sizeof(c.ids[0]));
	text_release(&t);
}

static size_t sum(const size_t *widths, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += widths[i] ? widths[i] + (total ? 1 : 0) : 0;
	return total;
}

static void columns_layout__fills_the_width_exactly(void **state)
{
	size_t widths[COLUMNS_MAX];
	struct columns c;

	(void)state;
	for (size_t total = 1; total < 300; total++) {
		columns_default(&c, PLATFORM_LINUX, total);
		columns_layout(&c, total, widths);
		assert_int_equal(sum(widths, c.count), total);
	}
}

static void columns_layout__name_survives_to_the_last(void **state)
{
	size_t widths[COLUMNS_MAX];
	struct columns c;

	(void)state;
	columns_default(&c, PLATFORM_LINUX, 80);
	columns_layout(&c, 10, widths);
	for (size_t i = 0; i < c.count; i++)
		assert_int_equal(widths[i], c.ids[i] == FACT_NAME ? 10 : 0);
	columns_layout(&c, 60, widths);
	for (size_t i = 0; i < c.count; i++) {
		if (c.ids[i] == FACT_PID || c.ids[i] == FACT_NAME ||
		    c.ids[i] == FACT_SANDBOX || c.ids[i] == FACT_DENIALS)
			assert_true(widths[i] > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_parse__replaces_adds_and_takes),
		cmocka_unit_test(columns_parse__errors_leave_the_columns),
		cmocka_unit_test(columns_parse__hostile_words_are_escaped),
		cmocka_unit_test(columns_add_text__is_parsed_back),
		cmocka_unit_test(columns_layout__fills_the_width_exactly),
		cmocka_unit_test(columns_layout__name_survives_to_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
