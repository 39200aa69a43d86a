/*
 * usage: sample cpu PID SECONDS   milliseconds of CPU each second: median,
 *                                 mean, the median of the quiet seconds, how
 *                                 many of those there were. Quiet: hardly any
 *                                 process began in it or just before
 *        sample bursts PID SECONDS
 *                                 the same for each burst of work: those of a
 *                                 program that works, then rests a while; the
 *                                 third figure is how many there were
 *        sample time COMMAND...   one run, output thrown away: wall and CPU ms
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	SECONDS_MAX = 600,
	STEP_NS = 10 * 1000 * 1000,
	QUIET_FORKS = 3,
	/* A pause this long ends a burst: shorter ones are a busy machine's. */
	REST_STEPS = 40,
};

static double ms_of(const struct timespec *t)
{
	return (double)t->tv_sec * 1e3 + (double)t->tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* How many processes and threads the machine has begun; 0 unknown. */
static long forked(void)
{
	FILE *f = fopen("/proc/stat", "r");
	char line[4096];
	long n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "processes ", 10))
			n = strtol(line + 10, NULL, 10);
	}
	if (f)
		fclose(f);
	return n;
}

static double median(double *each, long count)
{
	qsort(each, (size_t)count, sizeof(*each), by_size);
	return count ? each[count / 2] : 0;
}

/* The clock counts all threads, those that have ended too. */
static int cpu(pid_t pid, long seconds)
{
	double each[SECONDS_MAX], quiet[SECONDS_MAX], sum = 0, last, now;
	long quiet_count = 0, before = QUIET_FORKS + 1, forks, begun = forked();
	struct timespec ts, next;
	clockid_t clock;

	if (seconds < 1 || seconds > SECONDS_MAX ||
	    clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts)) {
		fprintf(stderr, "sample: no process %d\n", (int)pid);
		return 1;
	}
	last = ms_of(&ts);
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (long i = 0; i < seconds; i++) {
		next.tv_sec++;
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next,
				       NULL) == EINTR)
			;
		if (clock_gettime(clock, &ts)) {
			fprintf(stderr, "sample: %d has ended\n", (int)pid);
			return 1;
		}
		now = ms_of(&ts);
		forks = forked() - begun;
		begun += forks;
		each[i] = now - last;
		sum += each[i];
		if (forks <= QUIET_FORKS && before <= QUIET_FORKS)
			quiet[quiet_count++] = each[i];
		before = forks;
		last = now;
	}
	printf("%.3f %.3f", median(each, seconds), sum / (double)seconds);
	printf(" %.3f %ld\n", median(quiet, quiet_count), quiet_count);
	return 0;
}

static void step(struct timespec *next)
{
	next->tv_nsec += STEP_NS;
	if (next->tv_nsec >= 1000000000) {
		next->tv_nsec -= 1000000000;
		next->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL) ==
	       EINTR)
		;
}

/* Whole bursts only: the first begins after a rest, the last ends with one. */
static int bursts(pid_t pid, long seconds)
{
	double each[SECONDS_MAX], sum = 0, last, began = -1;
	long count = 0, resting = 0;
	struct timespec ts, next, end;
	clockid_t clock;

	if (seconds < 1 || seconds > SECONDS_MAX ||
	    clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts)) {
		fprintf(stderr, "sample: no process %d\n", (int)pid);
		return 1;
	}
	last = ms_of(&ts);
	clock_gettime(CLOCK_MONOTONIC, &next);
	end = next;
	end.tv_sec += seconds;
	while (ms_of(&next) < ms_of(&end) && count < SECONDS_MAX) {
		step(&next);
		if (clock_gettime(clock, &ts)) {
			fprintf(stderr, "sample: %d has ended\n", (int)pid);
			return 1;
		}
		resting = ms_of(&ts) > last ? 0 : resting + 1;
		last = ms_of(&ts);
		if (resting != REST_STEPS)
			continue;
		if (began >= 0) {
			each[count] = last - began;
			sum += each[count++];
		}
		began = last;
	}
	if (!count) {
		fprintf(stderr, "sample: %d never rested\n", (int)pid);
		return 1;
	}
	printf("%.3f %.3f %ld\n", median(each, count), sum / (double)count,
	       count);
	return 0;
}

static double tv_ms(const struct timeval *t)
{
	return (double)t->tv_sec * 1e3 + (double)t->tv_usec / 1e3;
}

static int time_one(char **command)
{
	struct timespec begun, done;
	struct rusage use;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
			_exit(126);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid) {
		perror("sample");
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &done);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "sample: %s failed\n", command[0]);
		return 1;
	}
	printf("%.3f %.3f\n", ms_of(&done) - ms_of(&begun),
	       tv_ms(&use.ru_utime) + tv_ms(&use.ru_stime));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "cpu"))
		return cpu((pid_t)strtol(argv[2], NULL, 10),
			   strtol(argv[3], NULL, 10));
	if (argc == 4 && !strcmp(argv[1], "bursts"))
		return bursts((pid_t)strtol(argv[2], NULL, 10),
			      strtol(argv[3], NULL, 10));
	if (argc > 2 && !strcmp(argv[1], "time"))
		return time_one(argv + 2);
	fprintf(stderr, "usage: sample cpu|bursts PID SECONDS | time "
			"COMMAND...\n");
	return 64;
}
