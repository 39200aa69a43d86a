/*
 * The pool keeps a hash table per kind of content. A key is the content
 * itself: the bytes of a string, the (normalised) struct values of a list or
 * dict, whose children are interned already, so that comparing bytes compares
 * depth and all.
 */
#include "value.h"

#include <stdlib.h>

/* Out of memory must not end the program: uthash then leaves hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "hash.h"

/* 64 bytes and the content: there are some ten thousand of these. count is
 * bytes of a STRING or BYTES, items of a LIST, pairs of a DICT. */
struct value_node {
	UT_hash_handle hh;
	uint32_t refs;
	uint32_t count : 21;
	uint32_t depth : 7;
	uint32_t type : 4;
	/* uint8_t[count], struct value[count], or keys then values */
	_Alignas(struct value) uint8_t content[];
};

_Static_assert(VALUE_STRING_MAX < 1 << 21 && VALUE_ITEMS_MAX < 1 << 21,
	       "counts fit into a node");
_Static_assert(VALUE_DEPTH_MAX < 1 << 7 && VALUE_TYPE_COUNT <= 1 << 4,
	       "depth and type fit into a node");

struct value_pool {
	struct hash_key key;
	struct value_node *tables[VALUE_TYPE_COUNT];
	size_t count;
	size_t bytes; /* of the nodes */
};

static bool has_node(struct value v)
{
	return v.type >= VALUE_STRING && v.type <= VALUE_DICT;
}

static size_t content_bytes(enum value_type type, size_t count)
{
	switch (type) {
	case VALUE_LIST:
		return count * sizeof(struct value);
	case VALUE_DICT:
		return 2 * count * sizeof(struct value);
	default:
		return count;
	}
}

static size_t node_bytes(const struct value_node *n)
{
	return sizeof(*n) + content_bytes((enum value_type)n->type, n->count);
}

static struct value value_of(enum value_type type, struct value_node *node)
{
	struct value v = {type, {.integer = 0}};

	v.as.node = node;
	return v;
}

static const struct value *children(const struct value_node *n)
{
	return (const struct value *)(const void *)n->content;
}

static size_t child_count(const struct value_node *n)
{
	if (n->type == VALUE_LIST)
		return n->count;
	return n->type == VALUE_DICT ? 2 * (size_t)n->count : 0;
}

struct value_pool *value_pool_new(void)
{
	struct value_pool *pool = calloc(1, sizeof(*pool));

	if (pool)
		pool->key = hash_key_new(pool);
	return pool;
}

void value_pool_free(struct value_pool *pool)
{
	struct value_node *n, *next;

	if (!pool)
		return;
	for (size_t type = 0; type < VALUE_TYPE_COUNT; type++) {
		HASH_ITER(hh, pool->tables[type], n, next)
		{
			HASH_DEL(pool->tables[type], n);
			free(n);
		}
	}
	free(pool);
}

size_t value_pool_count(const struct value_pool *pool)
{
	return pool->count;
}

size_t value_pool_bytes(const struct value_pool *pool)
{
	size_t bytes = sizeof(*pool) + pool->bytes;

	/* The handles HASH_OVERHEAD counts are in the nodes already. */
	for (size_t type = 0; type < VALUE_TYPE_COUNT; type++)
		bytes += HASH_OVERHEAD(hh, pool->tables[type]);
	return bytes - pool->count * sizeof(UT_hash_handle);
}

/* Finds or makes the node of a content. The children's references stay the
 * caller's when the node existed, and become the node's (*made) when not. */
