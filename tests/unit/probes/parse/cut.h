/* A text cut after n bytes, in memory that ends there: a reader that goes on
 * is seen by ASan and valgrind. */
#ifndef TESTS_UNIT_PROBES_PARSE_CUT_H
#define TESTS_UNIT_PROBES_PARSE_CUT_H

#include <stdlib.h>

#include "model/base/slice.h"

static inline uint8_t *cut_copy(struct slice text, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (copy && n)
		memcpy(copy, text.ptr, n);
	return copy;
}

#endif
