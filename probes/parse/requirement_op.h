/*
 * The compiled form of a requirement: prefix code of big-endian 32-bit words
 * (Security requirement.h). Shared by what reads, writes and runs it.
 */
#ifndef PROBES_PARSE_REQUIREMENT_OP_H
#define PROBES_PARSE_REQUIREMENT_OP_H

#include "../../model/base/cursor.h"
#include "requirement.h"

enum requirement_op {
	OP_FALSE = 0,
	OP_TRUE = 1,
	OP_IDENTIFIER = 2,
	OP_ANCHOR_APPLE = 3,
	OP_ANCHOR_HASH = 4,
	OP_INFO_VALUE = 5, /* legacy: key and string */
	OP_AND = 6,
	OP_OR = 7,
	OP_CDHASH = 8,
	OP_NOT = 9,
	OP_INFO_FIELD = 10,
	OP_CERTIFICATE_FIELD = 11,
	OP_CERTIFICATE_TRUSTED = 12,
	OP_ANCHOR_TRUSTED = 13,
	OP_CERTIFICATE_OID = 14,
	OP_ANCHOR_APPLE_GENERIC = 15,
	OP_ENTITLEMENT = 16,
	OP_CERTIFICATE_POLICY = 17,
	OP_ANCHOR_NAMED = 18,
	OP_CODE_NAMED = 19,
	OP_PLATFORM = 20,
	OP_NOTARIZED = 21,
	OP_CERTIFICATE_DATE = 22,
	OP_LEGACY = 23,
	OP_COUNT,
};

#define OP_GENERIC_FALSE 0x80000000u /* has a size; unknown: false */
#define OP_GENERIC_SKIP  0x40000000u /* has a size; unknown: what follows */
#define OP_NUMBER        0x00ffffffu

enum match_op {
	MATCH_EXISTS = 0,
	MATCH_EQUAL = 1,
	MATCH_CONTAINS = 2,
	MATCH_BEGINS = 3,
	MATCH_ENDS = 4,
	MATCH_LESS = 5,
	MATCH_GREATER = 6,
	MATCH_LESS_EQUAL = 7,
	MATCH_GREATER_EQUAL = 8,
	MATCH_ON = 9,
	MATCH_BEFORE = 10,
	MATCH_AFTER = 11,
	MATCH_ON_OR_BEFORE = 12,
	MATCH_ON_OR_AFTER = 13,
	MATCH_ABSENT = 14,
	MATCH_COUNT,
};

enum {
	REQUIREMENT_HEADER_BYTES = 12, /* magic, length, kind */
	CERTIFICATE_SHA1_BYTES = 20,
	REQUIREMENT_KIND_EXPRESSION = 1,
	REQUIREMENT_KIND_LIGHTWEIGHT = 2,
	CERTIFICATE_LEAF = 0,
	CERTIFICATE_ROOT = -1,
};

/* Times of matches count seconds from 2001-01-01, 00:00 UTC. */
#define REQUIREMENT_EPOCH_NS (978307200 * (int64_t)1000000000)

/* A match: its kind, and what is compared with: a string or a time. */
struct requirement_match {
	enum match_op op;
	struct slice string;
	int64_t time_ns;
};

/*
 * Reads the prefix code; the first thing that does not fit sets err and
 * `status`, and all later reads do nothing. offset: of the blob in the file.
 */
struct requirement_reader {
	struct cursor c; /* of the whole blob */
	uint64_t offset;
	enum status status;
	struct error *err;
	unsigned ops;
};

/* Checks header, length and kind; *r then stands at the expression. */
enum status requirement_open(struct slice blob, uint64_t offset,
			     struct requirement_reader *r, struct error *err);
/* Marks the reader as failed here. */
void requirement_fail(struct requirement_reader *r, enum status status,
		      const char *why);
/* The next operation with its flags; counts it and checks depth. */
uint32_t requirement_read_op(struct requirement_reader *r, unsigned depth);
uint32_t requirement_read_word(struct requirement_reader *r);
struct slice requirement_read_data(struct requirement_reader *r);
struct requirement_match requirement_read_match(struct requirement_reader *r);
/* For an operation that is not known: skips what its size says. False: it has
 * no size, and the reader failed. */
bool requirement_skip_unknown(struct requirement_reader *r, uint32_t op);
/* After the expression: nothing may follow. */
enum status requirement_close(struct requirement_reader *r);

/* Words of the language, which as strings need quotes. */
bool requirement_is_keyword(struct slice word);

#endif
