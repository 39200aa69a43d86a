#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "vec.h"

static char nothing[] = "";

void text_init(struct text *t, size_t max_bytes)
{
	*t = (struct text){.ptr = nothing, .max = max_bytes};
}

void text_release(struct text *t)
{
	if (!t)
		return;
	if (t->cap)
		free(t->ptr);
	text_init(t, t->max);
}

void text_reset(struct text *t)
{
	t->len = 0;
	t->cut = false;
	if (t->cap)
		t->ptr[0] = '\0';
}

/* Room for n bytes more and the NUL; n has been checked against max. */
static bool reserve(struct text *t, size_t n)
{
	void *ptr = t->cap ? t->ptr : NULL;

	if (!vec_reserve(&ptr, &t->cap, t->len + n + 1, 1, t->max + 1)) {
		t->cut = true;
		return false;
	}
	t->ptr = ptr;
	return true;
}

/* How many of the bytes fit without splitting a UTF-8 sequence. */
static size_t fitting(struct slice bytes, size_t room)
{
	size_t n = room;

	while (n > 0 && room - n < 3 && (bytes.ptr[n] & 0xc0) == 0x80)
		n--;
	return (bytes.ptr[n] & 0xc0) == 0x80 ? room : n;
}

void text_add(struct text *t, struct slice bytes)
{
	size_t room = t->max - t->len;
	bool cut = bytes.len > room;

	if (t->cut)
		return;
	if (cut)
		bytes.len = fitting(bytes, room);
	if (bytes.len && reserve(t, bytes.len)) {
		memcpy(t->ptr + t->len, bytes.ptr, bytes.len);
		t->len += bytes.len;
		t->ptr[t->len] = '\0';
	}
	if (cut)
		t->cut = true;
}

void text_add_text(struct text *t, const char *text)
{
	text_add(t, slice_text(text));
}

void text_add_byte(struct text *t, char byte)
{
	text_add(t, slice_of(&byte, 1));
}

void text_addf(struct text *t, const char *format, ...)
{
	char small[256];
	char *large = NULL;
	va_list args;
	int n;

	if (t->cut)
		return;
	va_start(args, format);
	n = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (n < 0) {
		t->cut = true;
		return;
	}
	if ((size_t)n < sizeof(small)) {
		text_add(t, slice_of(small, (size_t)n));
		return;
	}
	large = malloc((size_t)n + 1);
	if (!large) {
		t->cut = true;
		return;
	}
	va_start(args, format);
	n = vsnprintf(large, (size_t)n + 1, format, args);
	va_end(args);
	text_add(t, slice_of(large, (size_t)n));
	free(large);
}

enum status text_status(const struct text *t, struct error *err)
{
	if (!t->cut)
		return STATUS_OK;
	return error_set(err, STATUS_LIMIT, -1,
			 "text of at most %zu bytes does not fit", t->max);
}
