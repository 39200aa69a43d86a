/* The RFC 3161 time stamp over the signature value. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ts.h>
#include <stdio.h>

#include "cms_internal.h"

/* The token in the unsigned attributes, which the caller frees; NULL: none, or
 * it cannot be read (then why is said). */
static CMS_ContentInfo *read_token(CMS_SignerInfo *signer,
				   struct cms_timestamp *t)
{
	int at = CMS_unsigned_get_attr_by_NID(
		signer, NID_id_smime_aa_timeStampToken, -1);
	X509_ATTRIBUTE *a = at < 0 ? NULL : CMS_unsigned_get_attr(signer, at);
	ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(a, 0);
	CMS_ContentInfo *token = NULL;
	const unsigned char *p;

	if (!a)
		return NULL;
	t->present = true;
	if (X509_ATTRIBUTE_count(a) == 1 && value &&
	    value->type == V_ASN1_SEQUENCE) {
		p = ASN1_STRING_get0_data(value->value.sequence);
		token = d2i_CMS_ContentInfo(
			NULL, &p, ASN1_STRING_length(value->value.sequence));
	}
	if (token && OBJ_obj2nid(CMS_get0_type(token)) == NID_pkcs7_signed &&
	    OBJ_obj2nid(CMS_get0_eContentType(token)) ==
		    NID_id_smime_ct_TSTInfo)
		return token;
	CMS_ContentInfo_free(token);
	(void)snprintf(t->why, sizeof(t->why),
		       "the time stamp cannot be read as a token of RFC 3161");
	return NULL;
}

static TS_TST_INFO *read_info(CMS_ContentInfo *token)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(token);
	const unsigned char *p;

	if (!content || !*content)
		return NULL;
	p = ASN1_STRING_get0_data(*content);
	return d2i_TS_TST_INFO(NULL, &p, ASN1_STRING_length(*content));
}

/* Whether what was stamped is the value of this signature. */
static bool imprint_fits(TS_TST_INFO *info, CMS_SignerInfo *signer)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OCTET_STRING *signature =
		CMS_SignerInfo_get0_signature(signer);
	const ASN1_OCTET_STRING *stamped = TS_MSG_IMPRINT_get_msg(imprint);
	const ASN1_OBJECT *oid = NULL;
	uint8_t hash[EVP_MAX_MD_SIZE];
	const EVP_MD *md;
	unsigned len = 0;

	X509_ALGOR_get0(&oid, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	md = EVP_get_digestbyobj(oid);
	return md &&
	       EVP_Digest(ASN1_STRING_get0_data(signature),
			  (size_t)ASN1_STRING_length(signature), hash, &len, md,
			  NULL) == 1 &&
	       slice_equal(slice_of(hash, len),
			   slice_of(ASN1_STRING_get0_data(stamped),
				    (size_t)ASN1_STRING_length(stamped)));
}

/* The authority's chain at the time it says. */
static enum status judge_authority(CMS_ContentInfo *token,
				   struct cms_timestamp *t, struct error *err)
{
	struct certificate carried[CERTIFICATE_CHAIN_MAX];
	size_t dropped = 0, leaf = 0;
	size_t count = cms_certificates(token, carried, CERTIFICATE_CHAIN_MAX,
					&dropped);
	enum status st = STATUS_OK;

	if (!cms_signer_index(token, carried, count, &leaf)) {
		(void)snprintf(t->why, sizeof(t->why),
			       "the authority's certificate did not come "
			       "along");
		goto out;
	}
	st = certificate_chain_build(&carried[leaf], carried, count,
				     &t->time_ns, &t->chain, err);
	if (st)
		goto out;
	t->trusted = t->valid && t->chain.state == CHAIN_APPLE &&
		     carried[leaf].eku_time_stamping;
	if (t->chain.why)
		(void)snprintf(t->why, sizeof(t->why), "%s", t->chain.why);
	else if (!carried[leaf].eku_time_stamping)
		(void)snprintf(t->why, sizeof(t->why),
			       "its certificate may not stamp times");
out:
	for (size_t i = 0; i < count; i++)
		certificate_release(&carried[i]);
	return st;
}

enum status cms_read_timestamp(CMS_SignerInfo *signer, struct cms *out,
			       struct error *err)
{
	struct cms_timestamp *t = &out->timestamp;
	CMS_ContentInfo *token = read_token(signer, t);
	TS_TST_INFO *info = token ? read_info(token) : NULL;
	enum status st = STATUS_OK;

	if (!token)
		goto out;
	if (!info || !cms_time(TS_TST_INFO_get_time(info), &t->time_ns)) {
		(void)snprintf(t->why, sizeof(t->why),
			       "the time stamp says no time that can be read");
	} else {
		bool fits = imprint_fits(info, signer);

		t->valid = fits && cms_attached_holds(token);
		st = judge_authority(token, t, err);
		if (!t->valid)
			(void)snprintf(
				t->why, sizeof(t->why), "%s",
				fits ? "the authority's signature does not hold"
				     : "it was given for another signature");
	}
out:
	TS_TST_INFO_free(info);
	CMS_ContentInfo_free(token);
	ERR_clear_error();
	return st;
}
