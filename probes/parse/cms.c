#include "cms.h"

#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>

#include "cms_internal.h"

static void say(struct cms *out, enum cms_verdict verdict, const char *format,
		...) __attribute__((format(printf, 3, 4)));

static void say(struct cms *out, enum cms_verdict verdict, const char *format,
		...)
{
	va_list args;

	out->verdict = verdict;
	va_start(args, format);
	(void)vsnprintf(out->why, sizeof(out->why), format, args);
	va_end(args);
}

/* Parses and says how many bytes it took; NULL: no CMS. */
static CMS_ContentInfo *parse(struct slice bytes, size_t *taken)
{
	const unsigned char *at = bytes.ptr;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)bytes.len);

	*taken = cms ? (size_t)(at - bytes.ptr) : 0;
	ERR_clear_error();
	return cms;
}

static bool is_signed_data(CMS_ContentInfo *cms)
{
	return OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed;
}

static bool all_zero(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i])
			return false;
	return true;
}

/* Why nothing could be parsed: cut off, as far as the outermost length tells,
 * or something else. */
static enum status no_cms(struct slice bytes, struct error *err)
{
	const unsigned char *at = bytes.ptr;
	long content = 0;
	int tag = 0, class = 0, form = 0;

	if (bytes.len)
		form = ASN1_get_object(&at, &content, &tag, &class,
				       (long)bytes.len);
	ERR_clear_error();
	if ((form & 0x80) && tag == V_ASN1_SEQUENCE &&
	    content > bytes.ptr + bytes.len - at)
		return error_set(err, STATUS_MALFORMED, (int64_t)bytes.len,
				 "CMS of %ld bytes was expected, %zu are there",
				 content + (long)(at - bytes.ptr), bytes.len);
	return error_set(err, STATUS_MALFORMED, 0,
			 "CMS signed data was expected");
}

enum status cms_open(struct slice bytes, struct CMS_ContentInfo_st **cms,
		     struct slice *content, struct error *err)
{
	ASN1_OCTET_STRING **attached;
	CMS_ContentInfo *parsed;
	size_t taken = 0;

	if (bytes.len > CMS_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, 0,
				 "CMS of %zu bytes, at most %d are read",
				 bytes.len, CMS_BYTES_MAX);
	parsed = parse(bytes, &taken);
	if (!parsed || !is_signed_data(parsed)) {
		CMS_ContentInfo_free(parsed);
		return no_cms(bytes, err);
	}
	if (!all_zero(slice_part(bytes, taken, bytes.len))) {
		CMS_ContentInfo_free(parsed);
		return error_set(err, STATUS_MALFORMED, (int64_t)taken,
				 "%zu bytes after the CMS", bytes.len - taken);
	}
	attached = CMS_get0_content(parsed);
	*content = (struct slice){NULL, 0};
	if (attached && *attached)
		*content = slice_of(ASN1_STRING_get0_data(*attached),
				    (size_t)ASN1_STRING_length(*attached));
	*cms = parsed;
	return STATUS_OK;
}

void cms_content_free(struct CMS_ContentInfo_st *cms)
{
	CMS_ContentInfo_free(cms);
}

size_t cms_certificates(struct CMS_ContentInfo_st *cms, struct certificate *out,
			size_t max, size_t *dropped)
{
	STACK_OF(X509) *all = CMS_get1_certs(cms);
	size_t count = 0;

	for (int i = 0; i < sk_X509_num(all); i++) {
		if (count < max && !certificate_of_x509(sk_X509_value(all, i),
							&out[count], NULL))
			count++;
		else
			++*dropped;
	}
	sk_X509_pop_free(all, X509_free);
	ERR_clear_error();
	return count;
}

static CMS_SignerInfo *only_signer(CMS_ContentInfo *cms, int *count)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);

	*count = sk_CMS_SignerInfo_num(signers);
	return *count == 1 ? sk_CMS_SignerInfo_value(signers, 0) : NULL;
}

bool cms_signer_index(struct CMS_ContentInfo_st *cms,
		      const struct certificate *carried, size_t count,
		      size_t *index)
{
	int signers;
	CMS_SignerInfo *signer = only_signer(cms, &signers);

	for (size_t i = 0; signer && i < count; i++)
		if (CMS_SignerInfo_cert_cmp(signer, carried[i].x509) == 0) {
			*index = i;
			return true;
		}
	return false;
}

