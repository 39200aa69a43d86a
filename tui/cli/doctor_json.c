#include "doctor.h"

#include <stdlib.h>

#include "json_write.h"
#include "tree_print.h"

enum { DOCTOR_BYTES_MAX = 4 << 20 };

static void add_gap(struct text *t, const struct survey_gap *gap)
{
	text_addf(t, "{\"state\": \"%s\", \"count\": %zu",
		  fact_state_id(gap->state), gap->count);
	if (gap->reason) {
		text_add_text(t, ", \"why\": ");
		json_add_string(t, slice_text(gap->reason));
	}
	text_add_byte(t, '}');
}

static void add_fact(struct text *t, const struct survey *v, enum fact_id id)
{
	const struct survey_fact *f = &v->facts[id];

	text_addf(t, "{\"state\": \"%s\", \"read\": %zu, \"of\": %zu",
		  fact_state_id(survey_state(v, id)), f->read, v->processes);
	text_add_text(t, ", \"gaps\": [");
	for (size_t i = 0; i < f->gap_count; i++) {
		if (i)
			text_add_text(t, ", ");
		add_gap(t, &f->gaps[i]);
	}
	text_add_text(t, "]}");
}

static void add_facts(struct text *t, const struct doctor *d)
{
	unsigned platform = session_platform(d->session);
	bool any = false;

	text_add_text(t, ",\n \"facts\": {");
	for (int i = 0; i < FACT_COUNT; i++) {
		if (survey_skips((enum fact_id)i) ||
		    !(fact_table[i].platforms & platform))
			continue;
		text_addf(t, "%s\n  \"%s\": ", any ? "," : "",
			  fact_table[i].id);
		any = true;
		add_fact(t, d->survey, (enum fact_id)i);
	}
	text_add_text(t, "\n }");
}

static void add_user(struct text *t, const struct doctor *d)
{
	static const enum fact_id ids[] = {FACT_USER, FACT_UID,
					   FACT_CAPABILITIES_EFFECTIVE};
	bool first = true;

	text_add_text(t, ",\n \"user\": ");
	if (!d->self) {
		text_add_text(t, "null");
		return;
	}
	text_add_byte(t, '{');
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct fact f =
			process_fact(d->session->store, d->self, ids[i]);

		json_add_key(t, &first, fact_table[ids[i]].id);
		json_add_value(t, fact_has_value(&f) ? f.value : value_none);
	}
	text_add_byte(t, '}');
}

static void add_terminal(struct text *t, const struct output *out,
			 const struct doctor *d)
{
	const char *term = getenv("TERM");

	text_add_text(t, ",\n \"terminal\": {\"term\": ");
	if (term)
		json_add_string(t, slice_text(term));
	else
		text_add_text(t, "null");
	text_addf(t, ", \"known\": %s, \"colors\": %d, \"utf8\": %s}",
		  d->term_known ? "true" : "false", d->colors,
		  out->utf8 ? "true" : "false");
	text_add_text(t, ",\n \"libraries\": [");
	for (size_t i = 0; i < d->library_count; i++) {
		text_add_text(t, i ? ", " : "");
		json_add_string(t, slice_text(d->libraries[i]));
	}
	text_add_byte(t, ']');
}

enum status doctor_print_json(struct output *out, const struct doctor *d,
			      struct error *err)
{
	enum status status;
	struct text t;

	text_init(&t, DOCTOR_BYTES_MAX);
	json_add_head(&t, d->session, "sandtree/doctor/1");
	add_user(&t, d);
	text_addf(&t, ",\n \"live\": %s",
		  d->opened == STATUS_OK ? "true" : "false");
	if (d->opened != STATUS_OK) {
		text_add_text(&t, ", \"why\": ");
		json_add_string(&t, slice_text(d->open_message));
	}
	text_addf(&t, ",\n \"processes\": {\"read\": %zu, \"unread\": %zu}",
		  d->survey->processes, d->survey->unread);
	add_facts(&t, d);
	add_terminal(&t, out, d);
	text_add_text(&t, "}\n");
	status = text_status(&t, err);
	if (status == STATUS_OK)
		output_slice(out, text_slice(&t));
	text_release(&t);
	return status;
}
