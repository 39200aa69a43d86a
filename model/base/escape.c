/* The escaping rule of text.h, both ways. */
#include "text.h"

#include <stdio.h>

#include <utf8proc.h>

/* One thing at the front of bytes: a character, or a byte that is none. */
struct unit {
	size_t len;
	int32_t code; /* -1: not valid UTF-8; len is 1 */
};

static struct unit next_unit(struct slice bytes)
{
	struct unit unit = {1, -1};
	utf8proc_int32_t code;
	utf8proc_ssize_t n;

	if (bytes.ptr[0] < 0x80) {
		unit.code = bytes.ptr[0];
		return unit;
	}
	/* Refuses overlong forms, surrogates and what is over 10FFFF. */
	n = utf8proc_iterate(bytes.ptr,
			     (utf8proc_ssize_t)(bytes.len < 4 ? bytes.len : 4),
			     &code);
	if (n > 0)
		unit = (struct unit){(size_t)n, code};
	return unit;
}

/* Plane 14 holds tags and variation selectors; FDD0 to FDEF and the last two
 * of each plane are noncharacters (The Unicode Standard, 23.6, 23.7, 23.9). */
static bool is_hidden(int32_t code)
{
	if ((code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef) ||
	    (code >= 0xe0000 && code <= 0xe0fff))
		return true;
	switch (utf8proc_category(code)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return false;
	}
}

static bool stays(struct unit unit)
{
	if (unit.code < 0)
		return false;
	if (unit.code < 0x80)
		return unit.code >= 0x20 && unit.code != 0x7f &&
		       unit.code != '\\';
	return !is_hidden(unit.code);
}

/* Length of the longest front of bytes that escaping leaves alone. */
static size_t plain_prefix(struct slice bytes)
{
	size_t i = 0;

	while (i < bytes.len) {
		struct unit unit = next_unit(slice_part(bytes, i, 4));

		if (!stays(unit))
			break;
		i += unit.len;
	}
	return i;
}

bool text_is_plain(struct slice bytes)
{
	return plain_prefix(bytes) == bytes.len;
}

/* An escape is written whole or not at all. */
static void add_whole(struct text *t, const char *escape, size_t len)
{
	if (len > t->max - t->len)
		t->cut = true;
	text_add(t, slice_of(escape, len));
}

static void add_escape(struct text *t, struct unit unit, uint8_t first)
{
	char escape[16];
	int n;

	switch (unit.code) {
	case '\\':
		add_whole(t, "\\\\", 2);
		return;
	case '\n':
		add_whole(t, "\\n", 2);
		return;
	case '\t':
		add_whole(t, "\\t", 2);
		return;
	case '\r':
		add_whole(t, "\\r", 2);
		return;
	default:
		break;
	}
	if (unit.code >= 0x80)
		n = snprintf(escape, sizeof(escape), "\\u{%x}",
			     (unsigned)unit.code);
	else
		n = snprintf(escape, sizeof(escape), "\\x%02x",
			     (unsigned)first);
	add_whole(t, escape, (size_t)n);
}

void text_add_escaped(struct text *t, struct slice bytes)
{
	while (bytes.len && !t->cut) {
		size_t plain = plain_prefix(bytes);
		struct unit unit;

		text_add(t, slice_part(bytes, 0, plain));
		bytes = slice_part(bytes, plain, bytes.len);
		if (!bytes.len)
			return;
		unit = next_unit(bytes);
		add_escape(t, unit, bytes.ptr[0]);
		bytes = slice_part(bytes, unit.len, bytes.len);
	}
}

/* Hexadecimal digits from `at` on, at most max of them; returns how many. */
static size_t read_hex(struct slice s, size_t at, size_t max, uint32_t *out)
{
	size_t n = 0;

	*out = 0;
	while (n < max && at + n < s.len && byte_hex(s.ptr[at + n]) >= 0) {
		*out = *out << 4 | (uint32_t)byte_hex(s.ptr[at + n]);
		n++;
	}
	return n;
}

/* "{202e}" at the front of s; 0 when that is not there. */
static size_t unescape_code(struct text *t, struct slice s)
{
	utf8proc_uint8_t utf8[4];
	uint32_t code;
	size_t digits;

	if (s.len < 3 || s.ptr[0] != '{')
		return 0;
	digits = read_hex(s, 1, 6, &code);
	if (!digits || digits + 1 >= s.len || s.ptr[digits + 1] != '}' ||
	    !utf8proc_codepoint_valid((utf8proc_int32_t)code))
		return 0;
	text_add(t, slice_of(utf8, (size_t)utf8proc_encode_char(
					   (utf8proc_int32_t)code, utf8)));
	return digits + 2;
}

/* One escape at the front of s, which begins with a backslash; returns its
 * length, 0 when it is none. */
static size_t unescape_one(struct text *t, struct slice s)
{
	uint32_t byte;
	size_t n;

	if (s.len < 2)
		return 0;
	switch (s.ptr[1]) {
	case '\\':
		text_add_byte(t, '\\');
		return 2;
	case 'n':
		text_add_byte(t, '\n');
		return 2;
	case 't':
		text_add_byte(t, '\t');
		return 2;
	case 'r':
		text_add_byte(t, '\r');
		return 2;
	case 'x':
		if (read_hex(s, 2, 2, &byte) != 2)
			return 0;
		text_add_byte(t, (char)byte);
		return 4;
	case 'u':
		n = unescape_code(t, slice_part(s, 2, s.len));
		return n ? n + 2 : 0;
	default:
		return 0;
	}
}

enum status text_add_unescaped(struct text *t, struct slice escaped,
			       struct error *err)
{
	size_t start = t->len, pos = 0;

	while (pos < escaped.len) {
		struct slice rest = slice_part(escaped, pos, escaped.len);
		size_t n = slice_find_byte(rest, '\\');

		text_add(t, slice_part(rest, 0, n));
		pos += n;
		if (pos == escaped.len)
			break;
		n = unescape_one(t, slice_part(escaped, pos, escaped.len));
		if (n == 0)
			goto malformed;
		pos += n;
	}
	return text_status(t, err);
malformed:
	t->len = start;
	if (t->cap)
		t->ptr[start] = '\0';
	return error_set(err, STATUS_MALFORMED, (int64_t)pos,
			 "expected an escape (\\\\ \\n \\t \\r \\xHH \\u{...}) "
			 "at byte %zu",
			 pos);
}
