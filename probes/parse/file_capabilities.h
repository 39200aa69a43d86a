/*
 * The extended attribute security.capability: what a file gives to who runs
 * it, or to root of one user namespace (capabilities(7); struct vfs_cap_data
 * and vfs_ns_cap_data of include/uapi/linux/capability.h, versions 1 to 3).
 */
#ifndef PROBES_PARSE_FILE_CAPABILITIES_H
#define PROBES_PARSE_FILE_CAPABILITIES_H

#include "../../model/base/value.h"

struct file_capabilities {
	uint64_t permitted, inheritable;
	bool effective;   /* raised at once, not only allowed */
	bool has_root_id; /* version 3: only below that user's namespace */
	uint32_t root_id;
};

/* STATUS_MALFORMED with the offset in the attribute. */
enum status file_capabilities_parse(struct slice attribute,
				    struct file_capabilities *out,
				    struct error *err);

/* A LIST of texts as getcap(8) has them, "cap_net_raw=ep", one a capability,
 * and "rootid 100000" where there is one. Owned by the caller. */
struct value file_capabilities_value(struct value_pool *pool,
				     const struct file_capabilities *c);

#endif
