#include "pagehash.h"

#include <inttypes.h>
#include <stdlib.h>

#include "codedirectory_hash.h"

/* What is read at once: many pages of 4 or 16 KiB, and little memory. */
enum { CHUNK_BYTES = 1 << 18 };

/* One call's own: nothing of it is shared. */
struct check {
	const struct bytes *slice;
	const struct code_directory *cd;
	const struct page_watch *watch;
	struct page_result *out;
	const EVP_MD *method;
	EVP_MD_CTX *context;
	uint8_t *chunk;
};

static uint64_t page_bytes(const struct code_directory *cd)
{
	return cd->page_shift ? (uint64_t)1 << cd->page_shift : cd->code_limit;
}

static void compare(struct check *k, uint32_t page, const uint8_t *digest)
{
	struct slice hash;

	k->out->pages++;
	if (code_directory_page(k->cd, page, &hash) &&
	    !memcmp(hash.ptr, digest, hash.len))
		return;
	k->out->mismatches++;
	if (k->out->kept_count < PAGE_MISMATCHES_KEPT)
		k->out->kept[k->out->kept_count++] = page;
}

static enum status crypto_failed(struct error *err)
{
	return error_set(err, STATUS_MEMORY, -1, "libcrypto cannot hash");
}

static enum status told(struct check *k, size_t bytes, struct error *err)
{
	k->out->bytes += bytes;
	if (!k->watch)
		return STATUS_OK;
	if (k->watch->done)
		k->watch->done(k->watch->context, bytes);
	if (k->watch->cancelled && k->watch->cancelled(k->watch->context))
		return error_set(err, STATUS_CANCELLED, -1, "cancelled");
	return STATUS_OK;
}

/* Pages that lie whole in the chunk that was read, from its first byte. */
static enum status hash_chunk(struct check *k, uint32_t first, size_t len,
			      struct error *err)
{
	size_t step = (size_t)page_bytes(k->cd);
	uint8_t digest[EVP_MAX_MD_SIZE];

	for (size_t at = 0; at < len; at += step, first++) {
		size_t n = len - at < step ? len - at : step;

		if (!EVP_DigestInit_ex(k->context, k->method, NULL) ||
		    !EVP_DigestUpdate(k->context, k->chunk + at, n) ||
		    !EVP_DigestFinal_ex(k->context, digest, NULL))
			return crypto_failed(err);
		compare(k, first, digest);
	}
	return told(k, len, err);
}

/* A page that is larger than a chunk. */
static enum status hash_large(struct check *k, uint32_t page, uint64_t from,
			      uint64_t to, struct error *err)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	enum status status = STATUS_OK;

	if (!EVP_DigestInit_ex(k->context, k->method, NULL))
		return crypto_failed(err);
	while (from < to && status == STATUS_OK) {
		size_t n = to - from < CHUNK_BYTES ? (size_t)(to - from)
						   : CHUNK_BYTES;

		status = k->slice->read(k->slice, from, n, k->chunk, err);
		if (status != STATUS_OK)
			break;
		if (!EVP_DigestUpdate(k->context, k->chunk, n))
			return crypto_failed(err);
		from += n;
		status = told(k, n, err);
	}
	if (status != STATUS_OK)
		return status;
	if (!EVP_DigestFinal_ex(k->context, digest, NULL))
		return crypto_failed(err);
	compare(k, page, digest);
	return STATUS_OK;
}

static enum status hash_pages(struct check *k, uint32_t first, uint32_t count,
			      struct error *err)
{
	uint64_t step = page_bytes(k->cd), limit = k->cd->code_limit;
	uint64_t page = first, end = (uint64_t)first + count;
	enum status status = STATUS_OK;

	while (page < end && status == STATUS_OK) {
		uint64_t from = page * step, to;

		if (step > CHUNK_BYTES) {
			to = limit - from < step ? limit : from + step;
			status = hash_large(k, (uint32_t)page, from, to, err);
			page++;
			continue;
		}
		to = end * step < limit ? end * step : limit;
		if (to - from > CHUNK_BYTES)
			to = from + CHUNK_BYTES;
		status = k->slice->read(k->slice, from, (size_t)(to - from),
					k->chunk, err);
		if (status == STATUS_OK)
			status = hash_chunk(k, (uint32_t)page,
					    (size_t)(to - from), err);
		page += (to - from + step - 1) / step;
	}
	return status;
}

