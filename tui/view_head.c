#include <inttypes.h>
#include <stdio.h>

#include "views.h"
#include "show.h"
#include "sources.h"

enum {
	PARTS_MAX = 24,
	PART_BYTES = 48,
	NAMED_HOST = 100, /* columns from which on the host is named */
	NOTE_ROOM = 40,   /* columns that must be left for a note */
};

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

/* Without anything that tells of denials their number is not zero. */
static void add_denials(const struct app *app, struct parts *p, int64_t n,
			bool words)
{
	const char *sign = app->view.ascii ? "!" : "⊘";

	if (n > 0 ||
	    sources_see(app->store, GROUP_DENIALS, app_platform(app))) {
		add_signed(p, sign, n,
			   !words   ? ""
			   : n == 1 ? " denial"
				    : " denials",
			   n ? THEME_BAD : THEME_DIM);
		return;
	}
	add_part(p, THEME_DIM, false, "  ");
	add_part(p, THEME_DIM, false, sign);
	add_part(p, THEME_WARN, false, " ?");
	if (words)
		add_part(p, THEME_DIM, false, " denials");
}

/* From few words to many. */
enum { COUNTS_FEW, COUNTS_SHORT, COUNTS_WORDS };

static void make_counts(struct app *app, struct parts *p, int detail)
{
	const struct store_counts *c = counts_get(&app->counts, app->store);
	bool ascii = app->view.ascii, words = detail == COUNTS_WORDS;

	p->count = 0;
	add_count(p, (int64_t)c->alive, words ? " processes" : " proc",
		  THEME_NORMAL);
	if (detail != COUNTS_FEW || c->confined || c->confinement_unknown)
		add_confined(p, c, words ? " confined" : " conf");
	if (detail != COUNTS_FEW)
		add_count(p, (int64_t)c->apps, c->apps == 1 ? " app" : " apps",
			  THEME_NORMAL);
	add_denials(app, p, c->denials, words);
	add_signed(p, ascii ? "x" : "†", (int64_t)c->gone + c->forgotten,
		   words ? " exited" : "", THEME_DIM);
	if (c->lost)
		add_signed(p, "!", c->lost, " lost", THEME_WARN);
}

static void put_state(const struct app *app, struct pen *pen)
{
	char waiting[PART_BYTES];

	if (app->paused) {
		pen_put(pen, view_sign(pen->view, "■ paused", "paused"),
			ink_bold(THEME_WARN, pen->surface));
		if (!app->held.count)
			return;
		snprintf(waiting, sizeof(waiting), ", %zu waiting%s",
			 app->held.count, app->held.full ? " (full)" : "");
		pen_text(pen, waiting, THEME_WARN);
	} else if (app->options->live) {
		pen_put(pen, view_sign(pen->view, "● live", "live"),
			ink_bold(THEME_GOOD, pen->surface));
	} else if (app->ended) {
		pen_put(pen,
			view_sign(pen->view, "■ recording ended",
				  "recording ended"),
			ink_bold(THEME_ACCENT, pen->surface));
	} else {
		pen_put(pen, view_sign(pen->view, "▸ recording", "recording"),
			ink_bold(THEME_GOOD, pen->surface));
	}
}

