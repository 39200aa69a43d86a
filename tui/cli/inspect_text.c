#include "inspect_print.h"

#include <stdio.h>
#include <stdlib.h>

#include "../show.h"

enum { LABEL_COLUMNS = 20, FIELD_BYTES_MAX = 64 << 10, LIBRARIES_SHOWN = 6 };

/* How a fact is told in a node's section. */
struct line {
	enum fact_id id;
	/* NULL: as any value; else appends it in words. */
	void (*words)(struct text *t, struct value v);
	unsigned flags;
};

enum {
	TELL_ABSENT = 1 << 0, /* also when there is none */
	/* Only of what was asked for, not of each helper in it: --json has
	 * all of all. */
	TELL_FIRST = 1 << 1,
};

static void add(struct text *t, struct value v)
{
	show_value(t, v, SHOW_DETAIL);
}

static void part(struct text *t, struct value dict, const char *key,
		 const char *before)
{
	struct value v = value_get(dict, key);

	if (v.type == VALUE_NONE)
		return;
	text_add_text(t, before);
	add(t, v);
}

/* "valid, chain apple": what the CMS proves, or why it does not. */
static void cms_words(struct text *t, struct value v)
{
	part(t, v, "state", "");
	part(t, v, "chain", ", chain ");
	part(t, v, "why", ": ");
	part(t, v, "chain_why", ": ");
}

static void timestamp_words(struct text *t, struct value v)
{
	struct value trusted = value_get(v, "trusted");

	part(t, v, "time", "");
	if (value_count(value_get(v, "authorities"))) {
		text_add_text(t, " by ");
		add(t, value_at(value_get(v, "authorities"), 0));
	}
	if (trusted.type == VALUE_BOOL && !trusted.as.boolean)
		text_add_text(t, ", not trusted");
	part(t, v, "why", ": ");
}

static void ticket_words(struct text *t, struct value v)
{
	part(t, v, "covers", "covers ");
	part(t, v, "time", " of its cdhashes, issued ");
	part(t, v, "why", ": ");
}

static void plist_words(struct text *t, struct value v)
{
	part(t, v, "state", "");
	part(t, v, "place", ", in a ");
}

/* "sha1 0x20100, sha256 0x20500" */
static void directory_words(struct text *t, struct value v)
{
	for (size_t i = 0; i < value_count(v); i++) {
		text_add_text(t, i ? ", " : "");
		part(t, value_at(v, i), "hash_type", "");
		part(t, value_at(v, i), "version", " version ");
		part(t, value_at(v, i), "pages", ", pages ");
	}
}

static bool is_system_library(struct slice name)
{
	return slice_starts(name, "/usr/lib/") ||
	       slice_starts(name, "/System/");
}

static struct value library_name(struct value v)
{
	return v.type == VALUE_DICT ? value_get(v, "name") : v;
}

/* Those of its own are few and matter; the system's are counted. */
static void library_words(struct text *t, struct value v)
{
	size_t own = 0, count = value_count(v);

	for (size_t i = 0; i < count; i++)
		own += !is_system_library(
			value_slice(library_name(value_at(v, i))));
	text_addf(t, "%zu", count);
	if (own < count)
		text_addf(t, ", %zu of them the system's", count - own);
	for (size_t i = 0, shown = 0; i < count && shown < LIBRARIES_SHOWN;
	     i++) {
		struct value name = library_name(value_at(v, i));

		if (is_system_library(value_slice(name)))
			continue;
		text_add_text(t, shown++ ? ", " : ": ");
		add(t, name);
	}
	if (own > LIBRARIES_SHOWN)
		text_add_text(t, ", ...");
}

static void requirement_words(struct text *t, struct value v)
{
	if (value_get(v, "designated").type == VALUE_STRING)
		add(t, value_get(v, "designated"));
	else
		add(t, v);
}

static void constraint_words(struct text *t, struct value v)
{
	for (size_t i = 0; i < value_count(v); i++) {
		text_add_text(t, i ? "; " : "");
		add(t, value_key(v, i));
		part(t, value_at(v, i), "text", ": ");
	}
}

static void count_words(struct text *t, struct value v)
{
	text_addf(t, "%zu", value_count(v));
}