enum status pages_verify(const struct bytes *slice,
			 const struct code_directory *cd, uint32_t first,
			 uint32_t count, const struct page_watch *watch,
			 struct page_result *out, struct error *err)
{
	struct check k = {slice, cd, watch, out, NULL, NULL, NULL};
	enum status status;

	*out = (struct page_result){.pages = 0};
	if (!cd->pages_ok || first > cd->page_count ||
	    count > cd->page_count - first)
		return error_set(err, STATUS_MALFORMED,
				 (int64_t)cd->file_offset,
				 "the CodeDirectory's page hashes cannot be "
				 "used");
	if (cd->scatter_offset)
		return error_set(err, STATUS_UNSUPPORTED,
				 (int64_t)cd->file_offset,
				 "pages that a CodeDirectory scatters are not "
				 "checked");
	if (cd->code_limit > slice->size)
		return error_set(err, STATUS_MALFORMED,
				 (int64_t)cd->file_offset,
				 "the CodeDirectory covers %" PRIu64
				 " bytes, the slice has %" PRIu64,
				 cd->code_limit, slice->size);
	k.method = cd_hash_method(cd->hash_type);
	k.context = EVP_MD_CTX_new();
	k.chunk = malloc(CHUNK_BYTES);
	if (!k.method || !k.context || !k.chunk)
		status = error_set(err, STATUS_MEMORY, -1,
				   "out of memory to check pages");
	else
		status = hash_pages(&k, first, count, err);
	free(k.chunk);
	EVP_MD_CTX_free(k.context);
	return status;
}

void pages_report(const struct code_directory *cd,
		  const struct page_result *result, uint64_t slice_offset,
		  const struct report *report)
{
	for (size_t i = 0; i < result->kept_count; i++) {
		uint64_t at = slice_offset + result->kept[i] * page_bytes(cd);

		REPORT(report, "page_hash_differs", SEVERITY_ERROR, at,
		       "The code at %#" PRIx64 " (page %" PRIu32
		       ") is not what was signed (%s).",
		       at, result->kept[i], cd_hash_text(cd->hash_type));
	}
	if (result->mismatches > result->kept_count)
		REPORT(report, "page_hash_differs", SEVERITY_ERROR, -1,
		       "%" PRIu64 " more pages are not what was signed (%s).",
		       result->mismatches - result->kept_count,
		       cd_hash_text(cd->hash_type));
}

enum special_state special_check(const struct code_directory *cd, uint32_t n,
				 struct slice content)
{
	uint8_t digest[CD_HASH_BYTES_MAX];
	struct slice hash;
	size_t len;

	if (!cd->specials_ok)
		return SPECIAL_UNKNOWN;
	if (!code_directory_special(cd, n, &hash))
		return content.ptr ? SPECIAL_NO_HASH : SPECIAL_NONE;
	if (!content.ptr)
		return SPECIAL_NO_CONTENT;
	len = cd_hash(cd->hash_type, content, digest);
	if (!len)
		return SPECIAL_UNKNOWN;
	return len == hash.len && !memcmp(digest, hash.ptr, len)
		       ? SPECIAL_MATCHES
		       : SPECIAL_DIFFERS;
}

const char *special_state_text(enum special_state state)
{
	static const char *const texts[] = {
		[SPECIAL_NONE] = "none",
		[SPECIAL_MATCHES] = "matches",
		[SPECIAL_DIFFERS] = "differs",
		[SPECIAL_NO_CONTENT] = "no content",
		[SPECIAL_NO_HASH] = "not signed",
		[SPECIAL_UNKNOWN] = "unknown",
	};

	return (unsigned)state <= SPECIAL_UNKNOWN ? texts[state] : "unknown";
}
