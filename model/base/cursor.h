/*
 * Reads a slice from front to back without ever leaving it. The first read
 * that does not fit sets `failed` and returns zero; so do all later ones, and
 * a parser may check once after a group of reads. `pos` then is where the
 * failed read began: the offset for the error message.
 */
#ifndef MODEL_BASE_CURSOR_H
#define MODEL_BASE_CURSOR_H

#include "slice.h"

struct cursor {
	struct slice bytes;
	size_t pos;
	bool failed;
};

static inline struct cursor cursor_of(struct slice bytes)
{
	return (struct cursor){bytes, 0, false};
}

static inline size_t cursor_left(const struct cursor *c)
{
	return c->bytes.len - c->pos;
}

/* The next n bytes, borrowed from the cursor's slice. */
static inline struct slice cursor_take(struct cursor *c, size_t n)
{
	struct slice part = {NULL, 0};

	if (c->failed || cursor_left(c) < n) {
		c->failed = true;
		return part;
	}
	part = slice_of(c->bytes.ptr + c->pos, n);
	c->pos += n;
	return part;
}

/* Moves to an absolute position, which may be the end. */
static inline bool cursor_seek(struct cursor *c, size_t pos)
{
	if (c->failed || pos > c->bytes.len) {
		c->failed = true;
		return false;
	}
	c->pos = pos;
	return true;
}

/* Unsigned integers of n bytes (1 to 8), big- or little-endian. */
static inline uint64_t cursor_be(struct cursor *c, size_t n)
{
	struct slice s = cursor_take(c, n);
	uint64_t v = 0;

	for (size_t i = 0; i < s.len; i++)
		v = v << 8 | s.ptr[i];
	return v;
}

static inline uint64_t cursor_le(struct cursor *c, size_t n)
{
	struct slice s = cursor_take(c, n);
	uint64_t v = 0;

	for (size_t i = s.len; i > 0; i--)
		v = v << 8 | s.ptr[i - 1];
	return v;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_be(c, 1);
}

static inline uint32_t cursor_be32(struct cursor *c)
{
	return (uint32_t)cursor_be(c, 4);
}

static inline uint32_t cursor_le32(struct cursor *c)
{
	return (uint32_t)cursor_le(c, 4);
}

#endif
