/*
 * Immutable values. A struct value is passed by value (16 bytes); numbers,
 * booleans and dates are inside it, everything else is a counted reference
 * into a pool that keeps each distinct content once. So two values of one pool
 * are equal exactly when type and payload are.
 *
 * A pool and its values belong to one thread. What another thread made is
 * taken over with value_copy().
 *
 * Errors are sticky: a constructor that runs out of memory or over a limit
 * returns a VALUE_NONE, and a list or dict given a VALUE_NONE becomes one.
 * Check once, where the value is used.
 */
#ifndef MODEL_BASE_VALUE_H
#define MODEL_BASE_VALUE_H

#include "slice.h"
#include "error.h"

enum value_type {
	VALUE_NONE = 0, /* no value; what a failed constructor returns */
	VALUE_BOOL,
	VALUE_INT,
	VALUE_DATE, /* nanoseconds since the epoch, UTC */
	VALUE_REAL,
	VALUE_STRING, /* bytes as they came: escape them at the edges */
	VALUE_BYTES,  /* not text: a hash, a blob */
	VALUE_LIST,
	VALUE_DICT, /* keys are strings, in the order given, each once */
	VALUE_TYPE_COUNT,
};

enum {
	VALUE_STRING_MAX = 1 << 20, /* bytes; longer text is refused */
	VALUE_ITEMS_MAX = 1 << 16,  /* items of a list or dict */
	VALUE_DEPTH_MAX = 64,
};

struct value_node; /* private to value.c */

struct value {
	enum value_type type;
	union {
		bool boolean;
		int64_t integer; /* VALUE_INT and VALUE_DATE */
		double real;
		struct value_node *node;
	} as;
};

struct value_pool;

struct value_pool *value_pool_new(void); /* NULL when memory is out */
/* Frees the pool and every value in it, whoever still refers to them. */
void value_pool_free(struct value_pool *pool);
/* How many distinct values it holds and how much memory they take. */
size_t value_pool_count(const struct value_pool *pool);
size_t value_pool_bytes(const struct value_pool *pool);

static const struct value value_none = {VALUE_NONE, {.integer = 0}};

static inline struct value value_bool(bool b)
{
	struct value v = {VALUE_BOOL, {.integer = 0}};

	v.as.boolean = b;
	return v;
}

static inline struct value value_int(int64_t i)
{
	return (struct value){VALUE_INT, {.integer = i}};
}

static inline struct value value_date(int64_t time_ns)
{
	return (struct value){VALUE_DATE, {.integer = time_ns}};
}

static inline struct value value_real(double r)
{
	return (struct value){VALUE_REAL, {.real = r}};
}

/* Constructors return a reference the caller owns. */
struct value value_string(struct value_pool *pool, struct slice bytes);
struct value value_text(struct value_pool *pool, const char *text);
struct value value_bytes(struct value_pool *pool, struct slice bytes);
/* These take over the references in items and vals, also when they fail.
 * A dict's keys are strings of the pool; a key given twice fails. */
struct value value_list(struct value_pool *pool, const struct value *items,
			size_t count);
struct value value_dict(struct value_pool *pool, const struct value *keys,
			const struct value *vals, size_t count);

/* One reference more; returns v. */
struct value value_retain(struct value v);
/* One reference less; the last one frees. VALUE_NONE and numbers are fine. */
void value_release(struct value_pool *pool, struct value v);

/* The same content in another pool; the caller owns the reference. */
struct value value_copy(struct value_pool *to, struct value v);

/* Same type and content, for values of one pool. */
bool value_equal(struct value a, struct value b);

/* An order for sorting a column: by type, then numbers by size, text byte by
 * byte with ASCII letters folded first, lists item by item. */
int value_compare(struct value a, struct value b);

/* The bytes of a STRING or BYTES, else empty. Alive as long as the value. */
struct slice value_slice(struct value v);
/* Items of a LIST or pairs of a DICT, else 0. */
size_t value_count(struct value v);
/* Item i of a LIST, value i of a DICT; borrowed; VALUE_NONE past the end. */
struct value value_at(struct value v, size_t i);
/* Key i of a DICT, a STRING; borrowed. */
struct value value_key(struct value v, size_t i);
/* The value of a key, VALUE_NONE where there is none; borrowed. */
struct value value_get(struct value dict, const char *key);

/* Ready-made lists: n C strings (text may not be NULL). */
struct value value_list_of_text(struct value_pool *pool,
				const char *const *texts, size_t count);

/* "bool", "int", ... for messages. */
const char *value_type_text(enum value_type type);

#endif
