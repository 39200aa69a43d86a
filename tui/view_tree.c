#include <inttypes.h>
#include <stdio.h>

#include "views.h"
#include "recent.h"
#include "show.h"

/* Births and exits are marked for so long. */
static const int64_t mark_ns = 3 * (int64_t)1000000000;

enum {
	GUTTER = 1,
	LINES_SHOWN_MAX = 64,
	NAME_KEEPS = 34,
	NAME_LEAST = 16,
	SANDBOX_GAINS = 10,
	NARROW = 60,     /* below this: pid, name and a cut tag */
	NARROW_PID = 36, /* below this no pid */
};

struct row_view {
	struct app *app;
	const struct tree_row *row;
	struct process *process; /* NULL: forgotten */
	size_t index;
	int y;
	enum theme_surface surface;
	bool has_role, has_exit; /* columns of their own */
};

static bool is_new(const struct app *app, const struct process *p)
{
	return p->seen_birth && process_alive(p) &&
	       store_now(app->store) - p->seen_ns < mark_ns;
}

static bool just_died(const struct app *app, const struct process *p)
{
	return !process_alive(p) &&
	       store_now(app->store) - p->exited_ns < mark_ns;
}

static bool ended_badly(const struct process *p)
{
	return p->how.kind == EXIT_SIGNAL ||
	       (p->how.kind == EXIT_CODE && p->how.value);
}

/* "none" and "off" are words of the facts themselves. */
static bool is_off(struct value v)
{
	struct slice s = value_slice(v);

	return slice_is(s, "off") || slice_is(s, "none") ||
	       slice_is(s, "disabled");
}

static enum theme_role cell_role(const struct row_view *r, enum fact_id id,
				 const struct fact *f)
{
	const struct process *p = r->process;

	if (id == FACT_EXIT || id == FACT_EXITED)
		return ended_badly(p) ? THEME_BAD : THEME_DIM;
	/* The helper that was refused something and died is the one that
	 * matters. */
	if (id == FACT_DENIALS && p->denial_count)
		return THEME_BAD;
	if (!process_alive(p))
		return THEME_DIM;
	if (!fact_has_value(f)) {
		/* The header says it once for all rows. */
		if (id == FACT_DENIALS)
			return THEME_DIM;
		return detail_fact_role(f);
	}
	if (id == FACT_SANDBOX || id == FACT_SANDBOX_MECHANISMS)
		return p->confined == CONFINED_YES   ? THEME_GOOD
		       : p->confined == CONFINED_NOT ? THEME_DIM
						     : THEME_NORMAL;
	if (id == FACT_DENIALS)
		return THEME_DIM;
	if (id == FACT_SECCOMP_MODE)
		return is_off(f->value) ? THEME_DIM : THEME_GOOD;
	if (id == FACT_PID || id == FACT_PPID)
		return THEME_DIM;
	return detail_fact_role(f);
}

/* Zero as a point, so that numbers stand out; nothing for what says nothing
 * of a process that lives. */
static void cell_text(const struct row_view *r, enum fact_id id,
		      const struct fact *f, struct text *t)
{
	const struct process *p = r->process;
	bool ascii = r->app->view.ascii;

	if (process_alive(p) && (id == FACT_EXIT || id == FACT_EXITED))
		return;
	if (f->state == FACT_KNOWN &&
	    ((f->value.type == VALUE_INT && id == FACT_DENIALS &&
	      !f->value.as.integer) ||
	     (f->value.type == VALUE_LIST && !value_count(f->value)))) {
		text_add_text(t, ascii ? "." : "·");
	} else {
		show_fact(t, r->app->store, p, id, SHOW_CELL, ascii);
	}
	/* A bar for the last minute, where the number leaves room. */
	if (id == FACT_DENIALS && !ascii &&
	    t->len <= (size_t)fact_table[FACT_DENIALS].width - 2)
		text_addf(t, " %s",
			  recent_bar(recent_denials(r->app->store, p)));
}

static struct ink row_ink(const struct row_view *r, enum theme_role role)
{
	return ink(role, r->surface);
}

