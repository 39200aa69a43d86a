/* The query language's parser: recursive descent. */
#include "query.h"

#include <stdlib.h>

#include "base/vec.h"
#include "query_lex.h"
#include "target.h"

enum { SHOWN_WORD_MAX = 48 };

static enum status fail(struct query_parser *p, size_t at, const char *what,
			struct slice word)
{
	struct text shown;
	enum status status;

	text_init(&shown, SHOWN_WORD_MAX);
	text_add_escaped(&shown, word);
	status = error_set(p->err, STATUS_USAGE, (int64_t)at, "%s '%s%s'", what,
			   shown.ptr, shown.cut ? "..." : "");
	text_release(&shown);
	return status;
}

static enum status add_node(struct query_parser *p, enum query_kind kind,
			    uint16_t *out)
{
	struct query *q = p->query;

	if (!vec_reserve((void **)&q->nodes, &q->node_cap, q->node_count + 1,
			 sizeof(*q->nodes), QUERY_NODES_MAX))
		return error_set(p->err, STATUS_LIMIT, (int64_t)p->next.at,
				 "a query has at most %d parts",
				 QUERY_NODES_MAX);
	*out = (uint16_t)q->node_count++;
	q->nodes[*out] = (struct query_node){
		.kind = kind, .first = QUERY_NO_NODE, .next = QUERY_NO_NODE};
	return STATUS_OK;
}

static enum status unknown_fact(struct query_parser *p, size_t at,
				struct slice word)
{
	struct slice ids[FACT_COUNT];
	struct text near, shown;
	enum status status;

	for (size_t i = 0; i < FACT_COUNT; i++)
		ids[i] = slice_text(fact_table[i].id);
	text_init(&near, ERROR_MESSAGE_BYTES / 2);
	text_init(&shown, SHOWN_WORD_MAX);
	text_add_escaped(&shown, word);
	if (near_words(&near, word, ids, FACT_COUNT))
		status = error_set(p->err, STATUS_USAGE, (int64_t)at,
				   "no fact is called '%s'; near: %s",
				   shown.ptr, near.ptr);
	else
		status = error_set(p->err, STATUS_USAGE, (int64_t)at,
				   "no fact is called '%s'", shown.ptr);
	text_release(&shown);
	text_release(&near);
	return status;
}

static void take_operator(struct query_parser *p, struct query_term *t)
{
	size_t n = lex_operator_at(p, p->pos);
	uint8_t first = lex_peek(p), last = p->text.ptr[p->pos + n - 1];

	p->pos += n;
	t->negated = first == '!';
	if (first == '<')
		t->op = n == 2 ? OP_LESS_EQUAL : OP_LESS;
	else if (first == '>')
		t->op = n == 2 ? OP_GREATER_EQUAL : OP_GREATER;
	else
		t->op = last == '~' ? OP_CONTAINS : OP_EQUAL;
}

/* Does the right side fit the fact? What can never be true is a mistake. */
static enum status check_literal(struct query_parser *p,
				 const struct query_term *t, size_t at,
				 struct slice word)
{
	const struct fact_info *info = &fact_table[t->fact];
	const struct literal *l = &t->literal;
	bool order = t->op >= OP_LESS && t->op <= OP_GREATER_EQUAL;

	if (t->op != OP_EQUAL && !order)
		return STATUS_OK;
	if (info->type == VALUE_DATE && !l->is_time && !l->is_span)
		return fail(p, at, "expected a time or a span like 5s, found",
			    word);
	if (info->type == VALUE_INT && !strcmp(info->unit, "ns") && !l->is_span)
		return fail(p, at, "expected a span like 200ms or 5s, found",
			    word);
	if (info->type == VALUE_INT && strcmp(info->unit, "ns") != 0 &&
	    !l->is_int)
		return fail(p, at, "expected a number, found", word);
	if (info->type == VALUE_BOOL && !order && !l->is_bool)
		return fail(p, at, "expected yes or no, found", word);
	if (order && info->type != VALUE_DATE && info->type != VALUE_INT)
		return fail(p, at,
			    "only numbers, spans and times are more or less "
			    "than",
			    word);
	return STATUS_OK;
}

