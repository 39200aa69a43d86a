#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const namespaces[] = {"user", "pid", "net",    "mnt",
					 "ipc",  "uts", "cgroup", "time"};

void live_open(struct live *l, bool connector)
{
	struct error err = {.message = ""};
	struct probe_options options = {.no_connector = !connector};

	collect_init(&l->c);
	options.pool = l->c.pool;
	if (probe_live()->open(&options, &l->p, &err))
		fail_msg("open: %s", err.message);
}

void live_close(struct live *l)
{
	probe_live()->close(l->p);
	collect_release(&l->c);
}

static bool settled(const struct collect *c, void *context)
{
	(void)context;
	return c->listed &&
	       c->sources[SOURCE_PROC_CONNECTOR] != SOURCE_STARTING;
}

void live_settle(struct live *l)
{
	assert_true(collect_until(&l->c, l->p, 5 * S, settled, NULL));
	/* The first readings of all. */
	collect_for(&l->c, l->p, 300 * MS);
}

void live_read(struct live *l, const int64_t *pids, size_t count)
{
	struct event_sink sink = collect_sink(&l->c);

	assert_int_equal(
		probe_live()->read_all(l->p, pids, count, 10 * S, &sink, NULL),
		STATUS_OK);
}

int64_t live_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * S + t.tv_nsec;
}

static void become(uid_t uid)
{
	const struct passwd *pw = uid ? getpwuid(uid) : NULL;
	char dir[64];

	if (!uid)
		return;
	snprintf(dir, sizeof(dir), "/tmp/sandtree-live-%u", (unsigned)uid);
	if (setgroups(0, NULL) || setgid(pw ? pw->pw_gid : (gid_t)uid) ||
	    setuid(uid) || (mkdir(dir, 0700) && errno != EEXIST) || chdir(dir))
		_exit(126);
	setenv("HOME", dir, 1);
	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	unsetenv("XDG_RUNTIME_DIR");
}

/* What runs for the current test. */
static pid_t started[64];

static void remember(pid_t from, pid_t to)
{
	for (size_t i = 0; i < sizeof(started) / sizeof(*started); i++) {
		if (started[i] != from)
			continue;
		started[i] = to;
		return;
	}
}

pid_t live_fork(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		remember(0, pid);
	else
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

pid_t live_start(uid_t uid, const char *const *argv)
{
	pid_t pid = live_fork();
	int null;

	if (pid > 0)
		return pid;
	setpgid(0, 0);
	become(uid);
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

void live_stop(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	remember(pid, 0);
}

/* What the programs kept in their home: a profile, crash reports. */
static void remove_home(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf /tmp/sandtree-live-%u",
		 (unsigned)live_user());
	if (live_user() && system(command))
		print_message("left behind: %s\n", command + 7);
}

int live_teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(started) / sizeof(*started); i++) {
		/* One that was collected may have given its pid to another. */
		if (started[i] && waitpid(started[i], NULL, WNOHANG) == 0)
			live_stop(started[i]);
		started[i] = 0;
	}
	remove_home();
	return 0;
}

uid_t live_user(void)
{
	/* What login.defs(5) gives to people, on Debian and elsewhere. */
	enum { FIRST = 1000, LAST = 60000 };
	const struct passwd *pw;
	uid_t found = 0;

	if (getuid() != 0)
		return 0;
	setpwent();
	while (!found && (pw = getpwent()))
		if (pw->pw_uid >= FIRST && pw->pw_uid <= LAST)
			found = pw->pw_uid;
	endpwent();
	if (found)
		return found;
	pw = getpwnam("nobody");
	return pw ? pw->pw_uid : 0;
}

void live_status(pid_t pid, const char *key, char *out, size_t bytes)
{
	char path[64], line[4096];
	size_t n = strlen(key);
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	out[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, n) != 0 || line[n] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(out, bytes, "%s",
			 line + n + 1 + strspn(line + n + 1, " \t"));
	}
	if (f)
		fclose(f);
}

static bool read_link(pid_t pid, const char *name, char *out, size_t bytes)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	n = readlink(path, out, bytes - 1);
	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

