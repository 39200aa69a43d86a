#include "seal.h"

#include <stdlib.h>

#include "../../model/base/plist_in.h"
#include "../../model/base/text.h"

struct reading {
	struct seal *seal;
	const struct report *report;
	enum status status;
	struct error *err;
};

/* Text of outside in a message. */
struct shown {
	char text[256];
};

static struct shown show(struct slice outside)
{
	struct shown s = {""};
	struct text t;

	text_init(&t, sizeof(s.text) - 1);
	text_add_escaped(&t, slice_part(outside, 0, sizeof(s.text) / 4));
	if (t.len)
		memcpy(s.text, t.ptr, t.len);
	text_release(&t);
	return s;
}

static bool flag(struct value dict, const char *key)
{
	struct value v = value_get(dict, key);

	return v.type == VALUE_BOOL && v.as.boolean;
}

/* Apple writes weights as integers and as reals. */
static double weight_of(struct value dict)
{
	struct value v = value_get(dict, "weight");

	if (v.type == VALUE_INT)
		return (double)v.as.integer;
	return v.type == VALUE_REAL ? v.as.real : 1;
}

static void read_rule(struct reading *r, struct value key, struct value value)
{
	struct seal *s = r->seal;
	struct seal_rule rule = {.text = value_slice(key), .weight = 1};
	struct error why;

	if (value.type == VALUE_BOOL) {
		rule.omit = !value.as.boolean;
	} else if (value.type == VALUE_DICT) {
		rule.weight = weight_of(value);
		rule.omit = flag(value, "omit");
		rule.optional = flag(value, "optional");
		rule.nested = flag(value, "nested");
	} else {
		REPORT(r->report, "seal_rule_invalid", SEVERITY_ERROR, -1,
		       "the rule \"%s\" of the seal is a %s: true, false or a "
		       "dictionary is expected",
		       show(rule.text).text, value_type_text(value.type));
		return;
	}
	if (ere_compile(rule.text, &rule.pattern, &why)) {
		REPORT(r->report, "seal_rule_invalid", SEVERITY_ERROR, -1,
		       "the rule \"%s\" of the seal is no expression: %s (at "
		       "its byte %lld)",
		       show(rule.text).text, why.message,
		       (long long)why.offset);
		return;
	}
	s->rules[s->rule_count++] = rule;
}

static enum status read_rules(struct reading *r, struct value rules)
{
	size_t count = value_count(rules);

	if (rules.type != VALUE_DICT)
		return error_set(r->err, STATUS_MALFORMED, -1,
				 "expected a dictionary of rules in the seal, "
				 "found %s",
				 value_type_text(rules.type));
	if (count > SEAL_RULES_MAX)
		return error_set(r->err, STATUS_LIMIT, -1,
				 "a seal with %zu rules: at most %d are read",
				 count, (int)SEAL_RULES_MAX);
	r->seal->rules = calloc(count + 1, sizeof(*r->seal->rules));
	if (!r->seal->rules)
		return error_set(r->err, STATUS_MEMORY, -1,
				 "no memory for the rules of a seal");
	for (size_t i = 0; i < count; i++)
		read_rule(r, value_key(rules, i), value_at(rules, i));
	return STATUS_OK;
}

static struct slice bytes_of(struct value dict, const char *key, size_t len)
{
	struct value v = value_get(dict, key);

	if (v.type != VALUE_BYTES || (len && value_slice(v).len != len))
		return slice_of(NULL, 0);
	return value_slice(v);
}

static struct slice text_of(struct value dict, const char *key)
{
	struct value v = value_get(dict, key);

	return v.type == VALUE_STRING ? value_slice(v) : slice_of(NULL, 0);
}

static void read_entry(struct reading *r, struct value key, struct value value)
{
	struct seal *s = r->seal;
	struct seal_entry e = {.path = value_slice(key)};

	if (value.type == VALUE_BYTES) {
		if (value_slice(value).len == SEAL_SHA1_BYTES)
			e.sha1 = value_slice(value);
	} else {
		e.optional = flag(value, "optional");
		e.sha1 = bytes_of(value, "hash", SEAL_SHA1_BYTES);
		e.sha256 = bytes_of(value, "hash2", SEAL_SHA256_BYTES);
		e.target = text_of(value, "symlink");
		e.cdhash = bytes_of(value, "cdhash", 0);
		e.requirement = text_of(value, "requirement");
	}
	if (e.requirement.len)
		e.kind = SEAL_NESTED;
	else if (e.target.len)
		e.kind = SEAL_LINK;
	else if (!e.sha1.len && !e.sha256.len) {
		REPORT(r->report, "seal_entry_invalid", SEVERITY_ERROR, -1,
		       "the seal lists \"%s\" without a hash, a link or a "
		       "requirement",
		       show(e.path).text);
		return;
	}
	s->entries[s->entry_count++] = e;
}

