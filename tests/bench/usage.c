/* usage: usage COMMAND...
 *
 * Runs it with its output thrown away; prints the time it took in ms, the CPU
 * of it in ms, and its peak memory in kB. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double ms(const struct timeval *t)
{
	return (double)t->tv_sec * 1e3 + (double)t->tv_usec / 1e3;
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return 71;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.2f %.2f %ld\n",
	       (double)(to.tv_sec - from.tv_sec) * 1e3 +
		       (double)(to.tv_nsec - from.tv_nsec) / 1e6,
	       ms(&usage.ru_utime) + ms(&usage.ru_stime), usage.ru_maxrss);
	return WIFEXITED(status) && WEXITSTATUS(status) < 2 ? 0 : 1;
}
