/* The commands: a row each. */
#ifndef TUI_CLI_COMMAND_H
#define TUI_CLI_COMMAND_H

#include "options.h"
#include "output.h"

/*
 * word: what follows `sandtree`; "" for the screen, which has none. operands:
 * for the usage line. summary: after the word in the list of commands.
 * description: paragraphs for --help, each line at most 79 columns. run
 * returns the program's exit status.
 */
struct command {
	const char *word;
	const char *operands;
	const char *summary;
	const char *description;
	int (*run)(const struct options *options);
};

extern const struct command commands[COMMAND_COUNT];

int cmd_screen(const struct options *options);
int cmd_tree(const struct options *options);
int cmd_doctor(const struct options *options);
int cmd_inspect(const struct options *options);

/* COMMAND_COUNT for a word that is none. */
enum command_id command_by_word(const char *word);
/* True for a command that the papers promise and this version has not. */
bool command_is_planned(const char *word);

void help_print(struct output *out, enum command_id id);
/* `--columns help`. */
void help_print_columns(struct output *out);

#endif
