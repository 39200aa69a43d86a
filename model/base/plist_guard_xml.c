/*
 * The walk over an XML property list: the subset of XML 1.0 that Apple's
 * PropertyList-1.0.dtd needs, read strictly, because what parsers read
 * differently (comments within text, declared entities, attributes) has been
 * used to show one thing to one and another to the next.
 */
#include "plist_guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

enum element {
	ELEMENT_PLIST,
	ELEMENT_DICT,
	ELEMENT_ARRAY,
	ELEMENT_KEY,
	ELEMENT_STRING,
	ELEMENT_INTEGER,
	ELEMENT_REAL,
	ELEMENT_TRUE,
	ELEMENT_FALSE,
	ELEMENT_DATA,
	ELEMENT_DATE,
	ELEMENT_COUNT,
};

static const char *const element_names[] = {
	[ELEMENT_PLIST] = "plist",   [ELEMENT_DICT] = "dict",
	[ELEMENT_ARRAY] = "array",   [ELEMENT_KEY] = "key",
	[ELEMENT_STRING] = "string", [ELEMENT_INTEGER] = "integer",
	[ELEMENT_REAL] = "real",     [ELEMENT_TRUE] = "true",
	[ELEMENT_FALSE] = "false",   [ELEMENT_DATA] = "data",
	[ELEMENT_DATE] = "date",
};

_Static_assert(sizeof(element_names) / sizeof(*element_names) == ELEMENT_COUNT,
	       "every element has a name");

/* A container that is open. first_key: of its keys in the guard. */
struct frame {
	enum element element;
	bool has_key; /* a dict's key waits for its value */
	size_t count, first_key;
};

struct xml {
	struct plist_guard *guard;
	struct slice s;
	size_t at;
	struct frame frames[PLIST_DEPTH_MAX];
	size_t depth;
	bool has_root;
};

/* A tag from '<' to behind '>'. */
struct tag {
	size_t at;
	enum element element;
	bool closes, empty;
};

static enum status bad(struct error *err, size_t offset, const char *message)
{
	return error_set(err, STATUS_MALFORMED, (int64_t)offset, "%s", message);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct xml *x)
{
	while (x->at < x->s.len && is_space(x->s.ptr[x->at]))
		x->at++;
}

static struct slice rest(const struct xml *x)
{
	return slice_part(x->s, x->at, x->s.len);
}

/* Takes `text` off the front; false when something else is there. */
static bool take(struct xml *x, const char *text)
{
	if (!slice_starts(rest(x), text))
		return false;
	x->at += strlen(text);
	return true;
}

/* Blanks and comments. XML 1.0, 2.5: a comment has no "--" within. */
static enum status skip_blank(struct xml *x, struct error *err)
{
	size_t start;

	for (;;) {
		skip_space(x);
		start = x->at;
		if (!take(x, "<!--"))
			return STATUS_OK;
		x->at += slice_find(rest(x), SLICE_LITERAL("--"), false);
		if (!take(x, "-->"))
			return bad(err, start,
				   "a comment without an end, or with -- "
				   "within");
	}
}

/* <?xml ...?>: an encoding it names must be UTF-8 or ASCII. */
static enum status read_declaration(struct xml *x, struct error *err)
{
	size_t start = x->at, end, at;
	struct slice text, value;

	if (!take(x, "<?xml"))
		return STATUS_OK;
	end = slice_find(rest(x), SLICE_LITERAL("?>"), false);
	text = slice_part(rest(x), 0, end);
	x->at += end;
	if (!take(x, "?>"))
		return bad(err, start, "an XML declaration without an end");
	at = slice_find(text, SLICE_LITERAL("encoding"), false);
	if (at == text.len)
		return STATUS_OK;
	value = slice_part(text, at + strlen("encoding"), text.len);
	while (value.len && (is_space(*value.ptr) || *value.ptr == '='))
		value = slice_part(value, 1, value.len);
	value = slice_part(value, 1,
			   slice_find_byte(slice_part(value, 1, 16),
					   value.len ? *value.ptr : 0));
	if ((value.len == 5 &&
	     !slice_find(value, SLICE_LITERAL("utf-8"), true)) ||
	    (value.len == 8 &&
	     !slice_find(value, SLICE_LITERAL("us-ascii"), true)))
		return STATUS_OK;
	return bad(err, start, "an encoding other than UTF-8");
}

