#include "options.h"

#include <getopt.h>
#include <stdlib.h>

#include "../../model/target.h"

enum option_id {
	OPTION_FROM = 1,
	OPTION_PLAY,
	OPTION_JSON,
	OPTION_VERIFY,
	OPTION_ENTITLEMENTS,
	OPTION_FILTER,
	OPTION_COLUMNS,
	OPTION_SORT,
	OPTION_BY,
	OPTION_ALL,
	OPTION_FOR,
	OPTION_RECORD,
	OPTION_NO_COLOR,
	OPTION_ASCII,
	OPTION_READONLY,
	OPTION_NO_MOUSE,
	OPTION_NO_CONFIG,
	OPTION_NO_CONNECTOR,
	OPTION_PROC_ROOT,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END,
};

#define SCREEN  (1U << COMMAND_SCREEN)
#define TREE    (1U << COMMAND_TREE)
#define DOCTOR  (1U << COMMAND_DOCTOR)
#define INSPECT (1U << COMMAND_INSPECT)
/* Those that look at processes. */
#define LIVE  (SCREEN | TREE | DOCTOR)
#define EVERY (LIVE | INSPECT)

const struct option_row option_rows[] = {
	{"from", 0, "FILE",
	 "look at a recording in place of the live system; - is standard input",
	 SCREEN | TREE, OPTION_FROM},
	{"play", 0, "[=SPEED]",
	 "play a recording as it happened, or SPEED times as fast", SCREEN,
	 OPTION_PLAY},
	{"filter", 0, "QUERY", "show only what QUERY says yes to",
	 SCREEN | TREE, OPTION_FILTER},
	{"columns", 0, "LIST",
	 "columns by id, with commas; +ID adds, -ID takes away; help lists "
	 "them",
	 SCREEN | TREE, OPTION_COLUMNS},
	{"sort", 0, "ID", "sort by a column; -ID turns the order round", TREE,
	 OPTION_SORT},
	{"by", 0, "HOW", "app (helpers under their app), parent or list", TREE,
	 OPTION_BY},
	{"all", 0, NULL, "kernel threads too", TREE, OPTION_ALL},
	{"for", 0, "SPAN", "watch that long first: 10s, 500ms, 5m", TREE,
	 OPTION_FOR},
	{"record", 0, "FILE",
	 "write what is seen to a new FILE, which --from reads", TREE,
	 OPTION_RECORD},
	{"json", 0, NULL, "for programs", TREE | DOCTOR | INSPECT, OPTION_JSON},
	{"verify", 0, NULL, "hash every page and every sealed file", INSPECT,
	 OPTION_VERIFY},
	{"entitlements", 0, NULL,
	 "print only the entitlements, as a property list", INSPECT,
	 OPTION_ENTITLEMENTS},
	{"readonly", 0, NULL, "never send a signal", SCREEN, OPTION_READONLY},
	{"no-mouse", 0, NULL, "leave the mouse to the terminal", SCREEN,
	 OPTION_NO_MOUSE},
	{"no-config", 0, NULL, "neither read nor write the config file", SCREEN,
	 OPTION_NO_CONFIG},
	{"no-color", 0, NULL, "no colours; also where NO_COLOR is set", EVERY,
	 OPTION_NO_COLOR},
	{"ascii", 0, NULL, "draw with ASCII only", EVERY, OPTION_ASCII},
	{"no-connector", 0, NULL,
	 "list processes instead of hearing of them, to try that out", LIVE,
	 OPTION_NO_CONNECTOR},
	{"proc-root", 0, "DIR", "read this in place of /proc (Linux)", LIVE,
	 OPTION_PROC_ROOT},
	{"help", 'h', NULL, "this text", EVERY, OPTION_HELP},
	{"version", 0, NULL, "the version", EVERY, OPTION_VERSION},
};

const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);

_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) == OPTION_END - 1,
	       "a row for every option");

bool word_is_pid(const char *word)
{
	return word[0] && strspn(word, "0123456789") == strlen(word);
}

bool span_parse(struct slice text, int64_t *out_ns)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {
		{"ms", 1e6},   {"s", 1e9},     {"m", 60e9},
		{"h", 3600e9}, {"d", 86400e9}, {"", 1e9},
	};
	double n = 0, part = 1;
	size_t i = 0, digits = 0;
	bool point = false;

	for (; i < text.len && i < 18; i++) {
		uint8_t c = text.ptr[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		digits++;
		n = n * 10 + (c - '0');
		part *= point ? 10 : 1;
	}
	for (size_t u = 0; digits && u < 6; u++) {
		double ns = n / part * units[u].ns;

		if (!slice_is(slice_part(text, i, text.len), units[u].unit))
			continue;
		if (ns > (double)(INT64_MAX / 4))
			return false;
		*out_ns = (int64_t)ns;
		return true;
	}
	return false;
}

static enum status bad_word(struct error *err, const char *option,
			    const char *expected, const char *found)
{
	enum status status;
	struct text t;

	text_init(&t, 128);
	text_add_escaped(&t, slice_text(found));
	status = error_set(err, STATUS_USAGE, -1,
			   "--%s: expected %s, found \"%s\"", option, expected,
			   t.len ? t.ptr : "");
	text_release(&t);
	return status;
}

static enum status set_sort(struct options *o, const char *word,
			    struct error *err)
{
	struct slice id = slice_text(word);

	o->descending = slice_starts(id, "-");
	if (o->descending)
		id = slice_part(id, 1, id.len);
	o->sort = fact_by_id(id);
	if (o->sort == FACT_NONE)
		return bad_word(err, "sort",
				"a column's id (--columns help lists them)",
				word);
	return STATUS_OK;
}

