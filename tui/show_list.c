/* Lists with a form of their own: a command line and capabilities. */
#include "show.h"

#include "../model/capability.h"

static bool is_safe(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c >= 0x80 ||
	       (c && strchr("%+,-./:=@_", c));
}

static bool needs_quotes(struct slice word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (!is_safe(word.ptr[i]))
			return true;
	}
	return !word.len;
}

/* Between quotes, each ' as `quote`. */
static void add_quoted(struct text *t, struct slice word, const char *quote)
{
	while (word.len) {
		size_t plain = slice_find_byte(word, '\'');

		text_add(t, slice_part(word, 0, plain));
		if (plain < word.len)
			text_add_text(t, quote);
		word = slice_part(word, plain + 1, word.len);
	}
}

/* What had to be escaped goes into $'...', which knows the same escapes. */
static void add_word(struct text *t, struct slice word)
{
	struct text escaped;

	if (text_is_plain(word)) {
		bool quoted = needs_quotes(word);

		text_add_text(t, quoted ? "'" : "");
		add_quoted(t, word, "'\\''");
		text_add_text(t, quoted ? "'" : "");
		return;
	}
	text_init(&escaped, t->max);
	text_add_escaped(&escaped, word);
	text_add_text(t, "$'");
	add_quoted(t, text_slice(&escaped), "\\'");
	text_add_text(t, "'");
	text_release(&escaped);
}

void show_command_line(struct text *t, struct value words, size_t most)
{
	size_t count = value_count(words);

	for (size_t i = 0; i < count && i < most; i++) {
		if (i)
			text_add_byte(t, ' ');
		add_word(t, value_slice(value_at(words, i)));
	}
	if (count > most)
		text_addf(t, " (%zu)", count);
}

static bool has_name(struct value list, const char *name)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (slice_is(value_slice(value_at(list, i)), name))
			return true;
	}
	return false;
}

size_t show_capabilities_missing(struct value list)
{
	size_t missing = 0;

	if (value_count(list) > CAPABILITY_COUNT)
		return CAPABILITY_COUNT;
	/* One that this version does not know makes another set of all. */
	for (size_t i = 0; i < value_count(list); i++) {
		bool known = false;

		for (unsigned c = 0; c < CAPABILITY_COUNT && !known; c++)
			known = slice_is(value_slice(value_at(list, i)),
					 capability_name(c));
		if (!known)
			return CAPABILITY_COUNT;
	}
	for (unsigned c = 0; c < CAPABILITY_COUNT; c++)
		missing += !has_name(list, capability_name(c));
	return missing;
}

void show_capabilities_but(struct text *t, struct value list)
{
	const char *before = " but ";

	text_addf(t, "all %d", CAPABILITY_COUNT);
	for (unsigned c = 0; c < CAPABILITY_COUNT; c++) {
		if (has_name(list, capability_name(c)))
			continue;
		text_add_text(t, before);
		text_add_text(t, capability_name(c));
		before = ", ";
	}
}
