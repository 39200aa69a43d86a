/*
 * A value as an XML property list, in the layout Apple's tools write: tabs, one
 * element a line. libplist's writer is not used: it writes control bytes raw,
 * which no XML reader takes, and spoils text that is not UTF-8.
 *
 * Strings are written as they are (with entities) where XML can carry them all.
 * Where one of them is beyond it (control bytes, bad UTF-8), all are written by
 * the rule of text_add_escaped(), so that it can be undone and two keys never
 * become one.
 */
#ifndef MODEL_BASE_PLIST_OUT_H
#define MODEL_BASE_PLIST_OUT_H

#include "text.h"
#include "value.h"

/* Appends the whole document to t. *escaped (which may be NULL) becomes how
 * many strings and keys XML could not carry: not 0, all are escaped. A
 * VALUE_NONE is STATUS_MALFORMED: a property list has no null. STATUS_LIMIT: t
 * is full. */
enum status plist_write(struct value v, struct text *t, size_t *escaped,
			struct error *err);

#endif