static enum status read_literal(struct query_parser *p, struct query_term *t)
{
	struct slice word;
	size_t at;
	bool quoted;

	lex_skip_blanks(p);
	at = p->pos;
	quoted = lex_peek(p) == '"';
	if (quoted) {
		enum status status = lex_quoted(p, &word);

		if (status != STATUS_OK)
			return status;
	} else {
		word = lex_word(p);
		if (!word.len)
			return error_set(p->err, STATUS_USAGE, (int64_t)at,
					 "expected a value after '%s' and its "
					 "operator",
					 fact_table[t->fact].id);
	}
	literal_init(&t->literal, word, lex_keep(p, word, true));
	if (!quoted && (slice_is(word, "?") || slice_is(word, "-"))) {
		if (t->op != OP_EQUAL)
			return fail(p, at, "only = and != go with", word);
		t->op = slice_is(word, "?") ? OP_UNKNOWN : OP_ABSENT;
	}
	return check_literal(p, t, at, word);
}

/* Only times change their answer while nothing happens. */
static bool reads_clock(const struct query_term *t)
{
	return t->op != OP_WORD &&
	       (t->fact == FACT_AGE || fact_table[t->fact].type == VALUE_DATE);
}

static enum status parse_term(struct query_parser *p, uint16_t *out)
{
	struct query *q = p->query;
	struct query_term term = {.op = OP_WORD, .fact = FACT_NONE};
	struct query_token token = p->next;
	enum status status;

	lex_skip_blanks(p);
	if (!token.quoted && lex_operator_at(p, p->pos) &&
	    lex_id_at(
		    &(struct query_parser){.text = p->text, .pos = token.at})) {
		term.fact = fact_by_id(token.word);
		if (term.fact == FACT_NONE)
			return unknown_fact(p, token.at, token.word);
		take_operator(p, &term);
		status = read_literal(p, &term);
		if (status != STATUS_OK)
			return status;
	} else {
		literal_init(&term.literal, token.word,
			     lex_keep(p, token.word, true));
	}
	status = add_node(p, QUERY_TERM, out);
	if (status != STATUS_OK)
		return status;
	if (!vec_reserve((void **)&q->terms, &q->term_cap, q->term_count + 1,
			 sizeof(*q->terms), QUERY_TERMS_MAX))
		return error_set(p->err, STATUS_LIMIT, (int64_t)token.at,
				 "a query has at most %d terms",
				 QUERY_TERMS_MAX);
	q->nodes[*out].term = (uint16_t)q->term_count;
	q->terms[q->term_count++] = term;
	q->uses_clock = q->uses_clock || reads_clock(&term);
	return lex_advance(p);
}

static enum status parse_or(struct query_parser *p, uint16_t *out);

static enum status too_deep(const struct query_parser *p)
{
	return error_set(p->err, STATUS_LIMIT, (int64_t)p->next.at,
			 "parentheses and `not` go at most %d deep",
			 QUERY_DEPTH_MAX);
}

static enum status parse_group(struct query_parser *p, uint16_t *out)
{
	size_t open = p->next.at;
	enum status status = lex_advance(p);

	if (status == STATUS_OK)
		status = parse_or(p, out);
	if (status != STATUS_OK)
		return status;
	if (p->next.kind != TOKEN_CLOSE)
		return error_set(p->err, STATUS_USAGE, (int64_t)open,
				 "the parenthesis that opens here is not "
				 "closed");
	return lex_advance(p);
}

static enum status parse_one(struct query_parser *p, uint16_t *out)
{
	enum status status;
	uint16_t node;

