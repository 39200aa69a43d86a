/*
 * The chain of certificates above a signer, checked up to one of Apple's roots
 * (which the program carries) at a given time. The clock of this machine is
 * never asked: an old signature stays what it was.
 */
#ifndef PROBES_PARSE_CERTIFICATE_CHAIN_H
#define PROBES_PARSE_CERTIFICATE_CHAIN_H

#include "certificate.h"

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
