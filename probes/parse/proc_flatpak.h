/*
 * /.flatpak-info in the root of a flatpak's process: the key file that
 * flatpak-metadata(5) and flatpak-run(1) describe. The process's root is the
 * sandbox's: what stands there is the runner's word as long as the sandbox
 * holds.
 */
#ifndef PROBES_PARSE_PROC_FLATPAK_H
#define PROBES_PARSE_PROC_FLATPAK_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

enum {
	FLATPAK_INFO_BYTES_MAX = 64 << 10,
	FLATPAK_PERMISSIONS_MAX = 512,
};

/* group: "Context", "Session Bus Policy", ...; borrowed from the text. */
struct flatpak_permission {
	struct slice group, key, value;
};

struct flatpak_info {
	struct slice app; /* [Application] name; a runtime's: [Runtime] name */
	struct slice instance; /* [Instance] instance-id */
	struct flatpak_permission permissions[FLATPAK_PERMISSIONS_MAX];
	size_t count;
};

/* STATUS_MALFORMED with line and column; STATUS_LIMIT for too many
 * permissions. A text without a name is malformed. */
enum status flatpak_info_parse(struct slice text, struct flatpak_info *out,
			       struct error *err);

#endif
