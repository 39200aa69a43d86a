/*
 * One process the store knows, alive or gone. Views read it; only the store
 * changes it.
 */
#ifndef MODEL_PROCESS_H
#define MODEL_PROCESS_H

#include "event.h"

enum confinement {
	CONFINED_UNKNOWN = 0,
	CONFINED_NOT,
	CONFINED_YES,
};

/* A mechanism that was not there at after_ns and was there at by_ns. */
struct confinement_step {
	struct value mechanism; /* STRING */
	int64_t after_ns, by_ns;
};

enum { CONFINEMENT_STEPS_MAX = 16 };

/*
 * The kernel's tree: parent is who holds it now (or held it last), birth who
 * forked it; each NULL when unknown or forgotten. app is the main process of
 * the app it belongs to, itself for a main process, NULL for none; app_reason
 * says from what where that is inferred. All are borrowed from the store and
 * never dangle: what the store forgets it unlinks first.
 */
struct process {
	uint32_t serial;      /* order of appearance; unique in one store */
	uint32_t incarnation; /* 1, 2, ... of this pid in this store */
	int64_t pid, ppid;
	int64_t started_ns; /* 0 unknown */
	int64_t seen_ns;    /* when we first knew of it */
	int64_t exited_ns;  /* 0 while it lives */
	struct event_exit how;
	uint32_t execs;  /* exec generation: execs seen */
	bool seen_birth; /* not found in a listing: it was born meanwhile */
	bool seen_fork;  /* its fork was seen: `birth` is a fact */
	struct process *parent, *birth, *app;
	const char *app_reason; /* NULL: a fact */
	size_t app_alive;       /* of a main process: living ones of its app */
	uint8_t role_kind, role_family; /* role.h */
	bool main_by_helper; /* a main process because a helper hangs here */
	int64_t crash_handler_pid; /* whom its arguments name; 0 none */
	struct value exit_text; /* STRING, FACT_EXIT's; "exit 0", "signal 5" */

	enum confinement confined; /* from FACT_SANDBOX_MECHANISMS */
	/* What came to confine it while we looked, in that order. */
	struct confinement_step *steps;
	size_t step_count;

	int64_t denial_count;
	int64_t last_denial_ns;
	int64_t changed_ns; /* the last event that changed it */
	uint32_t change;    /* store generation of that event */

	uint32_t tree_node; /* tree.c's index; nobody else's */

	struct fact_slot slots[FACT_SLOTS];

	/* The store's own lists. */
	struct process *first_child, *next_sibling, *previous_sibling;
	struct process *older_same_pid;
	bool doomed;
	bool wanted; /* a target, or born of one: forgotten last */
};

static inline bool process_alive(const struct process *p)
{
	return p->exited_ns == 0;
}

#endif
