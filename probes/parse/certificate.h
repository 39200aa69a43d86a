/*
 * X.509 certificates as code signing looks at them: names, validity, Apple's
 * marker extensions, and whether one is an anchor of Apple's, which is told by
 * its SHA-256 and nothing else (Security's SecAppleAnchor.c).
 */
#ifndef PROBES_PARSE_CERTIFICATE_H
#define PROBES_PARSE_CERTIFICATE_H

#include "../../model/base/text.h"
#include "../../model/base/value.h"

struct x509_st; /* libcrypto's X509 */

enum {
	CERTIFICATE_BYTES_MAX = 64 << 10,
	CERTIFICATE_CHAIN_MAX = 16,
	CERTIFICATE_MARKERS_MAX = 16,
	CERTIFICATE_NAME_MAX = 1024, /* bytes of one field of a name */
};

/* Apple's marker extensions, all under 1.2.840.113635.100. */
enum certificate_marker {
	MARKER_WWDR,                   /* 6.2.1 */
	MARKER_WWDR_G2,                /* 6.2.15 */
	MARKER_DEVELOPER_ID_CA,        /* 6.2.6 */
	MARKER_SYSTEM_INTEGRATION_CA,  /* 6.2.17 */
	MARKER_MAC_APP_STORE,          /* 6.1.9 */
	MARKER_DISTRIBUTION_IOS,       /* 6.1.4 */
	MARKER_DISTRIBUTION,           /* 6.1.7 */
	MARKER_DEVELOPMENT_IOS,        /* 6.1.2 */
	MARKER_DEVELOPMENT,            /* 6.1.12 */
	MARKER_DEVELOPER_ID_APP,       /* 6.1.13 */
	MARKER_DEVELOPER_ID_KEXT,      /* 6.1.18 */
	MARKER_DEVELOPER_ID_DATE,      /* 6.1.33 */
	MARKER_DEVELOPER_ID_INSTALLER, /* 6.1.14 */
	MARKER_MAC_INSTALLER,          /* 6.1.8 */
	MARKER_MAC_APP_STORE_PACKAGE,  /* 6.1.10 */
	MARKER_TESTFLIGHT,             /* 6.1.25.1 */
	MARKER_TESTFLIGHT_QA,          /* 6.1.25.2 */
	MARKER_PLATFORM,               /* 6.22 */
	MARKER_TICKET,                 /* 6.1.30 */
	MARKER_COUNT,
};

struct certificate {
	struct x509_st *x509; /* one reference */
	uint8_t sha1[20], sha256[32];
	int64_t not_before_ns, not_after_ns;
	const char *anchor; /* "Apple Root CA", ... ; NULL: none of Apple's */
	uint32_t markers;   /* bit 1u << enum certificate_marker */
	bool is_ca, eku_code_signing, eku_time_stamping, has_eku;
	bool self_signed; /* issuer equals subject */
};

/* der: one certificate and nothing after it. The caller releases *out.
 * STATUS_MALFORMED, STATUS_LIMIT. */
enum status certificate_parse(struct slice der, struct certificate *out,
			      struct error *err);
/* Takes a reference of its own. */
enum status certificate_of_x509(struct x509_st *x509, struct certificate *out,
				struct error *err);
void certificate_release(struct certificate *c);

static inline bool certificate_has(const struct certificate *c,
				   enum certificate_marker m)
{
	return (c->markers >> m & 1) != 0;
}

/* A field of the subject as UTF-8: "CN", "O", "OU", "C", "UID"; false where
 * there is none. The first of several. */
bool certificate_subject(const struct certificate *c, const char *field,
			 struct text *out);
/* The whole issuer or subject in one line, RFC 2253. */
bool certificate_issuer_line(const struct certificate *c, struct text *out);

/* What a requirement asks of it: the caller releases the three values of *out
 * with certificate_requirement_release. */
struct requirement_certificate;
void certificate_requirement(struct value_pool *pool,
			     const struct certificate *c,
			     struct requirement_certificate *out);
void certificate_requirement_release(struct value_pool *pool,
				     struct requirement_certificate *r);

/* {subject_cn, subject_o, subject_ou, issuer, serial, sha256, not_before,
 * not_after, markers, anchor}: what has no value is left out. */
struct value certificate_describe(struct value_pool *pool,
				  const struct certificate *c);

/* "1.2.840.113635.100.6.1.13" and what it says: "Developer ID Application". */
const char *certificate_marker_oid(enum certificate_marker m);
const char *certificate_marker_text(enum certificate_marker m);

#endif
