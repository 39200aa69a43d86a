#include "app.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "actions.h"
#include "sources.h"
#include "views.h"
#include "cli/exit.h"

enum {
	WIDE = 140,      /* the detail stands at the right from here on */
	BESIDE_MAX = 76, /* its width then */
	DETAIL_MIN = 4,  /* lines; less is left to the tree */
	TREE_MIN = 4,
	QUERY_TEXT_MAX = QUERY_BYTES_MAX,
	/* In the default columns the name keeps this much. */
	NAME_ROOM = 36,
	NARROW = 100,
};

static const int64_t message_ns = 6 * (int64_t)1000000000;

int64_t app_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void app_say(struct app *app, enum theme_role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->message, sizeof(app->message), format, args);
	va_end(args);
	app->message_role = role;
	app->message_until_ns = app_clock() + message_ns;
	app->draw_due = true;
}

unsigned app_platform(const struct app *app)
{
	return slice_is(value_slice(store_host(app->store)->os), "macos")
		       ? PLATFORM_MACOS
		       : PLATFORM_LINUX;
}

struct process *app_selected(const struct app *app)
{
	return list_selected(&app->list, app->store);
}

static size_t place_of(const struct columns *c, enum fact_id id)
{
	size_t i = 0;

	while (i < c->count && c->ids[i] != id)
		i++;
	return i;
}

static void take_out(struct columns *c, enum fact_id id)
{
	size_t at = place_of(c, id);

	if (at == c->count)
		return;
	c->count--;
	memmove(&c->ids[at], &c->ids[at + 1],
		(c->count - at) * sizeof(c->ids[0]));
}

/* The last column that can go before the name gets too narrow; count: none. */
static size_t least_needed(const struct columns *c)
{
	for (size_t i = c->count; i > 0; i--) {
		enum fact_id id = c->ids[i - 1];

		if (id != FACT_PID && id != FACT_NAME && id != FACT_SANDBOX &&
		    id != FACT_DENIALS)
			return i - 1;
	}
	return c->count;
}

/* What nobody chose may be fitted to the room: the name keeps enough for its
 * tree lines; role and exit join it where the terminal is narrow. */
static void fit_default(const struct app *app, struct columns *c, size_t width)
{
	size_t widths[COLUMNS_MAX];

	/* A column of question marks tells no more than the header's one. */
	if (!sources_see(app->store, GROUP_DENIALS, app_platform(app)) &&
	    !store_counts(app->store)->denials)
		take_out(c, FACT_DENIALS);
	if (width < NARROW) {
		take_out(c, FACT_ROLE);
		take_out(c, FACT_EXIT);
		/* The tag says it too. */
		take_out(c, FACT_SECCOMP_MODE);
	}
	for (;;) {
		size_t name = place_of(c, FACT_NAME);
		size_t least = least_needed(c);

		columns_layout(c, width, widths);
		if (name == c->count || widths[name] >= NAME_ROOM ||
		    least == c->count)
			return;
		take_out(c, c->ids[least]);
	}
}

void app_columns(const struct app *app, size_t width, struct columns *out)
{
	unsigned platform = app_platform(app);
	const struct columns *chosen = config_columns(&app->config, platform);

	if (app->columns.count) {
		*out = app->columns;
	} else if (chosen && !app->dialog.defaulted) {
		*out = *chosen;
	} else {
		columns_default(out, platform, (size_t)app->view.width);
		fit_default(app, out, width);
	}
}

void app_set_theme(struct app *app)
{
	theme_setup(&app->theme, app->config.theme, app->terminal.background,
		    app->no_color);
}

unsigned app_context(const struct app *app)
{
	switch (app->mode) {
	case MODE_SEARCH:
	case MODE_FILTER:
		return IN_PROMPT;
	case MODE_MENU:
		return IN_MENU;
	case MODE_COLUMNS:
		return IN_COLUMNS;
	case MODE_CONFIRM:
		return IN_CONFIRM;
	case MODE_HELP:
		return IN_HELP;
	case MODE_PANES:
		break;
	}
	return app->in_detail ? IN_DETAIL : IN_LIST;
}

static bool is_pid_key(const struct key_action *action)
{
	return action && action->run == act_digit;
}

void app_key(struct app *app, int key)
{
	const struct key_action *action = key_find(key, app_context(app));

	app->draw_due = true;
	/* What was said has been seen when another key is pressed. */
	app->message[0] = '\0';
	if (app->mode == MODE_PANES && !is_pid_key(action) && key != 27)
		app->pid_digits[0] = '\0';
	if (action)
		action->run(app, key);
	else if (app->mode == MODE_SEARCH || app->mode == MODE_FILTER)
		find_type(app, key);
	else if (app->mode == MODE_MENU)
		menu_jump(&app->menu, key);
}

void app_update_rows(struct app *app)
{
	enum status status = list_update(&app->list, app->store, &app->error);

	app->rows_due = false;
	if (status) {
		app->quit = true;
		app->exit_status = EXIT_OUR_BUG;
	}
}

