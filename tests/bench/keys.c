/*
 * usage: keys first COUNT COMMAND...  ms until the first full screen
 *        keys answer COUNT KEYS COMMAND...
 *                                     ms until a key is answered: median,
 *                                     95th of a hundred, worst, and how many
 *                                     were not answered within a second
 *
 * Runs COMMAND, the screen, in a terminal of its own (80x24). Full means that
 * the head counts at least COUNT processes, the list holds some and the keys
 * are drawn, which are the last line. A key is answered when the selected line
 * is another process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vt.h"

enum {
	ROWS = 24,
	COLUMNS = 80,
	HEAD_ROWS_MAX = 4, /* head, sources, headings */
	LIST_ROWS = 8,     /* at least; the detail has the rest */
	KEYS_MAX = 1000,
	FIRST_MS_MAX = 30000,
	ANSWER_MS_MAX = 1000,
	SETTLE_MS = 3000,
	PAUSE_MS = 35, /* between keys; not a divisor of a second */
};

struct driver {
	int fd;
	pid_t pid;
	struct vt vt;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int start(struct driver *d, char **command)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
	const char *name;

	d->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (d->fd < 0 || grantpt(d->fd) || unlockpt(d->fd))
		return -1;
	name = ptsname(d->fd);
	ioctl(d->fd, TIOCSWINSZ, &size);
	vt_init(&d->vt, ROWS, COLUMNS);
	d->pid = fork();
	if (d->pid)
		return d->pid < 0 ? -1 : 0;
	setsid();
	for (int fd = 0; fd < 3; fd++) {
		int terminal = open(name, O_RDWR);

		if (terminal < 0 || dup2(terminal, fd) < 0)
			_exit(126);
		if (terminal > 2)
			close(terminal);
	}
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	execvp(command[0], command);
	_exit(127);
}

/* Takes what there is until `until`; false when nothing came, or the end. */
static bool take(struct driver *d, double until)
{
	struct pollfd in = {.fd = d->fd, .events = POLLIN};
	double left = until - now_ms();
	uint8_t bytes[65536];
	ssize_t n;

	if (poll(&in, 1, left < 0 ? 0 : (int)left + 1) <= 0)
		return false;
	n = read(d->fd, bytes, sizeof(bytes));
	if (n <= 0)
		return false;
	vt_write(&d->vt, bytes, (size_t)n);
	if (d->vt.reply_len && write(d->fd, d->vt.reply, d->vt.reply_len) < 0)
		return false;
	d->vt.reply_len = 0;
	return true;
}

/* The number before " proc" in the first lines; -1 where there is none. */
static long counted(const struct vt *vt)
{
	char text[VT_COLUMNS_MAX + 1];

	for (int row = 0; row < HEAD_ROWS_MAX; row++) {
		const char *hit;
		long n = 0, place = 1;

		vt_row(vt, row, text);
		hit = strstr(text, " proc");
		if (!hit)
			continue;
		/* Backwards over digits and what may stand between them. */
		while (hit > text &&
		       ((hit[-1] >= '0' && hit[-1] <= '9') || hit[-1] == ',')) {
			hit--;
			if (*hit != ',') {
				n += (*hit - '0') * place;
				place *= 10;
			}
		}
		return place > 1 ? n : -1;
	}
	return -1;
}

static bool first_number(const char *text, long *n)
{
	char *end;

	*n = strtol(text, &end, 10);
	return end != text && *n > 0;
}

static bool is_full(const struct vt *vt, long count)
{
	char text[VT_COLUMNS_MAX + 1];
	int rows = 0;
	long pid;

	if (counted(vt) < count)
		return false;
	for (int row = 0; row < ROWS; row++) {
		vt_row(vt, row, text);
		rows += first_number(text, &pid);
	}
	vt_row(vt, ROWS - 1, text);
	return rows >= LIST_ROWS && strstr(text, "Quit");
}

