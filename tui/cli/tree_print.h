/* The tree as text and as JSON. */
#ifndef TUI_CLI_TREE_PRINT_H
#define TUI_CLI_TREE_PRINT_H

#include "output.h"
#include "session.h"
#include "../columns.h"

/* Host, counts and sources in two lines. shown: rows that match; all: no
 * filter and no target left any out. */
void tree_print_head(struct output *out, const struct session *s, size_t shown,
		     bool all);
/* Headings and rows. STATUS_MEMORY. */
enum status tree_print_text(struct output *out, const struct session *s,
			    const struct tree *tree,
			    const struct columns *columns, struct error *err);

/* One sandtree/tree/1 object, a process a line; only rows that match. */
enum status tree_print_json(struct output *out, const struct session *s,
			    const struct tree *tree, enum tree_mode mode,
			    struct error *err);

/* Parts of it that other objects have too. json_add_head ends after
 * "sources", without a comma. */
void json_add_head(struct text *t, const struct session *s, const char *schema);
void json_add_host(struct text *t, const struct session *s);
void json_add_sources(struct text *t, const struct session *s);
/* `"key": "18530.1"`, null for no process. */
void json_add_id(struct text *t, bool *first, const char *key,
		 const struct process *p);
void json_add_happening(struct text *t, const struct session *s,
			const struct happening *h);
/* The "events" of the processes in the tree's rows that match, or all where
 * nothing was left out, and "events_forgotten". Begins with a comma; the rest
 * stays in t. */
enum status tree_print_events(struct output *out, struct text *t,
			      const struct session *s, const struct tree *tree,
			      struct error *err);
void json_add_process(struct text *t, const struct session *s,
		      const struct process *p, enum tree_mode mode);

#endif
