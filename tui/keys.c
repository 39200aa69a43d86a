#include "keys.h"

#include <curses.h>

#include "actions.h"

enum { ENTER = '\r', ESCAPE = 27, TAB = '\t', DELETE = 0x7f };

#define ANY_ENTER  ENTER, '\n', SPECIAL(KEY_ENTER)
#define IN_LISTS   (IN_PANES | IN_MENU | IN_COLUMNS | IN_HELP)
#define IN_ALL     (IN_LISTS | IN_PROMPT | IN_CONFIRM)
#define IN_DIALOGS (IN_MENU | IN_COLUMNS | IN_HELP | IN_PROMPT | IN_CONFIRM)

/* In the order of the help page and, within a context, of the key bar. Where
 * a key stands twice for one context the first line wins. */
const struct key_action key_table[] = {
	/* Moving. */
	{.keys = {SPECIAL(KEY_UP), SPECIAL(KEY_DOWN)},
	 .contexts = IN_LISTS,
	 .section = KEYS_MOVE,
	 .help = "one line up or down",
	 .run = act_move},
	{.keys = {SPECIAL(KEY_PPAGE), SPECIAL(KEY_NPAGE)},
	 .contexts = IN_LISTS,
	 .section = KEYS_MOVE,
	 .help = "one page up or down",
	 .run = act_move},
	{.keys = {SPECIAL(KEY_HOME), SPECIAL(KEY_END)},
	 .contexts = IN_LISTS,
	 .section = KEYS_MOVE,
	 .help = "to the first or the last line; Home stays with the first",
	 .run = act_move},
	{.keys = {TAB},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "to the other pane",
	 .run = act_other_pane},
	{.keys = {ANY_ENTER},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "into the detail; once more: all the screen for it, and back",
	 .run = act_enter},
	{.keys = {ESCAPE},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "back: from the detail to the tree, from a search, from a "
		 "filter",
	 .run = act_back},
	{.keys = {SPECIAL(KEY_LEFT)},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "tree: fold, or to the parent; detail: the tab before",
	 .run = act_left},
	{.keys = {SPECIAL(KEY_RIGHT)},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "tree: unfold, or to the first child; detail: the next tab",
	 .run = act_right},
	{.keys = {KEY_ANY_DIGIT},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "go to the process whose pid begins with these digits",
	 .run = act_digit},
	{.keys = {SPECIAL(KEY_BACKSPACE), DELETE, CONTROL('H')},
	 .contexts = IN_PANES,
	 .run = act_digit},
	{.keys = {'F'},
	 .contexts = IN_PANES,
	 .section = KEYS_MOVE,
	 .help = "follow: the view goes where the selected process goes",
	 .run = act_follow},

	/* Finding. */
	{.keys = {SPECIAL(KEY_F(1)), '?', 'h'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "this help",
	 .bar = "Help",
	 .run = act_help},
	{.keys = {SPECIAL(KEY_F(2))},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "columns: which and in which order; colours and other options",
	 .bar = "Columns",
	 .run = act_columns},
	{.keys = {SPECIAL(KEY_F(3)), '/'},
	 .contexts = IN_PANES,
	 .section = KEYS_FIND,
	 .help = "search: words, or conditions as in a filter",
	 .bar = "Search",
	 .run = act_search},
	{.keys = {'n', 'N'},
	 .contexts = IN_PANES,
	 .section = KEYS_FIND,
	 .help = "the next or the previous one found",
	 .htop = "N sorts by pid, n does nothing",
	 .run = act_search_next},
	{.keys = {SPECIAL(KEY_F(4)), '\\'},
	 .contexts = IN_PANES,
	 .section = KEYS_FIND,
	 .help = "filter: role=renderer, sandbox~seccomp, uid>=1000, "
		 "role=? (unknown), and, or, not, ( )",
	 .bar = "Filter",
	 .run = act_filter},
	{.keys = {'c'},
	 .contexts = IN_PANES,
	 .section = KEYS_FIND,
	 .help = "only what is confined, and what is not known not to be",
	 .htop = "c tags a process and its children",
	 .run = act_confined_only},
	{.keys = {'u'},
	 .contexts = IN_PANES,
	 .section = KEYS_FIND,
	 .help = "only one user's processes",
	 .run = act_user},

	/* Showing. */
	{.keys = {SPECIAL(KEY_F(5)), 't'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "tree or list",
	 .bar = "List",
	 .bar_now = bar_tree_or_list,
	 .run = act_tree_or_list},
	{.keys = {'T'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "the tree by app, or by the kernel's parents",
	 .htop = "T sorts by time",
	 .run = act_by_app_or_parent},
	{.keys = {SPECIAL(KEY_F(6)), '<', '>'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "sort by any column; a click on a heading does too",
	 .bar = "Sort",
	 .run = act_sort},
	{.keys = {'I'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "turn the order around",
	 .run = act_invert},
	{.keys = {'+', '-'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "unfold or fold the selected one",
	 .run = act_fold},
	{.keys = {'*'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "fold everything, or unfold it",
	 .run = act_fold_all},
	{.keys = {'K'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "show or hide kernel threads",
	 .run = act_kernel_threads},
	{.keys = {'X'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "show or hide processes that have exited",
	 .run = act_exited},
	{.keys = {'Z'},
	 .contexts = IN_PANES,
	 .section = KEYS_SHOW,
	 .help = "pause: the screen stands still; nothing is lost meanwhile",
	 .run = act_pause},
	{.keys = {CONTROL('L')},
	 .contexts = IN_ALL,
	 .section = KEYS_SHOW,
	 .help = "draw the screen anew",
	 .run = act_redraw},

	/* Doing. */
	{.keys = {' '},
	 .contexts = IN_LIST,
	 .section = KEYS_ACT,
	 .help = "tag the process, for a signal to several",
	 .run = act_tag},
	{.keys = {'U'},
	 .contexts = IN_PANES,
	 .section = KEYS_ACT,
	 .help = "untag all",
	 .run = act_untag},
	{.keys = {SPECIAL(KEY_F(9)), 'k'},
	 .contexts = IN_PANES,
	 .section = KEYS_ACT,
	 .help = "send a signal to the tagged ones, else to the selected one; "
		 "asks first",
	 .bar = "Signal",
	 .run = act_signal},
	{.keys = {'y'},
	 .contexts = IN_PANES,
	 .section = KEYS_ACT,
	 .help = "copy the pid, or in the detail the value, to the clipboard "
		 "(OSC 52)",
	 .run = act_copy},
	{.keys = {SPECIAL(KEY_F(10)), 'q'},
	 .contexts = IN_PANES,
	 .section = KEYS_ACT,
	 .help = "quit; so does Ctrl-C",
	 .bar = "Quit",
	 .run = act_quit},
	{.keys = {SPECIAL(KEY_MOUSE)}, .contexts = IN_ALL, .run = act_mouse},

	/* What is typed. */
	{.keys = {ANY_ENTER},
	 .contexts = IN_PROMPT,
	 .bar = "Done",
	 .run = act_prompt_accept},
	{.keys = {ESCAPE},
	 .contexts = IN_PROMPT,
	 .bar = "As before",
	 .run = act_prompt_cancel},
	{.keys = {SPECIAL(KEY_F(3)), SPECIAL(KEY_DOWN), SPECIAL(KEY_UP)},
	 .contexts = IN_PROMPT,
	 .bar = "Next",
	 .run = act_prompt_next},
	{.keys = {SPECIAL(KEY_LEFT), SPECIAL(KEY_RIGHT), SPECIAL(KEY_HOME),
		  SPECIAL(KEY_END)},
	 .contexts = IN_PROMPT,
	 .run = act_prompt_edit},
	{.keys = {SPECIAL(KEY_BACKSPACE), DELETE, CONTROL('H'),
		  SPECIAL(KEY_DC)},
	 .contexts = IN_PROMPT,
	 .run = act_prompt_edit},
	{.keys = {CONTROL('A'), CONTROL('E'), CONTROL('W')},
	 .contexts = IN_PROMPT,
	 .run = act_prompt_edit},
	{.keys = {CONTROL('U')},
	 .contexts = IN_PROMPT,
	 .bar = "Clear",
	 .run = act_prompt_edit},

	/* Menus and dialogs. */
	{.keys = {ANY_ENTER},
	 .contexts = IN_MENU,
	 .bar = "Choose",
	 .run = act_menu_choose},
	{.keys = {ESCAPE, SPECIAL(KEY_F(10))},
	 .contexts = IN_MENU | IN_CONFIRM,
	 .bar = "Cancel",
	 .run = act_close},
	{.keys = {'y', 'Y'},
	 .contexts = IN_CONFIRM,
	 .bar = "Send",
	 .run = act_signal_send},
	{.keys = {'n', 'N', 'q'}, .contexts = IN_CONFIRM, .run = act_close},
	{.keys = {ESCAPE, 'q', SPECIAL(KEY_F(10)), SPECIAL(KEY_F(1))},
	 .contexts = IN_HELP,
	 .bar = "Back",
	 .run = act_close},
	{.keys = {ANY_ENTER, '?', 'h'}, .contexts = IN_HELP, .run = act_close},
	{.keys = {' '},
	 .contexts = IN_COLUMNS,
	 .section = KEYS_DIALOG,
	 .help = "in the columns dialog: show or hide, or the next value",
	 .bar = "Show/hide",
	 .run = act_columns_toggle},
	{.keys = {SPECIAL(KEY_F(7)), '['},
	 .contexts = IN_COLUMNS,
	 .section = KEYS_DIALOG,
	 .help = "in the columns dialog: to the left",
	 .bar = "Left",
	 .run = act_columns_up},
	{.keys = {SPECIAL(KEY_F(8)), ']'},
	 .contexts = IN_COLUMNS,
	 .section = KEYS_DIALOG,
	 .help = "in the columns dialog: to the right",
	 .bar = "Right",
	 .run = act_columns_down},
	{.keys = {'d'},
	 .contexts = IN_COLUMNS,
	 .section = KEYS_DIALOG,
	 .help = "in the columns dialog: the columns as they come",
	 .bar = "Default",
	 .run = act_columns_default},
	{.keys = {ANY_ENTER, SPECIAL(KEY_F(2))},
	 .contexts = IN_COLUMNS,
	 .bar = "Save",
	 .run = act_columns_accept},
	{.keys = {ESCAPE, 'q', SPECIAL(KEY_F(10))},
	 .contexts = IN_COLUMNS,
	 .bar = "Cancel",
	 .run = act_columns_cancel},
};

const size_t key_table_count = sizeof(key_table) / sizeof(key_table[0]);

const char *key_section_title(enum key_section section)
{
	static const char *const titles[] = {
		[KEYS_MOVE] = "Moving about", [KEYS_FIND] = "Finding",
		[KEYS_SHOW] = "Showing",      [KEYS_ACT] = "Doing",
		[KEYS_DIALOG] = "Columns",
	};

	_Static_assert(sizeof(titles) / sizeof(titles[0]) == KEYS_SECTION_COUNT,
		       "a title for every section");
	return titles[section];
}

const struct key_action *key_find(int key, unsigned context)
{
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_action *a = &key_table[i];

		if (!(a->contexts & context))
			continue;
		for (int k = 0; k < KEYS_PER_ACTION && a->keys[k]; k++) {
			if (a->keys[k] == key || (a->keys[k] == KEY_ANY_DIGIT &&
						  key >= '0' && key <= '9'))
				return a;
		}
	}
	return NULL;
}

struct key_name {
	int key;
	const char *name;
};

static const struct key_name names[] = {
	{SPECIAL(KEY_UP), "Up"},
	{SPECIAL(KEY_DOWN), "Down"},
	{SPECIAL(KEY_LEFT), "Left"},
	{SPECIAL(KEY_RIGHT), "Right"},
	{SPECIAL(KEY_PPAGE), "PgUp"},
	{SPECIAL(KEY_NPAGE), "PgDn"},
	{SPECIAL(KEY_HOME), "Home"},
	{SPECIAL(KEY_END), "End"},
	{SPECIAL(KEY_BACKSPACE), "Backspace"},
	{SPECIAL(KEY_DC), "Del"},
	{KEY_ANY_DIGIT, "0-9"},
	{ENTER, "Enter"},
	{ESCAPE, "Esc"},
	{TAB, "Tab"},
	{' ', "Space"},
};

/* The same key under another code needs no second name. */
static bool is_alias(int key)
{
	return key == '\n' || key == SPECIAL(KEY_ENTER) || key == DELETE ||
	       key == CONTROL('H');
}

void key_add_name(struct text *t, int key)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			text_add_text(t, names[i].name);
			return;
		}
	}
	if (key >= SPECIAL(KEY_F0) && key < SPECIAL(KEY_F0) + 64)
		text_addf(t, "F%d", key - SPECIAL(KEY_F0));
	else if (key > 0 && key < ' ')
		text_addf(t, "Ctrl-%c", key + '@');
	else if (key > ' ' && key < DELETE)
		text_add_byte(t, (char)key);
}

void key_add_names(struct text *t, const struct key_action *action)
{
	for (int i = 0; i < KEYS_PER_ACTION && action->keys[i]; i++) {
		if (is_alias(action->keys[i]))
			continue;
		if (i)
			text_add_byte(t, ' ');
		key_add_name(t, action->keys[i]);
	}
}
