#include "requirement_token.h"

#include "requirement.h"

static uint8_t at(const struct tokenizer *t, size_t pos)
{
	return pos < t->text.len ? t->text.ptr[pos] : 0;
}

static bool is_digit(uint8_t b)
{
	return b >= '0' && b <= '9';
}

static bool is_word(uint8_t b)
{
	return is_digit(b) || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}

static int hex_digit(uint8_t b)
{
	if (is_digit(b))
		return b - '0';
	if (b >= 'a' && b <= 'f')
		return b - 'a' + 10;
	if (b >= 'A' && b <= 'F')
		return b - 'A' + 10;
	return -1;
}

static void fail(struct tokenizer *t, const char *why)
{
	t->now.kind = TOKEN_BAD;
	t->why = why;
}

static void skip_line(struct tokenizer *t)
{
	while (t->pos < t->text.len && t->text.ptr[t->pos] != '\n')
		t->pos++;
}

/* Blanks and the comments of C, C++ and the shell. False: one has no end. */
static bool skip_blanks(struct tokenizer *t)
{
	while (t->pos < t->text.len) {
		uint8_t b = at(t, t->pos);
		struct slice rest;
		size_t end;

		if (b == ' ' || b == '\t' || b == '\n' || b == '\r') {
			t->pos++;
		} else if (b == '#' || (b == '/' && at(t, t->pos + 1) == '/')) {
			skip_line(t);
		} else if (b == '/' && at(t, t->pos + 1) == '*') {
			rest = slice_part(t->text, t->pos + 2, t->text.len);
			end = slice_find(rest, SLICE_LITERAL("*/"), false);
			if (end == rest.len)
				return false;
			t->pos += end + 4;
		} else {
			break;
		}
	}
	return true;
}

/* Pairs of hexadecimal digits up to something else. */
static bool read_hex(struct tokenizer *t)
{
	while (hex_digit(at(t, t->pos)) >= 0) {
		int high = hex_digit(at(t, t->pos));
		int low = hex_digit(at(t, t->pos + 1));

		if (low < 0)
			return false;
		text_add_byte(&t->buffer, (char)(high << 4 | low));
		t->pos += 2;
	}
	return t->buffer.len > 0;
}

static void read_hash(struct tokenizer *t)
{
	t->pos += 2; /* H and the quote */
	t->now.kind = TOKEN_HASH;
	if (!read_hex(t) || at(t, t->pos) != '"')
		fail(t, "a hash is H, a quote, pairs of hexadecimal digits and "
			"a quote");
	else
		t->pos++;
}

static void read_string(struct tokenizer *t)
{
	t->pos++;
	t->now.kind = TOKEN_STRING;
	while (t->pos < t->text.len && at(t, t->pos) != '"') {
		if (at(t, t->pos) == '\\')
			t->pos++;
		if (t->pos < t->text.len)
			text_add_byte(&t->buffer, (char)at(t, t->pos++));
	}
	if (t->pos >= t->text.len)
		fail(t, "a string has no closing quote");
	else
		t->pos++;
}

static void read_word(struct tokenizer *t, bool number)
{
	size_t from = t->pos;

	t->now.kind = number ? TOKEN_NUMBER : TOKEN_WORD;
	while (is_word(at(t, t->pos)) || at(t, t->pos) == '.') {
		if (!is_digit(at(t, t->pos)))
			t->now.kind = TOKEN_WORD;
		t->pos++;
	}
	text_add(&t->buffer, slice_part(t->text, from, t->pos - from));
}

static void read_sign(struct tokenizer *t)
{
	uint8_t b = at(t, t->pos);

	t->now.kind = TOKEN_SIGN;
	t->now.sign = (char)b;
	if (!b || !memchr("()[]=~*!-<>,", b, 12)) {
		fail(t, "a character that the language does not have");
		return;
	}
	t->pos++;
	if ((b == '<' || b == '>' || b == '=') && at(t, t->pos) == '=') {
		t->now.or_equal = b != '=';
		t->pos++;
	}
}

void tokenizer_next(struct tokenizer *t)
{
	size_t from;

	text_reset(&t->buffer);
	t->now = (struct token){.kind = TOKEN_END, .offset = t->pos};
	if (!skip_blanks(t)) {
		t->now.offset = t->pos;
		fail(t, "a comment has no end");
		return;
	}
	from = t->now.offset = t->pos;
	if (t->pos == t->text.len)
		return;
	if (at(t, from) == 'H' && at(t, from + 1) == '"') {
		read_hash(t);
	} else if (at(t, from) == '0' && at(t, from + 1) == 'x') {
		t->pos += 2;
		t->now.kind = TOKEN_DATA;
		if (!read_hex(t))
			fail(t, "0x wants pairs of hexadecimal digits");
	} else if (at(t, from) == '"') {
		read_string(t);
	} else if (is_word(at(t, from))) {
		read_word(t, is_digit(at(t, from)));
	} else {
		read_sign(t);
	}
	if (t->buffer.cut)
		fail(t, "a word is too long, or memory is out");
	t->now.source = slice_part(t->text, from, t->pos - from);
	t->now.bytes = text_slice(&t->buffer);
}

void tokenizer_init(struct tokenizer *t, struct slice text)
{
	*t = (struct tokenizer){.text = text};
	text_init(&t->buffer, REQUIREMENT_TEXT_MAX);
	tokenizer_next(t);
}

void tokenizer_release(struct tokenizer *t)
{
	text_release(&t->buffer);
}
