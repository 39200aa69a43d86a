/*
 * /proc/PID/cgroup (cgroups(7)): which unit, snap, flatpak or container a
 * process was put into. A path is a name that whoever made the group chose: it
 * says what the process claims to be, not what confines it.
 */
#ifndef PROBES_PARSE_CGROUP_H
#define PROBES_PARSE_CGROUP_H

#include "../../model/base/slice.h"

enum {
	CGROUP_BYTES_MAX = 16384,
	CGROUP_NAME_BYTES = 256, /* NAME_MAX and the NUL */
};

/*
 * path: of the unified hierarchy, or of systemd's own where that one is
 * unused; borrowed from the text. The names are unescaped, NUL-terminated and
 * "" where the path has none.
 */
struct cgroup_info {
	struct slice path;
	char unit[CGROUP_NAME_BYTES];
	char snap[CGROUP_NAME_BYTES];
	char flatpak[CGROUP_NAME_BYTES];
	const char *engine; /* static; NULL: in no container */
	char container[CGROUP_NAME_BYTES];
};

void cgroup_parse(struct slice text, struct cgroup_info *out);

/* The snap of "snap.NAME.APP...", a security tag of snapd
 * (snap/naming/tag.go): also an AppArmor profile's name. False for others. */
bool cgroup_snap_name(struct slice tag, char out[CGROUP_NAME_BYTES]);

#endif
