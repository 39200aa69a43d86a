#include "loop.h"

#include <errno.h>
#include <sys/select.h>

#include "actions.h"

enum {
	KEYS_PER_WAKE = 256,
	LOOK_AT_MAX = 512, /* rows a terminal can show, as far as we care */
};

static const int64_t millisecond = 1000000;
/* What the probe may take while keys wait, and else. */
static const int64_t budget_busy_ns = 4 * (int64_t)1000000;
static const int64_t budget_ns = 8 * (int64_t)1000000;
static const int64_t tick_ns = 1000 * (int64_t)1000000;
/* Rows are made anew at most so often; where that is much work, less often, so
 * that churn on a large machine does not cost a tenth of a processor. */
static const int64_t change_ns = 100 * (int64_t)1000000;
static const int64_t change_max_ns = 500 * (int64_t)1000000;
static const int64_t work_share = 40;
/* Rows that have just come into view are read so soon. */
static const int64_t look_soon_ns = 60 * (int64_t)1000000;

struct loop {
	struct app *app;
	int64_t tick_at, rows_at, drawn_at; /* rows_at: earliest next time */
	size_t looked_top, looked_height;
	uint32_t looked_selected;
	bool more; /* the probe stopped because of its budget */
	bool listed;
	struct event_sink sink;
};

static void answer_signals(struct app *app)
{
	struct terminal_signals now = terminal_signals(&app->terminal);

	if (now.ended) {
		app->quit = true;
		/* Ctrl-C is one way to leave a screen. */
		app->exit_status = now.ended == 2 ? 0 : 128 + now.ended;
		return;
	}
	if (now.stop)
		terminal_suspend(&app->terminal);
	if (now.resized || now.continued || now.stop)
		terminal_resize(&app->terminal);
	if (now.resized || now.continued || now.stop)
		app->draw_due = true;
}

/* True when there was one. */
static bool answer_keys(struct app *app, bool readable)
{
	int n = 0;

	while (n < KEYS_PER_WAKE && !app->quit) {
		int key = terminal_key(&app->terminal);

		if (key == TERMINAL_NO_KEY)
			break;
		app_key(app, key);
		n++;
	}
	if (!n && readable && !terminal_alive(&app->terminal)) {
		app->quit = true;
		app->gone = true;
	}
	return n > 0;
}

/* Which processes are on the screen: the probe keeps those fresh. */
static void tell_probe(struct loop *l)
{
	struct app *app = l->app;
	const struct list *list = &app->list;
	const struct process *selected = app_selected(app);
	int64_t pids[LOOK_AT_MAX];
	size_t n = 0;

	if (!app->options->ops->look_at)
		return;
	for (size_t i = 0; i < list->height && n < LOOK_AT_MAX; i++) {
		const struct process *p =
			list_process(list, app->store, list->top + i);

		if (p && process_alive(p))
			pids[n++] = p->pid;
	}
	app->options->ops->look_at(
		app->options->probe, pids, n,
		selected && process_alive(selected) ? selected->pid : 0);
	l->looked_top = list->top;
	l->looked_height = list->height;
	l->looked_selected = list->selected;
}

static void tick(struct loop *l, int64_t now)
{
	struct app *app = l->app;

	/* Not in step with what was missed while we were stopped. */
	l->tick_at = now + tick_ns;
	app->draw_due = true;
	if (app->message[0] && now >= app->message_until_ns)
		app->message[0] = '\0';
	if (app->paused || app->ended)
		return;
	tell_probe(l);
	if (app->options->ops->tick)
		app->options->ops->tick(app->options->probe);
}

static bool pumps(const struct app *app)
{
	return !app->ended && !app->held.full;
}

static enum status pump(struct loop *l, bool busy, struct error *err)
{
	struct app *app = l->app;
	const struct screen_options *o = app->options;
	struct event_sink held = held_sink(&app->held);
	enum status status;

	l->more = false;
	if (!pumps(app))
		return STATUS_OK;
	status = o->ops->pump(o->probe, busy ? budget_busy_ns : budget_ns,
			      app->paused && o->live ? &held : &l->sink,
			      &l->more, err);
	if (!app->paused || !o->live)
		store_set_now(app->store, o->ops->now(o->probe));
	if (status != STATUS_CANCELLED)
		return status;
	app->ended = true;
	app->rows_due = app->draw_due = true;
	return STATUS_OK;
}

