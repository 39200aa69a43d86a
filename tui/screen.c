#include "screen.h"

#include <stdlib.h>

#include "app.h"
#include "loop.h"
#include "cli/exit.h"

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
		return EXIT_OUR_BUG;
	}
	status = app_init(app, options, err);
	if (!status)
		status = run(app, err);
	/* What was changed by hand is kept, also when the end was sudden. */
	if (!options->no_config && config_save(&app->config, NULL))
		status = status ? status : STATUS_OK;
	result = status ? exit_from_status(status) : app->exit_status;
	app_release(app);
	free(app);
	return result;
}
