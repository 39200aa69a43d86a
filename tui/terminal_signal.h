/* The signals of a terminal program; terminal.c's other half. */
#ifndef TUI_TERMINAL_SIGNAL_H
#define TUI_TERMINAL_SIGNAL_H

#include "terminal.h"

/* Keeps what a fatal signal must write and set to give the terminal back.
 * After setupterm, before anything changes the terminal. */
void terminal_signal_save(int in_fd, int out_fd, bool mouse);

/* Installs the handlers. *wake_fd is read by the caller's select only. */
enum status terminal_signal_start(int *wake_fd, struct error *err);
/* Puts the old handlers back. */
void terminal_signal_end(void);

struct terminal_signals terminal_signal_take(void);

/* Stops this process as the terminal's stop key does by default; returns when
 * it is continued. */
void terminal_signal_stop(void);

#endif
