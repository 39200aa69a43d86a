/*
 * Certificates and signatures made while a test runs, with libcrypto: keys live
 * no longer than the test, so nothing here expires or can be stolen. None of it
 * is below a root of Apple's. For tests only: it asserts.
 */
#ifndef TESTS_UNIT_PROBES_PARSE_PKI_H
#define TESTS_UNIT_PROBES_PARSE_PKI_H

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <stdlib.h>

#include "probes/parse/cms.h"

enum { PKI_LIST_MAX = 8 };

struct pki_identity {
	X509 *certificate;
	EVP_PKEY *key;
};

struct pki_request {
	const char *cn, *o, *ou;
	const struct pki_identity *issuer; /* NULL: signs itself */
	const X509_NAME *issuer_name;      /* NULL: the issuer's own */
	bool is_ca;
	/* No basicConstraints; a key usage of keyCertSign instead, which
	 * libcrypto takes for an authority. */
	bool by_usage;
	bool rsa;        /* a key as Apple's roots have it; else EC */
	const char *eku; /* "codeSigning"; NULL: none */
	const char *markers[PKI_LIST_MAX]; /* OIDs, each a NULL, critical */
	const char *from, *to;             /* NULL: 2020 to 2040 */
};

static inline void pki_name(X509_NAME *name, const char *field,
			    const char *text)
{
	if (text)
		assert_int_equal(
			X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
						   (const unsigned char *)text,
						   -1, -1, 0),
			1);
}

static inline void pki_extension(X509 *x, int nid, const char *text)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, text);

	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static inline void pki_marker(X509 *x, const char *oid)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *null = ASN1_OCTET_STRING_new();
	X509_EXTENSION *e;

	ASN1_OCTET_STRING_set(null, (const unsigned char *)"\x05\x00", 2);
	e = X509_EXTENSION_create_by_OBJ(NULL, object, 1, null);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(null);
	ASN1_OBJECT_free(object);
}

static inline void pki_make(const struct pki_request *r,
			    struct pki_identity *out)
{
	X509 *x = X509_new();
	EVP_PKEY *key = r->rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
	const struct pki_identity self = {x, key};
	const struct pki_identity *issuer = r->issuer ? r->issuer : &self;
	static long serial = 1;

	assert_non_null(key);
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
	ASN1_TIME_set_string(X509_getm_notBefore(x),
			     r->from ? r->from : "20200101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x),
			     r->to ? r->to : "20400101000000Z");
	X509_set_pubkey(x, key);
	pki_name(X509_get_subject_name(x), "CN", r->cn);
	pki_name(X509_get_subject_name(x), "O", r->o);
	pki_name(X509_get_subject_name(x), "OU", r->ou);
	X509_set_issuer_name(
		x, r->issuer_name ? r->issuer_name
				  : X509_get_subject_name(issuer->certificate));
	if (r->by_usage)
		pki_extension(x, NID_key_usage, "critical,keyCertSign");
	else
		pki_extension(x, NID_basic_constraints,
			      r->is_ca ? "critical,CA:TRUE"
				       : "critical,CA:FALSE");
	if (r->eku)
		pki_extension(x, NID_ext_key_usage, r->eku);
	for (size_t i = 0; i < PKI_LIST_MAX && r->markers[i]; i++)
		pki_marker(x, r->markers[i]);
	assert_true(X509_sign(x, issuer->key, EVP_sha256()) > 0);
	*out = self;
}

static inline void pki_release(struct pki_identity *i)
{
	X509_free(i->certificate);
	EVP_PKEY_free(i->key);
	*i = (struct pki_identity){NULL, NULL};
}

struct pki_signature {
	const struct pki_identity *signer, *second;
	const struct pki_identity *others[PKI_LIST_MAX]; /* carried too */
	bool attached, leave_out_signer;
	bool indefinite;         /* BER of indefinite length */
	const char *content_oid; /* NULL: data */
	/* Signed attributes of Apple's, each only when given. */
	struct slice cdhashes;              /* the property list of 9.1 */
	struct slice digests[PKI_LIST_MAX]; /* values of 9.2, SEQUENCEs */
	/* The time stamp of this authority, on 2025-06-01; its imprint is of
	 * other bytes when stamp_other is set. */
	const struct pki_identity *authority;
	bool stamp_other;
};

