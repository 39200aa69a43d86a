#include "inspect_print.h"

#include <stdio.h>
#include <stdlib.h>

#include "../show.h"

/* A to Z, then a to z; programs beyond that are told to be left out. */
enum { PROGRAMS_MAX = 52, KEYS_MAX = 2000, VALUES_MAX = 9 };

/* A column: a program whose entitlements are known or could not be read. */
struct program {
	const struct code *code;
	struct slice path;
	bool show_architecture; /* its architectures differ */
};

struct table {
	const struct inspection *in;
	struct output *out;
	struct program programs[PROGRAMS_MAX];
	size_t program_count, left_out;
	struct value *keys; /* borrowed STRINGs, each once, sorted */
	size_t key_count;
	size_t key_columns;
};

static const struct fact *claims(const struct code *c)
{
	return &c->facts[FACT_ENTITLEMENTS];
}

static bool same_claims(const struct code *a, const struct code *b)
{
	return claims(a)->state == claims(b)->state &&
	       value_equal(claims(a)->value, claims(b)->value);
}

/* A library without entitlements is as it should be. */
static bool belongs(const struct code *c)
{
	return claims(c)->state != FACT_PENDING &&
	       (claims(c)->state != FACT_ABSENT ||
		slice_is(value_slice(c->facts[FACT_FILE_TYPE].value),
			 "executable"));
}

static void add_program(struct table *t, const struct code *c,
			const struct inspect_node *n, bool show_architecture)
{
	if (!belongs(c))
		return;
	if (t->program_count == PROGRAMS_MAX) {
		t->left_out++;
		return;
	}
	t->programs[t->program_count++] = (struct program){
		.code = c,
		.path = value_slice(n->path),
		.show_architecture = show_architecture,
	};
}

static void find_programs(struct table *t)
{
	for (size_t i = 0; i < t->in->node_count; i++) {
		const struct inspect_node *n = &t->in->nodes[i];
		const struct code *c = &t->in->codes[n->first_code];
		bool differ = false;

		for (size_t k = 1; k < n->code_count; k++)
			differ |= !same_claims(c, c + k);
		for (size_t k = 0; k < n->code_count; k++)
			if (k == 0 || differ)
				add_program(t, c + k, n, differ);
	}
}

static int compare_keys(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return slice_compare(value_slice(*x), value_slice(*y));
}

static void find_keys(struct table *t)
{
	size_t unique = 0, count = 0;

	for (size_t i = 0; i < t->program_count; i++) {
		struct value dict = claims(t->programs[i].code)->value;

		for (size_t k = 0; k < value_count(dict) && count < KEYS_MAX;
		     k++)
			t->keys[count++] = value_key(dict, k);
	}
	if (count)
		qsort(t->keys, count, sizeof(*t->keys), compare_keys);
	for (size_t i = 0; i < count; i++)
		if (!i || !value_equal(t->keys[i], t->keys[unique - 1]))
			t->keys[unique++] = t->keys[i];
	t->key_count = unique;
}

static struct value claimed(const struct program *p, struct value key)
{
	struct value dict = claims(p->code)->value;

	for (size_t i = 0; i < value_count(dict); i++)
		if (value_equal(value_key(dict, i), key))
			return value_at(dict, i);
	return value_none;
}

static bool is_unknown(const struct program *p)
{
	return claims(p->code)->state != FACT_KNOWN &&
	       claims(p->code)->state != FACT_ABSENT;
}

/* Programs of which nothing is known neither agree nor differ. */
static bool differs(const struct table *t, struct value key)
{
	struct value first = value_none;
	bool any = false;

	for (size_t i = 0; i < t->program_count; i++) {
		struct value v = claimed(&t->programs[i], key);

		if (is_unknown(&t->programs[i]))
			continue;
		if (any && !value_equal(v, first))
			return true;
		first = v;
		any = true;
	}
	return false;
}

static char letter(size_t i)
{
	return i < 26 ? (char)('A' + i) : (char)('a' + (i - 26));
}

static void print_legend(const struct table *t)
{
	struct text line;

	text_init(&line, 8192);
	for (size_t i = 0; i < t->program_count; i++) {
		const struct program *p = &t->programs[i];

		text_reset(&line);
		text_addf(&line, "  %c  ", letter(i));
		text_add_escaped(&line, inspect_short_path(t->in, p->path));
		if (p->show_architecture) {
			text_add_text(&line, "  ");
			show_value(&line,
				   p->code->facts[FACT_ARCHITECTURE].value,
				   SHOW_DETAIL);
		}
		output_shown(t->out, text_slice(&line), INK_PLAIN);
		output_text(t->out, "\n");
	}
	if (t->left_out)
		output_format(t->out, "  and %zu more, left out here\n",
			      t->left_out);
	text_release(&line);
}