/* <!DOCTYPE plist PUBLIC "..." "...">, without declarations of its own. */
static enum status read_doctype(struct xml *x, struct error *err)
{
	size_t start = x->at;
	uint8_t quote = 0;

	if (!take(x, "<!DOCTYPE"))
		return STATUS_OK;
	for (; x->at < x->s.len; x->at++) {
		uint8_t c = x->s.ptr[x->at];

		if (quote) {
			if (c == quote)
				quote = 0;
		} else if (c == '"') {
			quote = c;
		} else if (c == '>') {
			x->at++;
			return STATUS_OK;
		} else if (c == '[' || c == '<' || c == '\'') {
			return bad(err, x->at,
				   "a DOCTYPE with declarations or single "
				   "quotes");
		}
	}
	return bad(err, start, "a DOCTYPE without an end");
}

/* The version is the only attribute there is, and only of <plist>. */
static enum status read_attributes(struct xml *x, struct tag *tag,
				   struct error *err)
{
	skip_space(x);
	if (tag->element == ELEMENT_PLIST && !tag->closes &&
	    take(x, "version=\"")) {
		size_t len = slice_find_byte(rest(x), '"');

		if (len > 8 ||
		    slice_find_byte(slice_part(rest(x), 0, len), '<') < len)
			return bad(err, x->at, "a version without an end");
		x->at += len;
		take(x, "\"");
		skip_space(x);
	}
	if (!tag->closes && take(x, "/"))
		tag->empty = true;
	if (!take(x, ">"))
		return bad(err, x->at,
			   "'>' was expected: an attribute, or no end of the "
			   "tag");
	return STATUS_OK;
}

static enum status read_tag(struct xml *x, struct tag *tag, struct error *err)
{
	size_t len = 0;
	struct slice name;

	*tag = (struct tag){.at = x->at, .element = ELEMENT_COUNT};
	if (!take(x, "<"))
		return bad(err, x->at,
			   x->at < x->s.len ? "a tag was expected"
					    : "a tag was expected, the "
					      "property list ends");
	tag->closes = take(x, "/");
	while (len < 8 && x->at + len < x->s.len &&
	       x->s.ptr[x->at + len] >= 'a' && x->s.ptr[x->at + len] <= 'z')
		len++;
	name = slice_part(x->s, x->at, len);
	for (size_t i = 0; i < ELEMENT_COUNT; i++)
		if (slice_is(name, element_names[i]))
			tag->element = (enum element)i;
	if (tag->element == ELEMENT_COUNT)
		return bad(err, tag->at,
			   "an element that property lists do not have");
	x->at += len;
	return read_attributes(x, tag, err);
}

/* One entity, x->at behind its '&'; its character goes to out. */
static enum status read_entity(struct xml *x, struct text *out,
			       struct error *err)
{
	static const struct {
		const char *name;
		char byte;
	} named[] = {{"amp;", '&'},
		     {"lt;", '<'},
		     {"gt;", '>'},
		     {"quot;", '"'},
		     {"apos;", '\''}};
	size_t start = x->at - 1, digits = 0;
	uint8_t utf8[4];
	int32_t code = 0;
	bool hex;

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (take(x, named[i].name)) {
			text_add_byte(out, named[i].byte);
			return STATUS_OK;
		}
	if (!take(x, "#"))
		return bad(err, start, "an entity that XML does not have");
	hex = take(x, "x");
	/* libplist takes 8 characters at most. */
	for (; x->at < x->s.len && digits < 6; x->at++, digits++) {
		uint8_t c = x->s.ptr[x->at];

		if (c >= '0' && c <= '9')
			code = code * (hex ? 16 : 10) + (c - '0');
		else if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + ((c | 0x20) - 'a' + 10);
		else
			break;
	}
	if (!digits || !take(x, ";") || !code || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000))
		return bad(err, start, "a number that is no character");
	text_add(out, slice_of(utf8, (size_t)utf8proc_encode_char(code, utf8)));
	return STATUS_OK;
}

/* The text up to the closing tag, decoded to out. Comments are not taken
 * within. */
static enum status read_text(struct xml *x, struct text *out, struct error *err)
{
	enum status st = STATUS_OK;
	size_t len;