/* Rows anew when a key asked, or something changed and it is time. */
static void update(struct loop *l, int64_t now)
{
	struct app *app = l->app;
	bool changed = store_generation(app->store) != app->list.updated;
	bool listed = store_listed(app->store) && !l->listed;
	int64_t begun, pause;

	if (!app->rows_due && !listed && (!changed || now < l->rows_at))
		return;
	l->listed = store_listed(app->store);
	begun = app_clock();
	app_update_rows(app);
	pause = (app_clock() - begun) * work_share;
	if (pause < change_ns)
		pause = change_ns;
	if (pause > change_max_ns)
		pause = change_max_ns;
	l->rows_at = app_clock() + pause;
	app->draw_due = true;
}

static void draw(struct loop *l)
{
	struct app *app = l->app;

	if (!app->draw_due)
		return;
	app_draw(app);
	if (l->looked_top != app->list.top ||
	    l->looked_height != app->list.height ||
	    l->looked_selected != app->list.selected) {
		int64_t soon = app_clock() + look_soon_ns;

		l->looked_top = app->list.top;
		l->looked_height = app->list.height;
		l->looked_selected = app->list.selected;
		if (l->tick_at > soon)
			l->tick_at = soon;
	}
}

/* What the keys asked for, before anything else is done. */
static void answer(struct loop *l)
{
	struct app *app = l->app;

	if (app->rows_due)
		app_update_rows(app);
	draw(l);
	if (!app->typed)
		return;
	find_apply(app);
	if (app->rows_due)
		app_update_rows(app);
	app->draw_due = true;
	draw(l);
}

static int64_t next_due(const struct loop *l)
{
	const struct app *app = l->app;
	int64_t due = l->tick_at;

	if (l->more)
		return 0;
	if (store_generation(app->store) != app->list.updated &&
	    l->rows_at < due)
		due = l->rows_at;
	if (pumps(app)) {
		int64_t probe =
			app->options->ops->deadline(app->options->probe);

		if (probe < due)
			due = probe;
	}
	return due;
}

/* Sleeps until something is to be done. *readable: the terminal has keys, or
 * is gone. */
static enum status wait(struct loop *l, bool *readable, struct error *err)
{
	struct app *app = l->app;
	int keys = app->terminal.in_fd, wake = app->terminal.wake_fd;
	int probe = pumps(app)
			    ? app->options->ops->descriptor(app->options->probe)
			    : -1;
	int most = keys > wake ? keys : wake;
	int64_t left = next_due(l) - app_clock();
	struct timespec timeout;
	fd_set set;

	if (most < probe)
		most = probe;
	if (most >= FD_SETSIZE)
		return error_set(err, STATUS_LIMIT, -1,
				 "descriptor %d is over what select takes",
				 most);
	if (left < 0)
		left = 0;
	timeout.tv_sec = (time_t)(left / (1000 * millisecond));
	timeout.tv_nsec = (long)(left % (1000 * millisecond));
	FD_ZERO(&set);
	FD_SET(keys, &set);
	FD_SET(wake, &set);
	if (probe >= 0)
		FD_SET(probe, &set);
	*readable = false;
	if (pselect(most + 1, &set, NULL, NULL, &timeout, NULL) < 0) {
		if (errno == EINTR)
			return STATUS_OK;
		return error_set(err, STATUS_IO, -1, "select: %s",
				 strerror(errno));
	}
	*readable = FD_ISSET(keys, &set);
	return STATUS_OK;
}

enum status loop_run(struct app *app, struct error *err)
{
	struct loop l = {.app = app, .sink = store_sink(app->store)};
	enum status status = STATUS_OK;
	bool readable = false;

	app->draw_due = app->rows_due = true;
	l.tick_at = app_clock() + tick_ns;
	while (!app->quit && !status) {
		bool busy;
		int64_t now;

		answer_signals(app);
		busy = answer_keys(app, readable);
		if (busy)
			answer(&l);
		if (app->quit)
			break;
		status = pump(&l, busy, err);
		if (status)
			break;
		now = app_clock();
		if (now >= l.tick_at)
			tick(&l, now);
		update(&l, now);
		draw(&l);
		status = wait(&l, &readable, err);
	}
	if (!status && app->error.status) {
		*err = app->error;
		status = app->error.status;
	}
	return status;
}
