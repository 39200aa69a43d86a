#include "doctor.h"

#include <stdlib.h>
#include <unistd.h>

#include "../show.h"
#include "tree_print.h"

enum { LINE_BYTES_MAX = 64 << 10, LINE_COLUMNS = 80, SOURCE_INDENT = 15 };

/* The words up to the last blank that fits, but at least one word. */
static struct slice take_fitting(struct slice *rest, size_t columns)
{
	size_t end = 0, at = 0;
	struct slice line;

	while (at < rest->len) {
		at += slice_find_byte(slice_part(*rest, at, rest->len), ' ');
		if (end && show_width(slice_part(*rest, 0, at)) > columns)
			break;
		end = at++;
	}
	line = slice_part(*rest, 0, end);
	*rest = slice_part(*rest, end + 1, rest->len);
	return line;
}

/* Breaks a long line at its blanks; what goes on stands `indent` columns
 * further in than the line began. */
static void print_wrapped(struct output *out, struct text *t, size_t indent,
			  enum output_ink ink)
{
	size_t columns = out->columns ? out->columns : LINE_COLUMNS;
	struct slice rest = text_slice(t);
	size_t margin = 0, blanks = 0;

	while (blanks < rest.len && rest.ptr[blanks] == ' ')
		blanks++;
	rest = slice_part(rest, blanks, rest.len);
	margin = blanks;
	do {
		size_t room = columns > margin + 20 ? columns - margin : 20;

		output_format(out, "%*s", (int)margin, "");
		output_shown(out, take_fitting(&rest, room), ink);
		output_text(out, "\n");
		margin = blanks + indent;
	} while (rest.len);
	text_reset(t);
}

static void print_line(struct output *out, struct text *t, enum output_ink ink)
{
	output_shown(out, text_slice(t), ink);
	output_text(out, "\n");
	text_reset(t);
}

static void print_who(struct output *out, const struct doctor *d,
		      struct text *t)
{
	const struct session *s = d->session;
	const struct event_host *host = store_host(s->store);

	text_add_text(t, "sandtree " SANDTREE_VERSION " on ");
	text_add_escaped(t, value_slice(host->name));
	text_add_byte(t, ' ');
	text_add_escaped(t, value_slice(host->os));
	text_add_byte(t, ' ');
	text_add_escaped(t, value_slice(host->release));
	print_line(out, t, INK_HEAD);
	if (!d->self)
		return;
	text_add_text(t, "as user ");
	show_fact(t, s->store, d->self, FACT_USER, SHOW_DETAIL, !out->utf8);
	text_add_text(t, ", uid ");
	show_fact(t, s->store, d->self, FACT_UID, SHOW_DETAIL, !out->utf8);
	text_add_text(t, ", capabilities: ");
	show_fact(t, s->store, d->self, FACT_CAPABILITIES_EFFECTIVE,
		  SHOW_DETAIL, !out->utf8);
	print_wrapped(out, t, 2, INK_PLAIN);
}

static bool is_live(enum source_state state)
{
	return state == SOURCE_LIVE || state == SOURCE_STARTING;
}

static void print_source(struct output *out, const struct session *s,
			 enum source_id id, struct text *t)
{
	const struct source_status *status = store_source(s->store, id);
	struct slice why = value_slice(status->why);

	if (is_live(status->state))
		why = value_slice(status->note);
	text_addf(t, "  %-14s ", source_table[id].label);
	switch (status->state) {
	case SOURCE_NEEDS_PRIVILEGE:
		text_add_text(t, why.len ? "needs " : "needs more privilege");
		break;
	case SOURCE_UNSUPPORTED:
		text_add_text(t, why.len ? "not here: " : "not here");
		break;
	default:
		text_addf(t, "%s%s", source_state_id(status->state),
			  why.len ? ": " : "");
		break;
	}
	text_add_escaped(t, why);
	print_wrapped(out, t, SOURCE_INDENT,
		      is_live(status->state) ? INK_GOOD : INK_WARN);
	text_addf(t, "%*s%s", SOURCE_INDENT + 2, "", source_table[id].help);
	print_wrapped(out, t, 0, INK_DIM);
}

static bool print_sources(struct output *out, const struct session *s,
			  bool live, struct text *t)
{
	bool any = false;

	for (int i = SOURCE_DERIVED + 1; i < SOURCE_COUNT; i++) {
		enum source_id id = (enum source_id)i;
		const struct source_status *status = store_source(s->store, id);

		if (status->state == SOURCE_UNUSED ||
		    is_live(status->state) != live)
			continue;
		any = true;
		print_source(out, s, id, t);
	}
	return any;
}

/* What this system has and this version does not ask, so that nobody takes a
 * silence for an answer. */
static const enum source_id linux_sources[] = {
	SOURCE_AUDIT, SOURCE_JOURNAL, SOURCE_KMSG,
	SOURCE_TRACE, SOURCE_DBUS,    SOURCE_SOCK_DIAG,
};

static void print_unasked(struct output *out, const struct session *s,
			  struct text *t)
{
	size_t n = sizeof(linux_sources) / sizeof(linux_sources[0]);
	bool any = false;

	if (session_platform(s) != PLATFORM_LINUX)
		return;
	for (size_t i = 0; i < n; i++) {
		enum source_id id = linux_sources[i];

		if (store_source(s->store, id)->state != SOURCE_UNUSED)
			continue;
		text_add_text(t, any ? ", " : "  not asked by this version: ");
		text_add_text(t, source_table[id].label);
		any = true;
	}
	if (any)
		print_wrapped(out, t, 2, INK_WARN);
}

