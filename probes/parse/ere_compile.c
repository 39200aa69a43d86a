#include <stdlib.h>

#include "ere_internal.h"

enum { ATOMS_MAX = 10000 };

/* A part of the pattern: where it can begin and end, whether it can be
 * nothing. Positions are numbered in the order of the pattern, those of a part
 * from `from` to `to`. */
struct part {
	struct ere_set first, last;
	bool empty;
	size_t from, to;
};

struct parser {
	struct slice pattern;
	size_t pos;
	int depth;
	int atoms; /* read so far, repetitions of repetitions included */
	struct ere *out;
	struct error *err;
	enum status status;
};

static struct part alternatives(struct parser *p);

static struct part fail(struct parser *p, enum status status, size_t at,
			const char *what)
{
	if (!p->status)
		p->status = error_set(p->err, status, (int64_t)at, "%s", what);
	return (struct part){.empty = true};
}

static bool at_end(const struct parser *p)
{
	return p->status || p->pos >= p->pattern.len;
}

static uint8_t peek(const struct parser *p)
{
	return at_end(p) ? 0 : p->pattern.ptr[p->pos];
}

/* One new position, and the part that is only it. NULL bytes: nothing set. */
static struct part position(struct parser *p, enum ere_symbol symbol,
			    struct ere_position **out)
{
	size_t i = p->out->count;
	struct part part = {.from = i, .to = i + 1};

	*out = NULL;
	if (i >= ERE_POSITIONS_MAX)
		return fail(p, STATUS_LIMIT, p->pos,
			    "the expression is too long");
	p->out->count++;
	p->out->starts += symbol == ERE_START;
	p->out->ends += symbol == ERE_END;
	*out = &p->out->positions[i];
	(*out)->symbol = symbol;
	ere_set_add(&part.first, i);
	ere_set_add(&part.last, i);
	return part;
}

static void take_byte(struct ere_position *to, uint8_t byte)
{
	to->bytes[byte / 64] |= UINT64_C(1) << byte % 64;
}

/* Whatever ends `a` may be followed by whatever begins `b`. */
static void link_parts(struct parser *p, const struct part *a,
		       const struct part *b)
{
	for (size_t i = a->from; i < a->to; i++)
		if (a->last.words[i / 64] >> i % 64 & 1)
			ere_set_join(&p->out->positions[i].follow, &b->first);
}

static struct part nothing(const struct parser *p)
{
	return (struct part){
		.empty = true, .from = p->out->count, .to = p->out->count};
}

static struct part both(struct parser *p, const struct part *a,
			const struct part *b)
{
	struct part sum = {
		.first = a->first,
		.last = b->last,
		.empty = a->empty && b->empty,
		.from = a->from,
		.to = b->to,
	};

	link_parts(p, a, b);
	if (a->empty)
		ere_set_join(&sum.first, &b->first);
	if (b->empty)
		ere_set_join(&sum.last, &a->last);
	return sum;
}

struct named_class {
	const char *name;
	bool (*has)(unsigned c);
};