static const struct line lines[] = {
	{FACT_FILE_TYPE, NULL, TELL_FIRST},
	{FACT_PLATFORM, NULL, TELL_FIRST},
	{FACT_MINIMUM_OS, NULL, TELL_FIRST},
	{FACT_SDK, NULL, TELL_FIRST},
	{FACT_UUID, NULL, TELL_FIRST},
	{FACT_ENCRYPTED, NULL, TELL_FIRST},
	{FACT_LIBRARIES, library_words, TELL_FIRST},
	{FACT_RPATHS, NULL, TELL_FIRST},
	{FACT_BUILD_ID, NULL, TELL_ABSENT},
	{FACT_PACKAGE, NULL, TELL_ABSENT},
	{FACT_SET_ID, NULL, 0},
	{FACT_FILE_CAPABILITIES, NULL, 0},
	{FACT_EXECUTABLE_DELETED, NULL, 0},
	{FACT_SIGNING_CLASS, NULL, TELL_ABSENT},
	{FACT_CODE_IDENTIFIER, NULL, 0},
	{FACT_TEAM_ID, NULL, 0},
	{FACT_CDHASH, NULL, 0},
	{FACT_SIGNING_FLAGS, NULL, 0},
	{FACT_RUNTIME_VERSION, NULL, TELL_FIRST},
	{FACT_EXEC_SEGMENT_FLAGS, NULL, TELL_FIRST},
	{FACT_CODE_DIRECTORIES, directory_words, TELL_FIRST},
	{FACT_AUTHORITIES, NULL, TELL_FIRST},
	{FACT_CMS, cms_words, 0},
	{FACT_SIGNING_TIME, NULL, TELL_FIRST},
	{FACT_TIMESTAMP, timestamp_words, TELL_FIRST},
	{FACT_NOTARIZATION_TICKET, ticket_words, 0},
	{FACT_REQUIREMENTS, requirement_words, TELL_FIRST},
	{FACT_LAUNCH_CONSTRAINTS, constraint_words, 0},
	{FACT_INFO_PLIST, plist_words, 0},
	{FACT_PROFILE, NULL, 0},
	{FACT_SANDBOX, NULL, TELL_ABSENT},
	{FACT_APP_GROUPS, NULL, 0},
	{FACT_ENTITLEMENTS, count_words, TELL_ABSENT},
};

struct slice inspect_short_path(const struct inspection *i, struct slice path)
{
	struct slice top = i->node_count ? value_slice(i->nodes[0].path)
					 : slice_of(NULL, 0);

	if (path.len > top.len + 1 && path.ptr[top.len] == '/' &&
	    slice_equal(slice_part(path, 0, top.len), top))
		return slice_part(path, top.len + 1, path.len);
	return path;
}

void inspect_print_escaped(struct output *out, struct slice bytes,
			   enum output_ink ink)
{
	struct text t;

	text_init(&t, FIELD_BYTES_MAX);
	text_add_escaped(&t, bytes);
	output_shown(out, text_slice(&t), ink);
	text_release(&t);
}

static void label(struct output *out, const char *words)
{
	char padded[64];

	(void)snprintf(padded, sizeof(padded), "  %-*s ", LABEL_COLUMNS, words);
	output_shown(out, slice_text(padded), INK_DIM);
}

static enum output_ink ink_of(enum fact_id id, const struct fact *f)
{
	struct slice v = value_slice(f->value);

	if (!fact_has_value(f))
		return f->state == FACT_ABSENT ? INK_PLAIN : INK_WARN;
	if (id == FACT_SIGNING_CLASS)
		return slice_is(v, "invalid") || slice_is(v, "unsigned")
			       ? INK_BAD
		       : slice_is(v, "other") ? INK_WARN
					      : INK_GOOD;
	if (id == FACT_SET_ID || id == FACT_FILE_CAPABILITIES)
		return INK_WARN;
	if (id == FACT_EXECUTABLE_DELETED && f->value.as.boolean)
		return INK_WARN;
	return INK_PLAIN;
}

/* "none (no entitlement app-sandbox)", "? the CMS could not be used" */
static void print_gap(struct output *out, const struct fact *f)
{
	struct text t;

	text_init(&t, 1024);
	if (f->state == FACT_ABSENT) {
		text_add_text(&t, "none");
		if (f->reason)
			text_addf(&t, " (%s)", f->reason);
	} else {
		text_add_text(&t, "? ");
		show_reason(&t, f);
	}
	output_shown(out, text_slice(&t),
		     f->state == FACT_ABSENT ? INK_DIM : INK_WARN);
	output_text(out, "\n");
	text_release(&t);
}

