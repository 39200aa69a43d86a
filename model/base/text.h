/*
 * A growing string that must be given a maximum. Appending past it, or out of
 * memory, sets `cut` and appends no more: the caller looks once, at the end.
 * ptr is always NUL-terminated once something was appended, and "" before.
 */
#ifndef MODEL_BASE_TEXT_H
#define MODEL_BASE_TEXT_H

#include "slice.h"
#include "error.h"

struct text {
	char *ptr;
	size_t len, cap, max;
	bool cut;
};

void text_init(struct text *t, size_t max_bytes);
void text_release(struct text *t);
/* Empties it and keeps the memory. */
void text_reset(struct text *t);

void text_add(struct text *t, struct slice bytes);
void text_add_text(struct text *t, const char *text);
void text_add_byte(struct text *t, char byte);
void text_addf(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline struct slice text_slice(const struct text *t)
{
	return slice_of(t->ptr, t->len);
}

/* STATUS_OK, or STATUS_LIMIT when something was cut. */
enum status text_status(const struct text *t, struct error *err);

/*
 * The one rule that makes outside bytes safe for a terminal, JSON or a
 * property list, and can be undone: valid UTF-8 stays, except
 *
 *	backslash            \\
 *	newline, tab, return \n \t \r
 *	other C0, DEL, C1    \xHH (\u{85} for C1, which are two bytes)
 *	bidirectional and other invisible format characters, line and
 *	paragraph separators, private-use tags, noncharacters
 *	                     \u{202e}
 *	a byte that is not valid UTF-8
 *	                     \xHH
 */
void text_add_escaped(struct text *t, struct slice bytes);

/* True when escaping would change nothing. */
bool text_is_plain(struct slice bytes);

/* Undoes text_add_escaped. STATUS_MALFORMED with the offset at an escape that
 * is none. */
enum status text_add_unescaped(struct text *t, struct slice escaped,
			       struct error *err);

/* RFC 3339 in UTC with nanoseconds: "2026-11-21T22:10:00.123456789Z". The
 * years 0001 to 9999; a time outside is written as its bound. */
void text_add_time(struct text *t, int64_t time_ns);

/* Reads it back, with 0 to 9 digits of fraction and Z or an offset. */
bool time_parse(struct slice text, int64_t *out_ns);

/* A span as people say it, at most 6 columns: "<1 ms", "12 ms", "3.4 s",
 * "5 min", "7 h", "12 d", "40 y". A negative one is "0 ms". */
void text_add_span(struct text *t, int64_t span_ns);

#endif
