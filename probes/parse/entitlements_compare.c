/* XML entitlements against DER entitlements: who reads which differs from
 * system to system, so a difference lets one of them see another program. */
#include <stdlib.h>

#include "../../model/base/text.h"
#include "entitlements_der.h"

struct pair {
	struct value key, val;
};

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;

	return slice_compare(value_slice(left->key), value_slice(right->key));
}

/* The pairs in the order of their keys; NULL when memory is out. */
static struct pair *sorted(struct value dict)
{
	size_t count = value_count(dict);
	struct pair *pairs = calloc(count + 1, sizeof(*pairs));

	if (!pairs)
		return NULL;
	for (size_t i = 0; i < count; i++)
		pairs[i] = (struct pair){value_key(dict, i), value_at(dict, i)};
	qsort(pairs, count, sizeof(*pairs), compare_pairs);
	return pairs;
}

static bool same(struct value a, struct value b);

/* Two dictionaries say the same in whatever order. */
static bool same_dict(struct value a, struct value b)
{
	struct pair *left = sorted(a), *right = sorted(b);
	bool equal = left && right && value_count(a) == value_count(b);

	for (size_t i = 0; equal && i < value_count(a); i++)
		equal = value_equal(left[i].key, right[i].key) &&
			same(left[i].val, right[i].val);
	free(left);
	free(right);
	return equal;
}

static bool same(struct value a, struct value b)
{
	if (value_equal(a, b))
		return true;
	if (a.type != b.type)
		return false;
	if (a.type == VALUE_DICT)
		return same_dict(a, b);
	if (a.type != VALUE_LIST || value_count(a) != value_count(b))
		return false;
	for (size_t i = 0; i < value_count(a); i++)
		if (!same(value_at(a, i), value_at(b, i)))
			return false;
	return true;
}

static void tell(const struct report *report, uint64_t file_offset,
		 struct value key, const char *how)
{
	struct text t;

	text_init(&t, 512);
	text_add_escaped(&t, value_slice(key));
	REPORT(report, "entitlements_differ", SEVERITY_ERROR, file_offset,
	       "The entitlement %s %s.", t.ptr ? t.ptr : "", how);
	text_release(&t);
}

size_t entitlements_compare(struct value xml, struct value der,
			    const struct report *report, uint64_t file_offset)
{
	struct pair *left = sorted(xml), *right = sorted(der);
	size_t i = 0, k = 0, differences = 0;

	while (left && right &&
	       (i < value_count(xml) || k < value_count(der))) {
		int order = i == value_count(xml) ? 1
			    : k == value_count(der)
				    ? -1
				    : compare_pairs(&left[i], &right[k]);

		if (order < 0) {
			tell(report, file_offset, left[i++].key,
			     "is in the XML and not in the DER");
			differences++;
		} else if (order > 0) {
			tell(report, file_offset, right[k++].key,
			     "is in the DER and not in the XML");
			differences++;
		} else {
			if (!same(left[i].val, right[k].val)) {
				tell(report, file_offset, left[i].key,
				     "has one value in the XML and another in "
				     "the DER");
				differences++;
			}
			i++;
			k++;
		}
	}
	free(left);
	free(right);
	return differences;
}