/* The sign of an inferred value in its own colour, then the value. */
static void put_cell(const struct row_view *r, int x, int width,
		     const struct text *t, struct ink how, const struct fact *f,
		     bool right)
{
	struct view *v = &r->app->view;
	struct slice text = text_slice(t);
	int used = (int)show_width(text);

	if (right && used < width) {
		x += width - used;
		width = used;
	}
	view_put(v, r->y, x, width, text, how);
	if (f->state == FACT_INFERRED && text.len && text.ptr[0] == '~')
		view_put(v, r->y, x, 1, slice_part(text, 0, 1),
			 row_ink(r, process_alive(r->process) ? THEME_WARN
							      : THEME_DIM));
	view_mark(v, r->y, x, width, text, r->app->filter,
		  ink(THEME_NORMAL, SURFACE_MATCH));
	view_mark(v, r->y, x, width, text, r->app->search,
		  ink(THEME_NORMAL, SURFACE_MATCH));
}

/* How many of the outer levels a deep row goes without, so that its name has
 * room. */
static int hidden_levels(int depth, int width)
{
	int room = (width - NAME_LEAST) / 2 - 1;

	if (depth < 2 || depth - 1 <= room)
		return 0;
	/* One more for the sign that says so. */
	return room > 1 ? depth - room : depth - 1;
}

/* The lines that show what hangs under what. */
static void put_branch(const struct row_view *r, struct pen *pen)
{
	const struct tree_row *row = r->row;
	struct view *v = pen->view;
	int first;

	first = hidden_levels(row->depth, pen->left) + 1;
	if (first > 1)
		pen_put(pen, view_sign(v, "… ", "~ "), row_ink(r, THEME_DIM));
	for (int d = first; d < row->depth; d++) {
		bool on = d < LINES_SHOWN_MAX && (row->lines >> d & 1);

		pen_put(pen,
			on ? view_sign(v, "│ ", "| ") : SLICE_LITERAL("  "),
			row_ink(r, THEME_DIM));
	}
	if (row->depth)
		pen_put(pen,
			row->last ? view_sign(v, "└─", "`-")
				  : view_sign(v, "├─", "|-"),
			row_ink(r, THEME_DIM));
	if (row->has_children) {
		struct area mark = {pen->y, pen->x, 1, 2};

		view_hit(v, mark, HIT_FOLD, (int64_t)r->index);
		pen_put(pen,
			row->folded ? view_sign(v, "▸ ", "+ ")
				    : view_sign(v, "▾ ", "- "),
			row_ink(r, THEME_ACCENT));
	} else if (row->depth) {
		pen_put(pen, view_sign(v, "─ ", "- "), row_ink(r, THEME_DIM));
	} else if (r->app->list.options.mode != TREE_LIST) {
		pen_skip(pen, 2);
	}
}

static void put_fact(const struct row_view *r, struct pen *pen, enum fact_id id,
		     struct ink how)
{
	struct fact f = process_fact(r->app->store, r->process, id);
	struct text t;
	int x = pen->x, left = pen->left;

	text_init(&t, 512);
	show_fact(&t, r->app->store, r->process, id, SHOW_CELL,
		  r->app->view.ascii);
	if (left > 0 && t.len) {
		int used = (int)show_width(text_slice(&t));

		put_cell(r, x, left, &t, how, &f, false);
		pen_skip(pen, used < left ? used : left);
	}
	text_release(&t);
}

/* What an app's row says of those below it, and a fold of what it hides. */
static void put_rollup(const struct row_view *r, struct pen *pen)
{
	const struct process *p = r->process;
	char words[48];

	if (r->row->folded && r->row->hidden) {
		snprintf(words, sizeof(words), "  +%" PRIu32, r->row->hidden);
		pen_put(pen, slice_text(words), row_ink(r, THEME_ACCENT));
	} else if (p->app == p && p->app_alive > 1) {
		snprintf(words, sizeof(words), "  %zu helper%s",
			 p->app_alive - 1, p->app_alive == 2 ? "" : "s");
		/* Whole or not at all. */
		if ((int)strlen(words) <= pen->left)
			pen_put(pen, slice_text(words), row_ink(r, THEME_DIM));
	}
}

