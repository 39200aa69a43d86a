/*
 * usage: idle COUNT [PER_SECOND]
 *
 * COUNT processes that do nothing, in families of a hundred, and PER_SECOND
 * more each second that live for a tenth of one. Says "ready" when all exist;
 * ends, and all with it, when its standard input does.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
	FAMILY = 100,
	COUNT_MAX = 100000,
	PER_SECOND_MAX = 5000,
	LIFE_NS = 100 * 1000 * 1000,
};

static void wait_for_death(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

/* One parent and its children; a byte says that they are there, or not. */
static void family(long children, int ready)
{
	char byte = 'y';

	for (long i = 0; i < children && byte == 'y'; i++) {
		pid_t pid = fork();

		if (!pid) {
			close(ready);
			wait_for_death();
		}
		if (pid < 0)
			byte = 'n';
	}
	if (write(ready, &byte, 1) != 1)
		_exit(1);
	close(ready);
	wait_for_death();
}

static int make_all(long count)
{
	int ends[2];
	long families = 0;
	char byte = 'y';

	if (pipe(ends)) {
		perror("idle: pipe");
		return -1;
	}
	while (count > 0 && byte == 'y') {
		long size = count < FAMILY ? count : FAMILY;
		pid_t pid = fork();

		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(ends[0]);
			family(size - 1, ends[1]);
		}
		if (pid < 0)
			byte = 'n';
		count -= size;
		families++;
	}
	close(ends[1]);
	while (families > 0 && byte == 'y' && read(ends[0], &byte, 1) == 1)
		families--;
	close(ends[0]);
	if (families || byte != 'y') {
		fprintf(stderr, "idle: the system allows no more processes\n");
		return -1;
	}
	return 0;
}

static void short_life(void)
{
	struct timespec life = {.tv_nsec = LIFE_NS};

	nanosleep(&life, NULL);
	_exit(0);
}

static int input_ended(int wait_ms)
{
	struct pollfd in = {.fd = 0, .events = POLLIN};
	char byte;

	return poll(&in, 1, wait_ms) > 0 && read(0, &byte, 1) <= 0;
}

/* Forks as many as are due, in steps of the timer. */
static void churn(long per_second)
{
	struct timespec begun, now;
	long made = 0;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	while (!input_ended(2)) {
		double due;

		clock_gettime(CLOCK_MONOTONIC, &now);
		due = (double)(now.tv_sec - begun.tv_sec) +
		      (double)(now.tv_nsec - begun.tv_nsec) / 1e9;
		for (; made < (long)(due * (double)per_second); made++) {
			if (!fork())
				short_life();
		}
	}
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	long per_second = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	if (count < 1 || count > COUNT_MAX || per_second < 0 ||
	    per_second > PER_SECOND_MAX) {
		fprintf(stderr, "usage: idle COUNT [PER_SECOND]\n");
		return 64;
	}
	setpgid(0, 0);
	signal(SIGCHLD, SIG_IGN);
	if (make_all(count)) {
		kill(0, SIGKILL);
		return 1;
	}
	puts("ready");
	fflush(stdout);
	if (per_second)
		churn(per_second);
	else
		while (!input_ended(-1))
			;
	kill(0, SIGKILL);
	return 0;
}
