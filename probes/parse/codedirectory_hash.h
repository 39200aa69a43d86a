/* Within the parser of CodeDirectories: hashes by libcrypto. */
#ifndef PROBES_PARSE_CODEDIRECTORY_HASH_H
#define PROBES_PARSE_CODEDIRECTORY_HASH_H

#include <openssl/evp.h>

#include "codedirectory.h"

/* Static; NULL for an unknown type. */
const EVP_MD *cd_hash_method(uint8_t hash_type);

/* The whole hash, where a directory stores but its beginning. Returns its
 * bytes; 0 for an unknown type or when libcrypto failed. */
size_t cd_hash_whole(uint8_t hash_type, struct slice data,
		     uint8_t out[CD_HASH_BYTES_MAX]);

#endif
