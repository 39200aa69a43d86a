#include "held.h"

#include <stdlib.h>

#include "../model/base/vec.h"

/* The values an event refers to, for each of which it holds a reference. */
enum { EVENT_VALUES_MAX = 5 };

static size_t values_of(struct event *e, struct value *out[EVENT_VALUES_MAX])
{
	size_t n = 0;

	switch (e->type) {
	case EVENT_HOST:
		out[n++] = &e->as.host.os;
		out[n++] = &e->as.host.release;
		out[n++] = &e->as.host.name;
		out[n++] = &e->as.host.machine;
		out[n++] = &e->as.host.label;
		break;
	case EVENT_SOURCE:
		out[n++] = &e->as.source.why;
		out[n++] = &e->as.source.note;
		break;
	case EVENT_NAME_REGISTERED:
	case EVENT_NAME_REMOVED:
		out[n++] = &e->as.name.name;
		out[n++] = &e->as.name.kind;
		break;
	case EVENT_DENIAL:
		out[n++] = &e->as.denial.process;
		out[n++] = &e->as.denial.operation;
		out[n++] = &e->as.denial.target;
		out[n++] = &e->as.denial.raw;
		break;
	case EVENT_MESSAGE:
		out[n++] = &e->as.message.text;
		break;
	case EVENT_LISTED:
	case EVENT_SPAWN:
	case EVENT_EXEC:
	case EVENT_REPARENT:
	case EVENT_EXIT:
	case EVENT_FACTS:
	case EVENT_LOST:
	case EVENT_TYPE_COUNT:
		break;
	}
	return n;
}

static void release_facts(struct held *h, struct event_fact *items,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		value_release(h->pool, items[i].fact.value);
		free((char *)(uintptr_t)items[i].fact.reason);
	}
	free(items);
}

static void release(struct held *h, struct event *e)
{
	struct value *values[EVENT_VALUES_MAX];
	size_t n = values_of(e, values);

	for (size_t i = 0; i < n; i++)
		value_release(h->pool, *values[i]);
	if (e->type == EVENT_FACTS)
		release_facts(h,
			      (struct event_fact *)(uintptr_t)e->as.facts.items,
			      e->as.facts.count);
}

static bool copy_facts(struct held *h, struct event *e)
{
	const struct event_fact *from = e->as.facts.items;
	size_t count = e->as.facts.count;
	struct event_fact *items = calloc(count ? count : 1, sizeof(*items));

	if (!items)
		return false;
	for (size_t i = 0; i < count; i++) {
		items[i] = from[i];
		items[i].fact.reason = NULL;
		value_retain(items[i].fact.value);
		if (!from[i].fact.reason)
			continue;
		items[i].fact.reason = strdup(from[i].fact.reason);
		if (!items[i].fact.reason) {
			release_facts(h, items, i + 1);
			return false;
		}
	}
	e->as.facts.items = items;
	return true;
}

static void keep(void *context, const struct event *event)
{
	struct held *h = context;
	struct value *values[EVENT_VALUES_MAX];
	struct event *e;
	size_t n;

	/* One more than full is what a probe that was in the middle of
	 * something may still say. */
	if (!vec_reserve((void **)&h->events, &h->cap, h->count + 1,
			 sizeof(*h->events), 2 * HELD_EVENTS_MAX)) {
		h->full = true;
		h->lost++;
		return;
	}
	e = &h->events[h->count];
	*e = *event;
	if (e->type == EVENT_FACTS && !copy_facts(h, e)) {
		h->full = true;
		h->lost++;
		return;
	}
	n = values_of(e, values);
	for (size_t i = 0; i < n; i++)
		value_retain(*values[i]);
	h->count++;
	h->full = h->full || h->count >= HELD_EVENTS_MAX;
}

void held_init(struct held *h, struct value_pool *pool)
{
	*h = (struct held){.pool = pool};
}

void held_release(struct held *h)
{
	for (size_t i = 0; i < h->count; i++)
		release(h, &h->events[i]);
	free(h->events);
	*h = (struct held){0};
}

struct event_sink held_sink(struct held *h)
{
	return (struct event_sink){keep, h};
}

void held_flush(struct held *h, int64_t time_ns, const struct event_sink *to)
{
	for (size_t i = 0; i < h->count; i++) {
		event_emit(to, &h->events[i]);
		release(h, &h->events[i]);
	}
	if (h->lost) {
		struct event lost = {.type = EVENT_LOST,
				     .source = SOURCE_DERIVED,
				     .time_ns = time_ns,
				     .as.lost.count = h->lost};

		event_emit(to, &lost);
	}
	h->count = 0;
	h->lost = 0;
	h->full = false;
}
