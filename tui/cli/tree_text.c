#include "tree_print.h"

#include <stdlib.h>

#include "../safe.h"
#include "../show.h"

enum { CELL_BYTES_MAX = 4 << 20 };

static const char *os_name(struct slice os)
{
	if (slice_is(os, "linux"))
		return "Linux";
	if (slice_is(os, "macos"))
		return "macOS";
	return NULL;
}

static void add_host(struct text *t, const struct session *s)
{
	const struct event_host *host = store_host(s->store);
	const char *name = os_name(value_slice(host->os));

	if (!s->live) {
		text_add_text(t, "recording ");
		text_add_escaped(t, slice_text(s->title));
		text_add_text(t, ", ");
		text_add_escaped(t, value_slice(host->label));
		text_add_text(t, ": ");
	}
	text_add_escaped(t, value_slice(host->name));
	text_add_byte(t, ' ');
	if (name)
		text_add_text(t, name);
	else
		text_add_escaped(t, value_slice(host->os));
	text_add_byte(t, ' ');
	text_add_escaped(t, value_slice(host->release));
}

static void add_counts(struct text *t, const struct session *s, size_t shown,
		       bool all)
{
	const struct store_counts *c = store_counts(s->store);
	size_t total = c->alive + c->gone;

	if (!all)
		text_addf(t, "%zu of ", shown);
	text_addf(t, "%zu process%s", all ? shown : total,
		  (all ? shown : total) == 1 ? "" : "es");
	/* What nobody asked to leave out. */
	if (all && shown < total)
		text_addf(t, " and %zu kernel threads not shown",
			  total - shown);
	if (c->gone)
		text_addf(t, ", %zu exited", c->gone);
	text_addf(t, ", %zu confined", c->confined);
	if (c->confinement_unknown)
		text_addf(t, ", %zu unknown", c->confinement_unknown);
	text_addf(t, ", %zu app%s", c->apps, c->apps == 1 ? "" : "s");
	if (c->denials)
		text_addf(t, ", %lld denial%s", (long long)c->denials,
			  c->denials == 1 ? "" : "s");
	if (c->lost)
		text_addf(t, ", %lld records lost", (long long)c->lost);
	if (c->unplaced)
		text_addf(t, ", %lld event%s of unknown processes",
			  (long long)c->unplaced, c->unplaced == 1 ? "" : "s");
	if (c->forgotten)
		text_addf(t, ", %lld exited ones no longer kept",
			  (long long)c->forgotten);
}

/* "/proc live", "audit needs CAP_AUDIT_READ", "connector failed: ...". */
static void add_source(struct text *t, const struct source_status *status,
		       enum source_id id)
{
	struct slice why = value_slice(status->why);

	text_add_text(t, source_table[id].label);
	switch (status->state) {
	case SOURCE_NEEDS_PRIVILEGE:
		text_add_text(t, why.len ? " needs " : " needs more privilege");
		break;
	case SOURCE_UNSUPPORTED:
		text_add_text(t, why.len ? " not here: " : " not here");
		break;
	case SOURCE_FAILED:
		text_add_text(t, why.len ? " failed: " : " failed");
		break;
	default:
		text_addf(t, " %s", source_state_id(status->state));
		why = value_slice(status->note);
		if (why.len)
			text_add_text(t, ": ");
		break;
	}
	text_add_escaped(t, why);
	if (status->lost)
		text_addf(t, " (%lld%s lost)", (long long)status->lost,
			  status->lost_unknown ? " or more" : "");
	else if (status->lost_unknown)
		text_add_text(t, " (some lost)");
}

static void add_sources(struct text *t, const struct session *s)
{
	bool any = false;

	text_add_text(t, "sources: ");
	for (int i = SOURCE_NONE + 1; i < SOURCE_COUNT; i++) {
		enum source_id id = (enum source_id)i;
		const struct source_status *status = store_source(s->store, id);

		if (status->state == SOURCE_UNUSED)
			continue;
		if (any)
			text_add_text(t, "; ");
		any = true;
		add_source(t, status, id);
	}
	if (!any)
		text_add_text(t, "none was named");
}

void tree_print_head(struct output *out, const struct session *s, size_t shown,
		     bool all)
{
	struct text t;

	text_init(&t, CELL_BYTES_MAX);
	add_host(&t, s);
	text_add_text(&t, ": ");
	add_counts(&t, s, shown, all);
	output_shown(out, text_slice(&t), INK_HEAD);
	text_reset(&t);
	add_sources(&t, s);
	output_text(out, "\n");
	output_shown(out, text_slice(&t), INK_DIM);
	output_text(out, "\n\n");
	text_release(&t);
}

/* What it takes to draw a row. */
struct layout {
	const struct session *session;
	const struct columns *columns;
	size_t widths[COLUMNS_MAX];
	/* Where it is a terminal, or none that takes UTF-8, what it may draw
	 * in another width is escaped before it is measured. */
	bool utf8, safe;
	struct text raw, cell, fitted;
};

static void add_lines(struct text *t, const struct tree_row *row, bool utf8)
{
	/* Roots stand at the margin; the lines begin with their children. */
	for (size_t d = 1; d < row->depth; d++) {
		bool on = d < 64 && row->lines >> d & 1;

		text_add_text(t, !on ? "  " : utf8 ? "│ " : "| ");
	}
	if (row->depth)
		text_add_text(t, row->last ? (utf8 ? "└─" : "`-")
					   : (utf8 ? "├─" : "|-"));
	if (!process_alive(row->process))
		text_add_text(t, utf8 ? "† " : "x ");
	else if (row->depth)
		text_add_byte(t, ' ');
}

