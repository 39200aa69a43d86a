/*
 * A stapled notarization ticket: which cdhashes Apple's notary vouched for,
 * and when. Its layout is in no document: it was inferred from real tickets
 * (all integers little-endian):
 *
 *	"s8ch", u32 1, u32 bytes of certificates, u32 bytes of payload,
 *	certificates (a DER SEQUENCE of them), payload, ECDSA signature (DER)
 *	payload: "g8tk", u16 2, u16 20, u32 count, u32 0, u64 seconds since
 *	1970, count times { u8 hash type, 20 bytes of cdhash }
 *
 * The signature is by the first certificate, over SHA-256 of all before it.
 * Revocation cannot be known offline, and no ticket is not "not notarized".
 */
#ifndef PROBES_PARSE_TICKET_H
#define PROBES_PARSE_TICKET_H

#include "certificate.h"
#include "report.h"

enum {
	TICKET_BYTES_MAX = 4 << 20,
	TICKET_HASHES_MAX = 100000,
	TICKET_CDHASH_BYTES = 20,
};

/* entries: of 21 bytes each, borrowed from the bytes that were read. */
struct ticket {
	struct certificate_chain chain; /* at the ticket's own time */
	struct slice entries;
	size_t count;
	int64_t time_ns;
	bool signature_holds; /* by the first certificate */
	bool trusted;         /* and that one is Apple's ticket signer */
	const char *why;      /* why not trusted; static, NULL when it is */
};

/* True for what begins like a ticket. */
bool ticket_is_likely(struct slice bytes);

/* bytes must outlive *out. STATUS_MALFORMED or STATUS_LIMIT with the offset; a
 * ticket that parses and does not verify is STATUS_OK with `why`. The caller
 * releases *out. */
enum status ticket_read(struct slice bytes, struct ticket *out,
			struct error *err);
void ticket_release(struct ticket *t);

/* cdhash: 20 bytes. */
bool ticket_covers(const struct ticket *t, struct slice cdhash);

/*
 * The fact notarization_ticket, owned by the caller: {verified, why, time,
 * covers: "all" | "some" | "none" of these cdhashes, covered: LIST of those in
 * hexadecimal, lists (how many cdhashes the ticket has), authorities, meaning:
 * a sentence}. cdhashes: those of the code's CodeDirectories. Findings when it
 * does not verify or does not cover; report->path is the ticket's.
 */
struct value ticket_describe(struct value_pool *pool, const struct ticket *t,
			     const struct slice *cdhashes, size_t count,
			     const struct report *report);

#endif
