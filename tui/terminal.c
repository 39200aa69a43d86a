#include "terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "terminal_signal.h"
#include "../model/base/text.h"

enum { ESCAPE = 27, ESCAPE_DELAY_MS = 25, SWALLOW_MAX = 4096 };

/* How long a terminal may take to tell its background; nearly all answer
 * within a millisecond, and one that never does is waited for once. */
enum { ASK_MS = 100, ANSWER_MAX = 256 };

static enum status unsupported(struct error *err, const char *what)
{
	return error_set(err, STATUS_UNSUPPORTED, -1,
			 "%s; `sandtree tree` prints the same as text", what);
}

static enum status open_descriptors(struct terminal *t, struct error *err)
{
	t->in_fd = STDIN_FILENO;
	t->out_fd = STDOUT_FILENO;
	if (!isatty(t->out_fd))
		return unsupported(err, "standard output is no terminal");
	if (isatty(t->in_fd))
		return STATUS_OK;
	/* Standard input is data: the keys come from the terminal itself. */
	t->in = fopen("/dev/tty", "re");
	if (!t->in)
		return unsupported(err, "there is no terminal to read keys "
					"from");
	t->in_fd = fileno(t->in);
	return STATUS_OK;
}

static enum status check_type(struct terminal *t, struct error *err)
{
	const char *name = getenv("TERM");
	const char *move;
	int result;

	if (!name || !*name)
		return unsupported(err, "TERM is not set, so there is no "
					"knowing how to draw here");
	if (setupterm(NULL, t->out_fd, &result) == ERR) {
		struct text safe;
		enum status status;

		text_init(&safe, 64);
		text_add_escaped(&safe, slice_text(name));
		status = error_set(err, STATUS_UNSUPPORTED, -1,
				   "no terminal description for TERM=%s; "
				   "`sandtree tree` prints the same as text",
				   safe.len ? safe.ptr : "");
		text_release(&safe);
		return status;
	}
	move = tigetstr("cup");
	if (!move || move == (char *)-1 || !strcmp(name, "dumb")) {
		del_curterm(cur_term);
		return unsupported(err, "this terminal cannot place text (TERM "
					"is dumb or its like)");
	}
	return STATUS_OK;
}

/* "rgb:1e1e/2222/2a2a", in 1 to 4 hexadecimal digits each. */
static enum theme_kind judge_background(const char *answer)
{
	const char *at = strstr(answer, "rgb:");
	double light = 0;
	/* What the eye makes of red, green and blue. */
	static const double weight[3] = {0.299, 0.587, 0.114};

	if (!at)
		return THEME_AUTO;
	at += 4;
	for (int i = 0; i < 3; i++) {
		char *end;
		unsigned long n = strtoul(at, &end, 16);
		long digits = end - at;

		if (digits < 1 || digits > 4)
			return THEME_AUTO;
		light += weight[i] * (double)n /
			 (double)((1UL << (4 * digits)) - 1);
		at = *end == '/' ? end + 1 : end;
	}
	return light > 0.5 ? THEME_LIGHT : THEME_DARK;
}

/* Reads up to the end of the answer to DA1, which every terminal gives, so
 * that one that does not know the first question is not waited for. */
static void read_answer(const struct terminal *t, char *answer, size_t size)
{
	size_t n = 0;

	while (n + 1 < size) {
		struct pollfd p = {.fd = t->in_fd, .events = POLLIN};

		if (poll(&p, 1, ASK_MS) != 1 ||
		    read(t->in_fd, answer + n, 1) != 1)
			break;
		if (answer[n++] == 'c' && n > 1 && memchr(answer, '[', n))
			break;
	}
	answer[n] = '\0';
}

static enum theme_kind ask_background(const struct terminal *t)
{
	static const char question[] = "\033]11;?\033\\\033[c";
	const char *told = getenv("COLORFGBG");
	const char *last = told ? strrchr(told, ';') : NULL;
	char answer[ANSWER_MAX];
	struct termios old, raw;

	if (last)
		return !strcmp(last, ";7") || !strcmp(last, ";15") ? THEME_LIGHT
								   : THEME_DARK;
	if (tcgetattr(t->in_fd, &old))
		return THEME_AUTO;
	raw = old;
	raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(t->in_fd, TCSANOW, &raw))
		return THEME_AUTO;
	answer[0] = '\0';
	if (write(t->out_fd, question, sizeof(question) - 1) ==
	    (ssize_t)sizeof(question) - 1)
		read_answer(t, answer, sizeof(answer));
	tcsetattr(t->in_fd, TCSANOW, &old);
	return judge_background(answer);
}

