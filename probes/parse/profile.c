#include "profile.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "../../model/base/plist_in.h"
#include "cms.h"
#include "entitlements_der.h"
#include "profile_der.h"

enum { SHA256_BYTES = 32 };

bool profile_is_likely(struct slice bytes)
{
	/* OBJECT IDENTIFIER 1.2.840.113549.1.7.2, signedData (RFC 5652). */
	static const char signed_data[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d"
					  "\x01\x07\x02";

	return bytes.len && bytes.ptr[0] == 0x30 &&
	       slice_find(slice_part(bytes, 0, 32),
			  slice_of(signed_data, sizeof(signed_data) - 1),
			  false) < 32;
}

static bool is_ios_signer(const struct certificate *c)
{
	struct text t;
	bool is;

	text_init(&t, CERTIFICATE_NAME_MAX);
	is = certificate_subject(c, "CN", &t) &&
	     slice_is(text_slice(&t),
		      "Apple iPhone OS Provisioning Profile Signing");
	text_release(&t);
	return is;
}

/* Security SecPolicy.c: profile signers are known by a marker, those of iOS by
 * their name. */
static void judge(struct profile_signature *s)
{
	const struct certificate *leaf = &s->chain.items[0];

	if (!s->holds)
		s->why = "the signature does not hold";
	else if (s->chain.state != CHAIN_APPLE)
		s->why = s->chain.why;
	else if (!certificate_has(leaf, MARKER_PROFILE) &&
		 !certificate_has(leaf, MARKER_PROFILE_DER) &&
		 !is_ios_signer(leaf))
		s->why = "its signer is Apple's, but none of profiles";
	else
		s->trusted = true;
}

static enum status read_signature(struct CMS_ContentInfo_st *cms,
				  struct profile_signature *out,
				  struct error *err)
{
	struct certificate carried[CERTIFICATE_CHAIN_MAX];
	size_t dropped = 0, leaf = 0;
	size_t count =
		cms_certificates(cms, carried, CERTIFICATE_CHAIN_MAX, &dropped);
	enum status st = STATUS_OK;

	*out = (struct profile_signature){.chain.state = CHAIN_INCOMPLETE};
	out->present = true;
	if (cms_signer_index(cms, carried, count, &leaf)) {
		st = certificate_chain_build(&carried[leaf], carried, count,
					     NULL, &out->chain, err);
		out->holds = cms_attached_holds(cms);
		if (!st)
			judge(out);
	} else {
		out->why = "one signer whose certificate came along was "
			   "expected";
	}
	for (size_t i = 0; i < count; i++)
		certificate_release(&carried[i]);
	return st;
}

static void report_signature(const struct profile_signature *s,
			     const char *which, const struct report *report)
{
	if (!s->holds)
		REPORT(report, "profile_signature_invalid", SEVERITY_ERROR, 0,
		       "%s: %s", which, s->why);
	else if (!s->trusted)
		REPORT(report, "profile_untrusted", SEVERITY_WARNING, 0,
		       "%s: %s, so no Mac takes it", which, s->why);
}

/* The DER copy: what cannot be read is a finding, and the outer copy is used
 * alone. */
static enum status read_der(struct profile *p, const struct report *report,
			    struct error *err)
{
	struct value blob = value_get(p->plist, "DER-Encoded-Profile");
	struct CMS_ContentInfo_st *cms = NULL;
	struct slice content;
	struct error local = {0};
	enum status st;

	if (blob.type != VALUE_BYTES)
		return STATUS_OK;
	st = cms_open(value_slice(blob), &cms, &content, &local);
	if (!st)
		st = profile_der_read(content, p->pool, report, &p->der,
				      &local);
	if (!st || cms)
		if (read_signature(cms, &p->der_signature, err))
			st = STATUS_MEMORY;
	cms_content_free(cms);
	if (st == STATUS_MEMORY)
		return error_set(err, st, -1, "no memory for a profile");
	if (st)
		REPORT(report, "profile_der_unreadable", SEVERITY_ERROR,
		       local.offset,
		       "its DER copy, which newer systems read: %s",
		       local.message);
	if (p->der_signature.present)
		report_signature(&p->der_signature, "the DER copy", report);
	return STATUS_OK;
}

/* The certificates it admits: whole in the outer copy. */
static enum status read_signers(struct profile *p, struct error *err)
{
	struct value list = value_get(p->plist, "DeveloperCertificates");
	size_t count = value_count(list);

	if (count > PROFILE_CERTIFICATES_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "a profile with %zu certificates", count);
	p->signers = calloc(count + 1, sizeof(*p->signers));
	if (!p->signers)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for a profile");
	for (size_t i = 0; list.type == VALUE_LIST && i < count; i++) {
		struct slice der = value_slice(value_at(list, i));

		if (value_at(list, i).type == VALUE_BYTES &&
		    EVP_Digest(der.ptr, der.len, p->signers[p->signer_count],
			       NULL, EVP_sha256(), NULL) == 1)
			p->signer_count++;
	}
	return STATUS_OK;
}

/* DeveloperCertificates: whole in one copy, SHA-256 in the other. */
static bool same_signers(const struct profile *p, struct value hashes)
{
	if (hashes.type != VALUE_LIST || value_count(hashes) != p->signer_count)
		return false;
	for (size_t i = 0; i < p->signer_count; i++) {
		struct slice h = value_slice(value_at(hashes, i));
		bool found = false;

		for (size_t k = 0; k < p->signer_count; k++)
			found |= slice_equal(
				h, slice_of(p->signers[k], SHA256_BYTES));
		if (!found)
			return false;
	}
	return true;
}

/* Entitlements whatever the order of their keys: DER sorts them. */
static bool same_value(struct value key, struct value outer, struct value inner)
{
	static const struct report nobody = {0};

	if (slice_is(value_slice(key), "Entitlements"))
		return outer.type == VALUE_DICT && inner.type == VALUE_DICT &&
		       !entitlements_compare(outer, inner, &nobody, 0);
	return value_equal(outer, inner);
}

static void report_difference(const struct report *report, struct value key,
			      const char *how)
{
	struct text t;

	text_init(&t, 256);
	text_add_escaped(&t, value_slice(key));
	REPORT(report, "profile_copies_differ", SEVERITY_ERROR, -1,
	       "\"%s\" %s; newer systems take the DER copy", t.ptr ? t.ptr : "",
	       how);
	text_release(&t);
}

static void compare_copies(const struct profile *p, const struct report *report)
{
	for (size_t i = 0; i < value_count(p->plist); i++) {
		struct value key = value_key(p->plist, i);
		struct value outer = value_at(p->plist, i), inner = value_none;

		if (slice_is(value_slice(key), "DER-Encoded-Profile"))
			continue;
		for (size_t k = 0; k < value_count(p->der); k++)
			if (value_equal(value_key(p->der, k), key))
				inner = value_at(p->der, k);
		if (inner.type == VALUE_NONE)
			report_difference(report, key,
					  "is in its property list alone");
		else if (slice_is(value_slice(key), "DeveloperCertificates")
				 ? !same_signers(p, inner)
				 : !same_value(key, outer, inner))
			report_difference(report, key,
					  "differs between its property list "
					  "and its DER copy");
	}
	for (size_t k = 0; k < value_count(p->der); k++) {
		struct value key = value_key(p->der, k);
		bool found =
			slice_is(value_slice(key), "ProfileDistributionType");

		for (size_t i = 0; i < value_count(p->plist) && !found; i++)
			found = value_equal(value_key(p->plist, i), key);
		if (!found)
			report_difference(report, key,
					  "is in its DER copy alone");
	}
}

static bool is_true(struct value v)
{
	return v.type == VALUE_BOOL && v.as.boolean;
}

static bool lists(struct value list, const char *text)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (slice_is(value_slice(value_at(list, i)), text))
			return true;
	return false;
}

