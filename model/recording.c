#include "recording_internal.h"

#include <stdlib.h>

/* Longest reason a fact may carry, in bytes. */
enum { REASON_BYTES_MAX = 1024, AT_SECONDS_MAX = 1000000000 };

static const int64_t second_ns = 1000000000;

struct recording_reader *recording_reader_new(struct value_pool *pool)
{
	struct recording_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->pool = pool;
	for (size_t i = 0; i < FACT_COUNT; i++)
		text_init(&r->reasons[i], REASON_BYTES_MAX);
	return r;
}

static void release_held(struct recording_reader *r)
{
	while (r->held_count)
		value_release(r->pool, r->held[--r->held_count]);
}

void recording_reader_free(struct recording_reader *r)
{
	if (!r)
		return;
	release_held(r);
	for (size_t i = 0; i < FACT_COUNT; i++)
		text_release(&r->reasons[i]);
	free(r);
}

size_t recording_lines(const struct recording_reader *r)
{
	return r->lines;
}

size_t recording_skipped(const struct recording_reader *r)
{
	return r->skipped;
}

static enum status read_host_strings(const struct line_input *in,
				     const json_t *host_json,
				     struct event_host *host)
{
	struct line_input inner = *in;
	enum status status;

	inner.object = host_json;
	status = line_need_string(&inner, "os", &host->os);
	if (status == STATUS_OK)
		status = line_string(&inner, "release", &host->release);
	if (status == STATUS_OK)
		status = line_string(&inner, "name", &host->name);
	if (status == STATUS_OK)
		status = line_string(&inner, "machine", &host->machine);
	return status;
}

/* Fills in what the file left out, so that the store never meets a missing
 * string of the host. */
static enum status complete_host(const struct line_input *in,
				 struct event_host *host)
{
	struct value *all[] = {&host->os, &host->release, &host->name,
			       &host->machine};
	enum status status = STATUS_OK;

	for (size_t i = 0; i < 4 && status == STATUS_OK; i++) {
		if (all[i]->type != VALUE_NONE)
			continue;
		*all[i] = value_text(in->reader->pool, "");
		status = line_hold(in, *all[i]);
	}
	if (status == STATUS_OK && !value_slice(host->label).len) {
		host->label = value_text(in->reader->pool, "unlabelled");
		status = line_hold(in, host->label);
	}
	return status;
}

static enum status read_host(const struct line_input *in, struct event *e)
{
	const json_t *host = json_object_get(in->object, "host");
	enum status status;

	if (!json_is_object(host))
		return line_bad(in, host ? "host" : NULL, NULL,
				"expected \"host\", an object");
	status = read_host_strings(in, host, &e->as.host);
	if (status == STATUS_OK)
		status = line_string(in, "label", &e->as.host.label);
	if (status == STATUS_OK)
		status = complete_host(in, &e->as.host);
	return status;
}

static enum status read_source(const struct line_input *in, struct event *e)
{
	struct event_source *s = &e->as.source;
	struct value id = value_none, state = value_none;
	enum status status;

	status = line_need_string(in, "id", &id);
	if (status == STATUS_OK)
		status = line_need_string(in, "state", &state);
	if (status == STATUS_OK)
		status = line_string(in, "why", &s->why);
	if (status == STATUS_OK)
		status = line_string(in, "note", &s->note);
	if (status != STATUS_OK)
		return status;
	s->source = source_by_id(value_slice(id));
	s->state = source_state_by_id(value_slice(state));
	if (s->state == SOURCE_STATE_COUNT)
		e->type = EVENT_TYPE_COUNT;
	return STATUS_OK;
}

static enum status read_listed(const struct line_input *in, struct event *e)
{
	(void)in;
	(void)e;
	return STATUS_OK;
}

static enum status read_spawn(const struct line_input *in, struct event *e)
{
	struct event_spawn *s = &e->as.spawn;
	enum status status;

	status = line_int(in, "ppid", 0, INT32_MAX, &s->ppid);
	if (status == STATUS_OK)
		status = line_int(in, "birth_ppid", 0, INT32_MAX,
				  &s->birth_ppid);
	if (status == STATUS_OK)
		status = line_time(in, "started", &s->started_ns);
	if (status == STATUS_OK)
		status = line_bool(in, "forked", &s->forked);
	return status;
}

static enum status read_reparent(const struct line_input *in, struct event *e)
{
	if (!json_object_get(in->object, "ppid"))
		return line_bad(in, NULL, NULL, "expected \"ppid\"");
	return line_int(in, "ppid", 0, INT32_MAX, &e->as.reparent.ppid);
}

static enum status read_exit(const struct line_input *in, struct event *e)
{
	struct event_exit *how = &e->as.exit;
	bool code = json_object_get(in->object, "code");
	bool signal = json_object_get(in->object, "signal");
	enum status status;
	int64_t n = 0;

