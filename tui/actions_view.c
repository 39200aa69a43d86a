/* What the list shows and how it is ordered; pause, help, the end. */
#include <curses.h>
#include <inttypes.h>

#include "actions.h"

static void rows_changed(struct app *app)
{
	app->rows_due = true;
}

/* What is remembered from one run to the next. */
static void remember(struct app *app)
{
	const struct tree_options *o = &app->list.options;

	app->config.mode = o->mode;
	app->config.sort = o->sort;
	app->config.descending = o->descending;
	app->config.kernel_threads = o->kernel_threads;
	app->config.exited = o->gone;
	app->config.changed = true;
}

void act_tree_or_list(struct app *app, int key)
{
	struct tree_options *o = &app->list.options;

	(void)key;
	o->mode = o->mode == TREE_LIST ? TREE_BY_APP : TREE_LIST;
	remember(app);
	rows_changed(app);
}

const char *bar_tree_or_list(const struct app *app)
{
	return app->list.options.mode == TREE_LIST ? "Tree" : "List";
}

void act_by_app_or_parent(struct app *app, int key)
{
	struct tree_options *o = &app->list.options;

	(void)key;
	o->mode = o->mode == TREE_BY_APP ? TREE_BY_PARENT : TREE_BY_APP;
	remember(app);
	rows_changed(app);
}

void sort_by(struct app *app, enum fact_id id)
{
	struct tree_options *o = &app->list.options;

	if (o->sort == id) {
		o->descending = !o->descending;
	} else {
		o->sort = id;
		/* Of numbers the large ones are looked for, as a rule. */
		o->descending = id >= 0 && id != FACT_PID && id != FACT_PPID &&
				id != FACT_UID &&
				fact_table[id].type == VALUE_INT;
	}
	remember(app);
	rows_changed(app);
}

static void sort_chosen(struct app *app, int64_t value)
{
	/* Choosing what is chosen already is no turning around. */
	if (app->list.options.sort != (enum fact_id)value)
		sort_by(app, (enum fact_id)value);
}

void act_sort(struct app *app, int key)
{
	unsigned platform = app_platform(app);

	(void)key;
	menu_begin(&app->menu, "Sort by", sort_chosen);
	menu_add(&app->menu, SLICE_LITERAL("Order of birth"), FACT_NONE);
	for (int i = 0; i < FACT_COUNT; i++) {
		if (fact_table[i].platforms & platform)
			menu_add(&app->menu, slice_text(fact_table[i].label),
				 i);
	}
	menu_open(&app->menu, app->list.options.sort);
	app->mode = MODE_MENU;
}

void act_invert(struct app *app, int key)
{
	(void)key;
	app->list.options.descending = !app->list.options.descending;
	remember(app);
	rows_changed(app);
}

static void user_chosen(struct app *app, int64_t uid)
{
	app->list.options.uid = uid;
	rows_changed(app);
}

static bool menu_has(const struct menu *m, int64_t value)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->values[i] == value)
			return true;
	}
	return false;
}

static void add_user(struct app *app, const struct process *p, int64_t *last)
{
	struct fact uid = process_fact(app->store, p, FACT_UID);
	struct fact name;
	struct text words;

	if (!fact_has_value(&uid) || uid.value.type != VALUE_INT)
		return;
	/* Processes of one user come in runs. */
	if (uid.value.as.integer == *last ||
	    menu_has(&app->menu, uid.value.as.integer))
		return;
	*last = uid.value.as.integer;
	name = process_fact(app->store, p, FACT_USER);
	text_init(&words, 256);
	if (fact_has_value(&name))
		text_add_escaped(&words, value_slice(name.value));
	else
		text_addf(&words, "uid %" PRId64, *last);
	menu_add(&app->menu, text_slice(&words), *last);
	text_release(&words);
}

void act_user(struct app *app, int key)
{
	int64_t last = -1;

	(void)key;
	menu_begin(&app->menu, "User", user_chosen);
	menu_add(&app->menu, SLICE_LITERAL("All users"), -1);
	for (size_t i = 0; i < store_count(app->store); i++)
		add_user(app, store_at(app->store, i), &last);
	menu_open(&app->menu, app->list.options.uid);
	app->mode = MODE_MENU;
}

void act_confined_only(struct app *app, int key)
{
	bool *only = &app->list.options.confined_only;

	(void)key;
	*only = !*only;
	app_say(app, THEME_NORMAL,
		*only ? "Only what is confined, or not known not to be."
		      : "Confined and unconfined.");
	rows_changed(app);
}

void act_kernel_threads(struct app *app, int key)
{
	bool *shown = &app->list.options.kernel_threads;

	(void)key;
	*shown = !*shown;
	app_say(app, THEME_NORMAL,
		*shown ? "With kernel threads." : "Without kernel threads.");
	remember(app);
	rows_changed(app);
}

void act_exited(struct app *app, int key)
{
	bool *shown = &app->list.options.gone;

	(void)key;
	*shown = !*shown;
	app_say(app, THEME_NORMAL,
		*shown ? "With those that have exited."
		       : "Without those that have exited.");
	remember(app);
	rows_changed(app);
}

void act_pause(struct app *app, int key)
{
	const struct screen_options *o = app->options;

	(void)key;
	if (app->ended)
		return;
	app->paused = !app->paused;
	if (!o->live) {
		if (o->ops->pause)
			o->ops->pause(o->probe, app->paused);
		return;
	}
	if (!app->paused) {
		struct event_sink sink = store_sink(app->store);

		held_flush(&app->held, store_now(app->store), &sink);
		rows_changed(app);
	}
}

void act_redraw(struct app *app, int key)
{
	(void)key;
	clearok(curscr, TRUE);
	app->draw_due = true;
}

void act_help(struct app *app, int key)
{
	(void)key;
	app->mode = MODE_HELP;
	app->help_top = 0;
}

void act_quit(struct app *app, int key)
{
	(void)key;
	app->quit = true;
}

void act_close(struct app *app, int key)
{
	(void)key;
	app->menu.open = false;
	app->mode = MODE_PANES;
}

void act_menu_choose(struct app *app, int key)
{
	struct menu *m = &app->menu;

	(void)key;
	act_close(app, 0);
	if (m->cursor < m->count)
		m->chosen(app, m->values[m->cursor]);
}
