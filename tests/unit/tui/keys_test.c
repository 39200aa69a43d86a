#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <curses.h>

#include "tui/keys.h"
#include "tui/terminal.h"

static const unsigned contexts[] = {IN_LIST,    IN_DETAIL, IN_HELP,   IN_MENU,
				    IN_COLUMNS, IN_PROMPT, IN_CONFIRM};

enum { CONTEXTS = sizeof(contexts) / sizeof(contexts[0]) };

static void keys__every_entry_can_be_reached(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_action *a = &key_table[i];

		assert_non_null(a->run);
		assert_int_not_equal(a->contexts, 0);
		assert_int_not_equal(a->keys[0], 0);
		for (int c = 0; c < CONTEXTS; c++) {
			if (!(a->contexts & contexts[c]))
				continue;
			for (int k = 0; k < KEYS_PER_ACTION && a->keys[k];
			     k++) {
				int key = a->keys[k] == KEY_ANY_DIGIT
						  ? '5'
						  : a->keys[k];

				if (key_find(key, contexts[c]) != a)
					fail_msg("entry %zu key %d is hidden "
						 "by another one",
						 i, key);
			}
		}
	}
}

static void keys__there_is_a_way_out_everywhere(void **state)
{
	(void)state;
	for (int c = 0; c < CONTEXTS; c++) {
		assert_non_null(key_find(27, contexts[c]));
		assert_non_null(key_find(SPECIAL(KEY_MOUSE), contexts[c]));
	}
}

/* DESIGN.md's list of what a htop user's fingers know, and ours. */
static void keys__has_what_the_design_promises(void **state)
{
	static const int keys[] = {
		SPECIAL(KEY_UP),
		SPECIAL(KEY_DOWN),
		SPECIAL(KEY_PPAGE),
		SPECIAL(KEY_NPAGE),
		SPECIAL(KEY_HOME),
		SPECIAL(KEY_END),
		SPECIAL(KEY_F(1)),
		SPECIAL(KEY_F(2)),
		SPECIAL(KEY_F(3)),
		SPECIAL(KEY_F(4)),
		SPECIAL(KEY_F(5)),
		SPECIAL(KEY_F(6)),
		SPECIAL(KEY_F(9)),
		SPECIAL(KEY_F(10)),
		SPECIAL(KEY_LEFT),
		SPECIAL(KEY_RIGHT),
		'/',
		'\\',
		't',
		'<',
		'>',
		'I',
		'+',
		'-',
		'*',
		'u',
		'F',
		'Z',
		' ',
		'k',
		'h',
		'?',
		'q',
		'0',
		'9',
		'\r',
		'\t',
		'T',
		'c',
		'y',
		'K',
		'n',
		'N',
		CONTROL('L'),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!key_find(keys[i], IN_LIST))
			fail_msg("key %d does nothing", keys[i]);
	}
	/* Those of commands that are not there. */
	assert_null(key_find('d', IN_LIST));
	assert_null(key_find('w', IN_LIST));
	assert_null(key_find('s', IN_LIST));
}

static void keys__have_names(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, 256);
	for (size_t i = 0; i < key_table_count; i++) {
		text_reset(&t);
		key_add_names(&t, &key_table[i]);
		if (key_table[i].help || key_table[i].bar)
			assert_int_not_equal(t.len, 0);
	}
	text_reset(&t);
	key_add_names(&t, key_find('/', IN_LIST));
	assert_string_equal(t.ptr, "F3 /");
	text_reset(&t);
	key_add_name(&t, CONTROL('L'));
	assert_string_equal(t.ptr, "Ctrl-L");
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys__every_entry_can_be_reached),
		cmocka_unit_test(keys__there_is_a_way_out_everywhere),
		cmocka_unit_test(keys__has_what_the_design_promises),
		cmocka_unit_test(keys__have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
