/* Real sandboxes: every fact compared with /proc read another way, and lsns. */
#include "live.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 256 };

static bool have(const char *program)
{
	char command[128];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1",
		 program);
	return system(command) == 0;
}

/* Not in a chroot, and not where the system forbids it to users: then none of
 * these programs can confine anything. */
static bool user_namespaces_work(void)
{
	pid_t child = live_fork();
	int status = 1;

	if (child == 0) {
		if (setresuid(live_user(), live_user(), live_user()))
			_exit(1);
		_exit(unshare(CLONE_NEWUSER) ? 1 : 0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void add_children(const char *path, pid_t *out, size_t *count)
{
	FILE *f = fopen(path, "r");
	int child;

	while (f && *count < MOST && fscanf(f, "%d", &child) == 1)
		out[(*count)++] = child;
	if (f)
		fclose(f);
}

/* Children of a process and theirs, by /proc alone: each thread has its own.
 */
static size_t descendants(pid_t root, pid_t *out)
{
	size_t count = 0, kept = 0;

	out[count++] = root;
	for (size_t i = 0; i < count; i++) {
		char path[320];
		struct dirent *task;
		DIR *tasks;

		snprintf(path, sizeof(path), "/proc/%d/task", (int)out[i]);
		tasks = opendir(path);
		while (tasks && (task = readdir(tasks))) {
			snprintf(path, sizeof(path),
				 "/proc/%d/task/%s/children", (int)out[i],
				 task->d_name);
			add_children(path, out, &count);
		}
		if (tasks)
			closedir(tasks);
	}
	for (size_t i = 0; i < count; i++) {
		char text[64];

		/* What has ended and waits for its parent confines nobody. */
		live_status(out[i], "State", text, sizeof(text));
		if (text[0] && text[0] != 'Z')
			out[kept++] = out[i];
	}
	return kept;
}

static bool contains(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

/* What the tag says must be what the links and the status say. */
static void check_tag(const struct collect *c, pid_t pid)
{
	const char *tag = collect_text(c, pid, FACT_SANDBOX);
	char seccomp[16];

	live_status(pid, "Seccomp", seccomp, sizeof(seccomp));
	assert_int_equal(contains(tag, "seccomp"), seccomp[0] == '2');
	assert_int_equal(contains(tag, "userns"),
			 live_namespace(pid, "user") !=
				 live_namespace(getpid(), "user"));
	assert_int_equal(contains(tag, "net"),
			 live_namespace(pid, "net") !=
				 live_namespace(getpid(), "net"));
	assert_int_equal(collect_fact(c, pid, FACT_SANDBOX)->state, FACT_KNOWN);
}

static bool is_renderer(pid_t pid)
{
	char path[64], text[4096];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	f = fopen(path, "r");
	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return contains(text, "--type=renderer");
}

/* A slow machine takes its time; a moment more for the last of them. */
static size_t wait_for_renderer(pid_t browser, pid_t *pids)
{
	for (int i = 0; i < 200; i++) {
		size_t count = descendants(browser, pids);

		for (size_t k = 0; k < count; k++) {
			if (!is_renderer(pids[k]))
				continue;
			sleep(2);
			return descendants(browser, pids);
		}
		usleep(100000);
	}
	return descendants(browser, pids);
}

static void sandboxes__chromium(void **state)
{
	static const char *const argv[] = {
		"chromium",       "--headless=new",
		"--no-first-run", "--user-data-dir=profile",
		"about:blank",    NULL};
	struct live l;
	pid_t pids[MOST];
	int64_t wide[MOST];
	size_t count, renderers = 0;
	pid_t browser;

	(void)state;
	if (!have("chromium") || !live_user() || !user_namespaces_work())
		skip();
	browser = live_start(live_user(), argv);
	count = wait_for_renderer(browser, pids);
	for (size_t i = 0; i < count; i++)
		wide[i] = pids[i];
	live_open(&l, true);
	live_read(&l, wide, count);
	for (size_t i = 0; i < count; i++) {
		live_compare(&l.c, pids[i]);
		check_tag(&l.c, pids[i]);
		if (!is_renderer(pids[i]))
			continue;
		renderers++;
		assert_string_equal(collect_text(&l.c, pids[i], FACT_SANDBOX),
				    "userns pid net + seccomp + chroot");
		assert_string_equal(collect_text(&l.c, pids[i],
						 FACT_CAPABILITIES_EFFECTIVE),
				    "");
	}
	assert_string_equal(collect_text(&l.c, browser, FACT_SANDBOX), "none");
	assert_true(count >= 6);
	assert_true(renderers >= 1);
	live_close(&l);
	live_stop(browser);
}

/* The program inside is the innermost process. */
static void check_inner(const char *const *argv, const char *tag)
{
	struct live l;
	pid_t pids[MOST];
	int64_t wide[MOST];
	pid_t outer = live_start(live_user(), argv);
	size_t count;

	sleep(2);
	count = descendants(outer, pids);
	for (size_t i = 0; i < count; i++)
		wide[i] = pids[i];
	live_open(&l, true);
	live_read(&l, wide, count);
	assert_true(count >= 2);
	/* A launcher that is root's own may be refused to others only. */
	for (size_t i = 0; i < count; i++) {
		live_compare(&l.c, pids[i]);
		check_tag(&l.c, pids[i]);
	}
	if (tag)
		assert_string_equal(
			collect_text(&l.c, pids[count - 1], FACT_SANDBOX), tag);
	live_close(&l);
	live_stop(outer);
}

static void sandboxes__bwrap(void **state)
{
	static const char *const argv[] = {
		"bwrap", "--unshare-all", "--ro-bind", "/",
		"/",     "--proc",        "/proc",     "--dev",
		"/dev",  "--new-session", "sleep",     "30",
		NULL};

	(void)state;
	if (!have("bwrap") || !live_user() || !user_namespaces_work())
		skip();
	check_inner(argv, "userns pid net mnt ipc uts cgroup");
}

static void sandboxes__firejail(void **state)
{
	static const char *const argv[] = {
		"firejail",    "--quiet", "--seccomp", "--caps.drop=all",
		"--noprofile", "sleep",   "30",        NULL};

	char command[128];

	(void)state;
	/* It refuses to work in some containers, and for system users such as
	 * nobody, with a message of its own. */
	snprintf(command, sizeof(command),
		 "setpriv --reuid %u --clear-groups "
		 "firejail --quiet --noprofile true >/dev/null 2>&1",
		 (unsigned)live_user());
	if (!have("firejail") || !live_user() || !user_namespaces_work() ||
	    system(command))
		skip();
	check_inner(argv, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(sandboxes__chromium, live_teardown),
		cmocka_unit_test_teardown(sandboxes__bwrap, live_teardown),
		cmocka_unit_test_teardown(sandboxes__firejail, live_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