static bool wait_full(struct driver *d, long count, double begun)
{
	while (!is_full(&d->vt, count)) {
		if (!take(d, begun + FIRST_MS_MAX) &&
		    now_ms() > begun + FIRST_MS_MAX)
			return false;
		if (waitpid(d->pid, NULL, WNOHANG) == d->pid)
			return false;
	}
	return true;
}

/* The pid of the line that is marked from end to end; 0 for none. */
static long selected(const struct vt *vt)
{
	char text[VT_COLUMNS_MAX + 1];
	long pid;

	for (int row = 0; row < ROWS; row++) {
		vt_row(vt, row, text);
		if (vt_marked(vt, row) > COLUMNS / 2 &&
		    first_number(text, &pid))
			return pid;
	}
	return 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Down, down, down, a page down, and up again now and then. */
static const char *key(long i)
{
	return i % 40 == 39 ? "\033OH" : i % 4 == 3 ? "\033[6~" : "\033OB";
}

static double press(struct driver *d, const char *bytes)
{
	long before = selected(&d->vt);
	double begun = now_ms();

	if (write(d->fd, bytes, strlen(bytes)) < 0)
		return ANSWER_MS_MAX;
	while (selected(&d->vt) == before) {
		if (!take(d, begun + ANSWER_MS_MAX) &&
		    now_ms() >= begun + ANSWER_MS_MAX)
			return ANSWER_MS_MAX;
	}
	return now_ms() - begun;
}

static void pass(struct driver *d, double ms)
{
	double until = now_ms() + ms;

	while (now_ms() < until)
		(void)take(d, until);
}

static int answer(struct driver *d, long keys)
{
	double each[KEYS_MAX];
	int late = 0;

	pass(d, SETTLE_MS);
	if (!selected(&d->vt)) {
		fprintf(stderr, "keys: no line is selected\n");
		return 1;
	}
	for (long i = 0; i < keys; i++) {
		pass(d, PAUSE_MS + (double)(i * 7 % 30));
		each[i] = press(d, key(i));
		late += each[i] >= ANSWER_MS_MAX;
	}
	qsort(each, (size_t)keys, sizeof(*each), by_size);
	printf("%.3f %.3f %.3f %d\n", each[keys / 2], each[keys * 95 / 100],
	       each[keys - 1], late);
	return 0;
}

static void stop(struct driver *d)
{
	double until = now_ms() + 2000;

	kill(d->pid, SIGTERM);
	while (waitpid(d->pid, NULL, WNOHANG) == 0) {
		(void)take(d, now_ms() + 10);
		if (now_ms() > until)
			kill(d->pid, SIGKILL);
	}
	close(d->fd);
}

static void show(const struct vt *vt)
{
	char text[VT_COLUMNS_MAX + 1];

	for (int row = 0; row < ROWS; row++) {
		vt_row(vt, row, text);
		fprintf(stderr, "%s\n", text);
	}
}

int main(int argc, char **argv)
{
	static struct driver d;
	bool first = argc > 3 && !strcmp(argv[1], "first");
	bool keys = argc > 4 && !strcmp(argv[1], "answer");
	long count, presses = 0;
	double begun;
	int result = 0;

	if (keys)
		presses = strtol(argv[3], NULL, 10);
	if ((!first && !keys) || presses < 0 || presses > KEYS_MAX) {
		fprintf(stderr, "usage: keys first COUNT COMMAND... | "
				"answer COUNT KEYS COMMAND...\n");
		return 64;
	}
	count = strtol(argv[2], NULL, 10);
	begun = now_ms();
	if (start(&d, argv + (first ? 3 : 4))) {
		perror("keys");
		return 1;
	}
	if (!wait_full(&d, count, begun)) {
		fprintf(stderr, "keys: the screen never was full:\n");
		show(&d.vt);
		result = 1;
	} else if (first) {
		printf("%.3f\n", now_ms() - begun);
	} else {
		result = answer(&d, presses);
	}
	stop(&d);
	return result;
}
