/* The dialog of F2: which columns, in which order, and how it looks. */
#include "actions.h"

const char *option_label(enum columns_option option)
{
	static const char *const labels[] = {
		[OPTION_THEME] = "Colours",
		[OPTION_EXITED] = "Exited processes",
		[OPTION_KERNEL_THREADS] = "Kernel threads",
	};

	_Static_assert(sizeof(labels) / sizeof(labels[0]) == OPTION_COUNT,
		       "a label for every option");
	return labels[option];
}

const char *option_help(enum columns_option option)
{
	static const char *const helps[] = {
		[OPTION_THEME] = "For dark or light terminals; auto asks the "
				 "terminal.",
		[OPTION_EXITED] = "Whether those that have ended stay in the "
				  "list, dimmed.",
		[OPTION_KERNEL_THREADS] = "Whether the kernel's own threads "
					  "are in the list.",
	};

	_Static_assert(sizeof(helps) / sizeof(helps[0]) == OPTION_COUNT,
		       "help for every option");
	return helps[option];
}

const char *option_value(const struct app *app, enum columns_option option)
{
	switch (option) {
	case OPTION_THEME:
		return theme_kind_id(app->config.theme);
	case OPTION_EXITED:
		return app->list.options.gone ? "shown" : "hidden";
	case OPTION_KERNEL_THREADS:
		return app->list.options.kernel_threads ? "shown" : "hidden";
	case OPTION_COUNT:
		break;
	}
	return "";
}

static bool is_chosen(const struct columns *c, enum fact_id id)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->ids[i] == id)
			return true;
	}
	return false;
}

/* The chosen ones in their order, then the rest in the table's. */
static void fill(struct app *app, const struct columns *now)
{
	struct columns_dialog *d = &app->dialog;
	unsigned platform = app_platform(app);

	d->count = 0;
	for (size_t i = 0; i < now->count; i++)
		d->order[d->count++] = now->ids[i];
	d->chosen = d->count;
	for (int i = 0; i < FACT_COUNT; i++) {
		if ((fact_table[i].platforms & platform) &&
		    !is_chosen(now, (enum fact_id)i))
			d->order[d->count++] = (enum fact_id)i;
	}
}

void act_columns(struct app *app, int key)
{
	struct columns_dialog *d = &app->dialog;
	struct columns now;

	(void)key;
	app_columns(app, (size_t)app->view.width, &now);
	d->before = app->columns;
	d->theme_before = app->config.theme;
	d->exited_before = app->list.options.gone;
	d->threads_before = app->list.options.kernel_threads;
	d->cursor = d->top = 0;
	d->touched = d->defaulted = false;
	fill(app, &now);
	app->mode = MODE_COLUMNS;
}

/* What the dialog says is shown behind it at once. */
static void preview(struct app *app)
{
	struct columns_dialog *d = &app->dialog;

	app->columns.count = d->chosen;
	memcpy(app->columns.ids, d->order, d->chosen * sizeof(d->order[0]));
	d->touched = true;
}

static void move_entry(struct columns_dialog *d, size_t from, size_t to)
{
	enum fact_id id = d->order[from];

	if (from < to)
		memmove(&d->order[from], &d->order[from + 1],
			(to - from) * sizeof(id));
	else
		memmove(&d->order[to + 1], &d->order[to],
			(from - to) * sizeof(id));
	d->order[to] = id;
}

static void toggle_option(struct app *app, enum columns_option option)
{
	switch (option) {
	case OPTION_THEME:
		app->config.theme = (enum theme_kind)(
			((int)app->config.theme + 1) % THEME_KIND_COUNT);
		app->config.changed = true;
		app_set_theme(app);
		break;
	case OPTION_EXITED:
		act_exited(app, 0);
		break;
	case OPTION_KERNEL_THREADS:
		act_kernel_threads(app, 0);
		break;
	case OPTION_COUNT:
		break;
	}
}

void act_columns_toggle(struct app *app, int key)
{
	struct columns_dialog *d = &app->dialog;

	(void)key;
	if (d->cursor >= d->count) {
		toggle_option(app, (enum columns_option)(d->cursor - d->count));
		return;
	}
	if (d->cursor < d->chosen) {
		if (d->chosen == 1) {
			app_say(app, THEME_WARN, "One column must stay.");
			return;
		}
		d->chosen--;
		move_entry(d, d->cursor, d->chosen);
	} else {
		if (d->chosen == COLUMNS_MAX) {
			app_say(app, THEME_WARN, "At most %d columns.",
				COLUMNS_MAX);
			return;
		}
		move_entry(d, d->cursor, d->chosen);
		d->chosen++;
		/* The next one down is likely to be wanted too. */
		if (d->cursor + 1 < d->count)
			d->cursor++;
	}
	preview(app);
}

void act_columns_up(struct app *app, int key)
{
	struct columns_dialog *d = &app->dialog;

	(void)key;
	if (!d->cursor || d->cursor >= d->chosen)
		return;
	move_entry(d, d->cursor, d->cursor - 1);
	d->cursor--;
	preview(app);
}

void act_columns_down(struct app *app, int key)
{
	struct columns_dialog *d = &app->dialog;

	(void)key;
	if (d->cursor + 1 >= d->chosen)
		return;
	move_entry(d, d->cursor, d->cursor + 1);
	d->cursor++;
	preview(app);
}

void act_columns_default(struct app *app, int key)
{
	struct columns now;

	(void)key;
	app->columns.count = 0;
	app->dialog.touched = false;
	app->dialog.defaulted = true;
	app_columns(app, (size_t)app->view.width, &now);
	fill(app, &now);
}

static void close_dialog(struct app *app)
{
	struct error err = {.message = ""};

	app->mode = MODE_PANES;
	if (app->options->no_config || !config_save(&app->config, &err))
		return;
	app_say(app, THEME_WARN, "Not remembered: %s", err.message);
}

void act_columns_accept(struct app *app, int key)
{
	(void)key;
	if (app->dialog.touched || app->dialog.defaulted)
		config_set_columns(&app->config, app_platform(app),
				   &app->columns);
	app->dialog.touched = app->dialog.defaulted = false;
	close_dialog(app);
}

void act_columns_cancel(struct app *app, int key)
{
	struct columns_dialog *d = &app->dialog;

	(void)key;
	app->columns = d->before;
	d->touched = d->defaulted = false;
	if (app->config.theme != d->theme_before) {
		app->config.theme = d->theme_before;
		app_set_theme(app);
	}
	if (app->list.options.gone != d->exited_before)
		act_exited(app, 0);
	if (app->list.options.kernel_threads != d->threads_before)
		act_kernel_threads(app, 0);
	app->message[0] = '\0';
	app->mode = MODE_PANES;
}
