#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "exit.h"
#include "record.h"

static const int64_t millisecond_ns = 1000000;
static const int64_t second_ns = 1000000000;

static const int64_t read_all_limit_ns =
	SESSION_READ_LIMIT_S * (int64_t)1000000000;

enum { WAIT_MS_MAX = 250 };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

void session_catch_interrupt(void)
{
	struct sigaction act = {.sa_handler = on_interrupt};

	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

bool session_interrupted(void)
{
	return interrupted;
}

static int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * second_ns + t.tv_nsec;
}

/* Whoever a target names is forgotten last, from the moment it shows that it
 * is meant: long before targets are looked up among all there are. */
static void want_named(struct session *s, const struct event *event)
{
	struct process *p;

	if (event->type != EVENT_SPAWN && event->type != EVENT_FACTS)
		return;
	p = store_by_pid(s->store, event->pid);
	if (!p || p->wanted)
		return;
	for (size_t i = 0; i < s->word_count; i++) {
		if (target_fits(s->store, p, slice_text(s->words[i])))
			store_want(s->store, p->serial);
	}
}

static void session_emit(void *context, const struct event *event)
{
	struct session *s = context;
	struct event_sink store = store_sink(s->store);

	if (s->recorder)
		recorder_write(s->recorder, event);
	event_emit(&store, event);
	want_named(s, event);
}

static struct event_sink session_sink(struct session *s)
{
	return (struct event_sink){session_emit, s};
}

/* An app's bundle is a process's name, not a file we read. */
static bool is_file(const char *word)
{
	struct slice w = slice_text(word);
	size_t app = slice_find(w, SLICE_LITERAL(".app"), false);

	if (w.len >= 4 && app >= w.len - 5 && app < w.len)
		return false;
	if (word_is_pid(word))
		return false;
	return strchr(word, '/') || access(word, F_OK) == 0;
}

/* Splits operands into the one file and the targets. */
static enum status sort_words(struct session *s, struct error *err)
{
	const struct options *o = s->options;
	size_t files = o->from_count;

	s->file = files ? o->from[0] : NULL;
	s->words = calloc(o->word_count + 1, sizeof(*s->words));
	if (!s->words)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	for (size_t i = 0; i < o->word_count; i++) {
		if (!o->from_count && is_file(o->words[i])) {
			s->file = o->words[i];
			files++;
		} else {
			s->words[s->word_count++] = o->words[i];
		}
	}
	if (files > 1)
		return error_set(
			err, STATUS_USAGE, -1,
			"one recording at a time can be read, %zu were "
			"given",
			files);
	if (o->speed > 0 && !files)
		return error_set(err, STATUS_USAGE, -1,
				 "--play needs a recording: sandtree --play "
				 "FILE");
	return STATUS_OK;
}

static enum status open_probe(struct session *s, double speed,
			      struct error *err)
{
	const struct options *o = s->options;
	struct probe_options options = {
		.pool = store_pool(s->store),
		.proc_root = o->proc_root,
		.no_connector = o->no_connector,
		.path = s->file,
		.speed = speed,
	};

	s->live = !s->file;
	s->ops = s->live ? probe_live() : &replay_probe;
	if (!s->ops)
		return error_set(err, STATUS_UNSUPPORTED, -1,
				 "this system cannot be watched yet; a "
				 "recording can: sandtree FILE");
	return s->ops->open(&options, &s->probe, err);
}

enum status session_open(struct session *s, const struct options *o,
			 double speed, struct error *err)
{
	enum status status;

	*s = (struct session){.options = o, .title = "live"};
	s->store = store_new();
	if (!s->store)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	status = sort_words(s, err);
	if (status != STATUS_OK)
		return status;
	if (s->file) {
		struct slice name = slice_base_name(slice_text(s->file));

		s->title = !strcmp(s->file, "-") ? "standard input"
						 : (const char *)name.ptr;
	}
	return open_probe(s, speed, err);
}

void session_close(struct session *s)
{
	if (s->probe)
		s->ops->close(s->probe);
	targets_release(&s->targets);
	free(s->words);
	store_free(s->store);
	recorder_close(s->recorder, NULL);
	*s = (struct session){0};
}

