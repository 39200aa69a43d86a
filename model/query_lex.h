/* The query language's words; query.c is the only one who reads them. */
#ifndef MODEL_QUERY_LEX_H
#define MODEL_QUERY_LEX_H

#include "query_internal.h"

enum query_token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_TERM, /* a word, or the left side of an operator */
};

struct query_token {
	enum query_token_kind kind;
	size_t at;
	struct slice word; /* in the parser's scratch where it was quoted */
	bool quoted;
};

struct query_parser {
	struct query *query;
	struct slice text;
	size_t pos;
	size_t used; /* of query->bytes */
	size_t depth;
	struct query_token next;
	struct error *err;
};

/* Reads the next token into p->next. STATUS_USAGE for an open quote. */
enum status lex_advance(struct query_parser *p);

/* For the right side of an operator, which is no token: blanks, then a word
 * that ends at a blank, a parenthesis or a quote, or a quoted one. */
uint8_t lex_peek(const struct query_parser *p);
void lex_skip_blanks(struct query_parser *p);
struct slice lex_word(struct query_parser *p);
enum status lex_quoted(struct query_parser *p, struct slice *word);

/* How long the operator at a position is; 0 for none. */
size_t lex_operator_at(const struct query_parser *p, size_t pos);
/* How long the fact's id at the position is that has an operator behind it,
 * blanks between allowed; 0 for none. */
size_t lex_id_at(const struct query_parser *p);

/* Copies a word into the query's memory. query_parse made room for three times
 * the text: the text itself, unquoted words, folded words. */
struct slice lex_keep(struct query_parser *p, struct slice word, bool fold);

#endif
