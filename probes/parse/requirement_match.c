#include "requirement_match.h"

static bool is_digit(uint8_t b)
{
	return b >= '0' && b <= '9';
}

/* The digits from *at without leading zeros; *at moves behind them. */
static struct slice take_digits(struct slice s, size_t *at)
{
	size_t from;

	while (*at < s.len && s.ptr[*at] == '0')
		(*at)++;
	from = *at;
	while (*at < s.len && is_digit(s.ptr[*at]))
		(*at)++;
	return slice_part(s, from, *at - from);
}

/* Bytes, but runs of digits by their number: 10.9 is before 10.13
 * (kCFCompareNumerically). */
static int compare_numerically(struct slice a, struct slice b)
{
	size_t i = 0, k = 0;

	while (i < a.len && k < b.len) {
		if (is_digit(a.ptr[i]) && is_digit(b.ptr[k])) {
			struct slice left = take_digits(a, &i);
			struct slice right = take_digits(b, &k);
			int order = slice_compare(left, right);

			if (left.len != right.len)
				return left.len < right.len ? -1 : 1;
			if (order)
				return order;
		} else if (a.ptr[i] != b.ptr[k]) {
			return a.ptr[i] < b.ptr[k] ? -1 : 1;
		} else {
			i++;
			k++;
		}
	}
	return (i < a.len) - (k < b.len);
}

static bool match_text(const struct requirement_match *match, struct slice s)
{
	struct slice want = match->string;
	int order = compare_numerically(s, want);

	switch (match->op) {
	case MATCH_EQUAL:
		return slice_equal(s, want);
	case MATCH_CONTAINS:
		return !want.len || slice_find(s, want, false) < s.len;
	case MATCH_BEGINS:
		return slice_equal(slice_part(s, 0, want.len), want);
	case MATCH_ENDS:
		return s.len >= want.len &&
		       slice_equal(slice_part(s, s.len - want.len, want.len),
				   want);
	case MATCH_LESS:
		return order < 0;
	case MATCH_GREATER:
		return order > 0;
	case MATCH_LESS_EQUAL:
		return order <= 0;
	case MATCH_GREATER_EQUAL:
		return order >= 0;
	default:
		return false;
	}
}

static bool match_time(const struct requirement_match *match, int64_t time_ns)
{
	switch (match->op) {
	case MATCH_ON:
		return time_ns == match->time_ns;
	case MATCH_BEFORE:
		return time_ns < match->time_ns;
	case MATCH_AFTER:
		return time_ns > match->time_ns;
	case MATCH_ON_OR_BEFORE:
		return time_ns <= match->time_ns;
	case MATCH_ON_OR_AFTER:
		return time_ns >= match->time_ns;
	default:
		return false;
	}
}

static bool match_one(const struct requirement_match *match, struct value v)
{
	if (match->op == MATCH_EXISTS)
		return !(v.type == VALUE_BOOL && !v.as.boolean);
	if (v.type == VALUE_DATE)
		return match_time(match, v.as.integer);
	return v.type == VALUE_STRING && match_text(match, value_slice(v));
}

enum truth requirement_match_value(const struct requirement_match *match,
				   struct value v)
{
	bool hit = false;

	if (v.type == VALUE_NONE || match->op == MATCH_ABSENT)
		return (v.type == VALUE_NONE) == (match->op == MATCH_ABSENT)
			       ? TRUTH_TRUE
			       : TRUTH_FALSE;
	if (v.type != VALUE_LIST)
		return match_one(match, v) ? TRUTH_TRUE : TRUTH_FALSE;
	for (size_t i = 0; i < value_count(v) && !hit; i++)
		hit = match_one(match, value_at(v, i));
	return hit ? TRUTH_TRUE : TRUTH_FALSE;
}

enum truth requirement_match_presence(const struct requirement_match *match,
				      bool present)
{
	if (match->op == MATCH_ABSENT)
		return present ? TRUTH_FALSE : TRUTH_TRUE;
	if (!present)
		return TRUTH_FALSE;
	/* What its value is nobody reads. */
	return match->op == MATCH_EXISTS ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

enum truth requirement_match_subject(const struct requirement_match *match,
				     const struct certificate *c,
				     struct slice key)
{
	static const char *const fields[] = {
		"CN", "C", "D", "L", "O", "OU", "STREET", "ST", "UID", "DC",
	};
	enum truth answer = TRUTH_UNKNOWN;
	struct text t;

	if (!slice_starts(key, "subject."))
		return TRUTH_UNKNOWN;
	key = slice_part(key, strlen("subject."), key.len);
	text_init(&t, CERTIFICATE_NAME_MAX);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (!slice_is(key, fields[i]))
			continue;
		if (!certificate_subject(c, fields[i], &t))
			answer = match->op == MATCH_ABSENT ? TRUTH_TRUE
							   : TRUTH_FALSE;
		else if (match->op == MATCH_EXISTS)
			answer = TRUTH_TRUE;
		else
			answer = match_text(match, text_slice(&t))
					 ? TRUTH_TRUE
					 : TRUTH_FALSE;
		break;
	}
	text_release(&t);
	return answer;
}

enum truth requirement_match_extension(const struct requirement_match *match,
				       const struct certificate *c,
				       struct slice oid)
{
	struct slice value;

	return requirement_match_presence(
		match, certificate_extension(c, oid, &value));
}

struct value requirement_get(struct value dict, struct slice key)
{
	for (size_t i = 0; i < value_count(dict); i++)
		if (slice_equal(value_slice(value_key(dict, i)), key))
			return value_at(dict, i);
	return value_none;
}

bool certificate_field_is(const struct certificate *c, const char *field,
			  const char *text)
{
	struct text t;
	bool is;

	text_init(&t, CERTIFICATE_NAME_MAX);
	is = certificate_subject(c, field, &t) &&
	     slice_is(text_slice(&t), text);
	text_release(&t);
	return is;
}
