#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/prompt.h"

static void type(struct prompt *p, const char *text)
{
	prompt_set(p, slice_text(text));
}

static void says(const struct prompt *p, const char *text, size_t cursor)
{
	assert_int_equal(p->len, strlen(text));
	assert_memory_equal(p->bytes, text, p->len);
	assert_int_equal(p->cursor, cursor);
}

static void prompt__moves_and_erases_whole_characters(void **state)
{
	struct prompt p = {.len = 0};

	(void)state;
	type(&p, "aä日");
	says(&p, "aä日", 6);
	prompt_move(&p, PROMPT_LEFT);
	says(&p, "aä日", 3);
	prompt_erase_left(&p);
	says(&p, "a日", 1);
	prompt_erase_right(&p);
	says(&p, "a", 1);
	prompt_erase_right(&p);
	says(&p, "a", 1);
	prompt_erase_left(&p);
	prompt_erase_left(&p);
	says(&p, "", 0);
}

static void prompt__types_at_the_cursor(void **state)
{
	struct prompt p = {.len = 0};

	(void)state;
	type(&p, "ac");
	prompt_move(&p, PROMPT_LEFT);
	assert_true(prompt_type(&p, 'b'));
	says(&p, "abc", 2);
	prompt_move(&p, PROMPT_END);
	assert_true(prompt_type(&p, 0x1f600));
	assert_int_equal(p.len, 7);
	prompt_move(&p, PROMPT_HOME);
	assert_int_equal(p.cursor, 0);
	prompt_move(&p, PROMPT_LEFT);
	assert_int_equal(p.cursor, 0);
}

static void prompt__refuses_control_and_key_codes(void **state)
{
	struct prompt p = {.len = 0};

	(void)state;
	assert_false(prompt_type(&p, 0x1b));
	assert_false(prompt_type(&p, 0x7f));
	assert_false(prompt_type(&p, -1));
	assert_false(prompt_type(&p, 1 << 24));
	assert_false(prompt_type(&p, 0xd800));
	says(&p, "", 0);
}

static void prompt__stops_when_it_is_full(void **state)
{
	struct prompt p = {.len = 0};

	(void)state;
	for (int i = 0; i < PROMPT_BYTES_MAX - 1; i++)
		assert_true(prompt_type(&p, 'x'));
	/* Two bytes do not fit into one. */
	assert_false(prompt_type(&p, 0xe4));
	assert_true(prompt_type(&p, 'x'));
	assert_false(prompt_type(&p, 'x'));
	assert_int_equal(p.len, PROMPT_BYTES_MAX);
}

static void prompt__erases_words(void **state)
{
	struct prompt p = {.len = 0};

	(void)state;
	type(&p, "role=gpu and  uid");
	prompt_erase_word(&p);
	says(&p, "role=gpu and  ", 14);
	prompt_erase_word(&p);
	says(&p, "role=gpu ", 9);
	prompt_move(&p, PROMPT_LEFT);
	prompt_erase_to_start(&p);
	says(&p, " ", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prompt__moves_and_erases_whole_characters),
		cmocka_unit_test(prompt__types_at_the_cursor),
		cmocka_unit_test(prompt__refuses_control_and_key_codes),
		cmocka_unit_test(prompt__stops_when_it_is_full),
		cmocka_unit_test(prompt__erases_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
