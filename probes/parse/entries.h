/*
 * What a directory tree holds, as a list: the one who walks it (probes/files)
 * fills it, parsers of bundles and seals look things up. Sorted byte by byte,
 * so that what lies below a directory stands together.
 */
#ifndef PROBES_PARSE_ENTRIES_H
#define PROBES_PARSE_ENTRIES_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

enum {
	ENTRIES_MAX = 500000,    /* entries of one tree */
	ENTRIES_DEPTH_MAX = 64,  /* directories in each other */
	ENTRY_PATH_MAX = 4096,   /* bytes, from the root of the tree */
	ENTRY_TARGET_MAX = 4096, /* bytes of what a link points to */
};

enum entry_kind {
	ENTRY_FILE,
	ENTRY_DIRECTORY,
	ENTRY_LINK,
	ENTRY_OTHER, /* a FIFO, socket or device */
};

/* path: from the root, without "./", NUL-terminated. target: of a link, also
 * NUL-terminated. unreadable: a directory that could not be listed, or one
 * too deep, or a link that could not be read. */
struct entry {
	struct slice path;
	struct slice target;
	enum entry_kind kind;
	bool unreadable;
};

struct entries {
	struct entry *items; /* the paths are each entry's own memory */
	size_t count, cap;
	bool sorted;
};

/* Copies path and target; target may be empty. STATUS_LIMIT, STATUS_MEMORY. */
enum status entries_add(struct entries *e, struct slice path,
			enum entry_kind kind, struct slice target,
			struct error *err);
/* To be called once after the last addition, before any look-up. */
void entries_sort(struct entries *e);
void entries_release(struct entries *e);

/* NULL where there is none. */
const struct entry *entries_find(const struct entries *e, struct slice path);
/* The same for dir + "/" + name; dir may be empty. */
const struct entry *entries_find_in(const struct entries *e, struct slice dir,
				    const char *name);
/* The range [first, end) of what lies below dir at any depth, without dir
 * itself; an empty dir is the root. */
void entries_below(const struct entries *e, struct slice dir, size_t *first,
		   size_t *end);

/*
 * Follows links as a program that opens the path would, inside the tree only:
 * "Versions/Current/Resources" of a framework is "Versions/A/Resources".
 * Appends to out (ENTRY_PATH_MAX bytes) and gives its length. STATUS_NOT_FOUND
 * for what is not there, STATUS_MALFORMED for a link that leaves the tree, is
 * absolute, or turns in a circle.
 */
enum status entries_resolve(const struct entries *e, struct slice path,
			    char *out, size_t *len, struct error *err);

#endif
