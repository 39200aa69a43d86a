/* What query*.c share; nobody else includes it. */
#ifndef MODEL_QUERY_INTERNAL_H
#define MODEL_QUERY_INTERNAL_H

#include "query.h"

/*
 * A piece of text to look for, whatever the case of ASCII letters. skip says
 * how far the search may jump on a byte (Horspool); it is at least 1.
 */
struct pattern {
	struct slice folded; /* in the query's own memory */
	uint8_t skip[256];
};

void pattern_init(struct pattern *p, struct slice folded);
/* Where it occurs first at or after `from`; text.len for nowhere. An empty
 * pattern is found at once. */
size_t pattern_find(const struct pattern *p, struct slice text, size_t from);
bool pattern_equal(const struct pattern *p, struct slice text);

enum query_op {
	OP_WORD, /* a bare word */
	OP_EQUAL,
	OP_CONTAINS,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_UNKNOWN, /* =? */
	OP_ABSENT,  /* =- */
};

/* What the right side of an operator can be read as. */
struct literal {
	struct pattern pattern;
	bool is_int, is_span, is_time, is_bool, is_signal;
	int64_t integer;
	int64_t span_ns;
	int64_t time_ns;
	bool boolean;
	int linux_signal, macos_signal;
};

enum query_kind { QUERY_TERM, QUERY_NOT, QUERY_AND, QUERY_OR };

enum { QUERY_NO_NODE = UINT16_MAX, QUERY_NODES_MAX = 4 * QUERY_TERMS_MAX };

/* Children hang as a list: an AND of 200 terms is one level deep. */
struct query_node {
	enum query_kind kind;
	uint16_t first, next;
	uint16_t term;
};

struct query_term {
	enum query_op op;
	bool negated; /* != and !~ */
	enum fact_id fact;
	struct literal literal;
};

struct query {
	struct slice text;
	uint8_t *bytes; /* the text, then the terms' folded words */
	struct query_node *nodes;
	size_t node_count, node_cap;
	struct query_term *terms;
	size_t term_count, term_cap;
	uint16_t root; /* QUERY_NO_NODE: everything passes */
	bool uses_clock;
};

/* Reads a span ("1.5s", "200 ms" without the blank; a number alone counts
 * seconds) and a signal's name. False for what is none. */
bool literal_span(struct slice word, int64_t *ns);
bool literal_signal(struct slice word, int *linux_number, int *macos_number);
void literal_init(struct literal *l, struct slice word, struct slice folded);

#endif
