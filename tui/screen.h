/* The screen: one call that returns when the person quits. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "columns.h"
#include "../probes/probe.h"
#include "../model/query.h"

/* What the command line asks of the screen; everything is borrowed. */
struct screen_options {
	const struct probe_ops *ops;
	struct probe *probe;
	struct store *store;
	bool live; /* a live system: signals may be sent */
	bool readonly;
	bool no_color, no_mouse, ascii;
	bool no_config;     /* neither read nor write the config file */
	const char *filter; /* text of a query, NULL */
	const struct columns *columns; /* NULL: the config's or the default */
	/* Only the trees of these processes (serials); count 0: all. */
	const uint32_t *targets;
	size_t target_count;
	const char *title; /* "live", or the file's name */
};

/* The exit status of the program. The terminal is as it was, also after an
 * error, which err then tells. */
int screen_run(const struct screen_options *options, struct error *err);

#endif
