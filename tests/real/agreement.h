/*
 * What `rcodesign print-signature-info` says of a slice, line by line, against
 * what our parsers say: blobs with their hashes, CodeDirectories, special
 * slots. Its entitlements and certificates are left to tests/cli/inspect.sh.
 */
#ifndef TESTS_REAL_AGREEMENT_H
#define TESTS_REAL_AGREEMENT_H

#include <inttypes.h>
#include <stdio.h>

#include "probes/parse/signature.h"

struct agreement {
	const struct signature *sig;
	/* The blob and the directory of the line before, counted from 1. */
	size_t blob, directory;
	unsigned fields, differ;
};

static inline void agreement_count(struct agreement *a, bool same,
				   struct slice line)
{
	a->fields += same;
	a->differ += !same;
	if (!same)
		printf("differs: %.*s\n", (int)line.len,
		       (const char *)line.ptr);
}

/* The value of a key; quotes around it are taken off. */
static inline bool agreement_key(struct slice line, const char *key,
				 struct slice *rest)
{
	size_t at = slice_find(line, slice_text(key), false);

	for (size_t i = 0; i < at && at < line.len; i++)
		if (line.ptr[i] != ' ' && line.ptr[i] != '-')
			return false;
	if (at == line.len)
		return false;
	*rest = slice_part(line, at + strlen(key), line.len);
	if (rest->len > 1 && rest->ptr[0] == '\'')
		*rest = slice_part(*rest, 1, rest->len - 2);
	return true;
}

static inline bool agreement_number(struct slice s, uint64_t want)
{
	int64_t n;

	return slice_to_int(slice_part(s, 0, slice_find_byte(s, ' ')), &n) &&
	       (uint64_t)n == want;
}

static inline bool agreement_hex(struct slice hex, struct slice bytes)
{
	bool same = hex.len == 2 * bytes.len;

	for (size_t i = 0; same && i < bytes.len; i++) {
		char two[3];

		(void)snprintf(two, sizeof(two), "%02x", bytes.ptr[i]);
		same = !memcmp(hex.ptr + 2 * i, two, 2);
	}
	return same;
}

/* "Name (N): hex" of a special slot; all zero: none. */
static inline bool agreement_special(struct agreement *a, struct slice line)
{
	const struct code_directory *cd =
		&a->sig->directories[a->directory - 1];
	size_t at = slice_find(line, SLICE_LITERAL("): "), false), from = at;
	struct slice want = {NULL, 0}, hex;
	bool same = true;
	int64_t n;

	while (from && line.ptr[from - 1] >= '0' && line.ptr[from - 1] <= '9')
		from--;
	hex = slice_part(line, at + 3, 2 * (size_t)cd->hash_size);
	if (line.len != at + 3 + hex.len + 1 || !from ||
	    line.ptr[from - 1] != '(' || hex.len != 2 * (size_t)cd->hash_size ||
	    !slice_to_int(slice_part(line, from, at - from), &n))
		return false;
	if (code_directory_special(cd, (uint32_t)n, &want))
		same = agreement_hex(hex, want);
	else
		for (size_t i = 0; i < hex.len; i++)
			same = same && hex.ptr[i] == '0';
	agreement_count(a, same, line);
	return true;
}

