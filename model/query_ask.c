/* Asks a parsed query of a process: Kleene's three values. */
#include "query_internal.h"

static enum answer answer_not(enum answer a)
{
	return a == ANSWER_YES  ? ANSWER_NO
	       : a == ANSWER_NO ? ANSWER_YES
				: ANSWER_UNKNOWN;
}

static enum answer answer_of(bool yes)
{
	return yes ? ANSWER_YES : ANSWER_NO;
}

/* Numbers and truth are looked for as people would write them. */
static bool scalar_contains(struct value v, const struct literal *l)
{
	switch (v.type) {
	case VALUE_STRING:
	case VALUE_BYTES: {
		struct slice text = value_slice(v);

		return !l->pattern.folded.len ||
		       pattern_find(&l->pattern, text, 0) < text.len;
	}
	case VALUE_INT:
		return l->is_int && v.as.integer == l->integer;
	case VALUE_BOOL:
		return l->is_bool && v.as.boolean == l->boolean;
	default:
		return false;
	}
}

static bool scalar_equal(struct value v, const struct literal *l)
{
	if (v.type == VALUE_STRING || v.type == VALUE_BYTES)
		return pattern_equal(&l->pattern, value_slice(v));
	if (v.type == VALUE_REAL)
		return l->is_int && !(v.as.real < (double)l->integer) &&
		       !(v.as.real > (double)l->integer);
	return scalar_contains(v, l);
}

/* Values are at most VALUE_DEPTH_MAX deep. */
static bool value_has(struct value v, const struct literal *l,
		      bool (*test)(struct value, const struct literal *))
{
	size_t count = value_count(v);

	if (v.type != VALUE_LIST && v.type != VALUE_DICT)
		return test(v, l);
	for (size_t i = 0; i < count; i++) {
		if (v.type == VALUE_DICT && test(value_key(v, i), l))
			return true;
		if (value_has(value_at(v, i), l, test))
			return true;
	}
	return false;
}

/* The number a value and the literal are compared by; false where there is no
 * such comparison. A span beside a date means how long ago that was. */
static bool numbers_of(const struct query_term *t, const struct store *s,
		       struct value v, int64_t *left, int64_t *right)
{
	const struct literal *l = &t->literal;

	if (v.type == VALUE_DATE) {
		*left = l->is_time ? v.as.integer : store_now(s) - v.as.integer;
		*right = l->is_time ? l->time_ns : l->span_ns;
		return l->is_time || l->is_span;
	}
	if (v.type != VALUE_INT)
		return false;
	*left = v.as.integer;
	if (!strcmp(fact_table[t->fact].unit, "ns")) {
		*right = l->span_ns;
		return l->is_span;
	}
	*right = l->integer;
	return l->is_int;
}

static bool value_compares(const struct query_term *t, const struct store *s,
			   struct value v)
{
	int64_t left, right;

	if (!numbers_of(t, s, v, &left, &right))
		return false;
	switch (t->op) {
	case OP_LESS:
		return left < right;
	case OP_LESS_EQUAL:
		return left <= right;
	case OP_GREATER:
		return left > right;
	default:
		return left >= right;
	}
}

/* exit=SIGTRAP and exit=1, beside the fact's own words. */
static bool exit_equal(const struct query_term *t, const struct store *s,
		       const struct process *p)
{
	const struct literal *l = &t->literal;
	bool macos = slice_is(value_slice(store_host(s)->os), "macos");

	if (p->how.kind == EXIT_SIGNAL && l->is_signal)
		return p->how.value ==
		       (macos ? l->macos_signal : l->linux_signal);
	return p->how.kind == EXIT_CODE && l->is_int &&
	       p->how.value == l->integer;
}

static bool value_equals(const struct query_term *t, const struct store *s,
			 const struct process *p, struct value v)
{
	int64_t left, right;

	if (t->fact == FACT_EXIT && exit_equal(t, s, p))
		return true;
	if (v.type == VALUE_DATE || v.type == VALUE_INT)
		return numbers_of(t, s, v, &left, &right) && left == right;
	return value_has(v, &t->literal, scalar_equal);
}

