#include "safe.h"

#include <utf8proc.h>
#include <wchar.h>

struct range {
	utf8proc_int32_t first, last;
};

/* Characters that change the width of their neighbours in some terminals and
 * not in others: emoji modifiers, variation selectors, flags. */
static const struct range unsure[] = {
	{0x200d, 0x200d},   {0xfe00, 0xfe0f},   {0x1f1e6, 0x1f1ff},
	{0x1f3fb, 0x1f3ff}, {0xe0000, 0xe0fff},
};

static bool is_unsure(utf8proc_int32_t c)
{
	for (size_t i = 0; i < sizeof(unsure) / sizeof(unsure[0]); i++) {
		if (c >= unsure[i].first && c <= unsure[i].last)
			return true;
	}
	return false;
}

/* The system's width is the one curses counts with; utf8proc's is newer than
 * many a terminal's. Where they agree, terminals do as a rule. */
static bool widths_agree(utf8proc_int32_t c)
{
	int ours = utf8proc_charwidth(c);

	return ours == wcwidth((wchar_t)c) && !is_unsure(c);
}

bool safe_is_plain(struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.ptr[i] < 0x20 || bytes.ptr[i] > 0x7e)
			return false;
	}
	return true;
}

void safe_add(struct text *t, struct slice bytes, bool utf8)
{
	size_t pos = 0;

	if (safe_is_plain(bytes)) {
		text_add(t, bytes);
		return;
	}
	while (pos < bytes.len) {
		struct slice rest = slice_part(bytes, pos, bytes.len);
		utf8proc_int32_t c = 0;
		utf8proc_ssize_t n = utf8proc_iterate(
			rest.ptr, (utf8proc_ssize_t)rest.len, &c);

		if (n <= 0) {
			text_addf(t, "\\x%02x", rest.ptr[0]);
			pos++;
			continue;
		}
		if (c < 0x20 || c == 0x7f)
			text_addf(t, "\\x%02x", (unsigned)c);
		else if (c < 0x7f || (utf8 && widths_agree(c)))
			text_add(t, slice_part(rest, 0, (size_t)n));
		else
			text_addf(t, "\\u{%x}", (unsigned)c);
		pos += (size_t)n;
	}
}
