#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/base/text.h"

struct pair {
	struct slice raw;
	const char *escaped;
};

#define PAIR(raw, escaped)                                                     \
	{                                                                      \
		SLICE_LITERAL(raw), escaped                                    \
	}

static const struct pair pairs[] = {
	PAIR("", ""),
	PAIR("chromium --type=gpu", "chromium --type=gpu"),
	PAIR("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"),
	PAIR("\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80",
	     "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"),
	/* A combining accent stays. */
	PAIR("e\xcc\x81", "e\xcc\x81"),
	PAIR("a\\b", "a\\\\b"),
	PAIR("\n\t\r", "\\n\\t\\r"),
	PAIR("\0", "\\x00"),
	PAIR("\x1b[31mred\x7f", "\\x1b[31mred\\x7f"),
	/* C1: the 8-bit CSI, as UTF-8 and as a bare byte. */
	PAIR("\xc2\x9b"
	     "31m",
	     "\\u{9b}31m"),
	PAIR("\x9b"
	     "31m",
	     "\\x9b31m"),
	/* Right-to-left override, zero width space and joiner, BOM, soft
	 * hyphen. */
	PAIR("a\xe2\x80\xae"
	     "b",
	     "a\\u{202e}b"),
	PAIR("\xe2\x80\x8b\xe2\x80\x8d", "\\u{200b}\\u{200d}"),
	PAIR("\xef\xbb\xbf\xc2\xad", "\\u{feff}\\u{ad}"),
	/* Isolates, line and paragraph separator. */
	PAIR("\xe2\x81\xa6\xe2\x80\xa8\xe2\x80\xa9",
	     "\\u{2066}\\u{2028}\\u{2029}"),
	/* A tag, a variation selector supplement, private use. */
	PAIR("\xf3\xa0\x81\x81\xf3\xa0\x84\x80\xee\x80\x80",
	     "\\u{e0041}\\u{e0100}\\u{e000}"),
	/* Noncharacters. */
	PAIR("\xef\xb7\x90\xef\xbf\xbf\xf4\x8f\xbf\xbe",
	     "\\u{fdd0}\\u{ffff}\\u{10fffe}"),
	/* Overlong, surrogate, too large, cut short, stray. */
	PAIR("\xc0\xaf", "\\xc0\\xaf"),
	PAIR("\xed\xa0\x80", "\\xed\\xa0\\x80"),
	PAIR("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"),
	PAIR("x\xe2\x82", "x\\xe2\\x82"),
	PAIR("\xff\x80", "\\xff\\x80"),
	/* What looks like an escape is no escape afterwards. */
	PAIR("\\x1b\\u{202e}", "\\\\x1b\\\\u{202e}"),
};

enum { PAIRS = sizeof(pairs) / sizeof(*pairs) };

static void escape__shows_and_undoes(void **state)
{
	struct text escaped, back;

	(void)state;
	text_init(&escaped, 1000);
	text_init(&back, 1000);
	for (size_t i = 0; i < PAIRS; i++) {
		text_reset(&escaped);
		text_reset(&back);
		text_add_escaped(&escaped, pairs[i].raw);
		assert_string_equal(escaped.ptr, pairs[i].escaped);
		assert_int_equal(escaped.len, strlen(pairs[i].escaped));
		assert_int_equal(text_is_plain(pairs[i].raw),
				 slice_is(pairs[i].raw, pairs[i].escaped));
		assert_int_equal(
			text_add_unescaped(&back, text_slice(&escaped), NULL),
			STATUS_OK);
		assert_true(slice_equal(text_slice(&back), pairs[i].raw));
	}
	text_release(&escaped);
	text_release(&back);
}

/* A fixed sequence: the same bytes in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Bytes that often come near to UTF-8 and to escapes. */
static uint8_t random_byte(uint32_t *seed)
{
	static const uint8_t likely[] = {'\\', 'x',  'u',  '{',  '}',  '1',
					 'b',  0xc2, 0xe2, 0x80, 0xae, 0xf3,
					 0xa0, 0xef, 0xbf, 0xed, 0xf4, 0x1b};
	uint32_t r = next_random(seed);

	if (r & 1)
		return likely[(r >> 1) % sizeof(likely)];
	return (uint8_t)(r >> 1);
}