	while (!st && x->at < x->s.len) {
		struct slice r = rest(x);

		for (len = 0;
		     len < r.len && r.ptr[len] != '<' && r.ptr[len] != '&';)
			len++;
		text_add(out, slice_part(r, 0, len));
		x->at += len;
		if (take(x, "&")) {
			st = read_entity(x, out, err);
		} else if (take(x, "<![CDATA[")) {
			len = slice_find(rest(x), SLICE_LITERAL("]]>"), false);
			text_add(out, slice_part(rest(x), 0, len));
			x->at += len;
			if (!take(x, "]]>"))
				st = bad(err, x->at, "a CDATA without an end");
		} else if (slice_starts(rest(x), "<!")) {
			st = bad(err, x->at, "a comment within text");
		} else {
			break;
		}
	}
	return st;
}

static enum status read_close(struct xml *x, enum element element,
			      struct error *err)
{
	size_t at = x->at;
	struct tag tag;
	enum status st = read_tag(x, &tag, err);

	if (!st && (!tag.closes || tag.element != element))
		return error_set(err, STATUS_MALFORMED, (int64_t)at,
				 "</%s> was expected", element_names[element]);
	return st;
}

/* The bare characters of a number, date or data; no entities. */
static struct slice plain_text(struct xml *x)
{
	size_t len = slice_find_byte(rest(x), '<');
	struct slice s = slice_part(rest(x), 0, len);

	x->at += len;
	return s;
}

static bool all_digits(struct slice s, size_t from, size_t len)
{
	for (size_t i = from; i < from + len; i++)
		if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return len > 0;
}

static int64_t number_at(struct slice s, size_t from, size_t len)
{
	int64_t n = 0;

	for (size_t i = from; i < from + len; i++)
		n = n * 10 + (s.ptr[i] - '0');
	return n;
}

static enum status check_integer(struct plist_guard *g, struct slice s,
				 size_t at, struct error *err)
{
	struct plist_odd odd = {.type = VALUE_INT};
	bool minus = s.len && *s.ptr == '-';
	size_t i = s.len && (*s.ptr == '-' || *s.ptr == '+') ? 1 : 0;
	bool hex = i + 2 < s.len && s.ptr[i] == '0' &&
		   (s.ptr[i + 1] | 0x20) == 'x';
	bool leading_zero = !hex && i + 1 < s.len && s.ptr[i] == '0';
	uint64_t n = 0, base = hex ? 16 : 10;

	if (hex)
		i += 2;
	if (i >= s.len)
		return bad(err, at, "an integer without digits");
	for (; i < s.len; i++) {
		uint8_t c = s.ptr[i];
		uint64_t digit = c >= '0' && c <= '9'
					 ? c - (uint64_t)'0'
					 : (c | 0x20) - (uint64_t)'a' + 10;

		if (digit >= base)
			return bad(err, at + i, "a digit was expected");
		if (n > (UINT64_MAX - digit) / base)
			return error_set(err, STATUS_LIMIT, (int64_t)at,
					 "an integer of more than 64 bits");
		n = n * base + digit;
	}
	if (minus && n > (uint64_t)INT64_MAX + 1)
		return error_set(err, STATUS_LIMIT, (int64_t)at,
				 "an integer of more than 64 bits");
	if (!minus && n > INT64_MAX) {
		odd.type = VALUE_STRING;
		(void)snprintf(odd.text, sizeof(odd.text), "%" PRIu64, n);
	} else if (leading_zero) {
		/* Octal to libplist, decimal to Apple. */
		odd.number = minus ? (int64_t)(0 - n) : (int64_t)n;
	} else {
		return STATUS_OK;
	}
	return plist_guard_odd(g, &odd, at, err);
}

static enum status check_real(struct slice s, size_t at, struct error *err)
{
	size_t digits = 0, i = 0;

