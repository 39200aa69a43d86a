/* What the signer says beside the signature: when, and over which
 * CodeDirectories. */
#include <openssl/err.h>
#include <openssl/evp.h>

#include "../../model/base/plist_in.h"
#include "cms_internal.h"

enum { CDHASH_LEN = 20 };

const EVP_MD *cms_digest_of(uint8_t hash_type)
{
	switch (hash_type) {
	case 1:
		return EVP_sha1();
	case 2:
	case 3: /* stored in 20 bytes, hashed whole */
		return EVP_sha256();
	case 4:
		return EVP_sha384();
	case 5:
		return EVP_sha512();
	default:
		return NULL;
	}
}

bool cms_time(const ASN1_TIME *t, int64_t *out_ns)
{
	int days = 0, seconds = 0;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	bool ok = epoch && t && ASN1_TIME_diff(&days, &seconds, epoch, t) == 1;

	ASN1_TIME_free(epoch);
	if (!ok || days > 106000 || days < -106000)
		return false;
	*out_ns = ((int64_t)days * 86400 + seconds) * 1000000000;
	return true;
}

static X509_ATTRIBUTE *attribute_of(CMS_SignerInfo *signer, const char *oid)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int at = object ? CMS_signed_get_attr_by_OBJ(signer, object, -1) : -1;

	ASN1_OBJECT_free(object);
	ERR_clear_error();
	return at < 0 ? NULL : CMS_signed_get_attr(signer, at);
}

static void read_signing_time(CMS_SignerInfo *signer, struct cms *out)
{
	int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
	X509_ATTRIBUTE *a = at < 0 ? NULL : CMS_signed_get_attr(signer, at);
	ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(a, 0);

	if (value && (value->type == V_ASN1_UTCTIME ||
		      value->type == V_ASN1_GENERALIZEDTIME))
		out->has_signing_time =
			cms_time(value->type == V_ASN1_UTCTIME
					 ? value->value.utctime
					 : value->value.generalizedtime,
				 &out->signing_time_ns);
	ERR_clear_error();
}

/* What each CodeDirectory hashes to; its cdhash is the first 20 bytes. */
struct digests {
	const EVP_MD *md[CMS_DIRECTORIES_MAX]; /* NULL: of an unknown type */
	uint8_t hash[CMS_DIRECTORIES_MAX][EVP_MAX_MD_SIZE];
	unsigned len[CMS_DIRECTORIES_MAX];
	size_t count;
};

static void hash_directories(const struct cms_directory *directories,
			     size_t count, struct digests *out)
{
	out->count = count < CMS_DIRECTORIES_MAX ? count : CMS_DIRECTORIES_MAX;
	for (size_t i = 0; i < out->count; i++) {
		struct slice blob = directories[i].blob;

		out->md[i] = cms_digest_of(directories[i].hash_type);
		if (out->md[i] &&
		    EVP_Digest(blob.ptr, blob.len, out->hash[i], &out->len[i],
			       out->md[i], NULL) != 1)
			out->md[i] = NULL;
	}
}

/* Attribute 9.1: a property list, "cdhashes" in the order of the
 * CodeDirectories. */
static bool cdhashes_agree(struct value plist, const struct digests *d)
{
	struct value list = value_get(plist, "cdhashes");

	if (list.type != VALUE_LIST || value_count(list) != d->count)
		return false;
	for (size_t i = 0; i < d->count; i++)
		if (!d->md[i] || !slice_equal(value_slice(value_at(list, i)),
					      slice_of(d->hash[i], CDHASH_LEN)))
			return false;
	return true;
}

static enum status read_cdhashes(CMS_SignerInfo *signer,
				 const struct digests *d, struct cms *out,
				 struct error *err)
{
	X509_ATTRIBUTE *a = attribute_of(signer, "1.2.840.113635.100.9.1");
	ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(a, 0);
	struct value_pool *pool;
	struct value plist;
	struct slice text;

