/* What tree*.c share; nobody else includes it. */
#ifndef MODEL_TREE_INTERNAL_H
#define MODEL_TREE_INTERNAL_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "tree.h"

enum { TREE_NO_NODE = UINT32_MAX, TREE_DEPTH_MAX = 1000 };

enum tree_marks {
	TREE_PASSES = 1 << 0,  /* every condition: its row `matches` */
	TREE_KEPT = 1 << 1,    /* has a row, for itself or for what is below */
	TREE_HIDDEN = 1 << 2,  /* not in this tree: what is below moves up */
	TREE_VISITED = 1 << 3, /* working marks of one walk */
	TREE_ON_PATH = 1 << 4,
	TREE_MEMBER = 1 << 5, /* hangs under one of the chosen roots */
};

/* One process, small, so that the passes over all of them stay in the cache.
 * The index is that of the store. parent, first and next are indices. */
struct tree_node {
	struct process *process;
	uint32_t serial;
	uint32_t parent, first, next;
	uint32_t row; /* TREE_NO_NODE: none */
	uint8_t marks;
};

struct tree_key {
	uint64_t prefix; /* the value's order, as far as 8 bytes tell it */
	int64_t birth_ns;
	struct value value; /* compared where the prefix does not decide */
	uint32_t node;
	uint8_t class; /* before everything else; never turned round */
};

struct tree_fold_entry {
	uint32_t serial;
	UT_hash_handle hh;
};

/* What the rows were made from. */
struct tree_made {
	bool valid;
	struct tree_options options; /* filter and roots are copied below */
	uint8_t *filter;
	size_t filter_len;
	uint32_t *roots;
	uint32_t shape, generation, sort_generation, uid_generation;
	int64_t now_ns;
	uint32_t folds;
};

struct tree {
	struct tree_node *nodes;
	size_t node_count, node_cap;
	struct tree_key *keys;
	size_t key_count, key_cap;
	struct tree_row *rows;
	size_t row_count, row_cap;
	uint32_t first_root;
	struct tree_fold_entry *folds;
	uint32_t fold_changes;
	struct tree_made made;
};

/* tree_place.c: fills nodes, with parents that cannot be circular, and marks
 * what is there, what passes and what has a row. */
enum status tree_place(struct tree *t, struct store *s,
		       const struct tree_options *options, struct error *err);

/* tree_sort.c: links the kept nodes as children of each other, in order. */
enum status tree_sort(struct tree *t, const struct store *s,
		      const struct tree_options *options, struct error *err);

#endif
