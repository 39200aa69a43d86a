/* The help page, made from the key table. */
#include <stdio.h>

#include "views.h"
#include "show.h"

enum { KEYS_WIDTH = 15, INDENT = 2 };

struct page {
	struct app *app;
	struct area area;
	size_t line; /* of the whole page */
};

/* The place of the next line on the screen; false while it is scrolled out. */
static bool next(struct page *p, int *y)
{
	size_t line = p->line++;

	if (line < p->app->help_top ||
	    line - p->app->help_top >= (size_t)p->area.height)
		return false;
	*y = p->area.y + (int)(line - p->app->help_top);
	return true;
}

static void put(struct page *p, int x, const char *text, struct ink how)
{
	int y;

	if (next(p, &y))
		view_put(&p->app->view, y, p->area.x + x, p->area.width - x,
			 slice_text(text), how);
}

/* Text beside a label, broken at blanks. */
static void put_beside(struct page *p, struct slice label, struct ink label_how,
		       struct slice text, struct ink how)
{
	int width = p->area.width - KEYS_WIDTH - INDENT - 1;
	bool first = true;

	if (width < 8)
		width = 8;
	do {
		size_t n = text.len;
		int y;

		if (n > (size_t)width) {
			n = (size_t)width;
			while (n && text.ptr[n] != ' ')
				n--;
			if (!n)
				n = (size_t)width;
		}
		if (next(p, &y)) {
			struct view *v = &p->app->view;

			if (first)
				view_put(v, y, p->area.x + INDENT, KEYS_WIDTH,
					 label, label_how);
			view_put(v, y, p->area.x + INDENT + KEYS_WIDTH, width,
				 slice_part(text, 0, n), how);
		}
		first = false;
		text = slice_part(text, n, text.len);
		while (text.len && text.ptr[0] == ' ')
			text = slice_part(text, 1, text.len);
	} while (text.len);
}

static void put_title(struct page *p, const char *title)
{
	p->line++;
	put(p, 1, title, ink_bold(THEME_ACCENT, SURFACE_PLAIN));
}

static void put_signs(struct page *p)
{
	static const struct {
		const char *utf8, *ascii, *means;
	} signs[] = {
		{"~", "~", "inferred: a hint, not a measurement"},
		{"?", "?",
		 "not known: needs privilege, or this system cannot tell, or "
		 "it failed; the detail says why"},
		{"–", "-", "looked, and there is none"},
		{"…", ".", "not read yet"},
		{"†", "x", "exited; it stays in the list, dimmed"},
		{"+", "+", "in front of a row: born in the last 3 seconds"},
		{"◆", "*", "in front of a row: tagged"},
	};

	put_title(p, "Signs");
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		put_beside(
			p,
			view_sign(&p->app->view, signs[i].utf8, signs[i].ascii),
			ink_bold(THEME_WARN, SURFACE_PLAIN),
			slice_text(signs[i].means),
			ink(THEME_NORMAL, SURFACE_PLAIN));
}

static void put_section(struct page *p, enum key_section section)
{
	struct text keys;

	text_init(&keys, 128);
	put_title(p, key_section_title(section));
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_action *k = &key_table[i];

		if (!k->help || k->section != section)
			continue;
		text_reset(&keys);
		key_add_names(&keys, k);
		put_beside(p, text_slice(&keys),
			   ink_bold(THEME_NORMAL, SURFACE_PLAIN),
			   slice_text(k->help),
			   ink(THEME_NORMAL, SURFACE_PLAIN));
	}
	text_release(&keys);
}

static void put_differences(struct page *p)
{
	struct text keys;

	text_init(&keys, 128);
	put_title(p, "Where this leaves htop");
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_action *k = &key_table[i];

		if (!k->htop)
			continue;
		text_reset(&keys);
		key_add_names(&keys, k);
		put_beside(p, text_slice(&keys),
			   ink_bold(THEME_NORMAL, SURFACE_PLAIN),
			   slice_text(k->htop), ink(THEME_DIM, SURFACE_PLAIN));
	}
	text_release(&keys);
}

void view_help(struct app *app, struct area a)
{
	struct page p = {app, a, 0};

	view_fill(&app->view, a, ink(THEME_NORMAL, SURFACE_PLAIN));
	app->help_height = a.height > 0 ? (size_t)a.height : 0;
	put(&p, 1,
	    "sandtree " SANDTREE_VERSION
	    ": processes as a tree, and what confines each.",
	    ink_bold(THEME_NORMAL, SURFACE_PLAIN));
	for (int i = 0; i < KEYS_SECTION_COUNT; i++)
		put_section(&p, (enum key_section)i);
	put_signs(&p);
	put_differences(&p);
	app->help_lines = p.line;
	/* A taller terminal may show more than is left. */
	if (app->help_top + app->help_height > app->help_lines)
		app->help_top = app->help_lines > app->help_height
					? app->help_lines - app->help_height
					: 0;
}
