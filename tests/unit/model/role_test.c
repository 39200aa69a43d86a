#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "role_samples.h"

static struct value optional(struct value_pool *pool, const char *text)
{
	return text ? value_text(pool, text) : value_none;
}

static void infer(struct value_pool *pool, const struct sample *s,
		  struct role_answer *out)
{
	struct value executable = optional(pool, s->executable);
	struct value name = optional(pool, s->name), list = value_none;
	size_t count = 0;

	while (count < ARGUMENTS_MAX && s->arguments[count])
		count++;
	if (count)
		list = value_list_of_text(pool, s->arguments, count);
	role_infer(executable, name, list, out);
	value_release(pool, list);
	value_release(pool, name);
	value_release(pool, executable);
}

static void role__knows_the_samples(void **state)
{
	struct value_pool *pool = value_pool_new();
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		const struct sample *s = &samples[i];
		struct role_answer a;

		infer(pool, s, &a);
		if (a.family != s->family || a.kind != s->kind ||
		    strcmp(a.role, s->role) != 0 ||
		    strcmp(a.app_name, s->app) != 0 ||
		    (a.role[0] && !a.reason[0])) {
			print_error("sample %zu (%s): family %d kind %d "
				    "role '%s' app '%s' reason '%s'\n",
				    i, s->provenance, a.family, a.kind, a.role,
				    a.app_name, a.reason);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	value_pool_free(pool);
}

static void role__names_the_crash_handler(void **state)
{
	static const struct sample s = {
		.executable = CHROMIUM,
		.arguments = {CHROMIUM, "--type=renderer",
			      "--crashpad-handler-pid=18402"},
	};
	struct value_pool *pool = value_pool_new();
	struct role_answer a;

	(void)state;
	infer(pool, &s, &a);
	assert_int_equal(a.crash_handler_pid, 18402);
	assert_string_equal(a.reason, "argument --type");
	value_pool_free(pool);
}

static void role__is_bounded(void **state)
{
	enum { BYTES = VALUE_STRING_MAX - 64, MANY = 60000 };
	struct value_pool *pool = value_pool_new();
	char *text = malloc(BYTES + 1);
	const char **words = malloc(MANY * sizeof(*words));
	struct sample s = {.executable = CHROMIUM,
			   .arguments = {CHROMIUM, NULL}};
	struct role_answer a;
	struct value list, exe = value_text(pool, CHROMIUM);

	(void)state;
	memset(text, 'a', BYTES);
	text[BYTES] = '\0';
	memcpy(text, "--type=", 7);
	s.arguments[1] = text;
	infer(pool, &s, &a);
	assert_string_equal(a.role, "other");

	memset(text, ' ', BYTES);
	memcpy(text + BYTES - 16, " --type=renderer", 16);
	s.arguments[0] = text;
	s.arguments[1] = NULL;
	infer(pool, &s, &a);
	assert_int_equal(a.kind, ROLE_MAIN);

	memset(text, '/', BYTES);
	memset(text + 8, 0xc3, 4000);
	s.executable = text;
	infer(pool, &s, &a);
	assert_int_equal(a.kind, ROLE_UNKNOWN);

	for (size_t i = 0; i < MANY; i++)
		words[i] = "x";
	words[MANY - 1] = "--type=renderer";
	list = value_list_of_text(pool, words, MANY);
	assert_int_equal(list.type, VALUE_LIST);
	role_infer(exe, value_none, list, &a);
	assert_int_equal(a.kind, ROLE_MAIN);
	value_release(pool, list);
	value_release(pool, exe);
	free(words);
	free(text);
	value_pool_free(pool);
}

/* Any bytes: the answer ends, and holds nothing a terminal would obey. */
static void role__survives_random_arguments(void **state)
{
	static const char *const parts[] = {
		"--type=",      "utility",   "--utility-sub-type=",
		"a.b.",         "\x1b[",     "\xff",
		"-contentproc", " ",         "/x.app/",
		"bwrap",        "--ro-bind", "--",
		"systemd-",     "\xc3",      "chromium",
		"Helper (GPU)", "\n",        "Contents/MacOS/",
		"/snap/",       "firejail",  "--extension-process",
	};
	struct value_pool *pool = value_pool_new();
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[6][128] = {{0}};
		const char *words[5];
		struct role_answer a;
		struct value exe, list;

		for (size_t w = 0; w < 6; w++) {
			for (int n = 0; n < 4; n++) {
				const char *part;
				size_t used = strlen(text[w]);

				seed = seed * 1103515245u + 12345u;
				part = parts[(seed >> 16) %
					     (sizeof(parts) / sizeof(*parts))];
				memcpy(text[w] + used, part, strlen(part) + 1);
			}
		}
		for (size_t w = 0; w < 5; w++)
			words[w] = text[w];
		exe = value_text(pool, text[5]);
		list = value_list_of_text(pool, words, 1 + seed % 5);
		role_infer(exe, exe, list, &a);
		for (const char *c = a.role; *c; c++)
			assert_in_range(*c, 0x20, 0x7e);
		for (const char *c = a.app_name; *c; c++)
			assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
		assert_true(!a.role[0] || a.reason[0]);
		value_release(pool, list);
		value_release(pool, exe);
	}
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(role__knows_the_samples),
		cmocka_unit_test(role__names_the_crash_handler),
		cmocka_unit_test(role__is_bounded),
		cmocka_unit_test(role__survives_random_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
