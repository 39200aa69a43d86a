#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "model/base/error.h"

static void error__set_keeps_status_offset_and_words(void **state)
{
	struct error err;

	(void)state;
	memset(&err, 0xff, sizeof(err));
	assert_int_equal(error_set(&err, STATUS_MALFORMED, 17,
				   "magic needs %d bytes, %d left", 4, 3),
			 STATUS_MALFORMED);
	assert_int_equal(err.status, STATUS_MALFORMED);
	assert_int_equal(err.offset, 17);
	assert_int_equal(err.line, 0);
	assert_int_equal(err.column, 0);
	assert_string_equal(err.message, "magic needs 4 bytes, 3 left");
}

static void error__set_line_counts_lines_and_no_offset(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set_line(&err, STATUS_USAGE, 3, 9, "no"),
			 STATUS_USAGE);
	assert_int_equal(err.offset, -1);
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 9);
}

static void error__may_be_null(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, STATUS_IO, -1, "%s", "x"), STATUS_IO);
	assert_int_equal(error_set_line(NULL, STATUS_IO, 1, 1, "x"), STATUS_IO);
}

static void error__long_words_are_cut_not_overrun(void **state)
{
	struct error err;
	char words[4 * ERROR_MESSAGE_BYTES];

	(void)state;
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	error_set(&err, STATUS_IO, -1, "%s", words);
	assert_int_equal(strlen(err.message), ERROR_MESSAGE_BYTES - 1);
	/* The end falls into a euro sign, which takes 3 bytes. */
	for (size_t i = 0; i + 3 < sizeof(words); i += 3)
		memcpy(words + i, "\xe2\x82\xac", 3);
	words[sizeof(words) - 1] = '\0';
	error_set(&err, STATUS_IO, -1, ".%s", words);
	assert_int_equal(strlen(err.message) % 3, 1);
	error_set(&err, STATUS_IO, -1, "..%s", words);
	assert_int_equal(strlen(err.message) % 3, 2);
}

static void error__may_quote_its_own_words(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, STATUS_IO, 4, "read failed");
	error_set(&err, err.status, err.offset, "line 2: %s", err.message);
	assert_string_equal(err.message, "line 2: read failed");
	assert_int_equal(err.offset, 4);
}

static void error__errno_becomes_status(void **state)
{
	(void)state;
	assert_int_equal(status_from_errno(EPERM), STATUS_PRIVILEGE);
	assert_int_equal(status_from_errno(EACCES), STATUS_PRIVILEGE);
	assert_int_equal(status_from_errno(ENOENT), STATUS_NOT_FOUND);
	assert_int_equal(status_from_errno(ESRCH), STATUS_NOT_FOUND);
	assert_int_equal(status_from_errno(ENOMEM), STATUS_MEMORY);
	assert_int_equal(status_from_errno(ETIMEDOUT), STATUS_TIMEOUT);
	assert_int_equal(status_from_errno(EIO), STATUS_IO);
}

static void error__every_status_has_its_own_words(void **state)
{
	(void)state;
	for (int i = 0; i < STATUS_COUNT; i++) {
		assert_true(strlen(status_text((enum status)i)) > 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(status_text((enum status)i),
						status_text((enum status)j));
	}
	assert_string_equal(status_text(STATUS_COUNT), "unknown error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error__set_keeps_status_offset_and_words),
		cmocka_unit_test(error__set_line_counts_lines_and_no_offset),
		cmocka_unit_test(error__may_be_null),
		cmocka_unit_test(error__long_words_are_cut_not_overrun),
		cmocka_unit_test(error__may_quote_its_own_words),
		cmocka_unit_test(error__errno_becomes_status),
		cmocka_unit_test(error__every_status_has_its_own_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