static int compare_entries(const void *a, const void *b)
{
	const struct seal_entry *x = a, *y = b;

	return slice_compare(x->path, y->path);
}

static enum status read_entries(struct reading *r, struct value files)
{
	size_t count = value_count(files);

	if (files.type != VALUE_DICT)
		return error_set(r->err, STATUS_MALFORMED, -1,
				 "expected a dictionary of files in the seal, "
				 "found %s",
				 value_type_text(files.type));
	r->seal->entries = calloc(count + 1, sizeof(*r->seal->entries));
	if (!r->seal->entries)
		return error_set(r->err, STATUS_MEMORY, -1,
				 "no memory for %zu sealed files", count);
	for (size_t i = 0; i < count; i++)
		read_entry(r, value_key(files, i), value_at(files, i));
	qsort(r->seal->entries, r->seal->entry_count, sizeof(*r->seal->entries),
	      compare_entries);
	return STATUS_OK;
}

enum status seal_read(struct value_pool *pool, struct slice bytes,
		      const struct report *report, struct seal *out,
		      struct error *err)
{
	static const struct plist_limits limits = {
		.bytes = SEAL_BYTES_MAX,
		.nodes = SEAL_NODES_MAX,
	};
	struct reading r = {.seal = out, .report = report, .err = err};
	struct value files;
	enum status status;

	*out = (struct seal){.pool = pool, .plist = value_none};
	status = plist_read(pool, bytes, &limits, &out->plist, err);
	if (status)
		return status;
	if (out->plist.type != VALUE_DICT)
		return error_set(err, STATUS_MALFORMED, 0,
				 "expected a dictionary as the seal, found %s",
				 value_type_text(out->plist.type));
	files = value_get(out->plist, "files2");
	out->version = files.type == VALUE_NONE ? 1 : 2;
	if (out->version == 1)
		files = value_get(out->plist, "files");
	status = read_rules(
		&r,
		value_get(out->plist, out->version == 1 ? "rules" : "rules2"));
	return status ? status : read_entries(&r, files);
}

void seal_release(struct seal *s)
{
	for (size_t i = 0; i < s->rule_count; i++)
		ere_free(s->rules[i].pattern);
	free(s->rules);
	free(s->entries);
	if (s->pool)
		value_release(s->pool, s->plist);
	*s = (struct seal){.plist = value_none};
}

const struct seal_rule *seal_rule_for(const struct seal *s, struct slice path)
{
	const struct seal_rule *best = NULL;

	for (size_t i = 0; i < s->rule_count; i++) {
		const struct seal_rule *rule = &s->rules[i];

		if ((!best || rule->weight > best->weight) &&
		    ere_search(rule->pattern, path))
			best = rule;
	}
	return best;
}

const struct seal_entry *seal_find(const struct seal *s, struct slice path)
{
	struct seal_entry key = {.path = path};

	if (!s->entry_count)
		return NULL;
	return bsearch(&key, s->entries, s->entry_count, sizeof(*s->entries),
		       compare_entries);
}

/* What macOS's own rules leave out. */
static bool usual_omission(struct slice rule)
{
	static const char *const usual[] = {
		"^(.*/)?\\.DS_Store$",
		"^Info\\.plist$",
		"^PkgInfo$",
		"^Resources/.*\\.lproj/locversion.plist$",
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (slice_is(rule, usual[i]))
			return true;
	return false;
}

void seal_check_rules(const struct seal *s, const struct report *report)
{
	bool all = false;

	if (s->version == 1) {
		REPORT(report, "seal_version_1", SEVERITY_WARNING, -1,
		       "the seal is of version 1, which strict verification "
		       "calls obsolete");
		return;
	}
	for (size_t i = 0; i < s->rule_count; i++) {
		const struct seal_rule *rule = &s->rules[i];

		all |= slice_is(rule->text, "^.*") && !rule->omit;
		if (rule->omit && !usual_omission(rule->text))
			REPORT(report, "seal_rule_weak", SEVERITY_WARNING, -1,
			       "the rule \"%s\" leaves files out of the seal: "
			       "strict verification calls it weak",
			       show(rule->text).text);
	}
	if (!all)
		REPORT(report, "seal_rule_weak", SEVERITY_WARNING, -1,
		       "no rule \"^.*\" seals what no other rule names: "
		       "strict verification calls this weak");
}
