/* Search, filter and going to a pid: what is typed at the bottom. */
#include <curses.h>
#include <inttypes.h>
#include <stdio.h>

#include "actions.h"

static void begin(struct app *app, enum app_mode mode, const struct text *now)
{
	app->mode = mode;
	app->prompt_error = (struct error){.status = STATUS_OK};
	text_reset(&app->before_prompt);
	text_add(&app->before_prompt, text_slice(now));
	prompt_set(&app->prompt, text_slice(now));
}

void act_search(struct app *app, int key)
{
	(void)key;
	begin(app, MODE_SEARCH, &app->search_text);
	/* A new search: what was looked for before is there to be recalled
	 * with n, not to be deleted first. */
	prompt_set(&app->prompt, (struct slice){NULL, 0});
	app->search_from = app->list.cursor;
}

void act_filter(struct app *app, int key)
{
	(void)key;
	begin(app, MODE_FILTER, &app->filter_text);
}

/* Takes over a query; on an error the old one stays. */
static enum status set_query(struct query **query, struct text *kept,
			     struct slice text, struct error *err)
{
	struct query *made = NULL;
	enum status status = STATUS_OK;

	if (text.len)
		status = query_parse(text, &made, err);
	if (status)
		return status;
	query_free(*query);
	*query = made;
	text_reset(kept);
	text_add(kept, text);
	return STATUS_OK;
}

enum status find_set_filter(struct app *app, struct slice text,
			    struct error *err)
{
	enum status status =
		set_query(&app->filter, &app->filter_text, text, err);

	if (status)
		return status;
	app->list.options.filter = app->filter;
	app->rows_due = true;
	return STATUS_OK;
}

static bool found_at(const struct app *app, size_t row)
{
	struct process *p = list_process(&app->list, app->store, row);

	return p && query_ask(app->search, app->store, p) == ANSWER_YES;
}

/* A process that has no row because it is folded away. */
static bool find_folded(struct app *app)
{
	for (size_t i = 0; i < store_count(app->store); i++) {
		struct process *p = store_at(app->store, i);
		size_t row;

		if (tree_find(app->list.tree, p) != SIZE_MAX ||
		    query_ask(app->search, app->store, p) != ANSWER_YES)
			continue;
		tree_reveal(app->list.tree, app->store, p);
		app_update_rows(app);
		row = tree_find(app->list.tree, p);
		if (row == SIZE_MAX)
			continue;
		list_select(&app->list, row);
		return true;
	}
	return false;
}

/* The next row from `from` on, around the end. */
static bool find_row(struct app *app, size_t from, bool forward)
{
	size_t count = app->list.count;

	if (!app->search)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t row = forward ? (from + i) % count
				     : (from + count - i % count) % count;

		if (found_at(app, row)) {
			list_select(&app->list, row);
			return true;
		}
	}
	return find_folded(app);
}

static void search_typed(struct app *app)
{
	if (set_query(&app->search, &app->search_text,
		      prompt_text(&app->prompt), &app->prompt_error))
		return;
	app->prompt_error.status = STATUS_OK;
	if (!app->search || find_row(app, app->search_from, true))
		return;
	error_set(&app->prompt_error, STATUS_NOT_FOUND, -1, "not found");
}

static void filter_typed(struct app *app)
{
	struct error err = {.status = STATUS_OK};

	find_set_filter(app, prompt_text(&app->prompt), &err);
	app->prompt_error = err;
}

void find_apply(struct app *app)
{
	if (!app->typed)
		return;
	app->typed = false;
	if (app->mode == MODE_SEARCH)
		search_typed(app);
	else if (app->mode == MODE_FILTER)
		filter_typed(app);
}

void find_type(struct app *app, int key)
{
	if (prompt_type(&app->prompt, key))
		app->typed = true;
}

