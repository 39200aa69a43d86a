#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/inspect.h"

/* A folder of the test's own; `in` is inspected in it. */
struct scene {
	char root[64];
	struct value_pool *pool;
	struct inspection inspection;
	struct error error;
	bool verify, cancel;
	uint64_t told, total;
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	(void)snprintf(s->root, sizeof(s->root), "/tmp/inspect_test.XXXXXX");
	assert_non_null(mkdtemp(s->root));
	s->pool = value_pool_new();
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	char command[128];

	inspection_release(&s->inspection);
	assert_int_equal(value_pool_count(s->pool), 0);
	value_pool_free(s->pool);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", s->root);
	assert_int_equal(system(command), 0);
	free(s);
	return 0;
}

static const char *at(const struct scene *s, const char *name)
{
	static char path[4][512];
	static unsigned next;
	char *p = path[next++ % 4];

	(void)snprintf(p, sizeof(path[0]), "%s/%s", s->root, name);
	return p;
}

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

static void put(const struct scene *s, const char *name, const char *text)
{
	FILE *f = fopen(at(s, name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

/* A copy of one of tests/fixtures/macho. */
static void copy(const struct scene *s, const char *fixture, const char *to)
{
	char command[512];

	(void)snprintf(command, sizeof(command),
		       "cp tests/fixtures/macho/%s '%s'", fixture, at(s, to));
	run(command);
}

static void directory(const struct scene *s, const char *name)
{
	char command[512];

	(void)snprintf(command, sizeof(command), "mkdir -p '%s'", at(s, name));
	run(command);
}

static bool is_cancelled(void *context)
{
	const struct scene *s = context;

	return s->cancel;
}

static void told(void *context, uint64_t done, uint64_t total)
{
	struct scene *s = context;

	assert_true(done <= total);
	s->told = done;
	s->total = total;
}

static enum status inspect(struct scene *s, const char *name)
{
	struct inspect_options o = {
		.pool = s->pool,
		.verify = s->verify,
		.cancelled = is_cancelled,
		.progress = told,
		.context = s,
	};

	inspection_release(&s->inspection);
	s->error = (struct error){.offset = -1};
	return inspect_path(at(s, name), &o, &s->inspection, &s->error);
}

static const struct finding *finding(const struct scene *s, const char *id)
{
	for (size_t i = 0; i < s->inspection.findings.count; i++)
		if (!strcmp(s->inspection.findings.items[i].id, id))
			return &s->inspection.findings.items[i];
	return NULL;
}

static void app(const struct scene *s)
{
	directory(s, "A.app/Contents/MacOS");
	put(s, "A.app/Contents/Info.plist",
	    "<plist version=\"1.0\"><dict><key>CFBundleExecutable</key>"
	    "<string>A</string></dict></plist>");
}

static void inspect__a_program(void **state)
{
	struct scene *s = *state;

	copy(s, "fat", "fat");
	s->verify = true;
	assert_int_equal(inspect(s, "fat"), STATUS_OK);
	assert_int_equal(s->inspection.node_count, 1);
	assert_int_equal(s->inspection.code_count, 2);
	assert_true(slice_is(value_slice(s->inspection.codes[1].path), "fat"));
	assert_false(findings_have_error(&s->inspection.findings));
	assert_true(s->inspection.bytes_hashed > 8000);
	assert_true(s->total > 0 && s->told > 0);
}

static void inspect__special_files_in_a_bundle(void **state)
{
	struct scene *s = *state;

	app(s);
	assert_int_equal(mkfifo(at(s, "A.app/Contents/MacOS/A"), 0600), 0);
	assert_int_equal(mkfifo(at(s, "A.app/Contents/x.dylib"), 0600), 0);
	s->verify = true;
	assert_int_equal(inspect(s, "A.app"), STATUS_OK);
	assert_non_null(finding(s, "executable_missing"));
	assert_int_equal(s->inspection.code_count, 0);
}

static void inspect__links_do_not_lead_out(void **state)
{
	struct scene *s = *state;
	const struct finding *f;

	app(s);
	copy(s, "entitled", "outside");
	assert_int_equal(
		symlink("../../../outside", at(s, "A.app/Contents/MacOS/A")),
		0);
	assert_int_equal(inspect(s, "A.app"), STATUS_OK);
	f = finding(s, "executable_missing");
	assert_non_null(f);
	assert_true(slice_is(value_slice(f->path), "A.app"));
	assert_int_equal(s->inspection.code_count, 0);
}

static void inspect__broken_parts_leave_the_others(void **state)
{
	struct scene *s = *state;
	const struct finding *f;

	app(s);
	copy(s, "entitled", "A.app/Contents/MacOS/A");
	put(s, "A.app/Contents/embedded.provisionprofile", "no profile");
	directory(s, "A.app/Contents/_CodeSignature");
	put(s, "A.app/Contents/_CodeSignature/CodeResources", "no seal");
	directory(s, "A.app/Contents/Frameworks/H.app/Contents/MacOS");
	put(s, "A.app/Contents/Frameworks/H.app/Contents/Info.plist", "<plist");
	copy(s, "entitled", "A.app/Contents/Frameworks/H.app/Contents/MacOS/H");
	assert_int_equal(
		truncate(at(s, "A.app/Contents/Frameworks/H.app/Contents/"
			       "MacOS/H"),
			 4200),
		0);
	s->verify = true;
	assert_int_equal(inspect(s, "A.app"), STATUS_OK);
	assert_int_equal(s->inspection.node_count, 2);
	assert_int_equal(s->inspection.code_count, 2);
	assert_non_null(finding(s, "profile_malformed"));
	assert_non_null(finding(s, "seal_malformed"));
	assert_non_null(finding(s, "info_plist_malformed"));
	assert_non_null(finding(s, "seal_not_signed"));
	f = finding(s, "program_unreadable");
	assert_non_null(f);
	assert_true(f->offset >= 4000);
	assert_true(findings_have_error(&s->inspection.findings));
}

static void inspect__depth_and_cancelling(void **state)
{
	struct scene *s = *state;
	char command[512];

	app(s);
	copy(s, "entitled", "A.app/Contents/MacOS/A");
	(void)snprintf(command, sizeof(command),
		       "cd '%s/A.app/Contents' && "
		       "mkdir -p \"$(printf 'd/%%.0s' $(seq 100))\"",
		       s->root);
	run(command);
	assert_int_equal(inspect(s, "A.app"), STATUS_OK);
	assert_int_equal(s->inspection.code_count, 1);
	s->cancel = true;
	assert_int_equal(inspect(s, "A.app"), STATUS_CANCELLED);
}

static void inspect__a_main_program_knows_its_info_plist(void **state)
{
	struct scene *s = *state;
	const struct fact *bound;

	app(s);
	copy(s, "tool", "A.app/Contents/MacOS/A");
	copy(s, "tool", "A.app/Contents/MacOS/B");
	/* Slot 1 of `tool` is its own section: A's file is not that. */
	assert_int_equal(inspect(s, "A.app/Contents/MacOS/A"), STATUS_OK);
	assert_non_null(finding(s, "info_plist_differs"));
	assert_int_equal(inspect(s, "A.app/Contents/MacOS/B"), STATUS_OK);
	assert_null(finding(s, "info_plist_differs"));
	bound = &s->inspection.codes[0].facts[FACT_INFO_PLIST];
	assert_true(value_get(bound->value, "bound").as.boolean);
}

static void inspect__documents(void **state)
{
	struct scene *s = *state;

	put(s, "e.plist",
	    "<plist version=\"1.0\"><dict>"
	    "<key>com.apple.security.app-sandbox</key><true/></dict></plist>");
	assert_int_equal(inspect(s, "e.plist"), STATUS_OK);
	assert_int_equal(s->inspection.code_count, 1);
	assert_true(slice_is(value_slice(s->inspection.nodes[0].kind),
			     "entitlements"));
	put(s, "broken.plist", "<plist version=\"1.0\"><dict><key>a</key>");
	assert_int_equal(inspect(s, "broken.plist"), STATUS_MALFORMED);
	assert_true(s->error.offset >= 0);
	put(s, "words", "just words\n");
	assert_int_equal(inspect(s, "words"), STATUS_UNSUPPORTED);
	put(s, "nothing", "");
	assert_int_equal(inspect(s, "nothing"), STATUS_UNSUPPORTED);
	assert_int_equal(inspect(s, "none"), STATUS_NOT_FOUND);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(inspect__a_program),
		TEST(inspect__special_files_in_a_bundle),
		TEST(inspect__links_do_not_lead_out),
		TEST(inspect__broken_parts_leave_the_others),
		TEST(inspect__depth_and_cancelling),
		TEST(inspect__a_main_program_knows_its_info_plist),
		TEST(inspect__documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
