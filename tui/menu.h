/* A list to choose from, over the screen: sort, user, signal. */
#ifndef TUI_MENU_H
#define TUI_MENU_H

#include "view.h"

struct app;

enum { MENU_ENTRIES_MAX = 1024, MENU_TEXT_MAX = 128 << 10 };

/* Entry i is words[starts[i] .. starts[i + 1]). */
struct menu {
	bool open;
	const char *title;
	struct text words;
	size_t starts[MENU_ENTRIES_MAX + 1];
	int64_t values[MENU_ENTRIES_MAX];
	size_t count, cursor, top, height;
	void (*chosen)(struct app *app, int64_t value);
};

void menu_init(struct menu *m);
void menu_release(struct menu *m);

void menu_begin(struct menu *m, const char *title,
		void (*chosen)(struct app *app, int64_t value));
/* Escaped text. Past MENU_ENTRIES_MAX nothing is added and false returned. */
bool menu_add(struct menu *m, struct slice text, int64_t value);
/* Opens with the cursor on a value, or on the first entry. */
void menu_open(struct menu *m, int64_t value);

void menu_move(struct menu *m, int64_t entries);
/* To the next entry that begins with a character, whatever its case. */
void menu_jump(struct menu *m, int character);
void menu_draw(struct menu *m, struct view *v, struct area within);

#endif
