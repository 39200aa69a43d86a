/* A signal for the very process: a descriptor holds on to it, so that a later
 * one with its pid is never hit (pidfd_open(2)). */
#include "linux.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static enum status check_start(struct probe *p, int64_t pid, int64_t started_ns,
			       struct error *err)
{
	struct entry *e = table_find(p, (int32_t)pid);
	struct stat_read s;
	int64_t start_ns;

	life_read_stat(p, (int32_t)pid, &s);
	if (s.error)
		return error_set(err, status_from_errno(s.error), -1,
				 "process %lld has ended", (long long)pid);
	start_ns = probe_tick_time_ns(p, s.stat.start_ticks);
	/* The time of a fork that was seen is finer than the kernel's tick. */
	if (e && e->start_ticks && e->started_ns == started_ns) {
		if (e->start_ticks == s.stat.start_ticks)
			return STATUS_OK;
	} else if (start_ns <= started_ns + p->ns_per_tick &&
		   started_ns <= start_ns + 2 * p->ns_per_tick) {
		return STATUS_OK;
	}
	return error_set(err, STATUS_NOT_FOUND, -1,
			 "process %lld has ended; another has its number now",
			 (long long)pid);
}

enum status linux_signal(struct probe *p, int64_t pid, int64_t started_ns,
			 int signal, struct error *err)
{
	enum status status;
	int fd;

	if (p->reader.foreign || pid <= 0 || pid > INT32_MAX)
		return error_set(err, STATUS_USAGE, -1,
				 "no living process %lld", (long long)pid);
	fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (fd < 0)
		return error_set(err, status_from_errno(errno), -1,
				 "process %lld: %s", (long long)pid,
				 strerror(errno));
	/* Now the descriptor is some process's: was it the one that is meant?
	 */
	status = check_start(p, pid, started_ns, err);
	if (!status && syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0))
		status = error_set(err, status_from_errno(errno), -1,
				   "cannot signal process %lld: %s",
				   (long long)pid, strerror(errno));
	close(fd);
	return status;
}
