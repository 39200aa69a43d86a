/* Births, ends and changes, as the kernel's connector and listings show them.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool connector_is_live(const struct live *l)
{
	return l->c.sources[SOURCE_PROC_CONNECTOR] == SOURCE_LIVE;
}

/* A zygote's child: later installs a filter without an exec, and writes when.
 */
static void become_renderer(int pipe_fd, unsigned delay_us)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {.len = 1, .filter = &allow};
	int64_t done_ns;

	usleep(delay_us);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(1);
	done_ns = live_now_ns();
	if (write(pipe_fd, &done_ns, sizeof(done_ns)) < 0)
		_exit(1);
	pause();
	_exit(0);
}

static bool has_filter(const struct collect *c, void *context)
{
	pid_t *pid = context;

	return strcmp(collect_text(c, *pid, FACT_SECCOMP_MODE), "filter") == 0;
}

/* The schedule of DESIGN.md: 5, 20, 100 ms, 1 s, 5 s after the birth. */
static int64_t first_read_after(int64_t born_ns, int64_t at_ns)
{
	static const int64_t steps[] = {5 * MS, 20 * MS, 100 * MS, S, 5 * S};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (born_ns + steps[i] >= at_ns)
			return born_ns + steps[i];
	return 0;
}

static void check_zygote(struct live *l, unsigned delay_us)
{
	const struct collected_fact *f;
	int64_t installed_ns = 0, born_ns, due_ns;
	size_t spawn;
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = live_fork();
	if (child == 0)
		become_renderer(ends[1], delay_us);
	assert_true(collect_until(&l->c, l->p, 3 * S, has_filter, &child));
	assert_int_equal(read(ends[0], &installed_ns, sizeof(installed_ns)),
			 sizeof(installed_ns));
	spawn = collect_event(&l->c, EVENT_SPAWN, child, 0);
	assert_true(spawn < l->c.event_count);
	born_ns = l->c.events[spawn].time_ns;
	f = collect_fact(&l->c, child, FACT_SECCOMP_MODE);
	due_ns = first_read_after(born_ns, installed_ns);
	print_message("installed at %.1f ms, due %.1f, shown %.1f\n",
		      (double)(installed_ns - born_ns) / 1e6,
		      (double)(due_ns - born_ns) / 1e6,
		      (double)(f->time_ns - born_ns) / 1e6);
	assert_true(f->time_ns - due_ns <= 25 * MS);
	assert_string_equal(collect_text(&l->c, child, FACT_SANDBOX),
			    "seccomp");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

static void events__a_filter_without_exec_is_seen(void **state)
{
	struct live l;

	(void)state;
	live_open(&l, true);
	live_settle(&l);
	if (!connector_is_live(&l)) {
		live_close(&l);
		skip();
	}
	check_zygote(&l, 2000);
	check_zygote(&l, 12000);
	check_zygote(&l, 60000);
	check_zygote(&l, 300000);
	live_close(&l);
}

/* 2,000 processes in 10 s, from a process of its own, so that this one can
 * look: their pids come through a pipe. */
static pid_t spawn_many(int count, int gap_us, int pipe_fd)
{
	pid_t maker = live_fork();

	if (maker)
		return maker;
	for (int i = 0; i < count; i++) {
		int32_t pid = fork();

		if (pid == 0)
			_exit(i % 200);
		waitpid(pid, NULL, 0);
		if (write(pipe_fd, &pid, sizeof(pid)) < 0)
			_exit(1);
		usleep((useconds_t)gap_us);
	}
	_exit(0);
}

static void events__short_processes_are_all_seen(void **state)
{
	enum { COUNT = 2000 };
	struct live l;
	int ends[2];
	int32_t pid;
	int missing = 0, wrong = 0, i = 0;
	pid_t maker;

	(void)state;
	live_open(&l, true);
	live_settle(&l);
	if (!connector_is_live(&l)) {
		live_close(&l);
		skip();
	}
	assert_int_equal(pipe(ends), 0);
	maker = spawn_many(COUNT, 4700, ends[1]);
	close(ends[1]);
	collect_for(&l.c, l.p, 10 * S);
	while (read(ends[0], &pid, sizeof(pid)) == sizeof(pid)) {
		size_t born = collect_event(&l.c, EVENT_SPAWN, pid, 0);
		size_t gone = collect_event(&l.c, EVENT_EXIT, pid, born);

		if (gone == l.c.event_count) {
			collect_for(&l.c, l.p, 20 * MS);
			born = collect_event(&l.c, EVENT_SPAWN, pid, 0);
			gone = collect_event(&l.c, EVENT_EXIT, pid, born);
		}
		if (gone == l.c.event_count)
			missing++;
		else if (l.c.events[gone].exit.kind != EXIT_CODE ||
			 l.c.events[gone].exit.value != i % 200 ||
			 !l.c.events[born].spawn.forked ||
			 l.c.events[born].spawn.birth_ppid != maker)
			wrong++;
		i++;
	}
	close(ends[0]);
	waitpid(maker, NULL, 0);
	print_message("%d processes, %d missing, %d wrong\n", i, missing,
		      wrong);
	assert_int_equal(i, COUNT);
	assert_int_equal(missing, 0);
	assert_int_equal(wrong, 0);
	assert_int_equal(collect_event(&l.c, EVENT_LOST, 0, 0),
			 l.c.event_count);
	live_close(&l);
}

static void events__ends_tell_how(void **state)
{
	struct live l;
	pid_t killed, coded;
	size_t at;

	(void)state;
	live_open(&l, true);
	live_settle(&l);
	if (!connector_is_live(&l)) {
		live_close(&l);
		skip();
	}
	killed = live_fork();
	if (killed == 0)
		pause();
	coded = live_fork();
	if (coded == 0)
		_exit(7);
	collect_for(&l.c, l.p, 50 * MS);
	kill(killed, SIGTERM);
	waitpid(killed, NULL, 0);
	collect_for(&l.c, l.p, 50 * MS);
	at = collect_event(&l.c, EVENT_EXIT, killed, 0);
	assert_true(at < l.c.event_count);
	assert_int_equal(l.c.events[at].exit.kind, EXIT_SIGNAL);
	assert_int_equal(l.c.events[at].exit.value, SIGTERM);
	/* Not collected by its parent, and ended all the same; told once. */
	at = collect_event(&l.c, EVENT_EXIT, coded, 0);
	assert_true(at < l.c.event_count);
	assert_int_equal(l.c.events[at].exit.kind, EXIT_CODE);
	assert_int_equal(l.c.events[at].exit.value, 7);
	collect_for(&l.c, l.p, 1500 * MS);
	assert_int_equal(collect_event(&l.c, EVENT_EXIT, coded, at + 1),
			 l.c.event_count);
	waitpid(coded, NULL, 0);
	live_close(&l);
}

/* A process whose parent ends gets another, and the history keeps the first. */
static void events__orphans_are_followed(void **state)
{
	struct live l;
	int ends[2];
	int32_t orphan = 0;
	size_t born, moved;
	pid_t parent;

	(void)state;
	live_open(&l, true);
	live_settle(&l);
	if (!connector_is_live(&l)) {
		live_close(&l);
		skip();
	}
	assert_int_equal(pipe(ends), 0);
	parent = live_fork();
	if (parent == 0) {
		orphan = fork();
		if (orphan == 0) {
			sleep(5);
			_exit(0);
		}
		if (write(ends[1], &orphan, sizeof(orphan)) < 0)
			_exit(1);
		usleep(100000);
		_exit(0);
	}
	assert_int_equal(read(ends[0], &orphan, sizeof(orphan)),
			 sizeof(orphan));
	waitpid(parent, NULL, 0);
	collect_for(&l.c, l.p, 100 * MS);
	born = collect_event(&l.c, EVENT_SPAWN, orphan, 0);
	assert_true(born < l.c.event_count);
	assert_int_equal(l.c.events[born].spawn.birth_ppid, parent);
	moved = collect_event(&l.c, EVENT_REPARENT, orphan, born);
	assert_true(moved < l.c.event_count);
	assert_int_not_equal(l.c.events[moved].spawn.ppid, parent);
	kill(orphan, SIGKILL);
	close(ends[0]);
	close(ends[1]);
	live_close(&l);
}

static bool saw_name(const struct collect *c, void *context)
{
	pid_t *pid = context;

	return strcmp(collect_text(c, *pid, FACT_NAME), "sleep") == 0;
}

/* Without the connector: found by listing, and the source says what that
 * cannot see. */
static void events__listing_finds_births_and_ends(void **state)
{
	static const char *const argv[] = {"sleep", "60", NULL};
	struct live l;
	int64_t begun_ns;
	size_t at;
	pid_t child;

	(void)state;
	live_open(&l, false);
	live_settle(&l);
	assert_int_equal(l.c.sources[SOURCE_PROC_CONNECTOR], SOURCE_UNUSED);
	assert_non_null(strstr(l.c.note[SOURCE_PROC], "listed"));
	assert_non_null(strstr(l.c.note[SOURCE_PROC], "missed"));
	begun_ns = live_now_ns();
	child = live_start(0, argv);
	assert_true(collect_until(&l.c, l.p, 3 * S, saw_name, &child));
	print_message("found after %.1f ms\n",
		      (double)(live_now_ns() - begun_ns) / 1e6);
	assert_true(live_now_ns() - begun_ns < 500 * MS);
	live_stop(child);
	collect_for(&l.c, l.p, 1500 * MS);
	at = collect_event(&l.c, EVENT_EXIT, child, 0);
	assert_true(at < l.c.event_count);
	/* Gone when it was looked for; or seen before it was collected. */
	if (l.c.events[at].exit.kind != EXIT_UNKNOWN) {
		assert_int_equal(l.c.events[at].exit.kind, EXIT_SIGNAL);
		assert_int_equal(l.c.events[at].exit.value, SIGKILL);
	}
	live_close(&l);
}

/* Runs in a process of its own, in other namespaces; its exit code is how many
 * checks failed, 77 for "not possible here". */
static void in_child(int (*run)(void))
{
	pid_t child = live_fork();
	int status = 0;

	if (child == 0)
		_exit(run());
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int check_state(enum source_state state, const char *words)
{
	struct live l;
	int failures;

	live_open(&l, true);
	live_settle(&l);
	failures = l.c.sources[SOURCE_PROC_CONNECTOR] != state;
	failures += !strstr(l.c.why[SOURCE_PROC_CONNECTOR], words);
	failures += !strstr(l.c.note[SOURCE_PROC], "listed");
	failures += l.c.event_count < 3;
	live_close(&l);
	return failures;
}

static int run_refused(void)
{
	if (unshare(CLONE_NEWNET))
		return 77;
	return check_state(SOURCE_UNSUPPORTED, "network namespace");
}

static void events__a_refused_connector_says_why(void **state)
{
	(void)state;
	in_child(run_refused);
}

static int in_pid_namespace(int (*run)(void))
{
	int status = 0;
	pid_t child;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return 77;
	child = live_fork();
	if (child == 0) {
		if (mount("proc", "/proc", "proc", 0, NULL))
			_exit(77);
		_exit(run());
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Somebody outside listens and forks meanwhile: events of other namespaces'
 * numbers reach us, and none may be told. */
static int check_silent(void)
{
	int failures = check_state(SOURCE_UNSUPPORTED, "silent");
	struct live l;

	live_open(&l, true);
	collect_for(&l.c, l.p, 600 * MS);
	for (size_t i = 0; i < l.c.event_count; i++)
		failures += l.c.events[i].type == EVENT_SPAWN &&
			    l.c.events[i].source == SOURCE_PROC_CONNECTOR;
	live_close(&l);
	return failures;
}

static int run_silent(void)
{
	return in_pid_namespace(check_silent);
}

static void events__a_silent_connector_says_why(void **state)
{
	struct live outer;
	pid_t forker;

	(void)state;
	live_open(&outer, true);
	live_settle(&outer);
	forker = live_fork();
	if (forker == 0) {
		for (int i = 0; i < 300; i++) {
			pid_t child = fork();

			if (child == 0)
				_exit(0);
			waitpid(child, NULL, 0);
			usleep(10000);
		}
		_exit(0);
	}
	in_child(run_silent);
	live_stop(forker);
	live_close(&outer);
}

static bool set_last_pid(pid_t pid)
{
	FILE *f = fopen("/proc/sys/kernel/ns_last_pid", "w");
	bool ok = f && fprintf(f, "%d", (int)pid) > 0;

	if (f && fclose(f))
		ok = false;
	return ok;
}

static pid_t fork_sleeper(void)
{
	pid_t pid = live_fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

/* A pid that is used again while nobody looks is another process: told as an
 * end and a birth. And a signal for the first does not reach the second. */
static int check_reuse(void)
{
	struct live l;
	size_t born, gone, again;
	int64_t started_ns;
	int failures = 0;
	pid_t first, second;

	/* So many that a reading of a few each second does not come to it. */
	for (int i = 0; i < 200; i++)
		fork_sleeper();
	live_open(&l, false);
	first = fork_sleeper();
	live_settle(&l);
	born = collect_event(&l.c, EVENT_SPAWN, first, 0);
	if (born == l.c.event_count)
		return 10;
	started_ns = l.c.events[born].spawn.started_ns;
	kill(first, SIGKILL);
	waitpid(first, NULL, 0);
	usleep(50000); /* another tick of the clock */
	if (!set_last_pid(first - 1))
		return 77;
	second = fork_sleeper();
	if (second != first)
		return 77;
	collect_for(&l.c, l.p, 1500 * MS);
	gone = collect_event(&l.c, EVENT_EXIT, first, born);
	again = collect_event(&l.c, EVENT_SPAWN, first, gone);
	failures += gone == l.c.event_count;
	failures += again == l.c.event_count;
	failures += probe_live()->signal(l.p, first, started_ns, SIGKILL,
					 NULL) != STATUS_NOT_FOUND;
	failures += kill(second, 0) != 0;
	if (again < l.c.event_count)
		failures +=
			probe_live()->signal(l.p, second,
					     l.c.events[again].spawn.started_ns,
					     SIGKILL, NULL) != STATUS_OK;
	if (failures)
		kill(second, SIGKILL);
	failures += waitpid(second, NULL, 0) != second;
	live_close(&l);
	return failures;
}

static int run_reuse(void)
{
	return in_pid_namespace(check_reuse);
}

static void events__a_pid_used_again_is_another_process(void **state)
{
	(void)state;
	in_child(run_reuse);
}

#define LIVE_TEST(test) cmocka_unit_test_teardown(test, live_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(events__a_filter_without_exec_is_seen),
		LIVE_TEST(events__short_processes_are_all_seen),
		LIVE_TEST(events__ends_tell_how),
		LIVE_TEST(events__orphans_are_followed),
		LIVE_TEST(events__listing_finds_births_and_ends),
		LIVE_TEST(events__a_refused_connector_says_why),
		LIVE_TEST(events__a_silent_connector_says_why),
		LIVE_TEST(events__a_pid_used_again_is_another_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