static enum status set_by(struct options *o, const char *word,
			  struct error *err)
{
	static const char *const words[] = {
		[TREE_BY_APP] = "app",
		[TREE_BY_PARENT] = "parent",
		[TREE_LIST] = "list",
	};

	for (int i = TREE_BY_APP; i <= TREE_LIST; i++) {
		if (!strcmp(words[i], word)) {
			o->by = (enum tree_mode)i;
			return STATUS_OK;
		}
	}
	return bad_word(err, "by", "app, parent or list", word);
}

static enum status set_play(struct options *o, const char *word,
			    struct error *err)
{
	char *end;

	o->speed = 1;
	if (!word)
		return STATUS_OK;
	o->speed = strtod(word, &end);
	if (end == word || *end || !(o->speed >= 0.01 && o->speed <= 1000))
		return bad_word(err, "play", "a speed from 0.01 to 1000", word);
	return STATUS_OK;
}

static enum status set_for(struct options *o, const char *word,
			   struct error *err)
{
	if (!span_parse(slice_text(word), &o->for_ns) || o->for_ns <= 0)
		return bad_word(err, "for", "a span like 10s, 500ms or 5m",
				word);
	return STATUS_OK;
}

static enum status add_from(struct options *o, const char *word,
			    struct error *err)
{
	if (o->from_count == INPUTS_MAX)
		return error_set(err, STATUS_USAGE, -1,
				 "--from: at most %d files", INPUTS_MAX);
	o->from[o->from_count++] = word;
	return STATUS_OK;
}

/* Options without an argument, or with one that is looked at later. */
static void set_plain(struct options *o, enum option_id id, const char *word)
{
	switch (id) {
	case OPTION_FILTER:
		o->filter = word;
		break;
	case OPTION_COLUMNS:
		o->columns = word;
		break;
	case OPTION_RECORD:
		o->record = word;
		break;
	case OPTION_PROC_ROOT:
		o->proc_root = word;
		break;
	case OPTION_JSON:
		o->json = true;
		break;
	case OPTION_VERIFY:
		o->verify = true;
		break;
	case OPTION_ENTITLEMENTS:
		o->entitlements = true;
		break;
	case OPTION_ALL:
		o->all = true;
		break;
	case OPTION_NO_COLOR:
		o->no_color = true;
		break;
	case OPTION_ASCII:
		o->ascii = true;
		break;
	case OPTION_READONLY:
		o->readonly = true;
		break;
	case OPTION_NO_MOUSE:
		o->no_mouse = true;
		break;
	case OPTION_NO_CONFIG:
		o->no_config = true;
		break;
	case OPTION_NO_CONNECTOR:
		o->no_connector = true;
		break;
	case OPTION_HELP:
		o->help = true;
		break;
	case OPTION_VERSION:
		o->version = true;
		break;
	default:
		break;
	}
}

static enum status set_option(struct options *o, enum option_id id,
			      const char *word, struct error *err)
{
	switch (id) {
	case OPTION_FROM:
		return add_from(o, word, err);
	case OPTION_PLAY:
		return set_play(o, word, err);
	case OPTION_SORT:
		return set_sort(o, word, err);
	case OPTION_BY:
		return set_by(o, word, err);
	case OPTION_FOR:
		return set_for(o, word, err);
	default:
		set_plain(o, id, word);
		return STATUS_OK;
	}
}

/* The rows of a command, as getopt_long wants them. */
static size_t fill_long(struct option *all, enum command_id command)
{
	size_t n = 0;

	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (!(row->commands & 1U << command))
			continue;
		all[n].name = row->name;
		all[n].has_arg = !row->argument            ? no_argument
				 : row->argument[0] == '[' ? optional_argument
							   : required_argument;
		all[n].val = row->id;
		n++;
	}
	return n;
}

static enum status unknown_option(const struct options *o, const char *word,
				  struct error *err)
{
	struct slice names[OPTION_END];
	struct slice given = slice_text(word);
	size_t n = 0, equals = slice_find_byte(given, '=');
	struct text near, shown;
	enum status status;

	given = slice_part(given, 0, equals);
	for (size_t i = 0; i < option_row_count; i++) {
		if (option_rows[i].commands & 1U << o->command)
			names[n++] = slice_text(option_rows[i].name);
	}
	text_init(&near, 128);
	text_init(&shown, 128);
	text_add_escaped(&shown, given);
	while (slice_starts(given, "-"))
		given = slice_part(given, 1, given.len);
	if (near_words(&near, given, names, n))
		status = error_set(err, STATUS_USAGE, -1,
				   "no option %s; near: %s", shown.ptr,
				   near.ptr);
	else
		status = error_set(err, STATUS_USAGE, -1,
				   "no option %s; --help lists them",
				   shown.len ? shown.ptr : "");
	text_release(&near);
	text_release(&shown);
	return status;
}

enum status options_parse(struct options *o, int argc, char **argv,
			  struct error *err)
{
	struct option all[OPTION_END + 1];
	enum status status;
	int id;

	memset(all, 0, sizeof(all));
	fill_long(all, o->command);
	o->sort = FACT_NONE;
	opterr = 0;
	optind = 1;
	while ((id = getopt_long(argc, argv, ":h", all, NULL)) != -1) {
		if (id == ':')
			return error_set(err, STATUS_USAGE, -1,
					 "%s needs a value", argv[optind - 1]);
		if (id == '?')
			return unknown_option(o, argv[optind - 1], err);
		status = set_option(
			o, id == 'h' ? OPTION_HELP : (enum option_id)id, optarg,
			err);
		if (status != STATUS_OK)
			return status;
	}
	o->words = argv + optind;
	o->word_count = (size_t)(argc - optind);
	return STATUS_OK;
}
