/*
 * The last step before the terminal: text that was made plain for any reader
 * (text_add_escaped) still holds characters this terminal may draw wider or
 * narrower than we count. Those are written as \u{hex}, so that what stands
 * right of them stays in its place.
 */
#ifndef TUI_SAFE_H
#define TUI_SAFE_H

#include "../model/base/text.h"

/* utf8: the terminal takes UTF-8; else everything beyond ASCII is escaped.
 * Control bytes are escaped too, should any come this far. */
void safe_add(struct text *t, struct slice bytes, bool utf8);

/* True when safe_add would change nothing. */
bool safe_is_plain(struct slice bytes);

#endif
