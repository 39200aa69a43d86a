/* What keys and clicks do; keys.c ties them to keys. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include "app.h"

/* actions_move.c */
void act_move(struct app *app, int key);
void act_left(struct app *app, int key);
void act_right(struct app *app, int key);
void act_enter(struct app *app, int key);
void act_back(struct app *app, int key);
void act_other_pane(struct app *app, int key);
void act_fold(struct app *app, int key);
void act_fold_all(struct app *app, int key);
void act_follow(struct app *app, int key);
void act_mouse(struct app *app, int key);
/* Moves what has the keys: rows, items, entries or lines. */
void move_by(struct app *app, int64_t lines);

/* actions_find.c */
void act_search(struct app *app, int key);
void act_search_next(struct app *app, int key);
void act_filter(struct app *app, int key);
void act_digit(struct app *app, int key);
void act_prompt_edit(struct app *app, int key);
void act_prompt_accept(struct app *app, int key);
void act_prompt_cancel(struct app *app, int key);
void act_prompt_next(struct app *app, int key);
/* A character that is no key of the prompt's. */
void find_type(struct app *app, int key);
/* Searches or filters for what was typed. On a large machine that takes
 * longer than a key may: the loop shows what was typed first. */
void find_apply(struct app *app);
/* Takes a filter that was given on the command line. */
enum status find_set_filter(struct app *app, struct slice text,
			    struct error *err);
/* Esc in the list: search marks, then the filter go. False: neither was. */
bool find_clear(struct app *app);

/* actions_view.c */
void act_tree_or_list(struct app *app, int key);
void act_by_app_or_parent(struct app *app, int key);
void act_sort(struct app *app, int key);
void act_invert(struct app *app, int key);
void act_user(struct app *app, int key);
void act_confined_only(struct app *app, int key);
void act_kernel_threads(struct app *app, int key);
void act_exited(struct app *app, int key);
void act_pause(struct app *app, int key);
void act_redraw(struct app *app, int key);
void act_help(struct app *app, int key);
void act_quit(struct app *app, int key);
void act_menu_choose(struct app *app, int key);
void act_close(struct app *app, int key);
/* Sorts by a column; a second time turns it around. */
void sort_by(struct app *app, enum fact_id id);
const char *bar_tree_or_list(const struct app *app);

/* actions_process.c */
void act_tag(struct app *app, int key);
void act_untag(struct app *app, int key);
void act_signal(struct app *app, int key);
void act_signal_send(struct app *app, int key);
void act_copy(struct app *app, int key);
/* "chromium 18530, chromium 18531 and 3 more": whom a signal goes to. */
size_t signal_targets(const struct app *app, struct text *names);

/* actions_columns.c */
void act_columns(struct app *app, int key);
void act_columns_toggle(struct app *app, int key);
void act_columns_up(struct app *app, int key);
void act_columns_down(struct app *app, int key);
void act_columns_default(struct app *app, int key);
void act_columns_accept(struct app *app, int key);
void act_columns_cancel(struct app *app, int key);
/* Entries after the columns: what else the dialog sets. */
enum columns_option {
	OPTION_THEME,
	OPTION_EXITED,
	OPTION_KERNEL_THREADS,
	OPTION_COUNT,
};
/* An entry as it stands in the dialog: "theme", "dark". */
const char *option_label(enum columns_option option);
const char *option_value(const struct app *app, enum columns_option option);
const char *option_help(enum columns_option option);

#endif
