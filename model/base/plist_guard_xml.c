/*
 * The walk over an XML property list: the subset of XML 1.0 that Apple's
 * PropertyList-1.0.dtd needs, read strictly, because what parsers read
 * differently (comments within text, declared entities, attributes) has been
 * used to show one thing to one and another to the next.
 */
#include "plist_guard.h"

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

static void skip_space(struct xml *x)
{
	while (x->at < x->s.len && plist_is_space(x->s.ptr[x->at]))
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
			return plist_bad(err, start,
					 "a comment without an end, or with -- "
					 "within");
	}
}

static bool is_word(uint8_t c)
{
	return (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
	       c == '_' || c == '-';
}

/* One of version="1.0" and the like; its value has letters, digits, '.', '-'
 * and '_' alone (XML 1.0, 2.8 and 4.3.3). */
static enum status read_pseudo_attribute(struct xml *x, struct error *err)
{
	size_t start = x->at, len = 0;
	bool encoding = take(x, "encoding");
	struct slice value;
	uint8_t quote;

	if (!encoding && !take(x, "version") && !take(x, "standalone"))
		return plist_bad(err, start, "?> was expected");
	skip_space(x);
	if (!take(x, "="))
		return plist_bad(err, x->at, "= was expected");
	skip_space(x);
	quote = x->at < x->s.len ? x->s.ptr[x->at] : 0;
	if (!take(x, "\"") && !take(x, "'"))
		return plist_bad(err, x->at, "a quote was expected");
	while (x->at + len < x->s.len && is_word(x->s.ptr[x->at + len]))
		len++;
	value = slice_part(x->s, x->at, len);
	x->at += len;
	if (x->at >= x->s.len || x->s.ptr[x->at++] != quote)
		return plist_bad(err, start, "a quote without its second");
	if (encoding &&
	    (value.len != 5 ||
	     slice_find(value, SLICE_LITERAL("utf-8"), true)) &&
	    (value.len != 8 ||
	     slice_find(value, SLICE_LITERAL("us-ascii"), true)))
		return plist_bad(err, start, "an encoding other than UTF-8");
	return STATUS_OK;
}

/* <?xml ...?> */
static enum status read_declaration(struct xml *x, struct error *err)
{
	enum status st = STATUS_OK;

	if (!take(x, "<?xml"))
		return STATUS_OK;
	skip_space(x);
	while (!st && !take(x, "?>")) {
		st = read_pseudo_attribute(x, err);
		skip_space(x);
	}
	return st;
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
			return plist_bad(
				err, x->at,
				"a DOCTYPE with declarations or single "
				"quotes");
		}
	}
	return plist_bad(err, start, "a DOCTYPE without an end");
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
			return plist_bad(err, x->at,
					 "a version without an end");
		x->at += len;
		take(x, "\"");
		skip_space(x);
	}
	if (!tag->closes && take(x, "/"))
		tag->empty = true;
	if (!take(x, ">"))
		return plist_bad(
			err, x->at,
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
		return plist_bad(err, x->at,
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
		return plist_bad(err, tag->at,
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
		return plist_bad(err, start,
				 "an entity that XML does not have");
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
		return plist_bad(err, start, "a number that is no character");
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
				st = plist_bad(err, x->at,
					       "a CDATA without an end");
		} else if (slice_starts(rest(x), "<!")) {
			st = plist_bad(err, x->at, "a comment within text");
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

static struct slice trim(struct slice s)
{
	while (s.len && plist_is_space(s.ptr[0]))
		s = slice_part(s, 1, s.len);
	while (s.len && plist_is_space(s.ptr[s.len - 1]))
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
		plist_digest_add(
			&x->guard->digest,
			slice_part(text_slice(&x->guard->decoded), text, len));
		x->guard->decoded.len = text;
	} else if (!tag->empty) {
		raw = plain_text(x);
	}
	if (st)
		return st;
	switch (tag->element) {
	case ELEMENT_INTEGER:
		st = plist_scalar_integer(x->guard, trim(raw), at, err);
		break;
	case ELEMENT_REAL:
		st = plist_scalar_real(trim(raw), at, err);
		break;
	case ELEMENT_DATE:
		/* libplist trims the front only and gives an end with blanks
		 * up. */
		st = plist_scalar_date(x->guard, raw, at, err);
		break;
	case ELEMENT_DATA:
		st = plist_scalar_data(raw, at, &len, err);
		plist_digest_add_length(&x->guard->digest, len);
		break;
	case ELEMENT_TRUE:
	case ELEMENT_FALSE:
		if (trim(raw).len)
			st = plist_bad(err, at, "text within true or false");
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
		return plist_bad(err, tag->at,
				 "a key where a value was expected");
	if (!tag->empty)
		st = read_text(x, &x->guard->decoded, err);
	if (!st)
		st = plist_guard_text(x->guard, tag->at,
				      x->guard->decoded.len - text, err);
	if (!st)
		st = plist_guard_key(x->guard, text, tag->at, err);
	plist_digest_add(&x->guard->digest,
			 slice_part(text_slice(&x->guard->decoded), text,
				    x->guard->decoded.len - text));
	f->has_key = true;
	return st || tag->empty ? st : read_close(x, ELEMENT_KEY, err);
}

/* A value begins: it must have a place. */
static enum status place_value(struct xml *x, const struct tag *tag,
			       struct error *err)
{
	struct frame *f = x->depth ? &x->frames[x->depth - 1] : NULL;

	if (!f && x->has_root)
		return plist_bad(err, tag->at, "a second value at the top");
	x->has_root = true;
	if (f && f->element == ELEMENT_DICT && !f->has_key)
		return plist_bad(err, tag->at, "a key was expected");
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
		return plist_bad(err, tag->at,
				 "a closing tag that nothing was opened by");
	if (f->has_key)
		return plist_bad(err, tag->at, "a key without a value");
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
			return plist_bad(err, tag.at,
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
		return plist_bad(err, wrong,
				 "a NUL, or a byte that is not UTF-8");
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
		return plist_bad(err, tag.at, "<plist> was expected");
	if (!st)
		st = read_body(&x, err);
	if (!st)
		st = skip_blank(&x, err);
	if (!st && x.at < x.s.len)
		return plist_bad(err, x.at, "something after </plist>");
	return st;
}
