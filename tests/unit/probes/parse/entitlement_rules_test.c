#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/base/plist_in.h"
#include "probes/parse/entitlement_rules.h"

struct test {
	struct value_pool *pool;
	struct findings findings;
	struct report report;
	struct profile profile; /* only what marks look at */
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	t->pool = value_pool_new();
	findings_init(&t->findings, t->pool);
	t->report = (struct report){&t->findings, SLICE_LITERAL("code")};
	t->profile.signature.trusted = true;
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;
	size_t left;

	value_release(t->pool, t->profile.entitlements);
	findings_release(&t->findings);
	left = value_pool_count(t->pool);
	value_pool_free(t->pool);
	free(t);
	return left ? -1 : 0;
}

static struct value plist(struct test *t, const char *body)
{
	struct value v = value_none;
	struct error err = {0};
	struct text xml;

	text_init(&xml, 1 << 16);
	text_addf(&xml, "<plist>%s</plist>", body);
	if (plist_read(t->pool, text_slice(&xml), NULL, &v, &err))
		fail_msg("%s", err.message);
	text_release(&xml);
	return v;
}

static enum entitlement_need need(struct test *t, const char *key,
				  const char *value)
{
	struct value v = plist(t, value);
	struct entitlement_rule rule = entitlement_rule_of(
		slice_text(key), v, SLICE_LITERAL("TESTTEAM01"));

	assert_non_null(rule.why);
	assert_non_null(rule.source);
	value_release(t->pool, v);
	return rule.need;
}

static void rules__say_what_sources_say_and_no_more(void **state)
{
	static const struct {
		const char *key;
		enum entitlement_need want;
	} cases[] = {
		{"com.apple.security.app-sandbox", ENTITLEMENT_NEEDS_NONE},
		{"com.apple.security.network.client", ENTITLEMENT_NEEDS_NONE},
		{"com.apple.security.cs.allow-jit", ENTITLEMENT_NEEDS_NONE},
		{"com.apple.security.get-task-allow", ENTITLEMENT_NEEDS_NONE},
		{"keychain-access-groups", ENTITLEMENT_NEEDS_PROFILE},
		{"com.apple.developer.team-identifier",
		 ENTITLEMENT_NEEDS_PROFILE},
		{"com.apple.vm.networking", ENTITLEMENT_NEEDS_PROFILE},
		{"com.apple.private.tcc.allow", ENTITLEMENT_NEED_UNKNOWN},
		{"com.apple.security.app-sandbox2", ENTITLEMENT_NEED_UNKNOWN},
		{"com.apple.security.new-thing", ENTITLEMENT_NEED_UNKNOWN},
		{"com.apple.application-identifier", ENTITLEMENT_NEED_UNKNOWN},
		{"org.example.own", ENTITLEMENT_NEED_UNKNOWN},
		{"", ENTITLEMENT_NEED_UNKNOWN},
	};
	struct test *t = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (need(t, cases[i].key, "<true/>") != cases[i].want)
			fail_msg("%s", cases[i].key);
}

static void rules__app_groups_hang_on_their_names(void **state)
{
	static const char key[] = "com.apple.security.application-groups";
	struct test *t = *state;

	assert_int_equal(need(t, key,
			      "<array><string>TESTTEAM01.a</string>"
			      "</array>"),
			 ENTITLEMENT_NEEDS_NONE);
	assert_int_equal(need(t, key,
			      "<array><string>TESTTEAM01.a</string>"
			      "<string>group.b</string></array>"),
			 ENTITLEMENT_NEEDS_PROFILE);
	assert_int_equal(need(t, key,
			      "<array><string>TESTTEAM01abc</string>"
			      "</array>"),
			 ENTITLEMENT_NEED_UNKNOWN);
	assert_int_equal(need(t, key,
			      "<array><string>OTHERTEAM1.a</string>"
			      "</array>"),
			 ENTITLEMENT_NEED_UNKNOWN);
	assert_int_equal(need(t, key, "<true/>"), ENTITLEMENT_NEED_UNKNOWN);
	/* Without a team nothing is its own. */
	assert_int_equal(entitlement_rule_of(slice_text(key), value_none,
					     SLICE_LITERAL(""))
				 .need,
			 ENTITLEMENT_NEED_UNKNOWN);
}

static bool covered(struct test *t, const char *claimed, const char *allowed)
{
	struct value c = plist(t, claimed), a = plist(t, allowed);
	bool is = entitlement_covered(c, a);

	value_release(t->pool, c);
	value_release(t->pool, a);
	return is;
}

static void covered__wildcards_lists_and_booleans(void **state)
{
	struct test *t = *state;

	assert_true(covered(t, "<string>T.a</string>", "<string>T.*</string>"));
	assert_true(covered(t, "<string>T.</string>", "<string>T.*</string>"));
	assert_false(covered(t, "<string>T</string>", "<string>T.*</string>"));
	assert_false(
		covered(t, "<string>T.*</string>", "<string>T.a</string>"));
	assert_false(
		covered(t, "<string>T.a</string>", "<string>*.a</string>"));
	assert_true(covered(t, "<array><string>a</string></array>",
			    "<string>*</string>"));
	assert_true(covered(
		t, "<array><string>T.a</string><string>b</string></array>",
		"<array><string>b</string><string>T.*</string></array>"));
	assert_false(covered(
		t, "<array><string>T.a</string><string>c</string></array>",
		"<array><string>b</string><string>T.*</string></array>"));
	assert_true(covered(t, "<string>b</string>",
			    "<array><string>b</string></array>"));
	assert_true(covered(t, "<array/>", "<array/>"));
	assert_true(covered(t, "<false/>", "<true/>"));
	assert_false(covered(t, "<true/>", "<false/>"));
	assert_false(covered(t, "<true/>", "<string>*</string>"));
	assert_false(covered(t, "<integer>1</integer>", "<true/>"));
	assert_true(covered(t, "<integer>1</integer>", "<integer>1</integer>"));
}