/* How the lines between header and status line are shared. */
static void share(const struct app *app, struct area body, struct area *tree,
		  struct area *detail)
{
	*tree = *detail = body;
	if (body.width >= WIDE) {
		detail->width = body.width * 2 / 5;
		if (detail->width > BESIDE_MAX)
			detail->width = BESIDE_MAX;
		if (app->zoomed && app->in_detail)
			detail->width = body.width - 60;
		tree->width = body.width - detail->width - 2;
		detail->x = tree->x + tree->width + 2;
		return;
	}
	detail->height = body.height * 2 / 5;
	if (app->zoomed && app->in_detail)
		detail->height = body.height - TREE_MIN;
	if (detail->height < DETAIL_MIN ||
	    body.height - detail->height < TREE_MIN) {
		/* No room for two: the one that has the keys. */
		if (app->in_detail)
			tree->height = 0;
		else
			detail->height = 0;
		if (app->in_detail)
			detail->height = body.height;
		return;
	}
	tree->height = body.height - detail->height;
	detail->y = tree->y + tree->height;
}

static void draw_panes(struct app *app, struct area body)
{
	struct area tree, detail;

	share(app, body, &tree, &detail);
	if (tree.height > 0)
		view_tree(app, tree);
	if (detail.height > 0)
		view_detail(app, detail);
	if (body.width >= WIDE)
		view_upright(&app->view, body.y, detail.x - 1, body.height,
			     ink(THEME_DIM, SURFACE_PLAIN));
}

void app_draw(struct app *app)
{
	struct view *v = &app->view;
	struct area head, body, status, bar;
	bool dialog = app->mode == MODE_MENU || app->mode == MODE_COLUMNS ||
		      app->mode == MODE_CONFIRM;

	view_begin(v);
	head = body = status = bar = (struct area){0, 0, 0, v->width};
	head.height = v->height >= 14 ? 2 : v->height >= 6 ? 1 : 0;
	status.height = v->height >= 4;
	bar.height = v->height >= 8;
	body.y = head.height;
	body.height = v->height - head.height - status.height - bar.height;
	status.y = body.y + body.height;
	bar.y = status.y + status.height;
	view_head(app, head);
	if (app->mode == MODE_HELP)
		view_help(app, body);
	else
		draw_panes(app, body);
	if (status.height)
		view_status(app, status);
	if (dialog)
		view_hit(v, (struct area){0, 0, v->height, v->width},
			 HIT_OUTSIDE, 0);
	if (bar.height)
		view_keybar(app, bar);
	if (app->mode == MODE_MENU)
		menu_draw(&app->menu, v, body);
	else if (app->mode == MODE_COLUMNS)
		view_columns(app, body);
	else if (app->mode == MODE_CONFIRM)
		view_confirm(app, body);
	view_end(v);
	app->draw_due = false;
}

static void apply_config(struct app *app)
{
	struct tree_options *o = &app->list.options;
	const struct config *c = &app->config;

	o->mode = c->mode;
	o->sort = c->sort;
	o->descending = c->descending;
	o->kernel_threads = c->kernel_threads;
	o->gone = c->exited;
}

static void load_config(struct app *app)
{
	struct error err = {.message = ""};

	if (app->options->no_config)
		return;
	if (!config_load(&app->config, &err)) {
		apply_config(app);
		return;
	}
	apply_config(app);
	if (err.line)
		app_say(app, THEME_WARN, "%s:%zu: %s; the rest is used.",
			app->config.path ? app->config.path : "config",
			err.line, err.message);
	else
		app_say(app, THEME_WARN, "The config is not read: %s.",
			err.message);
}

enum status app_init(struct app *app, const struct screen_options *options,
		     struct error *err)
{
	enum status status;

	*app = (struct app){.options = options, .store = options->store};
	config_init(&app->config);
	view_init(&app->view);
	detail_init(&app->detail);
	menu_init(&app->menu);
	held_init(&app->held, store_pool(options->store));
	text_init(&app->filter_text, QUERY_TEXT_MAX);
	text_init(&app->search_text, QUERY_TEXT_MAX);
	text_init(&app->before_prompt, QUERY_TEXT_MAX);
	status = counts_init(&app->counts, options->targets,
			     options->target_count, err);
	if (!status)
		status = list_init(&app->list, err);
	if (status)
		return status;
	app->view.theme = &app->theme;
	if (options->columns)
		app->columns = *options->columns;
	app->list.options.roots = options->targets;
	app->list.options.root_count = options->target_count;
	load_config(app);
	if (options->filter)
		status = find_set_filter(app, slice_text(options->filter), err);
	return status;
}

void app_release(struct app *app)
{
	query_free(app->filter);
	query_free(app->search);
	text_release(&app->filter_text);
	text_release(&app->search_text);
	text_release(&app->before_prompt);
	list_release(&app->list);
	held_release(&app->held);
	counts_release(&app->counts);
	menu_release(&app->menu);
	detail_release(&app->detail);
	view_release(&app->view);
	config_release(&app->config);
}
