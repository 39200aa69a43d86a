/*
 * The terminal: opened for the screen, and given back as it was, whatever
 * ends the program. Signals become flags and a byte in a pipe, so that the
 * loop's pselect wakes whichever thread the system gave the signal to.
 */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "theme.h"
#include "../model/base/error.h"

/* A key: a character, or a curses KEY_ code with this bit. */
enum {
	TERMINAL_SPECIAL = 1 << 24,
	TERMINAL_NO_KEY = -1,
};

/* What terminal_key gives for a curses code. */
#define SPECIAL(code) (TERMINAL_SPECIAL | (code))
#define CONTROL(c)    ((c)&0x1f)

struct terminal {
	void *screen; /* curses' SCREEN */
	FILE *in;     /* opened by us, when standard input is data; or NULL */
	int in_fd, out_fd;
	int wake_fd; /* readable when a signal has come */
	bool utf8, mouse, open;
	enum theme_kind background; /* what the terminal told; or AUTO */
};

/* What the signals since the last call ask for. */
struct terminal_signals {
	bool resized, stop, continued;
	int ended; /* the number of a signal that ends us, 0 none */
};

/* STATUS_UNSUPPORTED, with a sentence, when TERM or what standard output is
 * does not carry a screen. ask_background: ask the terminal for its. */
enum status terminal_open(struct terminal *t, bool mouse, bool ask_background,
			  struct error *err);
void terminal_close(struct terminal *t);

struct terminal_signals terminal_signals(struct terminal *t);
/* Stops as Ctrl-Z wants it: returns when the shell goes on with us. */
void terminal_suspend(struct terminal *t);
/* Takes over the terminal's size. */
void terminal_resize(struct terminal *t);

/* The next key that waits. Sequences nobody asked for are swallowed. */
int terminal_key(struct terminal *t);
/* Whether the terminal can still be read from and written to. */
bool terminal_alive(const struct terminal *t);

enum { TERMINAL_COPY_MAX = 74994 }; /* bytes; what xterm takes, in base64 */

/* Puts text into the clipboard (OSC 52); what is over TERMINAL_COPY_MAX bytes
 * is left out. */
void terminal_copy(struct terminal *t, struct slice text);

#endif
