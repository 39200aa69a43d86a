/*
 * Entitlements and launch constraints as DER dictionaries (libCoreEntitlements:
 * XNU EXTERNAL_HEADERS/CoreEntitlements):
 *
 *	[APPLICATION 16] { INTEGER 1, [CONTEXT 16] { SEQUENCE { key, value }* }
 *}
 *
 * with values BOOLEAN, INTEGER, UTF8String, OCTET STRING, SEQUENCE (a list)
 * and [CONTEXT 16] (a dictionary).
 */
#ifndef PROBES_PARSE_ENTITLEMENTS_DER_H
#define PROBES_PARSE_ENTITLEMENTS_DER_H

#include "../../model/base/value.h"
#include "report.h"

enum {
	ENTITLEMENTS_BYTES_MAX = 4 << 20,
	ENTITLEMENTS_DEPTH_MAX = 32,
	ENTITLEMENTS_ITEMS_MAX = 65536, /* keys and values of a whole blob */
};

/*
 * der: the content of the blob, without its 8 bytes of header. file_offset: of
 * der in the file. *out: a DICT, owned by the caller. What Apple's own
 * encoder would not have written (TRUE not as ff, unsorted keys, another
 * version, an integer beyond int64) is a finding. A key given twice, or
 * anything that cannot be read, is STATUS_MALFORMED with the offset in the
 * file.
 */
enum status entitlements_der_read(struct slice der, uint64_t file_offset,
				  struct value_pool *pool,
				  const struct report *report,
				  struct value *out, struct error *err);

/*
 * A dictionary alone: what a DER profile carries under "Entitlements". item:
 * the content of a [CONTEXT 16].
 */
enum status entitlements_der_dict(struct slice content, uint64_t file_offset,
				  struct value_pool *pool,
				  const struct report *report,
				  struct value *out, struct error *err);

/*
 * A finding for each key that one has and the other has not, or has with
 * another value. Returns how many there are. Both must be of one pool.
 */
size_t entitlements_compare(struct value xml, struct value der,
			    const struct report *report, uint64_t file_offset);

#endif
