#include "terminal_signal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static const int ending[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
static const int telling[] = {SIGWINCH, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	RESTORE_MAX = 256,
	ALTERNATE_STACK = 64 << 10,
};

/*
 * The one place with state of the file: a signal handler has nothing else to
 * reach. `restore` is written once, before the handlers are there.
 */
static struct {
	volatile sig_atomic_t resized, stop, continued, ended;
	int pipe[2];
	bool started;
	struct sigaction old_ending[COUNT(ending)];
	struct sigaction old_telling[COUNT(telling)];
	struct sigaction old_fatal[COUNT(fatal)], old_pipe;
	struct termios settings;
	int in_fd, out_fd;
	char restore[RESTORE_MAX];
	size_t restore_len;
	char stack[ALTERNATE_STACK];
} state = {.pipe = {-1, -1}};

static void add_restore(const char *sequence)
{
	size_t n;

	if (!sequence || sequence == (char *)-1)
		return;
	n = strlen(sequence);
	/* All of it or nothing: half a sequence would do harm. */
	if (RESTORE_MAX - state.restore_len < n)
		return;
	memcpy(state.restore + state.restore_len, sequence, n);
	state.restore_len += n;
}

void terminal_signal_save(int in_fd, int out_fd, bool mouse)
{
	state.in_fd = in_fd;
	state.out_fd = out_fd;
	state.restore_len = 0;
	tcgetattr(in_fd, &state.settings);
	if (mouse)
		add_restore("\033[?1006l\033[?1000l");
	add_restore(tigetstr("sgr0"));
	add_restore(tigetstr("cnorm"));
	add_restore(tigetstr("rmkx"));
	add_restore(tigetstr("rmcup"));
}

static void wake(void)
{
	int kept = errno;
	ssize_t done = write(state.pipe[1], "", 1);

	/* A full pipe wakes just as well. */
	(void)done;
	errno = kept;
}

static void on_ending(int number)
{
	state.ended = number;
	wake();
}

static void on_telling(int number)
{
	if (number == SIGWINCH)
		state.resized = 1;
	else if (number == SIGTSTP)
		state.stop = 1;
	else
		state.continued = 1;
	wake();
}

/* Only what a signal handler may call. The terminal first, then the death
 * the signal meant: a debugger and the parent see what they should. */
static void on_fatal(int number)
{
	ssize_t done = write(state.out_fd, state.restore, state.restore_len);

	(void)done;
	tcsetattr(state.in_fd, TCSANOW, &state.settings);
	/* SA_RESETHAND has put the default action back. */
	raise(number);
}

static void install(const int *numbers, size_t count, struct sigaction *old,
		    void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < count; i++)
		sigaction(numbers[i], &action, &old[i]);
}

static void put_back(const int *numbers, size_t count,
		     const struct sigaction *old)
{
	for (size_t i = 0; i < count; i++)
		sigaction(numbers[i], &old[i], NULL);
}

enum status terminal_signal_start(int *wake_fd, struct error *err)
{
	stack_t stack = {.ss_sp = state.stack, .ss_size = ALTERNATE_STACK};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (pipe(state.pipe))
		return error_set(err, status_from_errno(errno), -1,
				 "no pipe for signals");
	for (int i = 0; i < 2; i++) {
		fcntl(state.pipe[i], F_SETFL, O_NONBLOCK);
		fcntl(state.pipe[i], F_SETFD, FD_CLOEXEC);
	}
	state.resized = state.stop = state.continued = state.ended = 0;
	sigaltstack(&stack, NULL);
	install(ending, COUNT(ending), state.old_ending, on_ending, SA_RESTART);
	install(telling, COUNT(telling), state.old_telling, on_telling,
		SA_RESTART);
	install(fatal, COUNT(fatal), state.old_fatal, on_fatal,
		(int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
	sigaction(SIGPIPE, &ignore, &state.old_pipe);
	state.started = true;
	*wake_fd = state.pipe[0];
	return STATUS_OK;
}

void terminal_signal_end(void)
{
	if (!state.started)
		return;
	put_back(ending, COUNT(ending), state.old_ending);
	put_back(telling, COUNT(telling), state.old_telling);
	put_back(fatal, COUNT(fatal), state.old_fatal);
	sigaction(SIGPIPE, &state.old_pipe, NULL);
	close(state.pipe[0]);
	close(state.pipe[1]);
	state.pipe[0] = state.pipe[1] = -1;
	state.started = false;
}

struct terminal_signals terminal_signal_take(void)
{
	struct terminal_signals now;
	char bytes[64];

	while (read(state.pipe[0], bytes, sizeof(bytes)) > 0)
		continue;
	now.ended = state.ended;
	now.resized = state.resized;
	now.stop = state.stop;
	now.continued = state.continued;
	state.resized = state.stop = state.continued = 0;
	return now;
}

void terminal_signal_stop(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, ours;

	sigaction(SIGTSTP, &standard, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}