static void start_mouse(struct terminal *t)
{
	mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED;

#ifdef BUTTON5_PRESSED
	wanted |= BUTTON5_PRESSED;
#endif
	if (!t->mouse)
		return;
	mouseinterval(0);
	t->mouse = mousemask(wanted, NULL) != 0;
}

enum status terminal_open(struct terminal *t, bool mouse, bool ask,
			  struct error *err)
{
	enum status status;

	*t = (struct terminal){.mouse = mouse, .wake_fd = -1};
	setlocale(LC_CTYPE, "");
	t->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	status = open_descriptors(t, err);
	if (!status)
		status = check_type(t, err);
	if (status)
		goto out;
	terminal_signal_save(t->in_fd, t->out_fd, mouse);
	/* newterm reads the description again; this one would be lost. */
	del_curterm(cur_term);
	if (ask)
		t->background = ask_background(t);
	status = terminal_signal_start(&t->wake_fd, err);
	if (status)
		goto out;
	t->screen = newterm(NULL, stdout, t->in ? t->in : stdin);
	if (!t->screen) {
		status = unsupported(err, "the terminal could not be set up");
		goto out;
	}
	t->open = true;
	set_term(t->screen);
	set_escdelay(ESCAPE_DELAY_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* The bottom right corner is written to without a scroll. */
	scrollok(stdscr, FALSE);
	curs_set(0);
	start_mouse(t);
	terminal_resize(t);
out:
	if (status)
		terminal_close(t);
	return status;
}

void terminal_close(struct terminal *t)
{
	if (t->open) {
		mousemask(0, NULL);
		endwin();
		delscreen(t->screen);
	}
	terminal_signal_end();
	if (t->in)
		fclose(t->in);
	*t = (struct terminal){.wake_fd = -1};
}

struct terminal_signals terminal_signals(struct terminal *t)
{
	(void)t;
	return terminal_signal_take();
}

void terminal_suspend(struct terminal *t)
{
	mmask_t old = 0;

	mousemask(0, &old);
	curs_set(1);
	endwin();
	terminal_signal_stop();
	reset_prog_mode();
	curs_set(0);
	if (t->mouse)
		mousemask(old, NULL);
	terminal_resize(t);
	clearok(stdscr, TRUE);
	refresh();
}

void terminal_resize(struct terminal *t)
{
	struct winsize size;

	if (ioctl(t->out_fd, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return;
	if (is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
}

/* What follows an escape that is no key of ours: a control sequence up to its
 * final byte, or a string up to BEL or ESC \. */
static void swallow(wint_t kind)
{
	bool escape = false;
	wint_t c;

	for (int i = 0; i < SWALLOW_MAX && get_wch(&c) == OK; i++) {
		if (kind == '[' && c >= 0x40 && c < 0x7f)
			return;
		if (kind == ']' && (c == 7 || (escape && c == '\\')))
			return;
		if (kind == 'O')
			return;
		escape = c == ESCAPE;
	}
}

int terminal_key(struct terminal *t)
{
	(void)t;
	for (;;) {
		wint_t c = 0, next = 0;
		int result = get_wch(&c);

		if (result == ERR)
			return TERMINAL_NO_KEY;
		if (result == KEY_CODE_YES) {
			if (c == KEY_RESIZE)
				continue;
			return SPECIAL((int)c);
		}
		if (c != ESCAPE)
			return (int)c;
		result = get_wch(&next);
		if (result == ERR)
			return ESCAPE;
		if (result == OK && (next == '[' || next == ']' || next == 'O'))
			swallow(next);
		else if (result == KEY_CODE_YES)
			return SPECIAL((int)next);
		else
			unget_wch((wchar_t)next);
		if (result == OK && next != '[' && next != ']' && next != 'O')
			return ESCAPE;
	}
}

bool terminal_alive(const struct terminal *t)
{
	struct termios settings;
	struct pollfd p = {.fd = t->in_fd, .events = POLLIN};

	if (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL)))
		return false;
	return !tcgetattr(t->in_fd, &settings) &&
	       !tcgetattr(t->out_fd, &settings);
}

void terminal_copy(struct terminal *t, struct slice text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct slice part = slice_part(text, 0, TERMINAL_COPY_MAX);

	(void)t;
	fputs("\033]52;c;", stdout);
	for (size_t i = 0; i < part.len; i += 3) {
		size_t left = part.len - i;
		unsigned b = (unsigned)part.ptr[i] << 16;

		if (left > 1)
			b |= (unsigned)part.ptr[i + 1] << 8;
		if (left > 2)
			b |= (unsigned)part.ptr[i + 2];
		putchar(digits[b >> 18]);
		putchar(digits[b >> 12 & 63]);
		putchar(left > 1 ? digits[b >> 6 & 63] : '=');
		putchar(left > 2 ? digits[b & 63] : '=');
	}
	fputs("\a", stdout);
	fflush(stdout);
}
