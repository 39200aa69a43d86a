#include "recording_internal.h"

/*
 * jansson forgets where a value stood. This finds it again for an error
 * message, in text that jansson accepted already; it needs not judge the text,
 * only stay inside it.
 */

static size_t skip_blank(struct slice s, size_t pos)
{
	while (pos < s.len && (s.ptr[pos] == ' ' || s.ptr[pos] == '\t' ||
			       s.ptr[pos] == '\r' || s.ptr[pos] == '\n'))
		pos++;
	return pos;
}

/* From a quote to behind the closing one. */
static size_t skip_string(struct slice s, size_t pos)
{
	for (pos++; pos < s.len && s.ptr[pos] != '"'; pos++) {
		if (s.ptr[pos] == '\\')
			pos++;
	}
	return pos < s.len ? pos + 1 : s.len;
}

/* From the first byte of a value to the comma or bracket after it. */
static size_t skip_value(struct slice s, size_t pos)
{
	size_t depth = 0;

	while (pos < s.len) {
		switch (s.ptr[pos]) {
		case '"':
			pos = skip_string(s, pos);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (!depth)
				return pos;
			depth--;
			break;
		case ',':
			if (!depth)
				return pos;
			break;
		default:
			break;
		}
		pos++;
	}
	return pos;
}

/* The value of a key in the object that begins at pos; s.len for none. */
static size_t find_member(struct slice s, size_t pos, const char *key)
{
	pos = skip_blank(s, pos);
	if (pos >= s.len || s.ptr[pos] != '{')
		return s.len;
	pos = skip_blank(s, pos + 1);
	while (pos < s.len && s.ptr[pos] == '"') {
		size_t end = skip_string(s, pos);
		struct slice name = slice_part(s, pos + 1, end - pos - 2);

		pos = skip_blank(s, end);
		if (pos >= s.len || s.ptr[pos] != ':')
			return s.len;
		pos = skip_blank(s, pos + 1);
		if (slice_is(name, key))
			return pos;
		pos = skip_blank(s, skip_value(s, pos));
		if (pos >= s.len || s.ptr[pos] != ',')
			return s.len;
		pos = skip_blank(s, pos + 1);
	}
	return s.len;
}

size_t json_locate(struct slice line, const char *key, const char *inner)
{
	size_t pos = find_member(line, 0, key);

	if (pos >= line.len)
		return 0;
	if (inner) {
		size_t deeper = find_member(line, pos, inner);

		return deeper < line.len ? deeper : pos;
	}
	return pos;
}

size_t text_column(struct slice line, size_t byte)
{
	size_t column = 1;

	for (size_t i = 0; i < byte && i < line.len; i++) {
		/* Continuation bytes of UTF-8 are no characters of their own.
		 */
		if ((line.ptr[i] & 0xc0) != 0x80)
			column++;
	}
	return column;
}
