/*
 * The rows of the process list: who hangs under whom, in which order, what is
 * folded and what a filter leaves. Made again when the store's shape, the sort
 * column or an option changed; in between a row keeps its place.
 */
#ifndef MODEL_TREE_H
#define MODEL_TREE_H

#include "store.h"
#include "query.h"

enum tree_mode {
	TREE_BY_APP,    /* apps first, each with all that belongs to it */
	TREE_BY_PARENT, /* the kernel's parents */
	TREE_LIST,      /* no tree */
};

/*
 * In a tree, rows above one that passes the filter, confined_only and uid stay
 * as context (matches: false); in a list they go. What is hidden because it
 * has ended, is a kernel thread, or is outside the roots has no row at all,
 * and what hangs under it moves up.
 */
struct tree_options {
	enum tree_mode mode;
	enum fact_id sort; /* FACT_NONE: order of birth */
	bool descending;
	bool confined_only; /* keeps what is confined or unknown */
	bool kernel_threads;
	bool gone;                  /* keep exited ones */
	const struct query *filter; /* NULL all; borrowed */
	int64_t uid;                /* only this user's; -1 all */
	/* Only these processes (serials) and what hangs under them; count 0:
	 * all. Borrowed. */
	const uint32_t *roots;
	size_t root_count;
};

/* One row. depth 0 is a root. A row that is only here because something under
 * it passed the filter is not `matches`. */
struct tree_row {
	struct process *process;
	uint16_t depth;
	bool last; /* of its siblings */
	bool has_children;
	bool folded;
	bool matches;
	uint32_t hidden; /* rows below a fold */
	/* Bit d: a line runs on at depth d (0 < d < 64); roots have none. */
	uint64_t lines;
};

struct tree;

struct tree *tree_new(void); /* NULL when memory is out */
void tree_free(struct tree *t);

/* Brings the rows up to date; cheap when nothing changed. *changed (may be
 * NULL) tells whether rows were made anew. */
enum status tree_update(struct tree *t, struct store *s,
			const struct tree_options *options, bool *changed,
			struct error *err);

size_t tree_count(const struct tree *t);
const struct tree_row *tree_row(const struct tree *t, size_t i);
/* The row of a process, SIZE_MAX where it has none (filtered or folded). */
size_t tree_find(const struct tree *t, const struct process *p);

/* Folding is remembered by process serial. */
void tree_fold(struct tree *t, const struct process *p, bool folded);
void tree_fold_all(struct tree *t, const struct store *s, bool folded);
bool tree_folded(const struct tree *t, const struct process *p);
/* Opens every fold above p, so that it gets a row. */
void tree_reveal(struct tree *t, const struct store *s,
		 const struct process *p);

/* Who p hangs under in a mode, NULL at the root. Circles in a recording are
 * broken at the process that appeared first; one of more than 1000 is not seen
 * here, so whoever climbs counts. */
struct process *tree_parent(const struct store *s, const struct process *p,
			    enum tree_mode mode);

#endif
