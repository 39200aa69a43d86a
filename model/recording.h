/*
 * sandtree/recording/1: events as JSON Lines. The first line is the header:
 *
 *	{"schema": "sandtree/recording/1", "schema_minor": 0, "label": "made",
 *	 "note": "...", "host": {"os": "macos", "release": "15.6", ...},
 *	 "start": "2025-09-01T09:00:00Z"}
 *
 * then one event a line: {"type": ..., "time": RFC 3339 or "at": seconds after
 * start, "pid": ..., "source": ...} and what its type adds:
 *
 *	source   {"id", "state", "why", "note"}
 *	listed   {}
 *	spawn    {"ppid", "birth_ppid", "started", "forked"}
 *	exec     {}
 *	reparent {"ppid"}
 *	exit     {"code": n} or {"signal": n, "core": true} or {}
 *	facts    {"facts": {id: value}, "absent": [id],
 *	          "inferred": {id: from what},
 *	          "gaps": {id: {"state", "why"}}}
 *	name_registered, name_removed {"name", "kind"}
 *	denial   {"class", "operation", "target", "process", "raw", "count",
 *	          "attribution"}
 *	message  {"text"}
 *	lost     {"count"}
 *
 * Strings are escaped as text_add_escaped does. A null among the facts is the
 * same as its id in "absent". Unknown keys are passed over and counted; an
 * unknown type, fact id, class or state is counted and skipped, so that an
 * older program reads a newer minor version. A "host" event ({"host",
 * "label"}) may follow the header where the host changes.
 */
#ifndef MODEL_RECORDING_H
#define MODEL_RECORDING_H

#include <stdio.h>

#include "event.h"
#include "base/json.h"

#define RECORDING_SCHEMA "sandtree/recording/1"

struct recording_reader;

/* Values are made in pool. NULL when memory is out. */
struct recording_reader *recording_reader_new(struct value_pool *pool);
void recording_reader_free(struct recording_reader *r);

/* Feeds one line (without its newline). Emits no, one or (for the header)
 * more events. STATUS_MALFORMED with line and column. An empty line is
 * nothing. */
enum status recording_read_line(struct recording_reader *r, struct slice line,
				const struct event_sink *sink,
				struct error *err);
/* When the event in a line happened, without reading it; false where the line
 * says no time: it is empty, the header or malformed. For a clock that waits
 * before it reads the line. */
bool recording_line_time(const struct recording_reader *r, struct slice line,
			 int64_t *out_ns);
/* Lines read, and what was passed over because it is unknown here. */
size_t recording_lines(const struct recording_reader *r);
size_t recording_skipped(const struct recording_reader *r);

/* One event as JSON; a new reference, NULL when memory is out. */
json_t *recording_event(const struct event *e);
/* The header; start_ns is written as "start". */
json_t *recording_header(const struct event_host *host, int64_t start_ns,
			 const char *label);

#endif
