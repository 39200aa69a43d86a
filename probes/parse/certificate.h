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
	MARKER_PROFILE,                /* 4.11 */
	MARKER_PROFILE_DER,            /* 12.19 */
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

/* The value (what the OCTET STRING holds) of the extension with this object
 * identifier, given as the content bytes of its DER; false where there is
 * none. Borrowed from c. */
bool certificate_extension(const struct certificate *c, struct slice oid,
			   struct slice *value);
/* Whether its certificate policies name this one. */
bool certificate_policy(const struct certificate *c, struct slice oid);

/* {subject_cn, subject_o, subject_ou, issuer, serial, sha256, not_before,
 * not_after, markers, anchor}: what has no value is left out. */
struct value certificate_describe(struct value_pool *pool,
				  const struct certificate *c);

/* "1.2.840.113635.100.6.1.13" and what it says: "Developer ID Application". */
const char *certificate_marker_oid(enum certificate_marker m);
const char *certificate_marker_text(enum certificate_marker m);

/*
 * The chain of certificates above a signer, checked up to one of Apple's roots
 * (which the program carries) at a given time. The clock of this machine is
 * never asked: an old signature stays what it was.
 */
enum chain_state {
	CHAIN_APPLE,      /* ends in a root of Apple's, all links hold */
	CHAIN_OTHER,      /* all links hold, the root is none of Apple's */
	CHAIN_INCOMPLETE, /* an issuer is missing: nothing is proven */
	CHAIN_BROKEN,     /* a link does not hold: expired then, forged, ... */
	CHAIN_STATE_COUNT,
};

/* Leaf first; the root last, when it was found. why: a static sentence where
 * the state is not CHAIN_APPLE. */
struct certificate_chain {
	struct certificate items[CERTIFICATE_CHAIN_MAX];
	size_t count;
	enum chain_state state;
	const char *anchor; /* name of Apple's root; NULL: none of them */
	const char *why;
	bool time_checked; /* validity was checked at the given time */
};

/* leaf: the signer; carried: what came along, some of it the issuers. time_ns
 * may be NULL: the times of validity are not checked. Apple's critical
 * extensions, which libcrypto does not know, are let pass, so the caller checks
 * markers and key usage. STATUS_MEMORY only; the caller releases *out. */
enum status certificate_chain_build(const struct certificate *leaf,
				    const struct certificate *carried,
				    size_t carried_count,
				    const int64_t *time_ns,
				    struct certificate_chain *out,
				    struct error *err);
void certificate_chain_release(struct certificate_chain *c);

/* LIST of the common names, leaf first: what codesign calls Authority. */
struct value certificate_chain_names(struct value_pool *pool,
				     const struct certificate_chain *c);

/* The certificate as slot of a requirement: 0 the leaf, -1 the root; NULL
 * where there is none. */
const struct certificate *certificate_chain_slot(
	const struct certificate_chain *c, int slot);

#endif
