#include "show.h"

#include <utf8proc.h>

#include "../model/signal_name.h"

/* The next character of text that is not empty, and how many bytes it takes.
 * What is not UTF-8 counts as a replacement character of one byte. */
static size_t next_character(struct slice rest, utf8proc_int32_t *c)
{
	utf8proc_ssize_t n;

	if (rest.ptr[0] < 0x80) {
		*c = rest.ptr[0];
		return 1;
	}
	n = utf8proc_iterate(rest.ptr, (utf8proc_ssize_t)rest.len, c);
	if (n <= 0) {
		*c = 0xfffd;
		return 1;
	}
	return (size_t)n;
}

static size_t character_width(utf8proc_int32_t c)
{
	int width;

	if (c >= 0x20 && c < 0x7f)
		return 1;
	width = utf8proc_charwidth(c);
	return width > 0 ? (size_t)width : 0;
}

size_t show_width(struct slice utf8)
{
	size_t width = 0, pos = 0;

	while (pos < utf8.len) {
		utf8proc_int32_t c;

		pos += next_character(slice_part(utf8, pos, utf8.len), &c);
		width += character_width(c);
	}
	return width;
}

size_t show_fit(struct text *t, struct slice utf8, size_t columns, bool ascii)
{
	size_t width = 0, pos = 0;
	/* Where to cut when the ellipsis needs a column: the end of what fits
	 * into one column less, with the combining marks that belong to it. */
	size_t keep = 0, keep_width = 0;

	if (!columns)
		return 0;
	while (pos < utf8.len) {
		utf8proc_int32_t c;
		size_t n = next_character(slice_part(utf8, pos, utf8.len), &c);
		size_t w = character_width(c);

		if (width + w > columns) {
			text_add(t, slice_part(utf8, 0, keep));
			text_add_text(t, ascii ? "~" : "…");
			return keep_width + 1;
		}
		pos += n;
		width += w;
		if (width < columns) {
			keep = pos;
			keep_width = width;
		}
	}
	text_add(t, utf8);
	return width;
}

void show_signal(struct text *t, struct slice os, int number)
{
	const char *name = signal_name(number, slice_is(os, "macos"));

	if (name)
		text_add_text(t, name);
	else
		text_addf(t, "signal %d", number);
}

void show_exit(struct text *t, struct slice os, const struct event_exit *how)
{
	switch (how->kind) {
	case EXIT_CODE:
		text_addf(t, "exit %d", how->value);
		break;
	case EXIT_SIGNAL:
		show_signal(t, os, how->value);
		break;
	case EXIT_UNKNOWN:
		text_add_text(t, "exit unseen");
		break;
	}
	if (how->core)
		text_add_text(t, ", core dumped");
}
