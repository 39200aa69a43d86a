#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki.h"
#include "probes/parse/signing_class.h"

#define OID "1.2.840.113635.100."

/* A chain of three with these markers, as if it had been found below a root of
 * Apple's: what such a chain is called is decided here, not whether it is. */
static void judge(const char *leaf_marker, const char *issuer_marker,
		  const char *eku, const char *issuer_cn, const char *team,
		  enum chain_state state, struct signing_verdict *out)
{
	struct pki_request r = {.cn = "Apple Root CA", .is_ca = true};
	struct pki_identity root, issuer, leaf;
	const struct pki_identity *all[3] = {&leaf, &issuer, &root};
	struct cms cms = {.verdict = CMS_VALID};

	pki_make(&r, &root);
	r = (struct pki_request){.cn = issuer_cn,
				 .o = "Apple Inc.",
				 .issuer = &root,
				 .is_ca = true,
				 .markers = {issuer_marker}};
	pki_make(&r, &issuer);
	r = (struct pki_request){.cn = "leaf",
				 .ou = "TESTTEAM01",
				 .issuer = &issuer,
				 .eku = eku,
				 .markers = {leaf_marker}};
	pki_make(&r, &leaf);
	cms.chain.count = 3;
	cms.chain.state = state;
	cms.chain.anchor = state == CHAIN_APPLE ? "Apple Root CA" : NULL;
	cms.chain.why = state == CHAIN_APPLE ? NULL : "of this test";
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(certificate_of_x509(all[i]->certificate,
						     &cms.chain.items[i], NULL),
				 STATUS_OK);
	signing_judge(&cms, 0, slice_text(team), out);
	assert_true(out->evidence[0]);
	cms_release(&cms);
	pki_release(&leaf);
	pki_release(&issuer);
	pki_release(&root);
}

static void signing_class__markers_of_leaf_and_issuer_decide(void **state)
{
	static const struct {
		const char *leaf, *issuer;
		enum signing_class want;
	} cases[] = {
		{OID "6.1.9", OID "6.2.1", SIGNING_APP_STORE},
		{OID "6.1.9", OID "6.2.15", SIGNING_APP_STORE},
		{OID "6.1.25.1", OID "6.2.1", SIGNING_TESTFLIGHT},
		{OID "6.1.25.2", OID "6.2.1", SIGNING_TESTFLIGHT},
		{OID "6.1.7", OID "6.2.1", SIGNING_APPLE_DISTRIBUTION},
		{OID "6.1.4", OID "6.2.15", SIGNING_APPLE_DISTRIBUTION},
		{OID "6.1.12", OID "6.2.1", SIGNING_APPLE_DEVELOPMENT},
		{OID "6.1.2", OID "6.2.1", SIGNING_APPLE_DEVELOPMENT},
		{OID "6.1.13", OID "6.2.6", SIGNING_DEVELOPER_ID},
		/* A marker below the wrong issuer is none. */
		{OID "6.1.13", OID "6.2.1", SIGNING_OTHER},
		{OID "6.1.9", OID "6.2.6", SIGNING_OTHER},
		{OID "6.1.9", NULL, SIGNING_OTHER},
		/* Signs installers. */
		{OID "6.1.14", OID "6.2.6", SIGNING_OTHER},
		{NULL, OID "6.2.1", SIGNING_OTHER},
	};
	struct signing_verdict v;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		judge(cases[i].leaf, cases[i].issuer, "critical,codeSigning",
		      "an authority", "TESTTEAM01", CHAIN_APPLE, &v);
		if (v.class != cases[i].want)
			fail_msg("%s below %s: %s", cases[i].leaf,
				 cases[i].issuer, v.evidence);
		if (v.class != SIGNING_OTHER)
			assert_non_null(strstr(v.evidence, cases[i].leaf));
	}
}

static void signing_class__platform_needs_apple_s_code_authority(void **state)
{
	struct signing_verdict v;

	(void)state;
	judge(OID "6.22", NULL, "critical,codeSigning",
	      "Apple Code Signing Certification Authority", "", CHAIN_APPLE,
	      &v);
	assert_int_equal(v.class, SIGNING_PLATFORM);
	judge(OID "6.22", NULL, "critical,codeSigning", "another", "",
	      CHAIN_APPLE, &v);
	assert_int_equal(v.class, SIGNING_OTHER);
	judge(NULL, NULL, "critical,codeSigning",
	      "Apple Code Signing Certification Authority", "", CHAIN_APPLE,
	      &v);
	assert_int_equal(v.class, SIGNING_OTHER);
}

