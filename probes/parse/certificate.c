#include "certificate.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "apple_roots.h"

struct marker {
	const char *oid, *text;
};

/* Security SecPolicy.c, policydb.cpp, LWCRHelper.mm; Apple's certification
 * practice statements for the names. */
static const struct marker markers[] = {
	[MARKER_WWDR] = {"1.2.840.113635.100.6.2.1",
			 "Worldwide Developer Relations"},
	[MARKER_WWDR_G2] = {"1.2.840.113635.100.6.2.15",
			    "Worldwide Developer Relations G2"},
	[MARKER_DEVELOPER_ID_CA] = {"1.2.840.113635.100.6.2.6",
				    "Developer ID Certification Authority"},
	[MARKER_SYSTEM_INTEGRATION_CA] = {"1.2.840.113635.100.6.2.17",
					  "System Integration"},
	[MARKER_MAC_APP_STORE] = {"1.2.840.113635.100.6.1.9",
				  "Mac App Store application"},
	[MARKER_DISTRIBUTION_IOS] = {"1.2.840.113635.100.6.1.4",
				     "iOS distribution"},
	[MARKER_DISTRIBUTION] = {"1.2.840.113635.100.6.1.7",
				 "Mac App Store submission"},
	[MARKER_DEVELOPMENT_IOS] = {"1.2.840.113635.100.6.1.2",
				    "iOS development"},
	[MARKER_DEVELOPMENT] = {"1.2.840.113635.100.6.1.12", "Mac development"},
	[MARKER_DEVELOPER_ID_APP] = {"1.2.840.113635.100.6.1.13",
				     "Developer ID Application"},
	[MARKER_DEVELOPER_ID_KEXT] = {"1.2.840.113635.100.6.1.18",
				      "Developer ID kernel extension"},
	[MARKER_DEVELOPER_ID_DATE] = {"1.2.840.113635.100.6.1.33",
				      "Developer ID date"},
	[MARKER_DEVELOPER_ID_INSTALLER] = {"1.2.840.113635.100.6.1.14",
					   "Developer ID Installer"},
	[MARKER_MAC_INSTALLER] = {"1.2.840.113635.100.6.1.8",
				  "Mac App Store installer submission"},
	[MARKER_MAC_APP_STORE_PACKAGE] = {"1.2.840.113635.100.6.1.10",
					  "Mac App Store package"},
	[MARKER_TESTFLIGHT] = {"1.2.840.113635.100.6.1.25.1", "TestFlight"},
	[MARKER_TESTFLIGHT_QA] = {"1.2.840.113635.100.6.1.25.2",
				  "TestFlight, internal"},
	[MARKER_PLATFORM] = {"1.2.840.113635.100.6.22", "Apple platform code"},
	[MARKER_TICKET] = {"1.2.840.113635.100.6.1.30",
			   "Software ticket signing"},
	[MARKER_PROFILE] = {"1.2.840.113635.100.4.11",
			    "macOS provisioning profile signing"},
	[MARKER_PROFILE_DER] = {"1.2.840.113635.100.12.19",
				"Provisioning profile signing"},
};

_Static_assert(sizeof(markers) / sizeof(*markers) == MARKER_COUNT,
	       "every marker has an object identifier");
_Static_assert(MARKER_COUNT <= 32, "markers are bits of 32");

const char *certificate_marker_oid(enum certificate_marker m)
{
	return markers[m].oid;
}

const char *certificate_marker_text(enum certificate_marker m)
{
	return markers[m].text;
}

static uint32_t find_markers(const X509 *x509)
{
	uint32_t found = 0;
	char oid[80];

	for (int i = 0; i < X509_get_ext_count(x509); i++) {
		X509_EXTENSION *e = X509_get_ext(x509, i);

		if (OBJ_obj2txt(oid, sizeof(oid), X509_EXTENSION_get_object(e),
				1) <= 0)
			continue;
		for (size_t m = 0; m < MARKER_COUNT; m++)
			if (!strcmp(oid, markers[m].oid))
				found |= 1u << m;
	}
	return found;
}

static bool time_of(const ASN1_TIME *t, int64_t *out_ns)
{
	int days = 0, seconds = 0;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	bool ok = epoch && t && ASN1_TIME_diff(&days, &seconds, epoch, t) == 1;

	ASN1_TIME_free(epoch);
	/* 106,000 days are 290 years: int64 holds no more in nanoseconds. */
	if (!ok || days > 106000 || days < -106000)
		return false;
	*out_ns = ((int64_t)days * 86400 + seconds) * 1000000000;
	return true;
}

static const char *apple_name(const uint8_t sha256[32])
{
	for (size_t i = 0; i < APPLE_ROOT_COUNT; i++)
		if (!memcmp(apple_roots[i].sha256, sha256, 32))
			return apple_roots[i].name;
	return NULL;
}

enum status certificate_of_x509(struct x509_st *x509, struct certificate *out,
				struct error *err)
{
	struct certificate c = {0};
	uint32_t flags, usage;
	enum status st = STATUS_OK;

