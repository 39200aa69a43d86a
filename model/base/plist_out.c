#include "plist_out.h"

#include <inttypes.h>
#include <math.h>
#include <utf8proc.h>

static const char prolog[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
	"\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
	"<plist version=\"1.0\">\n";

enum { BASE64_LINE = 57 }; /* bytes that make a line of 76 */

struct writer {
	struct text *out;
	size_t escaped; /* strings that XML cannot carry; then all are */
	bool no_value;  /* a VALUE_NONE was met */
};

static void write_value(struct writer *w, struct value v, unsigned depth);

static void indent(struct writer *w, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		text_add_byte(w->out, '\t');
}

/* The characters XML 1.0 allows (2.2), and only as UTF-8. */
static bool xml_can_carry(struct slice s)
{
	utf8proc_int32_t code;
	utf8proc_ssize_t n;

	for (size_t at = 0; at < s.len; at += (size_t)n) {
		n = utf8proc_iterate(s.ptr + at, (utf8proc_ssize_t)(s.len - at),
				     &code);
		if (n <= 0 || code == 0xfffe || code == 0xffff ||
		    (code < 0x20 && code != '\t' && code != '\n' &&
		     code != '\r'))
			return false;
	}
	return true;
}

/* How many strings and keys of v XML cannot carry as they are. */
static size_t count_unfit(struct value v)
{
	size_t count = 0;

	if (v.type == VALUE_STRING)
		return xml_can_carry(value_slice(v)) ? 0 : 1;
	for (size_t i = 0; i < value_count(v); i++) {
		if (v.type == VALUE_DICT)
			count += count_unfit(value_key(v, i));
		count += count_unfit(value_at(v, i));
	}
	return count;
}

static void write_characters(struct writer *w, struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		switch (s.ptr[i]) {
		case '<':
			text_add_text(w->out, "&lt;");
			break;
		case '>':
			text_add_text(w->out, "&gt;");
			break;
		case '&':
			text_add_text(w->out, "&amp;");
			break;
		case '\r': /* a reader of XML makes a newline of it */
			text_add_text(w->out, "&#13;");
			break;
		default:
			text_add_byte(w->out, (char)s.ptr[i]);
			break;
		}
}

static void write_text(struct writer *w, const char *element, struct slice s)
{
	struct text safe;

	text_addf(w->out, "<%s>", element);
	if (!w->escaped) {
		write_characters(w, s);
	} else {
		text_init(&safe, w->out->max);
		text_add_escaped(&safe, s);
		write_characters(w, text_slice(&safe));
		w->out->cut |= safe.cut;
		text_release(&safe);
	}
	text_addf(w->out, "</%s>\n", element);
}

static void write_base64(struct writer *w, struct slice s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				     "nopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		size_t left = s.len - i;
		uint32_t bits = (uint32_t)s.ptr[i] << 16;

		if (left > 1)
			bits |= (uint32_t)s.ptr[i + 1] << 8;
		if (left > 2)
			bits |= s.ptr[i + 2];
		text_add_byte(w->out, digits[bits >> 18]);
		text_add_byte(w->out, digits[bits >> 12 & 63]);
		text_add_byte(w->out, left > 1 ? digits[bits >> 6 & 63] : '=');
		text_add_byte(w->out, left > 2 ? digits[bits & 63] : '=');
	}
}

static void write_data(struct writer *w, struct slice s, unsigned depth)
{
	text_add_text(w->out, "<data>\n");
	for (size_t i = 0; i < s.len; i += BASE64_LINE) {
		indent(w, depth);
		write_base64(w, slice_part(s, i, BASE64_LINE));
		text_add_byte(w->out, '\n');
	}
	indent(w, depth);
	text_add_text(w->out, "</data>\n");
}

/* Whole seconds, as the DTD has it: what is finer is cut off. */
static void write_date(struct writer *w, int64_t time_ns)
{
	struct text t;

	text_init(&t, 64);
	text_add_time(&t, time_ns);
	text_addf(w->out, "<date>%.19sZ</date>\n", t.ptr ? t.ptr : "");
	w->out->cut |= t.cut;
	text_release(&t);
}

static void write_real(struct writer *w, double real)
{
	if (isnan(real))
		text_add_text(w->out, "<real>nan</real>\n");
	else if (isinf(real))
		text_addf(w->out, "<real>%cinfinity</real>\n",
			  real < 0 ? '-' : '+');
	else
		text_addf(w->out, "<real>%.17g</real>\n", real);
}

static void write_items(struct writer *w, struct value v, unsigned depth)
{
	bool is_dict = v.type == VALUE_DICT;
	const char *element = is_dict ? "dict" : "array";

	if (!value_count(v)) {
		text_addf(w->out, "<%s/>\n", element);
		return;
	}
	text_addf(w->out, "<%s>\n", element);
	for (size_t i = 0; i < value_count(v); i++) {
		if (is_dict) {
			indent(w, depth + 1);
			write_text(w, "key", value_slice(value_key(v, i)));
		}
		write_value(w, value_at(v, i), depth + 1);
	}
	indent(w, depth);
	text_addf(w->out, "</%s>\n", element);
}

/* Calls itself for children: values are at most VALUE_DEPTH_MAX deep. */
static void write_value(struct writer *w, struct value v, unsigned depth)
{
	indent(w, depth);
	switch (v.type) {
	case VALUE_BOOL:
		text_add_text(w->out,
			      v.as.boolean ? "<true/>\n" : "<false/>\n");
		break;
	case VALUE_INT:
		text_addf(w->out, "<integer>%" PRId64 "</integer>\n",
			  v.as.integer);
		break;
	case VALUE_DATE:
		write_date(w, v.as.integer);
		break;
	case VALUE_REAL:
		write_real(w, v.as.real);
		break;
	case VALUE_STRING:
		write_text(w, "string", value_slice(v));
		break;
	case VALUE_BYTES:
		write_data(w, value_slice(v), depth);
		break;
	case VALUE_LIST:
	case VALUE_DICT:
		write_items(w, v, depth);
		break;
	default:
		w->no_value = true;
		break;
	}
}

enum status plist_write(struct value v, struct text *t, size_t *escaped,
			struct error *err)
{
	struct writer w = {.out = t, .escaped = count_unfit(v)};

	text_add_text(t, prolog);
	write_value(&w, v, 0);
	text_add_text(t, "</plist>\n");
	if (escaped)
		*escaped = w.escaped;
	if (w.no_value)
		return error_set(err, STATUS_MALFORMED, -1,
				 "a property list has no null");
	return text_status(t, err);
}