	if (code && signal)
		return line_bad(in, "signal", NULL,
				"expected either code or signal");
	if (code) {
		how->kind = EXIT_CODE;
		status = line_int(in, "code", INT32_MIN, INT32_MAX, &n);
	} else {
		how->kind = signal ? EXIT_SIGNAL : EXIT_UNKNOWN;
		status = line_int(in, "signal", 1, 128, &n);
	}
	how->value = (int)n;
	if (status == STATUS_OK)
		status = line_bool(in, "core", &how->core);
	return status;
}

static enum status read_name(const struct line_input *in, struct event *e)
{
	enum status status = line_need_string(in, "name", &e->as.name.name);

	if (status == STATUS_OK)
		status = line_need_string(in, "kind", &e->as.name.kind);
	return status;
}

static enum status read_denial(const struct line_input *in, struct event *e)
{
	struct denial *d = &e->as.denial;
	struct value class = value_none, attribution = value_none;
	enum status status;

	d->count = 1;
	status = line_need_string(in, "class", &class);
	if (status == STATUS_OK)
		status = line_need_string(in, "operation", &d->operation);
	if (status == STATUS_OK)
		status = line_string(in, "target", &d->target);
	if (status == STATUS_OK)
		status = line_string(in, "process", &d->process);
	if (status == STATUS_OK)
		status = line_string(in, "raw", &d->raw);
	if (status == STATUS_OK)
		status = line_int(in, "count", 1, INT32_MAX, &d->count);
	if (status == STATUS_OK)
		status = line_string(in, "attribution", &attribution);
	if (status != STATUS_OK)
		return status;
	d->class = denial_class_by_id(value_slice(class));
	if (attribution.type != VALUE_NONE)
		d->attribution = attribution_by_id(value_slice(attribution));
	if (d->class == DENIAL_CLASS_COUNT ||
	    d->attribution == ATTRIBUTION_COUNT)
		e->type = EVENT_TYPE_COUNT;
	return STATUS_OK;
}

static enum status read_message(const struct line_input *in, struct event *e)
{
	return line_need_string(in, "text", &e->as.message.text);
}

static enum status read_lost(const struct line_input *in, struct event *e)
{
	return line_int(in, "count", 0, INT64_MAX, &e->as.lost.count);
}

enum { KEYS_MAX = 8 };

/* read: a word that only a newer version knows makes the event's type
 * EVENT_TYPE_COUNT: it is counted and skipped. keys: what a type's line may
 * hold beside the common ones. */
struct line_type {
	enum status (*read)(const struct line_input *in, struct event *e);
	bool needs_pid;
	const char *keys[KEYS_MAX];
};

static const struct line_type line_types[] = {
	[EVENT_HOST] = {read_host, false, {"host", "label"}},
	[EVENT_SOURCE] = {read_source, false, {"id", "state", "why", "note"}},
	[EVENT_LISTED] = {read_listed, false, {NULL}},
	[EVENT_SPAWN] = {read_spawn,
			 true,
			 {"ppid", "birth_ppid", "started", "forked"}},
	[EVENT_EXEC] = {read_listed, true, {NULL}},
	[EVENT_REPARENT] = {read_reparent, true, {"ppid"}},
	[EVENT_EXIT] = {read_exit, true, {"code", "signal", "core"}},
	[EVENT_FACTS] = {line_facts,
			 true,
			 {"facts", "absent", "inferred", "gaps"}},
	[EVENT_NAME_REGISTERED] = {read_name, true, {"name", "kind"}},
	[EVENT_NAME_REMOVED] = {read_name, true, {"name", "kind"}},
	[EVENT_DENIAL] = {read_denial,
			  false,
			  {"class", "operation", "target", "process", "raw",
			   "count", "attribution"}},
	[EVENT_MESSAGE] = {read_message, false, {"text"}},
	[EVENT_LOST] = {read_lost, false, {"count"}},
};

_Static_assert(sizeof(line_types) / sizeof(line_types[0]) == EVENT_TYPE_COUNT,
	       "a reader for every type of event");

static const char *const common_keys[KEYS_MAX] = {"type", "time", "at", "pid",
						  "source"};
static const char *const header_keys[KEYS_MAX] = {
	"schema", "schema_minor", "label", "note", "host", "start", "tool"};

static bool key_in(const char *const keys[KEYS_MAX], const char *key)
{
	for (size_t i = 0; i < KEYS_MAX && keys[i]; i++) {
		if (!strcmp(keys[i], key))
			return true;
	}
	return false;
}

static void count_unknown_keys(const struct line_input *in,
			       const char *const first[KEYS_MAX],
			       const char *const second[KEYS_MAX])
{
	const char *key;
	json_t *json;

	json_object_foreach((json_t *)in->object, key, json)
	{
		if (!key_in(first, key) && !(second && key_in(second, key)))
			in->reader->skipped++;
	}
}

