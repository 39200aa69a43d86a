/*
 * The command line. One table of options serves the parser, --help, and the
 * test that keeps manual, completions and README in step; an option means the
 * same in every command that takes it.
 */
#ifndef TUI_CLI_OPTIONS_H
#define TUI_CLI_OPTIONS_H

#include "../columns.h"
#include "../../model/tree.h"

enum command_id {
	COMMAND_SCREEN, /* no word: the screen */
	COMMAND_TREE,
	COMMAND_DOCTOR,
	COMMAND_INSPECT,
	COMMAND_COUNT,
};

enum { INPUTS_MAX = 64 };

/* What was asked for; everything is borrowed from argv. */
struct options {
	enum command_id command;
	const char *from[INPUTS_MAX]; /* --from */
	size_t from_count;
	char **words; /* operands: TARGETs and FILEs */
	size_t word_count;

	const char *filter, *columns, *record, *proc_root;
	enum fact_id sort; /* FACT_NONE: by birth */
	bool descending;
	enum tree_mode by;
	int64_t for_ns; /* 0: not given */
	double speed;   /* of --play; 0: not given */
	bool json, all, ascii, no_color, no_mouse, no_config, no_connector;
	bool readonly, verify, entitlements, help, version;
};

struct option_row {
	const char *name;
	char letter;          /* 0 none */
	const char *argument; /* NULL none; "[=SPEED]" optional */
	const char *help;
	unsigned commands; /* bits 1 << enum command_id */
	unsigned char id;  /* the parser's */
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Parses what follows the command's word: argv[0] is not looked at.
 * STATUS_USAGE with a sentence. */
enum status options_parse(struct options *o, int argc, char **argv,
			  struct error *err);

/* Only digits: a pid, even where a file is called so (./5137 is the file). */
bool word_is_pid(const char *word);

/* "10s", "1.5m", "500ms", "90": seconds where no unit stands. */
bool span_parse(struct slice text, int64_t *out_ns);

#endif
