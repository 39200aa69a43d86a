#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "model/base/text.h"
#include "pki.h"

static const char first_blob[] = "a CodeDirectory by SHA-1";
static const char second_blob[] = "a CodeDirectory by SHA-256";

struct test {
	struct pki_chain pki;
	struct cms_directory directories[2];
	struct text cdhashes;
	uint8_t digests[2][64];
	struct pki_signature request;
	struct cms cms;
};

/* SEQUENCE { OBJECT IDENTIFIER of the digest, OCTET STRING }. */
static struct slice digest_value(const struct cms_directory *d, uint8_t *out)
{
	static const uint8_t sha1[] = {0x06, 0x05, 0x2b, 0x0e,
				       0x03, 0x02, 0x1a, 0x04};
	static const uint8_t sha256[] = {0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					 0x65, 0x03, 0x04, 0x02, 0x01, 0x04};
	bool old = d->hash_type == 1;
	size_t head = old ? sizeof(sha1) : sizeof(sha256);
	unsigned len = 0;

	memcpy(out + 2, old ? sha1 : sha256, head);
	EVP_Digest(d->blob.ptr, d->blob.len, out + 3 + head, &len,
		   old ? EVP_sha1() : EVP_sha256(), NULL);
	out[0] = 0x30;
	out[1] = (uint8_t)(head + 1 + len);
	out[2 + head] = (uint8_t)len;
	return slice_of(out, 3 + head + len);
}

static void add_cdhash(struct text *t, const struct cms_directory *d)
{
	unsigned char hash[EVP_MAX_MD_SIZE], base64[64];
	unsigned len = 0;

	EVP_Digest(d->blob.ptr, d->blob.len, hash, &len,
		   d->hash_type == 1 ? EVP_sha1() : EVP_sha256(), NULL);
	EVP_EncodeBlock(base64, hash, 20);
	text_addf(t, "<data>%s</data>", (char *)base64);
}

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	pki_chain_make(&t->pki);
	t->directories[0] = (struct cms_directory){
		slice_of(first_blob, sizeof(first_blob)), 1};
	t->directories[1] = (struct cms_directory){
		slice_of(second_blob, sizeof(second_blob)), 2};
	text_init(&t->cdhashes, 4096);
	text_add_text(&t->cdhashes,
		      "<plist version=\"1.0\"><dict><key>cdhashes</key>"
		      "<array>");
	add_cdhash(&t->cdhashes, &t->directories[0]);
	add_cdhash(&t->cdhashes, &t->directories[1]);
	text_add_text(&t->cdhashes, "</array></dict></plist>");
	t->request = (struct pki_signature){
		.signer = &t->pki.leaf,
		.others = {&t->pki.root, &t->pki.issuer},
		.cdhashes = text_slice(&t->cdhashes),
		.digests = {digest_value(&t->directories[0], t->digests[0]),
			    digest_value(&t->directories[1], t->digests[1])},
	};
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	cms_release(&t->cms);
	text_release(&t->cdhashes);
	pki_chain_release(&t->pki);
	free(t);
	return 0;
}

static void sign_and_read(struct test *t)
{
	struct error err = {0};
	size_t len = 0;
	uint8_t *bytes = pki_sign(&t->request, t->directories[0].blob, &len);

	cms_release(&t->cms);
	assert_int_equal(cms_read(slice_of(bytes, len), t->directories, 2,
				  &t->cms, &err),
			 STATUS_OK);
	free(bytes);
}

static void cms__a_good_signature_is_valid_and_not_apples(void **state)
{
	struct test *t = *state;
	struct text name;

	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_string_equal(t->cms.digest, "SHA256");
	assert_true(t->cms.has_signing_time);
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_AGREES);
	assert_int_equal(t->cms.cd_digests, CMS_LISTING_AGREES);
	assert_false(t->cms.timestamp.present);
	assert_int_equal(t->cms.carried_count, 3);
	/* Markers and names of Apple's, and still not Apple's. */
	assert_int_equal(t->cms.chain.state, CHAIN_OTHER);
	assert_null(t->cms.chain.anchor);
	assert_false(t->cms.chain.time_checked);
	assert_int_equal(t->cms.chain.count, 3);
	assert_true(certificate_has(&t->cms.chain.items[0],
				    MARKER_DEVELOPER_ID_APP));
	assert_true(certificate_has(&t->cms.chain.items[1],
				    MARKER_DEVELOPER_ID_CA));
	text_init(&name, 100);
	assert_true(certificate_subject(&t->cms.chain.items[2], "CN", &name));
	assert_string_equal(name.ptr, "Apple Root CA");
	text_release(&name);
}