static struct value intern(struct value_pool *pool, enum value_type type,
			   const void *content, size_t count, unsigned depth,
			   bool *made)
{
	size_t len = content_bytes(type, count);
	struct value_node *n = NULL;
	unsigned hash;

	*made = false;
	/* hashing must not be given NULL, also not for 0 bytes */
	if (!content)
		content = "";
	hash = (unsigned)hash_bytes(&pool->key, slice_of(content, len));
	HASH_FIND_BYHASHVALUE(hh, pool->tables[type], content, len, hash, n);
	if (n) {
		return value_retain(value_of(type, n));
	}
	n = malloc(sizeof(*n) + len);
	if (!n)
		return value_none;
	memset(n, 0, sizeof(*n));
	n->refs = 1;
	n->count = (uint32_t)count & 0x1fffff;
	n->depth = depth & 0x7f;
	n->type = (uint32_t)type & 0xf;
	if (len)
		memcpy(n->content, content, len);
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, pool->tables[type], n->content, len,
				    hash, n);
	if (!n->hh.tbl) {
		free(n);
		return value_none;
	}
	pool->count++;
	pool->bytes += node_bytes(n);
	*made = true;
	return value_of(type, n);
}

static struct value intern_bytes(struct value_pool *pool, enum value_type type,
				 struct slice bytes)
{
	bool made;

	if (bytes.len > VALUE_STRING_MAX)
		return value_none;
	return intern(pool, type, bytes.ptr, bytes.len, 0, &made);
}

struct value value_string(struct value_pool *pool, struct slice bytes)
{
	return intern_bytes(pool, VALUE_STRING, bytes);
}

struct value value_text(struct value_pool *pool, const char *text)
{
	return value_string(pool, slice_text(text));
}

struct value value_bytes(struct value_pool *pool, struct slice bytes)
{
	return intern_bytes(pool, VALUE_BYTES, bytes);
}

/* The same value with every byte defined: padding and the unused part of a
 * bool would make equal contents differ. */
static void normalise(struct value *out, struct value v)
{
	memset(out, 0, sizeof(*out));
	out->type = v.type;
	if (v.type == VALUE_BOOL)
		out->as.boolean = v.as.boolean;
	else if (has_node(v))
		out->as.node = v.as.node;
	else if (v.type == VALUE_REAL)
		out->as.real = v.as.real;
	else
		out->as.integer = v.as.integer;
}

static void release_all(struct value_pool *pool, const struct value *values,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		value_release(pool, values[i]);
}

/* Depth of a container of these children; false for a VALUE_NONE among them
 * or one that would be too deep. */
static bool container_depth(const struct value *values, size_t count,
			    unsigned *depth)
{
	unsigned deepest = 0;

	for (size_t i = 0; i < count; i++) {
		if (values[i].type == VALUE_NONE)
			return false;
		if (has_node(values[i]) && values[i].as.node->depth > deepest)
			deepest = values[i].as.node->depth;
	}
	*depth = deepest + 1;
	return *depth <= VALUE_DEPTH_MAX;
}

/* a and b are two runs of children, b empty for a list. Owns their
 * references. */
static struct value container(struct value_pool *pool, enum value_type type,
			      const struct value *a, const struct value *b,
			      size_t count)
{
	size_t total = type == VALUE_DICT ? 2 * count : count;
	struct value *all = NULL;
	struct value v = value_none;
	unsigned depth_a, depth_b = 0;
	bool made = false;

	if (count > VALUE_ITEMS_MAX || !container_depth(a, count, &depth_a))
		goto out;
	if (b && !container_depth(b, count, &depth_b))
		goto out;
	if (total) {
		all = malloc(total * sizeof(*all));
		if (!all)
			goto out;
	}
	for (size_t i = 0; i < count; i++) {
		normalise(&all[i], a[i]);
		if (b)
			normalise(&all[count + i], b[i]);
	}
	v = intern(pool, type, all, count,
		   depth_a > depth_b ? depth_a : depth_b, &made);
out:
	free(all);
	if (!made) {
		release_all(pool, a, count);
		if (b)
			release_all(pool, b, count);
	}
	return v;
}

struct value value_list(struct value_pool *pool, const struct value *items,
			size_t count)
{
	return container(pool, VALUE_LIST, items, NULL, count);
}

