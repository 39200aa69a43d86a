/*
 * Values and JSON. Strings are written through text_add_escaped, so that any
 * bytes survive; BYTES become {"bytes": "hex"}, dates {"date": RFC 3339}; a
 * DICT whose only key is one of these words becomes {"dict": {...}}; a REAL
 * that is no number "nan", "inf" or "-inf".
 * Integers beyond int64 do not occur in values.
 */
#ifndef MODEL_BASE_JSON_H
#define MODEL_BASE_JSON_H

#include <jansson.h>

#include "value.h"
#include "text.h"

enum { JSON_LINE_MAX = 4 << 20 }; /* bytes of one line of JSON Lines */

/* A new reference, NULL when memory is out. VALUE_NONE becomes null. */
json_t *json_from_value(struct value v);

/* A string, escaped. NULL when memory is out. */
json_t *json_from_bytes(struct slice bytes);
json_t *json_from_time(int64_t time_ns);

/* The caller owns *out. null becomes VALUE_NONE. STATUS_MALFORMED for what no
 * value can be. */
enum status json_to_value(struct value_pool *pool, const json_t *json,
			  struct value *out, struct error *err);

/* Parses one line; err has line (as given) and column. The caller owns *out.
 * jansson refuses bad UTF-8, duplicate keys (JSON_REJECT_DUPLICATES) and
 * integers beyond int64. */
enum status json_parse_line(struct slice line, size_t line_number, json_t **out,
			    struct error *err);

/* Unescaped bytes of a string member, appended to t; false where the member
 * is missing, no string, or escaped wrongly. */
bool json_member_text(const json_t *object, const char *key, struct text *t);
bool json_member_int(const json_t *object, const char *key, int64_t *out);
bool json_member_time(const json_t *object, const char *key, int64_t *out_ns);

#endif
