#include "doctor.h"

#include <stdlib.h>

static bool same_reason(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void count_gap(struct survey_fact *sf, const struct fact *f)
{
	size_t i = 0;

	while (i < sf->gap_count &&
	       !(sf->gaps[i].state == f->state &&
		 same_reason(sf->gaps[i].reason, f->reason)))
		i++;
	if (i == SURVEY_REASONS_MAX)
		i--;
	if (i == sf->gap_count)
		sf->gaps[sf->gap_count++] =
			(struct survey_gap){f->state, f->reason, 0};
	sf->gaps[i].count++;
}

static int by_count(const void *a, const void *b)
{
	const struct survey_gap *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

bool survey_skips(enum fact_id id)
{
	return id < FACT_FIRST_SLOT;
}

/* Nothing is left to read of one that has ended. */
static bool has_ended(const struct store *s, const struct process *p)
{
	struct fact state = process_fact(s, p, FACT_STATE);

	return !process_alive(p) ||
	       (fact_has_value(&state) &&
		slice_is(value_slice(state.value), "zombie"));
}

/* The first thing that is read of anybody. */
static bool was_read(const struct store *s, const struct process *p)
{
	return process_fact(s, p, FACT_STATE).state != FACT_PENDING;
}

enum status survey_take(struct survey *v, struct store *s, bool stopped,
			struct error *err)
{
	struct tree_options how = {
		.mode = TREE_LIST, .sort = FACT_NONE, .uid = -1};
	struct tree *tree = tree_new();
	enum status status;

	*v = (struct survey){0};
	if (!tree)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	status = tree_update(tree, s, &how, NULL, err);
	for (size_t r = 0; status == STATUS_OK && r < tree_count(tree); r++) {
		const struct process *p = tree_row(tree, r)->process;

		if (has_ended(s, p))
			continue;
		if (stopped && !was_read(s, p)) {
			v->unread++;
			continue;
		}
		v->processes++;
		for (int i = FACT_FIRST_SLOT; i < FACT_COUNT; i++) {
			struct fact f = process_fact(s, p, (enum fact_id)i);

			if (fact_has_value(&f) || f.state == FACT_ABSENT)
				v->facts[i].read++;
			else
				count_gap(&v->facts[i], &f);
		}
	}
	for (size_t i = 0; i < FACT_COUNT; i++)
		qsort(v->facts[i].gaps, v->facts[i].gap_count,
		      sizeof(v->facts[i].gaps[0]), by_count);
	tree_free(tree);
	return status;
}

enum fact_state survey_state(const struct survey *v, enum fact_id id)
{
	const struct survey_fact *f = &v->facts[id];

	return f->gap_count ? f->gaps[0].state
	       : f->read    ? FACT_KNOWN
			    : FACT_PENDING;
}
