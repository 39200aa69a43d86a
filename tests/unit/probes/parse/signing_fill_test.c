#include "fixture.h"
#include "pki.h"
#include "probes/parse/signing_class.h"

struct test {
	struct fixture f;
	struct pki_chain pki;
	struct cms cms;
	uint8_t *bytes; /* of the CMS that was made */
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	pki_chain_make(&t->pki);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	cms_release(&t->cms);
	pki_chain_release(&t->pki);
	fixture_release(&t->f);
	free(t->bytes);
	free(t);
	return 0;
}

static void fill(struct test *t)
{
	struct error err = {0};

	cms_release(&t->cms);
	assert_int_equal(signing_fill(&t->f.sig, t->f.pool, &t->f.report,
				      &t->f.code, &t->cms, &err),
			 STATUS_OK);
}

/* The fixture as if it were signed by a certificate: its CodeDirectories stay,
 * a CMS over the first is put beside them. */
static void sign(struct test *t, const char *fixture,
		 const struct pki_identity *authority)
{
	struct pki_signature s = {.signer = &t->pki.leaf,
				  .others = {&t->pki.root, &t->pki.issuer},
				  .authority = authority};
	size_t len = 0;

	fixture_load(&t->f, fixture);
	fixture_read(&t->f, 0);
	assert_int_equal(t->f.status, STATUS_OK);
	free(t->bytes);
	t->bytes = pki_sign(&s, t->f.sig.directories[0].blob, &len);
	for (size_t i = 0; i < t->f.sig.directory_count; i++)
		t->f.sig.directories[i].flags &= ~(uint32_t)CD_FLAG_ADHOC;
	t->f.sig.cms = slice_of(t->bytes, len);
	findings_release(&t->f.findings);
}

static enum fact_state state_of(const struct test *t, enum fact_id id)
{
	return t->f.code.facts[id].state;
}

static void signing_fill__ad_hoc_is_itself(void **state)
{
	struct test *t = *state;

	fixture_load(&t->f, "entitled");
	fixture_read(&t->f, 0);
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "ad_hoc");
	assert_text(value_get(known(&t->f, FACT_CMS), "state"), "absent");
	assert_int_equal(state_of(t, FACT_AUTHORITIES), FACT_ABSENT);
	assert_int_equal(state_of(t, FACT_CERTIFICATES), FACT_ABSENT);
	assert_int_equal(state_of(t, FACT_SIGNING_TIME), FACT_ABSENT);
	assert_int_equal(state_of(t, FACT_TIMESTAMP), FACT_ABSENT);
	assert_no_findings(&t->f);
}

static void signing_fill__unsigned_is_itself(void **state)
{
	struct test *t = *state;

	fixture_load(&t->f, "unsigned-arm64");
	fixture_read(&t->f, 0);
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "unsigned");
	assert_int_equal(state_of(t, FACT_CMS), FACT_ABSENT);
	assert_no_findings(&t->f);
}

static void signing_fill__a_damaged_signature_is_not_called_unsigned(void **s)
{
	struct test *t = *s;

	fixture_load(&t->f, "entitled");
	put_be32(t->f.bytes + FIXTURE_SIGNATURE, 0x12345678);
	fixture_read(&t->f, 0);
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "invalid");
	assert_int_equal(state_of(t, FACT_CMS), FACT_FAILED);
	assert_int_equal(state_of(t, FACT_AUTHORITIES), FACT_FAILED);
}

static void signing_fill__another_s_certificate_is_other(void **state)
{
	struct test *t = *state;
	struct value check, names;

	sign(t, "entitled", NULL);
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "other");
	check = known(&t->f, FACT_CMS);
	assert_text(value_get(check, "state"), "valid");
	assert_text(value_get(check, "chain"), "other");
	assert_int_equal(value_get(check, "anchor").type, VALUE_NONE);
	assert_text(value_get(check, "cdhashes"), "absent");
	names = known(&t->f, FACT_AUTHORITIES);
	assert_int_equal(value_count(names), 3);
	assert_text(value_at(names, 0),
		    "Developer ID Application: Nobody (TESTTEAM01)");
	assert_text(value_at(names, 2), "Apple Root CA");
	assert_int_equal(value_count(known(&t->f, FACT_CERTIFICATES)), 3);
	assert_int_equal(known(&t->f, FACT_SIGNING_TIME).type, VALUE_DATE);
	assert_int_equal(state_of(t, FACT_TIMESTAMP), FACT_ABSENT);
	assert_finding(&t->f, "no_trusted_timestamp");
	assert_false(findings_have_error(&t->f.findings));
	assert_int_equal(t->cms.chain.count, 3);
}

