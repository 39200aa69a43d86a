/*
 * Where facts and events come from. Each has a state that the header, the
 * status line, `doctor` and every JSON show.
 */
#ifndef MODEL_SOURCE_H
#define MODEL_SOURCE_H

#include "base/slice.h"

enum source_id {
	SOURCE_NONE = 0,
	SOURCE_DERIVED, /* the model, from other facts */
	SOURCE_PROC,    /* /proc */
	SOURCE_PROC_CONNECTOR,
	SOURCE_FILE,     /* the program's file */
	SOURCE_PACKAGES, /* dpkg, rpm */
	SOURCE_AUDIT,
	SOURCE_JOURNAL,
	SOURCE_KMSG,
	SOURCE_TRACE,
	SOURCE_DBUS,
	SOURCE_SOCK_DIAG,
	SOURCE_LIBPROC,
	SOURCE_CSOPS,
	SOURCE_SANDBOX_CHECK,
	SOURCE_KQUEUE,
	SOURCE_LAUNCHD,
	SOURCE_UNIFIED_LOG,
	SOURCE_CRASH_REPORTS,
	SOURCE_STDERR, /* what the program itself wrote */
	SOURCE_OTHER,  /* a recording's, unknown to this version */
	SOURCE_COUNT,
};

/* id: for --json and recordings. label: a word or two for the header. */
struct source_info {
	const char *id;
	const char *label;
	const char *help;
};

extern const struct source_info source_table[SOURCE_COUNT];

/* SOURCE_OTHER for an id nobody knows. */
enum source_id source_by_id(struct slice id);

enum source_state {
	SOURCE_UNUSED = 0, /* does not exist here, or was not asked for */
	SOURCE_STARTING,   /* asked, no answer yet */
	SOURCE_LIVE,
	SOURCE_RECORDED, /* from a file */
	SOURCE_NEEDS_PRIVILEGE,
	SOURCE_UNSUPPORTED,
	SOURCE_FAILED,
	SOURCE_STATE_COUNT,
};

const char *source_state_id(enum source_state state);
/* SOURCE_STATE_COUNT for a word that is none. */
enum source_state source_state_by_id(struct slice id);

#endif
