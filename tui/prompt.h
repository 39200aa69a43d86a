/* One line of text being typed. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "../model/base/text.h"

enum { PROMPT_BYTES_MAX = 1024 };

/* bytes: UTF-8, not terminated. cursor: a byte offset between characters. */
struct prompt {
	char bytes[PROMPT_BYTES_MAX];
	size_t len, cursor;
};

enum prompt_move {
	PROMPT_LEFT,
	PROMPT_RIGHT,
	PROMPT_HOME,
	PROMPT_END,
};

static inline struct slice prompt_text(const struct prompt *p)
{
	return slice_of(p->bytes, p->len);
}

/* Cut at PROMPT_BYTES_MAX; the cursor goes to the end. */
void prompt_set(struct prompt *p, struct slice text);
/* A character from the keyboard; false when it is none or does not fit. */
bool prompt_type(struct prompt *p, int character);
void prompt_move(struct prompt *p, enum prompt_move move);
void prompt_erase_left(struct prompt *p);
void prompt_erase_right(struct prompt *p);
void prompt_erase_word(struct prompt *p);
void prompt_erase_to_start(struct prompt *p);

#endif