	if (!a)
		return STATUS_OK;
	out->cdhashes = CMS_LISTING_DIFFERS;
	if (X509_ATTRIBUTE_count(a) != 1 || !value ||
	    value->type != V_ASN1_OCTET_STRING)
		return STATUS_OK;
	text = slice_of(ASN1_STRING_get0_data(value->value.octet_string),
			(size_t)ASN1_STRING_length(value->value.octet_string));
	pool = value_pool_new();
	if (!pool)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory to read the list of cdhashes");
	if (!plist_read(pool, text, NULL, &plist, NULL) &&
	    cdhashes_agree(plist, d))
		out->cdhashes = CMS_LISTING_AGREES;
	value_pool_free(pool);
	return STATUS_OK;
}

/* SEQUENCE { OBJECT IDENTIFIER, OCTET STRING }: the digest of one
 * CodeDirectory. */
static bool is_digest_of(const ASN1_TYPE *value, const EVP_MD *md,
			 struct slice hash)
{
	const unsigned char *at, *end, *p;
	ASN1_OBJECT *oid = NULL;
	ASN1_OCTET_STRING *octets = NULL;
	STACK_OF(ASN1_TYPE) *parts = NULL;
	bool same = false;

	if (!value || value->type != V_ASN1_SEQUENCE)
		return false;
	p = at = ASN1_STRING_get0_data(value->value.sequence);
	end = at + ASN1_STRING_length(value->value.sequence);
	parts = d2i_ASN1_SEQUENCE_ANY(NULL, &p, end - at);
	if (parts && p == end && sk_ASN1_TYPE_num(parts) == 2 &&
	    sk_ASN1_TYPE_value(parts, 0)->type == V_ASN1_OBJECT &&
	    sk_ASN1_TYPE_value(parts, 1)->type == V_ASN1_OCTET_STRING) {
		oid = sk_ASN1_TYPE_value(parts, 0)->value.object;
		octets = sk_ASN1_TYPE_value(parts, 1)->value.octet_string;
		same = OBJ_obj2nid(oid) == EVP_MD_get_type(md) &&
		       slice_equal(slice_of(ASN1_STRING_get0_data(octets),
					    (size_t)ASN1_STRING_length(octets)),
				   hash);
	}
	sk_ASN1_TYPE_pop_free(parts, ASN1_TYPE_free);
	ERR_clear_error();
	return same;
}

static bool lists_directory(X509_ATTRIBUTE *a, const struct digests *d,
			    size_t which)
{
	if (!d->md[which])
		return false;
	for (int i = 0; i < X509_ATTRIBUTE_count(a); i++)
		if (is_digest_of(X509_ATTRIBUTE_get0_type(a, i), d->md[which],
				 slice_of(d->hash[which], d->len[which])))
			return true;
	return false;
}

/* Attribute 9.2: a value for each CodeDirectory; DER sorts a SET's values, so
 * their order says nothing. Security wants as many as there are
 * CodeDirectories. */
static void read_digests(CMS_SignerInfo *signer, const struct digests *d,
			 struct cms *out)
{
	X509_ATTRIBUTE *a = attribute_of(signer, "1.2.840.113635.100.9.2");

	if (!a)
		return;
	out->cd_digests = CMS_LISTING_AGREES;
	if ((size_t)X509_ATTRIBUTE_count(a) != d->count)
		out->cd_digests = CMS_LISTING_DIFFERS;
	for (size_t i = 0; i < d->count; i++)
		if (!lists_directory(a, d, i))
			out->cd_digests = CMS_LISTING_DIFFERS;
}

enum status cms_read_attributes(CMS_SignerInfo *signer,
				const struct cms_directory *directories,
				size_t count, struct cms *out,
				struct error *err)
{
	struct digests d = {.count = 0};

	hash_directories(directories, count, &d);
	read_signing_time(signer, out);
	read_digests(signer, &d, out);
	return read_cdhashes(signer, &d, out, err);
}
