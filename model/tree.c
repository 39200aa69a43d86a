#include "tree.h"

#include <stdlib.h>

#include "base/vec.h"
#include "tree_internal.h"

enum {
	LINES_MAX = 64, /* bits of tree_row.lines */
	/* Ages and "how long ago" are looked at again this often. */
	CLOCK_STEP_NS = 1000000000,
};

struct tree *tree_new(void)
{
	struct tree *t = calloc(1, sizeof(*t));

	if (t)
		t->first_root = TREE_NO_NODE;
	return t;
}

static void forget_made(struct tree *t)
{
	free(t->made.filter);
	free(t->made.roots);
	t->made = (struct tree_made){.valid = false};
}

static void drop_folds(struct tree *t)
{
	struct tree_fold_entry *entry, *next;

	HASH_ITER(hh, t->folds, entry, next)
	{
		HASH_DEL(t->folds, entry);
		free(entry);
	}
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	forget_made(t);
	drop_folds(t);
	free(t->rows);
	free(t->keys);
	free(t->nodes);
	free(t);
}

static struct tree_fold_entry *find_fold(const struct tree *t, uint32_t serial)
{
	struct tree_fold_entry *entry = NULL;

	if (t->folds)
		HASH_FIND(hh, t->folds, &serial, sizeof(serial), entry);
	return entry;
}

/* Out of memory leaves it open. */
static void fold_serial(struct tree *t, uint32_t serial, bool folded)
{
	struct tree_fold_entry *entry = find_fold(t, serial);

	if (folded == (entry != NULL))
		return;
	t->fold_changes++;
	if (!folded) {
		HASH_DEL(t->folds, entry);
		free(entry);
		return;
	}
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return;
	entry->serial = serial;
	HASH_ADD(hh, t->folds, serial, sizeof(entry->serial), entry);
	if (!find_fold(t, serial))
		free(entry);
}

void tree_fold(struct tree *t, const struct process *p, bool folded)
{
	fold_serial(t, p->serial, folded);
}

bool tree_folded(const struct tree *t, const struct process *p)
{
	return find_fold(t, p->serial) != NULL;
}

void tree_fold_all(struct tree *t, const struct store *s, bool folded)
{
	(void)s;
	if (!folded) {
		drop_folds(t);
		t->fold_changes++;
		return;
	}
	for (size_t i = 0; i < t->node_count; i++) {
		if (t->nodes[i].first != TREE_NO_NODE)
			fold_serial(t, t->nodes[i].serial, true);
	}
}

/* The node of a process, NULL where the rows do not know it yet. */
static struct tree_node *node_of(const struct tree *t, const struct process *p)
{
	if (p->tree_node >= t->node_count ||
	    t->nodes[p->tree_node].serial != p->serial)
		return NULL;
	return &t->nodes[p->tree_node];
}

void tree_reveal(struct tree *t, const struct store *s, const struct process *p)
{
	const struct tree_node *n = node_of(t, p);

	(void)s;
	while (n && n->parent != TREE_NO_NODE) {
		n = &t->nodes[n->parent];
		fold_serial(t, n->serial, false);
	}
}

/* Folds of processes that are forgotten are forgotten too. */
static void prune_folds(struct tree *t, const struct store *s)
{
	struct tree_fold_entry *entry, *next;

	if (HASH_COUNT(t->folds) <= store_count(s))
		return;
	HASH_ITER(hh, t->folds, entry, next)
	{
		if (store_by_serial(s, entry->serial))
			continue;
		HASH_DEL(t->folds, entry);
		free(entry);
	}
}

static bool same_options(const struct tree_made *m,
			 const struct tree_options *o)
{
	const struct tree_options *was = &m->options;
	struct slice filter =
		o->filter ? query_text(o->filter) : slice_of(NULL, 0);

	return was->mode == o->mode && was->sort == o->sort &&
	       was->descending == o->descending &&
	       was->confined_only == o->confined_only &&
	       was->kernel_threads == o->kernel_threads &&
	       was->gone == o->gone && was->uid == o->uid &&
	       slice_equal(slice_of(m->filter, m->filter_len), filter) &&
	       was->root_count == o->root_count &&
	       (!o->root_count ||
		!memcmp(m->roots, o->roots, o->root_count * sizeof(*o->roots)));
}

/* Which generation the order depends on, beside the shape. */
static uint32_t sort_generation(const struct store *s,
				const struct tree_options *o)
{
	return o->sort == FACT_NONE ? 0 : store_fact_generation(s, o->sort);
}

static bool clock_moved(const struct tree_made *m, const struct store *s,
			const struct tree_options *o)
{
	int64_t moved = store_now(s) - m->now_ns;
	bool reads = o->sort == FACT_AGE ||
		     (o->filter && query_uses_clock(o->filter));

	return reads && (moved >= CLOCK_STEP_NS || moved < 0);
}

static bool is_fresh(const struct tree *t, const struct store *s,
		     const struct tree_options *o)
{
	const struct tree_made *m = &t->made;

	return m->valid && m->shape == store_shape(s) &&
	       m->folds == t->fold_changes && same_options(m, o) &&
	       m->sort_generation == sort_generation(s, o) &&
	       (o->uid < 0 ||
		m->uid_generation == store_fact_generation(s, FACT_UID)) &&
	       (!o->filter || m->generation == store_generation(s)) &&
	       !clock_moved(m, s, o);
}

