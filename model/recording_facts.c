#include "recording_internal.h"

/* Escaped and short enough for a message. */
static void add_key(struct text *t, const char *key)
{
	text_init(t, 64);
	text_add_escaped(t, slice_part(slice_text(key), 0, 40));
}

static enum status bad_fact(const struct line_input *in, const char *member,
			    const char *id, const char *what)
{
	struct text key;
	enum status status;

	add_key(&key, id);
	status = line_bad(in, member, id, "%s: %s: %s", member,
			  key.len ? key.ptr : "\"\"", what);
	text_release(&key);
	return status;
}

/*
 * The slot for a fact the line tells of, in *out; NULL for an id that is
 * unknown here, which is counted. A fact is told once in a line.
 */
static enum status new_fact(const struct line_input *in, const char *member,
			    const char *id, struct event_fact **out)
{
	struct recording_reader *r = in->reader;
	enum fact_id fact = fact_by_id(slice_text(id));

	*out = NULL;
	if (fact == FACT_NONE) {
		r->skipped++;
		return STATUS_OK;
	}
	if (fact < FACT_FIRST_SLOT)
		return bad_fact(in, member, id,
				"told by spawn and exit events, not as a fact");
	if (r->fact_seen[fact])
		return bad_fact(in, member, id, "told twice in one event");
	r->fact_seen[fact] = true;
	*out = &r->facts[r->fact_count++];
	**out = (struct event_fact){.id = fact};
	return STATUS_OK;
}

/* Keeps a reason as a C string for as long as the line. */
static enum status set_reason(const struct line_input *in, const char *member,
			      const char *id, const json_t *json,
			      struct event_fact *f)
{
	struct text *t = &in->reader->reasons[f - in->reader->facts];
	struct error why;

	if (!json)
		return STATUS_OK;
	if (!json_is_string(json))
		return bad_fact(in, member, id, "expected words in a string");
	text_reset(t);
	if (text_add_unescaped(
		    t,
		    slice_of(json_string_value(json), json_string_length(json)),
		    &why) != STATUS_OK)
		return bad_fact(in, member, id, why.message);
	if (t->cut)
		return bad_fact(in, member, id, "a reason that is too long");
	if (t->len && memchr(t->ptr, 0, t->len))
		return bad_fact(in, member, id, "a reason with a NUL");
	f->fact.reason = t->len ? t->ptr : NULL;
	return STATUS_OK;
}

static enum status read_value(const struct line_input *in, const char *id,
			      const json_t *json, struct event_fact *f)
{
	const struct fact_info *info = &fact_table[f->id];
	struct value v = value_none;
	struct error why;
	enum status status;
	char what[96];

	if (json_is_null(json)) {
		f->fact.state = FACT_ABSENT;
		return STATUS_OK;
	}
	status = json_to_value(in->reader->pool, json, &v, &why);
	if (status == STATUS_MEMORY)
		return error_set(in->err, status, -1, "%s", why.message);
	if (status != STATUS_OK)
		return bad_fact(in, "facts", id, why.message);
	status = line_hold(in, v);
	if (status != STATUS_OK)
		return status;
	if (v.type != info->type) {
		snprintf(what, sizeof(what), "expected %s, found %s",
			 value_type_text(info->type), value_type_text(v.type));
		return bad_fact(in, "facts", id, what);
	}
	f->fact.state = FACT_KNOWN;
	f->fact.value = v;
	return STATUS_OK;
}

static enum status read_values(const struct line_input *in, json_t *facts)
{
	enum status status;
	const char *id;
	json_t *json;

	json_object_foreach(facts, id, json)
	{
		struct event_fact *f;

		status = new_fact(in, "facts", id, &f);
		if (status == STATUS_OK && f)
			status = read_value(in, id, json, f);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status read_absent(const struct line_input *in, json_t *absent)
{
	enum status status;
	json_t *json;
	size_t i;

	json_array_foreach(absent, i, json)
	{
		struct event_fact *f;

		if (!json_is_string(json))
			return line_bad(in, "absent", NULL,
					"absent: expected ids, found %s",
					json_kind(json));
		status = new_fact(in, "absent", json_string_value(json), &f);
		if (status != STATUS_OK)
			return status;
		if (f)
			f->fact.state = FACT_ABSENT;
	}
	return STATUS_OK;
}

static enum status read_inferred(const struct line_input *in, json_t *inferred)
{
	struct recording_reader *r = in->reader;
	enum status status;
	const char *id;
	json_t *json;

	json_object_foreach(inferred, id, json)
	{
		enum fact_id fact = fact_by_id(slice_text(id));
		size_t i = 0;

		while (i < r->fact_count && r->facts[i].id != fact)
			i++;
		if (fact == FACT_NONE) {
			r->skipped++;
			continue;
		}
		if (i == r->fact_count || r->facts[i].fact.state != FACT_KNOWN)
			return bad_fact(in, "inferred", id,
					"has no value in \"facts\"");
		r->facts[i].fact.state = FACT_INFERRED;
		status = set_reason(in, "inferred", id, json, &r->facts[i]);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status read_gap(const struct line_input *in, const char *id,
			    const json_t *gap)
{
	const json_t *word = json_object_get(gap, "state");
	enum fact_state state;
	struct event_fact *f;
	enum status status;

	if (!json_is_string(word))
		return bad_fact(in, "gaps", id,
				"expected {\"state\", \"why\"}");
	state = fact_state_by_id(slice_text(json_string_value(word)));
	if (state == FACT_STATE_COUNT) {
		in->reader->skipped++;
		return STATUS_OK;
	}
	if (state == FACT_KNOWN || state == FACT_INFERRED)
		return bad_fact(in, "gaps", id, "a gap has no value");
	status = new_fact(in, "gaps", id, &f);
	if (status != STATUS_OK || !f)
		return status;
	f->fact.state = state;
	return set_reason(in, "gaps", id, json_object_get(gap, "why"), f);
}

static enum status read_gaps(const struct line_input *in, json_t *gaps)
{
	const char *id;
	json_t *json;

	json_object_foreach(gaps, id, json)
	{
		enum status status = read_gap(in, id, json);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

struct facts_member {
	const char *key;
	json_type type;
	enum status (*read)(const struct line_input *in, json_t *json);
};

static const struct facts_member members[] = {
	{"facts", JSON_OBJECT, read_values},
	{"absent", JSON_ARRAY, read_absent},
	/* After "facts", to which it refers. */
	{"inferred", JSON_OBJECT, read_inferred},
	{"gaps", JSON_OBJECT, read_gaps},
};

enum status line_facts(const struct line_input *in, struct event *event)
{
	struct recording_reader *r = in->reader;

	r->fact_count = 0;
	memset(r->fact_seen, 0, sizeof(r->fact_seen));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct facts_member *m = &members[i];
		json_t *json = json_object_get(in->object, m->key);
		enum status status;

		if (!json)
			continue;
		if (json_typeof(json) != m->type)
			return line_bad(in, m->key, NULL,
					"%s: expected %s, found %s", m->key,
					m->type == JSON_ARRAY ? "an array"
							      : "an object",
					json_kind(json));
		status = m->read(in, json);
		if (status != STATUS_OK)
			return status;
	}
	event->as.facts.items = r->facts;
	event->as.facts.count = r->fact_count;
	return STATUS_OK;
}
