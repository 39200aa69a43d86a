/*
 * A stapled notarization ticket: which cdhashes Apple's notary vouched for,
 * and when. Its layout is in no document: it was inferred from real tickets
 * (all integers little-endian):
 *
 *	"s8ch", u32 1, u32 bytes of certificates, u32 bytes of payload,
 *	certificates (DER), payload, ECDSA signature (DER)
 *	payload: "g8tk", u16 2, u16 20, u32 count, u32 0, u64 seconds since
 *	1970, count times { u8 hash type, 20 bytes of cdhash }
 *
 * The signature is by the first certificate, over SHA-256 of all before it.
 * Revocation cannot be known offline, and no ticket is not "not notarized".
 */
#ifndef PROBES_PARSE_TICKET_H
#define PROBES_PARSE_TICKET_H

#include "../../model/code.h"
#include "certificate.h"

enum {
	TICKET_BYTES_MAX = 4 << 20,
	TICKET_HASHES_MAX = 100000,
	TICKET_CDHASH_BYTES = 20,
};

struct ticket_hash {
	uint8_t type, cdhash[TICKET_CDHASH_BYTES];
};

struct ticket {
	struct certificate_chain chain;
	struct ticket_hash *hashes;
	size_t count;
	int64_t time_ns;
	bool signature_holds; /* by the first certificate */
	bool trusted;         /* and that one is Apple's ticket signer */
	const char *why;      /* why not trusted; static, NULL when it is */
};

/* STATUS_MALFORMED or STATUS_LIMIT with the offset; a ticket that parses and
 * does not verify is STATUS_OK with `why`. The caller releases *out. */
enum status ticket_read(struct slice bytes, struct ticket *out,
			struct error *err);
void ticket_release(struct ticket *t);

bool ticket_covers(const struct ticket *t, struct slice cdhash);

/* The fact notarization_ticket: {verified, time, covers (all, some or none of
 * these cdhashes), covered, cdhashes (how many it lists), authorities,
 * meaning}. cdhashes: of the code's CodeDirectories, 20 bytes each. A finding
 * when it does not verify or does not cover. path is the ticket's. */
struct value ticket_describe(struct value_pool *pool, const struct ticket *t,
			     const struct slice *cdhashes, size_t count,
			     struct slice path, struct findings *findings);

#endif
