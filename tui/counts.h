/* What the header counts: everything, or only what hangs under the targets of
 * the command line. */
#ifndef TUI_COUNTS_H
#define TUI_COUNTS_H

#include "../model/store.h"

struct counts {
	struct store_counts of_targets;
	uint32_t *roots; /* sorted serials; NULL: everything counts */
	size_t root_count;
	/* As of when it was counted. */
	uint32_t shape, mechanisms, denials;
	bool counted;
};

/* Copies roots. STATUS_MEMORY. */
enum status counts_init(struct counts *c, const uint32_t *roots, size_t count,
			struct error *err);
void counts_release(struct counts *c);

/* Counts again where something changed. Borrowed until the next call. */
const struct store_counts *counts_get(struct counts *c, const struct store *s);

#endif
