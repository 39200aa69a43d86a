/* Processes that do not want to be looked at, and readers that may not. */
#include "live.h"
#include "stall.h"

#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t fork_named(const char *name)
{
	pid_t pid = live_fork();

	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		pause();
		_exit(0);
	}
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void hostile__names_are_kept_byte_by_byte(void **state)
{
	static const char *const names[] = {
		"a\x1b[2Jb",
		") R 1 1 1 (",
		"x\ny\tz",
		"\xff\xfe\x80",
		("\xe2\x80\xae"
		 "rtl"),
		"(",
	};
	enum { COUNT = sizeof(names) / sizeof(*names) };
	pid_t pids[COUNT];
	struct live l;

	(void)state;
	for (int i = 0; i < COUNT; i++)
		pids[i] = fork_named(names[i]);
	usleep(50000);
	live_open(&l, true);
	live_read(&l, NULL, 0);
	for (int i = 0; i < COUNT; i++) {
		assert_string_equal(collect_text(&l.c, pids[i], FACT_NAME),
				    names[i]);
		/* A field that the name imitates is still the kernel's. */
		assert_string_equal(collect_text(&l.c, pids[i], FACT_STATE),
				    "sleeping");
		end(pids[i]);
	}
	live_close(&l);
}

static void hostile__long_arguments_are_whole(void **state)
{
	static char big[4097], huge[100001];
	const char *const argv[] = {"sh", "-c", "sleep 60; true",
				    big,  huge, "\xff\n\x1b]0;x\a",
				    NULL};
	const struct collected_fact *f;
	struct live l;
	int64_t pid;

	(void)state;
	memset(big, 'b', sizeof(big) - 1);
	memset(huge, 'h', sizeof(huge) - 1);
	pid = live_start(0, argv);
	usleep(100000);
	live_open(&l, true);
	live_read(&l, &pid, 1);
	f = collect_fact(&l.c, pid, FACT_ARGUMENTS);
	assert_non_null(f);
	assert_int_equal(f->state, FACT_KNOWN);
	assert_int_equal(value_count(f->value), 6);
	for (size_t i = 0; i < 6; i++)
		assert_true(
			slice_is(value_slice(value_at(f->value, i)), argv[i]));
	live_close(&l);
}

static void hostile__a_blocking_command_line_is_given_up(void **state)
{
	const struct collected_fact *f;
	struct live l;
	struct stall stall;
	int64_t begun_ns, took_ns;
	pid_t pid;

	(void)state;
	if (!stall_start(&stall)) {
		stall_stop(&stall);
		skip();
	}
	pid = stall.victim;
	live_open(&l, true);
	begun_ns = live_now_ns();
	live_read(&l, NULL, 0);
	took_ns = live_now_ns() - begun_ns;
	print_message("everything was read in %.0f ms\n",
		      (double)took_ns / 1e6);
	f = collect_fact(&l.c, pid, FACT_ARGUMENTS);
	assert_non_null(f);
	assert_int_equal(f->state, FACT_FAILED);
	assert_non_null(strstr(f->reason, "timed out"));
	/* What does not need its owner is known all the same. */
	assert_string_equal(collect_text(&l.c, pid, FACT_SANDBOX), "mnt");
	assert_string_equal(collect_text(&l.c, pid, FACT_SECCOMP_MODE),
			    "disabled");
	/* And the others did not wait for it. */
	assert_string_not_equal(collect_text(&l.c, getpid(), FACT_ARGUMENTS),
				"?");
	assert_true(took_ns < 4 * S);
	/* The screen's thread never waits: a pump takes its budget. */
	for (int i = 0; i < 50; i++) {
		struct event_sink sink = collect_sink(&l.c);
		int64_t wide = pid;
		bool more;

		begun_ns = live_now_ns();
		probe_live()->look_at(l.p, &wide, 1, wide);
		probe_live()->tick(l.p);
		probe_live()->pump(l.p, 5 * MS, &sink, &more, NULL);
		assert_true(live_now_ns() - begun_ns < 100 * MS);
		usleep(20000);
	}
	begun_ns = live_now_ns();
	live_close(&l);
	assert_true(live_now_ns() - begun_ns < S);
	stall_stop(&stall);
}

