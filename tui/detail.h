/*
 * What the detail pane says of one process: a tab is a list of items, each a
 * label and a value that wraps. Made anew for each frame from the store.
 */
#ifndef TUI_DETAIL_H
#define TUI_DETAIL_H

#include "theme.h"
#include "../model/store.h"

enum {
	DETAIL_ITEMS_MAX = 4096,
	DETAIL_LINES_MAX = 32768,
	DETAIL_TEXT_MAX = 4 << 20,
};

/* Offsets are into detail.words: escaped UTF-8. */
struct item {
	size_t label, label_len;
	size_t value, value_len;
	size_t note, note_len; /* why it is not known, what it came from */
	enum theme_role role;  /* of the value */
	bool wide;             /* wants a line of its own, without a label */
};

/* A line of the pane, one or two items side by side. */
struct item_part {
	size_t item;   /* SIZE_MAX: nothing here */
	size_t offset; /* into value and note taken together */
	size_t len;
	bool first; /* the item's label stands here */
};

struct item_line {
	struct item_part left, right;
};

struct detail {
	enum fact_group tab;
	uint32_t process; /* serial of what items are about */
	struct text words;
	struct item *items;
	size_t count, cap;
	struct item_line *lines;
	size_t line_count, line_cap;
	size_t cursor;   /* item */
	size_t top;      /* line */
	size_t left_out; /* items there was no room for */
	int label_width, height;
	int half; /* where the right one of two items begins; 0 none does */
	bool ascii, utf8;
};

void detail_init(struct detail *d);
void detail_release(struct detail *d);

/* Fills items for a process and the tab. */
void detail_build(struct detail *d, const struct store *s,
		  const struct process *p);
/* Breaks the items into lines of `width` columns. */
void detail_wrap(struct detail *d, int width);

/* Where an item's value begins. */
int detail_label_width(const struct detail *d, const struct item *item);

/* The value of an item alone, for the clipboard. */
struct slice detail_value(const struct detail *d, size_t item);

void detail_set_tab(struct detail *d, enum fact_group tab);
void detail_move(struct detail *d, int64_t items);
/* Scrolls so that the cursor is seen; after detail_wrap and with height. */
void detail_show_cursor(struct detail *d);

/* Appending, for those who fill the tabs. NULL: no more room. */
struct item *detail_add(struct detail *d, const char *label);
/* To the last item's value, and then its note. Escaped text. */
void detail_value_text(struct detail *d, struct slice escaped,
		       enum theme_role role);
void detail_note_text(struct detail *d, struct slice escaped);
/* A sentence over the whole width. */
void detail_sentence(struct detail *d, enum theme_role role, const char *format,
		     ...) __attribute__((format(printf, 3, 4)));
void detail_add_fact(struct detail *d, const struct store *s,
		     const struct process *p, enum fact_id id);
enum theme_role detail_fact_role(const struct fact *f);

/* The tabs that are more than facts (detail_tabs.c). */
void detail_add_tab(struct detail *d, const struct store *s,
		    const struct process *p);
/* Nothing is there: by whose word. And which sources could have told. */
void detail_add_nothing_seen(struct detail *d, const struct store *s,
			     const char *what);
void detail_add_sources(struct detail *d, const struct store *s);

/* What happened, newest first: denials, what it wrote, how it ended; of an
 * app's main process those of the whole app (detail_happenings.c). */
void detail_add_happenings(struct detail *d, const struct store *s,
			   const struct process *p);
/* The last thing it was denied and the last it wrote, where there are any. */
void detail_add_last(struct detail *d, const struct store *s,
		     const struct process *p);

#endif
