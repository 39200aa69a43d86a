#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "plist_test.h"

enum { FILE_MAX = 1 << 20 };

static void load(struct test *t, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *bytes = malloc(FILE_MAX);
	size_t len;

	assert_non_null(f);
	assert_non_null(bytes);
	len = fread(bytes, 1, FILE_MAX, f);
	fclose(f);
	text_reset(&t->list);
	text_add(&t->list, slice_of(bytes, len));
	free(bytes);
}

static void wrap(struct test *t, const char *body)
{
	text_reset(&t->list);
	text_addf(&t->list, "<plist version=\"1.0\">%s</plist>", body);
}

/* It is refused, at the place where `at` begins in it. */
static void refuses(struct test *t, enum status want, const char *at)
{
	struct value v = value_none;
	struct error err = {.offset = -7};
	enum status st =
		plist_read(t->pool, text_slice(&t->list), NULL, &v, &err);
	size_t place = slice_find(text_slice(&t->list), slice_text(at), false);

	if (st == STATUS_OK)
		fail_msg("not refused: %s", t->list.ptr);
	if (st != want || err.offset != (int64_t)place)
		fail_msg("%s: status %d at %lld, not %d at %zu: %s",
			 t->list.ptr, st, (long long)err.offset, want, place,
			 err.message);
	assert_true(err.message[0]);
	assert_int_equal(v.type, VALUE_NONE);
}

static void refuses_xml(struct test *t, const char *body, const char *at)
{
	wrap(t, body);
	refuses(t, STATUS_MALFORMED, at);
}

static int64_t date_of(struct test *t, const char *rfc3339)
{
	int64_t ns = 0;

	(void)t;
	assert_true(time_parse(slice_text(rfc3339), &ns));
	return ns;
}

