/*
 * The contract between what finds out (probes/linux, darwin, replay) and who
 * wants to know (tui). A probe is a const table of functions; NULL means that
 * this platform cannot do it. Everything runs on the caller's thread and is
 * quick: what can block is a probe's own worker's.
 *
 * A probe says what it sees as events to a sink; it never draws, never reads
 * the store. Values are made in the pool it was opened with.
 */
#ifndef PROBES_PROBE_H
#define PROBES_PROBE_H

#include "../model/event.h"

struct probe; /* each probe's own */

struct probe_options {
	struct value_pool *pool;
	/* Where /proc is mounted; NULL "/proc". Another one is read as it
	 * stands: no connector, no workers' time-outs, baseline from its
	 * `self` entry. Linux only. */
	const char *proc_root;
	/* For trying out what happens without it. */
	bool no_connector;
	/* replay: the file ("-" standard input), or an open descriptor when
	 * path is NULL. */
	const char *path;
	int fd;
	/* replay: 0 all at once; 1.0 as it happened; 2.0 twice as fast. */
	double speed;
};

struct probe_ops {
	const char *name;

	/* Opens the sources and tells their state (EVENT_HOST, EVENT_SOURCE)
	 * with the first pump. STATUS_UNSUPPORTED, STATUS_PRIVILEGE or
	 * STATUS_NOT_FOUND when nothing can be seen at all. */
	enum status (*open)(const struct probe_options *options,
			    struct probe **out, struct error *err);
	void (*close)(struct probe *p);

	/* One descriptor that polls readable when pump has something to do.
	 * Ask again before each wait: a replay that waits for its clock gives
	 * a quiet one. */
	int (*descriptor)(struct probe *p);
	/* When pump wants to be called although nothing is readable:
	 * CLOCK_MONOTONIC nanoseconds, INT64_MAX never. */
	int64_t (*deadline)(struct probe *p);

	/* Does what is due, for about budget_ns (INT64_MAX: until nothing is
	 * left that could be done now), and emits events. *more: it stopped
	 * because of the budget. STATUS_CANCELLED: the end of a file, nothing
	 * will ever come again. STATUS_MALFORMED: the file is broken, err has
	 * line and column. */
	enum status (*pump)(struct probe *p, int64_t budget_ns,
			    const struct event_sink *sink, bool *more,
			    struct error *err);

	/* Which processes are on the screen (pids, borrowed for the call):
	 * these are kept fresh each tick. detail: the selected one, 0 none:
	 * costly facts of it too. */
	void (*look_at)(struct probe *p, const int64_t *pids, size_t count,
			int64_t detail);
	/* The tick of the screen: reads those again. */
	void (*tick)(struct probe *p);

	/* Reads every fact of every process (or of these pids) anew and
	 * returns when that is done or timeout_ns is over; what did not answer
	 * is `failed`. For text commands and snapshots. */
	enum status (*read_all)(struct probe *p, const int64_t *pids,
				size_t count, int64_t timeout_ns,
				const struct event_sink *sink,
				struct error *err);

	/* Pause and resume a replay; Live probes have none. */
	void (*pause)(struct probe *p, bool paused);
	/* The clock events are told by: nanoseconds since the epoch. */
	int64_t (*now)(struct probe *p);

	/* Sends a signal to the very process (not to a later one with its
	 * pid). started_ns as the process's. */
	enum status (*signal)(struct probe *p, int64_t pid, int64_t started_ns,
			      int signal, struct error *err);
};

extern const struct probe_ops replay_probe;

/* The live probe of this system, NULL where there is none. */
const struct probe_ops *probe_live(void);

#endif
