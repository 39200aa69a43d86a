/*
 * What the screen remembers: $XDG_CONFIG_HOME/sandtree/config, or
 * ~/.config/sandtree/config. Lines of `key = value`; # begins a comment:
 *
 *	columns.linux   column ids with commas, as --columns takes them
 *	columns.macos   the same for a Mac's processes
 *	mode            app, parent or list
 *	sort            a fact id, with - before it downwards; or none
 *	theme           auto, dark or light
 *	kernel_threads  yes or no
 *	exited          yes or no
 *
 * Lines that are not understood are named, passed over, and kept when the
 * file is written.
 */
#ifndef TUI_CONFIG_H
#define TUI_CONFIG_H

#include "columns.h"
#include "theme.h"
#include "../model/tree.h"

enum { CONFIG_BYTES_MAX = 64 << 10 };

struct config {
	struct columns linux_columns, macos_columns; /* count 0: not chosen */
	enum tree_mode mode;
	enum fact_id sort;
	bool descending;
	enum theme_kind theme;
	bool kernel_threads, exited;
	char *path;          /* NULL: nowhere to keep it */
	struct text as_read; /* the file's text */
	bool changed;        /* by the person; to be written */
};

void config_init(struct config *c);
void config_release(struct config *c);

/* A file that is not there is no error. STATUS_MALFORMED with line, and what
 * could be read is taken over: the first such line is told. */
enum status config_load(struct config *c, struct error *err);

/* Reads text as a file's. */
enum status config_parse(struct config *c, struct slice text,
			 struct error *err);
/* The file's text with what c says now. */
void config_add_text(struct text *t, const struct config *c);

/* Writes a new file and puts it in the old one's place, when `changed`. */
enum status config_save(struct config *c, struct error *err);

/* The columns chosen for a platform, NULL when nobody chose. */
const struct columns *config_columns(const struct config *c, unsigned platform);
void config_set_columns(struct config *c, unsigned platform,
			const struct columns *columns);

#endif
