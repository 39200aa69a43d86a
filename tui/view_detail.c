#include <inttypes.h>
#include <stdio.h>

#include "views.h"
#include "show.h"

enum { PAD = 1 };

static void put_tabs(struct app *app, struct area a)
{
	struct view *v = &app->view;
	struct pen pen = {v, a.y, a.x, a.width, SURFACE_BAND};

	view_fill(v, a, ink(THEME_DIM, SURFACE_BAND));
	view_hit(v, a, HIT_DETAIL, -1);
	for (int i = 0; i < GROUP_COUNT; i++) {
		bool open = (int)app->detail.tab == i;
		struct area tab = {a.y, pen.x, 1, 0};
		char label[32];

		snprintf(label, sizeof(label), " %s ",
			 fact_group_label((enum fact_group)i));
		/* Without colours brackets tell which one is open. */
		if (open && !app->theme.colors)
			snprintf(label, sizeof(label), "[%s]",
				 fact_group_label((enum fact_group)i));
		pen_put(&pen, slice_text(label),
			open ? (struct ink){THEME_NORMAL,
					    app->in_detail ? SURFACE_BADGE
							   : SURFACE_RESTING,
					    true}
			     : ink(THEME_DIM, SURFACE_BAND));
		tab.width = pen.x - tab.x;
		view_hit(v, tab, HIT_TAB, i);
	}
}

/* Whose detail it is, at the right of the tabs or on a line of its own. */
static void put_whose(struct app *app, const struct process *p, int y, int x,
		      int width, enum theme_surface surface)
{
	struct pen pen = {&app->view, y, x, width, surface};
	struct text t;
	char pid[24];
	int used;

	text_init(&t, 256);
	show_fact(&t, app->store, p, FACT_NAME, SHOW_CELL, app->view.ascii);
	snprintf(pid, sizeof(pid), " %" PRId64 " ", p->pid);
	used = (int)show_width(text_slice(&t)) + (int)strlen(pid);
	if (used < width) {
		pen.x += width - used;
		pen.left = used;
	}
	pen.left -= (int)strlen(pid);
	pen_put(&pen, text_slice(&t), ink_bold(THEME_NORMAL, surface));
	pen.left = (int)strlen(pid);
	pen_put(&pen, slice_text(pid), ink(THEME_DIM, surface));
	text_release(&t);
}

static struct slice part_of(const struct detail *d, size_t from, size_t len)
{
	return slice_part(text_slice(&d->words), from, len);
}

/* A stretch of an item's value and note, each in its colour. */
static void put_value(struct app *app, struct pen *pen, const struct item *item,
		      const struct item_part *part)
{
	const struct detail *d = &app->detail;
	size_t end = part->offset + part->len;
	size_t value_end = end < item->value_len ? end : item->value_len;
	struct slice note = {NULL, 0};

	if (part->offset < item->value_len)
		pen_put(pen,
			part_of(d, item->value + part->offset,
				value_end - part->offset),
			ink(item->role, pen->surface));
	if (end > item->value_len) {
		size_t from = part->offset > item->value_len ? part->offset
							     : item->value_len;

		note = part_of(d, item->value + from, end - from);
	}
	/* A line does not begin with the blanks it was broken at. */
	if (part->offset >= item->value_len && item->value_len)
		while (note.len && note.ptr[0] == ' ')
			note = slice_part(note, 1, note.len);
	pen_put(pen, note, ink(THEME_DIM, pen->surface));
}

static void put_part(struct app *app, const struct item_part *part, int y,
		     int x, int width)
{
	const struct detail *d = &app->detail;
	struct area area = {y, x - PAD, 1, width + PAD};
	const struct item *item;
	bool chosen;
	int label;
	struct pen pen = {&app->view, y, x, width, SURFACE_PLAIN};

	if (part->item == SIZE_MAX)
		return;
	item = &d->items[part->item];
	label = detail_label_width(d, item);
	chosen = app->in_detail && part->item == d->cursor;
	if (chosen) {
		pen.surface = SURFACE_SELECTED;
		view_fill(&app->view, area, ink(THEME_NORMAL, pen.surface));
	}
	view_hit(&app->view, area, HIT_DETAIL, (int64_t)part->item);
	if (!item->wide) {
		if (part->first)
			view_put(&app->view, y, x, width,
				 part_of(d, item->label, item->label_len),
				 ink(THEME_DIM, pen.surface));
		pen_skip(&pen, label);
	}
	put_value(app, &pen, item, part);
	view_mark(&app->view, y, x + label, width - label,
		  part_of(d, item->value + part->offset, part->len),
		  app->search, ink(THEME_NORMAL, SURFACE_MATCH));
}

static void clamp_scroll(struct detail *d)
{
	size_t height = d->height > 0 ? (size_t)d->height : 1;
	size_t last = d->line_count > height ? d->line_count - height : 0;

	if (d->top > last)
		d->top = last;
}

/* That there is more above or below. */
static void put_more(struct app *app, struct area a)
{
	const struct detail *d = &app->detail;
	struct view *v = &app->view;
	struct ink how = ink(THEME_ACCENT, SURFACE_PLAIN);

	if (a.height < 1)
		return;
	if (d->top)
		view_put(v, a.y, a.x + a.width - 1, 1, view_sign(v, "↑", "^"),
			 how);
	if (d->top + (size_t)a.height < d->line_count)
		view_put(v, a.y + a.height - 1, a.x + a.width - 1, 1,
			 view_sign(v, "↓", "v"), how);
}

static void put_lines(struct app *app, struct area a)
{
	struct detail *d = &app->detail;
	int inner = a.width - PAD - 1;

	d->height = a.height;
	detail_wrap(d, inner);
	clamp_scroll(d);
	for (int i = 0; i < a.height && d->top + (size_t)i < d->line_count;
	     i++) {
		const struct item_line *line = &d->lines[d->top + (size_t)i];
		bool pair = line->right.item != SIZE_MAX;

		put_part(app, &line->left, a.y + i, a.x + PAD,
			 pair ? d->half - 1 : inner);
		if (pair)
			put_part(app, &line->right, a.y + i,
				 a.x + PAD + d->half, inner - d->half);
	}
	put_more(app, a);
}

void view_detail(struct app *app, struct area a)
{
	struct process *p = app_selected(app);
	struct area tabs = {a.y, a.x, 1, a.width};
	struct area lines = {a.y + 1, a.x, a.height - 1, a.width};
	int tab_width = 0;

	if (a.height < 1)
		return;
	put_tabs(app, tabs);
	view_hit(&app->view, lines, HIT_DETAIL, -1);
	for (int i = 0; i < GROUP_COUNT; i++)
		tab_width +=
			(int)strlen(fact_group_label((enum fact_group)i)) + 2;
	if (!p) {
		view_put(&app->view, lines.y, lines.x + PAD, lines.width - PAD,
			 SLICE_LITERAL("Nothing is selected."),
			 ink(THEME_DIM, SURFACE_PLAIN));
		return;
	}
	if (a.width - tab_width >= 16) {
		put_whose(app, p, a.y, a.x + tab_width, a.width - tab_width,
			  SURFACE_BAND);
	} else if (a.height > 8) {
		put_whose(app, p, lines.y, lines.x, lines.width, SURFACE_PLAIN);
		lines.y++;
		lines.height--;
	}
	app->detail.ascii = app->view.ascii;
	app->detail.utf8 = app->view.utf8;
	detail_build(&app->detail, app->store, p);
	put_lines(app, lines);
}
