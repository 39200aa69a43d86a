/*
 * Hashes of bytes from outside, keyed: whoever chooses names and arguments
 * cannot choose them so that they fall into one bucket and make a table as
 * slow as a list.
 */
#ifndef MODEL_BASE_HASH_H
#define MODEL_BASE_HASH_H

#include "slice.h"

struct hash_key {
	uint64_t low, high;
};

/* A key that differs from run to run; `object` adds its address. Not secret
 * from who may read our memory. */
struct hash_key hash_key_new(const void *object);

/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"). */
uint64_t hash_bytes(const struct hash_key *key, struct slice bytes);

#endif
