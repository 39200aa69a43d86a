/* Questions about certificates, asked of a chain that this test makes. */
#include "fixture.h"

#include "pki.h"
#include "probes/parse/requirement.h"

struct chain {
	struct pki_identity root, authority, leaf;
	struct certificate_chain chain;
};

static void chain_add(struct certificate_chain *c, X509 *x509)
{
	struct error err;

	assert_int_equal(certificate_of_x509(x509, &c->items[c->count++], &err),
			 STATUS_OK);
}

/* The shape of Developer ID: markers 6.1.13 and 6.2.6. The state is what a
 * verification would have said. */
static int make_chain(void **state)
{
	static struct chain c;

	pki_make(&(struct pki_request){.cn = "Root",
				       .o = "Apple Inc.",
				       .is_ca = true},
		 &c.root);
	pki_make(
		&(struct pki_request){
			.cn = "Apple Code Signing Certification Authority",
			.o = "Apple Inc.",
			.issuer = &c.root,
			.is_ca = true,
			.markers = {"1.2.840.113635.100.6.2.6"}},
		&c.authority);
	pki_make(
		&(struct pki_request){
			.cn = "Developer ID Application: Someone (TEAM)",
			.ou = "TESTTEAM01",
			.issuer = &c.authority,
			.markers = {"1.2.840.113635.100.6.1.13"}},
		&c.leaf);
	chain_add(&c.chain, c.leaf.certificate);
	chain_add(&c.chain, c.authority.certificate);
	chain_add(&c.chain, c.root.certificate);
	c.chain.state = CHAIN_APPLE;
	*state = &c;
	return 0;
}

static int free_chain(void **state)
{
	struct chain *c = *state;

	certificate_chain_release(&c->chain);
	pki_release(&c->root);
	pki_release(&c->authority);
	pki_release(&c->leaf);
	return 0;
}

static enum truth ask(const char *text, const struct certificate_chain *chain)
{
	struct requirement_subject subject = {
		.identifier = SLICE_LITERAL("org.example"),
		.chain = chain,
		.platform_binary = TRUTH_FALSE,
		.notarized = TRUTH_UNKNOWN,
	};
	enum truth answer = TRUTH_UNKNOWN;
	struct error err;
	uint8_t *blob;
	size_t len;

	if (requirement_compile(slice_text(text), &blob, &len, &err) !=
	    STATUS_OK)
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(requirement_evaluate(slice_of(blob, len), &subject,
					      &answer, &err),
			 STATUS_OK);
	free(blob);
	return answer;
}

static void requirement__the_developer_id_form_is_fulfilled(void **state)
{
	struct chain *c = *state;
	static const char form[] =
		"identifier \"org.example\" and anchor apple generic and "
		"certificate 1[field.1.2.840.113635.100.6.2.6] exists and "
		"certificate leaf[field.1.2.840.113635.100.6.1.13] exists and "
		"certificate leaf[subject.OU] = ";
	char text[512];

	snprintf(text, sizeof(text), "%sTESTTEAM01", form);
	assert_int_equal(ask(text, &c->chain), TRUTH_TRUE);
	snprintf(text, sizeof(text), "%sTESTTEAM02", form);
	assert_int_equal(ask(text, &c->chain), TRUTH_FALSE);
}

static void requirement__certificates_are_counted_from_both_ends(void **state)
{
	struct chain *c = *state;
	char text[512];

	assert_int_equal(ask("certificate leaf[subject.O] exists", &c->chain),
			 TRUTH_FALSE);
	assert_int_equal(ask("certificate root[subject.CN] = Root", &c->chain),
			 TRUTH_TRUE);
	assert_int_equal(ask("certificate 2[subject.CN] = Root", &c->chain),
			 TRUTH_TRUE);
	assert_int_equal(ask("certificate -3[subject.OU] exists", &c->chain),
			 TRUTH_TRUE);
	assert_int_equal(ask("certificate 3[subject.CN] exists", &c->chain),
			 TRUTH_FALSE);
	assert_int_equal(ask("certificate -4[subject.CN] exists", &c->chain),
			 TRUTH_FALSE);
	/* There is no such certificate: also not one without the field. */
	assert_int_equal(ask("certificate 3[subject.CN] absent", &c->chain),
			 TRUTH_FALSE);
	assert_int_equal(ask("certificate leaf[subject.L] absent", &c->chain),
			 TRUTH_TRUE);
	snprintf(text, sizeof(text), "certificate root = H\"");
	for (size_t i = 0; i < 20; i++)
		snprintf(text + strlen(text), 8, "%02x",
			 c->chain.items[2].sha1[i]);
	snprintf(text + strlen(text), 8, "\"");
	assert_int_equal(ask(text, &c->chain), TRUTH_TRUE);
	text[strlen(text) - 2] = text[strlen(text) - 2] == '0' ? '1' : '0';
	assert_int_equal(ask(text, &c->chain), TRUTH_FALSE);
}

static void requirement__only_apples_own_code_is_anchored_at_apple(void **state)
{
	struct chain *c = *state;

	/* The intermediate that signs but Apple's code, under Apple's root. */
	assert_int_equal(ask("anchor apple", &c->chain), TRUTH_TRUE);
	c->chain.state = CHAIN_OTHER;
	assert_int_equal(ask("anchor apple", &c->chain), TRUTH_FALSE);
	assert_int_equal(ask("anchor apple generic", &c->chain), TRUTH_FALSE);
	c->chain.state = CHAIN_APPLE;
	c->chain.count = 2; /* the root is what signs "leaf" then */
	assert_int_equal(ask("anchor apple", &c->chain), TRUTH_FALSE);
	c->chain.count = 3;
}

static void requirement__a_chain_that_is_not_whole_proves_nothing(void **state)
{
	struct chain *c = *state;

	c->chain.state = CHAIN_INCOMPLETE;
	assert_int_equal(ask("anchor apple generic", &c->chain), TRUTH_UNKNOWN);
	assert_int_equal(ask("certificate root[subject.CN] exists", &c->chain),
			 TRUTH_UNKNOWN);
	assert_int_equal(ask("certificate 5[subject.CN] exists", &c->chain),
			 TRUTH_UNKNOWN);
	/* The leaf is there all the same. */
	assert_int_equal(
		ask("certificate leaf[subject.OU] = TESTTEAM01", &c->chain),
		TRUTH_TRUE);
	c->chain.state = CHAIN_APPLE;
	/* Trust settings are another machine's. */
	assert_int_equal(ask("certificate leaf trusted", &c->chain),
			 TRUTH_UNKNOWN);
	assert_int_equal(ask("anchor trusted", &c->chain), TRUTH_UNKNOWN);
	/* What a field's value is nobody reads. */
	assert_int_equal(
		ask("certificate leaf[field.1.2.840.113635.100.6.1.13] = x",
		    &c->chain),
		TRUTH_UNKNOWN);
	assert_int_equal(
		ask("certificate leaf[field.1.2.3.4] absent", &c->chain),
		TRUTH_TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			requirement__the_developer_id_form_is_fulfilled),
		cmocka_unit_test(
			requirement__certificates_are_counted_from_both_ends),
		cmocka_unit_test(
			requirement__only_apples_own_code_is_anchored_at_apple),
		cmocka_unit_test(
			requirement__a_chain_that_is_not_whole_proves_nothing),
	};

	return cmocka_run_group_tests(tests, make_chain, free_chain);
}
