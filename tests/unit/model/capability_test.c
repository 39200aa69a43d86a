#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/capability.h"

static void capability__names_follow_the_header(void **state)
{
	(void)state;
	assert_string_equal(capability_name(0), "cap_chown");
	assert_string_equal(capability_name(19), "cap_sys_ptrace");
	assert_string_equal(capability_name(21), "cap_sys_admin");
	assert_string_equal(capability_name(40), "cap_checkpoint_restore");
	assert_null(capability_name(41));
	assert_null(capability_name(63));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capability__names_follow_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
