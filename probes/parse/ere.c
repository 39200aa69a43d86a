#include "ere.h"

#include <stdlib.h>

#include "ere_internal.h"

void ere_free(struct ere *e)
{
	free(e);
}

/* The positions of `from` that take the symbol; true when one of them can be
 * the last. *next: what may follow them. */
static bool step(const struct ere *e, const struct ere_set *from,
		 enum ere_symbol symbol, uint8_t byte, struct ere_set *next)
{
	bool matched = false;

	*next = (struct ere_set){{0}};
	for (size_t w = 0; w < ERE_WORDS; w++)
		for (uint64_t left = from->words[w]; left; left &= left - 1) {
			size_t i = w * 64 + (size_t)__builtin_ctzll(left);

			if (!ere_position_takes(&e->positions[i], symbol, byte))
				continue;
			ere_set_join(next, &e->positions[i].follow);
			matched |= e->last.words[w] >> i % 64 & 1;
		}
	return matched;
}

bool ere_search(const struct ere *e, struct slice text)
{
	struct ere_set reached = e->first, next;

	if (e->empty)
		return true;
	for (size_t i = 0; i < e->starts; i++) {
		if (step(e, &reached, ERE_START, 0, &next))
			return true;
		/* A match may begin at any symbol. */
		ere_set_join(&next, &e->first);
		reached = next;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (step(e, &reached, ERE_BYTE, text.ptr[i], &next))
			return true;
		ere_set_join(&next, &e->first);
		reached = next;
	}
	for (size_t i = 0; i < e->ends; i++) {
		if (step(e, &reached, ERE_END, 0, &next))
			return true;
		ere_set_join(&next, &e->first);
		reached = next;
	}
	return false;
}
