/* What the program's exit status says: sysexits.h's numbers, and three more. */
#ifndef TUI_CLI_EXIT_H
#define TUI_CLI_EXIT_H

#include "../../model/base/error.h"

enum exit_status {
	EXIT_DONE = 0,
	EXIT_FINDINGS = 1,     /* the answer is "yes, something is wrong" */
	EXIT_USAGE = 64,       /* the command line is wrong */
	EXIT_MALFORMED = 65,   /* an input is not what its format allows */
	EXIT_NO_INPUT = 66,    /* an input cannot be opened */
	EXIT_UNAVAILABLE = 69, /* not here: no such process, no such probe */
	EXIT_OUR_BUG = 70,
	EXIT_NOT_CREATED = 73, /* an output file cannot be created */
	EXIT_IO = 74,          /* reading or writing failed */
	EXIT_PRIVILEGE = 77,   /* needs more privilege */
	EXIT_INTERRUPTED = 130 /* Ctrl-C */
};

int exit_from_status(enum status status);

/* For --help and the manual. */
struct exit_row {
	enum exit_status status;
	const char *meaning;
};

extern const struct exit_row exit_rows[];
extern const size_t exit_row_count;

#endif