	if (X509_digest(x509, EVP_sha1(), c.sha1, NULL) != 1 ||
	    X509_digest(x509, EVP_sha256(), c.sha256, NULL) != 1) {
		st = error_set(err, STATUS_MEMORY, -1,
			       "a certificate could not be hashed");
	} else if (!time_of(X509_get0_notBefore(x509), &c.not_before_ns) ||
		   !time_of(X509_get0_notAfter(x509), &c.not_after_ns)) {
		st = error_set(err, STATUS_MALFORMED, -1,
			       "a certificate with times of validity that "
			       "cannot be read");
	} else {
		flags = X509_get_extension_flags(x509);
		usage = X509_get_extended_key_usage(x509);
		c.has_eku = (flags & EXFLAG_XKUSAGE) != 0;
		c.eku_code_signing = c.has_eku && (usage & XKU_CODE_SIGN);
		c.eku_time_stamping = c.has_eku && (usage & XKU_TIMESTAMP);
		c.is_ca = (flags & EXFLAG_BCONS) && (flags & EXFLAG_CA);
		c.self_signed = (flags & EXFLAG_SI) != 0;
		c.markers = find_markers(x509);
		c.anchor = apple_name(c.sha256);
		X509_up_ref(x509);
		c.x509 = x509;
		*out = c;
	}
	ERR_clear_error();
	return st;
}

enum status certificate_parse(struct slice der, struct certificate *out,
			      struct error *err)
{
	const unsigned char *at = der.ptr;
	enum status st;
	X509 *x509;

	if (der.len > CERTIFICATE_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, 0,
				 "a certificate of %zu bytes, at most %d are "
				 "read",
				 der.len, CERTIFICATE_BYTES_MAX);
	x509 = der.len ? d2i_X509(NULL, &at, (long)der.len) : NULL;
	ERR_clear_error();
	if (!x509)
		return error_set(err, STATUS_MALFORMED, 0,
				 "a certificate in DER was expected");
	if (at != der.ptr + der.len)
		st = error_set(err, STATUS_MALFORMED, at - der.ptr,
			       "%zu bytes after a certificate",
			       (size_t)(der.ptr + der.len - at));
	else
		st = certificate_of_x509(x509, out, err);
	X509_free(x509);
	return st;
}

void certificate_release(struct certificate *c)
{
	X509_free(c->x509);
	*c = (struct certificate){0};
}

static int field_nid(const char *field)
{
	static const struct {
		const char *name;
		int nid;
	} fields[] = {
		{"CN", NID_commonName},
		{"O", NID_organizationName},
		{"OU", NID_organizationalUnitName},
		{"C", NID_countryName},
		{"L", NID_localityName},
		{"ST", NID_stateOrProvinceName},
		{"STREET", NID_streetAddress},
		{"UID", NID_userId},
		{"DC", NID_domainComponent},
		{"D", NID_description},
		{"email", NID_pkcs9_emailAddress},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(field, fields[i].name))
			return fields[i].nid;
	return NID_undef;
}

bool certificate_subject(const struct certificate *c, const char *field,
			 struct text *out)
{
	const X509_NAME *name = X509_get_subject_name(c->x509);
	int at = X509_NAME_get_index_by_NID(name, field_nid(field), -1);
	unsigned char *utf8 = NULL;
	int len;

	if (at < 0)
		return false;
	len = ASN1_STRING_to_UTF8(
		&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	ERR_clear_error();
	if (len < 0)
		return false;
	text_add(out, slice_of(utf8, (size_t)len));
	OPENSSL_free(utf8);
	return true;
}

bool certificate_issuer_line(const struct certificate *c, struct text *out)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *line = NULL;
	long len;

	if (!memory)
		return false;
	X509_NAME_print_ex(memory, X509_get_issuer_name(c->x509), 0,
			   XN_FLAG_RFC2253 &
				   ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(memory, &line);
	if (len > 0)
		text_add(out, slice_of(line, (size_t)len));
	BIO_free(memory);
	ERR_clear_error();
	return len > 0;
}

static bool same_oid(const ASN1_OBJECT *object, struct slice oid)
{
	return slice_equal(slice_of(OBJ_get0_data(object), OBJ_length(object)),
			   oid);
}

bool certificate_extension(const struct certificate *c, struct slice oid,
			   struct slice *value)
{
	for (int i = 0; i < X509_get_ext_count(c->x509); i++) {
		X509_EXTENSION *e = X509_get_ext(c->x509, i);
		const ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(e);

		if (!same_oid(X509_EXTENSION_get_object(e), oid))
			continue;
		*value = slice_of(ASN1_STRING_get0_data(octets),
				  (size_t)ASN1_STRING_length(octets));
		return true;
	}
	return false;
}

bool certificate_policy(const struct certificate *c, struct slice oid)
{
	CERTIFICATEPOLICIES *policies =
		X509_get_ext_d2i(c->x509, NID_certificate_policies, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_POLICYINFO_num(policies); i++)
		found |= same_oid(sk_POLICYINFO_value(policies, i)->policyid,
				  oid);
	CERTIFICATEPOLICIES_free(policies);
	ERR_clear_error();
	return found;
}
