#include "tree_print.h"

#include "json_write.h"

enum { PROCESS_BYTES_MAX = 64 << 20 };

/* Told by members of their own, or by time passing. */
static bool is_member(enum fact_id id)
{
	return id == FACT_PID || id == FACT_PPID || id == FACT_STARTED ||
	       id == FACT_EXITED || id == FACT_AGE;
}

void json_add_id(struct text *t, bool *first, const char *key,
		 const struct process *p)
{
	json_add_key(t, first, key);
	if (!p) {
		text_add_text(t, "null");
		return;
	}
	text_add_byte(t, '"');
	process_add_id(t, p);
	text_add_byte(t, '"');
}

static void add_moment(struct text *t, bool *first, const char *key,
		       int64_t time_ns)
{
	json_add_key(t, first, key);
	if (time_ns)
		json_add_time(t, time_ns);
	else
		text_add_text(t, "null");
}

static void add_exit(struct text *t, const struct event_exit *how)
{
	if (how->kind == EXIT_CODE)
		text_addf(t, "{\"code\": %d", how->value);
	else
		text_addf(t, "{\"signal\": %d", how->value);
	text_addf(t, ", \"core\": %s}", how->core ? "true" : "false");
}

/* What applies to this system; the rest is neither a fact nor a gap. */
static bool applies(const struct session *s, enum fact_id id)
{
	return fact_table[id].platforms & session_platform(s);
}

static void add_facts(struct text *t, const struct session *s,
		      const struct process *p)
{
	bool first = true;

	text_add_byte(t, '{');
	for (int i = 0; i < FACT_COUNT; i++) {
		enum fact_id id = (enum fact_id)i;
		struct fact f = process_fact(s->store, p, id);

		if (is_member(id) ||
		    (!fact_has_value(&f) && f.state != FACT_ABSENT))
			continue;
		if (!applies(s, id) && f.state == FACT_ABSENT)
			continue;
		json_add_key(t, &first, fact_table[id].id);
		if (f.state == FACT_ABSENT)
			text_add_text(t, "null");
		else if (id == FACT_EXIT)
			add_exit(t, &p->how);
		else
			json_add_value(t, f.value);
	}
	text_add_byte(t, '}');
}

static const char *why_of(const struct fact *f)
{
	if (f->reason)
		return f->reason;
	switch (f->state) {
	case FACT_PENDING:
		return "not read yet";
	case FACT_NEEDS_PRIVILEGE:
		return "more privilege";
	case FACT_UNSUPPORTED:
		return "this system does not tell";
	default:
		return "unknown";
	}
}

static void add_gaps(struct text *t, const struct session *s,
		     const struct process *p)
{
	bool first = true;

	text_add_byte(t, '{');
	for (int i = 0; i < FACT_COUNT; i++) {
		enum fact_id id = (enum fact_id)i;
		struct fact f = process_fact(s->store, p, id);

		if (fact_has_value(&f) || f.state == FACT_ABSENT ||
		    id == FACT_AGE || !applies(s, id))
			continue;
		json_add_key(t, &first, fact_table[id].id);
		text_addf(t, "{\"state\": \"%s\", \"why\": ",
			  fact_state_id(f.state));
		json_add_string(t, slice_text(why_of(&f)));
		text_add_byte(t, '}');
	}
	text_add_byte(t, '}');
}

static void add_inferred(struct text *t, const struct session *s,
			 const struct process *p)
{
	bool first = true;

	text_add_byte(t, '{');
	for (int i = 0; i < FACT_COUNT; i++) {
		struct fact f = process_fact(s->store, p, (enum fact_id)i);

		if (f.state != FACT_INFERRED || i == FACT_AGE)
			continue;
		json_add_key(t, &first, fact_table[i].id);
		json_add_string(t, slice_text(f.reason));
	}
	text_add_byte(t, '}');
}

/* What came to confine it while we looked, between which two readings. */
static void add_confined(struct text *t, const struct process *p)
{
	text_add_byte(t, '[');
	for (size_t i = 0; i < p->step_count; i++) {
		const struct confinement_step *step = &p->steps[i];
		bool first = true;

		text_add_text(t, i ? ", {" : "{");
		json_add_key(t, &first, "mechanism");
		json_add_string(t, value_slice(step->mechanism));
		add_moment(t, &first, "after", step->after_ns);
		add_moment(t, &first, "by", step->by_ns);
		text_add_byte(t, '}');
	}
	text_add_byte(t, ']');
}

