/*
 * Pause, live: the screen stands still while the probe goes on reading, so
 * that nothing is lost; its events wait here and are applied afterwards.
 */
#ifndef TUI_HELD_H
#define TUI_HELD_H

#include "../model/store.h"

enum { HELD_EVENTS_MAX = 100000 };

struct held {
	struct value_pool *pool;
	struct event *events;
	size_t count, cap;
	int64_t lost; /* what memory did not suffice for */
	bool full;    /* no more is taken; the probe must not be pumped */
};

void held_init(struct held *h, struct value_pool *pool);
void held_release(struct held *h);

/* A sink that keeps copies. */
struct event_sink held_sink(struct held *h);
/* Gives everything to another sink, and is empty then. What did not fit into
 * memory is told as EVENT_LOST at time_ns. */
void held_flush(struct held *h, int64_t time_ns, const struct event_sink *to);

#endif
