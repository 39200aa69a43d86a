#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/session.h"

/* A closed standard descriptor would be given to the first file we open, and
 * our words would be written into that. */
static bool keep_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	}
	return true;
}

static int print_and_end(struct output *out)
{
	struct error err;
	enum status status = output_end(out, &err);

	output_release(out);
	return status == STATUS_OK ? EXIT_DONE : fail(&err);
}

static int run(const struct options *o)
{
	struct output out;

	output_init(&out, STDOUT_FILENO, true, o->ascii);
	if (o->help) {
		help_print(&out, o->command);
		return print_and_end(&out);
	}
	if (o->version) {
		output_text(&out, "sandtree " SANDTREE_VERSION "\n");
		return print_and_end(&out);
	}
	if (o->columns && !strcmp(o->columns, "help")) {
		help_print_columns(&out);
		return print_and_end(&out);
	}
	output_release(&out);
	return commands[o->command].run(o);
}

int main(int argc, char **argv)
{
	struct options options = {.command = COMMAND_SCREEN};
	struct error err;

	if (!keep_standard_descriptors())
		return EXIT_IO;
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && command_by_word(argv[1]) != COMMAND_COUNT) {
		options.command = command_by_word(argv[1]);
		argc--;
		argv++;
	} else if (argc > 1 && command_is_planned(argv[1])) {
		fprintf(stderr,
			"sandtree: the command %s is planned, this version "
			"has it not; for a process of that name: sandtree -- "
			"%s\n",
			argv[1], argv[1]);
		return EXIT_UNAVAILABLE;
	}
	if (options_parse(&options, argc, argv, &err) != STATUS_OK)
		return fail(&err);
	return run(&options);
}
