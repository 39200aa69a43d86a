/* What others are compared with: our own namespaces, root, label, bounding
 * set. Not pid 1: even root may be refused there. */
#include "linux.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../parse/cgroup.h"
#include "../parse/proc_status.h"

enum {
	CAPABILITY_SYS_PTRACE = 19, /* uapi/linux/capability.h */
	PID_KTHREADD = 2,           /* rest_init() in init/main.c */
};

static void read_own_cgroup(struct probe *p, const struct raw *raw)
{
	struct cgroup_info info;

	cgroup_parse(raw_slice(raw, PART_CGROUP), &info);
	if (info.engine)
		p->own_container = value_text(p->pool, info.container);
}

static void read_own_label(struct probe *p, const struct raw *raw)
{
	struct proc_label label;

	proc_label_parse(raw_slice(raw, PART_LABEL), &label);
	if (label.text.len)
		p->own_label = value_string(p->pool, label.text);
}

/* A policy that only watches confines nobody (selinux(8)). */
static bool selinux_permissive(void)
{
	int fd = open("/sys/fs/selinux/enforce", O_RDONLY | O_CLOEXEC);
	char byte = '1';
	bool permissive;

	if (fd < 0)
		return false;
	permissive = read(fd, &byte, 1) == 1 && byte == '0';
	close(fd);
	return permissive;
}

static bool own_flatpak(const struct probe *p)
{
	return !p->reader.foreign && access("/.flatpak-info", F_OK) == 0;
}

/* Net has no fixed number. It is kthreadd's, which never leaves the first ones,
 * where /proc shows them. False for what cannot be told. */
static bool is_first(const struct probe *p, const struct raw *kthreadd,
		     enum proc_namespace kind, bool *first)
{
	uint32_t own = p->own_namespaces[kind];
	uint32_t known = proc_namespace_first(kind);
	bool first_pids = p->own_namespaces[NAMESPACE_PID] ==
			  proc_namespace_first(NAMESPACE_PID);

	if (!known && first_pids && !kthreadd->gone &&
	    !kthreadd->namespace_error)
		known = kthreadd->namespaces[kind];
	*first = own == known;
	return own && known;
}

/* What differs from ours is shown: so it counts whose ours are. Our mounts do
 * not: services and shells have their own at all times. */
static void note_baseline(struct probe *p)
{
	const struct raw *kthreadd = p->scratch;
	size_t others = 0;
	struct text t;

	if (p->reader.foreign || !p->baseline_known)
		return;
	reader_read(&p->reader, PID_KTHREADD, 0, WANT_QUICK, p->scratch);
	text_init(&t, sizeof(p->baseline_note));
	for (int i = 0; i < NAMESPACE_COUNT; i++) {
		bool first;

		if (i == NAMESPACE_MNT ||
		    !is_first(p, kthreadd, (enum proc_namespace)i, &first) ||
		    first)
			continue;
		text_addf(&t, "%s%s", others++ ? ", " : "we are in another ",
			  proc_namespace_names[i]);
	}
	if (others) {
		text_add_text(&t, " namespace than the machine's first; shown "
				  "is what differs from ours");
		(void)snprintf(p->baseline_note, sizeof(p->baseline_note), "%s",
			       t.ptr);
	}
	text_release(&t);
}

enum status baseline_read(struct probe *p, struct error *err)
{
	const struct raw *raw = p->scratch;
	struct proc_status status;
	struct proc_stat stat;

	reader_read(&p->reader, 0, 0, WANT_QUICK, p->scratch);
	if (!p->reader.foreign && raw->gone)
		return error_set(err, STATUS_NOT_FOUND, -1,
				 "/proc is not mounted: no entry of our own");
	p->baseline_known = !raw->gone && !raw->namespace_error;
	memcpy(p->own_namespaces, raw->namespaces, sizeof(p->own_namespaces));
	p->own_bounding = 0; /* unknown: nobody lacks anything */
	if (!proc_status_parse(raw_slice(raw, PART_STATUS), &status, NULL)) {
		if (status.has & PROC_STATUS_CAP_BND)
			p->own_bounding = status.cap_bnd;
		p->may_trace = status.has & PROC_STATUS_CAP_EFF &&
			       status.cap_eff >> CAPABILITY_SYS_PTRACE & 1;
	}
	if (!proc_stat_parse(raw_slice(raw, PART_STAT), &stat, NULL) &&
	    stat.pid <= INT32_MAX)
		p->own_pid = (int32_t)stat.pid;
	read_own_cgroup(p, raw);
	read_own_label(p, raw);
	p->selinux_permissive = !p->reader.foreign && selinux_permissive();
	p->reader.own_mount = p->own_namespaces[NAMESPACE_MNT];
	p->reader.own_flatpak = own_flatpak(p);
	note_baseline(p);
	return STATUS_OK;
}
