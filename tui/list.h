/*
 * The list of processes on the screen: which rows there are, which one is
 * selected, what is scrolled and tagged. A row is remembered by its process's
 * serial, because the store may forget the process itself at any event.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "../model/tree.h"

enum { LIST_TAGS_MAX = 4096 };

struct list {
	struct tree *tree;
	struct tree_options options;
	/* As of the last update. */
	uint32_t *serials;
	size_t count, cap;
	uint32_t selected; /* serial; 0 none */
	uint32_t wanted;   /* the one last chosen, also while it has no row */
	size_t cursor;     /* its row */
	size_t top;        /* the first row that is shown */
	size_t height;     /* rows that are shown */
	/* Nobody has moved yet: the first row stays selected, whatever comes
	 * to stand there. */
	bool home;
	bool follow;
	uint32_t tags[LIST_TAGS_MAX];
	size_t tag_count;
	uint32_t updated; /* store generation of the last update */
};

enum status list_init(struct list *l, struct error *err);
void list_release(struct list *l);

/*
 * Makes the rows anew where that is due and keeps the selected process
 * selected. Its row stays on its line of the screen; when it went farther
 * than a screen (a sort) the rest stays where it is, unless `follow`.
 */
enum status list_update(struct list *l, struct store *s, struct error *err);

/* The process of a row; NULL past the end and for one that was forgotten
 * since the update. */
struct process *list_process(const struct list *l, const struct store *s,
			     size_t row);
struct process *list_selected(const struct list *l, const struct store *s);

/* Selects a row (clamped) and scrolls so that it is shown. */
void list_select(struct list *l, size_t row);
void list_move(struct list *l, int64_t rows);
/* Scrolls without selecting. */
void list_scroll(struct list *l, int64_t rows);
void list_set_height(struct list *l, size_t height);

bool list_tagged(const struct list *l, uint32_t serial);
/* False when there are LIST_TAGS_MAX already. */
bool list_tag(struct list *l, uint32_t serial, bool tagged);

#endif
