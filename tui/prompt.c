#include "prompt.h"

#include <utf8proc.h>

/* The start of the character before `at`. */
static size_t before(const struct prompt *p, size_t at)
{
	if (!at)
		return 0;
	at--;
	while (at && ((unsigned char)p->bytes[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t after(const struct prompt *p, size_t at)
{
	if (at >= p->len)
		return p->len;
	at++;
	while (at < p->len && ((unsigned char)p->bytes[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static void erase_from(struct prompt *p, size_t from, size_t to)
{
	memmove(p->bytes + from, p->bytes + to, p->len - to);
	p->len -= to - from;
	p->cursor = from;
}

void prompt_set(struct prompt *p, struct slice text)
{
	p->len = 0;
	p->cursor = 0;
	if (text.len > PROMPT_BYTES_MAX)
		text.len = PROMPT_BYTES_MAX;
	if (!text.len)
		return;
	memcpy(p->bytes, text.ptr, text.len);
	p->len = p->cursor = text.len;
}

bool prompt_type(struct prompt *p, int character)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n;

	if (character < 0x20 || character == 0x7f ||
	    !utf8proc_codepoint_valid(character))
		return false;
	n = utf8proc_encode_char(character, bytes);
	if (n <= 0 || PROMPT_BYTES_MAX - p->len < (size_t)n)
		return false;
	memmove(p->bytes + p->cursor + n, p->bytes + p->cursor,
		p->len - p->cursor);
	memcpy(p->bytes + p->cursor, bytes, (size_t)n);
	p->len += (size_t)n;
	p->cursor += (size_t)n;
	return true;
}

void prompt_move(struct prompt *p, enum prompt_move move)
{
	switch (move) {
	case PROMPT_LEFT:
		p->cursor = before(p, p->cursor);
		break;
	case PROMPT_RIGHT:
		p->cursor = after(p, p->cursor);
		break;
	case PROMPT_HOME:
		p->cursor = 0;
		break;
	case PROMPT_END:
		p->cursor = p->len;
		break;
	}
}

void prompt_erase_left(struct prompt *p)
{
	erase_from(p, before(p, p->cursor), p->cursor);
}

void prompt_erase_right(struct prompt *p)
{
	erase_from(p, p->cursor, after(p, p->cursor));
}

void prompt_erase_word(struct prompt *p)
{
	size_t from = p->cursor;

	while (from && p->bytes[from - 1] == ' ')
		from--;
	while (from && p->bytes[from - 1] != ' ')
		from--;
	erase_from(p, from, p->cursor);
}

void prompt_erase_to_start(struct prompt *p)
{
	erase_from(p, 0, p->cursor);
}
