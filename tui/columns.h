/* The columns of the process list: chosen from the fact table by id. */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include "../model/fact.h"
#include "../model/base/error.h"
#include "../model/base/text.h"

enum { COLUMNS_MAX = 32 };

struct columns {
	enum fact_id ids[COLUMNS_MAX];
	size_t count;
};

/* What is shown when nobody chose: in order of how soon a narrow terminal
 * drops the last ones. wide: from 140 columns on. */
void columns_default(struct columns *c, unsigned platform, size_t width);

/* "pid,name,+user,-uid": a list replaces; entries that begin with + or - add
 * to or take from what *c holds. STATUS_USAGE names the unknown id and near
 * ones. */
enum status columns_parse(struct slice text, struct columns *c,
			  struct error *err);
/* Comma-separated ids, for the config file. */
void columns_add_text(struct text *t, const struct columns *c);

/* The widths that fit into `total` terminal columns, one blank between: 0 for
 * a column that is dropped. Columns with width 0 in the fact table share what
 * is left; the tree's own name column comes first among them. */
void columns_layout(const struct columns *c, size_t total, size_t *widths);

#endif
