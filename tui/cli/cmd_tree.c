#include "command.h"

#include "exit.h"
#include "record.h"
#include "session.h"
#include "tree_print.h"

/* Without a width, what is wide enough for every column. */
enum { UNLIMITED_WIDTH = 1 << 16 };

static enum status choose_columns(const struct session *s,
				  const struct output *out, struct columns *c,
				  struct error *err)
{
	const char *chosen = s->options->columns;

	columns_default(c, session_platform(s),
			out->columns ? out->columns : UNLIMITED_WIDTH);
	return chosen ? columns_parse(slice_text(chosen), c, err) : STATUS_OK;
}

static size_t count_matches(const struct tree *tree)
{
	size_t n = 0;

	for (size_t i = 0; i < tree_count(tree); i++)
		n += tree_row(tree, i)->matches;
	return n;
}

static enum status print_tree(const struct session *s, struct output *out,
			      const struct tree *tree, struct error *err)
{
	const struct options *o = s->options;
	struct columns columns;
	enum status status;
	bool all = !o->filter && !s->targets.count;

	if (o->json)
		return tree_print_json(out, s, tree, o->by, err);
	status = choose_columns(s, out, &columns, err);
	if (status != STATUS_OK)
		return status;
	tree_print_head(out, s, count_matches(tree), all);
	return tree_print_text(out, s, tree, &columns, err);
}

static enum status lay_out_and_print(struct session *s, struct output *out,
				     const struct query *filter,
				     struct error *err)
{
	const struct options *o = s->options;
	struct tree_options how = {
		.mode = o->by,
		.sort = o->sort,
		.descending = o->descending,
		.kernel_threads = o->all,
		.gone = true,
		.filter = filter,
		.uid = -1,
		.roots = s->targets.serials,
		.root_count = s->targets.count,
	};
	struct tree *tree = tree_new();
	enum status status;

	if (!tree)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	status = tree_update(tree, s->store, &how, NULL, err);
	if (status == STATUS_OK)
		status = print_tree(s, out, tree, err);
	tree_free(tree);
	return status;
}

/* What can be wrong is said before anything is read. */
static enum status check_words(const struct options *o, struct query **filter,
			       struct error *err)
{
	struct columns columns;
	enum status status;

	columns_default(&columns, PLATFORM_LINUX, UNLIMITED_WIDTH);
	if (o->columns) {
		status = columns_parse(slice_text(o->columns), &columns, err);
		if (status != STATUS_OK)
			return status;
	}
	if (!o->filter)
		return STATUS_OK;
	return query_parse(slice_text(o->filter), filter, err);
}

static int end_recording(struct session *s, int exit)
{
	struct recorder *r = s->recorder;
	struct error err;

	s->recorder = NULL;
	if (recorder_close(r, &err) == STATUS_OK || exit)
		return exit;
	return fail(&err);
}

static int start_recording(struct session *s)
{
	struct error err;

	if (!s->options->record ||
	    recorder_open(s->options->record, &s->recorder, &err) == STATUS_OK)
		return EXIT_DONE;
	fprintf(stderr, "sandtree: --record: cannot create the file: %s\n",
		err.message);
	return EXIT_NOT_CREATED;
}

static int show(struct session *s, const struct query *filter)
{
	struct output out;
	struct error err;
	enum status status;
	int exit = EXIT_DONE;

	if (s->options->record || s->options->for_ns)
		session_catch_interrupt();
	status = session_load(s, &err);
	if (status == STATUS_OK)
		status = session_find_targets(s, &err);
	if (status != STATUS_OK)
		return session_fail(s, &err);
	output_init(&out, 1, s->options->no_color, s->options->ascii);
	status = lay_out_and_print(s, &out, filter, &err);
	if (status == STATUS_OK)
		status = output_end(&out, &err);
	if (status != STATUS_OK)
		exit = fail(&err);
	output_release(&out);
	return exit;
}

int cmd_tree(const struct options *options)
{
	struct query *filter = NULL;
	struct session session = {0};
	struct error err;
	int exit;

	if (check_words(options, &filter, &err) != STATUS_OK) {
		exit = fail(&err);
		goto out;
	}
	if (session_open(&session, options, 0, &err) != STATUS_OK) {
		exit = session_fail(&session, &err);
		goto out;
	}
	exit = start_recording(&session);
	if (exit == EXIT_DONE)
		exit = end_recording(&session, show(&session, filter));
out:
	session_close(&session);
	query_free(filter);
	return exit;
}