static void check_types(struct test *t, struct value v)
{
	struct value list = value_get(v, "array");

	assert_int_equal(v.type, VALUE_DICT);
	assert_int_equal(value_count(v), 21);
	assert_int_equal(value_at(list, 0).as.integer, 1);
	assert_true(
		value_get(value_at(value_at(list, 1), 1), "deep").as.boolean);
	assert_int_equal(value_at(list, 2).type, VALUE_LIST);
	assert_true(slice_equal(value_slice(value_get(v, "data")),
				slice_of("abc\0\xff", 5)));
	assert_int_equal(value_get(v, "data empty").type, VALUE_BYTES);
	assert_int_equal(value_get(v, "date").type, VALUE_DATE);
	assert_int_equal(value_get(v, "date").as.integer,
			 date_of(t, "2024-05-06T07:08:09Z"));
	assert_int_equal(value_get(v, "date after 2069").as.integer,
			 date_of(t, "2126-07-08T09:10:11Z"));
	assert_int_equal(value_get(v, "date before 2001").as.integer,
			 date_of(t, "1975-05-06T07:08:09Z"));
	assert_true(slice_is(value_slice(value_get(v, "date far")),
			     "4001-01-01T00:00:00Z"));
	assert_true(slice_is(value_slice(value_get(v, "escapes")),
			     "<a & \"b\" 'c'>"));
	assert_int_equal(value_get(v, "false").type, VALUE_BOOL);
	assert_false(value_get(v, "false").as.boolean);
	assert_true(slice_is(value_slice(value_get(v, "integer biggest")),
			     "18446744073709551615"));
	assert_int_equal(value_get(v, "integer least").as.integer, INT64_MIN);
	assert_int_equal(value_get(v, "integer most").as.integer, INT64_MAX);
	assert_true(slice_is(value_slice(value_get(v, "integer over")),
			     "9223372036854775808"));
	assert_int_equal(value_get(v, "negative").as.integer, -5);
	assert_true(value_get(v, "real").as.real == 20.5);
	assert_true(slice_is(value_slice(value_get(v, "unicode \xc3\xa4")),
			     "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
}

static void plist_in__reads_every_type_of_both_forms_alike(void **state)
{
	struct test *t = *state;
	struct value xml, binary;

	load(t, "tests/fixtures/plist/types.plist");
	xml = read_ok(t);
	check_types(t, xml);
	load(t, "tests/fixtures/plist/types.bplist");
	binary = read_ok(t);
	check_types(t, binary);
	assert_true(value_equal(xml, binary));
	value_release(t->pool, xml);
	value_release(t->pool, binary);
}

static void refuse_all_cuts(struct test *t, const char *path, size_t slack)
{
	struct value v = value_none;
	struct error err;

	load(t, path);
	for (size_t n = 0; n + slack < t->list.len; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, t->list.ptr, n);
		err = (struct error){0};
		if (plist_read(t->pool, slice_of(cut, n), NULL, &v, &err) ==
		    STATUS_OK)
			fail_msg("%s cut at %zu is read", path, n);
		assert_in_range(err.offset, 0, n);
		free(cut);
	}
}

static void plist_in__refuses_lists_cut_anywhere(void **state)
{
	/* The XML one ends in a newline that it can do without. */
	refuse_all_cuts(*state, "tests/fixtures/plist/types.plist", 1);
	refuse_all_cuts(*state, "tests/fixtures/plist/types.bplist", 0);
}

static void plist_in__survives_any_changed_byte(void **state)
{
	static const char *const paths[] = {
		"tests/fixtures/plist/types.plist",
		"tests/fixtures/plist/types.bplist"};
	static const uint8_t masks[] = {0x01, 0x10, 0x80, 0xff};
	struct test *t = *state;

	for (size_t p = 0; p < 2; p++) {
		load(t, paths[p]);
		for (size_t i = 0; i < t->list.len; i++)
			for (size_t m = 0; m < sizeof(masks); m++) {
				struct value v = value_none;

				t->list.ptr[i] ^= (char)masks[m];
				(void)plist_read(t->pool, text_slice(&t->list),
						 NULL, &v, NULL);
				value_release(t->pool, v);
				t->list.ptr[i] ^= (char)masks[m];
			}
	}
}

static void plist_in__xml_is_read_strictly(void **state)
{
	struct test *t = *state;

	refuses_xml(t,
		    "<dict><key>a</key><true/><key>b</key><true/>"
		    "<key>&#97;</key><true/></dict>",
		    "<key>&#97;");
	refuses_xml(t, "<dict><key>a</key></dict>", "</dict>");
	refuses_xml(t, "<dict><true/></dict>", "<true/>");
	refuses_xml(t, "<dict><key>a</key><key>b</key></dict>", "<key>b");
	refuses_xml(t, "<array><key>a</key></array>", "<key>");
	refuses_xml(t, "<array></dict>", "</dict>");
	refuses_xml(t, "<array>text</array>", "text");
	refuses_xml(t, "<true/><true/>", "<true/></plist>");
	refuses_xml(t, "", "</plist>");
	refuses_xml(t, "<string>a<!-- b -->c</string>", "<!-- b");
	refuses_xml(t, "<string a=\"b\"/>", "a=");
	refuses_xml(t, "<string>&custom;</string>", "&custom");
	refuses_xml(t, "<string>&#0;</string>", "&#0");
	refuses_xml(t, "<string>&#xD800;</string>", "&#xD800");
	refuses_xml(t, "<string>&#1114112;</string>", "&#1114112");
	refuses_xml(t, "<string>a&</string>", "&</");
	refuses_xml(t, "<integer>0x</integer>", "x</integer>");
	refuses_xml(t, "<integer>12a</integer>", "a</integer>");
	refuses_xml(t, "<integer/>", "</plist>");
	refuses_xml(t, "<real>one</real>", "one");
	refuses_xml(t, "<real/>", "</plist>");
	refuses_xml(t, "<date>2024-13-01T00:00:00Z</date>", "2024");
	refuses_xml(t, "<date>yesterday</date>", "yesterday");
	refuses_xml(t, "<data>AA*A</data>", "*A");
	refuses_xml(t, "<data>AAA</data>", "AAA");
	refuses_xml(t, "<data>AA=A</data>", "A</data>");
	refuses_xml(t, "<true>false</true>", "false</true>");
	refuses_xml(t, "<null/>", "<null");
	refuses_xml(t, "<!-- a -- b --><true/>", "<!--");
	refuses_xml(t, "<![CDATA[<true/>]]>", "<![CDATA");
}

static void plist_in__xml_limits_are_named_with_their_place(void **state)
{
	struct test *t = *state;

	wrap(t, "<integer>18446744073709551616</integer>");
	refuses(t, STATUS_LIMIT, "1844");
	wrap(t, "<integer>-9223372036854775809</integer>");
	refuses(t, STATUS_LIMIT, "-922");
}

static void plist_in__refuses_what_else_xml_allows(void **state)
{
	struct test *t = *state;
	struct value v = value_none;
	struct error err = {0};
	const struct {
		const char *list, *at;
	} cases[] = {
		{"<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><true/></plist>",
		 "["},
		{"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><plist>"
		 "<true/></plist>",
		 "encoding"},
		{"<?xml version=\"1.0 "
		 "encoding=\"UTF-8\"?><plist><true/></plist>",
		 "version"},
		{"<?xml version='1\"0'?><plist><true/></plist>", "version"},
		{"<?xml version?><plist><true/></plist>", "?>"},
		{"<?xml a='b'?><plist><true/></plist>", "a="},
		{"<plist><true/></plist><plist><false/></plist>",
		 "<plist><false"},
		{"<plist><true/></plist>x", "x"},
		{"<plist><true/>", "no such text"},
		{"<plist/>", "<plist/>"},
		{"<plist><string>\xff</string></plist>", "\xff"},
		{"not a list", "not"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		text_reset(&t->list);
		text_add_text(&t->list, cases[i].list);
		refuses(t, STATUS_MALFORMED, cases[i].at);
	}
	text_reset(&t->list);
	text_add(&t->list,
		 SLICE_LITERAL("<plist><string>a\0b</string></plist>"));
	assert_int_equal(
		plist_read(t->pool, text_slice(&t->list), NULL, &v, &err),
		STATUS_MALFORMED);
	assert_int_equal(err.offset, 16);
}

static void plist_in__takes_what_writers_write(void **state)
{
	struct test *t = *state;
	struct value v;

	text_add_text(&t->list,
		      "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n"
		      "<!-- a --><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST "
		      "1.0//EN\" \"http://x/[>\">\n<plist version=\"1.0\">\n"
		      "<array><integer>010</integer><integer>+7</integer>"
		      "<integer>0x1F</integer><string><![CDATA[<&>]]></string>"
		      "<true></true><data>\n\tYW\n\tJj\n</data><real>-1e3"
		      "</real></array><!-- end --></plist>\n");
	v = read_ok(t);
	assert_int_equal(value_at(v, 0).as.integer, 10);
	assert_int_equal(value_at(v, 1).as.integer, 7);
	assert_int_equal(value_at(v, 2).as.integer, 31);
	assert_true(slice_is(value_slice(value_at(v, 3)), "<&>"));
	assert_true(value_at(v, 4).as.boolean);
	assert_true(slice_is(value_slice(value_at(v, 5)), "abc"));
	assert_true(value_at(v, 6).as.real == -1000);
	value_release(t->pool, v);
}

static void plist_in__keeps_the_limits_it_is_given(void **state)
{
	static const struct plist_limits few = {.bytes = 1000, .nodes = 3};
	struct test *t = *state;
	struct value v = value_none;
	struct error err = {0};

	wrap(t, "<array><true/><true/></array>");
	assert_int_equal(
		plist_read(t->pool, text_slice(&t->list), &few, &v, &err),
		STATUS_OK);
	value_release(t->pool, v);
	wrap(t, "<array><true/><true/><true/></array>");
	assert_int_equal(
		plist_read(t->pool, text_slice(&t->list), &few, &v, &err),
		STATUS_LIMIT);
	assert_int_equal(err.offset, 42);
	for (size_t i = 0; i < 1000; i++)
		text_add_byte(&t->list, ' ');
	assert_int_equal(
		plist_read(t->pool, text_slice(&t->list), &few, &v, &err),
		STATUS_LIMIT);
	assert_int_equal(err.offset, -1);
}

static void plist_in__knows_what_looks_like_one(void **state)
{
	(void)state;
	assert_true(plist_is_likely(SLICE_LITERAL("bplist00")));
	assert_true(plist_is_likely(SLICE_LITERAL("  <plist>")));
	assert_true(plist_is_likely(
		SLICE_LITERAL("<?xml version=\"1.0\"?><plist>")));
	assert_false(plist_is_likely(SLICE_LITERAL("<?xml?><svg>")));
	assert_false(plist_is_likely(SLICE_LITERAL("bplist1")));
	assert_false(plist_is_likely(SLICE_LITERAL("")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(plist_in__reads_every_type_of_both_forms_alike),
		TEST(plist_in__refuses_lists_cut_anywhere),
		TEST(plist_in__survives_any_changed_byte),
		TEST(plist_in__xml_is_read_strictly),
		TEST(plist_in__xml_limits_are_named_with_their_place),
		TEST(plist_in__refuses_what_else_xml_allows),
		TEST(plist_in__takes_what_writers_write),
		TEST(plist_in__keeps_the_limits_it_is_given),
		TEST(plist_in__knows_what_looks_like_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
