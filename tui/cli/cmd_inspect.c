#include "command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../model/base/plist_out.h"
#include "inspect_print.h"
#include "exit.h"
#include "session.h"

enum { PLIST_TEXT_MAX = 32 << 20, PROGRESS_AFTER_MS = 300 };

/* What is told on a terminal while it hashes. */
struct progress {
	bool terminal, shown;
	struct timespec began;
};

static int64_t since_ms(const struct timespec *began)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)(now.tv_sec - began->tv_sec) * 1000 +
	       (now.tv_nsec - began->tv_nsec) / 1000000;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	struct progress *p = context;

	if (!p->terminal || since_ms(&p->began) < PROGRESS_AFTER_MS)
		return;
	fprintf(stderr, "\r\033[Khashing %" PRIu64 " of %" PRIu64 " MB",
		done / 1000000, total / 1000000);
	(void)fflush(stderr);
	p->shown = true;
}

static bool cancelled(void *context)
{
	(void)context;
	return session_interrupted();
}

/* A dumb terminal cannot take a line back. */
static bool can_show_progress(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) == 1 && term && strcmp(term, "dumb") != 0;
}

static void inspect(struct inspected *i, struct value_pool *pool, bool verify)
{
	struct progress progress = {.terminal = can_show_progress()};
	struct inspect_options options = {
		.pool = pool,
		.verify = verify,
		.cancelled = cancelled,
		.progress = show_progress,
		.context = &progress,
	};

	(void)clock_gettime(CLOCK_MONOTONIC, &progress.began);
	i->error = (struct error){.offset = -1};
	if (word_is_pid(i->word))
		i->status = inspect_process(strtol(i->word, NULL, 10), &options,
					    &i->inspection, &i->error);
	else
		i->status = inspect_path(i->word, &options, &i->inspection,
					 &i->error);
	if (progress.shown)
		fprintf(stderr, "\r\033[K");
}

/* "sandtree: MyApp.app: ...", with the offset where there is one. */
static void tell_error(const struct inspected *i)
{
	struct text t;

	text_init(&t, 8192);
	text_add_escaped(&t, slice_text(i->word));
	fprintf(stderr, "sandtree: %s: %s", t.ptr ? t.ptr : "",
		i->error.message);
	if (i->error.offset >= 0)
		fprintf(stderr, " (at byte %" PRId64 ")", i->error.offset);
	fputc('\n', stderr);
	text_release(&t);
}

/* A file that is no program is malformed input; a process that is not there
 * is not available. */
static int exit_of(const struct inspected *i)
{
	switch (i->status) {
	case STATUS_OK:
		return findings_have_error(&i->inspection.findings)
			       ? EXIT_FINDINGS
			       : EXIT_DONE;
	case STATUS_MALFORMED:
	case STATUS_LIMIT:
		return EXIT_MALFORMED;
	case STATUS_UNSUPPORTED:
		return word_is_pid(i->word) ? EXIT_UNAVAILABLE : EXIT_MALFORMED;
	case STATUS_NOT_FOUND:
		return word_is_pid(i->word) ? EXIT_UNAVAILABLE : EXIT_NO_INPUT;
	case STATUS_PRIVILEGE:
		return word_is_pid(i->word) ? EXIT_PRIVILEGE : EXIT_NO_INPUT;
	case STATUS_IO:
		return EXIT_NO_INPUT;
	default:
		return exit_from_status(i->status);
	}
}

/* Of several inputs, what could not be read wins over findings. */
static int worst_exit(const struct inspected_list *l)
{
	int worst = EXIT_DONE;

	for (size_t i = 0; i < l->count; i++) {
		int one = exit_of(&l->items[i]);

		if (one > worst)
			worst = one;
	}
	return worst;
}

/* The first program's, as the plist that codesign takes. */
static enum status print_entitlements(struct output *out,
				      const struct inspected *i,
				      struct error *err)
{
	const struct inspection *in = &i->inspection;
	const struct fact *f =
		in->code_count ? &in->codes[0].facts[FACT_ENTITLEMENTS] : NULL;
	enum status status;
	struct text t;

	if (!f || f->state != FACT_KNOWN) {
		fprintf(stderr, "sandtree: %s: no entitlements%s%s\n", i->word,
			f && f->reason ? ": " : "",
			f && f->reason ? f->reason : "");
		return STATUS_OK;
	}
	for (size_t k = 1; k < in->nodes[0].code_count; k++)
		if (!value_equal(in->codes[k].facts[FACT_ENTITLEMENTS].value,
				 f->value))
			fprintf(stderr,
				"sandtree: %s: its architectures have "
				"different entitlements; these are the "
				"first's\n",
				i->word);
	text_init(&t, PLIST_TEXT_MAX);
	status = plist_write(f->value, &t, NULL, err);
	if (!status)
		output_slice(out, text_slice(&t));
	text_release(&t);
	return status;
}

static enum status print_one(const struct options *o, struct output *out,
			     const struct inspected *i, bool first,
			     struct error *err)
{
	if (o->entitlements)
		return print_entitlements(out, i, err);
	if (!first)
		output_text(out, "\n");
	if (o->word_count > 1) {
		inspect_print_escaped(out, slice_text(i->word), INK_HEAD);
		output_text(out, ":\n");
	}
	inspect_print_text(out, i, o->verify);
	return STATUS_OK;
}

static int print_all(const struct options *o, const struct inspected_list *l)
{
	struct output out;
	struct error err;
	enum status status = STATUS_OK;

	output_init(&out, STDOUT_FILENO, o->no_color, o->ascii);
	if (o->json)
		inspect_print_json(&out, l);
	for (size_t i = 0; !o->json && !status && i < l->count; i++)
		status = print_one(o, &out, &l->items[i], i == 0, &err);
	if (!status)
		status = output_end(&out, &err);
	output_release(&out);
	return status ? fail(&err) : EXIT_DONE;
}

static int run(const struct options *o, struct inspected_list *l,
	       struct value_pool *pool)
{
	int written;

	l->verify = o->verify;
	for (size_t i = 0; i < o->word_count && !session_interrupted(); i++) {
		struct inspected *item = &l->items[l->count++];

		item->word = o->words[i];
		inspect(item, pool, o->verify);
	}
	written = print_all(o, l);
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].status != STATUS_OK)
			tell_error(&l->items[i]);
	if (session_interrupted())
		return EXIT_INTERRUPTED;
	return written ? written : worst_exit(l);
}

int cmd_inspect(const struct options *options)
{
	struct value_pool *pool;
	struct inspected_list *l;
	int exit;

	if (!options->word_count || options->word_count > INSPECT_INPUTS_MAX) {
		fprintf(stderr,
			"sandtree: inspect: expected 1 to %d paths or pids, "
			"found %zu\n",
			(int)INSPECT_INPUTS_MAX, options->word_count);
		return EXIT_USAGE;
	}
	pool = value_pool_new();
	l = calloc(1, sizeof(*l));
	if (!pool || !l) {
		fprintf(stderr, "sandtree: out of memory\n");
		exit = EXIT_UNAVAILABLE;
	} else {
		session_catch_interrupt();
		exit = run(options, l, pool);
		for (size_t i = 0; i < l->count; i++)
			inspection_release(&l->items[i].inspection);
	}
	free(l);
	value_pool_free(pool);
	return exit;
}