	if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
		i++;
	if (slice_find(slice_part(s, i, s.len), SLICE_LITERAL("inf"), true) ==
		    0 ||
	    slice_find(slice_part(s, i, s.len), SLICE_LITERAL("nan"), true) ==
		    0)
		return STATUS_OK;
	for (; i < s.len; i++) {
		uint8_t c = s.ptr[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (!memchr(".eE+-", c, 5))
			return bad(err, at + i, "a digit was expected");
	}
	if (!digits || s.len > 64)
		return bad(err, at, "a real without digits, or too long");
	return STATUS_OK;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

/* YYYY-MM-DDThh:mm:ssZ, as the DTD describes it. */
static enum status check_date(struct plist_guard *g, struct slice s, size_t at,
			      struct error *err)
{
	static const int64_t epoch = 978307200; /* 2001-01-01 */
	struct plist_odd odd = {.type = VALUE_DATE};
	int64_t month, day, hour, minute, second, seconds;

	if (s.len != 20 || !all_digits(s, 0, 4) || s.ptr[4] != '-' ||
	    !all_digits(s, 5, 2) || s.ptr[7] != '-' || !all_digits(s, 8, 2) ||
	    s.ptr[10] != 'T' || !all_digits(s, 11, 2) || s.ptr[13] != ':' ||
	    !all_digits(s, 14, 2) || s.ptr[16] != ':' ||
	    !all_digits(s, 17, 2) || s.ptr[19] != 'Z')
		return bad(err, at,
			   "a date as 2025-12-31T23:59:59Z was expected");
	month = number_at(s, 5, 2);
	day = number_at(s, 8, 2);
	hour = number_at(s, 11, 2);
	minute = number_at(s, 14, 2);
	second = number_at(s, 17, 2);
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    minute > 59 || second > 60)
		return bad(err, at, "a date that no calendar has");
	seconds = days_of(number_at(s, 0, 4), month, day) * 86400 +
		  hour * 3600 + minute * 60 + second;
	if (plist_date_fits(seconds - epoch))
		return STATUS_OK;
	if (seconds > -9200000000 && seconds < 9200000000) {
		odd.number = seconds * 1000000000;
	} else {
		odd.type = VALUE_STRING;
		memcpy(odd.text, s.ptr, s.len);
	}
	return plist_guard_odd(g, &odd, at, err);
}

/* RFC 4648 with blanks between; *len: of what it decodes to. */
static enum status check_data(struct slice s, size_t at, size_t *len,
			      struct error *err)
{
	size_t digits = 0, padding = 0;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.ptr[i];

		if (is_space(c))
			continue;
		if (c == '=') {
			padding++;
		} else if (!padding &&
			   ((c >= '0' && c <= '9') ||
			    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			    c == '+' || c == '/')) {
			digits++;
		} else {
			return bad(err, at + i,
				   "a byte that base64 does not have there");
		}
	}
	if (padding > 2 || (digits + padding) % 4)
		return bad(err, at, "base64 that is cut off");
	*len = digits / 4 * 3 + (digits % 4 ? digits % 4 - 1 : 0);
	return STATUS_OK;
}

static struct slice trim(struct slice s)
{
	while (s.len && is_space(s.ptr[0]))
		s = slice_part(s, 1, s.len);
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* A scalar's content and closing tag. */
static enum status read_scalar(struct xml *x, const struct tag *tag,
			       struct error *err)
{
	size_t at = x->at, len = 0, text = x->guard->decoded.len;
	enum status st = STATUS_OK;
	struct slice raw = {0};

	if (tag->element == ELEMENT_STRING) {
		if (!tag->empty)
			st = read_text(x, &x->guard->decoded, err);
		len = x->guard->decoded.len - text;
		x->guard->decoded.len = text;
	} else if (!tag->empty) {
		raw = plain_text(x);
	}
	if (st)
		return st;
	switch (tag->element) {
	case ELEMENT_INTEGER:
		st = check_integer(x->guard, trim(raw), at, err);
		break;
	case ELEMENT_REAL:
		st = check_real(trim(raw), at, err);
		break;
	case ELEMENT_DATE:
		/* libplist trims the front only and gives an end with blanks
		 * up. */
		st = check_date(x->guard, raw, at, err);
		break;
	case ELEMENT_DATA:
		st = check_data(raw, at, &len, err);
		break;
	case ELEMENT_TRUE:
	case ELEMENT_FALSE:
		if (trim(raw).len)
			st = bad(err, at, "text within true or false");
		break;
	default:
		break;
	}
	if (!st)
		st = plist_guard_text(x->guard, at, len, err);
	return st || tag->empty ? st : read_close(x, tag->element, err);
}

static enum status read_key(struct xml *x, const struct tag *tag,
			    struct error *err)
{
	struct frame *f = x->depth ? &x->frames[x->depth - 1] : NULL;
	size_t text = x->guard->decoded.len;
	enum status st = STATUS_OK;

