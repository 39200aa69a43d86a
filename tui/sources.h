/* What the screen says of the sources of facts and happenings. */
#ifndef TUI_SOURCES_H
#define TUI_SOURCES_H

#include "theme.h"
#include "../model/store.h"

/* Whether what it sees arrives here. */
static inline bool source_is_seeing(const struct source_status *status)
{
	return status->state == SOURCE_LIVE || status->state == SOURCE_RECORDED;
}

/* "live", "needs CAP_AUDIT_READ", "failed: ...", escaped. */
void sources_add_words(struct text *t, const struct source_status *status);
enum theme_role sources_role(const struct source_status *status);

/* The sources that can fill a tab on a platform, ended by SOURCE_NONE; NULL
 * for a tab that has none of its own. */
const enum source_id *sources_of_tab(enum fact_group tab, unsigned platform);

/* Whether any of a tab's sources sees. */
bool sources_see(const struct store *s, enum fact_group tab, unsigned platform);

#endif