void json_add_process(struct text *t, const struct session *s,
		      const struct process *p, enum tree_mode mode)
{
	struct fact started = process_fact(s->store, p, FACT_STARTED);
	bool first = true;

	text_add_byte(t, '{');
	json_add_id(t, &first, "id", p);
	json_add_id(t, &first, "parent_id", tree_parent(s->store, p, mode));
	json_add_id(t, &first, "app_id", p->app);
	json_add_key(t, &first, "pid");
	text_addf(t, "%lld", (long long)p->pid);
	json_add_key(t, &first, "ppid");
	text_addf(t, "%lld", (long long)p->ppid);
	add_moment(t, &first, "started",
		   fact_has_value(&started) ? started.value.as.integer : 0);
	add_moment(t, &first, "exited", p->exited_ns);
	json_add_key(t, &first, "facts");
	add_facts(t, s, p);
	json_add_key(t, &first, "gaps");
	add_gaps(t, s, p);
	json_add_key(t, &first, "inferred");
	add_inferred(t, s, p);
	json_add_key(t, &first, "confined");
	add_confined(t, p);
	text_add_byte(t, '}');
}

void json_add_host(struct text *t, const struct session *s)
{
	const struct event_host *host = store_host(s->store);
	bool first = true;

	text_add_byte(t, '{');
	json_add_key(t, &first, "os");
	json_add_string(t, value_slice(host->os));
	json_add_key(t, &first, "release");
	json_add_string(t, value_slice(host->release));
	json_add_key(t, &first, "name");
	json_add_string(t, value_slice(host->name));
	json_add_key(t, &first, "machine");
	json_add_string(t, value_slice(host->machine));
	if (value_slice(host->label).len) {
		json_add_key(t, &first, "label");
		json_add_string(t, value_slice(host->label));
	}
	text_add_byte(t, '}');
}

static void add_source(struct text *t, const struct source_status *status,
		       enum source_id id)
{
	bool first = true;

	text_add_byte(t, '{');
	json_add_key(t, &first, "id");
	json_add_string(t, slice_text(source_table[id].id));
	json_add_key(t, &first, "state");
	json_add_string(t, slice_text(source_state_id(status->state)));
	json_add_key(t, &first, "lost");
	if (status->lost_unknown && !status->lost)
		text_add_text(t, "null");
	else
		text_addf(t, "%lld", (long long)status->lost);
	if (value_slice(status->why).len) {
		json_add_key(t, &first, "why");
		json_add_string(t, value_slice(status->why));
	}
	if (value_slice(status->note).len) {
		json_add_key(t, &first, "note");
		json_add_string(t, value_slice(status->note));
	}
	text_add_byte(t, '}');
}

void json_add_sources(struct text *t, const struct session *s)
{
	bool any = false;

	text_add_byte(t, '[');
	for (int i = SOURCE_NONE + 1; i < SOURCE_COUNT; i++) {
		enum source_id id = (enum source_id)i;
		const struct source_status *status = store_source(s->store, id);

		if (status->state == SOURCE_UNUSED && !status->lost &&
		    !value_slice(status->why).len)
			continue;
		if (any)
			text_add_text(t, ", ");
		any = true;
		add_source(t, status, id);
	}
	text_add_byte(t, ']');
}

void json_add_head(struct text *t, const struct session *s, const char *schema)
{
	text_addf(t,
		  "{\"schema\": \"%s\", \"schema_minor\": 0, "
		  "\"tool\": {\"name\": \"sandtree\", \"version\": "
		  "\"" SANDTREE_VERSION "\"},\n \"host\": ",
		  schema);
	json_add_host(t, s);
	text_add_text(t, ",\n \"taken\": ");
	json_add_time(t, store_now(s->store));
	text_add_text(t, ",\n \"sources\": ");
	json_add_sources(t, s);
}

enum status tree_print_json(struct output *out, const struct session *s,
			    const struct tree *tree, enum tree_mode mode,
			    struct error *err)
{
	enum status status = STATUS_OK;
	bool any = false;
	struct text t;

	text_init(&t, PROCESS_BYTES_MAX);
	json_add_head(&t, s, "sandtree/tree/1");
	text_add_text(&t, ",\n \"processes\": [");
	for (size_t i = 0; i < tree_count(tree) && !out->gone; i++) {
		const struct tree_row *row = tree_row(tree, i);

		if (!row->matches)
			continue;
		text_add_text(&t, any ? ",\n  " : "\n  ");
		any = true;
		json_add_process(&t, s, row->process, mode);
		status = text_status(&t, err);
		if (status != STATUS_OK)
			goto out;
		output_slice(out, text_slice(&t));
		text_reset(&t);
	}
	text_add_text(&t, any ? "\n ]" : "]");
	status = tree_print_events(out, &t, s, tree, err);
	if (status != STATUS_OK)
		goto out;
	text_add_text(&t, "}\n");
	output_slice(out, text_slice(&t));
out:
	text_release(&t);
	return status;
}
