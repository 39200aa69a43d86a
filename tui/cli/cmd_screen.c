#include "command.h"

#include <stdlib.h>
#include <unistd.h>

#include "exit.h"
#include "session.h"
#include "../screen.h"

/* How long the first listing may take before targets are looked up. */
static const int64_t begin_limit_ns = 5 * (int64_t)1000000000;

/* A screen needs a terminal that can move its cursor. */
static bool terminal_fits(struct error *err)
{
	const char *term = getenv("TERM");

	if (!term || !*term || !strcmp(term, "dumb")) {
		error_set(err, STATUS_UNSUPPORTED, -1,
			  "the screen needs a terminal, TERM is %s; `sandtree "
			  "tree` prints text",
			  !term || !*term ? "not set" : "dumb");
		return false;
	}
	if (!isatty(STDOUT_FILENO)) {
		error_set(err, STATUS_UNSUPPORTED, -1,
			  "the screen needs a terminal, standard output is "
			  "none; `sandtree tree` prints text");
		return false;
	}
	return true;
}

static enum status check_columns(const struct options *o, struct columns *c,
				 unsigned platform, struct error *err)
{
	if (!o->columns)
		return STATUS_OK;
	columns_default(c, platform, 0);
	return columns_parse(slice_text(o->columns), c, err);
}

static enum status check_filter(const struct options *o, struct error *err)
{
	struct query *filter = NULL;
	enum status status;

	if (!o->filter)
		return STATUS_OK;
	status = query_parse(slice_text(o->filter), &filter, err);
	query_free(filter);
	return status;
}

/* "tre" for "tree": what is no process may be meant as a command. */
static void name_near_commands(const struct session *s, struct error *err)
{
	const char *word = s->options->word_count ? s->options->words[0] : "";
	struct slice names[COMMAND_COUNT];
	struct error why = *err;
	struct text near, shown;
	size_t n = 0;

	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].word[0])
			names[n++] = slice_text(commands[i].word);
	}
	text_init(&near, ERROR_MESSAGE_BYTES / 4);
	text_init(&shown, ERROR_MESSAGE_BYTES / 4);
	text_add_escaped(&shown, slice_text(word));
	if (!s->options->from_count && s->word_count &&
	    s->words[0] == s->options->words[0] &&
	    near_words(&near, slice_text(word), names, n))
		error_set(err, STATUS_NOT_FOUND, -1,
			  "'%s' is no command (near: %s) and no file; %s",
			  shown.ptr, near.ptr, why.message);
	text_release(&near);
	text_release(&shown);
}

static int show(struct session *s, struct error *err)
{
	const struct options *o = s->options;
	struct columns columns;
	struct screen_options screen = {
		.ops = s->ops,
		.probe = s->probe,
		.store = s->store,
		.live = s->live,
		.readonly = o->readonly,
		.no_color = o->no_color,
		.no_mouse = o->no_mouse,
		.no_config = o->no_config,
		.ascii = o->ascii,
		.filter = o->filter,
		.columns = o->columns ? &columns : NULL,
		.title = s->title,
	};
	enum status status;
	int exit;

	/* Targets are looked up among what is there; the platform of a file's
	 * processes stands in its first line. */
	if (s->word_count || o->columns) {
		status = session_begin(s, begin_limit_ns, err);
		if (status == STATUS_OK)
			status = session_find_targets(s, err);
		if (status == STATUS_NOT_FOUND)
			name_near_commands(s, err);
		if (status != STATUS_OK)
			return session_fail(s, err);
	}
	if (!terminal_fits(err))
		return fail(err);
	status = check_columns(o, &columns, session_platform(s), err);
	if (status != STATUS_OK)
		return fail(err);
	screen.targets = s->targets.serials;
	screen.target_count = s->targets.count;
	err->status = STATUS_OK;
	exit = screen_run(&screen, err);
	if (err->status != STATUS_OK)
		return session_fail(s, err);
	return exit;
}

int cmd_screen(const struct options *options)
{
	struct session session = {0};
	struct columns columns;
	struct error err;
	int exit;

	if (check_columns(options, &columns, PLATFORM_ANY, &err) != STATUS_OK ||
	    check_filter(options, &err) != STATUS_OK)
		return fail(&err);
	/* A word that names nothing is told also where no screen can be. */
	if (!options->word_count && !terminal_fits(&err))
		return fail(&err);
	if (session_open(&session, options, options->speed, &err) == STATUS_OK)
		exit = show(&session, &err);
	else
		exit = session_fail(&session, &err);
	session_close(&session);
	return exit;
}
