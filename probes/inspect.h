/*
 * From a path to what it is signed as and may do: on any system, from our own
 * parsers. What can take long (--verify) runs on the caller's thread in text
 * commands and on a worker's for the screen.
 */
#ifndef PROBES_INSPECT_H
#define PROBES_INSPECT_H

#include "../model/code.h"

struct inspect_options {
	struct value_pool *pool;
	bool verify; /* every page hash, every seal, all slices */
	/* Asked now and then; true ends it with STATUS_CANCELLED. */
	bool (*cancelled)(void *context);
	/* Bytes hashed so far of how many; may be NULL. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
};

/* One node of a bundle: the bundle itself, a helper, a framework, ... codes
 * are indices into inspection.codes (one an architecture). */
struct inspect_node {
	struct value path; /* STRING, relative to the inspected path's parent */
	struct value kind; /* STRING: "app", "framework", "xpc", "file", ... */
	struct value facts; /* DICT: of the bundle itself: bundle_id, version,
			       electron_team_id, document_types, ... */
	size_t parent;      /* index of the node it is nested in, SIZE_MAX */
	size_t first_code, code_count;
	struct value profile; /* DICT, what embedded.provisionprofile says */
};

struct inspection {
	struct value_pool *pool;
	struct code *codes;
	size_t code_count, code_cap;
	struct inspect_node *nodes; /* [0] is what was asked for */
	size_t node_count, node_cap;
	struct findings findings;
	uint64_t bytes_hashed;
};

/* What could be read is in *out even when an error is returned (a truncated
 * file still has a header). STATUS_NOT_FOUND, STATUS_PRIVILEGE, STATUS_IO:
 * unreadable; STATUS_MALFORMED: err has the offset; STATUS_UNSUPPORTED: not a
 * kind of file we know, the message says what it looks like. */
enum status inspect_path(const char *path, const struct inspect_options *o,
			 struct inspection *out, struct error *err);
/* The program a process runs, also when its file is gone. STATUS_NOT_FOUND: no
 * such process, or a kernel thread; STATUS_PRIVILEGE: another user's. */
enum status inspect_process(int64_t pid, const struct inspect_options *o,
			    struct inspection *out, struct error *err);
void inspection_release(struct inspection *i);

#endif