static void cms__ber_of_indefinite_length_is_read(void **state)
{
	struct test *t = *state;

	t->request.indefinite = true;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_int_equal(t->cms.trailing, 0);
	assert_int_equal(t->cms.chain.count, 3);
}

static void cms__an_empty_one_is_absent(void **state)
{
	struct test *t = *state;

	assert_int_equal(
		cms_read(slice_of(NULL, 0), t->directories, 2, &t->cms, NULL),
		STATUS_OK);
	assert_int_equal(t->cms.verdict, CMS_ABSENT);
}

static void cms__it_is_about_the_directory_of_slot_0_alone(void **state)
{
	struct test *t = *state;
	struct cms_directory swapped[2] = {t->directories[1],
					   t->directories[0]};
	size_t len = 0;
	uint8_t *bytes = pki_sign(&t->request, t->directories[0].blob, &len);

	cms_read(slice_of(bytes, len), swapped, 2, &t->cms, NULL);
	assert_int_equal(t->cms.verdict, CMS_INVALID);
	assert_non_null(strstr(t->cms.why, "slot 0"));
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_DIFFERS);
	/* DER sorts their SET: the order of these says nothing. */
	assert_int_equal(t->cms.cd_digests, CMS_LISTING_AGREES);
	cms_release(&t->cms);
	cms_read(slice_of(bytes, len), NULL, 0, &t->cms, NULL);
	assert_int_equal(t->cms.verdict, CMS_UNUSABLE);
	free(bytes);
}

static void cms__a_changed_directory_is_found(void **state)
{
	struct test *t = *state;
	char other[sizeof(first_blob)];
	size_t len = 0;
	uint8_t *bytes = pki_sign(&t->request, t->directories[0].blob, &len);

	memcpy(other, first_blob, sizeof(other));
	other[3] ^= 1;
	t->directories[0].blob.ptr = (const uint8_t *)other;
	cms_read(slice_of(bytes, len), t->directories, 2, &t->cms, NULL);
	free(bytes);
	assert_int_equal(t->cms.verdict, CMS_INVALID);
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_DIFFERS);
	assert_int_equal(t->cms.cd_digests, CMS_LISTING_DIFFERS);
	/* Who it says it is from is still told. */
	assert_int_equal(t->cms.chain.count, 3);
}

static void cms__listings_of_too_few_directories_differ(void **state)
{
	struct test *t = *state;

	t->request.digests[1] = (struct slice){NULL, 0};
	t->request.cdhashes = SLICE_LITERAL(
		"<plist><dict><key>cdhashes</key><array/></dict></plist>");
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_DIFFERS);
	assert_int_equal(t->cms.cd_digests, CMS_LISTING_DIFFERS);
	t->request.digests[0] = (struct slice){NULL, 0};
	t->request.cdhashes = (struct slice){NULL, 0};
	sign_and_read(t);
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_ABSENT);
	assert_int_equal(t->cms.cd_digests, CMS_LISTING_ABSENT);
	t->request.cdhashes = SLICE_LITERAL("no property list");
	sign_and_read(t);
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_DIFFERS);
}

/* Signed for two, and one has been taken away since. */
static void cms__listings_of_too_many_directories_differ(void **state)
{
	struct test *t = *state;
	size_t len = 0;
	uint8_t *bytes = pki_sign(&t->request, t->directories[0].blob, &len);

	cms_read(slice_of(bytes, len), t->directories, 1, &t->cms, NULL);
	free(bytes);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_int_equal(t->cms.cdhashes, CMS_LISTING_DIFFERS);
	assert_int_equal(t->cms.cd_digests, CMS_LISTING_DIFFERS);
}

static void cms__an_unknown_authority_s_time_is_not_trusted(void **state)
{
	struct test *t = *state;
	int64_t want = 0;

	t->request.authority = &t->pki.authority;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_true(t->cms.timestamp.present);
	assert_true(t->cms.timestamp.valid);
	assert_false(t->cms.timestamp.trusted);
	assert_true(t->cms.timestamp.why[0]);
	assert_true(time_parse(SLICE_LITERAL("2025-06-01T00:00:00Z"), &want));
	assert_int_equal(t->cms.timestamp.time_ns, want);
	assert_false(t->cms.chain.time_checked);
}

static void cms__a_stamp_of_another_signature_is_invalid(void **state)
{
	struct test *t = *state;

	t->request.authority = &t->pki.authority;
	t->request.stamp_other = true;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_true(t->cms.timestamp.present);
	assert_false(t->cms.timestamp.valid);
	assert_string_equal(t->cms.timestamp.why,
			    "it was given for another signature");
}

