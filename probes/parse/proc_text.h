/* The small texts of /proc: links, labels, command lines, load, mounts. */
#ifndef PROBES_PARSE_PROC_TEXT_H
#define PROBES_PARSE_PROC_TEXT_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

/* The namespaces of namespaces(7), in the order the tag names them. */
enum proc_namespace {
	NAMESPACE_USER,
	NAMESPACE_PID,
	NAMESPACE_NET,
	NAMESPACE_MNT,
	NAMESPACE_IPC,
	NAMESPACE_UTS,
	NAMESPACE_CGROUP,
	NAMESPACE_TIME,
	NAMESPACE_COUNT,
};

/* "user", "pid", ...: the names under /proc/PID/ns. */
extern const char *const proc_namespace_names[NAMESPACE_COUNT];

/* The inode of the first namespace of a kind, the machine's own
 * (include/linux/proc_ns.h); 0 for net and mnt, which have no fixed one. */
uint32_t proc_namespace_first(enum proc_namespace kind);

/* "user:[4026531837]": the inode that names a namespace. False for what is no
 * such link of this kind. */
bool proc_namespace_parse(struct slice link, enum proc_namespace kind,
			  uint32_t *inode);

/* "0.00 0.01 0.05 1/80 12345\n": the last pid the kernel gave out. */
bool proc_loadavg_last_pid(struct slice text, int64_t *pid);

/* Takes the " (deleted)" off a link of /proc/PID/exe or root. A file may be
 * named so; the kernel's own mark cannot be told from that. */
struct slice proc_link_path(struct slice link, bool *deleted);

/* A root that is /proc/PID/fdinfo: what Chromium's zygote changes its root to,
 * through a helper that is gone then, so that nothing is left to open
 * (sandbox/linux/services/credentials.cc, ChrootToSafeEmptyDir). */
bool proc_root_is_empty(struct slice root);

enum proc_label_kind {
	LABEL_NONE = 0, /* no label, or none that confines */
	LABEL_APPARMOR,
	LABEL_SELINUX,
	LABEL_OTHER, /* Smack and what else there may be */
};

/*
 * The text of /proc/PID/attr/current without what ends it. AppArmor writes
 * "unconfined" or "profile (mode)" (security/apparmor/label.c); SELinux
 * user:role:type[:level]. name: the profile or the type, borrowed. confines:
 * false for modes and types that only watch: AppArmor's complain and
 * unconfined; SELinux's types of the policy that lets all through.
 */
struct proc_label {
	struct slice text;
	struct slice name;
	enum proc_label_kind kind;
	bool confines;
};

void proc_label_parse(struct slice text, struct proc_label *out);

enum {
	PROC_CMDLINE_BYTES_MAX = 128 << 10,
	PROC_ARGUMENTS_MAX = 16384,
	/* That many empty arguments at the end are what is left of the room
	 * of a process that wrote a title over its arguments. */
	PROC_ARGUMENT_PADDING = 8,
};

/* The number of arguments in a command line, each ended by NUL, the last
 * perhaps not; at most PROC_ARGUMENTS_MAX, *cut when there are more. They are
 * taken off one by one with slice_take(rest, 0). */
size_t proc_cmdline_count(struct slice cmdline, bool *cut);

enum proc_hidepid {
	HIDEPID_OFF = 0,
	HIDEPID_NOACCESS,  /* 1: others' directories cannot be entered */
	HIDEPID_INVISIBLE, /* 2: nor seen */
	HIDEPID_PTRACEABLE /* 4: only who may be traced is seen */
};

/* How the proc mount at mount_point hides processes, from the text of
 * /proc/self/mountinfo (proc_pid_mountinfo(5), proc(5) hidepid). The last
 * mount there counts. False when there is none. */
bool proc_hidepid_parse(struct slice mountinfo, const char *mount_point,
			enum proc_hidepid *out);

/* The machine of an ELF header in the fact's words ("x86_64", "arm64", ...),
 * NULL for no ELF or a machine we have no word for. 20 bytes are needed. */
const char *proc_elf_machine(struct slice header);

enum { PROC_CAPABILITIES = 64 };

#endif
