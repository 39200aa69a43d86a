/* What fails on our own side: threads, descriptors, the directory /proc. */
#include "live.h"
#include "stall.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probes/linux/workers.h"

static int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * S + t.tv_nsec;
}

/* The one stall of this file, with its end also when a test fails. */
static struct stall stall;

static void need_stall(void)
{
	if (!stall_start(&stall))
		skip();
}

static int teardown(void **state)
{
	if (stall.victim)
		stall_stop(&stall);
	stall.victim = 0;
	return live_teardown(state);
}

static struct workers *start_workers(void)
{
	struct reader reader = {
		.proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC),
	};
	struct workers *w = NULL;

	assert_int_equal(workers_start(&reader, &w, NULL), STATUS_OK);
	close(reader.proc_fd);
	return w;
}

static void submit(struct workers *w, pid_t pid)
{
	struct job *j = job_new();

	assert_non_null(j);
	j->items[j->count++] =
		(struct job_item){.pid = pid, .want = WANT_CMDLINE};
	workers_submit(w, j, false);
}

static struct job *take_within(struct workers *w, int64_t span_ns)
{
	int64_t until_ns = monotonic_ns() + span_ns;
	struct job *j;

	while (!(j = workers_take(w, monotonic_ns())) &&
	       monotonic_ns() < until_ns)
		poll(NULL, 0, 1);
	return j;
}

/* Waits until a thread is at it, and takes it back as if time were over. */
static bool lose_one(struct workers *w, pid_t victim)
{
	struct job *j;
	bool stuck;

	submit(w, victim);
	for (int i = 0; i < 2000 && workers_deadline(w) == INT64_MAX; i++)
		poll(NULL, 0, 1);
	poll(NULL, 0, 5);
	j = workers_take(w, monotonic_ns() + WORKER_PATIENCE_NS);
	stuck = j && j->stuck && j->done == 0;
	job_free(j);
	return stuck;
}

/* How many of its items a job for ourselves comes back with; -1: never. */
static int done_of_one(struct workers *w)
{
	struct job *j;
	int done;

	submit(w, getpid());
	j = take_within(w, 1 * S);
	done = j ? (int)j->done : -1;
	job_free(j);
	return done;
}

static void failures__threads_that_wake_are_no_longer_lost(void **state)
{
	struct workers *w;

	(void)state;
	need_stall();
	w = start_workers();
	for (int i = 0; i < WORKERS_LOST_MAX; i++)
		assert_true(lose_one(w, stall.victim));
	assert_int_equal(workers_lost(w), WORKERS_LOST_MAX);
	assert_true(workers_none_left(w));
	assert_int_equal(done_of_one(w), 0);
	stall_stop(&stall);
	stall.victim = 0;
	for (int i = 0; i < 2000 && workers_lost(w); i++)
		poll(NULL, 0, 1);
	assert_int_equal(workers_lost(w), 0);
	assert_false(workers_none_left(w));
	assert_int_equal(done_of_one(w), 1);
	workers_stop(w);
}

/* As an ordinary user, who may be refused a thread. The line that failed. */
static int lose_slots_without_threads(void)
{
	struct rlimit limit;
	struct workers *w;
	rlim_t before;

	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534) ||
	    getrlimit(RLIMIT_NPROC, &limit))
		return __LINE__;
	w = start_workers();
	before = limit.rlim_cur;
	limit.rlim_cur = 1;
	if (setrlimit(RLIMIT_NPROC, &limit))
		return __LINE__;
	for (int i = 0; i < WORKER_COUNT; i++)
		if (!lose_one(w, stall.victim))
			return __LINE__;
	if (workers_lost(w) != WORKER_COUNT || !workers_none_left(w))
		return __LINE__;
	if (done_of_one(w) != 0)
		return __LINE__;
	limit.rlim_cur = before;
	if (setrlimit(RLIMIT_NPROC, &limit))
		return __LINE__;
	if (workers_none_left(w) || done_of_one(w) != 1)
		return __LINE__;
	workers_stop(w);
	return 0;
}