	if (p->next.kind == TOKEN_TERM)
		return parse_term(p, out);
	if (p->next.kind != TOKEN_NOT && p->next.kind != TOKEN_OPEN)
		return error_set(p->err, STATUS_USAGE, (int64_t)p->next.at,
				 "expected a word or a comparison, found %s",
				 p->next.kind == TOKEN_CLOSE ? "')'"
				 : p->next.kind == TOKEN_END ? "the end"
				 : p->next.kind == TOKEN_AND ? "'and'"
							     : "'or'");
	if (p->depth >= QUERY_DEPTH_MAX)
		return too_deep(p);
	p->depth++;
	if (p->next.kind == TOKEN_OPEN) {
		status = parse_group(p, out);
	} else {
		status = lex_advance(p);
		if (status == STATUS_OK)
			status = add_node(p, QUERY_NOT, &node);
		if (status == STATUS_OK)
			status = parse_one(p, out);
		if (status == STATUS_OK) {
			p->query->nodes[node].first = *out;
			*out = node;
		}
	}
	p->depth--;
	return status;
}

/* One chain of `and` (also unwritten) or of `or`; a chain of one is that one.
 */
static enum status parse_chain(struct query_parser *p, enum query_kind kind,
			       enum status (*item)(struct query_parser *,
						   uint16_t *),
			       uint16_t *out)
{
	enum query_token_kind joint = kind == QUERY_AND ? TOKEN_AND : TOKEN_OR;
	uint16_t node = QUERY_NO_NODE, last, one;
	enum status status = item(p, &last);

	*out = last;
	while (status == STATUS_OK) {
		bool joined = p->next.kind == joint;
		bool beside =
			kind == QUERY_AND && (p->next.kind == TOKEN_TERM ||
					      p->next.kind == TOKEN_NOT ||
					      p->next.kind == TOKEN_OPEN);

		if (!joined && !beside)
			return STATUS_OK;
		if (joined)
			status = lex_advance(p);
		if (status == STATUS_OK && node == QUERY_NO_NODE) {
			status = add_node(p, kind, &node);
			if (status != STATUS_OK)
				return status;
			p->query->nodes[node].first = last;
			*out = node;
		}
		if (status == STATUS_OK)
			status = item(p, &one);
		if (status == STATUS_OK) {
			p->query->nodes[last].next = one;
			last = one;
		}
	}
	return status;
}

static enum status parse_and(struct query_parser *p, uint16_t *out)
{
	return parse_chain(p, QUERY_AND, parse_one, out);
}

static enum status parse_or(struct query_parser *p, uint16_t *out)
{
	return parse_chain(p, QUERY_OR, parse_and, out);
}

static enum status parse_all(struct query_parser *p)
{
	enum status status = lex_advance(p);

	if (status != STATUS_OK || p->next.kind == TOKEN_END)
		return status;
	status = parse_or(p, &p->query->root);
	if (status == STATUS_OK && p->next.kind == TOKEN_CLOSE)
		return error_set(p->err, STATUS_USAGE, (int64_t)p->next.at,
				 "this ')' closes nothing");
	return status;
}

enum status query_parse(struct slice text, struct query **out,
			struct error *err)
{
	struct query_parser p = {.err = err};
	struct query *q;
	enum status status;

	if (text.len > QUERY_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, QUERY_BYTES_MAX,
				 "a query has at most %d bytes, this one %zu",
				 QUERY_BYTES_MAX, text.len);
	q = calloc(1, sizeof(*q));
	if (q)
		q->bytes = malloc(3 * text.len + 1);
	if (!q || !q->bytes) {
		query_free(q);
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	}
	q->root = QUERY_NO_NODE;
	p.query = q;
	q->text = lex_keep(&p, text, false);
	p.text = q->text;
	status = parse_all(&p);
	if (status != STATUS_OK) {
		query_free(q);
		return status;
	}
	*out = q;
	return STATUS_OK;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	free(q->terms);
	free(q->nodes);
	free(q->bytes);
	free(q);
}

struct slice query_text(const struct query *q)
{
	return q->text;
}

bool query_uses_clock(const struct query *q)
{
	return q->uses_clock;
}
