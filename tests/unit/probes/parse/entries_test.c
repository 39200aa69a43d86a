#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/parse/entries.h"

static void add(struct entries *e, const char *path, enum entry_kind kind,
		const char *target)
{
	assert_int_equal(entries_add(e, slice_text(path), kind,
				     slice_text(target), NULL),
			 STATUS_OK);
}

/* A framework, as macOS lays it out. */
static void framework(struct entries *e)
{
	add(e, "F.framework", ENTRY_DIRECTORY, NULL);
	add(e, "F.framework/F", ENTRY_LINK, "Versions/Current/F");
	add(e, "F.framework/Versions", ENTRY_DIRECTORY, NULL);
	add(e, "F.framework/Versions/A", ENTRY_DIRECTORY, NULL);
	add(e, "F.framework/Versions/A/F", ENTRY_FILE, NULL);
	add(e, "F.framework/Versions/Current", ENTRY_LINK, "A");
	add(e, "F.framework-old", ENTRY_FILE, NULL);
	add(e, "up", ENTRY_LINK, "../outside");
	add(e, "root", ENTRY_LINK, "/etc/passwd");
	add(e, "ring", ENTRY_LINK, "ring2");
	add(e, "ring2", ENTRY_LINK, "./ring");
	add(e, "back", ENTRY_LINK, "F.framework/../F.framework/F");
	entries_sort(e);
}

static enum status resolve(const struct entries *e, const char *path,
			   const char *expected)
{
	char out[ENTRY_PATH_MAX];
	size_t len = 0;
	enum status status =
		entries_resolve(e, slice_text(path), out, &len, NULL);

	if (!status) {
		out[len] = 0;
		assert_string_equal(out, expected);
	}
	return status;
}

static void entries__resolve_follows_links_inside_only(void **state)
{
	struct entries e = {.items = NULL};

	(void)state;
	framework(&e);
	assert_int_equal(
		resolve(&e, "F.framework/F", "F.framework/Versions/A/F"),
		STATUS_OK);
	assert_int_equal(resolve(&e, "back", "F.framework/Versions/A/F"),
			 STATUS_OK);
	assert_int_equal(resolve(&e, "F.framework/Versions/Current",
				 "F.framework/Versions/A"),
			 STATUS_OK);
	assert_int_equal(resolve(&e, "", ""), STATUS_OK);
	assert_int_equal(resolve(&e, "up", NULL), STATUS_MALFORMED);
	assert_int_equal(resolve(&e, "root", NULL), STATUS_MALFORMED);
	assert_int_equal(resolve(&e, "ring", NULL), STATUS_MALFORMED);
	assert_int_equal(resolve(&e, "F.framework/G", NULL), STATUS_NOT_FOUND);
	entries_release(&e);
}

static void entries__below_is_the_directory_and_nothing_beside_it(void **state)
{
	struct entries e = {.items = NULL};
	size_t first, end;

	(void)state;
	framework(&e);
	entries_below(&e, SLICE_LITERAL("F.framework"), &first, &end);
	assert_int_equal(end - first, 5);
	for (size_t i = first; i < end; i++)
		assert_true(slice_starts(e.items[i].path, "F.framework/"));
	entries_below(&e, SLICE_LITERAL(""), &first, &end);
	assert_int_equal(end - first, e.count);
	entries_below(&e, SLICE_LITERAL("none"), &first, &end);
	assert_int_equal(end - first, 0);
	assert_non_null(
		entries_find_in(&e, SLICE_LITERAL("F.framework"), "Versions"));
	assert_non_null(entries_find_in(&e, SLICE_LITERAL(""), "up"));
	assert_null(entries_find_in(&e, SLICE_LITERAL("up"), "up"));
	entries_release(&e);
}

static void entries__refuse_what_is_too_long(void **state)
{
	static uint8_t path[ENTRY_PATH_MAX + 1];
	struct entries e = {.items = NULL};

	(void)state;
	memset(path, 'a', sizeof(path));
	assert_int_equal(entries_add(&e, slice_of(path, sizeof(path)),
				     ENTRY_FILE, slice_of(NULL, 0), NULL),
			 STATUS_LIMIT);
	assert_int_equal(entries_add(&e, slice_of(path, 0), ENTRY_FILE,
				     slice_of(NULL, 0), NULL),
			 STATUS_LIMIT);
	assert_int_equal(entries_add(&e, slice_of(path, ENTRY_PATH_MAX),
				     ENTRY_FILE, slice_of(NULL, 0), NULL),
			 STATUS_OK);
	entries_sort(&e);
	assert_non_null(entries_find(&e, slice_of(path, ENTRY_PATH_MAX)));
	assert_null(entries_find_in(&e, slice_of(path, ENTRY_PATH_MAX), "a"));
	entries_release(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries__resolve_follows_links_inside_only),
		cmocka_unit_test(
			entries__below_is_the_directory_and_nothing_beside_it),
		cmocka_unit_test(entries__refuse_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
