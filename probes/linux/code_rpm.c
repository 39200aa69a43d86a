#include "code_rpm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES = 512, PATH_BYTES = 4096 };

bool rpm_has_database(int root)
{
	static const char *const files[] = {
		"var/lib/rpm/rpmdb.sqlite",
		"var/lib/rpm/Packages",
		"var/lib/rpm/Packages.db",
		"usr/lib/sysimage/rpm/rpmdb.sqlite",
		"usr/lib/sysimage/rpm/Packages",
		"usr/lib/sysimage/rpm/Packages.db",
	};
	struct stat st;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (fstatat(root, files[i], &st, 0) == 0 && st.st_size > 0)
			return true;
	return false;
}

/* rpm's macros can run programs, so it gets nobody's home. */
static enum status start(const char *program, const char *path, int out,
			 pid_t *pid, struct error *err)
{
	static const char *const environment[] = {"PATH=/usr/bin:/bin",
						  "LC_ALL=C", "HOME=/", NULL};
	const char *const argv[] = {"rpm",
				    "-qf",
				    "--queryformat",
				    "%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n",
				    "--",
				    path,
				    NULL};
	posix_spawn_file_actions_t actions;
	int error;

	if (posix_spawn_file_actions_init(&actions))
		return error_set(err, STATUS_MEMORY, -1, "no memory");
	(void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
					       O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, out, 1);
	(void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
					       O_WRONLY, 0);
	error = posix_spawn(pid, program, &actions, NULL,
			    (char *const *)(uintptr_t)argv,
			    (char *const *)(uintptr_t)environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (error)
		return error_set(err, STATUS_UNSUPPORTED, -1,
				 "the packages are rpm's, and %s cannot be "
				 "run: %s",
				 program, strerror(error));
	return STATUS_OK;
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What it writes until it ends; false when its time is over. */
static bool listen_to(int fd, char *answer, size_t *len)
{
	int64_t until = now_ms() + RPM_PATIENCE_MS;

	*len = 0;
	for (;;) {
		struct pollfd wait = {fd, POLLIN, 0};
		int64_t left = until - now_ms();
		char spare[256];
		bool room = *len < ANSWER_BYTES;
		ssize_t n;

		if (left <= 0 || poll(&wait, 1, (int)left) == 0)
			return false;
		n = read(fd, room ? answer + *len : spare,
			 room ? ANSWER_BYTES - *len : sizeof(spare));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return true;
		if (room)
			*len += (size_t)n;
	}
}

/* "bash 5.2.26-3.fc40.x86_64", one a line. */
static enum status digest(struct slice answer, int wait_status,
			  struct text *out, struct error *err)
{
	bool first = true;

	if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0)
		return error_set(err, STATUS_NOT_FOUND, -1,
				 "no package has this file");
	while (answer.len) {
		size_t end = slice_find_byte(answer, '\n');

		text_add_text(out, first ? "" : ", ");
		text_add(out, slice_part(answer, 0, end));
		answer = slice_part(answer, end + 1, answer.len);
		first = false;
	}
	if (first)
		return error_set(err, STATUS_IO, -1, "rpm said nothing");
	return STATUS_OK;
}

enum status rpm_owner(const char *program, struct slice path, struct text *out,
		      struct error *err)
{
	char name[PATH_BYTES], answer[ANSWER_BYTES];
	int fds[2], wait_status = -1;
	size_t len;
	bool ended;
	pid_t pid;
	enum status status;

	if (path.len >= sizeof(name))
		return error_set(err, STATUS_LIMIT, -1, "the path is too long");
	memcpy(name, path.ptr, path.len);
	name[path.len] = 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return error_set(err, STATUS_IO, -1, "%s", strerror(errno));
	status = start(program ? program : "/usr/bin/rpm", name, fds[1], &pid,
		       err);
	(void)close(fds[1]);
	if (status) {
		(void)close(fds[0]);
		return status;
	}
	ended = listen_to(fds[0], answer, &len);
	(void)close(fds[0]);
	if (!ended)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		continue;
	if (!ended)
		return error_set(err, STATUS_TIMEOUT, -1,
				 "rpm did not answer within %d ms",
				 (int)RPM_PATIENCE_MS);
	return digest(slice_of(answer, len), wait_status, out, err);
}
