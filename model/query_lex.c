/* The query language's lexer. */
#include "query_lex.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_id(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

uint8_t lex_peek(const struct query_parser *p)
{
	return p->pos < p->text.len ? p->text.ptr[p->pos] : 0;
}

void lex_skip_blanks(struct query_parser *p)
{
	while (p->pos < p->text.len && is_blank(lex_peek(p)))
		p->pos++;
}

/* Bytes for a word that is not in the text as it stands. query_parse made room
 * for three times the text: unquoted, folded, and the text itself. */
struct slice lex_keep(struct query_parser *p, struct slice word, bool fold)
{
	uint8_t *to = p->query->bytes + p->used;

	for (size_t i = 0; i < word.len; i++) {
		uint8_t c = word.ptr[i];

		to[i] = fold && c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
	}
	p->used += word.len;
	return slice_of(to, word.len);
}

/* "a \"quoted\" word": a backslash stands before " and \ only. */
enum status lex_quoted(struct query_parser *p, struct slice *word)
{
	size_t start = p->pos++;
	uint8_t *to = p->query->bytes + p->used;
	size_t n = 0;

	while (p->pos < p->text.len && lex_peek(p) != '"') {
		uint8_t c = p->text.ptr[p->pos++];

		if (c == '\\' && (lex_peek(p) == '"' || lex_peek(p) == '\\'))
			c = p->text.ptr[p->pos++];
		to[n++] = c;
	}
	if (p->pos >= p->text.len)
		return error_set(p->err, STATUS_USAGE, (int64_t)start,
				 "the quote that opens here is not closed");
	p->pos++;
	p->used += n;
	*word = slice_of(to, n);
	return STATUS_OK;
}

static bool ends_word(uint8_t c)
{
	return is_blank(c) || c == '(' || c == ')' || c == '"';
}

struct slice lex_word(struct query_parser *p)
{
	size_t start = p->pos;

	while (p->pos < p->text.len && !ends_word(lex_peek(p)))
		p->pos++;
	return slice_part(p->text, start, p->pos - start);
}

/* How long the operator at the position is; 0 for none. */
size_t lex_operator_at(const struct query_parser *p, size_t pos)
{
	static const char *const operators[] = {
		"!=", "!~", "<=", ">=", "=", "~", "<", ">"};
	struct slice rest = slice_part(p->text, pos, p->text.len);

	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		if (slice_starts(rest, operators[i]))
			return strlen(operators[i]);
	}
	return 0;
}

/* A fact's id with an operator behind it, blanks between allowed. */
size_t lex_id_at(const struct query_parser *p)
{
	size_t pos = p->pos, end;

	while (pos < p->text.len && is_id(p->text.ptr[pos]))
		pos++;
	end = pos;
	while (pos < p->text.len && is_blank(p->text.ptr[pos]))
		pos++;
	return end > p->pos && lex_operator_at(p, pos) ? end - p->pos : 0;
}

static bool is_keyword(struct slice word, const char *keyword)
{
	return word.len == strlen(keyword) &&
	       slice_find(word, slice_text(keyword), true) == 0;
}

static enum query_token_kind keyword_of(struct slice word)
{
	if (is_keyword(word, "and"))
		return TOKEN_AND;
	if (is_keyword(word, "or"))
		return TOKEN_OR;
	if (is_keyword(word, "not"))
		return TOKEN_NOT;
	return TOKEN_TERM;
}

enum status lex_advance(struct query_parser *p)
{
	struct query_token *t = &p->next;
	size_t id;

	lex_skip_blanks(p);
	*t = (struct query_token){.kind = TOKEN_END, .at = p->pos};
	if (p->pos >= p->text.len)
		return STATUS_OK;
	if (lex_peek(p) == '(' || lex_peek(p) == ')') {
		t->kind = lex_peek(p) == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
		p->pos++;
		return STATUS_OK;
	}
	t->kind = TOKEN_TERM;
	if (lex_peek(p) == '"') {
		t->quoted = true;
		return lex_quoted(p, &t->word);
	}
	id = lex_id_at(p);
	if (id) {
		t->word = slice_part(p->text, p->pos, id);
		p->pos += id;
		return STATUS_OK;
	}
	t->word = lex_word(p);
	t->kind = keyword_of(t->word);
	return STATUS_OK;
}
