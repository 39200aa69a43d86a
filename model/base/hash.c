#include "hash.h"

#include <time.h>

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

/* n bytes, at most 8, the first the lowest. */
static uint64_t load(const uint8_t *bytes, size_t n)
{
	uint64_t word = 0;

	for (size_t i = n; i > 0; i--)
		word = word << 8 | bytes[i - 1];
	return word;
}

uint64_t hash_bytes(const struct hash_key *key, struct slice bytes)
{
	struct sip s = {
		key->low ^ UINT64_C(0x736f6d6570736575),
		key->high ^ UINT64_C(0x646f72616e646f6d),
		key->low ^ UINT64_C(0x6c7967656e657261),
		key->high ^ UINT64_C(0x7465646279746573),
	};
	size_t whole = bytes.len & ~(size_t)7;
	uint64_t word;

	for (size_t i = 0; i < whole; i += 8) {
		word = load(bytes.ptr + i, 8);
		s.v3 ^= word;
		sip_round(&s);
		s.v0 ^= word;
	}
	word = (uint64_t)bytes.len << 56;
	if (whole < bytes.len)
		word |= load(bytes.ptr + whole, bytes.len - whole);
	s.v3 ^= word;
	sip_round(&s);
	s.v0 ^= word;
	s.v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* Where the kernel put the heap, the stack and the program, and the time to
 * the nanosecond: model/ asks no system for random bytes. */
struct hash_key hash_key_new(const void *object)
{
	struct timespec now = {0, 0};
	struct hash_key key;

	timespec_get(&now, TIME_UTC);
	key.low = (uint64_t)(uintptr_t)object;
	key.high = (uint64_t)(uintptr_t)&now;
	key.low = hash_bytes(&key, slice_of(&now, sizeof(now)));
	key.high = hash_bytes(&key, slice_of(&object, sizeof(object))) ^
		   (uint64_t)(uintptr_t)&hash_key_new;
	return key;
}
