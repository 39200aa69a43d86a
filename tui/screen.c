#include "screen.h"

#include <stdlib.h>

#include "app.h"
#include "loop.h"

/* The exit statuses every command shares (DESIGN.md). */
enum {
	DONE = 0,
	USAGE = 64,
	MALFORMED = 65,
	UNAVAILABLE = 69,
	OUR_BUG = 70,
	INPUT_OUTPUT = 74,
	NEEDS_PRIVILEGE = 77,
};

static int exit_of(enum status status)
{
	switch (status) {
	case STATUS_OK:
	case STATUS_CANCELLED:
		return DONE;
	case STATUS_USAGE:
		return USAGE;
	case STATUS_MALFORMED:
	case STATUS_LIMIT:
		return MALFORMED;
	case STATUS_NOT_FOUND:
	case STATUS_UNSUPPORTED:
	case STATUS_TIMEOUT:
		return UNAVAILABLE;
	case STATUS_PRIVILEGE:
		return NEEDS_PRIVILEGE;
	case STATUS_IO:
		return INPUT_OUTPUT;
	case STATUS_MEMORY:
	case STATUS_COUNT:
		break;
	}
	return OUR_BUG;
}

/* no-color.org: set and not empty, whatever it says. */
static bool without_color(const struct screen_options *o)
{
	const char *wish = getenv("NO_COLOR");

	return o->no_color || (wish && *wish);
}

static enum status run(struct app *app, struct error *err)
{
	const struct screen_options *o = app->options;
	bool ask = !without_color(o) && app->config.theme == THEME_AUTO;
	enum status status =
		terminal_open(&app->terminal, !o->no_mouse, ask, err);

	if (status)
		return status;
	app->view.utf8 = app->terminal.utf8;
	app->view.ascii = o->ascii || !app->terminal.utf8;
	app->no_color = without_color(o);
	app_set_theme(app);
	status = loop_run(app, err);
	terminal_close(&app->terminal);
	return status;
}

int screen_run(const struct screen_options *options, struct error *err)
{
	struct error local = {.message = ""};
	struct app *app = calloc(1, sizeof(*app));
	enum status status;
	int result;

	if (!err)
		err = &local;
	if (!app) {
		error_set(err, STATUS_MEMORY, -1, "no memory for the screen");
		return OUR_BUG;
	}
	status = app_init(app, options, err);
	if (!status)
		status = run(app, err);
	/* What was changed by hand is kept, also when the end was sudden. */
	if (!options->no_config && config_save(&app->config, NULL))
		status = status ? status : STATUS_OK;
	result = status ? exit_of(status) : app->exit_status;
	app_release(app);
	free(app);
	return result;
}