/* As an ordinary user: what may not be read is a gap with its reason, what may
 * is told, and nothing unknown is called none. */
static int check_gaps(const pid_t *other)
{
	const struct collected_fact *f;
	struct live l;
	int failures = 0;

	live_open(&l, true);
	live_read(&l, NULL, 0);
	for (int i = 0; i < 2; i++) {
		f = collect_fact(&l.c, other[i], FACT_NAMESPACES);
		failures += !f || f->state != FACT_NEEDS_PRIVILEGE ||
			    !strstr(f->reason, "CAP_SYS_PTRACE");
		f = collect_fact(&l.c, other[i], FACT_ROOT_DIRECTORY);
		failures += !f || f->state != FACT_NEEDS_PRIVILEGE;
		f = collect_fact(&l.c, other[i], FACT_EXECUTABLE);
		failures += !f || f->state != FACT_NEEDS_PRIVILEGE;
		f = collect_fact(&l.c, other[i], FACT_SECCOMP_MODE);
		failures += !f || f->state != FACT_KNOWN;
		f = collect_fact(&l.c, other[i], FACT_ARGUMENTS);
		failures += !f || f->state != FACT_KNOWN;
	}
	f = collect_fact(&l.c, other[0], FACT_SANDBOX);
	failures += !f || f->state != FACT_NEEDS_PRIVILEGE;
	/* The other has no-new-privs, which anyone may read. */
	f = collect_fact(&l.c, other[1], FACT_SANDBOX);
	failures += !f || f->state != FACT_INFERRED;
	failures += strcmp(collect_text(&l.c, other[1], FACT_SANDBOX),
			   "no-new-privs + ?") != 0;
	failures +=
		strcmp(collect_text(&l.c, getpid(), FACT_SANDBOX), "none") != 0;
	live_close(&l);
	return failures;
}

static bool become_user(void)
{
	const struct passwd *pw = getpwuid(live_user());

	return pw && !setgroups(0, NULL) && !setgid(pw->pw_gid) &&
	       !setuid(pw->pw_uid) && !prctl(PR_SET_DUMPABLE, 1);
}

static void hostile__another_user_leaves_gaps(void **state)
{
	pid_t other[2], child;
	int status;

	(void)state;
	if (!live_user())
		skip();
	other[0] = fork_named("other");
	other[1] = live_fork();
	if (other[1] == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		pause();
		_exit(0);
	}
	usleep(50000);
	child = live_fork();
	if (child == 0)
		_exit(become_user() ? check_gaps(other) : 99);
	waitpid(child, &status, 0);
	end(other[0]);
	end(other[1]);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* hidepid: the source says that others are not shown. */
static int check_hidden(bool invisible, pid_t other)
{
	const struct collected_fact *f;
	struct live l;
	int failures = 0;

	live_open(&l, true);
	live_read(&l, NULL, 0);
	failures += !strstr(l.c.note[SOURCE_PROC], "hidepid");
	f = collect_fact(&l.c, other, FACT_NAME);
	if (invisible)
		failures += f != NULL;
	else
		failures += !f || f->state != FACT_NEEDS_PRIVILEGE ||
			    !strstr(f->reason, "hidepid");
	live_close(&l);
	return failures;
}

static int run_hidden(const char *options, pid_t other)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, options) || !become_user())
		return 77;
	return check_hidden(strstr(options, "2") != NULL, other);
}

static void check_hidepid(const char *options)
{
	pid_t other = fork_named("other");
	pid_t child;
	int status;

	usleep(50000);
	child = live_fork();
	if (child == 0)
		_exit(run_hidden(options, other));
	waitpid(child, &status, 0);
	end(other);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void hostile__hidepid_is_told(void **state)
{
	(void)state;
	if (!live_user())
		skip();
	check_hidepid("hidepid=2");
	check_hidepid("hidepid=1");
}

#define LIVE_TEST(test) cmocka_unit_test_teardown(test, live_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(hostile__names_are_kept_byte_by_byte),
		LIVE_TEST(hostile__long_arguments_are_whole),
		LIVE_TEST(hostile__a_blocking_command_line_is_given_up),
		LIVE_TEST(hostile__another_user_leaves_gaps),
		LIVE_TEST(hostile__hidepid_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