/* The values of a row that are no plain true or false, each once. */
struct distinct {
	struct value values[VALUES_MAX];
	size_t count;
};

static size_t number_of(struct distinct *d, struct value v)
{
	for (size_t i = 0; i < d->count; i++)
		if (value_equal(d->values[i], v))
			return i + 1;
	if (d->count == VALUES_MAX)
		return 0;
	d->values[d->count++] = v;
	return d->count;
}

/* The value that most programs of a row have; who has another stands out. */
static struct value usual(const struct table *t, struct value key)
{
	struct value best = value_none;
	size_t best_count = 0;

	for (size_t i = 0; i < t->program_count; i++) {
		struct value v = claimed(&t->programs[i], key);
		size_t count = 0;

		for (size_t k = 0; k < t->program_count; k++)
			count += value_equal(claimed(&t->programs[k], key), v);
		if (count > best_count) {
			best = v;
			best_count = count;
		}
	}
	return best;
}

/* One sign a program, always one column wide. */
static void print_cell(const struct table *t, const struct program *p,
		       struct value key, struct distinct *d, struct value most)
{
	struct value v = claimed(p, key);
	bool utf8 = t->out->utf8;
	enum output_ink ink = value_equal(v, most) ? INK_PLAIN : INK_WARN;
	char number[2] = "+";
	const char *sign = number;

	if (is_unknown(p)) {
		sign = "?";
		ink = INK_BAD;
	} else if (v.type == VALUE_NONE) {
		sign = utf8 ? "·" : ".";
		ink = ink == INK_PLAIN ? INK_DIM : ink;
	} else if (v.type == VALUE_BOOL) {
		sign = v.as.boolean ? (utf8 ? "✓" : "y") : (utf8 ? "✗" : "n");
	} else {
		size_t n = number_of(d, v);

		if (n)
			number[0] = (char)('0' + n);
	}
	output_text(t->out, " ");
	output_shown(t->out, slice_text(sign), ink);
}

static void print_values(const struct table *t, const struct distinct *d)
{
	struct text line;

	text_init(&line, 64 << 10);
	for (size_t i = 0; i < d->count; i++) {
		text_reset(&line);
		text_addf(&line, "      %zu  ", i + 1);
		show_value(&line, d->values[i], SHOW_DETAIL);
		output_shown(t->out, text_slice(&line), INK_DIM);
		output_text(t->out, "\n");
	}
	text_release(&line);
}

static void print_row(const struct table *t, struct value key, bool differing)
{
	struct distinct d = {.count = 0};
	struct value most = usual(t, key);
	struct text line;
	size_t columns;

	text_init(&line, 8192);
	text_add_escaped(&line, value_slice(key));
	columns = show_width(text_slice(&line));
	output_text(t->out, differing ? (t->out->utf8 ? "≠ " : "# ") : "  ");
	output_shown(t->out, text_slice(&line),
		     differing ? INK_HEAD : INK_PLAIN);
	for (; columns < t->key_columns; columns++)
		output_text(t->out, " ");
	for (size_t i = 0; i < t->program_count; i++)
		print_cell(t, &t->programs[i], key, &d, most);
	output_text(t->out, "\n");
	print_values(t, &d);
	text_release(&line);
}

static void measure(struct table *t)
{
	struct text line;

	t->key_columns = strlen("Entitlement");
	text_init(&line, 8192);
	for (size_t i = 0; i < t->key_count; i++) {
		size_t width;

		text_reset(&line);
		text_add_escaped(&line, value_slice(t->keys[i]));
		width = show_width(text_slice(&line));
		if (width > t->key_columns && width < 100)
			t->key_columns = width;
	}
	text_release(&line);
}

static void print_heading(const struct table *t)
{
	char heading[160];

	(void)snprintf(heading, sizeof(heading), "  %-*s", (int)t->key_columns,
		       "Entitlement");
	output_shown(t->out, slice_text(heading), INK_DIM);
	for (size_t i = 0; i < t->program_count; i++)
		output_format(t->out, " %c", letter(i));
	output_text(t->out, "\n");
}

static void print(struct table *t)
{
	output_text(t->out, "\n");
	output_shown(t->out, SLICE_LITERAL("Entitlements by program"),
		     INK_HEAD);
	output_text(t->out, "\n");
	print_legend(t);
	measure(t);
	print_heading(t);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t->key_count; i++)
			if (differs(t, t->keys[i]) == !pass)
				print_row(t, t->keys[i], !pass);
}

void inspect_print_table(struct output *out, const struct inspection *i)
{
	struct table t = {.in = i, .out = out};

	find_programs(&t);
	if (t.program_count < 2)
		return;
	t.keys = calloc(KEYS_MAX, sizeof(*t.keys));
	if (!t.keys)
		return;
	find_keys(&t);
	if (t.key_count)
		print(&t);
	free(t.keys);
}
