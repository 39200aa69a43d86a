/* What is done to processes: tagging, signals, copying. */
#include <curses.h>
#include <inttypes.h>
#include <signal.h>

#include "actions.h"
#include "show.h"

enum { SIGNALS_LISTED = 31, NAMES_SHOWN = 3 };

void act_tag(struct app *app, int key)
{
	uint32_t serial = app->list.selected;

	(void)key;
	if (!serial)
		return;
	if (!list_tag(&app->list, serial, !list_tagged(&app->list, serial)))
		app_say(app, THEME_WARN, "At most %d can be tagged.",
			LIST_TAGS_MAX);
	list_move(&app->list, 1);
}

void act_untag(struct app *app, int key)
{
	(void)key;
	app->list.tag_count = 0;
}

/* The i-th of those a signal goes to: what is tagged, else the selected.
 * NULL past the end; *skip for one that has ended. */
static struct process *target(const struct app *app, size_t i, bool *skip)
{
	struct process *p;

	*skip = false;
	if (!app->list.tag_count)
		p = i ? NULL : app_selected(app);
	else if (i < app->list.tag_count)
		p = store_by_serial(app->store, app->list.tags[i]);
	else
		return NULL;
	*skip = !p || !process_alive(p);
	return p;
}

static size_t target_limit(const struct app *app)
{
	return app->list.tag_count ? app->list.tag_count : 1;
}

size_t signal_targets(const struct app *app, struct text *names)
{
	size_t n = 0;

	for (size_t i = 0; i < target_limit(app); i++) {
		bool skip;
		const struct process *p = target(app, i, &skip);

		if (skip || !p)
			continue;
		if (n++ >= NAMES_SHOWN)
			continue;
		if (n > 1)
			text_add_text(names, ", ");
		show_fact(names, app->store, p, FACT_NAME, SHOW_CELL,
			  app->view.ascii);
		text_addf(names, " %" PRId64, p->pid);
	}
	if (n > NAMES_SHOWN)
		text_addf(names, " and %zu more", n - NAMES_SHOWN);
	return n;
}

static void signal_chosen(struct app *app, int64_t number)
{
	app->signal = (int)number;
	app->mode = MODE_CONFIRM;
}

void act_signal(struct app *app, int key)
{
	const struct screen_options *o = app->options;
	struct slice os = value_slice(store_host(app->store)->os);
	struct text words;
	size_t n;

	(void)key;
	if (!o->live || !o->ops->signal) {
		app_say(app, THEME_WARN,
			"No signals: these processes are not running here.");
		return;
	}
	if (o->readonly) {
		app_say(app, THEME_WARN,
			"No signals: started with "
			"--readonly.");
		return;
	}
	text_init(&words, 4096);
	n = signal_targets(app, &words);
	if (!n) {
		app_say(app, THEME_WARN, "What is selected has ended already.");
		goto out;
	}
	menu_begin(&app->menu, "Send signal", signal_chosen);
	for (int i = 1; i <= SIGNALS_LISTED; i++) {
		text_reset(&words);
		text_addf(&words, "%2d ", i);
		show_signal(&words, os, i);
		menu_add(&app->menu, text_slice(&words), i);
	}
	menu_open(&app->menu, SIGTERM);
	app->mode = MODE_MENU;
out:
	text_release(&words);
}

void act_signal_send(struct app *app, int key)
{
	const struct screen_options *o = app->options;
	struct error err = {.message = ""};
	size_t sent = 0, failed = 0;
	struct text words;

	(void)key;
	app->mode = MODE_PANES;
	for (size_t i = 0; i < target_limit(app); i++) {
		bool skip;
		const struct process *p = target(app, i, &skip);

		if (skip || !p)
			continue;
		if (o->ops->signal(o->probe, p->pid, p->started_ns, app->signal,
				   &err))
			failed++;
		else
			sent++;
	}
	text_init(&words, 64);
	show_signal(&words, value_slice(store_host(app->store)->os),
		    app->signal);
	if (failed)
		app_say(app, THEME_BAD, "%s: %zu sent, %zu refused: %s",
			words.ptr, sent, failed, err.message);
	else
		app_say(app, THEME_NORMAL, "%s sent to %zu process%s.",
			words.ptr, sent, sent == 1 ? "" : "es");
	text_release(&words);
	app->list.tag_count = 0;
}

/* In the list what identifies the process; in the detail the value. */
void act_copy(struct app *app, int key)
{
	const struct process *p = app_selected(app);
	struct text words;

	(void)key;
	if (!p)
		return;
	text_init(&words, TERMINAL_COPY_MAX);
	if (app->in_detail)
		text_add(&words,
			 detail_value(&app->detail, app->detail.cursor));
	else
		text_addf(&words, "%" PRId64, p->pid);
	if (words.len) {
		terminal_copy(&app->terminal, text_slice(&words));
		app_say(app, THEME_NORMAL, "Copied: %s%s", words.ptr,
			words.cut ? " (cut)" : "");
	}
	text_release(&words);
}
