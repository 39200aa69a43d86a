#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/safe.h"

static void check(const char *from, bool utf8, const char *to)
{
	struct text t;

	text_init(&t, 4096);
	safe_add(&t, slice_text(from), utf8);
	assert_string_equal(t.len ? t.ptr : "", to);
	text_release(&t);
}

static void safe__keeps_what_terminals_agree_on(void **state)
{
	(void)state;
	check("plain ~ text", true, "plain ~ text");
	check("ä é 日本 ‑ …", true, "ä é 日本 ‑ …");
	/* A combining mark takes no column anywhere. */
	check("e\xcc\x81", true, "e\xcc\x81");
}

static void safe__escapes_what_changes_its_neighbours(void **state)
{
	(void)state;
	check("a\xe2\x80\x8d"
	      "b",
	      true, "a\\u{200d}b");
	check("☺\xef\xb8\x8f", true, "☺\\u{fe0f}");
	check("🇩🇪", true, "\\u{1f1e9}\\u{1f1ea}");
}

static void safe__lets_no_control_byte_through(void **state)
{
	(void)state;
	check("a\033[31mb\n", true, "a\\x1b[31mb\\x0a");
	check("\x7f", true, "\\x7f");
	check("\xc2\x9b"
	      "31m",
	      true, "\\u{9b}31m");
	check("bad \xff\xc3", true, "bad \\xff\\xc3");
}

static void safe__writes_ascii_where_the_terminal_takes_no_more(void **state)
{
	(void)state;
	check("ä日", false, "\\u{e4}\\u{65e5}");
	check("plain", false, "plain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(safe__keeps_what_terminals_agree_on),
		cmocka_unit_test(safe__escapes_what_changes_its_neighbours),
		cmocka_unit_test(safe__lets_no_control_byte_through),
		cmocka_unit_test(
			safe__writes_ascii_where_the_terminal_takes_no_more),
	};

	/* Widths are the locale's. */
	if (!setlocale(LC_CTYPE, "C.UTF-8") &&
	    !setlocale(LC_CTYPE, "en_US.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
