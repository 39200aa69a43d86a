/* What happened to a process, and to an app: what it was denied, what it
 * wrote, how it ended. */
#include "detail.h"

#include <inttypes.h>

#include "show.h"

enum { LINE_MAX_BYTES = 64 << 10, HAPPENINGS_SHOWN_MAX = 1000 };

/* Of an app's main process all of the app's is told: the helper that was
 * denied something may be gone. */
static bool concerns(const struct store *s, const struct process *p,
		     const struct happening *h)
{
	const struct process *q;

	if (h->type != EVENT_DENIAL && h->type != EVENT_MESSAGE)
		return false;
	if (h->process == p->serial)
		return true;
	if (p->app != p || !h->process)
		return false;
	q = store_by_serial(s, h->process);
	return q && q->app == p;
}

/* "+0.127 s" from the start of p; the time of day where that is not known. */
static void add_when(struct text *t, const struct process *p, int64_t time_ns)
{
	int64_t since = time_ns - p->started_ns;

	if (!p->started_ns) {
		show_value(t, value_date(time_ns), SHOW_DETAIL);
		return;
	}
	if (since >= 0 && since < 60 * (int64_t)1000000000) {
		text_addf(t, "+%" PRId64 ".%03d s", since / 1000000000,
			  (int)(since / 1000000 % 1000));
		return;
	}
	text_add_text(t, since < 0 ? "-" : "+");
	text_add_span(t, since < 0 ? -since : since);
}

/* "renderer 13653: " for what happened to another process than p. */
static void add_who(struct text *t, const struct store *s,
		    const struct process *p, const struct process *who,
		    bool ascii)
{
	struct fact role;

	if (!who || who == p)
		return;
	role = process_fact(s, who, FACT_ROLE);
	show_fact(t, s, who, fact_has_value(&role) ? FACT_ROLE : FACT_NAME,
		  SHOW_CELL, ascii);
	text_addf(t, " %" PRId64 ": ", who->pid);
}

static void add_denial_words(struct text *t, const struct denial *denial)
{
	/* Only the name fits: it may have been another process. */
	if (denial->attribution == ATTRIBUTED_NAME)
		text_add_text(t, "~");
	text_add_escaped(t, value_slice(denial->operation));
	if (value_slice(denial->target).len) {
		text_add_text(t, " ");
		text_add_escaped(t, value_slice(denial->target));
	}
}

static void add_denial_note(struct detail *d, const struct happening *h,
			    struct text *t)
{
	const struct denial *denial = &h->as.denial;

	text_reset(t);
	if (denial->count > 1)
		text_addf(t, "%" PRId64 " times, ", denial->count);
	text_addf(t, "%s, told by %s", denial_class_id(denial->class),
		  source_table[h->source].label);
	if (denial->attribution == ATTRIBUTED_NAME)
		text_add_text(t, ", matched by name only");
	detail_note_text(d, text_slice(t));
}

static void add_happening(struct detail *d, const struct store *s,
			  const struct process *p, const struct happening *h,
			  const char *label)
{
	bool denial = h->type == EVENT_DENIAL;
	struct text t;

	text_init(&t, LINE_MAX_BYTES);
	add_when(&t, p, h->time_ns);
	if (detail_add(d, label ? label : t.ptr)) {
		text_reset(&t);
		add_who(&t, s, p, store_by_serial(s, h->process), d->ascii);
		if (denial)
			add_denial_words(&t, &h->as.denial);
		else
			text_add_escaped(&t, value_slice(h->as.message.text));
		detail_value_text(d, text_slice(&t),
				  denial ? THEME_BAD : THEME_NORMAL);
		if (denial)
			add_denial_note(d, h, &t);
	}
	text_release(&t);
}

/* An end that is none of its own choice, or a code that says it failed. */
static bool ended_badly(const struct process *p)
{
	return p->how.kind == EXIT_SIGNAL ||
	       (p->how.kind == EXIT_CODE && p->how.value != 0);
}

static void add_end(struct detail *d, const struct store *s,
		    const struct process *p)
{
	struct text t;

	if (process_alive(p))
		return;
	text_init(&t, LINE_MAX_BYTES);
	add_when(&t, p, p->exited_ns);
	if (detail_add(d, t.ptr)) {
		text_reset(&t);
		text_add_text(&t, "ended: ");
		show_fact(&t, s, p, FACT_EXIT, SHOW_DETAIL, d->ascii);
		detail_value_text(d, text_slice(&t),
				  ended_badly(p) ? THEME_BAD : THEME_DIM);
	}
	text_release(&t);
}

void detail_add_happenings(struct detail *d, const struct store *s,
			   const struct process *p)
{
	size_t shown = 0;
	bool denials = false;

	add_end(d, s, p);
	for (size_t i = store_happenings(s); i > 0; i--) {
		const struct happening *h = store_happening(s, i - 1);

		if (!concerns(s, p, h))
			continue;
		if (shown++ == HAPPENINGS_SHOWN_MAX) {
			detail_sentence(d, THEME_DIM,
					"Older ones are not shown.");
			break;
		}
		denials = denials || h->type == EVENT_DENIAL;
		add_happening(d, s, p, h, NULL);
	}
	if (denials)
		return;
	if (p->denial_count)
		detail_sentence(d, THEME_WARN,
				"%" PRId64
				" denials seen, no longer in the history.",
				p->denial_count);
	else
		detail_add_nothing_seen(d, s, "denials");
	detail_add_sources(d, s);
}

/* The newest of a kind that concerns p, NULL. */
static const struct happening *last_of(const struct store *s,
				       const struct process *p,
				       enum event_type type)
{
	for (size_t i = store_happenings(s); i > 0; i--) {
		const struct happening *h = store_happening(s, i - 1);

		if (h->type == type && concerns(s, p, h))
			return h;
	}
	return NULL;
}

void detail_add_last(struct detail *d, const struct store *s,
		     const struct process *p)
{
	const struct happening *denial = last_of(s, p, EVENT_DENIAL);
	const struct happening *words = last_of(s, p, EVENT_MESSAGE);

	if (denial)
		add_happening(d, s, p, denial, "Last denied");
	if (words)
		add_happening(d, s, p, words, "Last words");
}
