/* Each entitlement of a program against the profile that comes with it. */
#include <stdlib.h>

#include "dict.h"
#include "entitlement_rules.h"

const char *entitlement_mark_id(enum entitlement_mark m)
{
	static const char *const ids[] = {
		[ENTITLEMENT_NONE_NEEDED] = "none_needed",
		[ENTITLEMENT_AUTHORIZED] = "authorized",
		[ENTITLEMENT_NOT_AUTHORIZED] = "not_authorized",
		[ENTITLEMENT_UNKNOWN] = "unknown",
	};

	_Static_assert(sizeof(ids) / sizeof(*ids) == ENTITLEMENT_MARK_COUNT,
		       "every mark has an id");
	return (unsigned)m < ENTITLEMENT_MARK_COUNT ? ids[m] : "";
}

struct marking {
	struct value_pool *pool;
	const struct profile *profile;
	enum signing_class class;
	struct slice team;
	const struct report *report;
};

struct judgement {
	enum entitlement_mark mark;
	struct entitlement_rule rule;
	struct value allowed; /* borrowed */
};

static void decide(struct judgement *j, enum entitlement_mark mark,
		   const char *why)
{
	j->mark = mark;
	if (why)
		j->rule.why = why;
}

/* Without a profile, or with one that does not name the key. */
static void judge_alone(const struct marking *m, struct judgement *j)
{
	if (j->rule.need == ENTITLEMENT_NEED_UNKNOWN)
		decide(j, ENTITLEMENT_UNKNOWN, NULL);
	else if (m->class == SIGNING_APP_STORE)
		decide(j, ENTITLEMENT_AUTHORIZED,
		       "the App Store checked it when it signed the code");
	else
		decide(j, ENTITLEMENT_NOT_AUTHORIZED,
		       m->profile ? "restricted, and the profile does not "
				    "list it"
				  : "restricted, and there is no profile");
}

static bool too_long(struct value v)
{
	return value_count(v) > ENTITLEMENT_LIST_MAX;
}

static void judge_listed(const struct marking *m, struct slice key,
			 struct value claimed, struct judgement *j)
{
	bool names_app = slice_is(key, "com.apple.application-identifier");

	if (entitlement_covered(claimed, j->allowed)) {
		if (m->profile->signature.trusted)
			decide(j, ENTITLEMENT_AUTHORIZED,
			       "the profile lists it");
		else
			decide(j, ENTITLEMENT_UNKNOWN,
			       "a profile lists it whose signature is not "
			       "known to be Apple's");
	} else if (too_long(claimed) || too_long(j->allowed)) {
		decide(j, ENTITLEMENT_UNKNOWN, "too long to be compared");
	} else if (names_app) {
		decide(j, ENTITLEMENT_NOT_AUTHORIZED,
		       "the profile is for another application");
	} else if (j->rule.need == ENTITLEMENT_NEED_UNKNOWN) {
		decide(j, ENTITLEMENT_UNKNOWN,
		       "the profile lists it with another value; no source "
		       "tells whether it is needed");
	} else {
		decide(j, ENTITLEMENT_NOT_AUTHORIZED,
		       "the profile lists it, but not this value");
	}
}

/* Key and profile are of one pool. */
static void judge(const struct marking *m, struct value key,
		  struct value claimed, struct judgement *j)
{
	j->rule = entitlement_rule_of(value_slice(key), claimed, m->team);
	j->allowed = value_none;
	for (size_t i = 0;
	     m->profile && i < value_count(m->profile->entitlements); i++)
		if (value_equal(value_key(m->profile->entitlements, i), key))
			j->allowed = value_at(m->profile->entitlements, i);
	if (m->class == SIGNING_PLATFORM)
		decide(j, ENTITLEMENT_NONE_NEEDED, "Apple's own code");
	else if (j->rule.need == ENTITLEMENT_NEEDS_NONE)
		decide(j, ENTITLEMENT_NONE_NEEDED, NULL);
	else if (j->allowed.type == VALUE_NONE)
		judge_alone(m, j);
	else
		judge_listed(m, value_slice(key), claimed, j);
}

static void report_one(const struct marking *m, struct slice key,
		       const struct judgement *j)
{
	struct text t;

	text_init(&t, 512);
	text_add_escaped(&t, key);
	REPORT(m->report, "entitlement_not_authorized", SEVERITY_ERROR, -1,
	       "%s: %s", t.ptr ? t.ptr : "", j->rule.why);
	text_release(&t);
}

static struct value describe(const struct marking *m, const struct judgement *j)
{
	struct dict d = {.pool = m->pool};

	dict_put_text(&d, "mark", entitlement_mark_id(j->mark));
	dict_put_text(&d, "why", j->rule.why);
	dict_put_text(&d, "source", j->rule.source);
	dict_put(&d, "allowed", value_retain(j->allowed));
	return dict_end(&d);
}

struct value entitlement_marks(struct value_pool *pool,
			       struct value entitlements,
			       const struct profile *profile,
			       enum signing_class class, struct slice team,
			       const struct report *report)
{
	struct marking m = {pool, profile, class, team, report};
	size_t count =
		entitlements.type == VALUE_DICT ? value_count(entitlements) : 0;
	struct value *keys = calloc(count + 1, sizeof(*keys));
	struct value *vals = calloc(count + 1, sizeof(*vals));
	struct value whole = value_none;

	for (size_t i = 0; keys && vals && i < count; i++) {
		struct value key = value_key(entitlements, i);
		struct judgement j;

		judge(&m, key, value_at(entitlements, i), &j);
		if (j.mark == ENTITLEMENT_NOT_AUTHORIZED)
			report_one(&m, value_slice(key), &j);
		keys[i] = value_retain(key);
		vals[i] = describe(&m, &j);
	}
	if (keys && vals)
		whole = value_dict(pool, keys, vals, count);
	free(keys);
	free(vals);
	return whole;
}
