#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/base/plist_in.h"
#include "probes/parse/info_plist.h"

static struct value describe(struct value_pool *pool, const char *body)
{
	struct value plist = value_none, described;

	assert_int_equal(plist_read(pool, slice_text(body), NULL, &plist, NULL),
			 STATUS_OK);
	described = info_plist_describe(pool, plist);
	value_release(pool, plist);
	return described;
}

static void info_plist__what_matters_is_named(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct value v, types, usage;

	(void)state;
	v = describe(
		pool,
		"<plist version=\"1.0\"><dict>"
		"<key>CFBundleIdentifier</key><string>org.x</string>"
		"<key>ElectronTeamID</key><string>TESTTEAM01</string>"
		"<key>LSUIElement</key><string>1</string>"
		"<key>NSCameraUsageDescription</key><string>faces</string>"
		"<key>CFBundleDocumentTypes</key><array>"
		"<dict><key>CFBundleTypeName</key><string>Note</string></dict>"
		"<dict><key>NSIsRelatedItemType</key><true/>"
		"<key>CFBundleTypeExtensions</key><array><string>meta</string>"
		"</array></dict></array>"
		"<key>CFBundleURLTypes</key><array><dict>"
		"<key>CFBundleURLSchemes</key><array><string>x</string></array>"
		"</dict></array>"
		"<key>XPCService</key><dict><key>ServiceType</key>"
		"<string>Application</string></dict>"
		"</dict></plist>");
	assert_true(slice_is(value_slice(value_get(v, "bundle_id")), "org.x"));
	assert_true(slice_is(value_slice(value_get(v, "electron_team_id")),
			     "TESTTEAM01"));
	assert_true(value_get(v, "agent").as.boolean);
	types = value_get(v, "document_types");
	assert_int_equal(value_count(types), 2);
	assert_int_equal(value_get(value_at(types, 0), "related_item").type,
			 VALUE_NONE);
	assert_true(value_get(value_at(types, 1), "related_item").as.boolean);
	usage = value_get(v, "usage");
	assert_true(slice_is(
		value_slice(value_get(usage, "NSCameraUsageDescription")),
		"faces"));
	assert_true(slice_is(
		value_slice(value_get(value_get(v, "xpc_service"), "type")),
		"Application"));
	assert_int_equal(value_count(value_get(v, "url_schemes")), 1);
	assert_int_equal(value_get(v, "version").type, VALUE_NONE);
	value_release(pool, v);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static void info_plist__wrong_types_are_left_out(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct value v;

	(void)state;
	v = describe(pool, "<plist version=\"1.0\"><dict>"
			   "<key>CFBundleIdentifier</key><integer>5</integer>"
			   "<key>CFBundleDocumentTypes</key><string>x</string>"
			   "<key>CFBundleURLTypes</key><array>"
			   "<string>x</string></array>"
			   "<key>XPCService</key><array/>"
			   "<key>CFBundleName</key><string>n</string>"
			   "</dict></plist>");
	assert_int_equal(value_count(v), 1);
	assert_true(slice_is(value_slice(value_get(v, "name")), "n"));
	value_release(pool, v);
	v = describe(pool, "<plist version=\"1.0\"><array/></plist>");
	assert_int_equal(v.type, VALUE_NONE);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(info_plist__what_matters_is_named),
		cmocka_unit_test(info_plist__wrong_types_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