static void print_line(struct output *out, const struct line *l,
		       const struct fact *f, bool library)
{
	struct text t;

	/* A library is nothing that is confined or entitled. */
	if (f->state == FACT_ABSENT && library &&
	    (l->id == FACT_SANDBOX || l->id == FACT_ENTITLEMENTS))
		return;
	if (f->state == FACT_PENDING ||
	    (f->state == FACT_ABSENT && !(l->flags & TELL_ABSENT)))
		return;
	label(out, fact_table[l->id].label);
	if (!fact_has_value(f)) {
		print_gap(out, f);
		return;
	}
	text_init(&t, FIELD_BYTES_MAX);
	if (l->words)
		l->words(&t, f->value);
	else
		add(&t, f->value);
	if (f->state == FACT_INFERRED)
		text_addf(&t, " (from %s)", f->reason);
	output_shown(out, text_slice(&t), ink_of(l->id, f));
	output_text(out, "\n");
	text_release(&t);
}

static bool same_fact(const struct fact *a, const struct fact *b)
{
	return a->state == b->state && value_equal(a->value, b->value);
}

/* All of the first architecture, then what the others have differently. */
static void print_code(struct output *out, const struct code *first,
		       const struct code *c, size_t count, bool whole)
{
	bool library = slice_is(value_slice(c->facts[FACT_FILE_TYPE].value),
				"dynamic library");
	struct text t;

	text_init(&t, 512);
	show_value(&t, c->facts[FACT_ARCHITECTURE].value, SHOW_DETAIL);
	if (count > 1 || c->facts[FACT_ARCHITECTURE].state == FACT_KNOWN) {
		label(out, c == first ? "Architecture" : "and");
		output_shown(out, text_slice(&t), INK_HEAD);
		output_text(out, "\n");
	}
	text_release(&t);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct fact *f = &c->facts[lines[i].id];

		if ((lines[i].flags & TELL_FIRST) && !whole)
			continue;
		if (c == first || !same_fact(f, &first->facts[lines[i].id]))
			print_line(out, &lines[i], f, library);
	}
}

static void print_pair(struct output *out, struct value dict, const char *key,
		       const char *words)
{
	struct value v = value_get(dict, key);
	struct text t;

	if (v.type == VALUE_NONE)
		return;
	text_init(&t, FIELD_BYTES_MAX);
	add(&t, v);
	label(out, words);
	output_shown(out, text_slice(&t), INK_PLAIN);
	output_text(out, "\n");
	text_release(&t);
}

static void print_document_types(struct output *out, struct value types)
{
	size_t related = 0;

	for (size_t i = 0; i < value_count(types); i++) {
		struct value r = value_get(value_at(types, i), "related_item");

		related += r.type == VALUE_BOOL && r.as.boolean;
	}
	if (!value_count(types))
		return;
	label(out, "Documents");
	output_format(out, "%zu types, %zu of them related items\n",
		      value_count(types), related);
}

