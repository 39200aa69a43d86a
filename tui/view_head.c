#include <inttypes.h>
#include <stdio.h>

#include "views.h"
#include "show.h"
#include "sources.h"

enum { PARTS_MAX = 24, PART_BYTES = 48 };

/* A run of text in one colour. */
struct part {
	char text[PART_BYTES];
	enum theme_role role;
	bool bold;
};

struct parts {
	struct part items[PARTS_MAX];
	size_t count;
};

static void add_part(struct parts *p, enum theme_role role, bool bold,
		     const char *text)
{
	struct part *part;

	if (p->count == PARTS_MAX)
		return;
	part = &p->items[p->count++];
	part->role = role;
	part->bold = bold;
	snprintf(part->text, sizeof(part->text), "%s", text);
}

static int parts_width(const struct parts *p)
{
	size_t width = 0;

	for (size_t i = 0; i < p->count; i++)
		width += show_width(slice_text(p->items[i].text));
	return (int)width;
}

static void put_parts(struct pen *pen, const struct parts *p)
{
	for (size_t i = 0; i < p->count; i++)
		pen_put(pen, slice_text(p->items[i].text),
			(struct ink){p->items[i].role, pen->surface,
				     p->items[i].bold});
}

/* "31 confined", the number standing out. */
static void add_count(struct parts *p, int64_t n, const char *word,
		      enum theme_role role)
{
	char number[PART_BYTES];

	if (p->count)
		add_part(p, THEME_DIM, false, "  ");
	snprintf(number, sizeof(number), "%" PRId64, n);
	add_part(p, role, true, number);
	add_part(p, THEME_DIM, false, word);
}

static void add_signed(struct parts *p, const char *sign, int64_t n,
		       const char *word, enum theme_role role)
{
	char text[PART_BYTES];

	add_part(p, THEME_DIM, false, "  ");
	snprintf(text, sizeof(text), "%s %" PRId64, sign, n);
	add_part(p, role, n > 0, text);
	add_part(p, THEME_DIM, false, word);
}

static void add_confined(struct parts *p, const struct store_counts *c,
			 const char *word)
{
	char text[PART_BYTES];

	add_count(p, (int64_t)c->confined, word,
		  c->confined ? THEME_GOOD : THEME_NORMAL);
	/* Those nobody could look at are not unconfined. */
	if (!c->confinement_unknown)
		return;
	snprintf(text, sizeof(text), " +%zu?", c->confinement_unknown);
	add_part(p, THEME_WARN, false, text);
}

/* detail: 0 numbers with short words, 1 whole words. */
static void make_counts(const struct app *app, struct parts *p, int detail)
{
	const struct store_counts *c = store_counts(app->store);
	bool ascii = app->view.ascii;

	p->count = 0;
	add_count(p, (int64_t)c->alive, detail ? " processes" : " proc",
		  THEME_NORMAL);
	add_confined(p, c, detail ? " confined" : " conf");
	add_count(p, (int64_t)c->apps, c->apps == 1 ? " app" : " apps",
		  THEME_NORMAL);
	add_signed(p, ascii ? "!" : "⊘", c->denials,
		   !detail           ? ""
		   : c->denials == 1 ? " denial"
				     : " denials",
		   c->denials ? THEME_BAD : THEME_DIM);
	add_signed(p, ascii ? "x" : "†", (int64_t)c->gone + c->forgotten,
		   detail ? " exited" : "", THEME_DIM);
	if (c->lost) {
		add_signed(p, "!", c->lost, " lost", THEME_WARN);
	}
}

static void put_state(const struct app *app, struct pen *pen)
{
	bool live = app->options->live;

	if (app->paused) {
		pen_put(pen, view_sign(pen->view, "■ paused", "paused"),
			ink_bold(THEME_WARN, pen->surface));
		if (app->held.count) {
			char waiting[PART_BYTES];

			snprintf(waiting, sizeof(waiting), ", %zu waiting%s",
				 app->held.count,
				 app->held.full ? " (full)" : "");
			pen_text(pen, waiting, THEME_WARN);
		}
	} else if (live) {
		pen_put(pen, view_sign(pen->view, "● live", "live"),
			ink_bold(THEME_GOOD, pen->surface));
	} else if (app->ended) {
		pen_put(pen, view_sign(pen->view, "■ ended", "ended"),
			ink_bold(THEME_DIM, pen->surface));
	} else {
		pen_put(pen, view_sign(pen->view, "▸ playing", "playing"),
			ink_bold(THEME_GOOD, pen->surface));
	}
}

