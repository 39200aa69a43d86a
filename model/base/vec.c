#include "vec.h"

#include <stdint.h>
#include <stdlib.h>

enum { VEC_FIRST = 8 };

bool vec_reserve(void **items, size_t *cap, size_t need, size_t item_bytes,
		 size_t max)
{
	size_t grown = *cap;
	void *moved;

	if (need <= *cap)
		return true;
	if (need > max || need > SIZE_MAX / item_bytes)
		return false;
	grown = grown > SIZE_MAX - grown / 2 ? need : grown + grown / 2;
	if (grown < VEC_FIRST)
		grown = VEC_FIRST;
	if (grown < need)
		grown = need;
	if (grown > max)
		grown = max;
	if (grown > SIZE_MAX / item_bytes)
		grown = need;
	moved = realloc(*items, grown * item_bytes);
	if (!moved)
		return false;
	*items = moved;
	*cap = grown;
	return true;
}