static void cms__what_is_no_signature_of_code_is_unusable(void **state)
{
	struct test *t = *state;

	t->request.attached = true;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_UNUSABLE);
	assert_non_null(strstr(t->cms.why, "attached"));
	t->request.attached = false;
	t->request.second = &t->pki.authority;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_UNUSABLE);
	assert_non_null(strstr(t->cms.why, "found 2"));
	t->request.second = NULL;
	t->request.leave_out_signer = true;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_UNUSABLE);
	assert_non_null(strstr(t->cms.why, "certificate"));
	cms_release(&t->cms);
	cms_read(SLICE_LITERAL("0123456789"), t->directories, 2, &t->cms, NULL);
	assert_int_equal(t->cms.verdict, CMS_UNUSABLE);
}

static void cms__a_signer_alone_is_its_own_chain(void **state)
{
	struct test *t = *state;

	t->request.others[0] = NULL;
	sign_and_read(t);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_int_equal(t->cms.chain.state, CHAIN_INCOMPLETE);
	assert_int_equal(t->cms.chain.count, 1);
	assert_non_null(t->cms.chain.why);
}

static void cms__bytes_after_it_are_counted(void **state)
{
	struct test *t = *state;
	size_t len = 0;
	uint8_t *bytes = pki_sign(&t->request, t->directories[0].blob, &len);

	bytes = realloc(bytes, len + 5);
	memset(bytes + len, 0, 5);
	cms_read(slice_of(bytes, len + 5), t->directories, 2, &t->cms, NULL);
	free(bytes);
	assert_int_equal(t->cms.verdict, CMS_VALID);
	assert_int_equal(t->cms.trailing, 5);
}

static void cms__cut_anywhere_it_is_unusable(void **state)
{
	struct test *t = *state;
	size_t len = 0;
	uint8_t *bytes;

	t->request.authority = &t->pki.authority;
	bytes = pki_sign(&t->request, t->directories[0].blob, &len);
	for (size_t n = 1; n < len; n++) {
		uint8_t *cut = malloc(n);

		memcpy(cut, bytes, n);
		cms_read(slice_of(cut, n), t->directories, 2, &t->cms, NULL);
		assert_int_equal(t->cms.verdict, CMS_UNUSABLE);
		cms_release(&t->cms);
		free(cut);
	}
	free(bytes);
}

/* A changed byte never gives another signer or another time that counts. */
static void cms__a_changed_byte_proves_nothing_new(void **state)
{
	struct test *t = *state;
	uint8_t leaf[32];
	size_t len = 0, held = 0;
	uint8_t *bytes = pki_sign(&t->request, t->directories[0].blob, &len);

	cms_read(slice_of(bytes, len), t->directories, 2, &t->cms, NULL);
	memcpy(leaf, t->cms.chain.items[0].sha256, sizeof(leaf));
	cms_release(&t->cms);
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x10;
		cms_read(slice_of(bytes, len), t->directories, 2, &t->cms,
			 NULL);
		if (t->cms.verdict == CMS_VALID) {
			assert_int_equal(t->cms.cdhashes, CMS_LISTING_AGREES);
			assert_int_equal(t->cms.cd_digests, CMS_LISTING_AGREES);
			/* A certificate whose own signature was changed holds
			 * the same key; its chain then does not. */
			if (memcmp(leaf, t->cms.chain.items[0].sha256,
				   sizeof(leaf)))
				assert_int_not_equal(t->cms.chain.state,
						     CHAIN_OTHER);
			held++;
		}
		assert_int_not_equal(t->cms.chain.state, CHAIN_APPLE);
		cms_release(&t->cms);
		bytes[i] ^= 0x10;
	}
	/* Bytes of the certificates are not under the signature. */
	assert_in_range(held, 1, len - 1);
	free(bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(cms__a_good_signature_is_valid_and_not_apples),
		TEST(cms__ber_of_indefinite_length_is_read),
		TEST(cms__an_empty_one_is_absent),
		TEST(cms__it_is_about_the_directory_of_slot_0_alone),
		TEST(cms__a_changed_directory_is_found),
		TEST(cms__listings_of_too_few_directories_differ),
		TEST(cms__listings_of_too_many_directories_differ),
		TEST(cms__an_unknown_authority_s_time_is_not_trusted),
		TEST(cms__a_stamp_of_another_signature_is_invalid),
		TEST(cms__what_is_no_signature_of_code_is_unusable),
		TEST(cms__a_signer_alone_is_its_own_chain),
		TEST(cms__bytes_after_it_are_counted),
		TEST(cms__cut_anywhere_it_is_unusable),
		TEST(cms__a_changed_byte_proves_nothing_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
