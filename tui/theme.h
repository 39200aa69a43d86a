/*
 * Colours. A thing on the screen has a role (what it means) and lies on a
 * surface (where it is); the theme says how that looks in the colours the
 * terminal has: 256, 16, or none. Colour never carries a meaning alone.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>

#include "../model/base/slice.h"

enum theme_role {
	THEME_NORMAL,
	THEME_DIM,    /* exited, absent, what frames the rest */
	THEME_ACCENT, /* keys, headings, what is chosen */
	THEME_GOOD,   /* confined, live */
	THEME_WARN,   /* unknown, inferred, missing, lost */
	THEME_BAD,    /* denied, crashed, wrong */
	THEME_ROLE_COUNT,
};

enum theme_surface {
	SURFACE_PLAIN,
	SURFACE_BAND,     /* header and column headings */
	SURFACE_SELECTED, /* the row under the cursor */
	SURFACE_RESTING,  /* the same while another pane has the keys */
	SURFACE_MATCH,    /* what a search found */
	SURFACE_BADGE,    /* the program's name, the open tab, a key's name */
	SURFACE_BOX,      /* dialogs and menus */
	SURFACE_COUNT,
};

enum theme_kind { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_KIND_COUNT };

struct theme {
	enum theme_kind kind; /* dark or light, once it is set up */
	int colors;           /* 256, 16, 8, or 0 for attributes only */
};

struct ink {
	enum theme_role role;
	enum theme_surface surface;
	bool bold;
};

/* After the terminal is open. kind THEME_AUTO takes `background`, what the
 * terminal told of itself, and dark where it told nothing. */
void theme_setup(struct theme *t, enum theme_kind kind,
		 enum theme_kind background, bool no_color);
/* Makes ink the current one of the standard window. */
void theme_use(const struct theme *t, struct ink ink);

const char *theme_kind_id(enum theme_kind kind);
/* THEME_KIND_COUNT for a word that is none. */
enum theme_kind theme_kind_by_id(struct slice id);

#endif