/* By rcodesign: a certificate with the name and the markers of Developer ID,
 * and a designated requirement that asks for them. */
static void signing_fill__rcodesign_s_look_alike_is_other(void **state)
{
	struct test *t = *state;
	struct value check;

	fixture_load(&t->f, "../cms/look-alike");
	fixture_read(&t->f, 0);
	assert_int_equal(t->f.status, STATUS_OK);
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "other");
	assert_text(value_at(known(&t->f, FACT_AUTHORITIES), 0),
		    "Developer ID Application: Fixture Maker (TESTTEAM01)");
	check = known(&t->f, FACT_CMS);
	assert_text(value_get(check, "state"), "valid");
	assert_text(value_get(check, "cdhashes"), "agree");
	assert_text(value_get(check, "directory_digests"), "agree");
	assert_true(certificate_has(&t->cms.chain.items[0],
				    MARKER_DEVELOPER_ID_APP));
	assert_false(findings_have_error(&t->f.findings));
}

static void signing_fill__alternates_nobody_signed_are_found(void **state)
{
	struct test *t = *state;

	sign(t, "two-digests", NULL);
	assert_int_equal(t->f.sig.directory_count, 2);
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "other");
	assert_finding(&t->f, "alternates_unsigned");
}

static void signing_fill__an_unknown_stamp_is_a_warning(void **state)
{
	struct test *t = *state;
	struct value stamp;

	sign(t, "entitled", &t->pki.authority);
	fill(t);
	stamp = known(&t->f, FACT_TIMESTAMP);
	assert_true(value_get(stamp, "valid").as.boolean);
	assert_false(value_get(stamp, "trusted").as.boolean);
	assert_text(value_at(value_get(stamp, "authorities"), 0),
		    "Time Stamp Authority");
	assert_finding(&t->f, "timestamp_untrusted");
	assert_false(findings_have_error(&t->f.findings));
}

static void signing_fill__a_signature_of_other_code_is_invalid(void **state)
{
	struct test *t = *state;
	const struct finding *found;

	sign(t, "entitled", NULL);
	t->f.sig.directories[0].blob.len--;
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "invalid");
	found = find_finding(&t->f, "signature_invalid");
	assert_non_null(found);
	assert_int_equal(found->severity, SEVERITY_ERROR);
	/* Who it claims to be from is still shown. */
	assert_int_equal(value_count(known(&t->f, FACT_AUTHORITIES)), 3);
}

static void signing_fill__ad_hoc_with_a_cms_is_found(void **state)
{
	struct test *t = *state;

	sign(t, "entitled", NULL);
	t->f.sig.directories[0].flags |= CD_FLAG_ADHOC;
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "ad_hoc");
	assert_finding(&t->f, "ad_hoc_with_cms");
}

static void signing_fill__no_cms_and_not_ad_hoc_is_invalid(void **state)
{
	struct test *t = *state;

	sign(t, "entitled", NULL);
	t->f.sig.cms.len = 0;
	fill(t);
	assert_text(known(&t->f, FACT_SIGNING_CLASS), "invalid");
	assert_finding(&t->f, "signature_invalid");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(signing_fill__ad_hoc_is_itself),
		TEST(signing_fill__unsigned_is_itself),
		TEST(signing_fill__a_damaged_signature_is_not_called_unsigned),
		TEST(signing_fill__another_s_certificate_is_other),
		TEST(signing_fill__rcodesign_s_look_alike_is_other),
		TEST(signing_fill__alternates_nobody_signed_are_found),
		TEST(signing_fill__an_unknown_stamp_is_a_warning),
		TEST(signing_fill__a_signature_of_other_code_is_invalid),
		TEST(signing_fill__ad_hoc_with_a_cms_is_found),
		TEST(signing_fill__no_cms_and_not_ad_hoc_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
