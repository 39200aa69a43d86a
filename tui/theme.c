#include "theme.h"

#include <curses.h>

/* Palette numbers; -1 is the terminal's own. */
struct palette {
	short roles[THEME_ROLE_COUNT];
	short surfaces[SURFACE_COUNT];
	/* Surfaces that fix the colour of what is written on them. */
	short ink[SURFACE_COUNT];
	/* Roles on the selected row, whose ground is strong. */
	short selected[THEME_ROLE_COUNT];
};

enum { OWN = -1, ANY = -2 };

static const struct palette dark_256 = {
	.roles = {OWN, 245, 80, 114, 179, 210},
	.surfaces = {OWN, 236, 24, 238, 94, 31, 235},
	.ink = {ANY, ANY, ANY, ANY, 230, 231, ANY},
	.selected = {231, 252, 123, 157, 222, 217},
};

static const struct palette light_256 = {
	.roles = {OWN, 243, 25, 28, 130, 160},
	.surfaces = {OWN, 254, 153, 252, 222, 25, 255},
	.ink = {ANY, ANY, ANY, ANY, 16, 231, ANY},
	.selected = {16, 240, 18, 22, 94, 124},
};

/* The terminal's first eight: its owner chose them to be readable. */
static const struct palette few = {
	.roles = {OWN, OWN, COLOR_CYAN, COLOR_GREEN, COLOR_YELLOW, COLOR_RED},
	.surfaces = {OWN, OWN, COLOR_CYAN, COLOR_WHITE, COLOR_YELLOW,
		     COLOR_BLUE, OWN},
	.ink = {ANY, OWN, COLOR_BLACK, COLOR_BLACK, COLOR_BLACK, COLOR_WHITE,
		ANY},
};

/* Yellow and cyan drown on white. */
static const struct palette few_light = {
	.roles = {OWN, OWN, COLOR_BLUE, COLOR_GREEN, COLOR_MAGENTA, COLOR_RED},
	.surfaces = {OWN, OWN, COLOR_CYAN, COLOR_WHITE, COLOR_YELLOW,
		     COLOR_BLUE, OWN},
	.ink = {ANY, OWN, COLOR_BLACK, COLOR_BLACK, COLOR_BLACK, COLOR_WHITE,
		ANY},
};

/* Without colour a surface and a role are attributes. */
static const attr_t plain_surfaces[SURFACE_COUNT] = {
	[SURFACE_BAND] = A_UNDERLINE,    [SURFACE_SELECTED] = A_REVERSE,
	[SURFACE_RESTING] = A_UNDERLINE, [SURFACE_MATCH] = A_REVERSE | A_BOLD,
	[SURFACE_BADGE] = A_REVERSE,
};

static const attr_t plain_roles[THEME_ROLE_COUNT] = {
	[THEME_DIM] = A_DIM,
	[THEME_ACCENT] = A_BOLD,
	[THEME_BAD] = A_BOLD,
};

static const char *const kind_ids[] = {
	[THEME_AUTO] = "auto",
	[THEME_DARK] = "dark",
	[THEME_LIGHT] = "light",
};

_Static_assert(sizeof(kind_ids) / sizeof(kind_ids[0]) == THEME_KIND_COUNT,
	       "a word for every kind of theme");

static const struct palette *palette(const struct theme *t)
{
	if (t->colors >= 256)
		return t->kind == THEME_LIGHT ? &light_256 : &dark_256;
	return t->kind == THEME_LIGHT ? &few_light : &few;
}

static short pair_of(struct ink ink)
{
	return (short)(1 + (int)ink.surface * THEME_ROLE_COUNT + (int)ink.role);
}

static short foreground(const struct palette *p, struct ink ink)
{
	if (p->ink[ink.surface] != ANY)
		return p->ink[ink.surface];
	if (ink.surface == SURFACE_SELECTED)
		return p->selected[ink.role];
	return p->roles[ink.role];
}

void theme_setup(struct theme *t, enum theme_kind kind,
		 enum theme_kind background, bool no_color)
{
	t->colors = 0;
	t->kind = kind != THEME_AUTO ? kind : background;
	if (t->kind == THEME_AUTO)
		t->kind = THEME_DARK;
	if (no_color || !has_colors() || start_color() == ERR ||
	    COLOR_PAIRS <= SURFACE_COUNT * THEME_ROLE_COUNT)
		return;
	use_default_colors();
	t->colors = COLORS >= 256 ? 256 : COLORS;
	for (int s = 0; s < SURFACE_COUNT; s++) {
		for (int r = 0; r < THEME_ROLE_COUNT; r++) {
			const struct palette *p = palette(t);
			struct ink ink = {(enum theme_role)r,
					  (enum theme_surface)s, false};

			init_pair(pair_of(ink), foreground(p, ink),
				  p->surfaces[s]);
		}
	}
}

void theme_use(const struct theme *t, struct ink ink)
{
	attr_t attributes = ink.bold ? A_BOLD : A_NORMAL;

	if (!t->colors) {
		attributes |=
			plain_surfaces[ink.surface] | plain_roles[ink.role];
		attr_set(attributes, 0, NULL);
		return;
	}
	if (t->colors < 256) {
		if (ink.surface == SURFACE_BAND)
			attributes |= A_REVERSE;
		else if (ink.role == THEME_DIM && ink.surface == SURFACE_PLAIN)
			attributes |= A_DIM;
		/* Colours do not show on a coloured bar. */
		if (ink.role == THEME_BAD && ink.surface != SURFACE_PLAIN)
			attributes |= A_BOLD;
	}
	attr_set(attributes, pair_of(ink), NULL);
}

const char *theme_kind_id(enum theme_kind kind)
{
	return kind_ids[kind];
}

enum theme_kind theme_kind_by_id(struct slice id)
{
	int kind = 0;

	while (kind < THEME_KIND_COUNT && !slice_is(id, kind_ids[kind]))
		kind++;
	return (enum theme_kind)kind;
}
