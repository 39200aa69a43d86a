#include <inttypes.h>
#include <stdio.h>

#include "views.h"
#include "actions.h"
#include "show.h"

enum { POSITION_WIDTH = 16, KEY_NAME_MAX = 32, ROOMY = 90 };

/* The part of what is typed that fits, so that the cursor is seen; the place
 * of an error and the cursor stand out. */
static void put_typed(struct app *app, struct pen *pen)
{
	const struct prompt *p = &app->prompt;
	struct slice text = prompt_text(p);
	size_t from = 0, at = p->cursor;
	int room = pen->left > 24 ? pen->left * 2 / 3 : pen->left - 1;
	struct slice under;

	while (show_width(slice_part(text, from, at - from)) >= (size_t)room) {
		from++;
		while (from < at && (text.ptr[from] & 0xc0) == 0x80)
			from++;
	}
	pen_put(pen, slice_part(text, from, at - from),
		ink(THEME_NORMAL, pen->surface));
	under = slice_part(text, at, 1);
	while (under.len && at + under.len < text.len &&
	       (text.ptr[at + under.len] & 0xc0) == 0x80)
		under.len++;
	pen_put(pen, under.len ? under : SLICE_LITERAL(" "),
		ink(THEME_NORMAL, SURFACE_SELECTED));
	pen_put(pen, slice_part(text, at + under.len, text.len),
		ink(THEME_NORMAL, pen->surface));
}

static void put_prompt(struct app *app, struct area a)
{
	struct pen pen = {&app->view, a.y, a.x + 1, a.width - 1, SURFACE_PLAIN};
	const struct error *err = &app->prompt_error;
	char words[ERROR_MESSAGE_BYTES + 64];

	pen_put(&pen,
		app->mode == MODE_SEARCH ? SLICE_LITERAL("Search: ")
					 : SLICE_LITERAL("Filter: "),
		ink_bold(THEME_ACCENT, SURFACE_PLAIN));
	put_typed(app, &pen);
	if (!err->status)
		return;
	if (err->offset >= 0 && err->status == STATUS_USAGE)
		snprintf(words, sizeof(words), "  at %" PRId64 ": %s",
			 err->offset + 1, err->message);
	else
		snprintf(words, sizeof(words), "  %s", err->message);
	pen_text(&pen, words,
		 err->status == STATUS_USAGE ? THEME_BAD : THEME_WARN);
}

static const char *mode_words(enum tree_mode mode)
{
	switch (mode) {
	case TREE_BY_APP:
		return "by app";
	case TREE_BY_PARENT:
		return "by parent";
	case TREE_LIST:
		break;
	}
	return "list";
}

static void pair(struct pen *pen, const char *label, struct slice value)
{
	pen_text(pen, label, THEME_DIM);
	pen_put(pen, value, ink(THEME_ACCENT, pen->surface));
}

/* How the rows came to be these and in this order. */
static void put_state(struct app *app, struct pen *pen)
{
	const struct tree_options *o = &app->list.options;
	char words[64];

	pen_text(pen, mode_words(o->mode), THEME_DIM);
	if (o->sort != FACT_NONE || o->descending) {
		const char *id =
			o->sort == FACT_NONE ? "birth" : fact_table[o->sort].id;

		pair(pen, "  sort ", slice_text(id));
		pen_put(pen,
			o->descending ? view_sign(pen->view, "▼", " down")
				      : view_sign(pen->view, "▲", " up"),
			ink(THEME_ACCENT, pen->surface));
	}
	if (app->filter)
		pair(pen, "  filter ", text_slice(&app->filter_text));
	if (o->confined_only)
		pair(pen, "  only ", SLICE_LITERAL("confined"));
	if (o->uid >= 0) {
		snprintf(words, sizeof(words), "%" PRId64, o->uid);
		pair(pen, "  uid ", slice_text(words));
	}
	if (!o->gone)
		pair(pen, "  without ", SLICE_LITERAL("exited"));
	if (app->search)
		pair(pen, "  search ", text_slice(&app->search_text));
	if (app->list.tag_count) {
		snprintf(words, sizeof(words), "%zu", app->list.tag_count);
		pair(pen, "  tagged ", slice_text(words));
	}
	if (app->list.follow)
		pair(pen, "  ", SLICE_LITERAL("following"));
}

