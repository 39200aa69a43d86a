#include <stdio.h>

#include "actions.h"
#include "views.h"

enum { DIALOG_WIDTH = 58, HEADING_WIDTH = 14, LABEL_WIDTH = 24 };

static void put_column(struct app *app, struct area line, size_t i,
		       enum theme_surface surface)
{
	const struct columns_dialog *d = &app->dialog;
	const struct fact_info *info = &fact_table[d->order[i]];
	bool chosen = i < d->chosen;
	struct pen pen = {&app->view, line.y, line.x + 1, line.width - 2,
			  surface};
	char place[24] = "   ";

	if (chosen)
		snprintf(place, sizeof(place), "%2zu ", i + 1);
	pen_text(&pen, place, THEME_DIM);
	pen_put(&pen,
		chosen ? view_sign(pen.view, "✓ ", "x ") : SLICE_LITERAL("  "),
		ink_bold(THEME_GOOD, surface));
	view_put(pen.view, pen.y, pen.x, pen.left, slice_text(info->label),
		 ink(chosen ? THEME_NORMAL : THEME_DIM, surface));
	pen_skip(&pen, LABEL_WIDTH);
	if (pen.left > HEADING_WIDTH)
		view_put(pen.view, pen.y, pen.x, pen.left, slice_text(info->id),
			 ink(THEME_DIM, surface));
}

static void put_option(struct app *app, struct area line, int i,
		       enum theme_surface surface)
{
	struct pen pen = {&app->view, line.y, line.x + 6, line.width - 7,
			  surface};

	view_put(pen.view, pen.y, pen.x, pen.left,
		 slice_text(option_label((enum columns_option)i)),
		 ink(THEME_NORMAL, surface));
	pen_skip(&pen, LABEL_WIDTH);
	if (pen.left > 0)
		view_put(pen.view, pen.y, pen.x, pen.left,
			 slice_text(option_value(app, (enum columns_option)i)),
			 ink_bold(THEME_ACCENT, surface));
}

static const char *help_of(const struct columns_dialog *d)
{
	if (d->cursor < d->count)
		return fact_table[d->order[d->cursor]].help;
	return option_help((enum columns_option)(d->cursor - d->count));
}

void view_columns(struct app *app, struct area a)
{
	struct columns_dialog *d = &app->dialog;
	size_t total = d->count + OPTION_COUNT;
	struct area box = {a.y, a.x + a.width - DIALOG_WIDTH, (int)total + 5,
			   DIALOG_WIDTH};
	struct view *v = &app->view;

	if (box.x < a.x) {
		box.x = a.x;
		box.width = a.width;
	}
	if (box.height > a.height)
		box.height = a.height;
	view_box(v, box, "Columns and options");
	d->height = box.height > 5 ? (size_t)box.height - 5 : 1;
	if (d->cursor < d->top)
		d->top = d->cursor;
	if (d->cursor >= d->top + d->height)
		d->top = d->cursor - d->height + 1;
	for (size_t i = 0; i < d->height && d->top + i < total; i++) {
		size_t at = d->top + i;
		struct area line = {box.y + 1 + (int)i, box.x + 1, 1,
				    box.width - 2};
		enum theme_surface surface =
			at == d->cursor ? SURFACE_SELECTED : SURFACE_BOX;

		view_fill(v, line, ink(THEME_NORMAL, surface));
		if (at < d->count)
			put_column(app, line, at, surface);
		else
			put_option(app, line, (int)(at - d->count), surface);
		view_hit(v, line, HIT_MENU, (int64_t)at);
	}
	if (box.height < 6)
		return;
	view_rule(v, box.y + box.height - 4, box.x + 1, box.width - 2,
		  ink(THEME_DIM, SURFACE_BOX));
	view_put_wrapped(v,
			 (struct area){box.y + box.height - 3, box.x + 2, 2,
				       box.width - 4},
			 slice_text(help_of(d)),
			 ink(THEME_NORMAL, SURFACE_BOX));
}
