#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "pki.h"
#include "probes/parse/entitlement_rules.h"
#include "probes/parse/profile.h"

struct test {
	struct pki_chain pki;
	struct pki_identity maker; /* signs profiles, by its marker */
	struct value_pool *pool;
	struct findings findings;
	struct report report;
	/* What the made profile says beside its usual keys. */
	const char *more_xml;
	const char *platform;
	const char *der_type; /* ProfileDistributionType; NULL: no DER copy */
	const char *der_name;
	bool der_all_devices, der_other_signer;
	struct profile profile;
	bool is_read;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));
	struct pki_request r = {.cn = "Mac OS X Provisioning Profile Signing",
				.o = "Apple Inc.",
				.issuer = &t->pki.issuer,
				.markers = {"1.2.840.113635.100.4.11"}};

	pki_chain_make(&t->pki);
	pki_make(&r, &t->maker);
	t->pool = value_pool_new();
	findings_init(&t->findings, t->pool);
	t->report = (struct report){&t->findings, SLICE_LITERAL("profile")};
	t->more_xml = "";
	t->platform = "OSX";
	t->der_name = "Made";
	*state = t;
	return 0;
}

static void forget(struct test *t)
{
	if (t->is_read)
		profile_release(&t->profile);
	t->is_read = false;
	findings_release(&t->findings);
}

static int tear_down(void **state)
{
	struct test *t = *state;
	size_t left;

	forget(t);
	left = value_pool_count(t->pool);
	value_pool_free(t->pool);
	pki_release(&t->maker);
	pki_chain_release(&t->pki);
	free(t);
	return left ? -1 : 0;
}

/* One DER item; contents here are under 64 kB. */
static void der(struct text *out, uint8_t tag, struct slice content)
{
	text_add_byte(out, (char)tag);
	if (content.len > 255) {
		text_add_byte(out, (char)0x82);
		text_add_byte(out, (char)(content.len >> 8));
	} else if (content.len > 127) {
		text_add_byte(out, (char)0x81);
	}
	text_add_byte(out, (char)content.len);
	text_add(out, content);
}

/* SEQUENCE { key, value }, the value given as an item. */
static void der_pair(struct text *out, const char *key, uint8_t tag,
		     struct slice content)
{
	struct text pair;

	text_init(&pair, 65536);
	der(&pair, 0x0c, slice_text(key));
	der(&pair, tag, content);
	der(out, 0x30, text_slice(&pair));
	text_release(&pair);
}

static void der_list_pair(struct text *out, const char *key, uint8_t tag,
			  struct slice content)
{
	struct text list;

	text_init(&list, 65536);
	der(&list, tag, content);
	der_pair(out, key, 0x30, text_slice(&list));
	text_release(&list);
}

static void der_entitlements(struct text *out)
{
	struct text pairs, dict;

	text_init(&pairs, 65536);
	text_init(&dict, 65536);
	der_pair(&pairs, "com.apple.application-identifier", 0x0c,
		 SLICE_LITERAL("TESTTEAM01.org.example.*"));
	der_list_pair(&pairs, "keychain-access-groups", 0x0c,
		      SLICE_LITERAL("TESTTEAM01.*"));
	text_add(&dict, SLICE_LITERAL("\x02\x01\x01"));
	der(&dict, 0xb0, text_slice(&pairs));
	der_pair(out, "Entitlements", 0x70, text_slice(&dict));
	text_release(&pairs);
	text_release(&dict);
}

