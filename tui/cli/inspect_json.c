#include "inspect_print.h"

#include <stdio.h>

#include "json_write.h"

enum { JSON_BYTES_MAX = 256 << 20 };

static void add_facts(struct text *t, const struct code *c)
{
	bool first = true;

	text_add_byte(t, '{');
	for (int i = 0; i < FACT_COUNT; i++) {
		const struct fact *f = &c->facts[i];

		if (!fact_has_value(f) && f->state != FACT_ABSENT)
			continue;
		json_add_key(t, &first, fact_table[i].id);
		if (f->state == FACT_ABSENT)
			text_add_text(t, "null");
		else
			json_add_value(t, f->value);
	}
	text_add_byte(t, '}');
}

/* A fact that is pending does not apply to a file of this kind. */
static void add_gaps(struct text *t, const struct code *c)
{
	bool first = true;

	text_add_byte(t, '{');
	for (int i = 0; i < FACT_COUNT; i++) {
		const struct fact *f = &c->facts[i];

		if (fact_has_value(f) || f->state == FACT_ABSENT ||
		    f->state == FACT_PENDING)
			continue;
		json_add_key(t, &first, fact_table[i].id);
		text_addf(t, "{\"state\": \"%s\", \"why\": ",
			  fact_state_id(f->state));
		json_add_string(t,
				slice_text(f->reason ? f->reason : "unknown"));
		text_add_byte(t, '}');
	}
	text_add_byte(t, '}');
}

static void add_inferred(struct text *t, const struct code *c)
{
	bool first = true;

	text_add_byte(t, '{');
	for (int i = 0; i < FACT_COUNT; i++) {
		if (c->facts[i].state != FACT_INFERRED)
			continue;
		json_add_key(t, &first, fact_table[i].id);
		json_add_string(t, slice_text(c->facts[i].reason));
	}
	text_add_byte(t, '}');
}

static void add_text(struct text *t, bool *first, const char *key,
		     struct value v)
{
	json_add_key(t, first, key);
	if (v.type == VALUE_STRING)
		json_add_string(t, value_slice(v));
	else
		text_add_text(t, "null");
}

static void add_code(struct text *t, const struct code *c)
{
	bool first = true;

	text_add_byte(t, '{');
	add_text(t, &first, "path", c->path);
	add_text(t, &first, "architecture", c->facts[FACT_ARCHITECTURE].value);
	json_add_key(t, &first, "facts");
	add_facts(t, c);
	json_add_key(t, &first, "gaps");
	add_gaps(t, c);
	json_add_key(t, &first, "inferred");
	add_inferred(t, c);
	text_add_byte(t, '}');
}

static void add_finding(struct text *t, const struct finding *f)
{
	bool first = true;

	text_add_byte(t, '{');
	json_add_key(t, &first, "id");
	json_add_string(t, slice_text(f->id));
	json_add_key(t, &first, "severity");
	json_add_string(t, slice_text(severity_id(f->severity)));
	add_text(t, &first, "path", f->path);
	json_add_key(t, &first, "offset");
	if (f->offset >= 0)
		text_addf(t, "%lld", (long long)f->offset);
	else
		text_add_text(t, "null");
	add_text(t, &first, "message", f->message);
	text_add_byte(t, '}');
}

static void add_profile(struct text *t, const struct inspect_node *n)
{
	bool first = true;

	text_add_byte(t, '{');
	add_text(t, &first, "path", n->path);
	for (size_t i = 0; i < value_count(n->profile); i++) {
		struct text key;

		text_init(&key, 256);
		text_add(&key, value_slice(value_key(n->profile, i)));
		json_add_key(t, &first, key.ptr ? key.ptr : "");
		text_release(&key);
		json_add_value(t, value_at(n->profile, i));
	}
	text_add_byte(t, '}');
}

/* Numbers in it count in the arrays "nodes" and "code" of the whole. */
static void add_node(struct text *t, const struct inspect_node *n,
		     size_t node_base, size_t code_base)
{
	bool first = true;

	text_add_byte(t, '{');
	add_text(t, &first, "path", n->path);
	add_text(t, &first, "kind", n->kind);
	json_add_key(t, &first, "parent");
	if (n->parent == SIZE_MAX)
		text_add_text(t, "null");
	else
		text_addf(t, "%zu", node_base + n->parent);
	json_add_key(t, &first, "bundle");
	json_add_value(t, n->facts);
	json_add_key(t, &first, "code");
	text_add_byte(t, '[');
	for (size_t i = 0; i < n->code_count; i++)
		text_addf(t, "%s%zu", i ? ", " : "",
			  code_base + n->first_code + i);
	text_add_text(t, "]}");
}