static void expect_mark(struct test *t, struct value marks, const char *key,
			const char *want)
{
	struct value one = value_get(marks, key);

	(void)t;
	if (!slice_is(value_slice(value_get(one, "mark")), want))
		fail_msg("%s: %.*s, not %s", key,
			 (int)value_slice(value_get(one, "mark")).len,
			 (const char *)value_slice(value_get(one, "mark")).ptr,
			 want);
	assert_true(value_slice(value_get(one, "why")).len > 0);
}

static const char claims[] =
	"<dict><key>com.apple.security.app-sandbox</key><true/>"
	"<key>keychain-access-groups</key><array><string>TESTTEAM01.a</string>"
	"</array>"
	"<key>com.apple.developer.aps-environment</key><string>production"
	"</string>"
	"<key>com.apple.developer.networking.vpn</key><true/>"
	"<key>com.apple.application-identifier</key><string>TESTTEAM01.b"
	"</string>"
	"<key>org.example.own</key><true/></dict>";

static const char allows[] =
	"<dict><key>keychain-access-groups</key><array><string>TESTTEAM01.*"
	"</string></array>"
	"<key>com.apple.developer.aps-environment</key><string>development"
	"</string>"
	"<key>com.apple.application-identifier</key><string>TESTTEAM01.b"
	"</string></dict>";

static struct value mark(struct test *t, bool with_profile,
			 enum signing_class class)
{
	struct value claimed = plist(t, claims), marks;

	findings_release(&t->findings);
	marks = entitlement_marks(t->pool, claimed,
				  with_profile ? &t->profile : NULL, class,
				  SLICE_LITERAL("TESTTEAM01"), &t->report);
	assert_int_equal(marks.type, VALUE_DICT);
	assert_int_equal(value_count(marks), 6);
	value_release(t->pool, claimed);
	return marks;
}

static void marks__are_three_valued_beside_a_profile(void **state)
{
	struct test *t = *state;
	struct value m;

	t->profile.entitlements = plist(t, allows);
	m = mark(t, true, SIGNING_DEVELOPER_ID);
	expect_mark(t, m, "com.apple.security.app-sandbox", "none_needed");
	expect_mark(t, m, "keychain-access-groups", "authorized");
	expect_mark(t, m, "com.apple.developer.aps-environment",
		    "not_authorized");
	expect_mark(t, m, "com.apple.developer.networking.vpn",
		    "not_authorized");
	expect_mark(t, m, "com.apple.application-identifier", "authorized");
	expect_mark(t, m, "org.example.own", "unknown");
	assert_int_equal(t->findings.count, 2);
	assert_string_equal(t->findings.items[0].id,
			    "entitlement_not_authorized");
	value_release(t->pool, m);
}

static void marks__a_profile_of_nobody_s_authorises_nothing(void **state)
{
	struct test *t = *state;
	struct value m;

	t->profile.entitlements = plist(t, allows);
	t->profile.signature.trusted = false;
	m = mark(t, true, SIGNING_DEVELOPER_ID);
	expect_mark(t, m, "keychain-access-groups", "unknown");
	value_release(t->pool, m);
}

static void marks__another_app_s_profile_is_refused(void **state)
{
	struct test *t = *state;
	struct value m;

	t->profile.entitlements =
		plist(t, "<dict><key>com.apple.application-identifier</key>"
			 "<string>TESTTEAM01.other</string></dict>");
	m = mark(t, true, SIGNING_DEVELOPER_ID);
	expect_mark(t, m, "com.apple.application-identifier", "not_authorized");
	value_release(t->pool, m);
}

static void marks__without_a_profile_restricted_ones_are_refused(void **state)
{
	struct test *t = *state;
	struct value m = mark(t, false, SIGNING_AD_HOC);

	expect_mark(t, m, "keychain-access-groups", "not_authorized");
	expect_mark(t, m, "com.apple.application-identifier", "unknown");
	assert_int_equal(t->findings.count, 3);
	value_release(t->pool, m);
	/* The App Store has looked at them; Apple's own code needs none. */
	m = mark(t, false, SIGNING_APP_STORE);
	expect_mark(t, m, "keychain-access-groups", "authorized");
	assert_int_equal(t->findings.count, 0);
	value_release(t->pool, m);
	m = mark(t, false, SIGNING_PLATFORM);
	expect_mark(t, m, "keychain-access-groups", "none_needed");
	value_release(t->pool, m);
}

static void marks__of_no_dictionary_are_none(void **state)
{
	struct test *t = *state;
	struct value list = plist(t, "<array><true/></array>");
	struct value m = entitlement_marks(t->pool, list, NULL, SIGNING_AD_HOC,
					   SLICE_LITERAL(""), &t->report);

	assert_int_equal(m.type, VALUE_DICT);
	assert_int_equal(value_count(m), 0);
	value_release(t->pool, m);
	value_release(t->pool, list);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(rules__say_what_sources_say_and_no_more),
		TEST(rules__app_groups_hang_on_their_names),
		TEST(covered__wildcards_lists_and_booleans),
		TEST(marks__are_three_valued_beside_a_profile),
		TEST(marks__a_profile_of_nobody_s_authorises_nothing),
		TEST(marks__another_app_s_profile_is_refused),
		TEST(marks__without_a_profile_restricted_ones_are_refused),
		TEST(marks__of_no_dictionary_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