static void put_name(const struct row_view *r, int x, int width)
{
	const struct process *p = r->process;
	struct pen pen = {&r->app->view, r->y, x, width, r->surface};
	bool alive = process_alive(p);
	enum theme_role role = alive ? THEME_NORMAL : THEME_DIM;

	put_branch(r, &pen);
	if (!alive)
		pen_put(&pen, view_sign(pen.view, "† ", "x "),
			row_ink(r,
				just_died(r->app, p) ? THEME_BAD : THEME_DIM));
	if (!r->row->matches && r->app->filter)
		role = THEME_DIM;
	/* An app's main process heads what hangs under it. */
	put_fact(r, &pen, FACT_NAME,
		 (struct ink){role, r->surface, alive && p->app == p});
	if (!alive && !r->has_exit && pen.left > 6) {
		pen_skip(&pen, 1);
		put_fact(r, &pen, FACT_EXIT,
			 row_ink(r, ended_badly(p) ? THEME_BAD : THEME_DIM));
	}
	if (!r->has_role && pen.left > 3) {
		struct fact f = process_fact(r->app->store, p, FACT_ROLE);

		if (fact_has_value(&f)) {
			pen_skip(&pen, 1);
			put_fact(r, &pen, FACT_ROLE,
				 row_ink(r, alive ? THEME_ACCENT : THEME_DIM));
		}
	}
	put_rollup(r, &pen);
}

static void put_gutter(const struct row_view *r, int x)
{
	const struct process *p = r->process;
	struct view *v = &r->app->view;

	if (list_tagged(&r->app->list, p->serial))
		view_put(v, r->y, x, 1, view_sign(v, "◆", "*"),
			 ink_bold(THEME_ACCENT, r->surface));
	else if (is_new(r->app, p))
		view_put(v, r->y, x, 1, SLICE_LITERAL("+"),
			 ink_bold(THEME_GOOD, r->surface));
}

static void put_row(const struct row_view *r, const struct columns *columns,
		    const size_t *widths, int x)
{
	struct text t;

	text_init(&t, 8192);
	for (size_t i = 0; i < columns->count; i++) {
		enum fact_id id = columns->ids[i];
		struct fact f;

		if (!widths[i])
			continue;
		if (id == FACT_NAME) {
			put_name(r, x, (int)widths[i]);
			x += (int)widths[i] + 1;
			continue;
		}
		f = process_fact(r->app->store, r->process, id);
		text_reset(&t);
		cell_text(r, id, &f, &t);
		put_cell(r, x, (int)widths[i], &t,
			 row_ink(r, cell_role(r, id, &f)), &f,
			 fact_table[id].flags & FACT_ALIGN_RIGHT);
		x += (int)widths[i] + 1;
	}
	text_release(&t);
}

static void heading(struct app *app, struct area a, enum fact_id id)
{
	const struct tree_options *o = &app->list.options;
	struct view *v = &app->view;
	bool sorted = o->sort == id;
	struct slice arrow =
		o->descending ? view_sign(v, "▼", "v") : view_sign(v, "▲", "^");
	struct ink how = sorted ? ink_bold(THEME_ACCENT, SURFACE_BAND)
				: ink(THEME_DIM, SURFACE_BAND);
	struct text t;

	text_init(&t, 64);
	text_add_text(&t, fact_table[id].heading);
	if (sorted)
		text_add(&t, arrow);
	if (fact_table[id].flags & FACT_ALIGN_RIGHT)
		view_put_right(v, a.y, a.x, a.width, text_slice(&t), how);
	else
		view_put(v, a.y, a.x, a.width, text_slice(&t), how);
	view_hit(v, a, HIT_HEADING, id);
	text_release(&t);
}

static void headings(struct app *app, struct area a,
		     const struct columns *columns, const size_t *widths)
{
	int x = a.x + GUTTER;

	a.height = 1;
	view_fill(&app->view, a, ink(THEME_DIM, SURFACE_BAND));
	for (size_t i = 0; i < columns->count; i++) {
		struct area cell = {a.y, x, 1, (int)widths[i]};

		if (!widths[i])
			continue;
		heading(app, cell, columns->ids[i]);
		x += (int)widths[i] + 1;
	}
}

/* widths NULL: whether it is among the columns at all. */
static bool is_shown(const struct columns *c, const size_t *widths,
		     enum fact_id id)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->ids[i] == id)
			return !widths || widths[i] > 0;
	}
	return false;
}

