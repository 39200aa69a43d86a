/*
 * Bytes that belong to someone else. Whoever returns a slice says what keeps
 * the bytes alive. A slice is not NUL-terminated and may hold NULs.
 */
#ifndef MODEL_BASE_SLICE_H
#define MODEL_BASE_SLICE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const uint8_t *ptr;
	size_t len;
};

#define SLICE_LITERAL(text)                                                    \
	((struct slice){(const uint8_t *)("" text), sizeof(text) - 1})

static inline struct slice slice_of(const void *ptr, size_t len)
{
	return (struct slice){ptr, len};
}

/* An ASCII letter as its small one, any other byte as it is. */
static inline uint8_t byte_fold(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

/* What a hexadecimal digit of either case counts, -1 for another byte. */
static inline int byte_hex(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte = byte_fold(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* text may be NULL: the empty slice. */
static inline struct slice slice_text(const char *text)
{
	return (struct slice){(const uint8_t *)text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_text(text));
}

static inline bool slice_starts(struct slice a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && (!n || !memcmp(a.ptr, prefix, n));
}

/* The part from `from`, at most `len` bytes; both are clamped to what is
 * there. */
static inline struct slice slice_part(struct slice a, size_t from, size_t len)
{
	if (from > a.len)
		from = a.len;
	if (len > a.len - from)
		len = a.len - from;
	return (struct slice){a.ptr ? a.ptr + from : a.ptr, len};
}

/* The index of the first `byte`, or a.len where there is none. */
static inline size_t slice_find_byte(struct slice a, uint8_t byte)
{
	const uint8_t *hit = a.len ? memchr(a.ptr, byte, a.len) : NULL;

	return hit ? (size_t)(hit - a.ptr) : a.len;
}

/* The bytes after the last '/', all of them where there is none. */
struct slice slice_base_name(struct slice path);

/* The bytes before the last '/', "/" for a file in the root, empty where
 * there is no '/'. */
struct slice slice_dir_name(struct slice path);

/* The index of the first occurrence of needle, or a.len. An empty needle is
 * found at 0. fold_case: ASCII letters match whatever their case. */
size_t slice_find(struct slice a, struct slice needle, bool fold_case);

/* <0, 0 or >0 as a sorts before, with or after b, byte by byte. */
int slice_compare(struct slice a, struct slice b);

/* Decimal digits only, no sign, no blank, at least one digit, at most
 * INT64_MAX; false leaves *out as it was. */
bool slice_to_int(struct slice digits, int64_t *out);

/* Takes the bytes up to `separator` off the front of *rest and returns them;
 * the separator is dropped. At the end of *rest the remaining bytes are
 * returned and *rest becomes {NULL, 0}. */
struct slice slice_take(struct slice *rest, uint8_t separator);

#endif
