#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/parse/bundle.h"

static void add(struct entries *e, const char *path, enum entry_kind kind,
		const char *target)
{
	assert_int_equal(entries_add(e, slice_text(path), kind,
				     slice_text(target), NULL),
			 STATUS_OK);
}

static void directory(struct entries *e, const char *path)
{
	add(e, path, ENTRY_DIRECTORY, NULL);
}

static void file(struct entries *e, const char *path)
{
	add(e, path, ENTRY_FILE, NULL);
}

/* An Electron app, as electron-packager lays it out. */
static void electron(struct entries *e)
{
	directory(e, "Contents");
	file(e, "Contents/Info.plist");
	file(e, "Contents/CodeResources");
	file(e, "Contents/embedded.provisionprofile");
	directory(e, "Contents/_CodeSignature");
	file(e, "Contents/_CodeSignature/CodeResources");
	directory(e, "Contents/MacOS");
	file(e, "Contents/MacOS/MyApp");
	file(e, "Contents/MacOS/tool");
	directory(e, "Contents/Resources");
	file(e, "Contents/Resources/app.asar");
	file(e, "Contents/Resources/native.node");
	directory(e, "Contents/Frameworks");
	directory(e, "Contents/Frameworks/H (GPU).app");
	directory(e, "Contents/Frameworks/H (GPU).app/Contents");
	file(e, "Contents/Frameworks/H (GPU).app/Contents/Info.plist");
	directory(e, "Contents/Frameworks/H (GPU).app/Contents/MacOS");
	file(e, "Contents/Frameworks/H (GPU).app/Contents/MacOS/H (GPU)");
	directory(e, "Contents/Frameworks/E.framework");
	add(e, "Contents/Frameworks/E.framework/E", ENTRY_LINK,
	    "Versions/Current/E");
	directory(e, "Contents/Frameworks/E.framework/Versions");
	directory(e, "Contents/Frameworks/E.framework/Versions/A");
	file(e, "Contents/Frameworks/E.framework/Versions/A/E");
	directory(e, "Contents/Frameworks/E.framework/Versions/A/Libraries");
	file(e, "Contents/Frameworks/E.framework/Versions/A/Libraries/x.dylib");
	directory(e, "Contents/Frameworks/E.framework/Versions/A/Resources");
	file(e, "Contents/Frameworks/E.framework/Versions/A/Resources/"
		"Info.plist");
	directory(e, "Contents/Frameworks/E.framework/Versions/B");
	directory(e, "Contents/Frameworks/E.framework/Versions/B/Resources");
	file(e, "Contents/Frameworks/E.framework/Versions/B/Resources/"
		"Info.plist");
	file(e, "Contents/Frameworks/E.framework/Versions/B/y.dylib");
	add(e, "Contents/Frameworks/E.framework/Versions/Current", ENTRY_LINK,
	    "A");
	directory(e, "Contents/Library");
	directory(e, "Contents/Library/LoginItems");
	directory(e, "Contents/Library/LoginItems/L.app");
	directory(e, "Contents/Library/LoginItems/L.app/Contents");
	file(e, "Contents/Library/LoginItems/L.app/Contents/Info.plist");
	directory(e, "Contents/Library/SystemExtensions");
	directory(e, "Contents/Library/SystemExtensions/s.systemextension");
	directory(e, "Contents/Library/SystemExtensions/s.systemextension/"
		     "Contents");
	directory(e, "Contents/Library/SystemExtensions/s.systemextension/"
		     "Contents/MacOS");
	directory(e, "Contents/Resources/en.lproj");
	directory(e, "Contents/Resources/data.bundle");
	entries_sort(e);
}

static const struct bundle *by_path(const struct bundle_list *l,
				    const char *path)
{
	for (size_t i = 0; i < l->count; i++)
		if (slice_is(l->items[i].path, path))
			return &l->items[i];
	return NULL;
}