static void add_position(const struct app *app, char *out, size_t size)
{
	size_t end = app->help_top + app->help_height;

	if (app->mode == MODE_HELP)
		snprintf(out, size, "%zu/%zu",
			 end < app->help_lines ? end : app->help_lines,
			 app->help_lines);
	else
		snprintf(out, size, "%zu/%zu",
			 app->list.count ? app->list.cursor + 1 : 0,
			 app->list.count);
}

void view_status(struct app *app, struct area a)
{
	struct pen pen = {&app->view, a.y, a.x + 1, a.width - 2, SURFACE_PLAIN};
	char position[48];

	if (app->mode == MODE_SEARCH || app->mode == MODE_FILTER) {
		put_prompt(app, a);
		return;
	}
	add_position(app, position, sizeof(position));
	if (pen.left > 2 * POSITION_WIDTH) {
		view_put_right(&app->view, a.y, pen.x, pen.left,
			       slice_text(position),
			       ink(THEME_DIM, SURFACE_PLAIN));
		pen.left -= (int)strlen(position) + 1;
	}
	if (app->pid_digits[0]) {
		pair(&pen, "pid ", slice_text(app->pid_digits));
		pen_skip(&pen, 2);
	}
	if (app->message[0])
		pen_text(&pen, app->message, app->message_role);
	else if (app->mode == MODE_HELP)
		pen_text(&pen, "PgDn and PgUp turn the pages", THEME_DIM);
	else
		put_state(app, &pen);
}

/* Entries of the bar in one context, until the line is full. */
void view_keybar(struct app *app, struct area a)
{
	struct pen pen = {&app->view, a.y, a.x, a.width, SURFACE_PLAIN};
	unsigned context = app_context(app);
	struct text t;

	text_init(&t, KEY_NAME_MAX);
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_action *k = &key_table[i];
		struct area area = {a.y, pen.x, 1, 0};
		const char *label = k->bar_now ? k->bar_now(app) : k->bar;

		if (!label || !(k->contexts & context))
			continue;
		text_reset(&t);
		key_add_name(&t, k->keys[0]);
		if ((int)(t.len + strlen(label)) + 2 > pen.left)
			break;
		pen_put(&pen, text_slice(&t),
			ink_bold(THEME_ACCENT, SURFACE_PLAIN));
		text_reset(&t);
		text_addf(&t, " %s ", label);
		pen_put(&pen, text_slice(&t), ink(THEME_NORMAL, SURFACE_BAND));
		pen_skip(&pen, a.width >= ROOMY ? 1 : 0);
		area.width = pen.x - area.x;
		view_hit(&app->view, area, HIT_KEY, k->keys[0]);
	}
	text_release(&t);
}

void view_confirm(struct app *app, struct area a)
{
	struct slice os = value_slice(store_host(app->store)->os);
	struct text what, whom;
	struct area box = {a.y + a.height / 3, a.x + 2, 5, a.width - 4};
	size_t n;

	if (box.width > 64) {
		box.x = a.x + (a.width - 64) / 2;
		box.width = 64;
	}
	text_init(&what, 256);
	text_init(&whom, 1024);
	n = signal_targets(app, &whom);
	text_add_text(&what, "Send ");
	show_signal(&what, os, app->signal);
	text_addf(&what, " to %zu process%s?", n, n == 1 ? "" : "es");
	view_box(&app->view, box, "Signal");
	view_put(&app->view, box.y + 1, box.x + 2, box.width - 4,
		 text_slice(&what), ink_bold(THEME_BAD, SURFACE_BOX));
	view_put(&app->view, box.y + 2, box.x + 2, box.width - 4,
		 text_slice(&whom), ink(THEME_NORMAL, SURFACE_BOX));
	view_put(&app->view, box.y + 3, box.x + 2, box.width - 4,
		 SLICE_LITERAL("y sends it, n or Esc does not."),
		 ink(THEME_DIM, SURFACE_BOX));
	text_release(&what);
	text_release(&whom);
}
