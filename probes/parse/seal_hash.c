#include <openssl/evp.h>
#include <stdlib.h>

#include "seal.h"

enum { CHUNK_BYTES = 256 << 10 };

static enum status hash_all(EVP_MD_CTX *context, const struct bytes *content,
			    const struct seal_hash_watch *watch,
			    uint8_t *buffer, struct error *err)
{
	for (uint64_t at = 0; at < content->size;) {
		size_t n = content->size - at < CHUNK_BYTES
				   ? (size_t)(content->size - at)
				   : CHUNK_BYTES;
		enum status status = content->read(content, at, n, buffer, err);

		if (status)
			return status;
		if (EVP_DigestUpdate(context, buffer, n) != 1)
			return error_set(err, STATUS_MEMORY, -1,
					 "hashing failed");
		at += n;
		if (watch && watch->done)
			watch->done(watch->context, n);
		if (watch && watch->cancelled &&
		    watch->cancelled(watch->context))
			return error_set(err, STATUS_CANCELLED, -1,
					 "cancelled");
	}
	return STATUS_OK;
}

enum status seal_verify_content(const struct seal_entry *sealed,
				const struct bytes *content,
				const struct seal_hash_watch *watch,
				enum seal_verdict *out, struct error *err)
{
	struct slice expected =
		sealed->sha256.len ? sealed->sha256 : sealed->sha1;
	const EVP_MD *type = sealed->sha256.len ? EVP_sha256() : EVP_sha1();
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned digest_len = 0;
	EVP_MD_CTX *context;
	uint8_t *buffer;
	enum status status;

	if (!expected.len) {
		*out = SEAL_NO_HASH;
		return STATUS_OK;
	}
	context = EVP_MD_CTX_new();
	buffer = malloc(CHUNK_BYTES);
	if (!context || !buffer || EVP_DigestInit_ex(context, type, NULL) != 1)
		status = error_set(err, STATUS_MEMORY, -1,
				   "no memory for hashing");
	else
		status = hash_all(context, content, watch, buffer, err);
	if (!status && EVP_DigestFinal_ex(context, digest, &digest_len) != 1)
		status = error_set(err, STATUS_MEMORY, -1, "hashing failed");
	if (!status)
		*out = slice_equal(slice_of(digest, digest_len), expected)
			       ? SEAL_MATCHES
			       : SEAL_DIFFERS;
	free(buffer);
	EVP_MD_CTX_free(context);
	return status;
}