uint32_t live_namespace(pid_t pid, const char *name)
{
	char path[64];
	struct stat st;

	/* Not by the link's text, as the probe does it. */
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, name);
	return stat(path, &st) ? 0 : (uint32_t)st.st_ino;
}

/* 1 or 0 as lsns says, -1 when it gave up. */
static int ask_lsns(pid_t pid, uint32_t inode)
{
	char command[96], line[64];
	int found = 0;
	FILE *f;

	snprintf(command, sizeof(command), "lsns -n -o NS -p %d 2>/dev/null",
		 (int)pid);
	f = popen(command, "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if ((uint32_t)strtoul(line, NULL, 10) == inode)
			found = 1;
	return pclose(f) ? -1 : found;
}

int live_lsns(pid_t pid, uint32_t inode)
{
	int answer = -1;

	if (access("/usr/bin/lsns", X_OK))
		return -1;
	/* It reads all processes, and may miss some while others end. */
	for (int i = 0; i < 20 && answer <= 0; i++)
		answer = ask_lsns(pid, inode);
	return answer < 0 ? 0 : answer;
}

static void compare_namespaces(const struct collect *c, pid_t pid)
{
	const struct collected_fact *f = collect_fact(c, pid, FACT_NAMESPACES);

	assert_non_null(f);
	assert_int_equal(f->state, FACT_KNOWN);
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++) {
		uint32_t theirs = live_namespace(pid, namespaces[i]);
		uint32_t ours = live_namespace(getpid(), namespaces[i]);
		struct value told = value_get(f->value, namespaces[i]);

		if (theirs == ours) {
			assert_int_equal(told.type, VALUE_NONE);
			continue;
		}
		assert_int_equal(told.type, VALUE_INT);
		assert_int_equal(told.as.integer, theirs);
		assert_int_not_equal(live_lsns(pid, theirs), 0);
	}
}

static void compare_status(const struct collect *c, pid_t pid)
{
	static const char *const modes[] = {"disabled", "strict", "filter"};
	char text[256];
	const struct collected_fact *f;
	uint64_t mask;
	int bits = 0;

	live_status(pid, "Seccomp", text, sizeof(text));
	assert_string_equal(collect_text(c, pid, FACT_SECCOMP_MODE),
			    modes[text[0] - '0']);
	live_status(pid, "Seccomp_filters", text, sizeof(text));
	assert_string_equal(collect_text(c, pid, FACT_SECCOMP_FILTERS), text);
	live_status(pid, "NoNewPrivs", text, sizeof(text));
	assert_string_equal(collect_text(c, pid, FACT_NO_NEW_PRIVS),
			    text[0] == '1' ? "yes" : "no");
	live_status(pid, "CapEff", text, sizeof(text));
	for (mask = strtoull(text, NULL, 16); mask; mask &= mask - 1)
		bits++;
	f = collect_fact(c, pid, FACT_CAPABILITIES_EFFECTIVE);
	assert_non_null(f);
	assert_int_equal(value_count(f->value), bits);
	live_status(pid, "Uid", text, sizeof(text));
	strtok_r(text, "\t", &(char *){NULL});
	assert_string_equal(collect_text(c, pid, FACT_UID), text);
}

static void compare_links(const struct collect *c, pid_t pid)
{
	char text[4096];

	if (read_link(pid, "root", text, sizeof(text)))
		assert_string_equal(collect_text(c, pid, FACT_ROOT_DIRECTORY),
				    text);
	if (read_link(pid, "exe", text, sizeof(text)))
		assert_string_equal(collect_text(c, pid, FACT_EXECUTABLE),
				    text);
}

/* By the file's own words, joined as collect_text joins. */
static void compare_arguments(const struct collect *c, pid_t pid)
{
	char path[64], text[8192];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	while (n && !text[n - 1])
		n--;
	for (size_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	text[n] = '\0';
	if (n < sizeof(text) - 2)
		assert_string_equal(collect_text(c, pid, FACT_ARGUMENTS), text);
}

void live_compare(const struct collect *c, pid_t pid)
{
	char path[64];

	compare_namespaces(c, pid);
	compare_status(c, pid);
	compare_links(c, pid);
	compare_arguments(c, pid);
	/* It was there all the time, or nothing of this meant anything. */
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	assert_int_equal(access(path, F_OK), 0);
}
