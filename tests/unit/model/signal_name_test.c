#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>

#include "model/signal_name.h"

static void signal_name__differs_by_system(void **state)
{
	(void)state;
	assert_string_equal(signal_name(10, false), "SIGUSR1");
	assert_string_equal(signal_name(10, true), "SIGBUS");
	assert_string_equal(signal_name(16, false), "SIGSTKFLT");
	assert_string_equal(signal_name(16, true), "SIGURG");
	assert_string_equal(signal_name(29, true), "SIGINFO");
}

static void signal_name__knows_no_other_numbers(void **state)
{
	(void)state;
	assert_null(signal_name(0, false));
	assert_null(signal_name(-1, true));
	assert_null(signal_name(32, false));
	assert_null(signal_name(7777, true));
}

static void signal_name__every_number_has_one_name(void **state)
{
	(void)state;
	for (int macos = 0; macos < 2; macos++) {
		for (int i = 1; i < 32; i++) {
			const char *name = signal_name(i, macos);

			assert_non_null(name);
			assert_int_equal(signal_number(slice_text(name), macos),
					 i);
		}
	}
}

static void signal_number__ignores_case(void **state)
{
	(void)state;
	assert_int_equal(signal_number(SLICE_LITERAL("sigterm"), false), 15);
	assert_int_equal(signal_number(SLICE_LITERAL("SigUsr1"), true), 30);
	assert_int_equal(signal_number(SLICE_LITERAL("sigemt"), false), 0);
	assert_int_equal(signal_number(SLICE_LITERAL("sigter"), false), 0);
	assert_int_equal(signal_number(SLICE_LITERAL(""), false), 0);
}

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
static void signal_name__is_what_this_system_says(void **state)
{
	(void)state;
	assert_string_equal(signal_name(SIGUSR1, false), "SIGUSR1");
	assert_string_equal(signal_name(SIGSYS, false), "SIGSYS");
	assert_string_equal(signal_name(SIGPWR, false), "SIGPWR");
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signal_name__differs_by_system),
		cmocka_unit_test(signal_name__knows_no_other_numbers),
		cmocka_unit_test(signal_name__every_number_has_one_name),
		cmocka_unit_test(signal_number__ignores_case),
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
		cmocka_unit_test(signal_name__is_what_this_system_says),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
