/* Between ere.c, which matches, and ere_compile.c, which compiles. */
#ifndef PROBES_PARSE_ERE_INTERNAL_H
#define PROBES_PARSE_ERE_INTERNAL_H

#include "ere.h"

enum { ERE_WORDS = ERE_POSITIONS_MAX / 64 };

/* A set of positions. */
struct ere_set {
	uint64_t words[ERE_WORDS];
};

/* What a position takes: a byte of a set, or the virtual symbols before the
 * first byte and after the last, which ^ and $ take. */
enum ere_symbol { ERE_BYTE, ERE_START, ERE_END };

struct ere_position {
	enum ere_symbol symbol;
	uint64_t bytes[4]; /* one bit a byte */
	struct ere_set follow;
};

struct ere {
	struct ere_position positions[ERE_POSITIONS_MAX];
	size_t count;
	struct ere_set first, last;
	bool empty; /* it matches the empty text */
	/* How often the virtual symbols are given: "^^" takes two. */
	size_t starts, ends;
};

static inline void ere_set_add(struct ere_set *s, size_t i)
{
	s->words[i / 64] |= UINT64_C(1) << i % 64;
}

static inline void ere_set_join(struct ere_set *s, const struct ere_set *other)
{
	for (size_t i = 0; i < ERE_WORDS; i++)
		s->words[i] |= other->words[i];
}

static inline bool ere_position_takes(const struct ere_position *p,
				      enum ere_symbol symbol, uint8_t byte)
{
	if (p->symbol != symbol)
		return false;
	return symbol != ERE_BYTE || (p->bytes[byte / 64] >> byte % 64 & 1);
}

#endif