static void decide(struct profile *p, enum profile_kind kind, const char *why)
{
	p->kind = kind;
	p->kind_why = why;
}

/* TN3125 and the profiles that were seen; the systems' copy decides. */
static void find_kind(struct profile *p)
{
	struct value copy = p->der.type == VALUE_DICT ? p->der : p->plist;
	struct slice type =
		value_slice(value_get(p->der, "ProfileDistributionType"));
	bool mac = lists(value_get(copy, "Platform"), "OSX");

	if (slice_is(type, "STORE")) {
		decide(p, PROFILE_APP_STORE, "ProfileDistributionType STORE");
	} else if (slice_is(type, "DIRECT")) {
		decide(p, PROFILE_DEVELOPER_ID,
		       "ProfileDistributionType DIRECT");
	} else if (is_true(value_get(copy, "ProvisionsAllDevices"))) {
		if (mac)
			decide(p, PROFILE_DEVELOPER_ID,
			       "ProvisionsAllDevices, for macOS");
		else
			decide(p, PROFILE_ENTERPRISE,
			       "ProvisionsAllDevices, not for macOS");
	} else if (value_get(copy, "ProvisionedDevices").type == VALUE_LIST) {
		if (mac ||
		    is_true(value_get(p->entitlements, "get-task-allow")))
			decide(p, PROFILE_DEVELOPMENT,
			       mac ? "ProvisionedDevices, for macOS"
				   : "ProvisionedDevices and get-task-allow");
		else
			decide(p, PROFILE_AD_HOC,
			       "ProvisionedDevices without get-task-allow");
	} else if (type.len) {
		decide(p, PROFILE_UNKNOWN,
		       "a ProfileDistributionType that this program does not "
		       "know");
	} else {
		decide(p, PROFILE_APP_STORE,
		       "neither ProvisionedDevices nor ProvisionsAllDevices");
	}
}

