#include "plist_guard.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "vec.h"

static enum status too_many(const struct plist_guard *g, size_t offset,
			    struct error *err)
{
	return error_set(err, STATUS_LIMIT, (int64_t)offset,
			 "a property list of more than %zu values and keys",
			 g->limits.nodes);
}

enum status plist_guard_node(struct plist_guard *g, size_t offset,
			     struct error *err)
{
	if (g->nodes + g->key_total >= g->limits.nodes)
		return too_many(g, offset, err);
	g->nodes++;
	return STATUS_OK;
}

enum status plist_guard_text(struct plist_guard *g, size_t offset, size_t len,
			     struct error *err)
{
	if (len > VALUE_STRING_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)offset,
				 "text or data of %zu bytes, at most %d are "
				 "read",
				 len, VALUE_STRING_MAX);
	if (len > g->limits.bytes - g->text_bytes)
		return error_set(err, STATUS_LIMIT, (int64_t)offset,
				 "a property list with more than %zu bytes of "
				 "text and data",
				 g->limits.bytes);
	g->text_bytes += len;
	return STATUS_OK;
}

enum status plist_guard_odd(struct plist_guard *g, const struct plist_odd *odd,
			    size_t offset, struct error *err)
{
	if (!vec_reserve((void **)&g->odds, &g->odd_cap, g->odd_count + 1,
			 sizeof(*g->odds), g->limits.nodes))
		return error_set(err, STATUS_MEMORY, (int64_t)offset,
				 "no memory to read a property list");
	g->odds[g->odd_count] = *odd;
	g->odds[g->odd_count++].node = g->nodes - 1;
	return STATUS_OK;
}

enum status plist_guard_key(struct plist_guard *g, size_t text, size_t offset,
			    struct error *err)
{
	if (g->nodes + g->key_total >= g->limits.nodes)
		return too_many(g, offset, err);
	g->key_total++;
	if (g->decoded.cut ||
	    !vec_reserve((void **)&g->keys, &g->key_cap, g->key_count + 1,
			 sizeof(*g->keys), g->limits.nodes))
		return error_set(err, STATUS_MEMORY, (int64_t)offset,
				 "no memory for a property list's keys");
	g->keys[g->key_count++] = (struct plist_key){
		.text = text,
		.len = g->decoded.len - text,
		.offset = offset,
	};
	return STATUS_OK;
}

/* Equal keys by their place, so that the second is the one reported. */
static int compare_keys(const void *left, const void *right)
{
	const struct plist_key *a = left, *b = right;
	int order = slice_compare(slice_of(a->ptr, a->len),
				  slice_of(b->ptr, b->len));

	return order ? order : (a->text > b->text) - (a->text < b->text);
}

enum status plist_guard_keys_end(struct plist_guard *g, size_t first,
				 struct error *err)
{
	size_t count = g->key_count - first, start;
	struct plist_key *keys;

	if (!count)
		return STATUS_OK;
	keys = g->keys + first;
	start = keys[0].text;
	for (size_t i = 0; i < count; i++)
		keys[i].ptr =
			(const char *)slice_part(text_slice(&g->decoded),
						 keys[i].text, keys[i].len)
				.ptr;
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (slice_equal(slice_of(keys[i - 1].ptr, keys[i - 1].len),
				slice_of(keys[i].ptr, keys[i].len)))
			return error_set(err, STATUS_MALFORMED,
					 (int64_t)keys[i].offset,
					 "a key for the second time in one "
					 "dictionary (first at %zu)",
					 keys[i - 1].offset);
	g->key_count = first;
	g->decoded.len = start;
	return STATUS_OK;
}

void plist_digest_add_length(uint64_t *digest, size_t len)
{
	for (size_t i = 0; i < sizeof(len); i++) {
		*digest ^= (uint8_t)(len >> 8 * i);
		*digest *= 0x100000001b3u;
	}
}

void plist_digest_add(uint64_t *digest, struct slice text)
{
	plist_digest_add_length(digest, text.len);
	for (size_t i = 0; i < text.len; i++) {
		*digest ^= text.ptr[i];
		*digest *= 0x100000001b3u;
	}
}

size_t plist_text_bad(struct slice text)
{
	utf8proc_int32_t code;
	utf8proc_ssize_t n;
	size_t at = 0;

	while (at < text.len) {
		if (text.ptr[at] && text.ptr[at] < 0x80) {
			at++;
			continue;
		}
		n = utf8proc_iterate(text.ptr + at,
				     (utf8proc_ssize_t)(text.len - at), &code);
		if (n <= 0 || !code)
			break;
		at += (size_t)n;
	}
	return at;
}

bool plist_date_fits(int64_t seconds)
{
	return seconds >= 0 && seconds <= INT32_MAX;
}
