/*
 * Bundles in a directory tree: where each one's content, Info.plist and
 * executable are, and which bundles and loose programs lie inside which
 * (Apple's "Bundle Programming Guide"; Security bundlediskrep.cpp). All paths
 * are the tree's own, borrowed from its entries.
 */
#ifndef PROBES_PARSE_BUNDLE_H
#define PROBES_PARSE_BUNDLE_H

#include "entries.h"

enum { BUNDLE_NODES_MAX = 4096 };

enum bundle_kind {
	BUNDLE_APP,
	BUNDLE_FRAMEWORK,
	BUNDLE_XPC,
	BUNDLE_APPEX,
	BUNDLE_SYSTEM_EXTENSION,
	BUNDLE_DRIVER_EXTENSION,
	BUNDLE_KERNEL_EXTENSION,
	BUNDLE_PLUGIN,
	BUNDLE_BUNDLE,
	BUNDLE_LOGIN_ITEM, /* an app in Library/LoginItems */
	BUNDLE_LOOSE,      /* a file that may be a program */
	BUNDLE_KIND_COUNT,
};

/* "app", "framework", ...: "file" for a loose one. */
const char *bundle_kind_id(enum bundle_kind kind);

/* By the name's extension; BUNDLE_KIND_COUNT for a name that is none. */
enum bundle_kind bundle_kind_of(struct slice name);

/*
 * path: of the bundle, empty for the tree's root. content: the directory the
 * seal is for. info, profile, ticket, seal: files, empty where there is none;
 * ticket: Contents/CodeResources when it is a file (of old it was a link to
 * the seal). programs: the directory the executable is in. parent: SIZE_MAX
 * for none.
 */
struct bundle {
	enum bundle_kind kind;
	struct slice path, content, programs;
	struct slice info, profile, ticket, seal;
	size_t parent;
	bool versioned; /* a framework with Versions/ */
};

struct bundle_list {
	struct bundle *items; /* a parent before what is in it */
	size_t count, cap;
	bool cut; /* there were more than BUNDLE_NODES_MAX */
};

/* What there is below the root of the tree, which is a bundle itself, named
 * `name`. STATUS_UNSUPPORTED when it has no bundle's layout. */
enum status bundle_find_all(const struct entries *tree, struct slice name,
			    struct bundle_list *out, struct error *err);
void bundle_list_release(struct bundle_list *l);

/* The main executable: what Info.plist names, else the bundle's name without
 * its extension. NULL where there is no such file. */
const struct entry *bundle_executable(const struct entries *tree,
				      const struct bundle *b,
				      struct slice named, struct slice name);

#endif
