#include "inspect_print.h"

#include <stdio.h>

static enum output_ink severity_ink(enum severity s)
{
	return s == SEVERITY_ERROR     ? INK_BAD
	       : s == SEVERITY_WARNING ? INK_WARN
				       : INK_DIM;
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->severity == b->severity && !strcmp(a->id, b->id) &&
	       value_equal(a->message, b->message);
}

static void print_place(struct output *out, const struct inspection *in,
			const struct finding *f)
{
	output_text(out, "           ");
	inspect_print_escaped(out, inspect_short_path(in, value_slice(f->path)),
			      INK_PLAIN);
	if (f->offset >= 0)
		output_format(out, " at byte %lld", (long long)f->offset);
	output_text(out, "\n");
}

/* A finding, and every place that has the very same one. */
static void print_finding(struct output *out, const struct inspection *in,
			  size_t index)
{
	const struct findings *all = &in->findings;
	const struct finding *f = &all->items[index];
	char word[16];

	for (size_t i = 0; i < index; i++)
		if (same_finding(f, &all->items[i]))
			return; /* told with that one */
	(void)snprintf(word, sizeof(word), "  %-8s ", severity_id(f->severity));
	output_shown(out, slice_text(word), severity_ink(f->severity));
	output_shown(out, value_slice(f->message),
		     f->severity == SEVERITY_NOTE ? INK_PLAIN : INK_HEAD);
	output_shown(out, SLICE_LITERAL("  ["), INK_DIM);
	output_shown(out, slice_text(f->id), INK_DIM);
	output_shown(out, SLICE_LITERAL("]"), INK_DIM);
	output_text(out, "\n");
	for (size_t i = index; i < all->count; i++)
		if (same_finding(f, &all->items[i]))
			print_place(out, in, &all->items[i]);
}

static void print_findings(struct output *out, const struct inspection *in)
{
	const struct findings *f = &in->findings;

	if (!f->count)
		return;
	output_text(out, "\n");
	output_shown(out, SLICE_LITERAL("Findings"), INK_HEAD);
	output_text(out, "\n");
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		for (size_t i = 0; i < f->count; i++)
			if ((int)f->items[i].severity == s)
				print_finding(out, in, i);
	if (f->dropped)
		output_format(out, "  and %lld more\n", (long long)f->dropped);
}

static bool has_signature(const struct inspection *in)
{
	for (size_t i = 0; i < in->code_count; i++)
		if (in->codes[i].facts[FACT_CDHASH].state != FACT_PENDING)
			return true;
	return false;
}

static size_t count_of(const struct findings *f, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->items[i].severity == severity;
	return n;
}

/* What was looked at, so that no finding does not sound like more. */
static void print_end(struct output *out, const struct inspected *i,
		      bool verify)
{
	const struct inspection *in = &i->inspection;
	size_t errors = count_of(&in->findings, SEVERITY_ERROR);
	size_t warnings = count_of(&in->findings, SEVERITY_WARNING);

	if (i->status != STATUS_OK || !has_signature(in))
		return;
	output_text(out, "\n");
	output_format(out, "%zu error%s, %zu warning%s. ", errors,
		      errors == 1 ? "" : "s", warnings,
		      warnings == 1 ? "" : "s");
	if (!verify)
		output_text(out, "Pages and sealed files were not hashed: "
				 "--verify does that.\n");
	else if (errors)
		output_format(out, "%.1f MB were hashed.\n",
			      (double)in->bytes_hashed / 1e6);
	else
		output_format(out,
			      "%.1f MB were hashed: every page, special slot "
			      "and sealed file is as it was signed.\n",
			      (double)in->bytes_hashed / 1e6);
}

void inspect_print_findings(struct output *out, const struct inspected *i,
			    bool verify)
{
	print_findings(out, &i->inspection);
	print_end(out, i, verify);
}
