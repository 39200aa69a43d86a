/*
 * DER (X.690) as far as entitlements and profiles need it: definite lengths in
 * their shortest form, tags of one byte.
 */
#ifndef PROBES_PARSE_DER_H
#define PROBES_PARSE_DER_H

#include "../../model/base/cursor.h"
#include "../../model/base/error.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_OCTET_STRING = 0x04,
	DER_UTF8_STRING = 0x0c,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_APPLICATION_16 = 0x70, /* constructed */
	DER_CONTEXT_16 = 0xb0,     /* constructed */
};

/* offset: of the tag, in the cursor's bytes. */
struct der_item {
	uint8_t tag;
	struct slice content;
	size_t offset;
};

/* The next item; the cursor moves behind it. STATUS_MALFORMED with
 * base_offset and the place in the cursor as the error's offset. */
enum status der_next(struct cursor *c, uint64_t base_offset,
		     struct der_item *out, struct error *err);

/* An INTEGER's content that fits; false when it does not, is empty, or is not
 * in its shortest form. */
bool der_int64(struct slice content, int64_t *out);

#endif