	if (!f || f->element != ELEMENT_DICT || f->has_key)
		return bad(err, tag->at, "a key where a value was expected");
	if (!tag->empty)
		st = read_text(x, &x->guard->decoded, err);
	if (!st)
		st = plist_guard_text(x->guard, tag->at,
				      x->guard->decoded.len - text, err);
	if (!st)
		st = plist_guard_key(x->guard, text, tag->at, err);
	f->has_key = true;
	return st || tag->empty ? st : read_close(x, ELEMENT_KEY, err);
}

/* A value begins: it must have a place. */
static enum status place_value(struct xml *x, const struct tag *tag,
			       struct error *err)
{
	struct frame *f = x->depth ? &x->frames[x->depth - 1] : NULL;

	if (!f && x->has_root)
		return bad(err, tag->at, "a second value at the top");
	x->has_root = true;
	if (f && f->element == ELEMENT_DICT && !f->has_key)
		return bad(err, tag->at, "a key was expected");
	if (f && f->count >= VALUE_ITEMS_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)tag->at,
				 "more than %d items in one container",
				 VALUE_ITEMS_MAX);
	if (f) {
		f->has_key = false;
		f->count++;
	}
	return plist_guard_node(x->guard, tag->at, err);
}

static enum status open_container(struct xml *x, const struct tag *tag,
				  struct error *err)
{
	if (x->depth >= PLIST_DEPTH_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)tag->at,
				 "deeper than %d levels", PLIST_DEPTH_MAX);
	if (!tag->empty)
		x->frames[x->depth++] = (struct frame){
			.element = tag->element,
			.first_key = x->guard->key_count,
		};
	return STATUS_OK;
}

static enum status close_container(struct xml *x, const struct tag *tag,
				   struct error *err)
{
	struct frame *f = x->depth ? &x->frames[x->depth - 1] : NULL;

	if (!f || f->element != tag->element)
		return bad(err, tag->at,
			   "a closing tag that nothing was opened by");
	if (f->has_key)
		return bad(err, tag->at, "a key without a value");
	x->depth--;
	return plist_guard_keys_end(x->guard, f->first_key, err);
}

/* From the first value to the end of <plist>. */
static enum status read_body(struct xml *x, struct error *err)
{
	enum status st;
	struct tag tag;

	for (;;) {
		st = skip_blank(x, err);
		if (!st)
			st = read_tag(x, &tag, err);
		if (st)
			return st;
		if (tag.element == ELEMENT_PLIST) {
			if (tag.closes && !x->depth && x->has_root)
				return STATUS_OK;
			return bad(err, tag.at,
				   "a plist tag before all is closed");
		}
		if (tag.closes) {
			st = close_container(x, &tag, err);
		} else if (tag.element == ELEMENT_KEY) {
			st = read_key(x, &tag, err);
		} else {
			st = place_value(x, &tag, err);
			if (!st && (tag.element == ELEMENT_DICT ||
				    tag.element == ELEMENT_ARRAY))
				st = open_container(x, &tag, err);
			else if (!st)
				st = read_scalar(x, &tag, err);
		}
		if (st)
			return st;
	}
}

enum status plist_guard_xml(struct plist_guard *g, struct error *err)
{
	struct xml x = {.guard = g, .s = g->bytes};
	size_t wrong = plist_text_bad(g->bytes);
	struct tag tag;
	enum status st;

	if (wrong < g->bytes.len)
		return bad(err, wrong, "a NUL, or a byte that is not UTF-8");
	skip_space(&x);
	st = read_declaration(&x, err);
	if (!st)
		st = skip_blank(&x, err);
	if (!st)
		st = read_doctype(&x, err);
	if (!st)
		st = skip_blank(&x, err);
	if (!st)
		st = read_tag(&x, &tag, err);
	if (!st && (tag.element != ELEMENT_PLIST || tag.closes || tag.empty))
		return bad(err, tag.at, "<plist> was expected");
	if (!st)
		st = read_body(&x, err);
	if (!st)
		st = skip_blank(&x, err);
	if (!st && x.at < x.s.len)
		return bad(err, x.at, "something after </plist>");
	return st;
}
