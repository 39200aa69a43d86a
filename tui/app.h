/*
 * The screen's state while it runs, and what changes it. Keys and the mouse
 * call actions (actions_*.c), actions change this, view_* draw it.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "config.h"
#include "counts.h"
#include "detail.h"
#include "held.h"
#include "keys.h"
#include "list.h"
#include "menu.h"
#include "prompt.h"
#include "screen.h"
#include "terminal.h"
#include "view.h"

enum app_mode {
	MODE_PANES,
	MODE_SEARCH, /* typing into the prompt */
	MODE_FILTER,
	MODE_MENU,
	MODE_COLUMNS,
	MODE_CONFIRM, /* a signal, about to be sent */
	MODE_HELP,
};

enum { APP_MESSAGE_BYTES = 512, APP_PID_DIGITS = 10 };

/* The dialog of F2. order: facts, the chosen ones first. */
struct columns_dialog {
	enum fact_id order[FACT_COUNT];
	size_t count, chosen;
	size_t cursor, top, height;
	bool touched;   /* columns were changed */
	bool defaulted; /* back to what is shown when nobody chose */
	/* For Esc. */
	struct columns before;
	enum theme_kind theme_before;
	bool exited_before, threads_before;
};

struct app {
	const struct screen_options *options;
	struct store *store;
	struct terminal terminal;
	struct theme theme;
	struct config config;
	struct view view;
	struct list list;
	struct detail detail;
	struct menu menu;
	struct prompt prompt;
	struct columns_dialog dialog;
	struct held held;
	struct counts counts;

	enum app_mode mode;
	bool in_detail; /* the detail has the keys */
	bool zoomed;    /* and most of the screen */
	size_t help_top, help_lines, help_height;

	/* From the command line or the dialog; count 0: the config's. */
	struct columns columns;

	struct query *filter, *search;
	struct text filter_text, search_text;
	struct error prompt_error; /* status OK: what is typed is fine */
	struct text before_prompt; /* what Esc goes back to */
	size_t search_from;        /* the row a search began at */
	bool typed;                /* and not yet searched or filtered for */

	char pid_digits[APP_PID_DIGITS + 1];
	int signal; /* to be confirmed */

	char message[APP_MESSAGE_BYTES];
	enum theme_role message_role;
	int64_t message_until_ns; /* monotonic */

	bool no_color;
	bool paused, ended; /* ended: a recording has been played */
	bool rows_due;      /* the rows must be made anew now */
	bool draw_due;
	bool gone; /* the terminal is no longer there */
	bool quit;
	int exit_status;
	struct error error; /* why the screen ended, when it failed */
};

enum status app_init(struct app *app, const struct screen_options *options,
		     struct error *err);
void app_release(struct app *app);

/* What the keys mean now. */
unsigned app_context(const struct app *app);
void app_key(struct app *app, int key);

/* The store's platform (PLATFORM_LINUX or PLATFORM_MACOS). */
unsigned app_platform(const struct app *app);
/* The columns that are shown at a width of the terminal. */
void app_columns(const struct app *app, size_t width, struct columns *out);
struct process *app_selected(const struct app *app);
/* Takes over the colours the config asks for. */
void app_set_theme(struct app *app);

/* Monotonic nanoseconds, for when things are due. */
int64_t app_clock(void);
/* Shows a line in the status line for a while. */
void app_say(struct app *app, enum theme_role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Draws the whole screen. */
void app_draw(struct app *app);
/* Rows anew if something they depend on changed. */
void app_update_rows(struct app *app);

#endif
