/*
 * Growing arrays. The owner keeps a pointer, a count and a capacity and asks
 * for room before it appends:
 *
 *	if (!vec_reserve((void **)&v->items, &v->cap, v->count + 1,
 *			 sizeof(*v->items), MAX_ITEMS))
 *		return error_set(err, STATUS_MEMORY, -1, ...);
 *	v->items[v->count++] = item;
 */
#ifndef MODEL_BASE_VEC_H
#define MODEL_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for `need` items of item_bytes each; grows by half. False, with
 * everything as it was, when need is over max or memory is out. */
bool vec_reserve(void **items, size_t *cap, size_t need, size_t item_bytes,
		 size_t max);

#endif