static void escape__random_bytes_survive(void **state)
{
	struct text escaped, back;
	uint32_t seed = 20261121;

	(void)state;
	text_init(&escaped, 1000);
	text_init(&back, 1000);
	for (int round = 0; round < 20000; round++) {
		uint8_t raw[64];
		size_t len = next_random(&seed) % sizeof(raw);

		for (size_t i = 0; i < len; i++)
			raw[i] = random_byte(&seed);
		text_reset(&escaped);
		text_reset(&back);
		text_add_escaped(&escaped, slice_of(raw, len));
		assert_int_equal(
			text_add_unescaped(&back, text_slice(&escaped), NULL),
			STATUS_OK);
		assert_true(slice_equal(text_slice(&back), slice_of(raw, len)));
		for (size_t i = 0; i < escaped.len; i++)
			assert_true((uint8_t)escaped.ptr[i] >= 0x20 &&
				    escaped.ptr[i] != 0x7f);
	}
	text_release(&escaped);
	text_release(&back);
}

static void escape__every_code_point_survives(void **state)
{
	struct text escaped, back;

	(void)state;
	text_init(&escaped, 64);
	text_init(&back, 64);
	for (uint32_t code = 0x80; code <= 0x10ffff; code++) {
		uint8_t raw[4];
		size_t len;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		for (size_t i = len - 1; i > 0; i--)
			raw[i] = (uint8_t)(0x80 |
					   (code >> (6 * (len - 1 - i)) & 63));
		raw[0] = (uint8_t)((0xf00 >> len & 0xff) |
				   code >> (6 * (len - 1)));
		text_reset(&escaped);
		text_reset(&back);
		text_add_escaped(&escaped, slice_of(raw, len));
		/* Never byte by byte: it is valid UTF-8. */
		assert_true(escaped.ptr[0] != '\\' || escaped.ptr[1] == 'u');
		assert_int_equal(
			text_add_unescaped(&back, text_slice(&escaped), NULL),
			STATUS_OK);
		assert_true(slice_equal(text_slice(&back), slice_of(raw, len)));
	}
	text_release(&escaped);
	text_release(&back);
}

static void escape__wrong_escapes_are_refused_with_offset(void **state)
{
	static const struct {
		const char *escaped;
		int64_t offset;
	} cases[] = {
		{"\\", 0},          {"ab\\", 2},      {"ab\\q", 2},
		{"\\x", 0},         {"\\x1", 0},      {"a\\xg0", 1},
		{"\\u", 0},         {"\\u{}", 0},     {"\\u{12", 0},
		{"\\u{110000}", 0}, {"\\u{d800}", 0}, {"\\u{0000041}", 0},
		{"\\n\\t\\z", 4},   {"\\u41", 0},
	};
	struct text t;

	(void)state;
	text_init(&t, 100);
	text_add_text(&t, "kept");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error err;

		assert_int_equal(
			text_add_unescaped(&t, slice_text(cases[i].escaped),
					   &err),
			STATUS_MALFORMED);
		assert_int_equal(err.offset, cases[i].offset);
		assert_string_equal(t.ptr, "kept");
	}
	text_release(&t);
}

static void escape__is_never_cut_in_two(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, 6);
	text_add_escaped(&t, SLICE_LITERAL("ab\x1b\x1b"));
	assert_string_equal(t.ptr, "ab\\x1b");
	assert_true(t.cut);
	text_reset(&t);
	text_add_escaped(&t, SLICE_LITERAL("abc\x1b"));
	assert_string_equal(t.ptr, "abc");
	assert_true(t.cut);
	text_reset(&t);
	assert_int_equal(text_add_unescaped(&t, slice_text("1234567"), NULL),
			 STATUS_LIMIT);
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape__shows_and_undoes),
		cmocka_unit_test(escape__random_bytes_survive),
		cmocka_unit_test(escape__every_code_point_survives),
		cmocka_unit_test(escape__wrong_escapes_are_refused_with_offset),
		cmocka_unit_test(escape__is_never_cut_in_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
