/* The hash types of a CodeDirectory (XNU osfmk/kern/cs_blobs.h CS_HASHTYPE_*,
 * bsd/kern/ubc_subr.c hashPriorities). */
#include "codedirectory_hash.h"

struct hash_info {
	const char *text;
	size_t bytes;
	unsigned rank;
	const EVP_MD *(*md)(void);
};

static const struct hash_info hashes[] = {
	[CD_HASH_SHA1] = {"sha1", 20, 1, EVP_sha1},
	[CD_HASH_SHA256] = {"sha256", 32, 3, EVP_sha256},
	[CD_HASH_SHA256_TRUNCATED] = {"sha256 truncated", 20, 2, EVP_sha256},
	[CD_HASH_SHA384] = {"sha384", 48, 4, EVP_sha384},
	[CD_HASH_SHA512] = {"sha512", 64, 0, EVP_sha512},
};

static const struct hash_info *hash_info(uint8_t hash_type)
{
	if (hash_type >= sizeof(hashes) / sizeof(*hashes) ||
	    !hashes[hash_type].text)
		return NULL;
	return &hashes[hash_type];
}

const char *cd_hash_text(uint8_t hash_type)
{
	const struct hash_info *info = hash_info(hash_type);

	return info ? info->text : NULL;
}

size_t cd_hash_bytes(uint8_t hash_type)
{
	const struct hash_info *info = hash_info(hash_type);

	return info ? info->bytes : 0;
}

unsigned cd_hash_rank(uint8_t hash_type)
{
	const struct hash_info *info = hash_info(hash_type);

	return info ? info->rank : 0;
}

const EVP_MD *cd_hash_method(uint8_t hash_type)
{
	const struct hash_info *info = hash_info(hash_type);

	return info ? info->md() : NULL;
}

size_t cd_hash_whole(uint8_t hash_type, struct slice data,
		     uint8_t out[CD_HASH_BYTES_MAX])
{
	const struct hash_info *info = hash_info(hash_type);
	unsigned len = 0;

	if (!info || !EVP_Digest(data.len ? data.ptr : (const uint8_t *)"",
				 data.len, out, &len, info->md(), NULL))
		return 0;
	return len;
}

size_t cd_hash(uint8_t hash_type, struct slice data,
	       uint8_t out[CD_HASH_BYTES_MAX])
{
	if (!cd_hash_whole(hash_type, data, out))
		return 0;
	return cd_hash_bytes(hash_type);
}
