/*
 * The messages of the kernel's process connector: include/uapi/linux/
 * cn_proc.h struct proc_event, in a struct cn_msg, in a netlink message.
 */
#ifndef PROBES_PARSE_PROC_EVENT_H
#define PROBES_PARSE_PROC_EVENT_H

#include "../../model/base/slice.h"

enum proc_event_kind {
	PROC_EVENT_OTHER = 0, /* of a thread, or one we do not follow */
	PROC_EVENT_ACK,       /* the answer to the subscription; value: errno */
	PROC_EVENT_FORKED,
	PROC_EVENT_EXECED,
	PROC_EVENT_ID_CHANGED,
	PROC_EVENT_RENAMED,
	PROC_EVENT_EXITED,
};

/* time_ns: CLOCK_MONOTONIC. pid: of the process (the child of a fork). value:
 * the parent's pid of a fork, the status of an exit as wait(2) gives it. */
struct proc_event_read {
	enum proc_event_kind kind;
	int64_t time_ns;
	int32_t pid;
	int32_t value;
	char name[16]; /* of RENAMED; ended by NUL */
};

/* One netlink message from the front of *bytes, native byte order. False when
 * nothing whole is left. */
bool proc_event_take(struct slice *bytes, struct proc_event_read *out);

#endif