static void add_input(struct text *t, const struct inspected *i)
{
	bool first = true;

	text_add_byte(t, '{');
	json_add_key(t, &first, "path");
	json_add_string(t, slice_text(i->word));
	json_add_key(t, &first, "error");
	if (i->status == STATUS_OK) {
		text_add_text(t, "null}");
		return;
	}
	text_addf(t, "{\"state\": ");
	json_add_string(t, slice_text(status_text(i->status)));
	text_add_text(t, ", \"offset\": ");
	if (i->error.offset >= 0)
		text_addf(t, "%lld", (long long)i->error.offset);
	else
		text_add_text(t, "null");
	text_add_text(t, ", \"message\": ");
	json_add_string(t, slice_text(i->error.message));
	text_add_text(t, "}}");
}

/* One array of things that every inspection has some of. */
struct section {
	struct output *out;
	struct text line;
	bool first;
};

static void begin(struct section *s, const char *key)
{
	output_format(s->out, ",\n\"%s\": [", key);
	s->first = true;
}

/* Ends a line that was made in s->line. */
static void line(struct section *s)
{
	output_text(s->out, s->first ? "\n" : ",\n");
	output_slice(s->out, text_slice(&s->line));
	text_reset(&s->line);
	s->first = false;
}

static void print_codes(struct section *s, const struct inspected_list *l)
{
	begin(s, "code");
	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < l->items[i].inspection.code_count; k++) {
			add_code(&s->line, &l->items[i].inspection.codes[k]);
			line(s);
		}
	output_text(s->out, "]");
}

static void print_nodes(struct section *s, const struct inspected_list *l)
{
	size_t nodes = 0, codes = 0;

	begin(s, "nodes");
	for (size_t i = 0; i < l->count; i++) {
		const struct inspection *in = &l->items[i].inspection;

		for (size_t k = 0; k < in->node_count; k++) {
			add_node(&s->line, &in->nodes[k], nodes, codes);
			line(s);
		}
		nodes += in->node_count;
		codes += in->code_count;
	}
	output_text(s->out, "]");
}

static void print_profiles(struct section *s, const struct inspected_list *l)
{
	begin(s, "profiles");
	for (size_t i = 0; i < l->count; i++) {
		const struct inspection *in = &l->items[i].inspection;

		for (size_t k = 0; k < in->node_count; k++) {
			if (in->nodes[k].profile.type != VALUE_DICT)
				continue;
			add_profile(&s->line, &in->nodes[k]);
			line(s);
		}
	}
	output_text(s->out, "]");
}

static void print_findings(struct section *s, const struct inspected_list *l)
{
	int64_t dropped = 0;

	begin(s, "findings");
	for (size_t i = 0; i < l->count; i++) {
		const struct findings *f = &l->items[i].inspection.findings;

		for (size_t k = 0; k < f->count; k++) {
			add_finding(&s->line, &f->items[k]);
			line(s);
		}
		dropped += f->dropped;
	}
	output_format(s->out, "],\n\"findings_dropped\": %lld",
		      (long long)dropped);
}

static void print_inputs(struct section *s, const struct inspected_list *l)
{
	uint64_t hashed = 0;

	begin(s, "inputs");
	for (size_t i = 0; i < l->count; i++) {
		add_input(&s->line, &l->items[i]);
		line(s);
		hashed += l->items[i].inspection.bytes_hashed;
	}
	output_format(s->out, "],\n\"verified\": %s, \"bytes_hashed\": %llu",
		      l->verify ? "true" : "false", (unsigned long long)hashed);
}

void inspect_print_json(struct output *out, const struct inspected_list *l)
{
	struct section s = {.out = out};

	text_init(&s.line, JSON_BYTES_MAX);
	output_text(out, "{\"schema\": \"sandtree/inspect/1\", "
			 "\"schema_minor\": 0, \"tool\": {\"version\": "
			 "\"" SANDTREE_VERSION "\"}");
	print_inputs(&s, l);
	print_codes(&s, l);
	print_nodes(&s, l);
	print_profiles(&s, l);
	print_findings(&s, l);
	output_text(out, "}\n");
	text_release(&s.line);
}