static inline void agreement_blob(struct agreement *a, struct slice line)
{
	const struct superblob *s = &a->sig->super;
	uint8_t digest[CD_HASH_BYTES_MAX];
	const struct blob *b;
	struct slice rest;
	char magic[9];

	if (agreement_key(line, "slot: ", &rest)) {
		slice_take(&rest, '(');
		agreement_count(
			a,
			a->blob < s->count &&
				agreement_number(slice_take(&rest, ')'),
						 s->blobs[a->blob].slot),
			line);
		a->blob++;
	}
	if (!a->blob || a->blob > s->count)
		return;
	b = &s->blobs[a->blob - 1];
	if (agreement_key(line, "magic: ", &rest)) {
		(void)snprintf(magic, sizeof(magic), "%08" PRIx32, b->magic);
		agreement_count(a, slice_is(rest, magic), line);
	} else if (agreement_key(line, "length: ", &rest)) {
		agreement_count(a, agreement_number(rest, b->length), line);
	} else if (agreement_key(line, "sha1: ", &rest)) {
		(void)cd_hash(CD_HASH_SHA1, b->bytes, digest);
		agreement_count(a, agreement_hex(rest, slice_of(digest, 20)),
				line);
	} else if (agreement_key(line, "sha256: ", &rest)) {
		(void)cd_hash(CD_HASH_SHA256, b->bytes, digest);
		agreement_count(a, agreement_hex(rest, slice_of(digest, 32)),
				line);
	}
}

static inline void agreement_directory(struct agreement *a, struct slice line)
{
	const struct code_directory *cd;
	struct slice rest;
	char text[24];

	if (agreement_key(line, "version: '0x", &rest) &&
	    a->directory < a->sig->directory_count) {
		cd = &a->sig->directories[a->directory++];
		(void)snprintf(text, sizeof(text), "%" PRIx32 "'", cd->version);
		agreement_count(a, slice_is(rest, text), line);
	}
	if (!a->directory)
		return;
	cd = &a->sig->directories[a->directory - 1];
	if (agreement_key(line, "identifier: ", &rest))
		agreement_count(a, slice_equal(rest, cd->identifier), line);
	else if (agreement_key(line, "team_name: ", &rest))
		agreement_count(a, slice_equal(rest, cd->team), line);
	else if (agreement_key(line, "digest_type: ", &rest))
		agreement_count(a, slice_is(rest, cd_hash_text(cd->hash_type)),
				line);
	else if (agreement_key(line, "signed_entity_size: ", &rest))
		agreement_count(a, agreement_number(rest, cd->code_limit),
				line);
	else if (agreement_key(line, "code_digests_count: ", &rest))
		agreement_count(a, agreement_number(rest, cd->page_count),
				line);
	else if (agreement_key(line, "platform: ", &rest))
		agreement_count(a, agreement_number(rest, cd->platform), line);
}

/* One line; what it is about is told by those before it. */
static inline void agreement_line(struct agreement *a, struct slice line)
{
	struct slice rest;

	if (agreement_key(line, "macho_signature_start_offset: ", &rest)) {
		if (!slice_is(rest, "null"))
			agreement_count(
				a,
				agreement_number(
					rest, a->sig->image.signature.offset),
				line);
	} else if (agreement_key(line, "superblob_length: ", &rest)) {
		agreement_count(a,
				agreement_number(rest, a->sig->super.bytes.len),
				line);
	} else if (agreement_key(line, "blob_count: ", &rest)) {
		agreement_count(a, agreement_number(rest, a->sig->super.count),
				line);
	} else if (!a->directory || !agreement_special(a, line)) {
		if (!a->directory)
			agreement_blob(a, line);
		agreement_directory(a, line);
	}
}

/* Takes the text of the next slice off a whole output: up to the next line
 * that begins with "- path: ". */
static inline struct slice agreement_next(struct slice *text)
{
	size_t end = slice_find(*text, SLICE_LITERAL("\n- path: "), false);
	struct slice one = slice_part(*text, 0, end);

	*text = slice_part(*text, end + 1, text->len);
	return one;
}

/* All lines of one slice. What rcodesign does not mention differs too. */
static inline void agreement_slice(struct agreement *a, struct slice text)
{
	while (text.ptr)
		agreement_line(a, slice_take(&text, '\n'));
	agreement_count(a, a->blob == a->sig->super.count,
			SLICE_LITERAL("(the number of blobs)"));
	agreement_count(a, a->directory == a->sig->directory_count,
			SLICE_LITERAL("(the number of CodeDirectories)"));
}

#endif