static inline uint8_t *pki_sign(const struct pki_signature *s,
				struct slice content, size_t *len);

static inline void pki_attributes(CMS_SignerInfo *si,
				  const struct pki_signature *s)
{
	X509_ATTRIBUTE *a = NULL;

	if (s->cdhashes.ptr)
		assert_int_equal(CMS_signed_add1_attr_by_txt(
					 si, "1.2.840.113635.100.9.1",
					 V_ASN1_OCTET_STRING, s->cdhashes.ptr,
					 (int)s->cdhashes.len),
				 1);
	for (size_t i = 0; i < PKI_LIST_MAX && s->digests[i].ptr; i++) {
		if (!a)
			a = X509_ATTRIBUTE_create_by_txt(
				NULL, "1.2.840.113635.100.9.2", V_ASN1_SEQUENCE,
				s->digests[i].ptr, (int)s->digests[i].len);
		else
			X509_ATTRIBUTE_set1_data(a, V_ASN1_SEQUENCE,
						 s->digests[i].ptr,
						 (int)s->digests[i].len);
		assert_non_null(a);
	}
	if (a)
		assert_int_equal(CMS_signed_add1_attr(si, a), 1);
	X509_ATTRIBUTE_free(a);
}

/* A token of RFC 3161 over these bytes. */
static inline uint8_t *pki_stamp(const struct pki_identity *authority,
				 struct slice bytes, size_t *len)
{
	struct pki_signature s = {.signer = authority,
				  .attached = true,
				  .content_oid = "1.2.840.113549.1.9.16.1.4"};
	TS_TST_INFO *info = TS_TST_INFO_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4", 1);
	ASN1_GENERALIZEDTIME *time = ASN1_GENERALIZEDTIME_new();
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	X509_ALGOR *sha256 = X509_ALGOR_new();
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned hash_len = 0;
	uint8_t *der = NULL, *token;
	int der_len;

	EVP_Digest(bytes.ptr, bytes.len, hash, &hash_len, EVP_sha256(), NULL);
	X509_ALGOR_set_md(sha256, EVP_sha256());
	TS_MSG_IMPRINT_set_algo(imprint, sha256);
	TS_MSG_IMPRINT_set_msg(imprint, hash, (int)hash_len);
	ASN1_GENERALIZEDTIME_set_string(time, "20250601000000Z");
	ASN1_INTEGER_set(serial, 1);
	TS_TST_INFO_set_version(info, 1);
	TS_TST_INFO_set_policy_id(info, policy);
	TS_TST_INFO_set_msg_imprint(info, imprint);
	TS_TST_INFO_set_serial(info, serial);
	TS_TST_INFO_set_time(info, time);
	der_len = i2d_TS_TST_INFO(info, &der);
	assert_true(der_len > 0);
	token = pki_sign(&s, slice_of(der, (size_t)der_len), len);
	OPENSSL_free(der);
	X509_ALGOR_free(sha256);
	ASN1_INTEGER_free(serial);
	ASN1_GENERALIZEDTIME_free(time);
	ASN1_OBJECT_free(policy);
	TS_MSG_IMPRINT_free(imprint);
	TS_TST_INFO_free(info);
	return token;
}

static inline void pki_add_stamp(CMS_ContentInfo *cms,
				 const struct pki_signature *s)
{
	CMS_SignerInfo *si =
		sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
	struct slice bytes = slice_of(ASN1_STRING_get0_data(value),
				      (size_t)ASN1_STRING_length(value));
	size_t len = 0;
	uint8_t *token;

	if (s->stamp_other)
		bytes = SLICE_LITERAL("another signature");
	token = pki_stamp(s->authority, bytes, &len);
	assert_int_equal(CMS_unsigned_add1_attr_by_NID(
				 si, NID_id_smime_aa_timeStampToken,
				 V_ASN1_SEQUENCE, token, (int)len),
			 1);
	free(token);
}

static inline CMS_SignerInfo *pki_signer(CMS_ContentInfo *cms,
					 const struct pki_identity *i,
					 unsigned flags)
{
	CMS_SignerInfo *si =
		CMS_add1_signer(cms, i->certificate, i->key, EVP_sha256(),
				CMS_NOSMIMECAP | CMS_PARTIAL | flags);

	assert_non_null(si);
	return si;
}

