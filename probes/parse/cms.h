/*
 * The CMS signature of code (RFC 5652, BER or DER) and what it proves: who
 * signed, over which CodeDirectories, when, and which time-stamping authority
 * (RFC 3161) says so. Verified over the CodeDirectory of slot 0, whatever
 * better one there is (Security's mBaseDir), and at the time of the time
 * stamp, never at this machine's.
 */
#ifndef PROBES_PARSE_CMS_H
#define PROBES_PARSE_CMS_H

#include "certificate.h"

struct CMS_ContentInfo_st; /* libcrypto's CMS_ContentInfo */

enum {
	CMS_BYTES_MAX = 4 << 20,
	CMS_DIRECTORIES_MAX = 6, /* slot 0 and five alternates */
	CMS_WHY_BYTES = 160,
};

/* One CodeDirectory as the signature has it. */
struct cms_directory {
	struct slice blob; /* with its header: what is hashed and signed */
	uint8_t hash_type; /* 1 SHA-1, 2 and 3 SHA-256, 4 SHA-384, 5 SHA-512 */
};

enum cms_verdict {
	CMS_ABSENT,   /* no CMS, or an empty one */
	CMS_VALID,    /* the signature holds over slot 0's CodeDirectory */
	CMS_INVALID,  /* it does not */
	CMS_UNUSABLE, /* it cannot be read as a signature of code */
};

/* Apple's attributes that list all CodeDirectories. */
enum cms_listing {
	CMS_LISTING_ABSENT,
	CMS_LISTING_AGREES,
	CMS_LISTING_DIFFERS,
};

struct cms_timestamp {
	bool present;
	bool valid; /* a signature over this CMS's signature value, that holds
		     */
	int64_t time_ns;
	struct certificate_chain chain; /* the authority's, at that time */
	/* The authority is below a root of Apple's and may stamp times: only
	 * then its time decides about the signer's certificates. */
	bool trusted;
	char why[CMS_WHY_BYTES]; /* not valid, or not trusted */
};

struct cms {
	enum cms_verdict verdict;
	char why[CMS_WHY_BYTES];        /* of INVALID or UNUSABLE */
	size_t trailing;                /* bytes after the CMS */
	struct certificate_chain chain; /* the signer's, leaf first */
	struct certificate carried[CERTIFICATE_CHAIN_MAX];
	size_t carried_count, carried_dropped;
	const char *digest; /* "SHA256": what was signed was hashed by */
	bool has_signing_time;
	int64_t signing_time_ns;     /* the signer's own word */
	enum cms_listing cdhashes;   /* 1.2.840.113635.100.9.1 */
	enum cms_listing cd_digests; /* 1.2.840.113635.100.9.2 */
	struct cms_timestamp timestamp;
};

/*
 * bytes: the content of the BlobWrapper, without its 8-byte header; empty is
 * CMS_ABSENT. directories[0] is slot 0's; count may be 0: then nothing can be
 * verified. What is wrong with the bytes is in *out; an error is STATUS_MEMORY
 * alone. The caller releases *out.
 */
enum status cms_read(struct slice bytes,
		     const struct cms_directory *directories, size_t count,
		     struct cms *out, struct error *err);
void cms_release(struct cms *c);

/*
 * For other signed data (profiles): parses all of bytes but zero padding, and
 * gives what is attached, borrowed from *cms, which the caller frees with
 * cms_content_free. STATUS_MALFORMED with the offset.
 */
enum status cms_open(struct slice bytes, struct CMS_ContentInfo_st **cms,
		     struct slice *content, struct error *err);
void cms_content_free(struct CMS_ContentInfo_st *cms);

/* The certificates it carries, at most max; returns how many were written and
 * adds to *dropped. The caller releases each. */
size_t cms_certificates(struct CMS_ContentInfo_st *cms, struct certificate *out,
			size_t max, size_t *dropped);

/* The index in carried of the only signer's certificate; false when there is
 * not exactly one signer, or its certificate is missing. */
bool cms_signer_index(struct CMS_ContentInfo_st *cms,
		      const struct certificate *carried, size_t count,
		      size_t *index);

/* Whether the signature of its only signer holds over what is attached.
 * Certificates are not judged. */
bool cms_attached_holds(struct CMS_ContentInfo_st *cms);

#endif
