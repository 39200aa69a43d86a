/* The right side of an operator: text, a number, a span, a time, a signal. */
#include "query_internal.h"

#include "signal_name.h"

enum { NS_DIGITS = 9 };

static uint8_t fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

void pattern_init(struct pattern *p, struct slice folded)
{
	size_t last = folded.len ? folded.len - 1 : 0;

	p->folded = folded;
	for (size_t i = 0; i < sizeof(p->skip); i++)
		p->skip[i] = (uint8_t)(folded.len > 255 ? 255
				       : folded.len     ? folded.len
							: 1);
	for (size_t i = 0; i < last; i++) {
		size_t jump = last - i < 255 ? last - i : 255;
		uint8_t c = folded.ptr[i];

		p->skip[c] = (uint8_t)jump;
		if (c >= 'a' && c <= 'z')
			p->skip[c & ~0x20] = (uint8_t)jump;
	}
}

static bool folded_at(const struct pattern *p, const uint8_t *text)
{
	for (size_t i = 0; i < p->folded.len; i++) {
		if (fold(text[i]) != p->folded.ptr[i])
			return false;
	}
	return true;
}

size_t pattern_find(const struct pattern *p, struct slice text, size_t from)
{
	size_t n = p->folded.len;

	if (from > text.len)
		return text.len;
	if (!n)
		return from;
	while (text.len - from >= n) {
		if (folded_at(p, text.ptr + from))
			return from;
		from += p->skip[text.ptr[from + n - 1]];
		if (from > text.len)
			break;
	}
	return text.len;
}

bool pattern_equal(const struct pattern *p, struct slice text)
{
	return text.len == p->folded.len &&
	       (!text.len || folded_at(p, text.ptr));
}

struct unit_rule {
	const char *unit;
	int64_t ns;
};

static const struct unit_rule units[] = {
	{"ns", 1},
	{"us", 1000},
	{"ms", 1000 * 1000},
	{"", INT64_C(1000000000)},
	{"s", INT64_C(1000000000)},
	{"m", 60 * INT64_C(1000000000)},
	{"min", 60 * INT64_C(1000000000)},
	{"h", 3600 * INT64_C(1000000000)},
	{"d", 86400 * INT64_C(1000000000)},
};

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(struct slice word, size_t from)
{
	size_t n = 0;

	while (from + n < word.len && is_digit(word.ptr[from + n]))
		n++;
	return n;
}

static bool unit_of(struct slice word, int64_t *ns)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (slice_is(word, units[i].unit)) {
			*ns = units[i].ns;
			return true;
		}
	}
	return false;
}

bool literal_span(struct slice word, int64_t *ns)
{
	size_t whole = digits_at(word, 0), fraction = 0, pos = whole;
	int64_t n, unit, part = 0, scale = 1;

	if (!whole || !slice_to_int(slice_part(word, 0, whole), &n))
		return false;
	if (pos < word.len && word.ptr[pos] == '.') {
		fraction = digits_at(word, ++pos);
		if (!fraction || fraction > NS_DIGITS)
			return false;
		(void)slice_to_int(slice_part(word, pos, fraction), &part);
		pos += fraction;
	}
	if (!unit_of(slice_part(word, pos, word.len), &unit) ||
	    n >= INT64_MAX / unit)
		return false;
	while (fraction-- > 0)
		scale *= 10;
	/* A fraction of a day times 10^9 digits stays far below 2^63. */
	*ns = n * unit + (unit / scale) * part + (unit % scale) * part / scale;
	return true;
}

bool literal_signal(struct slice folded, int *linux_number, int *macos_number)
{
	*linux_number = signal_number(folded, false);
	*macos_number = signal_number(folded, true);
	return *linux_number || *macos_number;
}

static bool literal_int(struct slice word, int64_t *out)
{
	bool minus = word.len > 1 && word.ptr[0] == '-';
	int64_t n;

	if (!slice_to_int(slice_part(word, minus ? 1 : 0, word.len), &n))
		return false;
	*out = minus ? -n : n;
	return true;
}

static bool literal_bool(struct slice folded, bool *out)
{
	static const char *const words[2][4] = {
		{"no", "false", "off", "0"},
		{"yes", "true", "on", "1"},
	};

	for (size_t truth = 0; truth < 2; truth++) {
		for (size_t i = 0; i < 4; i++) {
			if (slice_is(folded, words[truth][i])) {
				*out = truth == 1;
				return true;
			}
		}
	}
	return false;
}

void literal_init(struct literal *l, struct slice word, struct slice folded)
{
	pattern_init(&l->pattern, folded);
	l->is_int = literal_int(word, &l->integer);
	l->is_span = literal_span(word, &l->span_ns);
	l->is_time = time_parse(word, &l->time_ns);
	l->is_bool = literal_bool(folded, &l->boolean);
	l->is_signal =
		literal_signal(folded, &l->linux_signal, &l->macos_signal);
}
