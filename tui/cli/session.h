/*
 * What every command begins with: a store, and a probe that fills it from the
 * live system or from a file.
 */
#ifndef TUI_CLI_SESSION_H
#define TUI_CLI_SESSION_H

#include <stdio.h>

#include "options.h"
#include "../../model/target.h"
#include "../../probes/probe.h"

struct recorder; /* record.h */

/* How long the live system may take to answer, all together. */
enum { SESSION_READ_LIMIT_S = 5 };

struct session {
	const struct options *options;
	struct store *store;
	const struct probe_ops *ops;
	struct probe *probe;
	bool live;
	const char *title; /* "live" or the file's name */
	const char *file;  /* the input's path, NULL for the live system */
	/* The operands that are no files. */
	const char **words;
	size_t word_count;
	struct targets targets;
	/* Reading all of the live system was stopped after
	 * SESSION_READ_LIMIT_S: some processes were not read. */
	bool stopped;
	struct recorder *recorder; /* NULL: nothing is recorded */
};

/* Opens the probe; speed as in struct probe_options. STATUS_NOT_FOUND and
 * STATUS_PRIVILEGE for a file: session_exit tells it from a process. */
enum status session_open(struct session *s, const struct options *o,
			 double speed, struct error *err);
void session_close(struct session *s);

/* Pumps until the first listing is there (live) or some of the file was read,
 * at most timeout_ns, so that targets can be found. */
enum status session_begin(struct session *s, int64_t timeout_ns,
			  struct error *err);

/* Everything: a file to its end; the live system for --for, then every fact
 * of every process. STATUS_CANCELLED after Ctrl-C. */
enum status session_load(struct session *s, struct error *err);

/* Looks up the operands. STATUS_NOT_FOUND names the first that is none. */
enum status session_find_targets(struct session *s, struct error *err);

/* The platform of the host the store speaks of. */
unsigned session_platform(const struct session *s);

/* Prints err on standard error with the input's name, line and column, and
 * returns the exit status for it. */
int session_fail(const struct session *s, const struct error *err);
/* Prints "sandtree: message". */
int fail(const struct error *err);

/* Makes Ctrl-C and SIGTERM a flag that waiting looks at. */
void session_catch_interrupt(void);
bool session_interrupted(void);

#endif