static void add_host(const struct app *app, struct text *t)
{
	const struct event_host *h = store_host(app->store);
	struct slice os = value_slice(h->os);
	const char *dot = app->view.ascii ? " - " : " · ";

	if (value_slice(h->name).len) {
		text_add_escaped(t, value_slice(h->name));
		text_add_text(t, dot);
	}
	if (slice_is(os, "linux"))
		text_add_text(t, "Linux");
	else if (slice_is(os, "macos"))
		text_add_text(t, "macOS");
	else
		text_add_escaped(t, os);
	if (value_slice(h->release).len) {
		text_add_byte(t, ' ');
		text_add_escaped(t, value_slice(h->release));
	}
}

/* "recording made-story.jsonl, made": what is not live says where it is
 * from. */
static void add_title(const struct app *app, struct text *t)
{
	struct slice label = value_slice(store_host(app->store)->label);
	struct slice title = slice_text(app->options->title);

	if (app->options->live)
		return;
	text_add_text(t, "recording ");
	text_add_escaped(t, slice_base_name(title).len ? slice_base_name(title)
						       : title);
	if (label.len) {
		text_add_text(t, ", ");
		text_add_escaped(t, label);
	}
}

static void head_line(struct app *app, struct area a)
{
	struct view *v = &app->view;
	struct pen pen = {v, a.y, a.x, a.width, SURFACE_BAND};
	struct parts counts;
	struct text t;
	int room;

	view_fill(v, a, ink(THEME_NORMAL, SURFACE_BAND));
	pen_put(&pen, SLICE_LITERAL(" sandtree "),
		ink_bold(THEME_NORMAL, SURFACE_BADGE));
	pen_skip(&pen, 1);
	text_init(&t, 512);
	add_host(app, &t);
	make_counts(app, &counts, 1);
	/* The left side wants its host and state to be seen. */
	room = pen.left - (int)show_width(text_slice(&t)) - 14;
	if (parts_width(&counts) > room)
		make_counts(app, &counts, 0);
	if (parts_width(&counts) + 1 > pen.left)
		counts.count = 0;
	pen.left -= parts_width(&counts) + 2;
	put_state(app, &pen);
	pen_skip(&pen, 2);
	pen_put(&pen, text_slice(&t), ink(THEME_NORMAL, SURFACE_BAND));
	text_reset(&t);
	add_title(app, &t);
	if (t.len && pen.left > 8) {
		pen_skip(&pen, 2);
		pen_put(&pen, text_slice(&t), ink(THEME_DIM, SURFACE_BAND));
	}
	pen.x = a.x + a.width - parts_width(&counts) - 1;
	pen.left = parts_width(&counts);
	put_parts(&pen, &counts);
	text_release(&t);
}

static void put_source(struct app *app, struct pen *pen, enum source_id id,
		       struct text *t)
{
	const struct source_status *status = store_source(app->store, id);
	enum theme_role role = sources_role(status);
	bool seeing = source_is_seeing(status);

	text_reset(t);
	if (seeing && !status->lost && !status->lost_unknown &&
	    !value_slice(status->note).len) {
		pen_text(pen, source_table[id].label, THEME_NORMAL);
		pen_put(pen, view_sign(pen->view, " ✓", " ok"),
			ink(role, pen->surface));
	} else {
		sources_add_words(t, status);
		pen_text(pen, source_table[id].label, THEME_NORMAL);
		pen_put(pen,
			seeing ? view_sign(pen->view, " ✓ ", " ok ")
			       : view_sign(pen->view, " ✗ ", " no "),
			ink(role, pen->surface));
		pen_put(pen, text_slice(t), ink(role, pen->surface));
	}
	pen_skip(pen, 2);
}

static void sources_line(struct app *app, struct area a)
{
	struct pen pen = {&app->view, a.y, a.x + 1, a.width - 2, SURFACE_PLAIN};
	size_t shown = 0;
	struct text t;

	text_init(&t, 1024);
	pen_text(&pen, "sources  ", THEME_DIM);
	/* What is missing matters more than what works, but reads better
	 * behind it. */
	for (int seeing = 1; seeing >= 0; seeing--) {
		for (int i = SOURCE_NONE + 1; i < SOURCE_COUNT; i++) {
			enum source_id id = (enum source_id)i;
			const struct source_status *status =
				store_source(app->store, id);

			if (status->state == SOURCE_UNUSED ||
			    id == SOURCE_DERIVED ||
			    source_is_seeing(status) != (bool)seeing)
				continue;
			put_source(app, &pen, id, &t);
			shown++;
		}
	}
	if (!shown)
		pen_text(&pen, store_listed(app->store) ? "none" : "starting",
			 THEME_WARN);
	text_release(&t);
}

void view_head(struct app *app, struct area a)
{
	struct area line = {a.y, a.x, 1, a.width};

	if (a.height > 0)
		head_line(app, line);
	line.y++;
	if (a.height > 1)
		sources_line(app, line);
}