static void add_host(const struct app *app, struct text *t)
{
	const struct event_host *h = store_host(app->store);
	struct slice os = value_slice(h->os);
	const char *dot = app->view.ascii ? " - " : " · ";

	if (value_slice(h->name).len && app->view.width >= NAMED_HOST) {
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

/* "only chromium 18399 and 2 more": the rest of the machine is not shown. */
static void add_targets(const struct app *app, struct text *t)
{
	const struct screen_options *o = app->options;
	const struct process *p;

	if (!o->target_count)
		return;
	text_add_text(t, "only ");
	p = store_by_serial(app->store, o->targets[0]);
	if (p) {
		show_fact(t, app->store, p, FACT_NAME, SHOW_CELL,
			  app->view.ascii);
		text_addf(t, " %" PRId64, p->pid);
	} else {
		text_add_text(t, "what has ended");
	}
	if (o->target_count > 1)
		text_addf(t, " and %zu more", o->target_count - 1);
}

/* The file's name and what the file says of itself: "made", "recorded". */
static void add_title(const struct app *app, struct text *t)
{
	struct slice label = value_slice(store_host(app->store)->label);
	struct slice title = slice_text(app->options->title);
	struct slice base = slice_base_name(title);

	if (app->options->live) {
		add_targets(app, t);
		return;
	}
	text_add_escaped(t, base.len ? base : title);
	if (label.len) {
		text_add_text(t, ", ");
		text_add_escaped(t, label);
	}
}

/* What the left side of the head wants before counts get words. */
static int wanted(const struct app *app, const struct text *host,
		  const struct text *title)
{
	int state = app->options->live ? 8 : 20;

	return state + (int)show_width(text_slice(host)) +
	       (int)show_width(text_slice(title)) + 6;
}

static void head_line(struct app *app, struct area a)
{
	struct view *v = &app->view;
	struct pen pen = {v, a.y, a.x, a.width, SURFACE_BAND};
	struct text host, title;
	struct parts counts;
	int detail = COUNTS_WORDS;

	view_fill(v, a, ink(THEME_NORMAL, SURFACE_BAND));
	pen_put(&pen, SLICE_LITERAL(" sandtree "),
		ink_bold(THEME_NORMAL, SURFACE_BADGE));
	pen_skip(&pen, 1);
	text_init(&host, 512);
	text_init(&title, 512);
	add_host(app, &host);
	add_title(app, &title);
	make_counts(app, &counts, detail);
	while (detail > COUNTS_FEW &&
	       parts_width(&counts) + 2 > pen.left - wanted(app, &host, &title))
		make_counts(app, &counts, --detail);
	if (parts_width(&counts) + 2 > pen.left)
		counts.count = 0;
	pen.left -= parts_width(&counts) + 2;
	put_state(app, &pen);
	pen_skip(&pen, 2);
	pen_put(&pen, text_slice(&host), ink(THEME_NORMAL, SURFACE_BAND));
	pen_skip(&pen, 2);
	pen_put(&pen, text_slice(&title), ink(THEME_DIM, SURFACE_BAND));
	pen.x = a.x + a.width - parts_width(&counts) - 1;
	pen.left = parts_width(&counts);
	put_parts(&pen, &counts);
	text_release(&host);
	text_release(&title);
}

/* What is special about a source: how it is limited, what it lost. */
static void put_special(struct pen *pen, const struct source_status *status,
			struct text *t)
{
	char lost[PART_BYTES];

	if (status->lost || status->lost_unknown) {
		snprintf(lost, sizeof(lost), " %" PRId64 " lost", status->lost);
		pen_text(pen, status->lost ? lost : " some lost", THEME_WARN);
	}
	if (!value_slice(status->note).len || pen->left < NOTE_ROOM)
		return;
	text_reset(t);
	text_add_text(t, " (");
	text_add_escaped(t, value_slice(status->note));
	text_add_text(t, ")");
	pen_put(pen, text_slice(t), ink(THEME_DIM, pen->surface));
}

static bool is_listed(const struct app *app, int id, bool seeing)
{
	const struct source_status *status =
		store_source(app->store, (enum source_id)id);

	return status->state != SOURCE_UNUSED && id != SOURCE_DERIVED &&
	       source_is_seeing(status) == seeing;
}

static size_t put_seeing(struct app *app, struct pen *pen, struct text *t)
{
	size_t shown = 0;

	for (int i = SOURCE_NONE + 1; i < SOURCE_COUNT; i++) {
		if (!is_listed(app, i, true))
			continue;
		if (!shown++)
			pen_put(pen, view_sign(pen->view, "✓ ", "from "),
				ink(THEME_GOOD, pen->surface));
		else
			pen_text(pen, ", ", THEME_DIM);
		pen_text(pen, source_table[i].label, THEME_NORMAL);
		put_special(pen, store_source(app->store, (enum source_id)i),
			    t);
	}
	if (shown)
		pen_skip(pen, 2);
	return shown;
}

static size_t put_missing(struct app *app, struct pen *pen, struct text *t)
{
	size_t shown = 0;

	for (int i = SOURCE_NONE + 1; i < SOURCE_COUNT; i++) {
		const struct source_status *status;

		if (!is_listed(app, i, false))
			continue;
		status = store_source(app->store, (enum source_id)i);
		text_reset(t);
		sources_add_words(t, status);
		pen_put(pen, view_sign(pen->view, "✗ ", "not "),
			ink(THEME_WARN, pen->surface));
		pen_text(pen, source_table[i].label, THEME_NORMAL);
		pen_skip(pen, 1);
		pen_put(pen, text_slice(t), ink(THEME_WARN, pen->surface));
		pen_skip(pen, 2);
		shown++;
	}
	return shown;
}

static void sources_line(struct app *app, struct area a)
{
	struct pen pen = {&app->view, a.y, a.x + 1, a.width - 2, SURFACE_PLAIN};
	size_t shown;
	struct text t;

	text_init(&t, 1024);
	shown = put_seeing(app, &pen, &t);
	shown += put_missing(app, &pen, &t);
	if (!shown)
		pen_text(&pen,
			 store_listed(app->store) ? "no source" : "starting",
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