static void failures__empty_slots_are_filled_again(void **state)
{
	int status = -1;
	pid_t pid;

	(void)state;
	need_stall();
	pid = live_fork();
	if (pid == 0) {
		int line = lose_slots_without_threads();

		if (line)
			print_error("%s:%d\n", __FILE__, line);
		_exit(line ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* All threads of ours. */
static long thread_count(void)
{
	char text[64];

	live_status(getpid(), "Threads", text, sizeof(text));
	return strtol(text, NULL, 10);
}

/* The screen and its detail ask for it again and again. */
static void look_for(struct live *l, int64_t pid, int64_t span_ns)
{
	int64_t until_ns = monotonic_ns() + span_ns;

	while (monotonic_ns() < until_ns) {
		probe_live()->look_at(l->p, &pid, 1, pid);
		probe_live()->tick(l->p);
		collect_for(&l->c, l->p, 100 * MS);
	}
}

static void failures__one_that_blocks_costs_one_thread(void **state)
{
	static const char *const argv[] = {"sleep", "60", NULL};
	const struct collected_fact *f;
	struct live l;
	int64_t victim;
	long before;
	pid_t pid;

	(void)state;
	need_stall();
	victim = stall.victim;
	live_open(&l, true);
	live_settle(&l);
	look_for(&l, stall.victim, 4 * S);
	f = collect_fact(&l.c, stall.victim, FACT_ARGUMENTS);
	assert_non_null(f);
	assert_int_equal(f->state, FACT_FAILED);
	before = thread_count();
	look_for(&l, stall.victim, 5 * S);
	assert_int_equal(thread_count(), before);
	/* Nor is it asked again when all of it is to be read. */
	live_read(&l, &victim, 1);
	assert_int_equal(thread_count(), before);
	pid = live_start(0, argv);
	collect_for(&l.c, l.p, 500 * MS);
	assert_string_equal(collect_text(&l.c, pid, FACT_ARGUMENTS),
			    "sleep 60");
	live_close(&l);
}

/* No more descriptors but so many; the number there could be before. */
static rlim_t leave_descriptors(int count)
{
	struct rlimit limit;
	rlim_t before;
	int lowest = open("/", O_PATH | O_CLOEXEC);

	assert_true(lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	before = limit.rlim_cur;
	limit.rlim_cur = (rlim_t)(lowest + count);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return before;
}

static void give_descriptors(rlim_t count)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = count;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static bool is_listed(const struct collect *c, void *context)
{
	(void)context;
	return c->listed;
}

static void failures__a_listing_that_fails_is_told_and_tried_again(void **state)
{
	struct error err = {.status = STATUS_OK};
	struct event_sink sink;
	struct live l;
	enum status status;
	rlim_t before;
	int64_t now_ns, due_ns;

	(void)state;
	live_open(&l, false);
	sink = collect_sink(&l.c);
	before = leave_descriptors(0);
	status = probe_live()->read_all(l.p, NULL, 0, 1 * S, &sink, &err);
	collect_for(&l.c, l.p, 100 * MS);
	now_ns = monotonic_ns();
	due_ns = probe_live()->deadline(l.p);
	give_descriptors(before);
	assert_int_equal(status, STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, "too many open files"));
	assert_int_equal(l.c.sources[SOURCE_PROC], SOURCE_FAILED);
	assert_non_null(strstr(l.c.why[SOURCE_PROC], "too many open files"));
	assert_false(l.c.listed);
	/* Nobody spins meanwhile. */
	assert_true(due_ns > now_ns + 100 * MS);
	assert_true(collect_until(&l.c, l.p, 3 * S, is_listed, NULL));
	assert_int_equal(l.c.sources[SOURCE_PROC], SOURCE_LIVE);
	live_close(&l);
}

static size_t lost_from_proc(const struct collect *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->event_count; i++)
		n += c->events[i].type == EVENT_LOST &&
		     c->events[i].source == SOURCE_PROC;
	return n;
}

/* One descriptor is enough to list, but not to read anybody's stat. */
static void failures__a_listing_that_breaks_off_ends_nobody(void **state)
{
	static const char *const argv[] = {"sleep", "60", NULL};
	struct live l;
	size_t from, none;
	rlim_t before;
	pid_t old, new;

	(void)state;
	old = live_start(0, argv);
	live_open(&l, false);
	live_settle(&l);
	from = l.c.event_count;
	none = lost_from_proc(&l.c);
	new = live_start(0, argv);
	before = leave_descriptors(1);
	collect_for(&l.c, l.p, 2500 * MS);
	give_descriptors(before);
	assert_int_equal(l.c.sources[SOURCE_PROC], SOURCE_FAILED);
	/* Once, however often it is tried. */
	assert_int_equal(lost_from_proc(&l.c), none + 1);
	assert_int_equal(collect_event(&l.c, EVENT_EXIT, old, from),
			 l.c.event_count);
	assert_int_equal(collect_event(&l.c, EVENT_SPAWN, new, from),
			 l.c.event_count);
	collect_for(&l.c, l.p, 1500 * MS);
	assert_int_equal(l.c.sources[SOURCE_PROC], SOURCE_LIVE);
	assert_true(collect_event(&l.c, EVENT_SPAWN, new, from) <
		    l.c.event_count);
	live_close(&l);
}

static enum status read_as_nobody(const char *root, struct error *err)
{
	struct probe_options options = {.proc_root = root};
	struct event_sink sink;
	struct collect c;
	struct probe *p;
	enum status status;

	collect_init(&c);
	options.pool = c.pool;
	if (setresuid(65534, 65534, 65534) ||
	    probe_live()->open(&options, &p, err))
		return STATUS_OK;
	sink = collect_sink(&c);
	status = probe_live()->read_all(p, NULL, 0, 1 * S, &sink, err);
	if (c.sources[SOURCE_PROC] != SOURCE_NEEDS_PRIVILEGE)
		status = STATUS_OK;
	probe_live()->close(p);
	collect_release(&c);
	return status;
}

static void failures__a_directory_that_may_not_be_listed_is_refused(
	void **state)
{
	char dir[] = "/tmp/sandtree-live-XXXXXX";
	struct error err;
	int status = -1;
	pid_t pid;

	(void)state;
	if (getuid() != 0)
		skip();
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0111), 0);
	pid = live_fork();
	if (pid == 0)
		_exit((int)read_as_nobody(dir, &err));
	waitpid(pid, &status, 0);
	rmdir(dir);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS_PRIVILEGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			failures__threads_that_wake_are_no_longer_lost,
			teardown),
		cmocka_unit_test_teardown(
			failures__empty_slots_are_filled_again, teardown),
		cmocka_unit_test_teardown(
			failures__one_that_blocks_costs_one_thread, teardown),
		cmocka_unit_test_teardown(
			failures__a_listing_that_fails_is_told_and_tried_again,
			teardown),
		cmocka_unit_test_teardown(
			failures__a_listing_that_breaks_off_ends_nobody,
			teardown),
		cmocka_unit_test_teardown(
			failures__a_directory_that_may_not_be_listed_is_refused,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
