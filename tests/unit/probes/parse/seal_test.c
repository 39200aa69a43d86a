#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/base/text.h"
#include "probes/parse/seal.h"

/* base64 of the 20 bytes 00 01 ... 13, and of SHA-256("content"). */
#define SHA1_DATA   "<data>AAECAwQFBgcICQoLDA0ODxAREhM=</data>"
#define SHA256_DATA "<data>7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=</data>"
#define HEAD        "<plist version=\"1.0\"><dict>"
#define TAIL        "</dict></plist>"
/* The rules that macOS writes, but for their number. */
#define RULES2                                                                 \
	"<key>rules2</key><dict>"                                              \
	"<key>^.*</key><true/>"                                                \
	"<key>^[^/]+$</key><dict><key>nested</key><true/>"                     \
	"<key>weight</key><real>10</real></dict>"                              \
	"<key>^(Frameworks|MacOS)/</key><dict><key>nested</key><true/>"        \
	"<key>weight</key><real>10</real></dict>"                              \
	"<key>^Resources/</key><dict>"                                         \
	"<key>weight</key><real>20</real></dict>"                              \
	"<key>^Info\\.plist$</key><dict><key>omit</key><true/>"                \
	"<key>weight</key><real>20</real></dict>"                              \
	"<key>^(.*/)?\\.DS_Store$</key><dict><key>omit</key><true/>"           \
	"<key>weight</key><real>2000</real></dict>"                            \
	"</dict>"

struct scene {
	struct value_pool *pool;
	struct findings findings;
	struct report report;
	struct seal seal;
	struct entries tree;
	char offered[1024];
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->pool = value_pool_new();
	findings_init(&s->findings, s->pool);
	s->report = (struct report){&s->findings, SLICE_LITERAL("A.app")};
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	seal_release(&s->seal);
	entries_release(&s->tree);
	findings_release(&s->findings);
	assert_int_equal(value_pool_count(s->pool), 0);
	value_pool_free(s->pool);
	free(s);
	return 0;
}

static enum status read_seal(struct scene *s, const char *plist,
			     struct error *err)
{
	return seal_read(s->pool, slice_text(plist), &s->report, &s->seal, err);
}

static void add(struct scene *s, const char *path, enum entry_kind kind,
		const char *target)
{
	assert_int_equal(entries_add(&s->tree, slice_text(path), kind,
				     slice_text(target), NULL),
			 STATUS_OK);
}

static bool found(void *context, const struct seal_match *match)
{
	struct scene *s = context;
	size_t used = strlen(s->offered);

	(void)snprintf(s->offered + used, sizeof(s->offered) - used, "%s;",
		       (const char *)match->entry->path.ptr);
	return true;
}

/* Compares and gives the findings as "id path;", sorted as they came. */
static const char *compare(struct scene *s)
{
	static char told[2048];
	struct seal_watch watch = {found, NULL, s};
	size_t used = 0;

	entries_sort(&s->tree);
	assert_int_equal(seal_compare(&s->seal, &s->tree,
				      SLICE_LITERAL("Contents"),
				      SLICE_LITERAL("MacOS/A"), &s->report,
				      &watch, NULL),
			 STATUS_OK);
	told[0] = 0;
	for (size_t i = 0; i < s->findings.count; i++) {
		struct slice path = value_slice(s->findings.items[i].path);

		used += (size_t)snprintf(told + used, sizeof(told) - used,
					 "%s %.*s;", s->findings.items[i].id,
					 (int)path.len, (const char *)path.ptr);
	}
	return told;
}