/* The DER copy, signed. */
static uint8_t *der_copy(struct test *t, size_t *len)
{
	struct pki_signature s = {.signer = &t->pki.leaf, .attached = true};
	uint8_t sha256[32], *signed_copy;
	struct text pairs, set;

	text_init(&pairs, 65536);
	text_init(&set, 65536);
	X509_digest(t->pki.leaf.certificate, EVP_sha256(), sha256, NULL);
	sha256[0] ^= t->der_other_signer;
	der_pair(&pairs, "Name", 0x0c, slice_text(t->der_name));
	der_list_pair(&pairs, "Platform", 0x0c, slice_text(t->platform));
	der_list_pair(&pairs, "TeamIdentifier", 0x0c,
		      SLICE_LITERAL("TESTTEAM01"));
	der_pair(&pairs, "CreationDate", 0x17, SLICE_LITERAL("250601000000Z"));
	der_pair(&pairs, "ExpirationDate", 0x18,
		 SLICE_LITERAL("20510601000000Z"));
	der_pair(&pairs, "Version", 0x02, SLICE_LITERAL("\x01"));
	if (t->der_all_devices)
		der_pair(&pairs, "ProvisionsAllDevices", 0x01,
			 SLICE_LITERAL("\xff"));
	der_pair(&pairs, "ProfileDistributionType", 0x0c,
		 slice_text(t->der_type));
	der_list_pair(&pairs, "DeveloperCertificates", 0x04,
		      slice_of(sha256, 32));
	der_entitlements(&pairs);
	der(&set, 0x31, text_slice(&pairs));
	signed_copy = pki_sign(&s, text_slice(&set), len);
	text_release(&pairs);
	text_release(&set);
	return signed_copy;
}

static void add_data(struct text *xml, const char *key, const uint8_t *bytes,
		     size_t len)
{
	unsigned char *base64 = malloc(len * 2 + 8);

	EVP_EncodeBlock(base64, bytes, (int)len);
	if (key)
		text_addf(xml, "<key>%s</key>", key);
	text_addf(xml, "<data>%s</data>", (char *)base64);
	free(base64);
}

static void write_xml(struct test *t, struct text *xml)
{
	unsigned char *certificate = NULL;
	int certificate_len = i2d_X509(t->pki.leaf.certificate, &certificate);
	size_t len = 0;
	uint8_t *copy;

	text_addf(xml,
		  "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>"
		  "<key>Name</key><string>Made</string><key>Platform</key>"
		  "<array><string>%s</string></array><key>TeamIdentifier</key>"
		  "<array><string>TESTTEAM01</string></array>"
		  "<key>CreationDate</key><date>2025-06-01T00:00:00Z</date>"
		  "<key>ExpirationDate</key><date>2051-06-01T00:00:00Z</date>"
		  "<key>Version</key><integer>1</integer>"
		  "<key>Entitlements</key><dict>"
		  "<key>keychain-access-groups</key><array>"
		  "<string>TESTTEAM01.*</string></array>"
		  "<key>com.apple.application-identifier</key>"
		  "<string>TESTTEAM01.org.example.*</string></dict>%s"
		  "<key>DeveloperCertificates</key><array>",
		  t->platform, t->more_xml);
	add_data(xml, NULL, certificate, (size_t)certificate_len);
	text_add_text(xml, "</array>");
	if (t->der_type) {
		copy = der_copy(t, &len);
		add_data(xml, "DER-Encoded-Profile", copy, len);
		free(copy);
	}
	text_add_text(xml, "</dict></plist>");
	OPENSSL_free(certificate);
}

static uint8_t *make(struct test *t, size_t *len)
{
	struct pki_signature s = {.signer = &t->maker,
				  .others = {&t->pki.issuer, &t->pki.root},
				  .attached = true};
	uint8_t *bytes;
	struct text xml;

	text_init(&xml, 1 << 20);
	write_xml(t, &xml);
	bytes = pki_sign(&s, text_slice(&xml), len);
	text_release(&xml);
	return bytes;
}

static void read_made(struct test *t)
{
	struct error err = {0};
	size_t len = 0;
	uint8_t *bytes = make(t, &len);

	forget(t);
	assert_true(profile_is_likely(slice_of(bytes, len)));
	if (profile_read(t->pool, slice_of(bytes, len), &t->report, &t->profile,
			 &err))
		fail_msg("%s at %lld", err.message, (long long)err.offset);
	t->is_read = true;
	free(bytes);
}

static bool found(const struct test *t, const char *id)
{
	for (size_t i = 0; i < t->findings.count; i++)
		if (!strcmp(t->findings.items[i].id, id))
			return true;
	return false;
}

