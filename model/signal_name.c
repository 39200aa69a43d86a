#include "signal_name.h"

struct signal_row {
	const char *name;
	int linux_number, macos_number; /* 0: not there */
};

static const struct signal_row signals[] = {
	{"SIGHUP", 1, 1},    {"SIGINT", 2, 2},     {"SIGQUIT", 3, 3},
	{"SIGILL", 4, 4},    {"SIGTRAP", 5, 5},    {"SIGABRT", 6, 6},
	{"SIGEMT", 0, 7},    {"SIGBUS", 7, 10},    {"SIGFPE", 8, 8},
	{"SIGKILL", 9, 9},   {"SIGUSR1", 10, 30},  {"SIGSEGV", 11, 11},
	{"SIGUSR2", 12, 31}, {"SIGPIPE", 13, 13},  {"SIGALRM", 14, 14},
	{"SIGTERM", 15, 15}, {"SIGSTKFLT", 16, 0}, {"SIGCHLD", 17, 20},
	{"SIGCONT", 18, 19}, {"SIGSTOP", 19, 17},  {"SIGTSTP", 20, 18},
	{"SIGTTIN", 21, 21}, {"SIGTTOU", 22, 22},  {"SIGURG", 23, 16},
	{"SIGXCPU", 24, 24}, {"SIGXFSZ", 25, 25},  {"SIGVTALRM", 26, 26},
	{"SIGPROF", 27, 27}, {"SIGWINCH", 28, 28}, {"SIGIO", 29, 23},
	{"SIGPWR", 30, 0},   {"SIGINFO", 0, 29},   {"SIGSYS", 31, 12},
};

enum { SIGNAL_ROWS = sizeof(signals) / sizeof(*signals) };

static int number_of(const struct signal_row *row, bool macos)
{
	return macos ? row->macos_number : row->linux_number;
}

const char *signal_name(int number, bool macos)
{
	for (size_t i = 0; number > 0 && i < SIGNAL_ROWS; i++) {
		if (number_of(&signals[i], macos) == number)
			return signals[i].name;
	}
	return NULL;
}

static uint8_t upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c & ~0x20) : c;
}

static bool same_name(struct slice word, struct slice name)
{
	if (word.len != name.len)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (upper(word.ptr[i]) != name.ptr[i])
			return false;
	}
	return true;
}

int signal_number(struct slice name, bool macos)
{
	for (size_t i = 0; i < SIGNAL_ROWS; i++) {
		if (same_name(name, slice_text(signals[i].name)))
			return number_of(&signals[i], macos);
	}
	return 0;
}