/* SEQUENCE { OID, [0] { SEQUENCE { ... } } }, all of indefinite length, as
 * Security writes it. Frees der. */
static inline uint8_t *pki_indefinite(uint8_t *der, size_t *len)
{
	const unsigned char *at = der, *oid;
	uint8_t *ber = calloc(1, *len + 16), *to = ber;
	long content = 0, oid_len;
	int tag = 0, class = 0;

	ASN1_get_object(&at, &content, &tag, &class, (long)*len);
	oid = at;
	ASN1_get_object(&at, &oid_len, &tag, &class, content);
	at += oid_len;
	memcpy(to, "\x30\x80", 2);
	memcpy(to + 2, oid, (size_t)(at - oid));
	to += 2 + (at - oid);
	for (int i = 0; i < 2; i++) {
		*to++ = *at;
		*to++ = 0x80;
		ASN1_get_object(&at, &content, &tag, &class,
				(long)(der + *len - at));
	}
	memcpy(to, at, (size_t)content);
	*len = (size_t)(to - ber) + (size_t)content + 6;
	free(der);
	return ber;
}

/* The CMS in DER or BER, freed by the caller. */
static inline uint8_t *pki_sign(const struct pki_signature *s,
				struct slice content, size_t *len)
{
	unsigned flags = CMS_BINARY | (s->attached ? 0 : CMS_DETACHED);
	CMS_ContentInfo *cms =
		CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | flags);
	BIO *in = BIO_new_mem_buf(content.ptr, (int)content.len);
	BIO *out = BIO_new(BIO_s_mem());
	uint8_t *copy;
	char *bytes;

	assert_non_null(cms);
	if (s->content_oid) {
		ASN1_OBJECT *oid = OBJ_txt2obj(s->content_oid, 1);

		assert_int_equal(CMS_set1_eContentType(cms, oid), 1);
		ASN1_OBJECT_free(oid);
	}
	pki_attributes(pki_signer(cms, s->signer,
				  s->leave_out_signer ? CMS_NOCERTS : 0),
		       s);
	if (s->second)
		pki_signer(cms, s->second, 0);
	for (size_t i = 0; i < PKI_LIST_MAX && s->others[i]; i++)
		CMS_add1_cert(cms, s->others[i]->certificate);
	assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
	if (s->authority)
		pki_add_stamp(cms, s);
	assert_int_equal(i2d_CMS_bio(out, cms), 1);
	*len = (size_t)BIO_get_mem_data(out, &bytes);
	copy = malloc(*len);
	assert_non_null(copy);
	memcpy(copy, bytes, *len);
	if (s->indefinite)
		copy = pki_indefinite(copy, len);
	BIO_free(in);
	BIO_free(out);
	CMS_ContentInfo_free(cms);
	return copy;
}

/* A root, an authority below it, and a signer below that: the markers and
 * names of Apple's, the keys of nobody's. */
struct pki_chain {
	struct pki_identity root, issuer, leaf, authority;
};

static inline void pki_chain_make(struct pki_chain *c)
{
	struct pki_request r = {
		.cn = "Apple Root CA", .o = "Apple Inc.", .is_ca = true};

	pki_make(&r, &c->root);
	r = (struct pki_request){.cn = "Developer ID Certification Authority",
				 .o = "Apple Inc.",
				 .issuer = &c->root,
				 .is_ca = true,
				 .markers = {"1.2.840.113635.100.6.2.6"}};
	pki_make(&r, &c->issuer);
	r = (struct pki_request){
		.cn = "Developer ID Application: Nobody (TESTTEAM01)",
		.o = "Nobody",
		.ou = "TESTTEAM01",
		.issuer = &c->issuer,
		.eku = "critical,codeSigning",
		.markers = {"1.2.840.113635.100.6.1.13"}};
	pki_make(&r, &c->leaf);
	r = (struct pki_request){.cn = "Time Stamp Authority",
				 .o = "Nobody",
				 .issuer = &c->root,
				 .eku = "critical,timeStamping"};
	pki_make(&r, &c->authority);
}

static inline void pki_chain_release(struct pki_chain *c)
{
	pki_release(&c->root);
	pki_release(&c->issuer);
	pki_release(&c->leaf);
	pki_release(&c->authority);
}

#endif
