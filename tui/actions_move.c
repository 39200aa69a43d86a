/* Moving about: keys and mouse. */
#include <curses.h>

#include "actions.h"

enum { WHEEL_LINES = 3 };

static void move_help(struct app *app, int64_t lines)
{
	int64_t to = (int64_t)app->help_top + lines;
	int64_t last = (int64_t)app->help_lines - (int64_t)app->help_height;

	if (to > last)
		to = last;
	app->help_top = to > 0 ? (size_t)to : 0;
}

static void move_dialog(struct columns_dialog *d, int64_t entries)
{
	int64_t to = (int64_t)d->cursor + entries;
	int64_t last = (int64_t)d->count + OPTION_COUNT - 1;

	if (to > last)
		to = last;
	d->cursor = to > 0 ? (size_t)to : 0;
	/* Here too, not only when it is drawn: where the view stands must not
	 * depend on how fast the keys came. */
	if (d->cursor < d->top)
		d->top = d->cursor;
	if (d->height && d->cursor >= d->top + d->height)
		d->top = d->cursor - d->height + 1;
}

void move_by(struct app *app, int64_t lines)
{
	switch (app->mode) {
	case MODE_MENU:
		menu_move(&app->menu, lines);
		break;
	case MODE_COLUMNS:
		move_dialog(&app->dialog, lines);
		break;
	case MODE_HELP:
		move_help(app, lines);
		break;
	case MODE_PANES:
	case MODE_SEARCH:
	case MODE_FILTER:
	case MODE_CONFIRM:
		if (app->in_detail) {
			detail_move(&app->detail, lines);
			detail_show_cursor(&app->detail);
		} else {
			list_move(&app->list, lines);
		}
		break;
	}
}

static int64_t page(const struct app *app)
{
	size_t height = app->list.height;

	if (app->mode == MODE_MENU)
		height = app->menu.height;
	else if (app->mode == MODE_COLUMNS)
		height = app->dialog.height;
	else if (app->mode == MODE_HELP)
		height = app->help_height;
	else if (app->in_detail)
		height = (size_t)app->detail.height;
	/* One line stays, to see where one was. */
	return height > 1 ? (int64_t)height - 1 : 1;
}

void act_move(struct app *app, int key)
{
	bool list = app->mode == MODE_PANES && !app->in_detail;

	switch (key) {
	case SPECIAL(KEY_UP):
		move_by(app, -1);
		break;
	case SPECIAL(KEY_DOWN):
		move_by(app, 1);
		break;
	case SPECIAL(KEY_PPAGE):
		move_by(app, -page(app));
		break;
	case SPECIAL(KEY_NPAGE):
		move_by(app, page(app));
		break;
	case SPECIAL(KEY_HOME):
		move_by(app, INT32_MIN);
		/* From here the first row stays selected. */
		if (list)
			app->list.home = true;
		break;
	case SPECIAL(KEY_END):
		move_by(app, INT32_MAX);
		break;
	default:
		break;
	}
}

static const struct tree_row *selected_row(const struct app *app)
{
	return app->list.cursor < app->list.count
		       ? tree_row(app->list.tree, app->list.cursor)
		       : NULL;
}

static void fold(struct app *app, bool folded)
{
	struct process *p = app_selected(app);

	if (!p)
		return;
	app->list.home = false;
	tree_fold(app->list.tree, p, folded);
	app->rows_due = true;
}

static void turn_tab(struct app *app, int step)
{
	int tab = ((int)app->detail.tab + step + GROUP_COUNT) % GROUP_COUNT;

	detail_set_tab(&app->detail, (enum fact_group)tab);
}

/* To the row that this one hangs under. */
static void go_to_parent(struct app *app, const struct tree_row *row)
{
	size_t at = app->list.cursor;

	while (at > 0 && tree_row(app->list.tree, at)->depth >= row->depth)
		at--;
	if (tree_row(app->list.tree, at)->depth < row->depth)
		list_select(&app->list, at);
}

void act_left(struct app *app, int key)
{
	const struct tree_row *row = selected_row(app);

	(void)key;
	if (app->in_detail)
		turn_tab(app, -1);
	else if (row && row->has_children && !row->folded)
		fold(app, true);
	else if (row && row->depth)
		go_to_parent(app, row);
}

