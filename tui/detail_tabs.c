/* The tabs of the detail pane: the facts of a group, and what is more than
 * facts: when a process became confined, its names, its denials. */
#include "detail.h"

#include <stdio.h>

#include "show.h"
#include "sources.h"

enum {
	LINE_MAX_BYTES = 64 << 10,
	LONG_LIST = 12, /* items */
};

static unsigned platform_of(const struct store *s)
{
	return slice_is(value_slice(store_host(s)->os), "macos")
		       ? PLATFORM_MACOS
		       : PLATFORM_LINUX;
}

static void add_helpers(struct detail *d, const struct process *p)
{
	char words[64];

	if (p->app != p || p->app_alive < 2 || !detail_add(d, "Helpers"))
		return;
	snprintf(words, sizeof(words), "%zu living", p->app_alive - 1);
	detail_value_text(d, slice_text(words), THEME_NORMAL);
}

/* "between 12 ms and 20 ms after its start", as near as the readings tell. */
static void add_step_when(struct text *t, const struct process *p,
			  const struct confinement_step *step)
{
	if (!p->started_ns) {
		text_add_text(t, "between two readings, ");
		text_add_span(t, step->by_ns - step->after_ns);
		text_add_text(t, " apart");
	} else if (step->after_ns <= p->started_ns) {
		text_add_text(t, "within ");
		text_add_span(t, step->by_ns - p->started_ns);
		text_add_text(t, " of its start");
	} else {
		text_add_text(t, "between ");
		text_add_span(t, step->after_ns - p->started_ns);
		text_add_text(t, " and ");
		text_add_span(t, step->by_ns - p->started_ns);
		text_add_text(t, " after its start");
	}
}

/* Which mechanism came when, while we looked. */
static void add_confined_when(struct detail *d, const struct process *p)
{
	struct text t;

	if (p->confined != CONFINED_YES || !detail_add(d, "Confined since"))
		return;
	text_init(&t, 4096);
	if (!p->step_count)
		text_add_text(&t, "before it was first read");
	for (size_t i = 0; i < p->step_count; i++) {
		if (i)
			text_add_text(&t, "; ");
		text_add_escaped(&t, value_slice(p->steps[i].mechanism));
		text_add_byte(&t, ' ');
		add_step_when(&t, p, &p->steps[i]);
	}
	detail_value_text(d, text_slice(&t), THEME_NORMAL);
	text_release(&t);
}

/* What is known comes first, then what is not, then what there is none of:
 * the eye finds the few that matter of many. */
enum fact_rank { RANK_KNOWN, RANK_GAP, RANK_ABSENT, RANK_LONG, RANKS };

static enum fact_rank rank_of(enum fact_id id, const struct fact *f)
{
	bool is_short = id == FACT_CAPABILITIES_EFFECTIVE ||
			id == FACT_CAPABILITIES_BOUNDING;

	if (f->state == FACT_ABSENT)
		return RANK_ABSENT;
	if (!fact_has_value(f))
		return RANK_GAP;
	/* A long list would hide what stands below; of capabilities, many are
	 * shown as all but a few. */
	return f->value.type == VALUE_LIST && !is_short &&
			       value_count(f->value) > LONG_LIST
		       ? RANK_LONG
		       : RANK_KNOWN;
}

static bool applies(const struct process *p, enum fact_id id,
		    enum fact_group group, unsigned platform)
{
	if (fact_table[id].group != group ||
	    !(fact_table[id].platforms & platform))
		return false;
	/* Of the living these say nothing. */
	return !process_alive(p) || (id != FACT_EXITED && id != FACT_EXIT);
}

static void add_facts(struct detail *d, const struct store *s,
		      const struct process *p, enum fact_group group)
{
	unsigned platform = platform_of(s);

	for (int rank = 0; rank < RANKS; rank++) {
		for (int i = 0; i < FACT_COUNT; i++) {
			enum fact_id id = (enum fact_id)i;
			struct fact f = process_fact(s, p, id);

			if (!applies(p, id, group, platform) ||
			    rank_of(id, &f) != (enum fact_rank)rank)
				continue;
			detail_add_fact(d, s, p, id);
			if (id == FACT_SANDBOX)
				add_confined_when(d, p);
		}
	}
}

/* "a", "a and b", "a, b and c". */
static void add_enumerated(struct text *t, const char *word, size_t i, size_t n)
{
	if (i)
		text_add_text(t, i + 1 == n ? " and " : ", ");
	text_add_text(t, word);
}

static void add_labels(struct text *t, const struct store *s,
		       const enum source_id *ids, bool seeing)
{
	size_t n = 0, k = 0;

	for (int i = 0; ids[i] != SOURCE_NONE; i++)
		n += source_is_seeing(store_source(s, ids[i])) == seeing;
	for (int i = 0; ids[i] != SOURCE_NONE; i++) {
		if (source_is_seeing(store_source(s, ids[i])) == seeing)
			add_enumerated(t, source_table[ids[i]].label, k++, n);
	}
}

