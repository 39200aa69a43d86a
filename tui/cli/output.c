#include "output.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../safe.h"

enum { FLUSH_BYTES = 64 << 10, BUFFER_BYTES_MAX = 16 << 20 };

static const char *const inks[] = {
	[INK_PLAIN] = "",        [INK_DIM] = "\033[2m",
	[INK_GOOD] = "\033[32m", [INK_WARN] = "\033[33m",
	[INK_BAD] = "\033[31m",  [INK_HEAD] = "\033[1m",
};

_Static_assert(sizeof(inks) / sizeof(inks[0]) == INK_COUNT,
	       "a colour for every ink");

static bool color_wanted(bool no_color)
{
	const char *term = getenv("TERM");
	const char *none = getenv("NO_COLOR");

	return !no_color && !(none && *none) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

void output_init(struct output *o, int fd, bool no_color, bool ascii)
{
	struct winsize size;

	*o = (struct output){.fd = fd};
	text_init(&o->buffer, BUFFER_BYTES_MAX);
	o->terminal = isatty(fd);
	o->utf8 = !ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
	o->color = o->terminal && color_wanted(no_color);
	if (o->terminal && !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		o->columns = size.ws_col;
}

static void output_flush(struct output *o)
{
	size_t done = 0;

	while (done < o->buffer.len && !o->gone && !o->errnum) {
		ssize_t n = write(o->fd, o->buffer.ptr + done,
				  o->buffer.len - done);
		struct pollfd wait = {.fd = o->fd, .events = POLLOUT};

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			poll(&wait, 1, -1);
		else if (errno == EPIPE)
			o->gone = true;
		else if (errno != EINTR)
			o->errnum = errno;
	}
	if (o->buffer.cut && !o->errnum)
		o->errnum = ENOMEM;
	text_reset(&o->buffer);
}

static void flush_when_full(struct output *o)
{
	if (o->buffer.len >= FLUSH_BYTES || o->buffer.cut)
		output_flush(o);
}

void output_slice(struct output *o, struct slice bytes)
{
	text_add(&o->buffer, bytes);
	flush_when_full(o);
}

void output_text(struct output *o, const char *text)
{
	output_slice(o, slice_text(text));
}

void output_format(struct output *o, const char *format, ...)
{
	char line[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		output_text(o, line);
}

void output_shown(struct output *o, struct slice escaped, enum output_ink ink)
{
	bool colored = o->color && ink != INK_PLAIN;

	if (colored)
		text_add_text(&o->buffer, inks[ink]);
	if (o->utf8 && !o->terminal)
		text_add(&o->buffer, escaped);
	else
		safe_add(&o->buffer, escaped, o->utf8);
	if (colored)
		text_add_text(&o->buffer, "\033[0m");
	flush_when_full(o);
}

enum status output_end(struct output *o, struct error *err)
{
	output_flush(o);
	if (!o->errnum)
		return STATUS_OK;
	return error_set(err, STATUS_IO, -1, "standard output: %s",
			 strerror(o->errnum));
}

void output_release(struct output *o)
{
	text_release(&o->buffer);
}