void act_prompt_edit(struct app *app, int key)
{
	struct prompt *p = &app->prompt;

	switch (key) {
	case SPECIAL(KEY_LEFT):
		prompt_move(p, PROMPT_LEFT);
		return;
	case SPECIAL(KEY_RIGHT):
		prompt_move(p, PROMPT_RIGHT);
		return;
	case SPECIAL(KEY_HOME):
	case CONTROL('A'):
		prompt_move(p, PROMPT_HOME);
		return;
	case SPECIAL(KEY_END):
	case CONTROL('E'):
		prompt_move(p, PROMPT_END);
		return;
	case SPECIAL(KEY_BACKSPACE):
	case CONTROL('H'):
	case 0x7f:
		prompt_erase_left(p);
		break;
	case SPECIAL(KEY_DC):
		prompt_erase_right(p);
		break;
	case CONTROL('U'):
		prompt_erase_to_start(p);
		break;
	case CONTROL('W'):
		prompt_erase_word(p);
		break;
	default:
		return;
	}
	app->typed = true;
}

void act_prompt_accept(struct app *app, int key)
{
	(void)key;
	find_apply(app);
	/* What is wrong is to be mended or left with Esc. */
	if (app->prompt_error.status == STATUS_USAGE)
		return;
	if (app->mode == MODE_SEARCH && !app->prompt.len)
		find_clear(app);
	app->mode = MODE_PANES;
}

void act_prompt_cancel(struct app *app, int key)
{
	(void)key;
	app->typed = false;
	if (app->mode == MODE_SEARCH) {
		set_query(&app->search, &app->search_text,
			  text_slice(&app->before_prompt), NULL);
		list_select(&app->list, app->search_from);
	} else {
		find_set_filter(app, text_slice(&app->before_prompt), NULL);
	}
	app->mode = MODE_PANES;
}

static void next_match(struct app *app, bool forward)
{
	size_t count = app->list.count;
	size_t from = app->list.cursor;

	if (!app->search || !count) {
		app_say(app, THEME_NORMAL, "Nothing to look for yet: / asks.");
		return;
	}
	from = forward ? (from + 1) % count : (from + count - 1) % count;
	if (!find_row(app, from, forward))
		app_say(app, THEME_WARN, "Not found: %s", app->search_text.ptr);
	app->search_from = app->list.cursor;
}

void act_search_next(struct app *app, int key)
{
	next_match(app, key == 'n');
}

void act_prompt_next(struct app *app, int key)
{
	find_apply(app);
	if (app->mode == MODE_SEARCH && app->search)
		next_match(app, key != SPECIAL(KEY_UP));
}

bool find_clear(struct app *app)
{
	if (app->search) {
		set_query(&app->search, &app->search_text,
			  (struct slice){NULL, 0}, NULL);
		return true;
	}
	if (app->filter) {
		find_set_filter(app, (struct slice){NULL, 0}, NULL);
		return true;
	}
	return false;
}

/* The first row whose pid begins with the digits; the very pid before all. */
static bool go_to_pid(struct app *app, const char *digits)
{
	size_t best = SIZE_MAX, n = strlen(digits);

	for (size_t i = 0; i < app->list.count; i++) {
		struct process *p = list_process(&app->list, app->store, i);
		char pid[24];

		if (!p)
			continue;
		snprintf(pid, sizeof(pid), "%" PRId64, p->pid);
		if (!strcmp(pid, digits)) {
			best = i;
			break;
		}
		if (best == SIZE_MAX && !strncmp(pid, digits, n))
			best = i;
	}
	if (best != SIZE_MAX)
		list_select(&app->list, best);
	return best != SIZE_MAX;
}

void act_digit(struct app *app, int key)
{
	size_t n = strlen(app->pid_digits);

	if (key < '0' || key > '9') { /* Backspace */
		if (n)
			app->pid_digits[n - 1] = '\0';
		if (n < 2)
			return;
	} else if (n < APP_PID_DIGITS) {
		app->pid_digits[n] = (char)key;
		app->pid_digits[n + 1] = '\0';
	}
	if (!go_to_pid(app, app->pid_digits))
		app_say(app, THEME_WARN,
			"No row with a pid that begins with "
			"%s.",
			app->pid_digits);
}
