/*
 * The filter and search language, three-valued: what is unknown matches
 * neither `=` nor `!=`.
 *
 *	word "two words"     in what is known of name, executable, arguments,
 *	                     role, app, user and sandbox, whatever the case; or
 *	                     the pid
 *	role=renderer        equal; text whatever the case; a list: one item is
 *	role!=renderer       known and not equal; what is absent is neither
 *	sandbox~seccomp      contains (text); also a dict's keys and values
 *	sandbox!~seccomp
 *	uid>=1000 age<5s     < <= > >=: numbers, spans (ms s m h d), times; a
 *	exited<30s           span beside a time means how long ago it was
 *	exit=SIGTRAP exit=1  beside the words that are shown
 *	role=?               unknown or not read; role!=? known or absent
 *	flatpak_app=-        absent: looked, there is none; !=- has one
 *	a b  a and b  a or b  not a  (a b)
 *
 * `and` binds closer than `or`; two terms side by side mean `and`. In quotes a
 * backslash stands before " and \ to mean them. A word that is not a fact's id
 * and an operator is text: --type=gpu needs no quotes.
 */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include "store.h"

struct query;

enum { QUERY_BYTES_MAX = 4096, QUERY_TERMS_MAX = 256, QUERY_DEPTH_MAX = 32 };

enum answer { ANSWER_NO = 0, ANSWER_UNKNOWN, ANSWER_YES };

/* The caller frees *out with query_free. STATUS_USAGE with the offset and a
 * sentence; an unknown fact id names near ones. An empty text is a query that
 * everything passes. */
enum status query_parse(struct slice text, struct query **out,
			struct error *err);
void query_free(struct query *q);

/* What it was parsed from; borrowed. */
struct slice query_text(const struct query *q);
/* True when answers change with time alone. */
bool query_uses_clock(const struct query *q);

enum answer query_ask(const struct query *q, const struct store *s,
		      const struct process *p);

/* Where a bare word of the query occurs in text that is shown, for
 * highlighting: the first hit at or after `from`; false for none. */
bool query_find(const struct query *q, struct slice shown, size_t from,
		size_t *start, size_t *length);

#endif
