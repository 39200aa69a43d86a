/* What the store's own files share; nobody else includes this. */
#ifndef MODEL_STORE_INTERNAL_H
#define MODEL_STORE_INTERNAL_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "role.h"
#include "store.h"

/* The newest process of a pid; older ones hang behind it. */
struct pid_entry {
	int64_t pid;
	struct process *newest;
	uint32_t incarnations;
	/* The app whose processes name this pid as their crash handler; 0. */
	uint32_t handles_app;
	UT_hash_handle hh;
};

struct reason_entry {
	char *text;
	uint32_t index;
	UT_hash_handle hh;
};

struct store {
	struct value_pool *pool;
	struct process **processes; /* by serial, ascending */
	size_t process_count, process_cap;
	struct pid_entry *by_pid;
	uint32_t last_serial;
	uint32_t incarnation_floor; /* of pids that were forgotten */

	struct reason_entry *reason_by_text;
	char **reasons;
	size_t reason_count, reason_cap;

	/* The history: a ring once it is full, first is the oldest. */
	struct happening *happenings;
	size_t happening_count, happening_cap, happening_first;

	struct event_host host;
	struct source_status sources[SOURCE_COUNT];
	struct store_counts counts;
	bool listed;
	int64_t now_ns;
	uint32_t generation, shape;
	uint32_t fact_generation[FACT_COUNT];

	/* Main processes: those that are their own app. */
	struct process **mains;
	size_t main_count, main_cap;

	/* Processes whose app has to be found again. */
	struct process **app_work;
	size_t app_work_count, app_work_cap;

	int64_t failures;
	struct error last_failure;
};

/* A process by its pid entry; NULL when the pid was never seen. */
struct pid_entry *store_pid_entry(const struct store *s, int64_t pid);

/* Interns words for a slot; 0 for NULL, "" or when there are too many. */
uint32_t store_add_reason(struct store *s, const char *text);

/* Sets a slot; takes over the reference in f->value. True when something but
 * the time of reading changed. */
bool store_set_slot(struct store *s, struct process *p, enum fact_id id,
		    const struct fact *f);
struct value slot_value(const struct fact_slot *slot);
void store_touch(struct store *s, struct process *p);

/* store_life.c */
enum status store_apply_spawn(struct store *s, const struct event *e,
			      struct error *err);
void store_apply_exec(struct store *s, struct process *p,
		      const struct event *e);
void store_apply_reparent(struct store *s, struct process *p,
			  const struct event *e);
void store_apply_exit(struct store *s, struct process *p,
		      const struct event *e);
void store_count_confinement(struct store *s, const struct process *p,
			     bool add);
void process_unlink_child(struct process *p);
void process_free(struct store *s, struct process *p);

/* store_app.c */
/* Finds role and app of p again, and the app of whoever hangs on the answer. */
void store_update_app(struct store *s, struct process *p, bool facts_changed);
void store_set_app(struct store *s, struct process *p, struct process *app,
		   const char *reason);

/* store_history.c */
enum status store_apply_happening(struct store *s, struct process *p,
				  const struct event *e, struct error *err);
void store_history_release(struct store *s);

#endif