static void print_bundle(struct output *out, struct value facts)
{
	static const struct {
		const char *key, *label;
	} rows[] = {
		{"bundle_id", "Bundle id"},
		{"version", "Version"},
		{"minimum_system", "Needs system"},
		{"electron_team_id", "ElectronTeamID"},
		{"xpc_service", "XPC service"},
		{"extension", "Extension"},
		{"url_schemes", "URL schemes"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		print_pair(out, facts, rows[i].key, rows[i].label);
	print_document_types(out, value_get(facts, "document_types"));
}

static void print_profile(struct output *out, struct value profile)
{
	static const struct {
		const char *key, *label;
	} rows[] = {
		{"kind_text", "Profile"}, {"name", "  name"},
		{"team_ids", "  team"},   {"expires", "  expires"},
		{"uuid", "  UUID"},
	};
	struct value trusted =
		value_get(value_get(profile, "signature"), "trusted");

	if (profile.type != VALUE_DICT)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		print_pair(out, profile, rows[i].key, rows[i].label);
	if (trusted.type == VALUE_BOOL && !trusted.as.boolean)
		print_pair(out, value_get(profile, "signature"), "why",
			   "  not trusted");
}

/* What the profile authorises, where the profile is all that there is. */
static void print_dict(struct output *out, const char *title, struct value dict)
{
	struct text t;

	if (dict.type != VALUE_DICT)
		return;
	label(out, title);
	output_format(out, "%zu\n", value_count(dict));
	text_init(&t, FIELD_BYTES_MAX);
	for (size_t i = 0; i < value_count(dict); i++) {
		text_reset(&t);
		text_add_text(&t, "    ");
		text_add_escaped(&t, value_slice(value_key(dict, i)));
		text_add_text(&t, "  ");
		output_shown(out, text_slice(&t), INK_PLAIN);
		text_reset(&t);
		add(&t, value_at(dict, i));
		text_add_byte(&t, '\n');
		output_shown(out, slice_part(text_slice(&t), 0, t.len - 1),
			     INK_HEAD);
		output_text(out, "\n");
	}
	text_release(&t);
}

static enum output_ink mark_ink(struct slice mark)
{
	return slice_is(mark, "not_authorized") ? INK_BAD
	       : slice_is(mark, "unknown")      ? INK_WARN
						: INK_DIM;
}

static const char *mark_words(struct slice mark)
{
	return slice_is(mark, "authorized") ? "the profile authorises it"
	       : slice_is(mark, "not_authorized")
		       ? "needs a profile that authorises it"
	       : slice_is(mark, "unknown") ? "may need a profile"
					   : "needs no profile";
}

/* Each entitlement of a program, its value, and what it needs. */
static void print_entitlements(struct output *out, const struct code *c)
{
	struct value dict = c->facts[FACT_ENTITLEMENTS].value;
	struct value marks = c->facts[FACT_ENTITLEMENT_AUTHORIZATION].value;
	struct text t;

	text_init(&t, FIELD_BYTES_MAX);
	for (size_t i = 0; i < value_count(dict); i++) {
		struct value mark = value_get(value_at(marks, i), "mark");

		text_reset(&t);
		text_add_text(&t, "    ");
		text_add_escaped(&t, value_slice(value_key(dict, i)));
		text_add_text(&t, "  ");
		output_shown(out, text_slice(&t), INK_PLAIN);
		text_reset(&t);
		add(&t, value_at(dict, i));
		output_shown(out, text_slice(&t), INK_HEAD);
		if (mark.type == VALUE_STRING) {
			output_text(out, "  ");
			output_shown(out,
				     slice_text(mark_words(value_slice(mark))),
				     mark_ink(value_slice(mark)));
		}
		output_text(out, "\n");
	}
	text_release(&t);
}

static size_t depth_of(const struct inspection *i, size_t node)
{
	size_t depth = 0;

	while (node < i->node_count && i->nodes[node].parent != SIZE_MAX &&
	       depth < 64) {
		node = i->nodes[node].parent;
		depth++;
	}
	return depth;
}

static void print_node(struct output *out, const struct inspection *in,
		       size_t index, bool alone)
{
	const struct inspect_node *n = &in->nodes[index];
	const struct code *first = &in->codes[n->first_code];

	if (index)
		output_text(out, "\n");
	for (size_t i = depth_of(in, index); i > 1; i--)
		output_text(out, out->utf8 ? "· " : "- ");
	inspect_print_escaped(out, inspect_short_path(in, value_slice(n->path)),
			      INK_HEAD);
	output_text(out, "  ");
	inspect_print_escaped(out, value_slice(n->kind), INK_DIM);
	output_text(out, "\n");
	if (slice_is(value_slice(n->kind), "property_list") ||
	    slice_is(value_slice(n->kind), "seal"))
		print_dict(out, "Keys", n->facts);
	else
		print_bundle(out, n->facts);
	for (size_t i = 0; i < n->code_count; i++)
		print_code(out, first, first + i, n->code_count, index == 0);
	if (alone && n->code_count)
		print_entitlements(out, first);
	print_profile(out, n->profile);
	if (slice_is(value_slice(n->kind), "profile"))
		print_dict(out, "Authorises",
			   value_get(n->profile, "entitlements"));
}

void inspect_print_text(struct output *out, const struct inspected *i,
			bool verify)
{
	const struct inspection *in = &i->inspection;
	size_t programs = 0;

	for (size_t k = 0; k < in->node_count; k++)
		programs += in->nodes[k].code_count != 0;
	for (size_t k = 0; k < in->node_count; k++)
		print_node(out, in, k, programs == 1);
	inspect_print_table(out, in);
	inspect_print_findings(out, i, verify);
}
