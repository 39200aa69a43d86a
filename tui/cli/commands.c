#include "command.h"

#include <stdio.h>

#include "exit.h"

const struct command commands[COMMAND_COUNT] = {
	[COMMAND_SCREEN] =
		{"", "[TARGET... | FILE]", "the screen, live or over a file",
		 "Shows the running processes as a tree, each app with its "
		 "helpers, and what\n"
		 "confines each of them. The key ? explains the keys.\n"
		 "\n"
		 "TARGET is a pid, a name or an app: only its tree is shown. "
		 "An existing file, or\n"
		 "a word with a / in it, is a FILE: a recording that is looked "
		 "at in place of the\n"
		 "live system. A number is always a pid: ./5137 is the file "
		 "5137.\n",
		 cmd_screen},
	[COMMAND_TREE] =
		{"tree", "[TARGET... | FILE]", "the tree once, as text",
		 "Prints the tree once, with the columns of the screen. Into a "
		 "pipe nothing is\n"
		 "cut. With --json: one object, of the processes that match.\n"
		 "\n"
		 "~ inferred   ? unknown: privilege, unsupported or failed   "
		 "– looked, none there\n"
		 "… not read yet   † exited; with --ascii: ~ ? - . x\n",
		 cmd_tree},
	[COMMAND_DOCTOR] =
		{"doctor", "",
		 "what can be seen here as this user, and how to "
		 "see more",
		 "Reads everything once and tells, as measured: which sources "
		 "are live and what\n"
		 "the others take; which facts could be read of how many "
		 "processes; what the\n"
		 "terminal can show. It changes nothing.\n",
		 cmd_doctor},
	[COMMAND_INSPECT] =
		{"inspect", "PATH... | PID...",
		 "code signature, entitlements, profile, bundle, helpers",
		 "Tells what a program is signed as and what it may do, and "
		 "each helper in its\n"
		 "bundle: a Mach-O or ELF program, a .app, .framework, .xpc, "
		 ".appex or\n"
		 ".systemextension, a provisioning profile, an entitlements "
		 "plist, or the program\n"
		 "of a running process (a number is a pid, ./5137 the file). "
		 "The files are only\n"
		 "read, on any system.\n"
		 "\n"
		 "Without --verify, code and sealed files are not hashed. What "
		 "is wrong is told\n"
		 "with its file and offset, and the exit status is 1 when one "
		 "of it is an error.\n",
		 cmd_inspect},
};

static const char *const planned[] = {"run",  "watch",   "snapshot",
				      "diff", "explain", "report"};

enum command_id command_by_word(const char *word)
{
	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].word[0] && !strcmp(commands[i].word, word))
			return (enum command_id)i;
	}
	return COMMAND_COUNT;
}

bool command_is_planned(const char *word)
{
	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++) {
		if (!strcmp(planned[i], word))
			return true;
	}
	return false;
}

/* "sandtree", "sandtree tree". */
static void print_name(struct output *out, enum command_id id)
{
	output_text(out, "sandtree");
	if (commands[id].word[0])
		output_format(out, " %s", commands[id].word);
}

static void print_option(struct output *out, const struct option_row *row)
{
	char left[40];
	const char *argument = row->argument ? row->argument : "";

	snprintf(left, sizeof(left), "%s--%s%s%s", row->letter ? "-h, " : "",
		 row->name, *argument && *argument != '[' ? " " : "", argument);
	output_format(out, "  %-20s ", left);
	/* Help may hold signs beyond ASCII. */
	output_shown(out, slice_text(row->help), INK_PLAIN);
	output_text(out, "\n");
}

static void print_description(struct output *out, const char *text)
{
	struct slice rest = slice_text(text);

	while (rest.len) {
		output_shown(out, slice_take(&rest, '\n'), INK_PLAIN);
		output_text(out, "\n");
	}
}

static void print_overview(struct output *out)
{
	output_text(out, "\nCommands:\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].word[0])
			output_format(out, "  sandtree %-10s %s\n",
				      commands[i].word, commands[i].summary);
	}
	output_text(out, "  Each has --help of its own.\n"
			 "\nExit status:\n");
	for (size_t i = 0; i < exit_row_count; i++)
		output_format(out, "  %3d  %s\n", exit_rows[i].status,
			      exit_rows[i].meaning);
}

void help_print(struct output *out, enum command_id id)
{
	const struct command *command = &commands[id];

	output_text(out, "Usage: ");
	print_name(out, id);
	output_format(out, " [OPTION...]%s%s\n\n",
		      command->operands[0] ? " " : "", command->operands);
	print_description(out, command->description);
	output_text(out, "\nOptions:\n");
	for (size_t i = 0; i < option_row_count; i++) {
		if (option_rows[i].commands & 1U << id)
			print_option(out, &option_rows[i]);
	}
	if (id == COMMAND_SCREEN)
		print_overview(out);
}

void help_print_columns(struct output *out)
{
	for (int i = 0; i < FACT_COUNT; i++) {
		const struct fact_info *info = &fact_table[i];
		unsigned on = info->platforms & PLATFORM_ANY;

		output_format(out, "%-24s %s%s\n", info->id, info->help,
			      on == PLATFORM_LINUX   ? " (Linux)"
			      : on == PLATFORM_MACOS ? " (macOS)"
						     : "");
	}
}
