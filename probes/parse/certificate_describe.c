/* Certificates as values: for people and JSON, and for requirements. */
#include "certificate.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "requirement.h"

enum { DICT_MAX = 64, OID_TEXT_MAX = 128 };

/* A dict being built; keys each once, what is over DICT_MAX is left out. */
struct builder {
	struct value_pool *pool;
	struct value keys[DICT_MAX], vals[DICT_MAX];
	size_t count;
};

static void put(struct builder *b, const char *key, struct value v)
{
	if (v.type == VALUE_NONE || b->count >= DICT_MAX) {
		value_release(b->pool, v);
		return;
	}
	b->keys[b->count] = value_text(b->pool, key);
	b->vals[b->count++] = v;
}

static void put_subject(struct builder *b, const char *key,
			const struct certificate *c, const char *field)
{
	struct text t;

	text_init(&t, CERTIFICATE_NAME_MAX);
	if (certificate_subject(c, field, &t))
		put(b, key, value_string(b->pool, text_slice(&t)));
	text_release(&t);
}

static struct value hex_of(struct value_pool *pool, struct slice bytes)
{
	struct text t;
	struct value v;

	text_init(&t, 2 * CERTIFICATE_NAME_MAX);
	for (size_t i = 0; i < bytes.len; i++)
		text_addf(&t, "%02x", bytes.ptr[i]);
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

static struct value serial_of(struct value_pool *pool,
			      const struct certificate *c)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(c->x509);

	return hex_of(pool, slice_of(ASN1_STRING_get0_data(serial),
				     (size_t)ASN1_STRING_length(serial)));
}

static struct value markers_of(struct value_pool *pool,
			       const struct certificate *c)
{
	struct builder b = {.pool = pool};

	for (int m = 0; m < MARKER_COUNT; m++)
		if (certificate_has(c, (enum certificate_marker)m))
			put(&b,
			    certificate_marker_oid((enum certificate_marker)m),
			    value_text(pool,
				       certificate_marker_text(
					       (enum certificate_marker)m)));
	return b.count ? value_dict(pool, b.keys, b.vals, b.count) : value_none;
}

struct value certificate_describe(struct value_pool *pool,
				  const struct certificate *c)
{
	struct builder b = {.pool = pool};
	struct text t;

	put_subject(&b, "subject_cn", c, "CN");
	put_subject(&b, "subject_o", c, "O");
	put_subject(&b, "subject_ou", c, "OU");
	text_init(&t, 4 * CERTIFICATE_NAME_MAX);
	if (certificate_issuer_line(c, &t))
		put(&b, "issuer", value_string(pool, text_slice(&t)));
	text_release(&t);
	put(&b, "serial", serial_of(pool, c));
	put(&b, "sha256", hex_of(pool, slice_of(c->sha256, 32)));
	put(&b, "not_before", value_date(c->not_before_ns));
	put(&b, "not_after", value_date(c->not_after_ns));
	put(&b, "markers", markers_of(pool, c));
	if (c->anchor)
		put(&b, "anchor", value_text(pool, c->anchor));
	return value_dict(pool, b.keys, b.vals, b.count);
}

/* The names that requirements use for fields of a subject (Security
 * cssmAlgTypes in reqparser; the table of requirement.h). */
static const struct {
	int nid;
	const char *name;
} subject_fields[] = {
	{NID_commonName, "CN"},
	{NID_organizationName, "O"},
	{NID_organizationalUnitName, "OU"},
	{NID_countryName, "C"},
	{NID_localityName, "L"},
	{NID_stateOrProvinceName, "ST"},
	{NID_streetAddress, "STREET"},
	{NID_userId, "UID"},
	{NID_domainComponent, "DC"},
	{NID_description, "D"},
	{NID_pkcs9_emailAddress, "email"},
};

