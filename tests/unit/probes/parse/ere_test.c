#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <regex.h>
#include <stdio.h>

#include "probes/parse/ere.h"

static bool matches(const char *pattern, const char *text)
{
	struct ere *e = NULL;
	bool found;

	assert_int_equal(ere_compile(slice_text(pattern), &e, NULL), STATUS_OK);
	found = ere_search(e, slice_text(text));
	ere_free(e);
	return found;
}

/* The patterns that macOS itself writes (rules and rules2). */
static void ere__rules_of_real_seals(void **state)
{
	const char *nested = "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|"
			     "XPCServices|Helpers|MacOS|Library/(Automator|"
			     "Spotlight|LoginItems))/";

	(void)state;
	assert_true(matches("^.*", ""));
	assert_true(matches("^.*", "Resources/a"));
	assert_true(matches("^[^/]+$", "Info.plist"));
	assert_false(matches("^[^/]+$", "Resources/a"));
	assert_true(matches(nested, "Library/LoginItems/x"));
	assert_true(matches(nested, "MacOS/x"));
	assert_false(matches(nested, "Library/SystemExtensions/x"));
	assert_false(matches(nested, "xMacOS/x"));
	assert_true(matches(".*\\.dSYM($|/)", "a/b.dSYM"));
	assert_true(matches(".*\\.dSYM($|/)", "a/b.dSYM/c"));
	assert_false(matches(".*\\.dSYM($|/)", "a/b.dSYMs"));
	assert_true(matches("^(.*/)?\\.DS_Store$", ".DS_Store"));
	assert_true(matches("^(.*/)?\\.DS_Store$", "a/b/.DS_Store"));
	assert_false(matches("^(.*/)?\\.DS_Store$", "a/bx.DS_Store"));
	assert_true(matches("^Info\\.plist$", "Info.plist"));
	assert_false(matches("^Info\\.plist$", "Info-plist"));
	assert_true(matches("^Resources/.*\\.lproj/", "Resources/en.lproj/a"));
	assert_true(matches("^Resources/.*\\.lproj/locversion.plist$",
			    "Resources/en.lproj/locversion.plist"));
}

static void ere__anchors_anywhere(void **state)
{
	(void)state;
	assert_true(matches("(^|/)a(/|$)", "a"));
	assert_true(matches("(^|/)a(/|$)", "x/a/y"));
	assert_false(matches("(^|/)a(/|$)", "xa"));
	assert_true(matches("^^a$$", "a"));
	assert_true(matches("(^|/)(^|x)y", "xy"));
	assert_false(matches("a^b", "ab"));
	assert_false(matches("a$b", "ab"));
	assert_true(matches("()|a", ""));
}

static enum status compile(const char *pattern, int64_t offset)
{
	struct error err = {.offset = -1};
	struct ere *e = NULL;
	enum status status = ere_compile(slice_text(pattern), &e, &err);

	if (status) {
		assert_int_equal(err.offset, offset);
		assert_true(err.message[0] != 0);
	}
	ere_free(e);
	return status;
}

static void ere__errors_have_their_place(void **state)
{
	(void)state;
	assert_int_equal(compile("ab(c", 2), STATUS_MALFORMED);
	assert_int_equal(compile("a[bc", 1), STATUS_MALFORMED);
	assert_int_equal(compile("a[z-a]", 2), STATUS_MALFORMED);
	assert_int_equal(compile("a[[:nope:]]", 2), STATUS_MALFORMED);
	assert_int_equal(compile("*a", 0), STATUS_MALFORMED);
	assert_int_equal(compile("a\\", 1), STATUS_MALFORMED);
	assert_int_equal(compile("(a)\\1", 3), STATUS_MALFORMED);
	assert_int_equal(compile("a{2", 1), STATUS_MALFORMED);
	assert_int_equal(compile("a{3,2}", 1), STATUS_MALFORMED);
}

/* What overflows the C library's stack, memory or patience. */
static void ere__hostile_patterns_are_refused_or_quick(void **state)
{
	char deep[ERE_BYTES_MAX + 1], text[4097];
	size_t n = 0;

	(void)state;
	assert_int_equal(compile("a{65}", 4), STATUS_LIMIT);
	assert_int_equal(compile("((a{9}){9}){9}", 3), STATUS_LIMIT);
	assert_int_equal(compile("((((((){64}){64}){64}){64}){64}){64}", 5),
			 STATUS_LIMIT);
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = 0;
	assert_int_equal(compile(deep, ERE_DEPTH_MAX), STATUS_LIMIT);
	while (n < 200) {
		memcpy(deep + n, "a?", 2);
		n += 2;
	}
	memset(deep + n, 'a', 100);
	deep[n + 100] = 0;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	text[99] = 'b';
	assert_true(matches(deep, text));
	assert_false(matches("(a*)*c", text));
}

/* Against the C library, on patterns and texts of few letters. */
static void ere__agrees_with_the_c_library(void **state)
{
	static const char *const parts[] = {
		"a",      "b",           "/",  "[ab]",  "[^a]",   ".",
		"(a|b/)", "^",           "$",  "(^|/)", "a*",     "b+",
		"/?",     "(ab)*",       ".*", "a{2}",  "b{1,2}", "|",
		"($|/)",  "[[:alpha:]]", "a?",
	};
	enum { PARTS = sizeof(parts) / sizeof(*parts) };
	unsigned seed = 1;
	size_t compared = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char pattern[64] = "", text[12] = "";
		struct ere *e = NULL;
		regex_t re;
		size_t n;

		seed = seed * 1103515245 + 12345;
		n = 1 + (seed >> 16) % 4;
		for (size_t i = 0; i < n; i++) {
			size_t used = strlen(pattern);

			seed = seed * 1103515245 + 12345;
			(void)snprintf(pattern + used, sizeof(pattern) - used,
				       "%s", parts[(seed >> 16) % PARTS]);
		}
		seed = seed * 1103515245 + 12345;
		n = (seed >> 16) % 8;
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = "ab/"[(seed >> 16) % 3];
		}
		/* On an empty text both ends are one place, which only the C
		 * library lets $ and then ^ see. */
		if (!text[0] && strchr(pattern, '$') && strchr(pattern, '^'))
			continue;
		if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
			continue;
		if (ere_compile(slice_text(pattern), &e, NULL) == STATUS_OK) {
			bool ours = ere_search(e, slice_text(text));
			bool theirs = regexec(&re, text, 0, NULL, 0) == 0;

			if (ours != theirs)
				fail_msg("\"%s\" on \"%s\": %d, expected %d",
					 pattern, text, ours, theirs);
			compared++;
		}
		ere_free(e);
		regfree(&re);
	}
	print_message("ere: %zu pairs agree with regexec\n", compared);
	assert_true(compared > 15000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ere__rules_of_real_seals),
		cmocka_unit_test(ere__anchors_anywhere),
		cmocka_unit_test(ere__errors_have_their_place),
		cmocka_unit_test(ere__hostile_patterns_are_refused_or_quick),
		cmocka_unit_test(ere__agrees_with_the_c_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
