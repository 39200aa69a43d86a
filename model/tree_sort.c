/* The order of siblings. Keys are fetched once and mostly compared by their
 * first eight bytes; what has no value comes last in either direction. */
#include "tree_internal.h"

#include <stdlib.h>

#include "base/vec.h"

enum key_class {
	CLASS_FIRST, /* apps, and what has a value */
	CLASS_ABSENT,
	CLASS_UNKNOWN,
};

static uint64_t ordered_int(int64_t i)
{
	return (uint64_t)i ^ (UINT64_C(1) << 63);
}

/* The same folding as value_compare's. */
static uint64_t text_prefix(struct slice text)
{
	uint64_t prefix = 0;

	for (size_t i = 0; i < sizeof(prefix); i++) {
		uint8_t c = i < text.len ? text.ptr[i] : 0;

		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		prefix = prefix << 8 | c;
	}
	return prefix;
}

static uint64_t value_prefix(struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		return v.as.boolean;
	case VALUE_INT:
	case VALUE_DATE:
		return ordered_int(v.as.integer);
	case VALUE_STRING:
		return text_prefix(value_slice(v));
	default:
		return 0;
	}
}

static int64_t birth_of(const struct process *p)
{
	return p->started_ns ? p->started_ns : p->seen_ns;
}

static struct tree_key key_of(const struct tree *t, const struct store *s,
			      const struct tree_options *o, uint32_t node)
{
	const struct process *p = t->nodes[node].process;
	struct tree_key key = {.node = node, .birth_ns = birth_of(p)};
	struct fact f;

	if (o->sort == FACT_NONE) {
		key.prefix = ordered_int(key.birth_ns);
		if (o->mode == TREE_BY_APP && !p->app &&
		    t->nodes[node].parent == TREE_NO_NODE)
			key.class = CLASS_FIRST + 1;
		return key;
	}
	f = process_fact(s, p, o->sort);
	if (fact_has_value(&f)) {
		key.value = f.value;
		key.prefix = value_prefix(f.value);
	} else {
		key.class =
			f.state == FACT_ABSENT ? CLASS_ABSENT : CLASS_UNKNOWN;
	}
	return key;
}

static int compare_values(const struct tree_key *a, const struct tree_key *b)
{
	bool same_type = a->value.type == b->value.type;

	if (same_type && a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	if (value_equal(a->value, b->value))
		return 0;
	return value_compare(a->value, b->value);
}

/* Equal ones stay in the order they were born, in either direction. */
static int compare(const struct tree_key *a, const struct tree_key *b,
		   bool descending)
{
	int c;

	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	c = compare_values(a, b);
	if (c)
		return descending ? -c : c;
	if (a->birth_ns != b->birth_ns)
		return a->birth_ns < b->birth_ns ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

static int ascending(const void *a, const void *b)
{
	return compare(a, b, false);
}

static int descending(const void *a, const void *b)
{
	return compare(a, b, true);
}

static bool in_order(const struct tree *t, bool turned)
{
	for (size_t i = 1; i < t->key_count; i++) {
		if (compare(&t->keys[i - 1], &t->keys[i], turned) > 0)
			return false;
	}
	return true;
}

enum status tree_sort(struct tree *t, const struct store *s,
		      const struct tree_options *options, struct error *err)
{
	if (!vec_reserve((void **)&t->keys, &t->key_cap, t->node_count,
			 sizeof(*t->keys), STORE_PROCESSES_MAX))
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	t->key_count = 0;
	for (uint32_t i = 0; i < t->node_count; i++) {
		if (t->nodes[i].marks & TREE_KEPT)
			t->keys[t->key_count++] = key_of(t, s, options, i);
	}
	/* Processes appear mostly in the order of their birth. */
	if (!in_order(t, options->descending))
		qsort(t->keys, t->key_count, sizeof(*t->keys),
		      options->descending ? descending : ascending);
	t->first_root = TREE_NO_NODE;
	for (size_t i = t->key_count; i > 0; i--) {
		uint32_t node = t->keys[i - 1].node;
		uint32_t parent = t->nodes[node].parent;
		uint32_t *head = parent == TREE_NO_NODE
					 ? &t->first_root
					 : &t->nodes[parent].first;

		t->nodes[node].next = *head;
		*head = node;
	}
	return STATUS_OK;
}
