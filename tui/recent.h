/* How often a process was refused something of late, as a bar. */
#ifndef TUI_RECENT_H
#define TUI_RECENT_H

#include "../model/store.h"

/* Denials of the last minute by the store's clock; the history is looked
 * through no farther back than the bar can show. */
int64_t recent_denials(const struct store *s, const struct process *p);

/* One column: a blank for none, then "▁" for one up to "█", each step twice
 * the last. */
const char *recent_bar(int64_t count);

#endif
