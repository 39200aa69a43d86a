/*
 * What all views draw with. A view draws into an area, computes only what is
 * visible, and says where a click means something. Positions outside the
 * terminal are clipped.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "theme.h"
#include "../model/base/text.h"
#include "../model/query.h"

struct area {
	int y, x, height, width;
};

/* What a click means; `arg` says which. */
enum hit_kind {
	HIT_NONE,
	HIT_ROW,     /* row of the list */
	HIT_FOLD,    /* its fold mark */
	HIT_HEADING, /* fact id */
	HIT_TAB,     /* enum fact_group */
	HIT_DETAIL,  /* item of the detail; -1 none there */
	HIT_KEY,     /* key code of the key bar */
	HIT_MENU,    /* entry of a menu or dialog */
	HIT_OUTSIDE, /* beside a dialog that is open */
};

struct hit {
	struct area area;
	enum hit_kind kind;
	int64_t arg;
};

enum { VIEW_HITS_MAX = 2048, VIEW_TEXT_MAX = 64 << 10 };

struct view {
	const struct theme *theme;
	bool utf8;         /* what the terminal takes */
	bool ascii;        /* lines and signs in ASCII */
	int width, height; /* of the terminal */
	struct hit hits[VIEW_HITS_MAX];
	size_t hit_count;
	struct text safe, fitted; /* working space */
};

void view_init(struct view *v);
void view_release(struct view *v);

/* Begins a frame: an empty screen without places to click. */
void view_begin(struct view *v);
/* Sends to the terminal what differs from the last frame. */
void view_end(struct view *v);

/* Later places lie over earlier ones. */
void view_hit(struct view *v, struct area area, enum hit_kind kind,
	      int64_t arg);
/* What lies at a position; kind HIT_NONE for nothing. */
struct hit view_hit_at(const struct view *v, int y, int x);

/* Blanks. */
void view_fill(struct view *v, struct area area, struct ink ink);

/* Text, escaped as text_add_escaped does, cut with an ellipsis at `columns`.
 * Returns the columns it took. */
int view_put(struct view *v, int y, int x, int columns, struct slice text,
	     struct ink ink);
/* The same at the right end of the columns. */
int view_put_right(struct view *v, int y, int x, int columns, struct slice text,
		   struct ink ink);

/* ASCII text broken at blanks into the lines of an area; what does not fit is
 * cut with an ellipsis. */
void view_put_wrapped(struct view *v, struct area area, struct slice text,
		      struct ink ink);

/* Marks what the bare words of a query found in text that view_put drew
 * there. query may be NULL. */
void view_mark(struct view *v, int y, int x, int columns, struct slice text,
	       const struct query *query, struct ink ink);

/* Horizontal and vertical lines, and a box with a title. */
void view_rule(struct view *v, int y, int x, int width, struct ink ink);
void view_upright(struct view *v, int y, int x, int height, struct ink ink);
void view_box(struct view *v, struct area area, const char *title);

/* One of two spellings: for terminals with UTF-8 and for those without. */
static inline struct slice view_sign(const struct view *v, const char *utf8,
				     const char *ascii)
{
	return slice_text(v->ascii ? ascii : utf8);
}

static inline struct ink ink(enum theme_role role, enum theme_surface surface)
{
	return (struct ink){role, surface, false};
}

static inline struct ink ink_bold(enum theme_role role,
				  enum theme_surface surface)
{
	return (struct ink){role, surface, true};
}

/* Writes one thing after another into what is left of a line. */
struct pen {
	struct view *view;
	int y, x, left;
	enum theme_surface surface;
};

void pen_put(struct pen *p, struct slice text, struct ink ink);
/* Text in the pen's surface. */
void pen_text(struct pen *p, const char *text, enum theme_role role);
void pen_skip(struct pen *p, int columns);

#endif
