/*
 * An event sink that remembers: what each process was told to be, every event
 * in order, for tests that drive the probe without the store.
 */
#ifndef TESTS_LIVE_COLLECT_H
#define TESTS_LIVE_COLLECT_H

#include "probes/probe.h"

struct collected_fact {
	int64_t pid, time_ns;
	enum fact_id id;
	enum fact_state state;
	struct value value; /* held */
	char reason[96];
};

struct collected_event {
	enum event_type type;
	enum source_id source;
	int64_t pid, time_ns;
	struct event_spawn spawn;
	struct event_exit exit;
	int64_t lost;
};

struct collect {
	struct value_pool *pool;
	struct collected_fact *facts; /* every one ever told, in order */
	size_t fact_count, fact_cap;
	struct collected_event *events;
	size_t event_count, event_cap;
	enum source_state sources[SOURCE_COUNT];
	char why[SOURCE_COUNT][200], note[SOURCE_COUNT][200];
	bool listed;
};

void collect_init(struct collect *c);
void collect_release(struct collect *c);
struct event_sink collect_sink(struct collect *c);

/* The last that was told; NULL for nothing. */
const struct collected_fact *collect_fact(const struct collect *c, int64_t pid,
					  enum fact_id id);
/* Its text: a string, or a list joined by blanks, a number, yes, no; "-" for
 * absent and "?" for every other gap. In one of a few static buffers. */
const char *collect_text(const struct collect *c, int64_t pid, enum fact_id id);
/* The first event of that type about the pid at or after index from; the
 * index, or event_count. */
size_t collect_event(const struct collect *c, enum event_type type, int64_t pid,
		     size_t from);

/* Pumps until `done` says so or the time is over; returns what it said. */
bool collect_until(struct collect *c, struct probe *p, int64_t timeout_ns,
		   bool (*done)(const struct collect *c, void *context),
		   void *context);
/* Pumps for that long. */
void collect_for(struct collect *c, struct probe *p, int64_t span_ns);

#endif
