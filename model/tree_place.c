/* Who hangs under whom, and who is there at all. */
#include "tree_internal.h"

#include <stdlib.h>

#include "base/vec.h"

enum { CLIMB_MAX = TREE_DEPTH_MAX };

static struct process *parent_in_app(const struct process *p)
{
	/* An app's main process stands on its own, whatever started it. */
	if (p->app == p)
		return NULL;
	if (!p->app)
		return p->parent;
	if (p->birth && p->birth != p && p->birth->app == p->app)
		return p->birth;
	if (p->parent && p->parent != p && p->parent->app == p->app)
		return p->parent;
	return p->app;
}

/* The parent before circles are broken. */
static struct process *raw_parent(const struct process *p, enum tree_mode mode)
{
	struct process *up = mode == TREE_LIST     ? NULL
			     : mode == TREE_BY_APP ? parent_in_app(p)
						   : p->parent;

	return up == p ? NULL : up;
}

/* A recording may make processes each other's parents. The one of a circle
 * that appeared first becomes a root: break_circles() does the same. */
struct process *tree_parent(const struct store *s, const struct process *p,
			    enum tree_mode mode)
{
	struct process *up = raw_parent(p, mode), *q = up;
	uint32_t least = p->serial;

	(void)s;
	for (int i = 0; q && q != p && i < CLIMB_MAX; i++) {
		if (q->serial < least)
			least = q->serial;
		q = raw_parent(q, mode);
	}
	return q == p && least == p->serial ? NULL : up;
}

static enum status collect(struct tree *t, struct store *s, enum tree_mode mode,
			   struct error *err)
{
	size_t count = store_count(s);

	if (!vec_reserve((void **)&t->nodes, &t->node_cap, count,
			 sizeof(*t->nodes), STORE_PROCESSES_MAX))
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct process *p = store_at(s, i);

		p->tree_node = (uint32_t)i;
		t->nodes[i] = (struct tree_node){
			.process = p,
			.serial = p->serial,
			.parent = TREE_NO_NODE,
			.first = TREE_NO_NODE,
			.next = TREE_NO_NODE,
			.row = TREE_NO_NODE,
		};
	}
	t->node_count = count;
	for (size_t i = 0; i < count; i++) {
		struct process *up = raw_parent(t->nodes[i].process, mode);

		if (up)
			t->nodes[i].parent = up->tree_node;
	}
	return STATUS_OK;
}

static void cut_circle(struct tree *t, uint32_t on_circle)
{
	uint32_t at = on_circle, oldest = on_circle;

	/* Indices ascend with serials. */
	do {
		if (at < oldest)
			oldest = at;
		at = t->nodes[at].parent;
	} while (at != on_circle);
	t->nodes[oldest].parent = TREE_NO_NODE;
}

/* Every node is walked twice at most. The path's marks go before a circle is
 * cut, or those behind the cut would keep theirs. */
static void break_circles(struct tree *t)
{
	struct tree_node *n = t->nodes;

	for (uint32_t i = 0; i < t->node_count; i++) {
		uint32_t at = i, circle = TREE_NO_NODE;

		while (at != TREE_NO_NODE && !(n[at].marks & TREE_VISITED)) {
			n[at].marks |= TREE_VISITED | TREE_ON_PATH;
			at = n[at].parent;
		}
		if (at != TREE_NO_NODE && (n[at].marks & TREE_ON_PATH))
			circle = at;
		at = i;
		while (at != TREE_NO_NODE && (n[at].marks & TREE_ON_PATH)) {
			n[at].marks &= (uint8_t)~TREE_ON_PATH;
			at = n[at].parent;
		}
		if (circle != TREE_NO_NODE)
			cut_circle(t, circle);
	}
	for (uint32_t i = 0; i < t->node_count; i++)
		n[i].marks = 0;
}

/*
 * Members are the roots, and whatever has a member as its parent in the tree
 * by app, as its parent for the kernel, or as the one that forked it: a crash
 * handler that init holds now belongs to its app, and an app that was started
 * from a shell belongs to that shell. `edges` lists, for each process, those
 * that have it above; up[k] are the three relations.
 */
struct kin {
	uint32_t *start; /* node_count + 1 */
	uint32_t *edges;
	uint32_t *work;
};

enum { RELATIONS = 3 };

static uint32_t above(const struct tree_node *n, int relation)
{
	const struct process *p = n->process;
	const struct process *up = relation == 0 ? raw_parent(p, TREE_BY_APP)
				   : relation == 1
					   ? raw_parent(p, TREE_BY_PARENT)
					   : p->birth;

	return up ? up->tree_node : TREE_NO_NODE;
}

static void kin_fill(struct kin *k, const struct tree *t)
{
	size_t count = t->node_count;

	for (size_t i = 0; i < count * RELATIONS; i++) {
		uint32_t up =
			above(&t->nodes[i / RELATIONS], (int)(i % RELATIONS));

		if (up != TREE_NO_NODE)
			k->start[up + 1]++;
	}
	for (size_t i = 0; i < count; i++)
		k->start[i + 1] += k->start[i];
	memcpy(k->work, k->start, count * sizeof(*k->work));
	for (size_t i = 0; i < count * RELATIONS; i++) {
		uint32_t up =
			above(&t->nodes[i / RELATIONS], (int)(i % RELATIONS));

		if (up != TREE_NO_NODE)
			k->edges[k->work[up]++] = (uint32_t)(i / RELATIONS);
	}
}

