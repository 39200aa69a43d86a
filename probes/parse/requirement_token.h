/* The words of the requirement language (Security requirements.grammar). */
#ifndef PROBES_PARSE_REQUIREMENT_TOKEN_H
#define PROBES_PARSE_REQUIREMENT_TOKEN_H

#include "../../model/base/text.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* identifier, subject.OU, com */
	TOKEN_NUMBER, /* 1 */
	TOKEN_STRING, /* "...", unescaped in `bytes` */
	TOKEN_HASH,   /* H"...", its bytes */
	TOKEN_DATA,   /* 0x..., its bytes */
	TOKEN_SIGN,   /* one of ( ) [ ] = ~ * ! - , or <, >, with `or_equal` */
	TOKEN_BAD,
};

/* source: as it stands in the text. bytes: borrowed from the tokenizer's
 * buffer until the next token. */
struct token {
	enum token_kind kind;
	char sign;
	bool or_equal; /* <= >= */
	struct slice source, bytes;
	size_t offset;
};

struct tokenizer {
	struct slice text;
	size_t pos;
	struct text buffer;
	struct token now;
	const char *why; /* of TOKEN_BAD; static */
};

/* After this the first token is in `now`. */
void tokenizer_init(struct tokenizer *t, struct slice text);
void tokenizer_release(struct tokenizer *t);
void tokenizer_next(struct tokenizer *t);

#endif
