/*
 * /proc/PID/status: proc_pid_status(5); Documentation/filesystems/proc.rst,
 * table 1-2. Only what tells about confinement.
 */
#ifndef PROBES_PARSE_PROC_STATUS_H
#define PROBES_PARSE_PROC_STATUS_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

enum {
	PROC_STATUS_BYTES_MAX = 8192,
	/* MAX_PID_NS_LEVEL, include/linux/pid_namespace.h, and the own one. */
	PROC_NSPID_MAX = 33,
};

enum proc_status_field {
	PROC_STATUS_UID = 1 << 0,
	PROC_STATUS_NSPID = 1 << 1, /* since 4.1 */
	PROC_STATUS_CAP_EFF = 1 << 2,
	PROC_STATUS_CAP_BND = 1 << 3,
	PROC_STATUS_NO_NEW_PRIVS = 1 << 4,    /* since 4.10 */
	PROC_STATUS_SECCOMP = 1 << 5,         /* since 3.8, if configured */
	PROC_STATUS_SECCOMP_FILTERS = 1 << 6, /* since 5.9 */
};

/*
 * has: enum proc_status_field, what the text held. uid is the effective one.
 * seccomp: 0 disabled, 1 strict, 2 filter. nspid: the pid in each namespace
 * from the reader's inwards.
 */
struct proc_status {
	unsigned has;
	int64_t uid;
	int64_t nspid[PROC_NSPID_MAX];
	size_t nspid_count;
	uint64_t cap_eff, cap_bnd;
	bool no_new_privs;
	int seccomp;
	int64_t seccomp_filters;
};

/* A line counts when its newline is there. A line that is there and says
 * something impossible is STATUS_MALFORMED, with its offset; *out then holds
 * what came before it. */
enum status proc_status_parse(struct slice text, struct proc_status *out,
			      struct error *err);

#endif
