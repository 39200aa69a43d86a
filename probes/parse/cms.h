/*
 * The CMS signature of code (RFC 5652, BER or DER) and what it proves: who
 * signed, over which CodeDirectories, when, and which time-stamping authority
 * says so. Verified over the CodeDirectory of slot 0, whatever better one there
 * is (Security's mBaseDir), and at the time of the time stamp, never "now".
 */
#ifndef PROBES_PARSE_CMS_H
#define PROBES_PARSE_CMS_H

#include "../../model/code.h"
#include "certificate.h"

enum {
	CMS_BYTES_MAX = 1 << 20,
	CMS_DIRECTORIES_MAX = 6, /* slot 0 and five alternates */
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
	CMS_UNUSABLE, /* it cannot be parsed or checked: err says why */
};

struct cms {
	enum cms_verdict verdict;
	struct certificate_chain chain; /* the signer's */
	bool chain_trusted;    /* verified up to an anchor of Apple's */
	const char *chain_why; /* why not; static, NULL when trusted */
	bool has_signing_time, has_timestamp, timestamp_valid;
	int64_t signing_time_ns, timestamp_ns;
	struct certificate_chain timestamp_chain;
	bool timestamp_trusted;
	/* Whether attributes 9.1 and 9.2 are there and agree with the
	 * CodeDirectories. */
	bool has_cdhashes, cdhashes_agree, has_digests, digests_agree;
	size_t certificate_count; /* carried, used in the chain or not */
	uint32_t digest_nid;      /* libcrypto's number of the digest */
	struct certificate carried[CERTIFICATE_CHAIN_MAX];
	char why[ERROR_MESSAGE_BYTES]; /* verdict INVALID or UNUSABLE */
};

/* bytes: the content of the BlobWrapper, without its 8-byte header; empty is
 * CMS_ABSENT. directories[0] is slot 0's. Whatever could be read is in *out,
 * also with STATUS_MALFORMED; the caller releases it. */
enum status cms_read(struct slice bytes,
		     const struct cms_directory *directories, size_t count,
		     struct cms *out, struct error *err);
void cms_release(struct cms *c);

#endif
