#include "exit.h"

static const int by_status[] = {
	[STATUS_OK] = EXIT_DONE,
	[STATUS_MALFORMED] = EXIT_MALFORMED,
	[STATUS_LIMIT] = EXIT_MALFORMED,
	[STATUS_NOT_FOUND] = EXIT_UNAVAILABLE,
	[STATUS_PRIVILEGE] = EXIT_PRIVILEGE,
	[STATUS_UNSUPPORTED] = EXIT_UNAVAILABLE,
	[STATUS_IO] = EXIT_IO,
	[STATUS_TIMEOUT] = EXIT_IO,
	[STATUS_CANCELLED] = EXIT_INTERRUPTED,
	[STATUS_MEMORY] = EXIT_UNAVAILABLE,
	[STATUS_USAGE] = EXIT_USAGE,
};

_Static_assert(sizeof(by_status) / sizeof(by_status[0]) == STATUS_COUNT,
	       "an exit status for every status");

int exit_from_status(enum status status)
{
	return (unsigned)status < STATUS_COUNT ? by_status[status]
					       : EXIT_OUR_BUG;
}

const struct exit_row exit_rows[] = {
	{EXIT_DONE, "done; also when whoever reads the output ends first"},
	{EXIT_FINDINGS, "inspect: something is wrong with what was looked at"},
	{EXIT_USAGE, "the command line is wrong"},
	{EXIT_MALFORMED, "an input is malformed: where is told"},
	{EXIT_NO_INPUT, "an input cannot be opened"},
	{EXIT_UNAVAILABLE, "not available here: no such process, no terminal, "
			   "no probe for this system"},
	{EXIT_OUR_BUG, "an error of our own"},
	{EXIT_NOT_CREATED, "an output file cannot be created"},
	{EXIT_IO, "reading or writing failed"},
	{EXIT_PRIVILEGE, "needs more privilege"},
	{EXIT_INTERRUPTED, "interrupted by Ctrl-C"},
};

const size_t exit_row_count = sizeof(exit_rows) / sizeof(exit_rows[0]);
