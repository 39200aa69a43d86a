#include "counts.h"

#include <stdlib.h>

#include "../model/tree.h"

/* Parents above a process that are looked at; real trees are far lower. */
enum { DEPTH_MAX = 4096 };

static int by_serial(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

enum status counts_init(struct counts *c, const uint32_t *roots, size_t count,
			struct error *err)
{
	*c = (struct counts){.root_count = count};
	if (!count)
		return STATUS_OK;
	c->roots = calloc(count, sizeof(*c->roots));
	if (!c->roots)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for targets");
	memcpy(c->roots, roots, count * sizeof(*roots));
	qsort(c->roots, count, sizeof(*roots), by_serial);
	return STATUS_OK;
}

void counts_release(struct counts *c)
{
	free(c->roots);
	*c = (struct counts){0};
}

static bool belongs(const struct counts *c, const struct store *s,
		    const struct process *p)
{
	for (int i = 0; p && i < DEPTH_MAX; i++) {
		if (bsearch(&p->serial, c->roots, c->root_count,
			    sizeof(*c->roots), by_serial))
			return true;
		p = tree_parent(s, p, TREE_BY_APP);
	}
	return false;
}

static void add(struct store_counts *n, const struct process *p)
{
	n->denials += p->denial_count;
	n->born += p->seen_birth;
	n->apps += p->app == p && p->app_alive > 0;
	if (!process_alive(p)) {
		n->gone++;
		return;
	}
	n->alive++;
	n->confined += p->confined == CONFINED_YES;
	n->confinement_unknown += p->confined == CONFINED_UNKNOWN;
}

static void count(struct counts *c, const struct store *s)
{
	struct store_counts n = {.lost = store_counts(s)->lost};

	for (size_t i = 0; i < store_count(s); i++) {
		const struct process *p = store_at(s, i);

		if (belongs(c, s, p))
			add(&n, p);
	}
	c->of_targets = n;
}

const struct store_counts *counts_get(struct counts *c, const struct store *s)
{
	uint32_t shape = store_shape(s);
	uint32_t mechanisms = store_fact_generation(s, FACT_SANDBOX_MECHANISMS);
	uint32_t denials = store_fact_generation(s, FACT_DENIALS);

	if (!c->roots)
		return store_counts(s);
	if (c->counted && c->shape == shape && c->mechanisms == mechanisms &&
	    c->denials == denials)
		return &c->of_targets;
	count(c, s);
	c->shape = shape;
	c->mechanisms = mechanisms;
	c->denials = denials;
	c->counted = true;
	return &c->of_targets;
}