/* The classes of the C locale: a rule means the same on every machine. */
static bool is_upper(unsigned c)
{
	return c >= 'A' && c <= 'Z';
}
static bool is_lower(unsigned c)
{
	return c >= 'a' && c <= 'z';
}
static bool is_digit(unsigned c)
{
	return c >= '0' && c <= '9';
}
static bool is_alpha(unsigned c)
{
	return is_upper(c) || is_lower(c);
}
static bool is_alnum(unsigned c)
{
	return is_alpha(c) || is_digit(c);
}
static bool is_blank(unsigned c)
{
	return c == ' ' || c == '\t';
}
static bool is_space(unsigned c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static bool is_graph(unsigned c)
{
	return c > ' ' && c < 0x7f;
}
static bool is_print(unsigned c)
{
	return c >= ' ' && c < 0x7f;
}
static bool is_punct(unsigned c)
{
	return is_graph(c) && !is_alnum(c);
}
static bool is_cntrl(unsigned c)
{
	return c < ' ' || c == 0x7f;
}
static bool is_xdigit(unsigned c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static const struct named_class classes[] = {
	{"upper", is_upper}, {"lower", is_lower},   {"digit", is_digit},
	{"alpha", is_alpha}, {"alnum", is_alnum},   {"blank", is_blank},
	{"space", is_space}, {"graph", is_graph},   {"print", is_print},
	{"punct", is_punct}, {"xdigit", is_xdigit}, {"cntrl", is_cntrl},
};

/* "[:alpha:]", after its "[:". */
static void take_class(struct parser *p, struct ere_position *to, size_t at)
{
	struct slice rest = slice_part(p->pattern, p->pos, p->pattern.len);
	size_t end = slice_find(rest, SLICE_LITERAL(":]"), false);
	struct slice name = slice_part(rest, 0, end);

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (!slice_is(name, classes[i].name))
			continue;
		for (unsigned c = 0; c < 256; c++)
			if (classes[i].has(c))
				take_byte(to, (uint8_t)c);
		p->pos += end + 2;
		return;
	}
	(void)fail(p, STATUS_MALFORMED, at,
		   "no class of characters is so "
		   "named");
}

static bool bracket_item_is_class(const struct parser *p)
{
	return p->pattern.len - p->pos > 1 && p->pattern.ptr[p->pos] == '[' &&
	       p->pattern.ptr[p->pos + 1] == ':';
}

static bool bracket_has_collation(const struct parser *p)
{
	return p->pattern.len - p->pos > 1 && p->pattern.ptr[p->pos] == '[' &&
	       (p->pattern.ptr[p->pos + 1] == '.' ||
		p->pattern.ptr[p->pos + 1] == '=');
}

/* One byte or a range "a-z". */
static void take_range(struct parser *p, struct ere_position *to)
{
	size_t at = p->pos;
	uint8_t low = p->pattern.ptr[p->pos++], high = low;

	if (p->pattern.len - p->pos > 1 && p->pattern.ptr[p->pos] == '-' &&
	    p->pattern.ptr[p->pos + 1] != ']') {
		high = p->pattern.ptr[p->pos + 1];
		p->pos += 2;
	}
	if (high < low) {
		(void)fail(p, STATUS_MALFORMED, at,
			   "a range ends before it begins");
		return;
	}
	for (unsigned c = low; c <= high; c++)
		take_byte(to, (uint8_t)c);
}

/* "[...]", after its "[". */
static struct part bracket(struct parser *p, size_t at)
{
	struct ere_position *to;
	struct part part = position(p, ERE_BYTE, &to);
	bool negated, first = true;

	if (!to)
		return part;
	negated = peek(p) == '^';
	p->pos += negated;
	while (!at_end(p) && (peek(p) != ']' || first)) {
		first = false;
		if (bracket_has_collation(p))
			return fail(p, STATUS_MALFORMED, p->pos,
				    "collating elements are not supported");
		if (bracket_item_is_class(p)) {
			p->pos += 2;
			take_class(p, to, p->pos - 2);
		} else {
			take_range(p, to);
		}
	}
	if (at_end(p))
		return fail(p, STATUS_MALFORMED, at, "a [ that no ] ends");
	p->pos++;
	for (size_t i = 0; negated && i < 4; i++)
		to->bytes[i] = ~to->bytes[i];
	return part;
}

static struct part literal(struct parser *p, uint8_t byte)
{
	struct ere_position *to;
	struct part part = position(p, ERE_BYTE, &to);

	if (to)
		take_byte(to, byte);
	return part;
}

static struct part group(struct parser *p, size_t at)
{
	struct part part;

	if (++p->depth > ERE_DEPTH_MAX)
		return fail(p, STATUS_LIMIT, at, "groups are nested too deep");
	part = alternatives(p);
	p->depth--;
	if (peek(p) != ')')
		return fail(p, STATUS_MALFORMED, at, "a ( that no ) ends");
	p->pos++;
	return part;
}

static struct part any(struct parser *p)
{
	struct ere_position *to;
	struct part part = position(p, ERE_BYTE, &to);

	for (size_t i = 0; to && i < 4; i++)
		to->bytes[i] = ~UINT64_C(0);
	return part;
}

static struct part atom(struct parser *p)
{
	size_t at = p->pos;
	struct ere_position *unused;
	uint8_t c;

	if (++p->atoms > ATOMS_MAX)
		return fail(p, STATUS_LIMIT, at, "too many repetitions");
	c = p->pattern.ptr[p->pos++];
	switch (c) {
	case '(':
		return group(p, at);
	case '[':
		return bracket(p, at);
	case '.':
		return any(p);
	case '^':
		return position(p, ERE_START, &unused);
	case '$':
		return position(p, ERE_END, &unused);
	case '*':
	case '+':
	case '?':
	case '{':
		return fail(p, STATUS_MALFORMED, at, "nothing to repeat");
	case '\\':
		if (at_end(p))
			return fail(p, STATUS_MALFORMED, at,
				    "a backslash at the end");
		c = p->pattern.ptr[p->pos++];
		if (is_alnum(c))
			return fail(p, STATUS_MALFORMED, at,
				    "a backslash before a letter or digit has "
				    "no meaning");
		return literal(p, c);
	default:
		return literal(p, c);
	}
}

static bool number(struct parser *p, int *out)
{
	int n = 0;

	if (!is_digit(peek(p)))
		return false;
	while (is_digit(peek(p))) {
		n = n * 10 + (peek(p) - '0');
		p->pos++;
		if (n > ERE_REPEAT_MAX) {
			(void)fail(p, STATUS_LIMIT, p->pos,
				   "too many repetitions");
			return false;
		}
	}
	*out = n;
	return true;
}

/* "{2}", "{2,}", "{2,3}", after its "{". max -1: no end. */
static bool interval(struct parser *p, int *min, int *max)
{
	size_t at = p->pos - 1;

	if (!number(p, min))
		goto wrong;
	*max = *min;
	if (peek(p) == ',') {
		p->pos++;
		*max = -1;
		if (is_digit(peek(p)) && !number(p, max))
			return false;
	}
	if (peek(p) != '}' || (*max >= 0 && *max < *min))
		goto wrong;
	p->pos++;
	return true;
wrong:
	(void)fail(p, STATUS_MALFORMED, at, "expected {n}, {n,} or {n,m}");
	return false;
}

/* The atom at `at` once more: repeated parts have positions of their own. */
static struct part again(struct parser *p, size_t at)
{
	size_t after = p->pos;
	struct part part;

	p->pos = at;
	part = atom(p);
	p->pos = after;
	return part;
}

/* min to max times the atom at `at`; `part` is its first copy. */
static struct part repeat(struct parser *p, struct part part, size_t at,
			  int min, int max)
{
	struct part sum;

	if (min == 0)
		part.empty = true;
	if (max == 0) {
		/* Its positions stay, but nothing leads to them. */
		struct part none = nothing(p);

		none.from = part.from;
		return none;
	}
	if (max < 0 && min <= 1)
		link_parts(p, &part, &part);
	sum = part;
	for (int i = 2; !p->status && i <= (max < 0 ? min : max); i++) {
		struct part next = again(p, at);

		if (i > min)
			next.empty = true;
		if (max < 0 && i == min)
			link_parts(p, &next, &next);
		sum = both(p, &sum, &next);
	}
	return sum;
}

static struct part repeated(struct parser *p)
{
	size_t at = p->pos;
	struct part part = atom(p);

	while (!at_end(p)) {
		int min = 0, max = -1;
		uint8_t c = peek(p);

		if (c != '*' && c != '+' && c != '?' && c != '{')
			break;
		p->pos++;
		if (c == '{') {
			if (!interval(p, &min, &max))
				break;
			part = repeat(p, part, at, min, max);
			/* A second repetition would need the whole again. */
			if (peek(p) == '*' || peek(p) == '+' ||
			    peek(p) == '?' || peek(p) == '{')
				return fail(p, STATUS_MALFORMED, p->pos,
					    "a repetition of a repetition");
			break;
		}
		part = repeat(p, part, at, c == '+' ? 1 : 0, c == '?' ? 1 : -1);
	}
	return part;
}

static struct part sequence(struct parser *p)
{
	struct part sum = nothing(p);

	while (!at_end(p) && peek(p) != '|' &&
	       !(peek(p) == ')' && p->depth > 0)) {
		struct part next = repeated(p);

		if (p->status)
			break;
		sum = both(p, &sum, &next);
	}
	return sum;
}

static struct part alternatives(struct parser *p)
{
	struct part sum = sequence(p);

	while (peek(p) == '|') {
		struct part other;

		p->pos++;
		other = sequence(p);
		if (p->status)
			break;
		ere_set_join(&sum.first, &other.first);
		ere_set_join(&sum.last, &other.last);
		sum.empty = sum.empty || other.empty;
		sum.to = other.to;
	}
	return sum;
}

enum status ere_compile(struct slice pattern, struct ere **out,
			struct error *err)
{
	struct parser p = {.pattern = pattern, .err = err};
	struct part all;

	if (pattern.len > ERE_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "an expression of %zu bytes: at most %d are "
				 "read",
				 pattern.len, (int)ERE_BYTES_MAX);
	if (slice_find_byte(pattern, 0) != pattern.len)
		return error_set(err, STATUS_MALFORMED,
				 (int64_t)slice_find_byte(pattern, 0),
				 "a NUL in an expression");
	p.out = calloc(1, sizeof(*p.out));
	if (!p.out)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for an expression");
	all = alternatives(&p);
	if (p.status) {
		ere_free(p.out);
		return p.status;
	}
	p.out->first = all.first;
	p.out->last = all.last;
	p.out->empty = all.empty;
	*out = p.out;
	return STATUS_OK;
}
