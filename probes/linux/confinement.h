/*
 * From what was read of a process to what confines it: the short tag and the
 * list of mechanisms. No I/O: the table of truth is tested on its own.
 */
#ifndef PROBES_LINUX_CONFINEMENT_H
#define PROBES_LINUX_CONFINEMENT_H

#include "../../model/base/text.h"
#include "../../model/fact.h"
#include "../parse/proc_text.h"

enum root_kind {
	ROOT_UNKNOWN = 0,
	ROOT_OURS,
	ROOT_OTHER,
	ROOT_EMPTY, /* a dead process's fdinfo */
};

/*
 * Compared with ourselves: `differs` has a bit of 1 << enum proc_namespace
 * for each namespace that is known to be another; nested_pid is what NSpid
 * tells although the links are refused. An identity is sure when it was read
 * from where the confined process cannot choose it, else it is what a control
 * group's name claims.
 */
struct confinement_input {
	bool namespaces_known;
	unsigned differs;
	bool nested_pid;
	enum root_kind root;
	bool status_known;
	int seccomp; /* 0, 1 strict, 2 filter */
	bool no_new_privs;
	bool fewer_capabilities;
	bool label_known;
	struct proc_label label; /* kind LABEL_NONE where it is our own */
	struct slice flatpak, snap, engine, container;
	bool flatpak_sure, snap_sure;
};

/* state: KNOWN, INFERRED (reason says from what, static) or NEEDS_PRIVILEGE.
 * mechanisms: each ended by NUL. */
struct confinement {
	struct text tag;
	struct text mechanisms;
	size_t count;
	enum fact_state state;
	const char *reason;
};

void confinement_init(struct confinement *c);
void confinement_release(struct confinement *c);

void confinement_derive(const struct confinement_input *in,
			struct confinement *out);

#endif