static void seal__files_are_told_apart(void **state)
{
	struct scene *s = *state;

	assert_int_equal(
		read_seal(s,
			  HEAD RULES2
			  "<key>files2</key><dict>"
			  "<key>Resources/a</key><dict>"
			  "<key>hash2</key>" SHA256_DATA "</dict>"
			  "<key>Resources/gone</key><dict>"
			  "<key>hash2</key>" SHA256_DATA "</dict>"
			  "<key>Resources/may</key><dict><key>optional</key>"
			  "<true/><key>hash2</key>" SHA256_DATA "</dict>"
			  "<key>Resources/l</key><dict><key>symlink</key>"
			  "<string>a</string></dict>"
			  "<key>Resources/out</key><dict><key>symlink</key>"
			  "<string>../../../x</string></dict>"
			  "<key>Frameworks/H.app</key><dict><key>cdhash</"
			  "key>" SHA1_DATA "<key>requirement</key>"
			  "<string>identifier h</string></dict>"
			  "</dict>" TAIL,
			  NULL),
		STATUS_OK);
	assert_int_equal(s->seal.version, 2);
	add(s, "Contents", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/Info.plist", ENTRY_FILE, NULL);
	add(s, "Contents/.DS_Store", ENTRY_FILE, NULL);
	add(s, "Contents/MacOS", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/MacOS/A", ENTRY_FILE, NULL);
	add(s, "Contents/_CodeSignature", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/_CodeSignature/CodeResources", ENTRY_FILE, NULL);
	add(s, "Contents/Resources", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/Resources/a", ENTRY_FILE, NULL);
	add(s, "Contents/Resources/new", ENTRY_FILE, NULL);
	add(s, "Contents/Resources/l", ENTRY_LINK, "b");
	add(s, "Contents/Resources/out", ENTRY_LINK, "../../../x");
	add(s, "Contents/Frameworks", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/Frameworks/H.app", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/Frameworks/H.app/inner", ENTRY_FILE, NULL);
	assert_string_equal(compare(s),
			    "seal_link_changed A.app/Contents/Resources/l;"
			    "seal_file_added A.app/Contents/Resources/new;"
			    "seal_link_leaves A.app/Contents/Resources/out;"
			    "seal_file_missing A.app/Contents/Resources/gone;");
	assert_string_equal(s->offered, "Contents/Frameworks/H.app;"
					"Contents/Resources/a;");
}

static void seal__kinds_that_changed(void **state)
{
	struct scene *s = *state;

	assert_int_equal(
		read_seal(s,
			  HEAD RULES2
			  "<key>files2</key><dict>"
			  "<key>Resources/a</key><dict>"
			  "<key>hash2</key>" SHA256_DATA "</dict>"
			  "<key>Resources/f</key><dict>"
			  "<key>hash2</key>" SHA256_DATA "</dict>"
			  "<key>Resources/l</key><dict><key>symlink</key>"
			  "<string>a</string></dict>"
			  "<key>Frameworks/H.app</key><dict>"
			  "<key>hash2</key>" SHA256_DATA "</dict>"
			  "</dict>" TAIL,
			  NULL),
		STATUS_OK);
	add(s, "Contents/Resources/a", ENTRY_LINK, "l");
	add(s, "Contents/Resources/f", ENTRY_OTHER, NULL);
	add(s, "Contents/Resources/l", ENTRY_FILE, NULL);
	add(s, "Contents/Frameworks/H.app", ENTRY_DIRECTORY, NULL);
	add(s, "Contents/Frameworks/New.app", ENTRY_DIRECTORY, NULL);
	assert_string_equal(compare(s),
			    "seal_type_changed A.app/Contents/Frameworks/H.app;"
			    "seal_file_added A.app/Contents/Frameworks/New.app;"
			    "seal_type_changed A.app/Contents/Resources/a;"
			    "seal_type_changed A.app/Contents/Resources/f;"
			    "seal_type_changed A.app/Contents/Resources/l;");
}

static void seal__version_1(void **state)
{
	struct scene *s = *state;

	assert_int_equal(read_seal(s,
				   HEAD "<key>rules</key><dict>"
					"<key>^Resources/</key><true/></dict>"
					"<key>files</key><dict>"
					"<key>Resources/a</key>" SHA1_DATA
					"</dict>" TAIL,
				   NULL),
			 STATUS_OK);
	assert_int_equal(s->seal.version, 1);
	seal_check_rules(&s->seal, &s->report);
	add(s, "Contents/Resources/a", ENTRY_FILE, NULL);
	add(s, "Contents/Frameworks/unsealed", ENTRY_FILE, NULL);
	assert_string_equal(compare(s), "seal_version_1 A.app;");
	assert_string_equal(s->offered, "Contents/Resources/a;");
}

static void seal__weak_and_broken_rules(void **state)
{
	struct scene *s = *state;

	assert_int_equal(read_seal(s,
				   HEAD
				   "<key>rules2</key><dict>"
				   "<key>^Resources/secret$</key><false/>"
				   "<key>((</key><true/>"
				   "<key>^a</key><integer>1</integer></dict>"
				   "<key>files2</key><dict>"
				   "<key>x</key><dict/></dict>" TAIL,
				   NULL),
			 STATUS_OK);
	seal_check_rules(&s->seal, &s->report);
	assert_int_equal(s->findings.count, 5);
	assert_string_equal(s->findings.items[0].id, "seal_rule_invalid");
	assert_string_equal(s->findings.items[1].id, "seal_rule_invalid");
	assert_string_equal(s->findings.items[2].id, "seal_entry_invalid");
	assert_string_equal(s->findings.items[3].id, "seal_rule_weak");
	assert_string_equal(s->findings.items[4].id, "seal_rule_weak");
	assert_int_equal(s->seal.rule_count, 1);
	assert_int_equal(s->seal.entry_count, 0);
}

static void seal__what_is_none(void **state)
{
	struct scene *s = *state;
	struct error err;

	assert_int_equal(read_seal(s, "nothing", &err), STATUS_MALFORMED);
	seal_release(&s->seal);
	assert_int_equal(read_seal(s, "<plist><array/></plist>", &err),
			 STATUS_MALFORMED);
	seal_release(&s->seal);
	assert_int_equal(read_seal(s,
				   HEAD "<key>files2</key><array/>"
					"<key>rules2</key><dict/>" TAIL,
				   &err),
			 STATUS_MALFORMED);
	seal_release(&s->seal);
	assert_int_equal(read_seal(s, HEAD TAIL, &err), STATUS_MALFORMED);
}

static void seal__the_heaviest_rule_counts(void **state)
{
	struct scene *s = *state;
	const struct seal_rule *rule;

	assert_int_equal(
		read_seal(s, HEAD RULES2 "<key>files2</key><dict/>" TAIL, NULL),
		STATUS_OK);
	rule = seal_rule_for(&s->seal, SLICE_LITERAL("Resources/.DS_Store"));
	assert_true(rule->omit);
	rule = seal_rule_for(&s->seal, SLICE_LITERAL("Resources/a"));
	assert_true(!rule->omit && !rule->nested);
	rule = seal_rule_for(&s->seal, SLICE_LITERAL("MacOS/tool"));
	assert_true(rule->nested);
	rule = seal_rule_for(&s->seal, SLICE_LITERAL("Other/x"));
	assert_true(slice_is(rule->text, "^.*"));
}

static bool give_up(void *context)
{
	(void)context;
	return true;
}

static void seal__content(void **state)
{
	struct scene *s = *state;
	struct slice memory = SLICE_LITERAL("content");
	struct slice other = SLICE_LITERAL("Content");
	struct bytes right = bytes_of_slice(&memory);
	struct bytes wrong = bytes_of_slice(&other);
	struct seal_hash_watch watch = {give_up, NULL, NULL};
	struct seal_entry none = {.kind = SEAL_FILE};
	enum seal_verdict verdict;

	assert_int_equal(read_seal(s,
				   HEAD RULES2 "<key>files2</key><dict>"
					       "<key>a</key><dict>"
					       "<key>hash2</key>" SHA256_DATA
					       "</dict></dict>" TAIL,
				   NULL),
			 STATUS_OK);
	assert_int_equal(seal_verify_content(&s->seal.entries[0], &right, NULL,
					     &verdict, NULL),
			 STATUS_OK);
	assert_int_equal(verdict, SEAL_MATCHES);
	assert_int_equal(seal_verify_content(&s->seal.entries[0], &wrong, NULL,
					     &verdict, NULL),
			 STATUS_OK);
	assert_int_equal(verdict, SEAL_DIFFERS);
	assert_int_equal(
		seal_verify_content(&none, &right, NULL, &verdict, NULL),
		STATUS_OK);
	assert_int_equal(verdict, SEAL_NO_HASH);
	assert_int_equal(seal_verify_content(&s->seal.entries[0], &right,
					     &watch, &verdict, NULL),
			 STATUS_CANCELLED);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(seal__files_are_told_apart),
		TEST(seal__kinds_that_changed),
		TEST(seal__version_1),
		TEST(seal__weak_and_broken_rules),
		TEST(seal__what_is_none),
		TEST(seal__the_heaviest_rule_counts),
		TEST(seal__content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