/* Facts of a group that every process let us read, in one line. */
static void print_read_facts(struct output *out, const struct doctor *d,
			     enum fact_group group, unsigned platform,
			     struct text *t)
{
	bool any = false;

	for (int i = FACT_FIRST_SLOT; i < FACT_COUNT; i++) {
		if (fact_table[i].group != group ||
		    !(fact_table[i].platforms & platform) ||
		    d->survey->facts[i].gap_count)
			continue;
		text_add_text(t, any ? ", " : "    of all: ");
		text_add_text(t, fact_table[i].id);
		any = true;
	}
	if (any)
		print_wrapped(out, t, 2, INK_PLAIN);
}

static void print_partly(struct output *out, const struct doctor *d,
			 enum fact_id id, struct text *t)
{
	const struct survey_fact *f = &d->survey->facts[id];

	text_addf(t, "    %s: ", fact_table[id].id);
	if (f->read)
		text_addf(t, "of %zu", f->read);
	for (size_t i = 0; i < f->gap_count; i++) {
		struct fact gap = fact_gap(f->gaps[i].state, f->gaps[i].reason);

		text_add_text(t, f->read || i ? "; " : "");
		if (f->gaps[i].count < d->survey->processes)
			text_addf(t, "not of %zu: ", f->gaps[i].count);
		else
			text_add_text(t, "of none: ");
		show_reason(t, &gap);
	}
	print_wrapped(out, t, 2, f->read ? INK_PLAIN : INK_WARN);
}

static void print_facts(struct output *out, const struct doctor *d,
			struct text *t)
{
	unsigned platform = session_platform(d->session);

	text_addf(t, "Facts, as read just now of %zu processes:",
		  d->survey->processes);
	print_line(out, t, INK_HEAD);
	if (d->survey->unread) {
		text_addf(t,
			  "  stopped after %d s: %zu of %zu processes not read",
			  SESSION_READ_LIMIT_S, d->survey->unread,
			  d->survey->unread + d->survey->processes);
		print_wrapped(out, t, 2, INK_WARN);
	}
	for (int g = 0; g < GROUP_COUNT; g++) {
		enum fact_group group = (enum fact_group)g;

		output_format(out, "  %s\n", fact_group_label(group));
		print_read_facts(out, d, group, platform, t);
		for (int i = FACT_FIRST_SLOT; i < FACT_COUNT; i++) {
			if (fact_table[i].group == group &&
			    (fact_table[i].platforms & platform) &&
			    d->survey->facts[i].gap_count)
				print_partly(out, d, (enum fact_id)i, t);
		}
	}
}

static bool needs_privilege(const struct doctor *d)
{
	for (int i = FACT_FIRST_SLOT; i < FACT_COUNT; i++) {
		const struct survey_fact *f = &d->survey->facts[i];

		for (size_t g = 0; g < f->gap_count; g++) {
			if (f->gaps[g].state == FACT_NEEDS_PRIVILEGE)
				return true;
		}
	}
	return false;
}

static void print_terminal(struct output *out, const struct doctor *d,
			   struct text *t)
{
	const char *term = getenv("TERM"), *none = getenv("NO_COLOR");

	text_add_text(t, "  TERM ");
	if (term && *term)
		text_add_escaped(t, slice_text(term));
	else
		text_add_text(t, "is not set");
	if (!d->term_known)
		text_add_text(t, ": not in terminfo, so no screen; `sandtree "
				 "tree` works");
	else if (none && *none)
		text_add_text(t, ", no colours because NO_COLOR is set");
	else
		text_addf(t, ", %d colours", d->colors);
	print_line(out, t, INK_PLAIN);
	output_text(out, out->utf8 ? "  UTF-8: yes\n"
				   : "  UTF-8: no, so ASCII lines and escaped "
				     "names\n");
	for (size_t i = 0; i < d->library_count; i++)
		output_format(out, "  %s\n", d->libraries[i]);
}

void doctor_print_text(struct output *out, const struct doctor *d)
{
	struct text t;

	text_init(&t, LINE_BYTES_MAX);
	print_who(out, d, &t);
	output_text(out, "\nAs you are, you will see what these tell:\n");
	if (!print_sources(out, d->session, true, &t))
		output_text(out, "  nothing: no source is live\n");
	output_text(out, "Not what these would:\n");
	print_sources(out, d->session, false, &t);
	print_unasked(out, d->session, &t);
	output_text(out, "\n");
	if (d->opened == STATUS_OK) {
		print_facts(out, d, &t);
	} else {
		text_add_text(&t, "Nothing live can be seen: ");
		text_add_text(&t, d->open_message);
		print_line(out, &t, INK_BAD);
	}
	if (needs_privilege(d) && geteuid() != 0)
		output_text(out, "  What needs privilege, root may read: sudo "
				 "sandtree doctor tells how much of it.\n");
	output_text(out, "\nTerminal and libraries:\n");
	print_terminal(out, d, &t);
	output_text(out,
		    "\nmacOS: recordings can be looked at here and there; "
		    "nothing of this version\nhas ever run on a Mac, and it "
		    "has no live probe for one.\n");
	text_release(&t);
}