static enum status read_header(const struct line_input *in,
			       const struct event_sink *sink)
{
	const json_t *schema = json_object_get(in->object, "schema");
	struct recording_reader *r = in->reader;
	struct event e = {.type = EVENT_HOST};
	enum status status;

	if (!json_is_string(schema) ||
	    strcmp(json_string_value(schema), RECORDING_SCHEMA) != 0)
		return line_bad(in, "schema", NULL,
				"expected a recording's first line, with "
				"\"schema\": \"" RECORDING_SCHEMA "\"");
	if (!json_object_get(in->object, "start"))
		return line_bad(in, NULL, NULL, "expected \"start\"");
	status = line_time(in, "start", &r->start_ns);
	if (status == STATUS_OK)
		status = read_host(in, &e);
	if (status != STATUS_OK)
		return status;
	count_unknown_keys(in, header_keys, NULL);
	r->header_read = true;
	e.time_ns = r->start_ns;
	event_emit(sink, &e);
	return STATUS_OK;
}

/* When it happened: "time", or "at" seconds after the start. */
static enum status read_when(const struct line_input *in, struct event *e)
{
	const json_t *at = json_object_get(in->object, "at");
	bool time = json_object_get(in->object, "time");
	double ns;

	if (time && at)
		return line_bad(in, "at", NULL, "expected either time or at");
	if (time)
		return line_time(in, "time", &e->time_ns);
	if (!at)
		return line_bad(in, NULL, NULL, "expected \"time\" or \"at\"");
	if (!json_is_number(at))
		return line_bad(in, "at", NULL,
				"at: expected seconds, found %s",
				json_kind(at));
	ns = json_number_value(at);
	if (!(ns >= -AT_SECONDS_MAX && ns <= AT_SECONDS_MAX))
		return line_bad(in, "at", NULL,
				"at: expected at most %d seconds from start",
				AT_SECONDS_MAX);
	ns *= (double)second_ns;
	e->time_ns =
		in->reader->start_ns + (int64_t)(ns < 0 ? ns - 0.5 : ns + 0.5);
	return STATUS_OK;
}

static enum status read_event(const struct line_input *in,
			      const struct event_sink *sink)
{
	const json_t *word = json_object_get(in->object, "type");
	struct value source = value_none;
	const struct line_type *type;
	struct event e = {0};
	enum status status;

	if (!json_is_string(word))
		return line_bad(in, word ? "type" : NULL, NULL,
				"expected \"type\", a string");
	e.type = event_type_by_id(slice_text(json_string_value(word)));
	if (e.type == EVENT_TYPE_COUNT) {
		in->reader->skipped++;
		return STATUS_OK;
	}
	type = &line_types[e.type];
	status = read_when(in, &e);
	if (status == STATUS_OK)
		status = line_int(in, "pid", 0, INT32_MAX, &e.pid);
	if (status == STATUS_OK && type->needs_pid && e.pid == 0)
		status =
			line_bad(in, "pid", NULL, "expected a \"pid\" above 0");
	if (status == STATUS_OK)
		status = line_string(in, "source", &source);
	if (status == STATUS_OK)
		status = type->read(in, &e);
	if (status != STATUS_OK)
		return status;
	if (e.type == EVENT_TYPE_COUNT) {
		in->reader->skipped++;
		return STATUS_OK;
	}
	if (source.type != VALUE_NONE)
		e.source = source_by_id(value_slice(source));
	count_unknown_keys(in, common_keys, type->keys);
	event_emit(sink, &e);
	return STATUS_OK;
}

enum status recording_read_line(struct recording_reader *r, struct slice line,
				const struct event_sink *sink,
				struct error *err)
{
	struct line_input in = {
		.reader = r, .line = line, .number = ++r->lines, .err = err};
	enum status status;
	json_t *object = NULL;

	if (line.len > JSON_LINE_MAX)
		return error_set_line(
			err, STATUS_LIMIT, in.number, 1,
			"a line of %zu bytes; at most %d are read", line.len,
			JSON_LINE_MAX);
	if (!line.len || (line.len == 1 && line.ptr[0] == '\r'))
		return STATUS_OK;
	status = json_parse_line(line, in.number, &object, err);
	if (status != STATUS_OK)
		return status;
	in.object = object;
	if (!json_is_object(object))
		status = line_bad(&in, NULL, NULL,
				  "expected an object, found %s",
				  json_kind(object));
	else if (!r->header_read)
		status = read_header(&in, sink);
	else
		status = read_event(&in, sink);
	release_held(r);
	json_decref(object);
	return status;
}

bool recording_line_time(const struct recording_reader *r, struct slice line,
			 int64_t *out_ns)
{
	struct line_input in = {.line = line, .number = r->lines + 1};
	struct recording_reader copy = {.start_ns = r->start_ns};
	struct event e = {0};
	json_t *object = NULL;
	bool found;

	if (!r->header_read || line.len > JSON_LINE_MAX ||
	    json_parse_line(line, in.number, &object, NULL) != STATUS_OK)
		return false;
	in.object = object;
	in.reader = &copy;
	found = json_is_object(object) && read_when(&in, &e) == STATUS_OK;
	json_decref(object);
	if (found)
		*out_ns = e.time_ns;
	return found;
}