static void bundle__an_electron_app(void **state)
{
	struct entries e = {.items = NULL};
	struct bundle_list l;
	const struct bundle *b;
	size_t framework;

	(void)state;
	electron(&e);
	assert_int_equal(
		bundle_find_all(&e, SLICE_LITERAL("MyApp.app"), &l, NULL),
		STATUS_OK);
	b = &l.items[0];
	assert_int_equal(b->kind, BUNDLE_APP);
	assert_true(slice_is(b->content, "Contents"));
	assert_true(slice_is(b->info, "Contents/Info.plist"));
	assert_true(slice_is(b->ticket, "Contents/CodeResources"));
	assert_true(slice_is(b->seal, "Contents/_CodeSignature/CodeResources"));
	assert_true(slice_is(b->profile, "Contents/embedded.provisionprofile"));
	assert_true(slice_is(bundle_executable(&e, b, slice_of(NULL, 0),
					       SLICE_LITERAL("MyApp.app"))
				     ->path,
			     "Contents/MacOS/MyApp"));
	b = by_path(&l, "Contents/Frameworks/H (GPU).app");
	assert_non_null(b);
	assert_int_equal(b->parent, 0);
	b = by_path(&l, "Contents/Frameworks/E.framework");
	assert_int_equal(b->kind, BUNDLE_FRAMEWORK);
	assert_true(slice_is(b->content,
			     "Contents/Frameworks/E.framework/Versions/A"));
	framework = (size_t)(b - l.items);
	b = by_path(&l, "Contents/Frameworks/E.framework/Versions/B");
	assert_int_equal(b->parent, framework);
	assert_int_equal(by_path(&l,
				 "Contents/Frameworks/E.framework/Versions/B/"
				 "y.dylib")
				 ->parent,
			 b - l.items);
	assert_int_equal(by_path(&l,
				 "Contents/Frameworks/E.framework/Versions/A/"
				 "Libraries/x.dylib")
				 ->parent,
			 framework);
	assert_int_equal(by_path(&l, "Contents/Library/LoginItems/L.app")->kind,
			 BUNDLE_LOGIN_ITEM);
	assert_int_equal(by_path(&l, "Contents/Library/SystemExtensions/"
				     "s.systemextension")
				 ->kind,
			 BUNDLE_SYSTEM_EXTENSION);
	assert_int_equal(by_path(&l, "Contents/MacOS/tool")->kind,
			 BUNDLE_LOOSE);
	assert_non_null(by_path(&l, "Contents/Resources/native.node"));
	assert_null(by_path(&l, "Contents/Resources/app.asar"));
	assert_null(by_path(&l, "Contents/Resources/data.bundle"));
	bundle_list_release(&l);
	entries_release(&e);
}

static void bundle__executable_stays_inside(void **state)
{
	struct entries e = {.items = NULL};
	struct bundle_list l;

	(void)state;
	electron(&e);
	assert_int_equal(
		bundle_find_all(&e, SLICE_LITERAL("MyApp.app"), &l, NULL),
		STATUS_OK);
	assert_null(bundle_executable(&e, &l.items[0],
				      SLICE_LITERAL("../Info.plist"),
				      SLICE_LITERAL("MyApp.app")));
	assert_null(bundle_executable(&e, &l.items[0], SLICE_LITERAL(".."),
				      SLICE_LITERAL("MyApp.app")));
	assert_null(bundle_executable(&e, &l.items[0], SLICE_LITERAL("none"),
				      SLICE_LITERAL("MyApp.app")));
	bundle_list_release(&l);
	entries_release(&e);
}

static void bundle__other_directories_are_none(void **state)
{
	struct entries e = {.items = NULL};
	struct bundle_list l;
	struct error err;

	(void)state;
	file(&e, "README");
	directory(&e, "src");
	entries_sort(&e);
	assert_int_equal(bundle_find_all(&e, SLICE_LITERAL("x"), &l, &err),
			 STATUS_UNSUPPORTED);
	bundle_list_release(&l);
	entries_release(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bundle__an_electron_app),
		cmocka_unit_test(bundle__executable_stays_inside),
		cmocka_unit_test(bundle__other_directories_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
