#include "recording.h"

/* Takes over value; false when something was out of memory. */
static bool put(json_t *object, const char *key, json_t *value)
{
	return value && !json_object_set_new(object, key, value);
}

/* A string of an event; one that is missing is left out. */
static bool put_string(json_t *object, const char *key, struct value v)
{
	if (v.type != VALUE_STRING)
		return true;
	return put(object, key, json_from_bytes(value_slice(v)));
}

static bool put_word(json_t *object, const char *key, const char *word)
{
	return put(object, key, json_string(word));
}

static bool put_int(json_t *object, const char *key, int64_t n)
{
	return put(object, key, json_integer(n));
}

static bool write_host_members(json_t *o, const struct event_host *host)
{
	return put_string(o, "os", host->os) &&
	       put_string(o, "release", host->release) &&
	       put_string(o, "name", host->name) &&
	       put_string(o, "machine", host->machine);
}

static bool write_host(json_t *o, const struct event *e)
{
	json_t *host = json_object();

	if (!put(o, "host", host))
		return false;
	return write_host_members(host, &e->as.host) &&
	       put_string(o, "label", e->as.host.label);
}

static bool write_source(json_t *o, const struct event *e)
{
	const struct event_source *s = &e->as.source;

	return put_word(o, "id", source_table[s->source].id) &&
	       put_word(o, "state", source_state_id(s->state)) &&
	       put_string(o, "why", s->why) && put_string(o, "note", s->note);
}

static bool write_nothing(json_t *o, const struct event *e)
{
	(void)o;
	(void)e;
	return true;
}

static bool write_spawn(json_t *o, const struct event *e)
{
	const struct event_spawn *s = &e->as.spawn;

	if (!put_int(o, "ppid", s->ppid))
		return false;
	if (s->birth_ppid && !put_int(o, "birth_ppid", s->birth_ppid))
		return false;
	if (s->started_ns && !put(o, "started", json_from_time(s->started_ns)))
		return false;
	return !s->forked || put(o, "forked", json_true());
}

static bool write_reparent(json_t *o, const struct event *e)
{
	return put_int(o, "ppid", e->as.reparent.ppid);
}

static bool write_exit(json_t *o, const struct event *e)
{
	const struct event_exit *how = &e->as.exit;

	if (how->kind == EXIT_CODE && !put_int(o, "code", how->value))
		return false;
	if (how->kind == EXIT_SIGNAL && !put_int(o, "signal", how->value))
		return false;
	return !how->core || put(o, "core", json_true());
}

struct fact_members {
	json_t *facts, *absent, *inferred, *gaps;
};

static bool put_words(json_t *object, const char *key, const char *words)
{
	return put(object, key, json_from_bytes(slice_text(words)));
}

static bool write_gap(json_t *gaps, const char *id, const struct fact *f)
{
	json_t *gap = json_object();

	if (!put(gaps, id, gap))
		return false;
	return put_word(gap, "state", fact_state_id(f->state)) &&
	       (!f->reason || put_words(gap, "why", f->reason));
}

static bool write_fact(const struct fact_members *m,
		       const struct event_fact *item)
{
	const char *id = fact_table[item->id].id;
	const struct fact *f = &item->fact;

	switch (f->state) {
	case FACT_INFERRED:
		if (!put_words(m->inferred, id, f->reason ? f->reason : ""))
			return false;
		return put(m->facts, id, json_from_value(f->value));
	case FACT_KNOWN:
		return put(m->facts, id, json_from_value(f->value));
	case FACT_ABSENT:
		return !json_array_append_new(m->absent, json_string(id));
	default:
		return write_gap(m->gaps, id, f);
	}
}

static bool write_facts(json_t *o, const struct event *e)
{
	struct fact_members m = {json_object(), json_array(), json_object(),
				 json_object()};
	bool good = m.facts && m.absent && m.inferred && m.gaps;

	for (size_t i = 0; good && i < e->as.facts.count; i++)
		good = write_fact(&m, &e->as.facts.items[i]);
	if (good && json_object_size(m.facts))
		good = !json_object_set(o, "facts", m.facts);
	if (good && json_array_size(m.absent))
		good = !json_object_set(o, "absent", m.absent);
	if (good && json_object_size(m.inferred))
		good = !json_object_set(o, "inferred", m.inferred);
	if (good && json_object_size(m.gaps))
		good = !json_object_set(o, "gaps", m.gaps);
	json_decref(m.facts);
	json_decref(m.absent);
	json_decref(m.inferred);
	json_decref(m.gaps);
	return good;
}

static bool write_name(json_t *o, const struct event *e)
{
	return put_string(o, "name", e->as.name.name) &&
	       put_string(o, "kind", e->as.name.kind);
}

static bool write_denial(json_t *o, const struct event *e)
{
	const struct denial *d = &e->as.denial;

	return put_word(o, "class", denial_class_id(d->class)) &&
	       put_string(o, "operation", d->operation) &&
	       put_string(o, "target", d->target) &&
	       put_string(o, "process", d->process) &&
	       put_string(o, "raw", d->raw) && put_int(o, "count", d->count) &&
	       put_word(o, "attribution", attribution_id(d->attribution));
}

static bool write_message(json_t *o, const struct event *e)
{
	return put_string(o, "text", e->as.message.text);
}

static bool write_lost(json_t *o, const struct event *e)
{
	return put_int(o, "count", e->as.lost.count);
}

typedef bool (*event_writer)(json_t *o, const struct event *e);

static const event_writer writers[] = {
	[EVENT_HOST] = write_host,
	[EVENT_SOURCE] = write_source,
	[EVENT_LISTED] = write_nothing,
	[EVENT_SPAWN] = write_spawn,
	[EVENT_EXEC] = write_nothing,
	[EVENT_REPARENT] = write_reparent,
	[EVENT_EXIT] = write_exit,
	[EVENT_FACTS] = write_facts,
	[EVENT_NAME_REGISTERED] = write_name,
	[EVENT_NAME_REMOVED] = write_name,
	[EVENT_DENIAL] = write_denial,
	[EVENT_MESSAGE] = write_message,
	[EVENT_LOST] = write_lost,
};

_Static_assert(sizeof(writers) / sizeof(writers[0]) == EVENT_TYPE_COUNT,
	       "a writer for every type of event");

json_t *recording_event(const struct event *e)
{
	json_t *o = json_object();
	bool good = o && put_word(o, "type", event_type_id(e->type)) &&
		    put(o, "time", json_from_time(e->time_ns)) &&
		    (!e->pid || put_int(o, "pid", e->pid)) &&
		    (!e->source ||
		     put_word(o, "source", source_table[e->source].id)) &&
		    writers[e->type](o, e);

	if (good)
		return o;
	json_decref(o);
	return NULL;
}

json_t *recording_header(const struct event_host *host, int64_t start_ns,
			 const char *label)
{
	json_t *o = json_object(), *inner = json_object();
	bool good = o && inner && put_word(o, "schema", RECORDING_SCHEMA) &&
		    put_int(o, "schema_minor", 0) &&
		    put_words(o, "label", label) &&
		    put(o, "start", json_from_time(start_ns)) &&
		    write_host_members(inner, host) &&
		    !json_object_set(o, "host", inner);

	json_decref(inner);
	if (good)
		return o;
	json_decref(o);
	return NULL;
}
