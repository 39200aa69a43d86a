/*
 * What role.c's families of rules share; nobody else includes it. Each family
 * answers true when the program is one of its own.
 */
#ifndef MODEL_ROLE_RULES_H
#define MODEL_ROLE_RULES_H

#include "role.h"

enum {
	/* Arguments are their owner's to choose: no rule looks further. */
	ROLE_WORDS_MAX = 1024,
	ROLE_SCAN_BYTES_MAX = 64 << 10,
	/* A longer word from an argument is not shown as a role. */
	ROLE_WORD_MAX = 24,
};

/* Slices are borrowed from role_infer's arguments. */
struct role_program {
	struct slice path; /* empty where unknown */
	struct slice base; /* the program's base name, however known */
	const char *base_reason;
	struct slice name;
	struct value arguments;
};

/*
 * Goes through the arguments after the first. A process that wrote its title
 * over its arguments (Chromium's helpers, from the zygote on) has one argument
 * with blanks in it: that one is taken apart at blanks, its program included.
 */
struct role_words {
	struct value arguments;
	size_t index, bytes, words;
	struct slice title; /* what is left of a title */
};

struct role_words role_words_of(const struct role_program *p);
bool role_word(struct role_words *w, struct slice *word);

/* "--type=gpu" begins with "--type=": its value. */
bool role_value(struct slice word, const char *option, struct slice *value);

/* True when the word is an argument of the program. */
bool role_has(const struct role_program *p, const char *word);

void role_set(struct role_answer *a, enum role_family family,
	      enum role_kind kind, const char *role, const char *reason);

/* Appends to text that holds `cap` bytes: letters, digits and . _ - + stay,
 * the rest becomes '?', what does not fit is left out. */
void role_append(char *text, size_t cap, struct slice word);

/* The same for names people gave: printable ASCII and blanks stay, bytes over
 * 0x7f too when the whole is UTF-8 that a terminal may see. */
void role_append_name(char *text, size_t cap, struct slice name);

bool role_chromium(const struct role_program *p, struct role_answer *a);
bool role_firefox(const struct role_program *p, struct role_answer *a);
bool role_launcher(const struct role_program *p, struct role_answer *a);
bool role_service(const struct role_program *p, struct role_answer *a);
bool role_bundle(const struct role_program *p, struct role_answer *a);

#endif
