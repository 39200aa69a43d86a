/* What the parts of the recording reader share; nobody else includes it. */
#ifndef MODEL_RECORDING_INTERNAL_H
#define MODEL_RECORDING_INTERNAL_H

#include "recording.h"

/* One line being read: where errors point to, and what holds its strings. */
struct line_input {
	struct recording_reader *reader;
	struct slice line;
	size_t number;
	const json_t *object;
	struct error *err;
};

/* Where the strings of one event are kept until it was emitted. At most one
 * string or value for each fact and its reason, and a few of the event. */
enum { LINE_VALUES_MAX = 2 * FACT_COUNT + 8 };

struct recording_reader {
	struct value_pool *pool;
	size_t lines, skipped;
	bool header_read;
	int64_t start_ns;
	/* References of the line being read, released after it. */
	struct value held[LINE_VALUES_MAX];
	size_t held_count;
	struct event_fact facts[FACT_COUNT];
	size_t fact_count;
	bool fact_seen[FACT_COUNT];
	/* The reasons of facts as C strings. */
	struct text reasons[FACT_COUNT];
};

/*
 * STATUS_MALFORMED with the line, and the column of the value that the keys
 * lead to ("facts", "role"; NULL where there is none).
 */
enum status line_bad(const struct line_input *in, const char *key,
		     const char *inner, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Optional members. *out stays as it was where the member is missing; another
 * type or a number out of bounds is STATUS_MALFORMED. */
enum status line_int(const struct line_input *in, const char *key, int64_t min,
		     int64_t max, int64_t *out);
enum status line_bool(const struct line_input *in, const char *key, bool *out);
enum status line_time(const struct line_input *in, const char *key,
		      int64_t *out_ns);
/* Keeps the value alive until the next line. */
enum status line_string(const struct line_input *in, const char *key,
			struct value *out);
/* The same, and a missing one is STATUS_MALFORMED. */
enum status line_need_string(const struct line_input *in, const char *key,
			     struct value *out);

/* Keeps a reference until the line was dealt with; VALUE_NONE is refused as
 * out of memory. */
enum status line_hold(const struct line_input *in, struct value v);

/* Fills event->as.facts from the line's members. */
enum status line_facts(const struct line_input *in, struct event *event);

/* "a string", "a number": what a JSON value is, for messages. */
const char *json_kind(const json_t *json);

/* The byte where the value of a member begins in an object that was parsed
 * already; inner (may be NULL) is a key within that value. 0 when it is not
 * found. */
size_t json_locate(struct slice line, const char *key, const char *inner);

/* The column, counted in characters from 1, of a byte. */
size_t text_column(struct slice line, size_t byte);

#endif
