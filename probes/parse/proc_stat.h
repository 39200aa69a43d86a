/*
 * /proc/PID/stat: proc_pid_stat(5); Documentation/filesystems/proc.rst,
 * table 1-4; fs/proc/array.c do_task_stat().
 */
#ifndef PROBES_PARSE_PROC_STAT_H
#define PROBES_PARSE_PROC_STAT_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

enum {
	PROC_STAT_BYTES_MAX = 4096,
	/* include/linux/sched.h PF_KTHREAD, since 2.6.27. */
	PROC_STAT_KERNEL_THREAD = 0x00200000,
};

/*
 * comm borrows from the text: at most 15 bytes for a program (more for a
 * kernel worker), any byte but NUL. start_ticks counts from boot in units of
 * sysconf(_SC_CLK_TCK). wait_status is the exit code as wait(2) gives it; the
 * kernel writes 0 there for those who may not trace the process, and
 * has_wait_status is false where it writes nothing (before 3.5).
 */
struct proc_stat {
	int64_t pid;
	struct slice comm;
	char state; /* R S D T t Z X x I P */
	int64_t ppid;
	int64_t session;
	uint64_t flags;
	int64_t threads;
	uint64_t start_ticks;
	bool has_wait_status;
	int wait_status;
};

/* STATUS_MALFORMED with the offset where a field was expected. */
enum status proc_stat_parse(struct slice text, struct proc_stat *out,
			    struct error *err);

/* "running", "sleeping", ...; NULL for a letter nobody documents. */
const char *proc_state_word(char state);

#endif
