/*
 * JSON as text, written straight into a buffer: 20,000 processes with sixty
 * facts each are too many nodes to build and throw away. The same form as
 * json_from_value() and json_from_bytes().
 */
#ifndef TUI_CLI_JSON_WRITE_H
#define TUI_CLI_JSON_WRITE_H

#include "../../model/base/value.h"
#include "../../model/base/text.h"

void json_add_string(struct text *t, struct slice bytes);
void json_add_value(struct text *t, struct value v);
/* A time as RFC 3339 in quotes. */
void json_add_time(struct text *t, int64_t time_ns);
/* `"key": ` with a comma before it unless it is the first. key is plain. */
void json_add_key(struct text *t, bool *first, const char *key);

#endif