static void profile__what_it_says_is_read(void **state)
{
	struct test *t = *state;
	struct value v;

	read_made(t);
	v = profile_describe(&t->profile);
	assert_true(slice_is(value_slice(value_get(v, "name")), "Made"));
	assert_int_equal(value_get(v, "expires").type, VALUE_DATE);
	assert_true(slice_is(value_slice(value_get(v, "kind")), "app_store"));
	assert_int_equal(value_count(value_get(v, "certificates")), 1);
	assert_int_equal(value_count(value_get(v, "entitlements")), 2);
	assert_true(value_get(value_get(v, "signature"), "valid").as.boolean);
	assert_false(
		value_get(value_get(v, "signature"), "trusted").as.boolean);
	assert_int_equal(value_get(v, "der_signature").type, VALUE_NONE);
	assert_true(found(t, "profile_untrusted"));
	assert_int_equal(t->findings.count, 1);
	value_release(t->pool, v);
}

static void expect_kind(struct test *t, enum profile_kind kind,
			const char *text)
{
	struct text words;

	read_made(t);
	text_init(&words, 100);
	profile_kind_text(&t->profile, &words);
	assert_string_equal(words.ptr, text);
	assert_int_equal(t->profile.kind, kind);
	assert_non_null(t->profile.kind_why);
	text_release(&words);
}

static void profile__kinds_are_told_by_their_evidence(void **state)
{
	struct test *t = *state;

	t->more_xml = "<key>ProvisionsAllDevices</key><true/>";
	expect_kind(t, PROFILE_DEVELOPER_ID, "Developer ID, all devices");
	t->platform = "iOS";
	expect_kind(t, PROFILE_ENTERPRISE, "in-house, all devices");
	t->more_xml = "<key>ProvisionedDevices</key><array><string>a</string>"
		      "</array>";
	expect_kind(t, PROFILE_AD_HOC, "ad hoc, 1 device");
	t->platform = "OSX";
	t->more_xml = "<key>ProvisionedDevices</key><array><string>a</string>"
		      "<string>b</string></array>";
	expect_kind(t, PROFILE_DEVELOPMENT, "development, 2 devices");
	t->more_xml = "<key>ProvisionsAllDevices</key><false/>";
	expect_kind(t, PROFILE_APP_STORE, "App Store");
	t->more_xml = "";
	t->der_type = "STORE";
	expect_kind(t, PROFILE_APP_STORE, "App Store");
	t->der_type = "DIRECT";
	expect_kind(t, PROFILE_DEVELOPER_ID, "Developer ID, all devices");
	t->der_type = "NEW";
	expect_kind(t, PROFILE_UNKNOWN, "of an unknown kind");
}

static void profile__equal_copies_are_no_finding(void **state)
{
	struct test *t = *state;

	t->der_type = "STORE";
	read_made(t);
	assert_true(t->profile.der_signature.holds);
	assert_false(found(t, "profile_copies_differ"));
	assert_ptr_equal(value_get(t->profile.der, "Entitlements").as.node,
			 t->profile.entitlements.as.node);
}

static void profile__a_difference_between_copies_is_found(void **state)
{
	struct test *t = *state;

	t->der_type = "STORE";
	t->der_name = "Other";
	read_made(t);
	assert_true(found(t, "profile_copies_differ"));
	t->der_name = "Made";
	t->der_all_devices = true;
	read_made(t);
	assert_true(found(t, "profile_copies_differ"));
	/* Newer systems take the DER copy: so do we. */
	assert_true(
		value_get(t->profile.der, "ProvisionsAllDevices").as.boolean);
	t->der_all_devices = false;
	t->der_other_signer = true;
	read_made(t);
	assert_true(found(t, "profile_copies_differ"));
	t->der_other_signer = false;
	t->more_xml = "<key>ProvisionsAllDevices</key><true/>";
	read_made(t);
	assert_true(found(t, "profile_copies_differ"));
}

static void profile__a_der_copy_that_is_none_is_found(void **state)
{
	struct test *t = *state;

	t->more_xml = "<key>DER-Encoded-Profile</key><data>AAAA</data>";
	read_made(t);
	assert_true(found(t, "profile_der_unreadable"));
	assert_int_equal(t->profile.der.type, VALUE_NONE);
	assert_int_equal(value_count(t->profile.entitlements), 2);
}

