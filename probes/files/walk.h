/*
 * Lists what lies below a directory, with limits, never leaving it: links are
 * listed, not followed.
 */
#ifndef PROBES_FILES_WALK_H
#define PROBES_FILES_WALK_H

#include "../parse/entries.h"

/* Follows links in path itself. STATUS_NOT_FOUND, STATUS_PRIVILEGE; *fd is
 * the caller's. */
enum status directory_open(const char *path, int *fd, struct error *err);

/* Fills *out, sorted, even when an error is returned (STATUS_LIMIT: what fits).
 * A directory inside that cannot be listed is marked unreadable and is no
 * error. cancelled may be NULL; STATUS_CANCELLED. */
enum status directory_walk(int fd, bool (*cancelled)(void *), void *context,
			   struct entries *out, struct error *err);

#endif
