#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/linux/code_rpm.h"

/* A program in place of rpm, for what rpm says and does: its options and exit
 * statuses are those of rpm(8) 4.18. The real one is asked in the last test,
 * where it is installed. */
static enum status ask(const char *script, const char *expected)
{
	char path[] = "/tmp/rpm_test.XXXXXX";
	int fd = mkstemp(path);
	enum status status;
	struct text t;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, strlen(script)), strlen(script));
	assert_int_equal(fchmod(fd, 0700), 0);
	(void)close(fd);
	text_init(&t, 256);
	status = rpm_owner(path, SLICE_LITERAL("/usr/bin/x"), &t, NULL);
	if (!status)
		assert_string_equal(t.ptr, expected);
	text_release(&t);
	(void)unlink(path);
	return status;
}

static void rpm__its_words(void **state)
{
	(void)state;
	assert_int_equal(ask("#!/bin/sh\n[ \"$1 $2 $4 $5\" = "
			     "'-qf --queryformat -- /usr/bin/x' ] && "
			     "[ -z \"$LD_PRELOAD$TERM\" ] && "
			     "echo 'bash 5.2-3.x86_64'\n",
			     "bash 5.2-3.x86_64"),
			 STATUS_OK);
	assert_int_equal(ask("#!/bin/sh\necho 'a 1-1.x'; echo 'b 2-2.y'\n",
			     "a 1-1.x, b 2-2.y"),
			 STATUS_OK);
	assert_int_equal(
		ask("#!/bin/sh\necho 'file x is not owned'\nexit 1\n", NULL),
		STATUS_NOT_FOUND);
	assert_int_equal(ask("#!/bin/sh\nkill -9 $$\n", NULL),
			 STATUS_NOT_FOUND);
	assert_int_equal(ask("#!/bin/sh\n", NULL), STATUS_IO);
}

static void rpm__that_is_missing_or_says_too_much(void **state)
{
	struct error err;
	struct text t;

	(void)state;
	text_init(&t, 4096);
	assert_int_equal(
		rpm_owner("/nonexistent/rpm", SLICE_LITERAL("/x"), &t, &err),
		STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, "rpm"));
	text_release(&t);
	assert_int_not_equal(
		ask("#!/bin/sh\nyes | head -c 100000 >&2; exit 1\n", NULL),
		STATUS_OK);
}

static void rpm__the_real_one(void **state)
{
	struct text t;

	(void)state;
	if (access("/usr/bin/rpm", X_OK) != 0)
		skip();
	text_init(&t, 256);
	/* Whatever is installed with it, no package has this. */
	assert_int_equal(
		rpm_owner(NULL, SLICE_LITERAL("/nonexistent/x"), &t, NULL),
		STATUS_NOT_FOUND);
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rpm__its_words),
		cmocka_unit_test(rpm__that_is_missing_or_says_too_much),
		cmocka_unit_test(rpm__the_real_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
