/*
 * How a fact looks as text, everywhere: columns, detail, `tree`, doctor. Comes
 * out escaped (text_add_escaped), on one line, with the five signs:
 *
 *	~x  inferred     ?  unknown: privilege, unsupported or failed
 *	…   not read yet –  looked, there is none     †  exited
 *
 * ascii: the signs are ~ ? . - and x.
 */
#ifndef TUI_SHOW_H
#define TUI_SHOW_H

#include "../model/store.h"

enum show_style {
	SHOW_CELL,   /* short, for a column: "1 filter", "4 min", "12 names" */
	SHOW_DETAIL, /* whole, for the detail: lists with commas, dicts as
			"key value, key value", dates as local time */
};

void show_fact(struct text *t, const struct store *s, const struct process *p,
	       enum fact_id id, enum show_style style, bool ascii);

/* A value alone, e.g. one entry of an entitlements dict. */
void show_value(struct text *t, struct value v, enum show_style style);

/* The words of a command line as a shell takes them, quoted only where that is
 * needed, at most `most` of them. What has to be escaped stands in $'...'. */
void show_command_line(struct text *t, struct value words, size_t most);

/* How many of the capabilities we know a list has not; CAPABILITY_COUNT for a
 * list with one we do not know. */
size_t show_capabilities_missing(struct value list);
/* "all 41", "all 41 but cap_sys_resource". */
void show_capabilities_but(struct text *t, struct value list);

/* Why there is no value, or what it was inferred from; nothing for a plain
 * known one. "needs CAP_SYS_PTRACE", "not read yet", ... */
void show_reason(struct text *t, const struct fact *f);

/* "exit 0", "exit 3", "SIGTRAP", "SIGSEGV, core dumped", "exit unseen"; os as
 * for show_signal. */
void show_exit(struct text *t, struct slice os, const struct event_exit *how);

/* "SIGTERM" for 15; numbers are those of the host the store speaks of
 * (os: "linux" or "macos", which differ from 7 on). "signal 77" for one
 * without a name. */
void show_signal(struct text *t, struct slice os, int number);

/* How many terminal columns UTF-8 text takes; utf8proc's widths. */
size_t show_width(struct slice utf8);
/* The part of text that fits into `columns`, with an ellipsis ("…" or "~" in
 * ASCII) where something was left out; never splits a character from its
 * combining marks. Returns the columns used. */
size_t show_fit(struct text *t, struct slice utf8, size_t columns, bool ascii);

#endif