static int compare_nodes(const void *a, const void *b)
{
	const struct value_node *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

/* Strings of one pool are the same when their nodes are. */
static bool keys_distinct(const struct value *keys, size_t count)
{
	const struct value_node **nodes;
	bool distinct = true;

	for (size_t i = 0; i < count; i++)
		if (keys[i].type != VALUE_STRING)
			return false;
	if (count < 2)
		return true;
	nodes = malloc(count * sizeof(*nodes));
	if (!nodes)
		return false;
	for (size_t i = 0; i < count; i++)
		nodes[i] = keys[i].as.node;
	qsort(nodes, count, sizeof(*nodes), compare_nodes);
	for (size_t i = 1; i < count; i++)
		if (nodes[i - 1] == nodes[i])
			distinct = false;
	free(nodes);
	return distinct;
}

struct value value_dict(struct value_pool *pool, const struct value *keys,
			const struct value *vals, size_t count)
{
	if (count > VALUE_ITEMS_MAX || !keys_distinct(keys, count)) {
		release_all(pool, keys, count);
		release_all(pool, vals, count);
		return value_none;
	}
	return container(pool, VALUE_DICT, keys, vals, count);
}

struct value value_list_of_text(struct value_pool *pool,
				const char *const *texts, size_t count)
{
	struct value *items = NULL;
	struct value list;

	if (count > VALUE_ITEMS_MAX)
		return value_none;
	if (count) {
		items = malloc(count * sizeof(*items));
		if (!items)
			return value_none;
	}
	for (size_t i = 0; i < count; i++)
		items[i] = value_text(pool, texts[i]);
	list = value_list(pool, items, count);
	free(items);
	return list;
}

struct value value_retain(struct value v)
{
	if (has_node(v)) {
		/* A count that would wrap stays at its top: such a value is
		 * kept until the pool goes. */
		if (v.as.node->refs != UINT32_MAX)
			v.as.node->refs++;
	}
	return v;
}

/* Calls itself for children, so at most VALUE_DEPTH_MAX deep. */
void value_release(struct value_pool *pool, struct value v)
{
	struct value_node *n;

	if (!has_node(v))
		return;
	n = v.as.node;
	if (n->refs == UINT32_MAX || --n->refs > 0)
		return;
	HASH_DEL(pool->tables[v.type], n);
	pool->count--;
	pool->bytes -= node_bytes(n);
	release_all(pool, children(n), child_count(n));
	free(n);
}

static struct value copy_container(struct value_pool *to, struct value v)
{
	const struct value_node *n = v.as.node;
	size_t total = child_count(n);
	struct value *all = NULL;
	struct value made;

	if (total) {
		all = malloc(total * sizeof(*all));
		if (!all)
			return value_none;
	}
	for (size_t i = 0; i < total; i++)
		all[i] = value_copy(to, children(n)[i]);
	if (v.type == VALUE_LIST)
		made = value_list(to, all, n->count);
	else
		made = value_dict(to, all, all ? all + n->count : NULL,
				  n->count);
	free(all);
	return made;
}

/* Reads the other pool without touching its counts: the thread that owns it
 * has handed v over. At most VALUE_DEPTH_MAX deep. */
struct value value_copy(struct value_pool *to, struct value v)
{
	if (v.type == VALUE_STRING || v.type == VALUE_BYTES)
		return intern_bytes(to, v.type, value_slice(v));
	if (has_node(v))
		return copy_container(to, v);
	return v;
}

struct slice value_slice(struct value v)
{
	if (v.type != VALUE_STRING && v.type != VALUE_BYTES)
		return (struct slice){NULL, 0};
	return slice_of(v.as.node->content, v.as.node->count);
}

size_t value_count(struct value v)
{
	if (v.type != VALUE_LIST && v.type != VALUE_DICT)
		return 0;
	return v.as.node->count;
}

struct value value_at(struct value v, size_t i)
{
	size_t count = value_count(v);

	if (i >= count)
		return value_none;
	return children(v.as.node)[v.type == VALUE_DICT ? count + i : i];
}

struct value value_key(struct value v, size_t i)
{
	if (v.type != VALUE_DICT || i >= value_count(v))
		return value_none;
	return children(v.as.node)[i];
}
