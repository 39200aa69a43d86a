/* Reading values by comparing them; value.c makes and frees them. */
#include "value.h"

#include <math.h>

struct value value_get(struct value dict, const char *key)
{
	if (dict.type != VALUE_DICT)
		return value_none;
	for (size_t i = 0; i < value_count(dict); i++)
		if (slice_is(value_slice(value_key(dict, i)), key))
			return value_at(dict, i);
	return value_none;
}

bool value_equal(struct value a, struct value b)
{
	if (a.type != b.type)
		return false;
	switch (a.type) {
	case VALUE_NONE:
		return true;
	case VALUE_BOOL:
		return a.as.boolean == b.as.boolean;
	case VALUE_INT:
	case VALUE_DATE:
		return a.as.integer == b.as.integer;
	case VALUE_REAL:
		/* By bits, as interned lists compare them. */
		return memcmp(&a.as.real, &b.as.real, sizeof(a.as.real)) == 0;
	default:
		return a.as.node == b.as.node;
	}
}

static int compare_text(struct slice a, struct slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		uint8_t x = byte_fold(a.ptr[i]), y = byte_fold(b.ptr[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return slice_compare(a, b);
}

/* What is not a number comes last, so that sorting stays an order. */
static int compare_real(double a, double b)
{
	if (isnan(a) || isnan(b))
		return (isnan(a) != 0) - (isnan(b) != 0);
	return (a > b) - (a < b);
}

/* Keys, then values, one by one; the shorter first. At most VALUE_DEPTH_MAX
 * deep. */
static int compare_items(struct value a, struct value b)
{
	size_t count_a = value_count(a), count_b = value_count(b);
	size_t n = count_a < count_b ? count_a : count_b;

	for (size_t i = 0; i < n; i++) {
		int order = value_compare(value_key(a, i), value_key(b, i));

		if (!order)
			order = value_compare(value_at(a, i), value_at(b, i));
		if (order)
			return order;
	}
	return (count_a > count_b) - (count_a < count_b);
}

int value_compare(struct value a, struct value b)
{
	if (a.type != b.type)
		return a.type < b.type ? -1 : 1;
	switch (a.type) {
	case VALUE_BOOL:
		return (int)a.as.boolean - (int)b.as.boolean;
	case VALUE_INT:
	case VALUE_DATE:
		return (a.as.integer > b.as.integer) -
		       (a.as.integer < b.as.integer);
	case VALUE_REAL:
		return compare_real(a.as.real, b.as.real);
	case VALUE_STRING:
	case VALUE_BYTES:
		return compare_text(value_slice(a), value_slice(b));
	case VALUE_LIST:
	case VALUE_DICT:
		return value_equal(a, b) ? 0 : compare_items(a, b);
	default:
		return 0;
	}
}

const char *value_type_text(enum value_type type)
{
	static const char *const texts[] = {
		[VALUE_NONE] = "none",   [VALUE_BOOL] = "bool",
		[VALUE_INT] = "int",     [VALUE_DATE] = "date",
		[VALUE_REAL] = "real",   [VALUE_STRING] = "string",
		[VALUE_BYTES] = "bytes", [VALUE_LIST] = "list",
		[VALUE_DICT] = "dict",
	};

	_Static_assert(sizeof(texts) / sizeof(*texts) == VALUE_TYPE_COUNT,
		       "every type has a word");
	return (unsigned)type < VALUE_TYPE_COUNT ? texts[type] : "none";
}
