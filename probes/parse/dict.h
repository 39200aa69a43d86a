/*
 * A dictionary being put together from what a parser found: keys that the
 * program names, each once. What has no value is left out.
 */
#ifndef PROBES_PARSE_DICT_H
#define PROBES_PARSE_DICT_H

#include "../../model/base/value.h"

enum { DICT_KEYS_MAX = 40 };

struct dict {
	struct value_pool *pool;
	struct value keys[DICT_KEYS_MAX], vals[DICT_KEYS_MAX];
	size_t count;
};

/* Takes over v; a VALUE_NONE adds nothing. assert()s that there is room. */
void dict_put(struct dict *d, const char *key, struct value v);
/* A STRING; an empty or NULL text adds nothing. */
void dict_put_text(struct dict *d, const char *key, const char *text);
/* A STRING of two hexadecimal digits a byte. */
void dict_put_hex(struct dict *d, const char *key, struct slice bytes);
/* The DICT, owned by the caller; d is empty again. */
struct value dict_end(struct dict *d);

#endif
