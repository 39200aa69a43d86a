/*
 * TARGET on a command line: a pid, a name, an app (bundle id, .app path,
 * flatpak or snap id, what the app fact says).
 */
#ifndef MODEL_TARGET_H
#define MODEL_TARGET_H

#include "store.h"

enum { TARGETS_MAX = 4096, TARGET_NEAR_MAX = 5 };

struct targets {
	uint32_t
		*serials; /* of the topmost matches: none hangs under another */
	size_t count, cap;
};

void targets_release(struct targets *t);

/* Adds what `word` names, whatever its case: the living first; the gone only
 * when nothing living fits. STATUS_NOT_FOUND with a sentence that holds up to
 * TARGET_NEAR_MAX near names. */
enum status target_find(struct targets *t, const struct store *s,
			struct slice word, struct error *err);

/* Whether `word` names this very process: by its pid when it is a number, else
 * by name. */
bool target_fits(const struct store *s, const struct process *p,
		 struct slice word);

/* Words near to `word` by edit distance, for "did you mean": appends
 * "renderer, render" to out; false when none is near. */
bool near_words(struct text *out, struct slice word,
		const struct slice *candidates, size_t count);

#endif
