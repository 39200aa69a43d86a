/* What terminfo knows of the terminal, without opening it. */
#ifndef TUI_TERMINAL_INFO_H
#define TUI_TERMINAL_INFO_H

#include <stdbool.h>

/* known: TERM is set and terminfo has it. colors: 0 none. library: name and
 * version of what reads terminfo and draws the screen; static. */
struct terminal_info {
	bool known;
	int colors;
	const char *library;
};

void terminal_info_read(struct terminal_info *info, int fd);

#endif
