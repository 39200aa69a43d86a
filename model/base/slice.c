#include "slice.h"

/* The index of the last '/', or path.len. */
static size_t last_slash(struct slice path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/')
			return i - 1;
	return path.len;
}

struct slice slice_base_name(struct slice path)
{
	size_t slash = last_slash(path);

	if (slash == path.len)
		return path;
	return slice_part(path, slash + 1, path.len);
}

struct slice slice_dir_name(struct slice path)
{
	size_t slash = last_slash(path);

	if (slash == path.len)
		return slice_part(path, 0, 0);
	return slice_part(path, 0, slash ? slash : 1);
}

static bool equal_folded(const uint8_t *a, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (byte_fold(a[i]) != byte_fold(b[i]))
			return false;
	return true;
}

size_t slice_find(struct slice a, struct slice needle, bool fold_case)
{
	const uint8_t *hit;

	if (needle.len == 0)
		return 0;
	if (needle.len > a.len)
		return a.len;
	if (!fold_case) {
		hit = memmem(a.ptr, a.len, needle.ptr, needle.len);
		return hit ? (size_t)(hit - a.ptr) : a.len;
	}
	for (size_t i = 0; i <= a.len - needle.len; i++)
		if (equal_folded(a.ptr + i, needle.ptr, needle.len))
			return i;
	return a.len;
}

int slice_compare(struct slice a, struct slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool slice_to_int(struct slice digits, int64_t *out)
{
	int64_t n = 0;

	if (digits.len == 0)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		int digit = digits.ptr[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (n > (INT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

struct slice slice_take(struct slice *rest, uint8_t separator)
{
	size_t at = slice_find_byte(*rest, separator);
	struct slice part = slice_part(*rest, 0, at);

	if (at == rest->len)
		*rest = (struct slice){NULL, 0};
	else
		*rest = slice_part(*rest, at + 1, rest->len);
	return part;
}