static void signing_class__without_apple_s_root_markers_say_nothing(void **s)
{
	struct signing_verdict v;

	(void)s;
	judge(OID "6.1.13", OID "6.2.6", "critical,codeSigning",
	      "Developer ID Certification Authority", "TESTTEAM01", CHAIN_OTHER,
	      &v);
	assert_int_equal(v.class, SIGNING_OTHER);
	assert_non_null(strstr(v.evidence, "none of Apple's"));
	judge(OID "6.1.13", OID "6.2.6", "critical,codeSigning",
	      "Developer ID Certification Authority", "TESTTEAM01",
	      CHAIN_INCOMPLETE, &v);
	assert_int_equal(v.class, SIGNING_OTHER);
	judge(OID "6.1.13", OID "6.2.6", "critical,codeSigning",
	      "Developer ID Certification Authority", "TESTTEAM01",
	      CHAIN_BROKEN, &v);
	assert_int_equal(v.class, SIGNING_INVALID);
	assert_non_null(strstr(v.evidence, "of this test"));
}

static void signing_class__the_team_must_be_the_signer_s(void **state)
{
	struct signing_verdict v;

	(void)state;
	judge(OID "6.1.13", OID "6.2.6", "critical,codeSigning", "x",
	      "OTHERTEAM1", CHAIN_APPLE, &v);
	assert_int_equal(v.class, SIGNING_INVALID);
	assert_non_null(strstr(v.evidence, "team"));
	/* Old signatures have none; the App Store signs for others. */
	judge(OID "6.1.13", OID "6.2.6", "critical,codeSigning", "x", "",
	      CHAIN_APPLE, &v);
	assert_int_equal(v.class, SIGNING_DEVELOPER_ID);
	judge(OID "6.1.9", OID "6.2.1", "critical,codeSigning", "x",
	      "OTHERTEAM1", CHAIN_APPLE, &v);
	assert_int_equal(v.class, SIGNING_APP_STORE);
}

static void signing_class__who_may_not_sign_code_has_not(void **state)
{
	struct signing_verdict v;

	(void)state;
	judge(OID "6.1.13", OID "6.2.6", "critical,timeStamping", "x",
	      "TESTTEAM01", CHAIN_APPLE, &v);
	assert_int_equal(v.class, SIGNING_INVALID);
	judge(OID "6.1.13", OID "6.2.6", NULL, "x", "TESTTEAM01", CHAIN_APPLE,
	      &v);
	assert_int_equal(v.class, SIGNING_INVALID);
}

static void signing_class__flags_of_no_signer_are_themselves(void **state)
{
	struct cms cms = {.verdict = CMS_ABSENT};
	struct signing_verdict v;

	(void)state;
	signing_judge(&cms, CD_FLAG_ADHOC, SLICE_LITERAL(""), &v);
	assert_int_equal(v.class, SIGNING_AD_HOC);
	signing_judge(&cms, CD_FLAG_ADHOC | CD_FLAG_LINKER_SIGNED,
		      SLICE_LITERAL(""), &v);
	assert_int_equal(v.class, SIGNING_LINKER_SIGNED);
	signing_judge(&cms, CD_FLAG_RUNTIME, SLICE_LITERAL(""), &v);
	assert_int_equal(v.class, SIGNING_INVALID);
	signing_judge(&cms, CD_FLAG_LINKER_SIGNED, SLICE_LITERAL(""), &v);
	assert_int_equal(v.class, SIGNING_INVALID);
	cms.verdict = CMS_INVALID;
	signing_judge(&cms, 0, SLICE_LITERAL(""), &v);
	assert_int_equal(v.class, SIGNING_INVALID);
	cms.verdict = CMS_UNUSABLE;
	signing_judge(&cms, 0, SLICE_LITERAL(""), &v);
	assert_int_equal(v.class, SIGNING_INVALID);
}

static void signing_class__ids_are_those_of_the_design(void **state)
{
	(void)state;
	assert_string_equal(signing_class_id(SIGNING_DEVELOPER_ID),
			    "developer_id");
	assert_string_equal(signing_class_id(SIGNING_UNSIGNED), "unsigned");
	assert_string_equal(signing_class_id(SIGNING_CLASS_COUNT), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			signing_class__markers_of_leaf_and_issuer_decide),
		cmocka_unit_test(
			signing_class__platform_needs_apple_s_code_authority),
		cmocka_unit_test(
			signing_class__without_apple_s_root_markers_say_nothing),
		cmocka_unit_test(signing_class__the_team_must_be_the_signer_s),
		cmocka_unit_test(signing_class__who_may_not_sign_code_has_not),
		cmocka_unit_test(
			signing_class__flags_of_no_signer_are_themselves),
		cmocka_unit_test(signing_class__ids_are_those_of_the_design),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
