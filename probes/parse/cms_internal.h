/* Private to cms*.c. */
#ifndef PROBES_PARSE_CMS_INTERNAL_H
#define PROBES_PARSE_CMS_INTERNAL_H

#include <openssl/cms.h>

#include "cms.h"

/* Fills signing time, cdhashes and cd_digests from the signed attributes. */
enum status cms_read_attributes(CMS_SignerInfo *signer,
				const struct cms_directory *directories,
				size_t count, struct cms *out,
				struct error *err);

/* Fills out->timestamp from the unsigned attributes. */
enum status cms_read_timestamp(CMS_SignerInfo *signer, struct cms *out,
			       struct error *err);

/* The digest that a CodeDirectory of this hash type is known by; NULL for an
 * unknown type. */
const EVP_MD *cms_digest_of(uint8_t hash_type);

/* An ASN.1 time in nanoseconds since 1970; false when it cannot be read. */
bool cms_time(const ASN1_TIME *t, int64_t *out_ns);

#endif
