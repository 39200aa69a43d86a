/*
 * A process changes what it is and what confines it in its first moments
 * without telling: a zygote's child becomes a renderer and installs its filter
 * within 20 ms. So it is read again after its birth, and after an exec.
 */
#include "linux.h"

#include <stdlib.h>

#include "../../model/base/vec.h"

static const int64_t steps_ns[YOUNG_READS] = {
	5 * NS_PER_MS, 20 * NS_PER_MS, 100 * NS_PER_MS,
	1 * NS_PER_S,  5 * NS_PER_S,
};

static void swap(struct due *a, struct due *b)
{
	struct due c = *a;

	*a = *b;
	*b = c;
}

/* Out of memory costs a re-reading; the rolling one comes to it later. */
static void push(struct due_heap *h, struct due d)
{
	size_t i = h->count;

	if (!vec_reserve((void **)&h->items, &h->cap, h->count + 1,
			 sizeof(*h->items), 2 * ENTRIES_MAX))
		return;
	h->items[h->count++] = d;
	while (i && h->items[(i - 1) / 2].at_ns > h->items[i].at_ns) {
		swap(&h->items[i], &h->items[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static struct due pop(struct due_heap *h)
{
	struct due top = h->items[0];
	size_t i = 0;

	h->items[0] = h->items[--h->count];
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= h->count)
			return top;
		if (child + 1 < h->count &&
		    h->items[child + 1].at_ns < h->items[child].at_ns)
			child++;
		if (h->items[i].at_ns <= h->items[child].at_ns)
			return top;
		swap(&h->items[i], &h->items[child]);
		i = child;
	}
}

static void push_step(struct probe *p, const struct entry *e)
{
	push(&p->young,
	     (struct due){
		     .at_ns = e->young_since_ns + steps_ns[e->young_step],
		     .since_ns = e->young_since_ns,
		     .pid = e->pid,
		     .serial = e->serial,
		     .step = e->young_step,
	     });
}

void young_schedule(struct probe *p, struct entry *e, int64_t since_ns)
{
	e->young_since_ns = since_ns;
	e->young_step = 0;
	push_step(p, e);
}

bool young_next(struct probe *p, int64_t now_ns, struct entry **out)
{
	while (p->young.count && p->young.items[0].at_ns <= now_ns) {
		struct due d = pop(&p->young);
		struct entry *e = table_find(p, d.pid);

		if (!e || e->serial != d.serial || e->young_step != d.step ||
		    e->young_since_ns != d.since_ns)
			continue;
		/* Steps that were missed are one. */
		while (e->young_step < YOUNG_READS &&
		       e->young_since_ns + steps_ns[e->young_step] <= now_ns)
			e->young_step++;
		if (e->young_step < YOUNG_READS)
			push_step(p, e);
		*out = e;
		return true;
	}
	return false;
}

int64_t young_deadline(const struct probe *p)
{
	return p->young.count ? p->young.items[0].at_ns : INT64_MAX;
}