static struct value name_values(struct value_pool *pool, const X509_NAME *name,
				int nid)
{
	struct value items[DICT_MAX], list;
	size_t count = 0;
	int at = -1;

	while (count < DICT_MAX &&
	       (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0) {
		X509_NAME_ENTRY *e = X509_NAME_get_entry(name, at);
		unsigned char *utf8 = NULL;
		int len =
			ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(e));

		if (len < 0)
			continue;
		items[count++] =
			value_string(pool, slice_of(utf8, (size_t)len));
		OPENSSL_free(utf8);
	}
	if (count == 1)
		return items[0];
	list = count ? value_list(pool, items, count) : value_none;
	return list;
}

static struct value subject_of(struct value_pool *pool,
			       const struct certificate *c)
{
	const X509_NAME *name = X509_get_subject_name(c->x509);
	struct builder b = {.pool = pool};

	for (size_t i = 0; i < sizeof(subject_fields) / sizeof(*subject_fields);
	     i++)
		put(&b, subject_fields[i].name,
		    name_values(pool, name, subject_fields[i].nid));
	return value_dict(pool, b.keys, b.vals, b.count);
}

/* An extension's value: the text of a DER string, else its bytes. */
static struct value extension_value(struct value_pool *pool, X509_EXTENSION *e)
{
	const ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(e);
	const unsigned char *p = ASN1_STRING_get0_data(octets);
	long len = ASN1_STRING_length(octets), content = 0;
	int tag = 0, class = 0;
	const unsigned char *at = p;

	if (ASN1_get_object(&at, &content, &tag, &class, len) == 0 &&
	    class == V_ASN1_UNIVERSAL && at + content == p + len &&
	    (tag == V_ASN1_UTF8STRING || tag == V_ASN1_PRINTABLESTRING ||
	     tag == V_ASN1_IA5STRING))
		return value_string(pool, slice_of(at, (size_t)content));
	return value_bytes(pool, slice_of(p, (size_t)len));
}

static bool has_key(const struct builder *b, const char *key)
{
	for (size_t i = 0; i < b->count; i++)
		if (slice_is(value_slice(b->keys[i]), key))
			return true;
	return false;
}

static struct value fields_of(struct value_pool *pool,
			      const struct certificate *c)
{
	struct builder b = {.pool = pool};
	char oid[OID_TEXT_MAX];

	for (int i = 0; i < X509_get_ext_count(c->x509); i++) {
		X509_EXTENSION *e = X509_get_ext(c->x509, i);
		int n = OBJ_obj2txt(oid, sizeof(oid),
				    X509_EXTENSION_get_object(e), 1);

		if (n > 0 && n < OID_TEXT_MAX && !has_key(&b, oid))
			put(&b, oid, extension_value(pool, e));
	}
	return value_dict(pool, b.keys, b.vals, b.count);
}

static struct value policies_of(struct value_pool *pool,
				const struct certificate *c)
{
	CERTIFICATEPOLICIES *policies =
		X509_get_ext_d2i(c->x509, NID_certificate_policies, NULL, NULL);
	struct value items[DICT_MAX];
	size_t count = 0;
	char oid[OID_TEXT_MAX];

	for (int i = 0; i < sk_POLICYINFO_num(policies) && count < DICT_MAX;
	     i++)
		if (OBJ_obj2txt(oid, sizeof(oid),
				sk_POLICYINFO_value(policies, i)->policyid,
				1) > 0)
			items[count++] = value_text(pool, oid);
	CERTIFICATEPOLICIES_free(policies);
	return value_list(pool, items, count);
}

void certificate_requirement(struct value_pool *pool,
			     const struct certificate *c,
			     struct requirement_certificate *out)
{
	*out = (struct requirement_certificate){
		.subject = subject_of(pool, c),
		.fields = fields_of(pool, c),
		.policies = policies_of(pool, c),
		.apple_anchor = c->anchor ? TRUTH_TRUE : TRUTH_FALSE,
	};
	memcpy(out->sha1, c->sha1, sizeof(out->sha1));
	ERR_clear_error();
}

void certificate_requirement_release(struct value_pool *pool,
				     struct requirement_certificate *r)
{
	value_release(pool, r->subject);
	value_release(pool, r->fields);
	value_release(pool, r->policies);
	*r = (struct requirement_certificate){0};
}