/* content: what was signed; NULL: what is attached. */
static bool signature_holds(CMS_ContentInfo *cms, const struct slice *content)
{
	BIO *in = NULL, *discard = BIO_new(BIO_s_null());
	bool holds = false;

	if (content)
		in = BIO_new_mem_buf(content->ptr, (int)content->len);
	if (discard && (in || !content))
		holds = CMS_verify(cms, NULL, NULL, in, discard,
				   CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
	BIO_free(in);
	BIO_free(discard);
	ERR_clear_error();
	return holds;
}

bool cms_attached_holds(struct CMS_ContentInfo_st *cms)
{
	int signers;

	return only_signer(cms, &signers) && signature_holds(cms, NULL);
}

static void verify(CMS_ContentInfo *cms, CMS_SignerInfo *signer,
		   const struct cms_directory *directories, size_t count,
		   struct cms *out)
{
	X509_ALGOR *digest = NULL;

	CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, NULL);
	if (digest) {
		const ASN1_OBJECT *oid = NULL;

		X509_ALGOR_get0(&oid, NULL, NULL, digest);
		out->digest = OBJ_nid2sn(OBJ_obj2nid(oid));
	}
	if (!count || !directories[0].blob.len ||
	    directories[0].blob.len > INT32_MAX)
		say(out, CMS_UNUSABLE,
		    "there is no CodeDirectory in slot 0 that it could be "
		    "about");
	else if (!signature_holds(cms, &directories[0].blob))
		say(out, CMS_INVALID,
		    "the signature does not hold over the CodeDirectory of "
		    "slot 0");
	else
		out->verdict = CMS_VALID;
}

/* One signer, detached, its certificate carried: else it is no signature of
 * code, and why is said. */
static CMS_SignerInfo *code_signer(CMS_ContentInfo *cms, struct cms *out,
				   size_t *leaf)
{
	CMS_SignerInfo *signer;
	int signers;

	if (!is_signed_data(cms)) {
		say(out, CMS_UNUSABLE, "its CMS is not signed data");
		return NULL;
	}
	out->carried_count =
		cms_certificates(cms, out->carried, CERTIFICATE_CHAIN_MAX,
				 &out->carried_dropped);
	signer = only_signer(cms, &signers);
	if (!signer) {
		say(out, CMS_UNUSABLE, "one signer was expected, found %d",
		    signers < 0 ? 0 : signers);
		return NULL;
	}
	if (CMS_is_detached(cms) != 1) {
		say(out, CMS_UNUSABLE,
		    "content is attached where none was expected");
		return NULL;
	}
	if (!cms_signer_index(cms, out->carried, out->carried_count, leaf)) {
		say(out, CMS_UNUSABLE,
		    "the signer's certificate is not among the %zu that came "
		    "along",
		    out->carried_count);
		return NULL;
	}
	return signer;
}

enum status cms_read(struct slice bytes,
		     const struct cms_directory *directories, size_t count,
		     struct cms *out, struct error *err)
{
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;
	enum status st = STATUS_OK;
	size_t taken = 0, leaf = 0;

	*out = (struct cms){.chain.state = CHAIN_INCOMPLETE};
	if (!bytes.len)
		return STATUS_OK;
	if (bytes.len > CMS_BYTES_MAX) {
		say(out, CMS_UNUSABLE, "%zu bytes, at most %d are read",
		    bytes.len, CMS_BYTES_MAX);
		return STATUS_OK;
	}
	cms = parse(bytes, &taken);
	if (!cms) {
		say(out, CMS_UNUSABLE, "it is no CMS in BER or DER");
		return STATUS_OK;
	}
	out->trailing = bytes.len - taken;
	signer = code_signer(cms, out, &leaf);
	if (signer) {
		verify(cms, signer, directories, count, out);
		st = cms_read_attributes(signer, directories, count, out, err);
		if (!st)
			st = cms_read_timestamp(signer, out, err);
		if (!st)
			st = certificate_chain_build(
				&out->carried[leaf], out->carried,
				out->carried_count,
				out->timestamp.trusted ? &out->timestamp.time_ns
						       : NULL,
				&out->chain, err);
	}
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	if (st)
		cms_release(out);
	return st;
}

void cms_release(struct cms *c)
{
	certificate_chain_release(&c->chain);
	certificate_chain_release(&c->timestamp.chain);
	for (size_t i = 0; i < c->carried_count; i++)
		certificate_release(&c->carried[i]);
	*c = (struct cms){.chain.state = CHAIN_INCOMPLETE};
}
