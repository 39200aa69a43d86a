/* What happened, as --json tells it: the denials, names and messages that the
 * store has kept, in the shape that watching will have them. */
#include "tree_print.h"

#include <stdlib.h>

#include "json_write.h"

static void add_text_or_null(struct text *t, bool *first, const char *key,
			     struct slice words)
{
	json_add_key(t, first, key);
	if (words.len)
		json_add_string(t, words);
	else
		text_add_text(t, "null");
}

static struct slice fact_words(const struct session *s, const struct process *p,
			       enum fact_id id)
{
	struct fact f = {.state = FACT_ABSENT};

	if (p)
		f = process_fact(s->store, p, id);
	return fact_has_value(&f) ? value_slice(f.value) : slice_of(NULL, 0);
}

/* Whom it is of: the record's own name for it where it has one. */
static void add_who(struct text *t, bool *first, const struct session *s,
		    const struct process *p, struct slice recorded)
{
	if (!recorded.len)
		recorded = fact_words(s, p, FACT_NAME);
	add_text_or_null(t, first, "process", recorded);
	add_text_or_null(t, first, "role", fact_words(s, p, FACT_ROLE));
}

static void add_denial(struct text *t, bool *first, const struct session *s,
		       const struct process *p, const struct denial *d)
{
	add_who(t, first, s, p, value_slice(d->process));
	add_text_or_null(t, first, "class",
			 slice_text(denial_class_id(d->class)));
	add_text_or_null(t, first, "operation", value_slice(d->operation));
	add_text_or_null(t, first, "target", value_slice(d->target));
	json_add_key(t, first, "count");
	text_addf(t, "%lld", (long long)d->count);
	add_text_or_null(t, first, "attribution",
			 slice_text(attribution_id(d->attribution)));
	add_text_or_null(t, first, "raw", value_slice(d->raw));
}

void json_add_happening(struct text *t, const struct session *s,
			const struct happening *h)
{
	const struct process *p = store_by_serial(s->store, h->process);
	bool first = true;

	text_add_byte(t, '{');
	add_text_or_null(t, &first, "type", slice_text(event_type_id(h->type)));
	json_add_key(t, &first, "time");
	json_add_time(t, h->time_ns);
	json_add_id(t, &first, "id", p);
	json_add_id(t, &first, "app_id", p ? p->app : NULL);
	json_add_key(t, &first, "pid");
	text_addf(t, "%lld", (long long)h->pid);
	if (h->type == EVENT_DENIAL) {
		add_denial(t, &first, s, p, &h->as.denial);
	} else if (h->type == EVENT_MESSAGE) {
		add_who(t, &first, s, p, slice_of(NULL, 0));
		add_text_or_null(t, &first, "text",
				 value_slice(h->as.message.text));
	} else {
		add_who(t, &first, s, p, slice_of(NULL, 0));
		add_text_or_null(t, &first, "name",
				 value_slice(h->as.name.name));
		add_text_or_null(t, &first, "kind",
				 value_slice(h->as.name.kind));
	}
	add_text_or_null(t, &first, "source",
			 slice_text(source_table[h->source].id));
	text_add_byte(t, '}');
}

static int compare_serials(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The serials of the rows that are printed, sorted; NULL without memory. */
static uint32_t *printed_serials(const struct tree *tree, size_t *count)
{
	uint32_t *serials = calloc(tree_count(tree) + 1, sizeof(*serials));

	*count = 0;
	for (size_t i = 0; serials && i < tree_count(tree); i++) {
		if (tree_row(tree, i)->matches)
			serials[(*count)++] =
				tree_row(tree, i)->process->serial;
	}
	if (serials)
		qsort(serials, *count, sizeof(*serials), compare_serials);
	return serials;
}

enum status tree_print_events(struct output *out, struct text *t,
			      const struct session *s, const struct tree *tree,
			      struct error *err)
{
	const struct options *o = s->options;
	bool all = !o->filter && !s->targets.count, any = false;
	enum status status = STATUS_OK;
	size_t count;
	uint32_t *serials = printed_serials(tree, &count);

	if (!serials)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	text_add_text(t, ",\n \"events\": [");
	for (size_t i = 0; i < store_happenings(s->store) && !out->gone; i++) {
		const struct happening *h = store_happening(s->store, i);

		if (!all && !bsearch(&h->process, serials, count,
				     sizeof(*serials), compare_serials))
			continue;
		text_add_text(t, any ? ",\n  " : "\n  ");
		any = true;
		json_add_happening(t, s, h);
		status = text_status(t, err);
		if (status != STATUS_OK)
			goto out;
		output_slice(out, text_slice(t));
		text_reset(t);
	}
	text_addf(t, "%s],\n \"events_forgotten\": %lld", any ? "\n " : "",
		  (long long)store_counts(s->store)->events_forgotten);
out:
	free(serials);
	return status;
}