void detail_add_nothing_seen(struct detail *d, const struct store *s,
			     const char *what)
{
	const enum source_id *ids = sources_of_tab(d->tab, platform_of(s));
	struct text seen, missing;

	if (!ids) {
		detail_sentence(d, THEME_DIM, "No %s seen.", what);
		return;
	}
	text_init(&seen, 256);
	text_init(&missing, 256);
	add_labels(&seen, s, ids, true);
	add_labels(&missing, s, ids, false);
	if (seen.len && missing.len)
		detail_sentence(d, THEME_NORMAL,
				"No %s seen by %s; %s not available.", what,
				seen.ptr, missing.ptr);
	else if (seen.len)
		detail_sentence(d, THEME_NORMAL, "No %s seen by %s.", what,
				seen.ptr);
	else
		detail_sentence(d, THEME_WARN,
				"Nothing here tells of %s: whether there are "
				"any is not known.",
				what);
	text_release(&seen);
	text_release(&missing);
}

void detail_add_sources(struct detail *d, const struct store *s)
{
	const enum source_id *ids = sources_of_tab(d->tab, platform_of(s));
	struct text t;

	if (!ids)
		return;
	text_init(&t, LINE_MAX_BYTES);
	for (int i = 0; ids[i] != SOURCE_NONE; i++) {
		const struct source_status *status = store_source(s, ids[i]);

		if (!detail_add(d, source_table[ids[i]].label))
			break;
		text_reset(&t);
		sources_add_words(&t, status);
		detail_value_text(d, text_slice(&t), sources_role(status));
	}
	text_release(&t);
}

static void add_entitlement(struct detail *d, const struct fact *f, size_t i,
			    struct text *t)
{
	text_reset(t);
	text_add_escaped(t, value_slice(value_key(f->value, i)));
	if (!detail_add(d, t->len ? t->ptr : "\"\""))
		return;
	text_reset(t);
	if (f->state == FACT_INFERRED)
		text_add_text(t, "~");
	show_value(t, value_at(f->value, i), SHOW_DETAIL);
	detail_value_text(d, text_slice(t), THEME_NORMAL);
}

static void add_entitlements(struct detail *d, const struct store *s,
			     const struct process *p)
{
	struct fact f = process_fact(s, p, FACT_ENTITLEMENTS);
	struct text t;

	if (platform_of(s) != PLATFORM_MACOS && f.state != FACT_KNOWN) {
		detail_sentence(d, THEME_DIM,
				"Linux programs carry no entitlements. What "
				"confines this one is in the Sandbox tab.");
		return;
	}
	if (!fact_has_value(&f) || f.value.type != VALUE_DICT ||
	    !value_count(f.value)) {
		detail_add_fact(d, s, p, FACT_ENTITLEMENTS);
		detail_add_sources(d, s);
		return;
	}
	text_init(&t, LINE_MAX_BYTES);
	for (size_t i = 0; i < value_count(f.value); i++)
		add_entitlement(d, &f, i, &t);
	text_release(&t);
}

static void add_name(struct detail *d, struct value entry, struct text *t)
{
	struct value state = value_get(entry, "state");
	bool there = slice_is(value_slice(state), "registered");

	text_reset(t);
	text_add_escaped(t, value_slice(value_get(entry, "kind")));
	if (!detail_add(d, t->len ? t->ptr : "name"))
		return;
	text_reset(t);
	text_add_escaped(t, value_slice(value_get(entry, "name")));
	detail_value_text(d, text_slice(t), there ? THEME_NORMAL : THEME_DIM);
	text_reset(t);
	text_add_escaped(t, value_slice(state));
	detail_note_text(d, text_slice(t));
}

static void add_names(struct detail *d, const struct store *s,
		      const struct process *p)
{
	struct fact f = process_fact(s, p, FACT_NAMES);
	struct text t;

	if (fact_has_value(&f) && value_count(f.value)) {
		text_init(&t, LINE_MAX_BYTES);
		for (size_t i = 0; i < value_count(f.value); i++)
			add_name(d, value_at(f.value, i), &t);
		text_release(&t);
		return;
	}
	detail_add_nothing_seen(d, s, "names");
	detail_add_sources(d, s);
}

void detail_add_tab(struct detail *d, const struct store *s,
		    const struct process *p)
{
	switch (d->tab) {
	case GROUP_OVERVIEW:
		detail_add_last(d, s, p);
		add_facts(d, s, p, GROUP_OVERVIEW);
		add_helpers(d, p);
		break;
	case GROUP_SANDBOX:
		add_facts(d, s, p, GROUP_SANDBOX);
		break;
	case GROUP_CODE:
		add_facts(d, s, p, GROUP_CODE);
		break;
	case GROUP_ENTITLEMENTS:
		add_entitlements(d, s, p);
		break;
	case GROUP_NAMES:
		add_names(d, s, p);
		break;
	case GROUP_DENIALS:
		detail_add_happenings(d, s, p);
		break;
	case GROUP_COUNT:
		break;
	}
}
