#include "view.h"

#include <curses.h>
#include <utf8proc.h>

#include "safe.h"
#include "show.h"

void view_init(struct view *v)
{
	*v = (struct view){0};
	text_init(&v->safe, VIEW_TEXT_MAX);
	text_init(&v->fitted, VIEW_TEXT_MAX);
}

void view_release(struct view *v)
{
	text_release(&v->safe);
	text_release(&v->fitted);
}

void view_begin(struct view *v)
{
	v->hit_count = 0;
	v->height = LINES;
	v->width = COLS;
	theme_use(v->theme, ink(THEME_NORMAL, SURFACE_PLAIN));
	erase();
}

void view_end(struct view *v)
{
	(void)v;
	refresh();
}

void view_hit(struct view *v, struct area area, enum hit_kind kind, int64_t arg)
{
	/* A terminal with more places than this has them without a mouse. */
	if (v->hit_count < VIEW_HITS_MAX)
		v->hits[v->hit_count++] = (struct hit){area, kind, arg};
}

struct hit view_hit_at(const struct view *v, int y, int x)
{
	for (size_t i = v->hit_count; i > 0; i--) {
		const struct area *a = &v->hits[i - 1].area;

		if (y >= a->y && y - a->y < a->height && x >= a->x &&
		    x - a->x < a->width)
			return v->hits[i - 1];
	}
	return (struct hit){.kind = HIT_NONE};
}

/* The part of a line that is on the screen; false for none. */
static bool clip(int y, int x, int *columns)
{
	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return false;
	if (*columns > COLS - x)
		*columns = COLS - x;
	return *columns > 0;
}

void view_fill(struct view *v, struct area area, struct ink how)
{
	int columns = area.width;

	theme_use(v->theme, how);
	for (int i = 0; i < area.height; i++) {
		if (!clip(area.y + i, area.x, &columns))
			continue;
		move(area.y + i, area.x);
		for (int k = 0; k < columns; k++)
			addch(' ');
	}
}

static void add_utf8(struct slice text)
{
	size_t pos = 0;

	while (pos < text.len) {
		wchar_t buffer[128];
		int n = 0;

		while (pos < text.len && n < 128) {
			utf8proc_int32_t c = 0;
			utf8proc_ssize_t step = utf8proc_iterate(
				text.ptr + pos,
				(utf8proc_ssize_t)(text.len - pos), &c);

			if (step <= 0) {
				c = '?';
				step = 1;
			}
			buffer[n++] = (wchar_t)c;
			pos += (size_t)step;
		}
		addnwstr(buffer, n);
	}
}

/* Fills v->fitted with what view_put shows of text. */
static int fit(struct view *v, int columns, struct slice text)
{
	/* More bytes than this cannot fit into a line; combining characters
	 * that would are cut. */
	struct slice start = slice_part(text, 0, (size_t)columns * 16 + 64);

	text_reset(&v->safe);
	text_reset(&v->fitted);
	safe_add(&v->safe, start, v->utf8);
	return (int)show_fit(&v->fitted, text_slice(&v->safe), (size_t)columns,
			     v->ascii);
}

int view_put(struct view *v, int y, int x, int columns, struct slice text,
	     struct ink how)
{
	int used;

	if (!clip(y, x, &columns) || !text.len)
		return 0;
	used = fit(v, columns, text);
	theme_use(v->theme, how);
	move(y, x);
	add_utf8(text_slice(&v->fitted));
	return used;
}

int view_put_right(struct view *v, int y, int x, int columns, struct slice text,
		   struct ink how)
{
	int used;

	if (!clip(y, x, &columns) || !text.len)
		return 0;
	used = fit(v, columns, text);
	theme_use(v->theme, how);
	move(y, x + columns - used);
	add_utf8(text_slice(&v->fitted));
	return used;
}

void view_put_wrapped(struct view *v, struct area a, struct slice text,
		      struct ink how)
{
	for (int i = 0; i < a.height && text.len && a.width > 0; i++) {
		size_t n = text.len;

		if (n > (size_t)a.width && i + 1 < a.height) {
			n = (size_t)a.width;
			while (n && text.ptr[n] != ' ')
				n--;
			if (!n)
				n = (size_t)a.width;
		}
		view_put(v, a.y + i, a.x, a.width, slice_part(text, 0, n), how);
		text = slice_part(text, n, text.len);
		while (text.len && text.ptr[0] == ' ')
			text = slice_part(text, 1, text.len);
	}
}

void view_mark(struct view *v, int y, int x, int columns, struct slice text,
	       const struct query *query, struct ink how)
{
	size_t start, length, from = 0;
	struct slice shown;

	if (!query || !clip(y, x, &columns) || !text.len)
		return;
	fit(v, columns, text);
	shown = text_slice(&v->fitted);
	theme_use(v->theme, how);
	while (query_find(query, shown, from, &start, &length) && length) {
		move(y, x + (int)show_width(slice_part(shown, 0, start)));
		add_utf8(slice_part(shown, start, length));
		from = start + length;
	}
}

static void repeat(struct view *v, const char *utf8, const char *ascii,
		   int count)
{
	for (int i = 0; i < count; i++)
		add_utf8(view_sign(v, utf8, ascii));
}

void view_rule(struct view *v, int y, int x, int width, struct ink how)
{
	if (!clip(y, x, &width))
		return;
	theme_use(v->theme, how);
	move(y, x);
	repeat(v, "─", "-", width);
}

void view_upright(struct view *v, int y, int x, int height, struct ink how)
{
	theme_use(v->theme, how);
	for (int i = 0; i < height; i++) {
		int one = 1;

		if (!clip(y + i, x, &one))
			continue;
		move(y + i, x);
		repeat(v, "│", "|", 1);
	}
}

static void corner(struct view *v, int y, int x, const char *utf8)
{
	view_put(v, y, x, 1, view_sign(v, utf8, "+"),
		 ink(THEME_DIM, SURFACE_BOX));
}

void view_box(struct view *v, struct area a, const char *title)
{
	struct ink line = ink(THEME_DIM, SURFACE_BOX);
	int right = a.x + a.width - 1, bottom = a.y + a.height - 1;

	view_fill(v, a, line);
	view_rule(v, a.y, a.x, a.width, line);
	view_rule(v, bottom, a.x, a.width, line);
	view_upright(v, a.y, a.x, a.height, line);
	view_upright(v, a.y, right, a.height, line);
	corner(v, a.y, a.x, "╭");
	corner(v, a.y, right, "╮");
	corner(v, bottom, a.x, "╰");
	corner(v, bottom, right, "╯");
	if (title && a.width > 6) {
		struct pen p = {v, a.y, a.x + 2, a.width - 4, SURFACE_BOX};

		pen_text(&p, " ", THEME_DIM);
		pen_put(&p, slice_text(title),
			ink_bold(THEME_ACCENT, SURFACE_BOX));
		pen_text(&p, " ", THEME_DIM);
	}
}

void pen_put(struct pen *p, struct slice text, struct ink how)
{
	int used = p->left > 0
			   ? view_put(p->view, p->y, p->x, p->left, text, how)
			   : 0;

	pen_skip(p, used);
}

void pen_text(struct pen *p, const char *text, enum theme_role role)
{
	pen_put(p, slice_text(text), ink(role, p->surface));
}

void pen_skip(struct pen *p, int columns)
{
	p->x += columns;
	p->left -= columns;
}