static void profile__the_signer_is_looked_for(void **state)
{
	struct test *t = *state;
	struct certificate leaf = {0}, other = {0};

	read_made(t);
	certificate_of_x509(t->pki.leaf.certificate, &leaf, NULL);
	certificate_of_x509(t->pki.root.certificate, &other, NULL);
	assert_true(profile_admits(&t->profile, &leaf));
	assert_false(profile_admits(&t->profile, &other));
	findings_release(&t->findings);
	profile_check_signer(&t->profile, &leaf, SLICE_LITERAL("TESTTEAM01"),
			     &t->report);
	assert_int_equal(t->findings.count, 0);
	profile_check_signer(&t->profile, &other, SLICE_LITERAL("OTHERTEAM1"),
			     &t->report);
	assert_true(found(t, "profile_signer_missing"));
	assert_true(found(t, "profile_team_differs"));
	profile_check_signer(&t->profile, NULL, SLICE_LITERAL(""), &t->report);
	assert_true(found(t, "profile_for_unsigned_code"));
	certificate_release(&leaf);
	certificate_release(&other);
}

static void profile__cut_anywhere_it_is_refused(void **state)
{
	struct test *t = *state;
	struct error err;
	struct profile p;
	size_t len = 0;
	uint8_t *bytes;

	t->der_type = "STORE";
	bytes = make(t, &len);
	for (size_t n = 0; n < len; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, bytes, n);
		err = (struct error){0};
		assert_int_equal(profile_read(t->pool, slice_of(cut, n),
					      &t->report, &p, &err),
				 STATUS_MALFORMED);
		/* From 4 bytes on its length is there; an older OpenSSL
		 * 3.0 wants one byte more to believe it. */
		if (n != 4)
			assert_int_equal(err.offset, n < 4 ? 0 : n);
		free(cut);
	}
	free(bytes);
}

static void profile__a_changed_byte_is_never_believed(void **state)
{
	struct test *t = *state;
	struct profile p;
	size_t len = 0;
	uint8_t *bytes;

	t->der_type = "STORE";
	bytes = make(t, &len);
	for (size_t i = 0; i < len; i += 3) {
		bytes[i] ^= 0x04;
		if (profile_read(t->pool, slice_of(bytes, len), &t->report, &p,
				 NULL) == STATUS_OK) {
			assert_false(p.signature.trusted);
			profile_release(&p);
		}
		bytes[i] ^= 0x04;
		findings_release(&t->findings);
	}
	free(bytes);
}

static void profile__a_changed_name_breaks_the_signature(void **state)
{
	struct test *t = *state;
	size_t len = 0, at;
	uint8_t *bytes = make(t, &len);

	at = slice_find(slice_of(bytes, len), SLICE_LITERAL("Made"), false);
	assert_true(at < len);
	bytes[at] = 'F';
	assert_int_equal(profile_read(t->pool, slice_of(bytes, len), &t->report,
				      &t->profile, NULL),
			 STATUS_OK);
	t->is_read = true;
	free(bytes);
	assert_false(t->profile.signature.holds);
	assert_string_equal(t->profile.signature.why,
			    "the signature does not hold");
	assert_true(found(t, "profile_signature_invalid"));
}

static void profile__an_error_says_where_in_the_file(void **state)
{
	struct test *t = *state;
	struct error err = {0};
	struct profile p;
	size_t len = 0;
	uint8_t *bytes;

	t->more_xml = "<nonsense/>";
	bytes = make(t, &len);
	assert_int_equal(profile_read(t->pool, slice_of(bytes, len), &t->report,
				      &p, &err),
			 STATUS_MALFORMED);
	assert_true(err.offset > 0 && (size_t)err.offset < len);
	assert_memory_equal(bytes + err.offset, "<nonsense", 9);
	free(bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(profile__what_it_says_is_read),
		TEST(profile__kinds_are_told_by_their_evidence),
		TEST(profile__equal_copies_are_no_finding),
		TEST(profile__a_difference_between_copies_is_found),
		TEST(profile__a_der_copy_that_is_none_is_found),
		TEST(profile__the_signer_is_looked_for),
		TEST(profile__cut_anywhere_it_is_refused),
		TEST(profile__a_changed_byte_is_never_believed),
		TEST(profile__a_changed_name_breaks_the_signature),
		TEST(profile__an_error_says_where_in_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
