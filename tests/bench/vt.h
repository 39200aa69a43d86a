/*
 * As much of a terminal as curses uses of TERM=xterm-256color: enough to know
 * what stands where and what has a background, which is all that the bench
 * asks. Every character is taken as one column wide. Programs ask a terminal
 * what it is and how bright its background; as a real one would, it answers:
 * whoever reads from the program writes `reply` back to it and empties it.
 */
#ifndef TESTS_BENCH_VT_H
#define TESTS_BENCH_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VT_ROWS_MAX = 100,
	VT_COLUMNS_MAX = 300,
	VT_PARAMS_MAX = 16,
	VT_STRING_MAX = 16,
	VT_REPLY_MAX = 128
};

struct vt_cell {
	char byte;   /* '?' for what is not ASCII, 0 never written */
	bool marked; /* reverse, or a background of its own */
};

struct vt {
	int rows, columns, row, column, top, bottom;
	bool reverse, background, wrap_next;
	char last;
	enum { VT_TEXT, VT_ESCAPE, VT_CSI, VT_STRING, VT_CHARSET } state;
	int params[VT_PARAMS_MAX], param_count;
	bool private;
	int saved_row, saved_column;
	char string[VT_STRING_MAX], reply[VT_REPLY_MAX];
	size_t string_len, reply_len;
	struct vt_cell cells[VT_ROWS_MAX][VT_COLUMNS_MAX];
};

void vt_init(struct vt *vt, int rows, int columns);
void vt_write(struct vt *vt, const uint8_t *bytes, size_t len);
/* A row's text with its end's blanks cut; `text` holds VT_COLUMNS_MAX + 1. */
void vt_row(const struct vt *vt, int row, char *text);
/* How many of a row's cells are marked. */
int vt_marked(const struct vt *vt, int row);

#endif
