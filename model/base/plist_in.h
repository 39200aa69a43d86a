/*
 * Property lists of others, XML or binary, to values. The only caller of
 * libplist's readers, behind a guard: libplist 2.2.0 turns a binary list of 199
 * bytes into 919 MB, overflows its stack at 100,000 levels and names no offset
 * in an error. So the bytes are walked first, against the limits below, and
 * what the formats leave open is refused there:
 *
 *	XML	bytes that are not UTF-8, another declared encoding, a DOCTYPE
 *		with declarations, entities but the five of XML and numbers,
 *		attributes but the version, comments or CDATA within numbers,
 *		a key without a value, anything after </plist>
 *	binary	references that leave the table or form a circle, null, uid,
 *		sets, integers beyond 64 bits, text that is not Unicode
 *	both	a key given twice, NUL in text
 *
 * Binary lists of CFBinaryPList.c's "bplist00"; XML of Apple's
 * PropertyList-1.0.dtd. In values, integers beyond int64 are strings of digits;
 * data is BYTES. Reals in XML are read by the C library's LC_NUMERIC, which
 * the program leaves at "C".
 */
#ifndef MODEL_BASE_PLIST_IN_H
#define MODEL_BASE_PLIST_IN_H

#include "value.h"

enum {
	PLIST_DEPTH_MAX = 64,
	PLIST_BYTES_MAX = 16 << 20, /* of the input, and of its text and data
				       once every reference is written out */
	PLIST_NODES_MAX = 250000,   /* values and keys, the same */
};

struct plist_limits {
	size_t bytes, nodes; /* as above */
};

static const struct plist_limits plist_limits_default = {
	.bytes = PLIST_BYTES_MAX,
	.nodes = PLIST_NODES_MAX,
};

/* True for what begins like a property list of either form. */
bool plist_is_likely(struct slice bytes);

/* The caller owns *out. limits may be NULL: the default. err->offset is the
 * byte where it went wrong. STATUS_MALFORMED, STATUS_LIMIT, STATUS_MEMORY. */
enum status plist_read(struct value_pool *pool, struct slice bytes,
		       const struct plist_limits *limits, struct value *out,
		       struct error *err);

#endif
