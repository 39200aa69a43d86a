#include "show.h"

#include <utf8proc.h>

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

/*
 * The numbers of signals: Linux as its asm-generic/signal.h has them (x86 and
 * ARM), macOS as its signal(3) lists them.
 */
enum { SIGNALS = 32 };

static const char *const linux_signals[SIGNALS] = {
	[1] = "SIGHUP",     [2] = "SIGINT",     [3] = "SIGQUIT",
	[4] = "SIGILL",     [5] = "SIGTRAP",    [6] = "SIGABRT",
	[7] = "SIGBUS",     [8] = "SIGFPE",     [9] = "SIGKILL",
	[10] = "SIGUSR1",   [11] = "SIGSEGV",   [12] = "SIGUSR2",
	[13] = "SIGPIPE",   [14] = "SIGALRM",   [15] = "SIGTERM",
	[16] = "SIGSTKFLT", [17] = "SIGCHLD",   [18] = "SIGCONT",
	[19] = "SIGSTOP",   [20] = "SIGTSTP",   [21] = "SIGTTIN",
	[22] = "SIGTTOU",   [23] = "SIGURG",    [24] = "SIGXCPU",
	[25] = "SIGXFSZ",   [26] = "SIGVTALRM", [27] = "SIGPROF",
	[28] = "SIGWINCH",  [29] = "SIGIO",     [30] = "SIGPWR",
	[31] = "SIGSYS",
};

static const char *const macos_signals[SIGNALS] = {
	[1] = "SIGHUP",    [2] = "SIGINT",     [3] = "SIGQUIT",
	[4] = "SIGILL",    [5] = "SIGTRAP",    [6] = "SIGABRT",
	[7] = "SIGEMT",    [8] = "SIGFPE",     [9] = "SIGKILL",
	[10] = "SIGBUS",   [11] = "SIGSEGV",   [12] = "SIGSYS",
	[13] = "SIGPIPE",  [14] = "SIGALRM",   [15] = "SIGTERM",
	[16] = "SIGURG",   [17] = "SIGSTOP",   [18] = "SIGTSTP",
	[19] = "SIGCONT",  [20] = "SIGCHLD",   [21] = "SIGTTIN",
	[22] = "SIGTTOU",  [23] = "SIGIO",     [24] = "SIGXCPU",
	[25] = "SIGXFSZ",  [26] = "SIGVTALRM", [27] = "SIGPROF",
	[28] = "SIGWINCH", [29] = "SIGINFO",   [30] = "SIGUSR1",
	[31] = "SIGUSR2",
};

void show_signal(struct text *t, struct slice os, int number)
{
	const char *name = NULL;

	if (number > 0 && number < SIGNALS)
		name = slice_is(os, "macos") ? macos_signals[number]
					     : linux_signals[number];
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