static enum status read_parts(struct profile *p, const struct report *report,
			      struct error *err)
{
	enum status st = read_signers(p, err);

	if (!st)
		st = read_der(p, report, err);
	if (st)
		return st;
	if (p->der.type == VALUE_DICT)
		compare_copies(p, report);
	p->entitlements = value_get(
		p->der.type == VALUE_DICT ? p->der : p->plist, "Entitlements");
	if (p->entitlements.type != VALUE_DICT)
		p->entitlements = value_none;
	if (value_count(p->entitlements) > PROFILE_ENTITLEMENTS_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "a profile of %zu entitlements",
				 value_count(p->entitlements));
	find_kind(p);
	return STATUS_OK;
}

/* Where byte `offset` of the content is in the file; -1 where that cannot be
 * told, because BER may cut content into pieces. */
static int64_t place_of(struct slice bytes, struct slice content,
			int64_t offset)
{
	struct slice front = slice_part(bytes, 0, 512);
	size_t at = slice_find(front, slice_part(content, 0, 64), false);

	return at < front.len && offset >= 0 ? (int64_t)at + offset : -1;
}

enum status profile_read(struct value_pool *pool, struct slice bytes,
			 const struct report *report, struct profile *out,
			 struct error *err)
{
	struct profile p = {.pool = pool};
	struct CMS_ContentInfo_st *cms = NULL;
	struct slice content;
	enum status st;

	if (bytes.len > PROFILE_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, 0,
				 "a profile of %zu bytes, at most %d are read",
				 bytes.len, PROFILE_BYTES_MAX);
	st = cms_open(bytes, &cms, &content, err);
	if (st)
		return st;
	if (!content.len)
		st = error_set(err, STATUS_MALFORMED, 0,
			       "CMS without content: no profile");
	if (!st) {
		st = plist_read(pool, content, NULL, &p.plist, err);
		if (st && err)
			err->offset = place_of(bytes, content, err->offset);
	}
	if (!st && p.plist.type != VALUE_DICT)
		st = error_set(err, STATUS_MALFORMED, -1,
			       "a profile is a dictionary");
	if (!st && value_count(p.plist) > PROFILE_KEYS_MAX)
		st = error_set(err, STATUS_LIMIT, -1, "a profile of %zu keys",
			       value_count(p.plist));
	if (!st)
		st = read_signature(cms, &p.signature, err);
	if (!st) {
		report_signature(&p.signature, "the profile", report);
		st = read_parts(&p, report, err);
	}
	cms_content_free(cms);
	if (st)
		profile_release(&p);
	else
		*out = p;
	return st;
}

void profile_release(struct profile *p)
{
	certificate_chain_release(&p->signature.chain);
	certificate_chain_release(&p->der_signature.chain);
	value_release(p->pool, p->plist);
	value_release(p->pool, p->der);
	free(p->signers);
	*p = (struct profile){.pool = p->pool};
}

bool profile_admits(const struct profile *p, const struct certificate *signer)
{
	for (size_t i = 0; i < p->signer_count; i++)
		if (!memcmp(p->signers[i], signer->sha256, SHA256_BYTES))
			return true;
	return false;
}

void profile_check_signer(const struct profile *p,
			  const struct certificate *signer, struct slice team,
			  const struct report *report)
{
	struct value teams = value_get(p->plist, "TeamIdentifier");
	bool same_team = false;

	for (size_t i = 0; i < value_count(teams); i++)
		same_team |= slice_equal(value_slice(value_at(teams, i)), team);
	if (!signer)
		REPORT(report, "profile_for_unsigned_code", SEVERITY_WARNING,
		       -1,
		       "a profile beside code that no certificate signed "
		       "admits nothing");
	else if (!profile_admits(p, signer))
		REPORT(report, "profile_signer_missing", SEVERITY_ERROR, -1,
		       "the profile does not admit the certificate that signed "
		       "the code");
	if (signer && team.len && !same_team)
		REPORT(report, "profile_team_differs", SEVERITY_ERROR, -1,
		       "the profile's team is not the code's");
}