static void make_cell(struct layout *l, const struct tree_row *row,
		      enum fact_id id)
{
	struct text *into = l->safe ? &l->raw : &l->cell;

	text_reset(&l->raw);
	text_reset(&l->cell);
	if (id == FACT_NAME)
		add_lines(into, row, l->utf8);
	show_fact(into, l->session->store, row->process, id, SHOW_CELL,
		  !l->utf8);
	if (l->safe)
		safe_add(&l->cell, text_slice(&l->raw), l->utf8);
}

static enum output_ink cell_ink(const struct layout *l, const struct process *p,
				enum fact_id id)
{
	struct fact f = process_fact(l->session->store, p, id);

	if (f.state == FACT_NEEDS_PRIVILEGE || f.state == FACT_UNSUPPORTED ||
	    f.state == FACT_FAILED)
		return INK_WARN;
	if (id == FACT_DENIALS && p->denial_count)
		return INK_BAD;
	if (id == FACT_EXIT && !process_alive(p) && p->how.kind == EXIT_SIGNAL)
		return INK_BAD;
	if (!process_alive(p) || !fact_has_value(&f))
		return INK_DIM;
	if ((id == FACT_SANDBOX || id == FACT_SANDBOX_MECHANISMS) &&
	    p->confined == CONFINED_YES)
		return INK_GOOD;
	return INK_PLAIN;
}

/* Blanks are kept back until something follows, so that no line ends in
 * them. */
static void print_padded(struct output *out, const struct layout *l,
			 size_t column, struct slice shown, enum output_ink ink,
			 size_t *blanks)
{
	static const char spaces[] = "                                ";
	bool right =
		fact_table[l->columns->ids[column]].flags & FACT_ALIGN_RIGHT;
	size_t width = show_width(shown);
	size_t pad = l->widths[column] > width ? l->widths[column] - width : 0;

	*blanks += right ? pad : 0;
	while (shown.len && *blanks) {
		size_t n = *blanks < sizeof(spaces) - 1 ? *blanks
							: sizeof(spaces) - 1;

		output_slice(out, slice_of(spaces, n));
		*blanks -= n;
	}
	if (shown.len)
		output_shown(out, shown, ink);
	*blanks += right ? 0 : pad;
	*blanks += 1;
}

static void print_row(struct output *out, struct layout *l,
		      const struct tree_row *row)
{
	size_t blanks = 0;

	for (size_t i = 0; i < l->columns->count; i++) {
		enum fact_id id = l->columns->ids[i];

		if (!l->widths[i])
			continue;
		make_cell(l, row, id);
		text_reset(&l->fitted);
		show_fit(&l->fitted, text_slice(&l->cell), l->widths[i],
			 !l->utf8);
		print_padded(out, l, i, text_slice(&l->fitted),
			     cell_ink(l, row->process, id), &blanks);
	}
	output_text(out, "\n");
}

static void print_headings(struct output *out, const struct layout *l)
{
	size_t blanks = 0;

	for (size_t i = 0; i < l->columns->count; i++) {
		const struct fact_info *info = &fact_table[l->columns->ids[i]];

		if (l->widths[i])
			print_padded(out, l, i, slice_text(info->heading),
				     INK_HEAD, &blanks);
	}
	output_text(out, "\n");
}

static void measure(struct layout *l, const struct tree *tree)
{
	for (size_t i = 0; i < l->columns->count; i++) {
		enum fact_id id = l->columns->ids[i];

		l->widths[i] = show_width(slice_text(fact_table[id].heading));
		for (size_t r = 0; r < tree_count(tree); r++) {
			size_t width;

			make_cell(l, tree_row(tree, r), id);
			width = show_width(text_slice(&l->cell));
			if (width > l->widths[i])
				l->widths[i] = width;
		}
	}
}

/* As wide as what is in them, unless the terminal is narrower. */
static void lay_out(struct layout *l, const struct tree *tree, size_t columns)
{
	size_t total = 0;

	measure(l, tree);
	if (!columns)
		return;
	for (size_t i = 0; i < l->columns->count; i++)
		total += l->widths[i] + (i ? 1 : 0);
	if (total > columns)
		columns_layout(l->columns, columns, l->widths);
}

enum status tree_print_text(struct output *out, const struct session *s,
			    const struct tree *tree,
			    const struct columns *columns, struct error *err)
{
	struct layout l = {.session = s, .columns = columns, .utf8 = out->utf8};
	enum status status;

	text_init(&l.cell, CELL_BYTES_MAX);
	text_init(&l.fitted, CELL_BYTES_MAX);
	lay_out(&l, tree, out->columns);
	print_headings(out, &l);
	for (size_t i = 0; i < tree_count(tree) && !out->gone; i++)
		print_row(out, &l, tree_row(tree, i));
	status = text_status(&l.cell, err);
	if (status == STATUS_OK)
		status = text_status(&l.fitted, err);
	text_release(&l.raw);
	text_release(&l.cell);
	text_release(&l.fitted);
	return status;
}
