/*
 * Extended regular expressions of POSIX (IEEE 1003.1, chapter 9), as the rules
 * of a seal are written in. Our own, because they come from whoever made the
 * bundle: the C library's run out of stack or time on some, and differ between
 * systems. Bytes, not characters; no back references; only whether a text has
 * a match, not where.
 *
 * A pattern becomes the list of its positions (places where a byte is taken)
 * and which may follow which; matching keeps the set of positions reached, so
 * the time is bytes times positions, whatever the pattern.
 */
#ifndef PROBES_PARSE_ERE_H
#define PROBES_PARSE_ERE_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

enum {
	ERE_BYTES_MAX = 1024, /* of a pattern */
	ERE_POSITIONS_MAX = 256,
	ERE_DEPTH_MAX = 32,  /* groups in each other */
	ERE_REPEAT_MAX = 64, /* of {n,m} */
};

struct ere;

/* STATUS_MALFORMED with the offset in the pattern, STATUS_LIMIT,
 * STATUS_MEMORY. The caller frees *out with ere_free. */
enum status ere_compile(struct slice pattern, struct ere **out,
			struct error *err);
void ere_free(struct ere *e);

/* Whether some part of text matches. Several threads may ask at once. */
bool ere_search(const struct ere *e, struct slice text);

#endif