static enum status remember(struct tree *t, const struct store *s,
			    const struct tree_options *o, struct error *err)
{
	struct slice filter =
		o->filter ? query_text(o->filter) : slice_of(NULL, 0);
	struct tree_made *m = &t->made;

	forget_made(t);
	m->filter = malloc(filter.len + 1);
	m->roots = malloc((o->root_count + 1) * sizeof(*m->roots));
	if (!m->filter || !m->roots)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	if (filter.len)
		memcpy(m->filter, filter.ptr, filter.len);
	m->filter_len = filter.len;
	if (o->root_count)
		memcpy(m->roots, o->roots, o->root_count * sizeof(*o->roots));
	m->options = *o;
	m->options.filter = NULL;
	m->options.roots = NULL;
	m->shape = store_shape(s);
	m->generation = store_generation(s);
	m->sort_generation = sort_generation(s, o);
	m->uid_generation = store_fact_generation(s, FACT_UID);
	m->now_ns = store_now(s);
	m->folds = t->fold_changes;
	m->valid = true;
	return STATUS_OK;
}

/* Where the walk over the tree stands. */
struct walk {
	uint32_t at;
	uint32_t depth;
	uint64_t lines;
	uint32_t fold_depth;   /* of the fold we are in */
	struct tree_row *fold; /* its row; NULL outside */
};

static void add_row(struct tree *t, struct walk *w, bool list)
{
	struct tree_node *n = &t->nodes[w->at];
	struct tree_row *row = &t->rows[t->row_count];
	uint64_t below = w->depth < LINES_MAX ? (UINT64_C(1) << w->depth) - 1
					      : UINT64_MAX;

	*row = (struct tree_row){
		.process = n->process,
		.depth = (uint16_t)(w->depth < TREE_DEPTH_MAX ? w->depth
							      : TREE_DEPTH_MAX),
		.last = n->next == TREE_NO_NODE,
		.has_children = !list && n->first != TREE_NO_NODE,
		.matches = n->marks & TREE_PASSES,
		.lines = w->lines & below,
	};
	row->folded = row->has_children && find_fold(t, n->serial);
	n->row = (uint32_t)t->row_count++;
	if (row->folded) {
		w->fold = row;
		w->fold_depth = w->depth;
	}
}

/* A root has no line beside it, so bit 0 stays clear. */
static void step_down(const struct tree *t, struct walk *w)
{
	const struct tree_node *n = &t->nodes[w->at];

	if (w->depth > 0 && w->depth < LINES_MAX) {
		uint64_t bit = UINT64_C(1) << w->depth;

		w->lines = n->next == TREE_NO_NODE ? w->lines & ~bit
						   : w->lines | bit;
	}
	w->at = n->first;
	w->depth++;
}

static void step_on(const struct tree *t, struct walk *w)
{
	for (;;) {
		const struct tree_node *n = &t->nodes[w->at];

		if (w->fold && w->depth == w->fold_depth)
			w->fold = NULL;
		if (n->next != TREE_NO_NODE) {
			w->at = n->next;
			return;
		}
		w->at = n->parent;
		if (w->at == TREE_NO_NODE)
			return;
		w->depth--;
	}
}

/* No recursion: a recording may be 100,000 deep. */
static enum status make_rows(struct tree *t, bool list, struct error *err)
{
	struct walk w = {.at = t->first_root};

	t->row_count = 0;
	if (!vec_reserve((void **)&t->rows, &t->row_cap, t->key_count,
			 sizeof(*t->rows), STORE_PROCESSES_MAX))
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	while (w.at != TREE_NO_NODE) {
		if (w.fold)
			w.fold->hidden++;
		else
			add_row(t, &w, list);
		if (t->nodes[w.at].first != TREE_NO_NODE)
			step_down(t, &w);
		else
			step_on(t, &w);
	}
	return STATUS_OK;
}

enum status tree_update(struct tree *t, struct store *s,
			const struct tree_options *options, bool *changed,
			struct error *err)
{
	enum status status;

	if (changed)
		*changed = false;
	if (is_fresh(t, s, options))
		return STATUS_OK;
	prune_folds(t, s);
	status = tree_place(t, s, options, err);
	if (status == STATUS_OK)
		status = tree_sort(t, s, options, err);
	if (status == STATUS_OK)
		status = make_rows(t, options->mode == TREE_LIST, err);
	if (status == STATUS_OK)
		status = remember(t, s, options, err);
	if (status != STATUS_OK) {
		/* Old rows may name processes that are forgotten. */
		forget_made(t);
		t->row_count = t->node_count = t->key_count = 0;
		return status;
	}
	if (changed)
		*changed = true;
	return STATUS_OK;
}

size_t tree_count(const struct tree *t)
{
	return t->row_count;
}

const struct tree_row *tree_row(const struct tree *t, size_t i)
{
	return i < t->row_count ? &t->rows[i] : NULL;
}

size_t tree_find(const struct tree *t, const struct process *p)
{
	const struct tree_node *n = node_of(t, p);

	return n && n->row != TREE_NO_NODE ? n->row : SIZE_MAX;
}
