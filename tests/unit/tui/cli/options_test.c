#include "../../../../tui/cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ARGUMENTS_MAX = 8 };

/* arguments: what follows the command, up to a NULL. */
static enum status parse(struct options *o, enum command_id command,
			 const char *const *arguments, struct error *err)
{
	static char *argv[ARGUMENTS_MAX + 2];
	int argc = 1;

	*o = (struct options){.command = command};
	argv[0] = (char *)(uintptr_t) "sandtree";
	while (arguments[argc - 1]) {
		argv[argc] = (char *)(uintptr_t)arguments[argc - 1];
		argc++;
	}
	argv[argc] = NULL;
	return options_parse(o, argc, argv, err);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void options_parse__operands_and_options_mix(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, COMMAND_TREE,
			       WORDS("one", "--json", "two", "--sort", "-age"),
			       NULL),
			 STATUS_OK);
	assert_true(o.json);
	assert_int_equal(o.sort, FACT_AGE);
	assert_true(o.descending);
	assert_int_equal(o.word_count, 2);
	assert_string_equal(o.words[0], "one");
	assert_string_equal(o.words[1], "two");
}

static void options_parse__after_two_dashes_all_are_operands(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(
		parse(&o, COMMAND_TREE, WORDS("--", "--json", "-h"), NULL),
		STATUS_OK);
	assert_false(o.json);
	assert_false(o.help);
	assert_int_equal(o.word_count, 2);
}

static void options_parse__an_optional_value_needs_its_sign(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(
		parse(&o, COMMAND_SCREEN, WORDS("--play", "file"), NULL),
		STATUS_OK);
	assert_true(o.speed == 1);
	assert_string_equal(o.words[0], "file");
	assert_int_equal(
		parse(&o, COMMAND_SCREEN, WORDS("--play=2.5", "file"), NULL),
		STATUS_OK);
	assert_true(o.speed == 2.5);
}

static void options_parse__unset_options_have_no_effect(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, COMMAND_TREE, WORDS("x"), NULL), STATUS_OK);
	assert_int_equal(o.sort, FACT_NONE);
	assert_int_equal(o.by, TREE_BY_APP);
	assert_int_equal(o.for_ns, 0);
	assert_true(o.speed == 0);
}

static void options_parse__from_is_repeatable_with_a_maximum(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(
		parse(&o, COMMAND_TREE, WORDS("--from", "a", "--from=-"), NULL),
		STATUS_OK);
	assert_int_equal(o.from_count, 2);
	assert_string_equal(o.from[1], "-");
}

static void options_parse__errors_say_what_was_expected(void **state)
{
	static const struct {
		enum command_id command;
		const char *const words[3];
		const char *message;
	} cases[] = {
		{COMMAND_TREE, {"--jsn"}, "near: json"},
		{COMMAND_DOCTOR, {"--filter=x"}, "no option --filter"},
		{COMMAND_TREE, {"--by", "name"}, "app, parent or list"},
		{COMMAND_TREE, {"--for", "0s"}, "a span"},
		{COMMAND_TREE, {"--sort", "--json"}, "--json"},
		{COMMAND_TREE, {"--columns"}, "needs a value"},
		{COMMAND_SCREEN, {"--play=0"}, "speed"},
		{COMMAND_SCREEN, {"--play=nan"}, "speed"},
		{COMMAND_TREE, {"--json=yes"}, "--json"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct options o;
		struct error err = {0};

		assert_int_equal(
			parse(&o, cases[i].command, cases[i].words, &err),
			STATUS_USAGE);
		if (!strstr(err.message, cases[i].message))
			fail_msg("%s: %s", cases[i].words[0], err.message);
	}
}

static void span_parse__numbers_and_units(void **state)
{
	static const struct {
		const char *text;
		int64_t ns; /* -1: refused */
	} cases[] = {
		{"10s", 10000000000},
		{"500ms", 500000000},
		{"1.5m", 90000000000},
		{"2h", 7200000000000},
		{"1d", 86400000000000},
		{"7", 7000000000},
		{"0", 0},
		{"", -1},
		{"s", -1},
		{".", -1},
		{"1.2.3s", -1},
		{"-1s", -1},
		{"10 s", -1},
		{"10y", -1},
		{"999999999999999999d", -1},
		{"99999999999999999999999s", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = -1;
		bool good = span_parse(slice_text(cases[i].text), &ns);

		if (good != (cases[i].ns >= 0) || ns != cases[i].ns)
			fail_msg("%s: %lld", cases[i].text, (long long)ns);
	}
}

static void option_rows__have_names_of_their_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		assert_true(option_rows[i].commands != 0);
		assert_true(option_rows[i].help[0] != 0);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(option_rows[i].name,
						option_rows[j].name);
			assert_int_not_equal(option_rows[i].id,
					     option_rows[j].id);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_parse__operands_and_options_mix),
		cmocka_unit_test(
			options_parse__after_two_dashes_all_are_operands),
		cmocka_unit_test(
			options_parse__an_optional_value_needs_its_sign),
		cmocka_unit_test(options_parse__unset_options_have_no_effect),
		cmocka_unit_test(
			options_parse__from_is_repeatable_with_a_maximum),
		cmocka_unit_test(options_parse__errors_say_what_was_expected),
		cmocka_unit_test(span_parse__numbers_and_units),
		cmocka_unit_test(option_rows__have_names_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
