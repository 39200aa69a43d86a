/*
 * What is known, all of it. Events change it (store_apply), nothing else does.
 * Pointers to processes stay valid until the next store_apply.
 */
#ifndef MODEL_STORE_H
#define MODEL_STORE_H

#include "process.h"
#include "base/text.h"

struct store;

enum {
	STORE_PROCESSES_MAX = 1 << 18, /* living and gone */
	STORE_GONE_KEPT = 10000,   /* exited ones kept; older are forgotten */
	STORE_EVENTS_KEPT = 20000, /* denials, names and messages kept */
	STORE_NAMES_MAX = 4096,    /* registered names kept per process */
	STORE_REASONS_MAX = 1 << 14,
};

/* A number for everything the header says. */
struct store_counts {
	size_t alive;
	size_t gone;                          /* exited and still kept */
	int64_t forgotten;                    /* exited and no longer kept */
	size_t confined, confinement_unknown; /* of the living */
	size_t apps;  /* with at least one living process */
	int64_t born; /* births seen while we looked */
	int64_t denials;
	int64_t lost;             /* records, all sources */
	int64_t unplaced;         /* denials and names that found no process */
	int64_t events_forgotten; /* fell out of the history */
};

struct source_status {
	enum source_state state;
	struct value why, note; /* STRING or VALUE_NONE */
	int64_t lost;
	bool lost_unknown; /* and some nobody counted */
	int64_t changed_ns;
};

/* A denial, name or message in the history, with the process it hangs on. */
struct happening {
	enum event_type type; /* DENIAL, NAME_..., MESSAGE */
	enum source_id source;
	int64_t time_ns;
	int64_t pid;
	uint32_t process; /* serial; 0 none or forgotten */
	union {
		struct denial denial;
		struct event_name name;
		struct event_message message;
	} as;
};

struct store *store_new(void); /* NULL when memory is out */
void store_free(struct store *s);

/* The pool in which the store keeps values; probes make theirs in it. */
struct value_pool *store_pool(struct store *s);

/* STATUS_MEMORY; STATUS_LIMIT when there are too many processes;
 * STATUS_MALFORMED for an event that contradicts itself. Where an event names
 * a pid the store does not know nothing is made up: it is counted as unplaced.
 */
enum status store_apply(struct store *s, const struct event *e,
			struct error *err);
/* store_apply as a sink; what fails is counted in store_failures(). */
struct event_sink store_sink(struct store *s);
int64_t store_failures(const struct store *s, struct error *last);

/* The clock ages and marks are counted by: the loop's, or the recording's. */
void store_set_now(struct store *s, int64_t now_ns);
int64_t store_now(const struct store *s);

const struct store_counts *store_counts(const struct store *s);
const struct event_host *store_host(const struct store *s);
const struct source_status *store_source(const struct store *s,
					 enum source_id id);
bool store_listed(const struct store *s); /* EVENT_LISTED has come */

/* Changes with every event that changed anything; `shape` with those that
 * change who exists, hangs where, or what apps there are. */
uint32_t store_generation(const struct store *s);
uint32_t store_shape(const struct store *s);
/* Changes whenever a value of this fact changes in any process: so that a
 * sorted column knows when to sort again. */
uint32_t store_fact_generation(const struct store *s, enum fact_id id);

/* Every process, in order of appearance: 0 <= i < store_count. */
size_t store_count(const struct store *s);
struct process *store_at(const struct store *s, size_t i);
/* The living process of a pid, NULL. */
struct process *store_by_pid(const struct store *s, int64_t pid);
/* The one that had the pid at that time, living or gone, NULL. */
struct process *store_by_pid_at(const struct store *s, int64_t pid,
				int64_t time_ns);
struct process *store_by_serial(const struct store *s, uint32_t serial);

/* Somebody looks at this very process: when exited ones have to be forgotten,
 * it and what it starts from now on go last. */
void store_want(struct store *s, uint32_t serial);

/* Any fact of the table, fields and slots alike; the value is borrowed until
 * the next store_apply. FACT_AGE counts by store_now. */
struct fact process_fact(const struct store *s, const struct process *p,
			 enum fact_id id);

/* "18530.1": pid and incarnation, unique in this store. */
void process_add_id(struct text *t, const struct process *p);

/* The history of denials, names and messages: oldest first,
 * 0 <= i < store_happenings. */
size_t store_happenings(const struct store *s);
const struct happening *store_happening(const struct store *s, size_t i);

/* Words for the reason of a slot; "" for 0. */
const char *store_reason(const struct store *s, uint32_t reason);

#endif
