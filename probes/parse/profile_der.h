/*
 * The DER copy of a provisioning profile: a SET of SEQUENCE { UTF8String key,
 * value }. Apple documents it nowhere; the shape is that of real profiles.
 */
#ifndef PROBES_PARSE_PROFILE_DER_H
#define PROBES_PARSE_PROFILE_DER_H

#include "../../model/base/value.h"
#include "report.h"

enum { PROFILE_DER_ITEMS_MAX = 4096, PROFILE_DER_DEPTH_MAX = 4 };

/* *out: a DICT, owned by the caller. STATUS_MALFORMED or STATUS_LIMIT with the
 * offset in der. */
enum status profile_der_read(struct slice der, struct value_pool *pool,
			     const struct report *report, struct value *out,
			     struct error *err);

#endif