void act_right(struct app *app, int key)
{
	const struct tree_row *row = selected_row(app);

	(void)key;
	if (app->in_detail)
		turn_tab(app, 1);
	else if (row && row->folded)
		fold(app, false);
	else if (row && row->has_children)
		list_move(&app->list, 1);
}

void act_enter(struct app *app, int key)
{
	(void)key;
	if (!app->in_detail)
		app->in_detail = true;
	else
		app->zoomed = !app->zoomed;
}

void act_back(struct app *app, int key)
{
	(void)key;
	if (app->pid_digits[0])
		app->pid_digits[0] = '\0';
	else if (app->in_detail && app->zoomed)
		app->zoomed = false;
	else if (app->in_detail)
		app->in_detail = false;
	else
		find_clear(app);
}

void act_other_pane(struct app *app, int key)
{
	(void)key;
	app->in_detail = !app->in_detail;
	if (!app->in_detail)
		app->zoomed = false;
}

void act_fold(struct app *app, int key)
{
	fold(app, key == '-');
}

/* Folds everything, or opens everything when something is folded. */
void act_fold_all(struct app *app, int key)
{
	bool any = false;

	(void)key;
	for (size_t i = 0; i < app->list.count && !any; i++)
		any = tree_row(app->list.tree, i)->folded;
	tree_fold_all(app->list.tree, app->store, !any);
	app->rows_due = true;
}

void act_follow(struct app *app, int key)
{
	(void)key;
	app->list.follow = !app->list.follow;
	app->list.home = false;
	if (app->list.follow)
		list_move(&app->list, 0);
	app_say(app, THEME_NORMAL,
		app->list.follow ? "The view follows the selected process."
				 : "The view no longer follows.");
}

static void click(struct app *app, struct hit hit)
{
	bool panes = app->mode == MODE_PANES;

	switch (hit.kind) {
	case HIT_ROW:
	case HIT_FOLD:
		if (!panes)
			break;
		app->in_detail = false;
		list_select(&app->list, (size_t)hit.arg);
		if (hit.kind == HIT_FOLD && selected_row(app))
			fold(app, !selected_row(app)->folded);
		break;
	case HIT_HEADING:
		if (panes)
			sort_by(app, (enum fact_id)hit.arg);
		break;
	case HIT_TAB:
		if (!panes)
			break;
		app->in_detail = true;
		detail_set_tab(&app->detail, (enum fact_group)hit.arg);
		break;
	case HIT_DETAIL:
		if (!panes)
			break;
		app->in_detail = true;
		if (hit.arg >= 0)
			app->detail.cursor = (size_t)hit.arg;
		break;
	case HIT_KEY:
		app_key(app, (int)hit.arg);
		break;
	case HIT_MENU:
		if (app->mode == MODE_MENU) {
			app->menu.cursor = (size_t)hit.arg;
			act_menu_choose(app, 0);
		} else if (app->mode == MODE_COLUMNS) {
			app->dialog.cursor = (size_t)hit.arg;
			act_columns_toggle(app, 0);
		}
		break;
	case HIT_OUTSIDE:
		if (app->mode == MODE_MENU)
			act_close(app, 0);
		break;
	case HIT_NONE:
		break;
	}
}

static void wheel(struct app *app, struct hit hit, int64_t lines)
{
	if (app->mode != MODE_PANES) {
		move_by(app, lines);
	} else if (hit.kind == HIT_DETAIL || hit.kind == HIT_TAB) {
		int64_t to = (int64_t)app->detail.top + lines;

		app->detail.top = to > 0 ? (size_t)to : 0;
	} else {
		list_scroll(&app->list, lines);
	}
}

void act_mouse(struct app *app, int key)
{
	MEVENT event;
	struct hit hit;

	(void)key;
	if (getmouse(&event) != OK)
		return;
	hit = view_hit_at(&app->view, event.y, event.x);
	if (event.bstate & BUTTON4_PRESSED)
		wheel(app, hit, -WHEEL_LINES);
#ifdef BUTTON5_PRESSED
	else if (event.bstate & BUTTON5_PRESSED)
		wheel(app, hit, WHEEL_LINES);
#endif
	else if (event.bstate & BUTTON1_PRESSED)
		click(app, hit);
}