static enum answer ask_fact(const struct query_term *t, const struct store *s,
			    const struct process *p)
{
	struct fact f = process_fact(s, p, t->fact);
	bool yes;

	if (t->op == OP_UNKNOWN)
		return answer_of((!fact_has_value(&f) &&
				  f.state != FACT_ABSENT) != t->negated);
	if (!fact_has_value(&f) && f.state != FACT_ABSENT)
		return ANSWER_UNKNOWN;
	if (t->op == OP_ABSENT)
		return answer_of((f.state == FACT_ABSENT) != t->negated);
	/* What is not there is neither equal nor different. */
	if (f.state == FACT_ABSENT)
		return ANSWER_NO;
	if (t->op == OP_EQUAL)
		yes = value_equals(t, s, p, f.value);
	else if (t->op == OP_CONTAINS)
		yes = value_has(f.value, &t->literal, scalar_contains);
	else
		yes = value_compares(t, s, f.value);
	return answer_of(yes != t->negated);
}

/* A word is looked for in what is known; only a process without a name leaves
 * it open. */
static enum answer ask_word(const struct query_term *t, const struct store *s,
			    const struct process *p)
{
	static const enum fact_id places[] = {
		FACT_NAME,    FACT_ROLE,       FACT_APP,       FACT_USER,
		FACT_SANDBOX, FACT_EXECUTABLE, FACT_ARGUMENTS,
	};
	enum answer none = ANSWER_NO;

	if (t->literal.is_int && t->literal.integer == p->pid)
		return ANSWER_YES;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct fact f = process_fact(s, p, places[i]);

		if (!fact_has_value(&f)) {
			if (places[i] == FACT_NAME)
				none = ANSWER_UNKNOWN;
			continue;
		}
		if (value_has(f.value, &t->literal, scalar_contains))
			return ANSWER_YES;
	}
	return none;
}

/* The parser keeps the depth below QUERY_DEPTH_MAX levels of parentheses. */
static enum answer ask_node(const struct query *q, uint16_t at,
			    const struct store *s, const struct process *p)
{
	const struct query_node *node = &q->nodes[at];
	const struct query_term *term;
	enum answer stop, all, one;

	if (node->kind == QUERY_TERM) {
		term = &q->terms[node->term];
		return term->op == OP_WORD ? ask_word(term, s, p)
					   : ask_fact(term, s, p);
	}
	if (node->kind == QUERY_NOT)
		return answer_not(ask_node(q, node->first, s, p));
	/* One "no" decides an `and`, one "yes" an `or`; else an unknown one
	 * leaves it unknown. */
	stop = node->kind == QUERY_AND ? ANSWER_NO : ANSWER_YES;
	all = answer_not(stop);
	for (uint16_t c = node->first; c != QUERY_NO_NODE;
	     c = q->nodes[c].next) {
		one = ask_node(q, c, s, p);
		if (one == stop)
			return stop;
		if (one == ANSWER_UNKNOWN)
			all = ANSWER_UNKNOWN;
	}
	return all;
}

enum answer query_ask(const struct query *q, const struct store *s,
		      const struct process *p)
{
	if (q->root == QUERY_NO_NODE)
		return ANSWER_YES;
	return ask_node(q, q->root, s, p);
}

struct hit {
	size_t start, length;
};

/* Words under a `not` are not what one wants to see. */
static void find_node(const struct query *q, uint16_t at, bool wanted,
		      struct slice shown, size_t from, struct hit *best)
{
	const struct query_node *node = &q->nodes[at];
	const struct query_term *term;
	size_t start;

	if (node->kind != QUERY_TERM) {
		if (node->kind == QUERY_NOT)
			wanted = !wanted;
		for (uint16_t c = node->first; c != QUERY_NO_NODE;
		     c = q->nodes[c].next)
			find_node(q, c, wanted, shown, from, best);
		return;
	}
	term = &q->terms[node->term];
	if (!wanted || term->op != OP_WORD || !term->literal.pattern.folded.len)
		return;
	start = pattern_find(&term->literal.pattern, shown, from);
	if (start >= shown.len)
		return;
	if (start < best->start ||
	    (start == best->start &&
	     term->literal.pattern.folded.len > best->length)) {
		best->start = start;
		best->length = term->literal.pattern.folded.len;
	}
}

bool query_find(const struct query *q, struct slice shown, size_t from,
		size_t *start, size_t *length)
{
	struct hit best = {.start = SIZE_MAX};

	if (q->root == QUERY_NO_NODE)
		return false;
	find_node(q, q->root, true, shown, from, &best);
	if (best.start == SIZE_MAX)
		return false;
	*start = best.start;
	*length = best.length;
	return true;
}
