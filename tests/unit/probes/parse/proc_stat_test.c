#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "probes/parse/proc_stat.h"

/* Linux 6.18, `cat /proc/self/stat`. */
static const char real[] =
	"6940 (cat) R 6920 6920 4858 0 -1 4194304 100 0 1 0 0 0 0 0 20 0 1 0 "
	"311332 3133440 388 18446744073709551615 94163713515520 94163713535401 "
	"140736343112208 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 94163713551408 "
	"94163713553024 94164625756160 140736343116474 140736343116494 "
	"140736343116494 140736343117803 256\n";

static void proc_stat__reads_a_real_one(void **state)
{
	struct proc_stat s;

	(void)state;
	assert_int_equal(proc_stat_parse(slice_text(real), &s, NULL), 0);
	assert_int_equal(s.pid, 6940);
	assert_true(slice_is(s.comm, "cat"));
	assert_int_equal(s.state, 'R');
	assert_int_equal(s.ppid, 6920);
	assert_int_equal(s.session, 4858);
	assert_int_equal(s.threads, 1);
	assert_int_equal(s.flags, 4194304);
	assert_int_equal(s.start_ticks, 311332);
	assert_true(s.has_wait_status);
	assert_int_equal(s.wait_status, 256);
	assert_false(s.flags & PROC_STAT_KERNEL_THREAD);
}

/* A cut text says the same or nothing: never half a number. */
static void proc_stat__cut_anywhere_is_never_wrong(void **state)
{
	struct slice text = slice_text(real);

	(void)state;
	for (size_t n = 0; n <= text.len; n++) {
		uint8_t *copy = cut_copy(text, n);
		struct proc_stat s;

		if (!proc_stat_parse(slice_of(copy, n), &s, NULL)) {
			assert_int_equal(s.ppid, 6920);
			assert_int_equal(s.start_ticks, 311332);
			if (s.has_wait_status)
				assert_int_equal(s.wait_status, 256);
		} else {
			/* "... 311332 " is all that is needed. */
			assert_true(n < strlen(real) - 200);
		}
		free(copy);
	}
}

static void proc_stat__a_name_may_look_like_fields(void **state)
{
	static const char *const names[] = {
		") R 1 1 1 0 -1 0", "a) S (b",  "\n", ")", "((", "",
		"x\n7 (y)",         "\x1b[31m",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char text[512];
		struct proc_stat s;

		snprintf(text, sizeof(text),
			 "7 (%s) S 3 4 5 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 "
			 "0 99 0\n",
			 names[i]);
		assert_int_equal(proc_stat_parse(slice_text(text), &s, NULL),
				 0);
		assert_true(slice_is(s.comm, names[i]));
		assert_int_equal(s.ppid, 3);
		assert_int_equal(s.start_ticks, 99);
		assert_true(s.flags & PROC_STAT_KERNEL_THREAD);
		assert_false(s.has_wait_status);
	}
}

static void proc_stat__refuses_what_is_none(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"7",
		"7 (x)",
		"7 (x) S",
		"x (x) S 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n",
		"-7 (x) S 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n",
		"7 (x) S 3x 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n",
		"7 (x) S  3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n",
		"7 (x) S 99999999999999999999 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 "
		"1 0 99 0\n",
		"7 (x) S 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 "
		"18446744073709551616 0\n",
		"7 x) S 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n",
		") ( S 3",
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct proc_stat s;

		assert_int_equal(
			proc_stat_parse(slice_text(texts[i]), &s, &err),
			STATUS_MALFORMED);
		assert_true(err.offset >= 0);
		assert_true(strlen(err.message) > 0);
	}
}

static void proc_stat__states_have_words(void **state)
{
	(void)state;
	for (const char *c = "RSDTtZXxIP"; *c; c++)
		assert_non_null(proc_state_word(*c));
	assert_null(proc_state_word('Q'));
	assert_string_equal(proc_state_word('Z'), "zombie");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proc_stat__reads_a_real_one),
		cmocka_unit_test(proc_stat__cut_anywhere_is_never_wrong),
		cmocka_unit_test(proc_stat__a_name_may_look_like_fields),
		cmocka_unit_test(proc_stat__refuses_what_is_none),
		cmocka_unit_test(proc_stat__states_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