/* Sleeps until the probe has something to do or end_ns has come. */
static void session_wait(struct session *s, int64_t end_ns)
{
	struct pollfd wait = {.fd = s->ops->descriptor(s->probe),
			      .events = POLLIN};
	int64_t due = s->ops->deadline(s->probe), now = monotonic_ns();
	int64_t ms;

	if (due > end_ns)
		due = end_ns;
	ms = due <= now ? 0 : (due - now) / millisecond_ns + 1;
	poll(&wait, 1, ms > WAIT_MS_MAX ? WAIT_MS_MAX : (int)ms);
}

/* Pumps until the end of a file (STATUS_CANCELLED), until listed where that
 * is asked for, or until end_ns. */
static enum status pump_until(struct session *s, int64_t end_ns,
			      bool until_listed, struct error *err)
{
	struct event_sink sink = session_sink(s);
	enum status status;

	for (;;) {
		bool more;

		status = s->ops->pump(s->probe, 50 * millisecond_ns, &sink,
				      &more, err);
		store_set_now(s->store, s->ops->now(s->probe));
		if (status != STATUS_OK)
			return status;
		if (interrupted)
			return error_set(err, STATUS_CANCELLED, -1,
					 "interrupted");
		if ((until_listed && store_listed(s->store)) ||
		    monotonic_ns() >= end_ns)
			return STATUS_OK;
		if (!more)
			session_wait(s, end_ns);
	}
}

enum status session_begin(struct session *s, int64_t timeout_ns,
			  struct error *err)
{
	enum status status =
		pump_until(s, monotonic_ns() + timeout_ns, true, err);

	/* The end of a file is not the end of looking at it. */
	if (status == STATUS_CANCELLED && !interrupted)
		return STATUS_OK;
	return status;
}

static enum status load_live(struct session *s, struct error *err)
{
	struct event_sink sink = session_sink(s);
	enum status status;
	int64_t begun;

	status = pump_until(s, monotonic_ns() + s->options->for_ns,
			    !s->options->for_ns, err);
	if (status != STATUS_OK)
		return status;
	begun = monotonic_ns();
	status = s->ops->read_all(s->probe, NULL, 0, read_all_limit_ns, &sink,
				  err);
	s->stopped = monotonic_ns() - begun >= read_all_limit_ns;
	store_set_now(s->store, s->ops->now(s->probe));
	return status;
}

static enum status store_problem(const struct session *s, struct error *err)
{
	struct error last;
	int64_t failures = store_failures(s->store, &last);

	if (!failures)
		return STATUS_OK;
	return error_set(err, last.status, -1,
			 "%lld events contradict themselves or are too many; "
			 "the last: %s",
			 (long long)failures, last.message);
}

enum status session_load(struct session *s, struct error *err)
{
	enum status status;

	if (s->live)
		return load_live(s, err);
	status = pump_until(s, INT64_MAX, false, err);
	if (status == STATUS_CANCELLED && !interrupted)
		status = store_problem(s, err);
	return status;
}

enum status session_find_targets(struct session *s, struct error *err)
{
	for (size_t i = 0; i < s->word_count; i++) {
		enum status status = target_find(&s->targets, s->store,
						 slice_text(s->words[i]), err);

		if (status != STATUS_OK)
			return status;
	}
	for (size_t i = 0; i < s->targets.count; i++)
		store_want(s->store, s->targets.serials[i]);
	return STATUS_OK;
}

unsigned session_platform(const struct session *s)
{
	struct slice os = value_slice(store_host(s->store)->os);

	return slice_is(os, "macos") ? PLATFORM_MACOS : PLATFORM_LINUX;
}

int fail(const struct error *err)
{
	fprintf(stderr, "sandtree: %s\n", err->message);
	return exit_from_status(err->status);
}

int session_fail(const struct session *s, const struct error *err)
{
	bool unopened = s->file && !s->probe;
	struct text name;

	if (err->status == STATUS_CANCELLED)
		return EXIT_INTERRUPTED;
	if (!s->file || err->status == STATUS_USAGE ||
	    err->status == STATUS_MEMORY)
		return fail(err);
	text_init(&name, 4096);
	text_add_escaped(
		&name,
		slice_text(strcmp(s->file, "-") != 0 ? s->file : s->title));
	if (err->line)
		fprintf(stderr, "sandtree: %s:%zu:%zu: %s\n", name.ptr,
			err->line, err->column, err->message);
	else
		fprintf(stderr, "sandtree: %s: %s\n", name.ptr, err->message);
	text_release(&name);
	if (unopened && err->status != STATUS_MALFORMED)
		return EXIT_NO_INPUT;
	return exit_from_status(err->status);
}