static void kin_spread(struct kin *k, struct tree *t, const struct store *s,
		       const struct tree_options *options)
{
	size_t waiting = 0;

	for (size_t i = 0; i < options->root_count; i++) {
		struct process *p = store_by_serial(s, options->roots[i]);

		if (!p || (t->nodes[p->tree_node].marks & TREE_MEMBER))
			continue;
		t->nodes[p->tree_node].marks |= TREE_MEMBER;
		k->work[waiting++] = p->tree_node;
	}
	while (waiting > 0) {
		uint32_t at = k->work[--waiting];

		for (uint32_t e = k->start[at]; e < k->start[at + 1]; e++) {
			struct tree_node *n = &t->nodes[k->edges[e]];

			if (n->marks & TREE_MEMBER)
				continue;
			n->marks |= TREE_MEMBER;
			k->work[waiting++] = k->edges[e];
		}
	}
}

static enum status mark_members(struct tree *t, const struct store *s,
				const struct tree_options *options,
				struct error *err)
{
	size_t count = t->node_count;
	struct kin k = {.start = NULL};
	enum status status = STATUS_OK;

	k.start = calloc(count + 1, sizeof(*k.start));
	k.edges = malloc((count * RELATIONS + 1) * sizeof(*k.edges));
	k.work = malloc((count + 1) * sizeof(*k.work));
	if (k.start && k.edges && k.work) {
		kin_fill(&k, t);
		kin_spread(&k, t, s, options);
	} else {
		status = error_set(err, STATUS_MEMORY, -1, "out of memory");
	}
	free(k.work);
	free(k.edges);
	free(k.start);
	return status;
}

/* Linux: kthreadd is pid 2 and child of nobody; in a container pid 2 is a
 * process like others. */
static const struct process *find_kthreadd(const struct store *s)
{
	const struct process *p = store_by_pid(s, 2);
	struct fact name;

	if (!p || p->ppid != 0)
		return NULL;
	name = process_fact(s, p, FACT_NAME);
	return fact_has_value(&name) &&
			       slice_is(value_slice(name.value), "kthreadd")
		       ? p
		       : NULL;
}

static bool is_there(const struct tree_node *n, const struct process *kthreadd,
		     const struct tree_options *o)
{
	const struct process *p = n->process;

	if (o->root_count && !(n->marks & TREE_MEMBER))
		return false;
	if (!o->gone && !process_alive(p))
		return false;
	return o->kernel_threads || !kthreadd ||
	       (p != kthreadd && p->parent != kthreadd);
}

static bool passes(const struct store *s, const struct process *p,
		   const struct tree_options *o)
{
	if (o->confined_only && p->confined == CONFINED_NOT)
		return false;
	if (o->uid >= 0) {
		struct fact uid = process_fact(s, p, FACT_UID);

		if (!fact_has_value(&uid) || uid.value.type != VALUE_INT ||
		    uid.value.as.integer != o->uid)
			return false;
	}
	return !o->filter || query_ask(o->filter, s, p) == ANSWER_YES;
}

/* What hangs under something hidden moves up to the next that is there. Each
 * hidden node passed on the way learns the answer. */
static void lift(struct tree *t, uint32_t at)
{
	struct tree_node *n = t->nodes;
	uint32_t up = n[at].parent, next;

	while (up != TREE_NO_NODE && (n[up].marks & TREE_HIDDEN))
		up = n[up].parent;
	while (at != TREE_NO_NODE && at != up) {
		next = n[at].parent;
		n[at].parent = up;
		at = next;
	}
}

static void keep_above(struct tree *t, uint32_t at)
{
	while (at != TREE_NO_NODE && !(t->nodes[at].marks & TREE_KEPT)) {
		t->nodes[at].marks |= TREE_KEPT;
		at = t->nodes[at].parent;
	}
}

enum status tree_place(struct tree *t, struct store *s,
		       const struct tree_options *options, struct error *err)
{
	const struct process *kthreadd = find_kthreadd(s);
	enum status status = collect(t, s, options->mode, err);
	bool hidden = false;

	if (status != STATUS_OK)
		return status;
	break_circles(t);
	if (options->root_count)
		status = mark_members(t, s, options, err);
	if (status != STATUS_OK)
		return status;
	for (uint32_t i = 0; i < t->node_count; i++) {
		struct tree_node *n = &t->nodes[i];

		if (!is_there(n, kthreadd, options)) {
			n->marks |= TREE_HIDDEN;
			hidden = true;
		} else if (passes(s, n->process, options)) {
			n->marks |= TREE_PASSES;
		}
	}
	for (uint32_t i = 0; hidden && i < t->node_count; i++)
		lift(t, i);
	for (uint32_t i = 0; i < t->node_count; i++) {
		if (t->nodes[i].marks & TREE_PASSES)
			keep_above(t, i);
	}
	return STATUS_OK;
}