static void row(struct app *app, struct area a, const struct columns *columns,
		const size_t *widths, size_t index)
{
	struct row_view r = {
		.app = app,
		.row = tree_row(app->list.tree, index),
		.process = list_process(&app->list, app->store, index),
		.index = index,
		.y = a.y,
		.has_role = is_shown(columns, widths, FACT_ROLE),
		.has_exit = is_shown(columns, widths, FACT_EXIT),
	};

	if (app->list.selected &&
	    app->list.serials[index] == app->list.selected)
		r.surface = app->in_detail ? SURFACE_RESTING : SURFACE_SELECTED;
	if (r.surface != SURFACE_PLAIN)
		view_fill(&app->view, a, ink(THEME_NORMAL, r.surface));
	view_hit(&app->view, a, HIT_ROW, (int64_t)index);
	if (!r.process) {
		view_put(&app->view, a.y, a.x + GUTTER, a.width - GUTTER,
			 SLICE_LITERAL("(no longer kept)"),
			 row_ink(&r, THEME_DIM));
		return;
	}
	put_gutter(&r, a.x);
	put_row(&r, columns, widths, a.x + GUTTER);
}

/* Why there is nothing to see. */
static const char *nothing(const struct app *app)
{
	const struct tree_options *o = &app->list.options;

	if (!store_listed(app->store) && !app->ended)
		return "Reading processes ...";
	if (app->filter)
		return "Nothing passes the filter. Esc takes it away.";
	if (o->confined_only)
		return "Nothing here is confined. c shows the rest.";
	if (o->uid >= 0)
		return "This user has no processes. u chooses another.";
	return "No processes.";
}

/* On a very narrow terminal the tag is cut before it goes. */
static void narrow_layout(const struct columns *c, size_t total, size_t *widths)
{
	size_t used = 0, *name = NULL;

	for (size_t i = 0; i < c->count; i++) {
		widths[i] = 0;
		if (c->ids[i] == FACT_NAME)
			name = &widths[i];
		else if (c->ids[i] == FACT_PID && total >= NARROW_PID)
			widths[i] = (size_t)fact_table[FACT_PID].width;
		else if (c->ids[i] == FACT_SANDBOX)
			widths[i] = total / 3;
		used += widths[i] ? widths[i] + 1 : 0;
	}
	if (name && used < total)
		*name = total - used;
}

/* The short tag says what confines a process: it gets what the name can
 * spare before it is cut. */
static void widen_sandbox(const struct columns *c, size_t *widths)
{
	size_t *name = NULL, *sandbox = NULL;
	size_t spare;

	for (size_t i = 0; i < c->count; i++) {
		if (c->ids[i] == FACT_NAME && widths[i])
			name = &widths[i];
		if (c->ids[i] == FACT_SANDBOX && widths[i])
			sandbox = &widths[i];
	}
	if (!name || !sandbox || *name <= NAME_KEEPS)
		return;
	spare = *name - NAME_KEEPS;
	if (spare > SANDBOX_GAINS)
		spare = SANDBOX_GAINS;
	*name -= spare;
	*sandbox += spare;
}

void view_tree(struct app *app, struct area a)
{
	size_t widths[COLUMNS_MAX] = {0};
	struct columns columns;
	size_t rows, total;

	app_columns(app, (size_t)a.width, &columns);
	total = a.width > GUTTER ? (size_t)(a.width - GUTTER) : 0;
	columns_layout(&columns, total, widths);
	if (total < NARROW && is_shown(&columns, NULL, FACT_NAME) &&
	    is_shown(&columns, NULL, FACT_SANDBOX))
		narrow_layout(&columns, total, widths);
	/* Where names are short and tags are long. */
	else if (app_platform(app) == PLATFORM_LINUX)
		widen_sandbox(&columns, widths);
	if (a.height > 1) {
		headings(app, a, &columns, widths);
		a.y++;
		a.height--;
	}
	rows = a.height > 0 ? (size_t)a.height : 0;
	list_set_height(&app->list, rows);
	if (!app->list.count && rows)
		view_put(&app->view, a.y + (rows > 2), a.x + GUTTER,
			 a.width - GUTTER, slice_text(nothing(app)),
			 ink(THEME_DIM, SURFACE_PLAIN));
	for (size_t i = 0; i < rows && app->list.top + i < app->list.count;
	     i++) {
		struct area line = {a.y + (int)i, a.x, 1, a.width};

		row(app, line, &columns, widths, app->list.top + i);
	}
}
