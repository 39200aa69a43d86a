/* The parts of the screen. Each draws itself into its area and computes only
 * what is visible. */
#ifndef TUI_VIEWS_H
#define TUI_VIEWS_H

#include "app.h"

/* One or two lines: whom we look at, counts; the sources. */
void view_head(struct app *app, struct area area);
/* Column heads and rows. */
void view_tree(struct app *app, struct area area);
/* Tabs and the open tab's items. */
void view_detail(struct app *app, struct area area);
/* The line above the key bar: a message, what is being typed, or how the list
 * is ordered and filtered. */
void view_status(struct app *app, struct area area);
void view_keybar(struct app *app, struct area area);
void view_help(struct app *app, struct area area);
void view_columns(struct app *app, struct area area);
/* The question before a signal is sent. */
void view_confirm(struct app *app, struct area area);

#endif
