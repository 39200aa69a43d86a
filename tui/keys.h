/*
 * The one table of keys. What a key does, the key bar and the help page are
 * all made from it, so that none can say what another does not do.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include "../model/base/text.h"

struct app;

/* Where a key means something. */
enum key_context {
	IN_LIST = 1 << 0,
	IN_DETAIL = 1 << 1,
	IN_HELP = 1 << 2,
	IN_MENU = 1 << 3,
	IN_COLUMNS = 1 << 4,
	IN_PROMPT = 1 << 5,
	IN_CONFIRM = 1 << 6,
	IN_PANES = IN_LIST | IN_DETAIL,
};

enum key_section {
	KEYS_MOVE,
	KEYS_FIND,
	KEYS_SHOW,
	KEYS_ACT,
	KEYS_DIALOG,
	KEYS_SECTION_COUNT,
};

enum { KEYS_PER_ACTION = 5, KEY_ANY_DIGIT = 1 << 25 };

/* help: one sentence, NULL for a key that is not worth a line. bar: the word
 * in the key bar, NULL for none; bar_now, where the word depends on the state.
 * htop: what the key does in htop, where it does something else here. */
struct key_action {
	int keys[KEYS_PER_ACTION];
	unsigned contexts;
	enum key_section section;
	const char *help;
	const char *bar;
	const char *(*bar_now)(const struct app *app);
	const char *htop;
	void (*run)(struct app *app, int key);
};

extern const struct key_action key_table[];
extern const size_t key_table_count;

const char *key_section_title(enum key_section section);

/* What a key does in a context, NULL for nothing. */
const struct key_action *key_find(int key, unsigned context);

/* "F3", "/", "Ctrl-L", "Space". */
void key_add_name(struct text *t, int key);
/* All keys of an action: "/ F3". */
void key_add_names(struct text *t, const struct key_action *action);

#endif
