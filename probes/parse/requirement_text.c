/* From the compiled form to the text that `codesign -d -r-` prints. */
#include <inttypes.h>

#include "requirement_op.h"

/* How tightly the place of an expression binds: an `or` within an `and`, and
 * either behind `!`, needs parentheses. */
enum level { LEVEL_NOT, LEVEL_AND, LEVEL_OR, LEVEL_TOP };

struct writer {
	struct requirement_reader r;
	struct text *out;
};

static void write_expression(struct writer *w, enum level level,
			     unsigned depth);

static bool alphanumeric(uint8_t b)
{
	return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') ||
	       (b >= 'A' && b <= 'Z');
}

/* Plain when it reads back as one word, else quoted, else hexadecimal. */
static void write_string(struct text *t, struct slice s, bool dots)
{
	bool plain = s.len && !(s.ptr[0] >= '0' && s.ptr[0] <= '9') &&
		     !requirement_is_keyword(s);
	bool printable = true;

	for (size_t i = 0; i < s.len; i++) {
		if (!alphanumeric(s.ptr[i]) && !(dots && s.ptr[i] == '.'))
			plain = false;
		if (s.ptr[i] < ' ' || s.ptr[i] > '~')
			printable = false;
	}
	if (plain) {
		text_add(t, s);
	} else if (printable) {
		text_add_byte(t, '"');
		for (size_t i = 0; i < s.len; i++) {
			if (s.ptr[i] == '"' || s.ptr[i] == '\\')
				text_add_byte(t, '\\');
			text_add_byte(t, (char)s.ptr[i]);
		}
		text_add_byte(t, '"');
	} else {
		text_add_text(t, "0x");
		for (size_t i = 0; i < s.len; i++)
			text_addf(t, "%02x", s.ptr[i]);
	}
}

static void write_hash(struct text *t, struct slice hash)
{
	text_add_text(t, "H\"");
	for (size_t i = 0; i < hash.len; i++)
		text_addf(t, "%02x", hash.ptr[i]);
	text_add_byte(t, '"');
}

static void write_certificate(struct writer *w)
{
	int32_t slot = (int32_t)requirement_read_word(&w->r);

	if (slot == CERTIFICATE_LEAF)
		text_add_text(w->out, "certificate leaf");
	else if (slot == CERTIFICATE_ROOT)
		text_add_text(w->out, "certificate root");
	else
		text_addf(w->out, "certificate %" PRId32, slot);
}

static void write_time(struct text *t, int64_t time_ns)
{
	text_add_text(t, "timestamp \"");
	text_add_time(t, time_ns);
	text_add_byte(t, '"');
}

static void write_match(struct writer *w)
{
	static const char *const signs[MATCH_COUNT] = {
		[MATCH_EXISTS] = " /* exists */",
		[MATCH_EQUAL] = " = ",
		[MATCH_CONTAINS] = " ~ ",
		[MATCH_BEGINS] = " = ",
		[MATCH_ENDS] = " = *",
		[MATCH_LESS] = " < ",
		[MATCH_GREATER] = " > ",
		[MATCH_LESS_EQUAL] = " <= ",
		[MATCH_GREATER_EQUAL] = " >= ",
		[MATCH_ON] = " = ",
		[MATCH_BEFORE] = " < ",
		[MATCH_AFTER] = " > ",
		[MATCH_ON_OR_BEFORE] = " <= ",
		[MATCH_ON_OR_AFTER] = " >= ",
		[MATCH_ABSENT] = " absent ",
	};
	struct requirement_match m = requirement_read_match(&w->r);

	text_add_text(w->out, signs[m.op]);
	if (m.op >= MATCH_ON && m.op <= MATCH_ON_OR_AFTER)
		write_time(w->out, m.time_ns);
	else if (m.op != MATCH_EXISTS && m.op != MATCH_ABSENT)
		write_string(w->out, m.string, false);
	if (m.op == MATCH_BEGINS)
		text_add_byte(w->out, '*');
}

/* An object identifier's content bytes in dotted numbers (X.690 8.19). */
static void write_oid(struct text *t, struct slice oid)
{
	uint64_t arc = 0;
	bool first = true;

	for (size_t i = 0; i < oid.len; i++) {
		if (arc >> 57) {
			text_add_text(t, "?");
			return;
		}
		arc = arc << 7 | (oid.ptr[i] & 0x7f);
		if (oid.ptr[i] & 0x80)
			continue;
		if (first) {
			uint64_t top = arc < 80 ? arc / 40 : 2;

			text_addf(t, "%" PRIu64 ".", top);
			arc -= 40 * top;
		} else {
			text_add_byte(t, '.');
		}
		text_addf(t, "%" PRIu64, arc);
		first = false;
		arc = 0;
	}
}

static void write_certificate_oid(struct writer *w, const char *prefix)
{
	write_certificate(w);
	text_addf(w->out, "[%s.", prefix);
	write_oid(w->out, requirement_read_data(&w->r));
	text_add_byte(w->out, ']');
	write_match(w);
}

static void write_key(struct writer *w, const char *word)
{
	text_addf(w->out, "%s[", word);
	write_string(w->out, requirement_read_data(&w->r), true);
	text_add_byte(w->out, ']');
}

static void write_pair(struct writer *w, enum level own, enum level place,
		       const char *joint, unsigned depth)
{
	if (place < own)
		text_add_byte(w->out, '(');
	write_expression(w, own, depth + 1);
	text_add_text(w->out, joint);
	write_expression(w, own, depth + 1);
	if (place < own)
		text_add_byte(w->out, ')');
}

static void write_unknown(struct writer *w, uint32_t op, enum level level,
			  unsigned depth)
{
	if (!requirement_skip_unknown(&w->r, op))
		return;
	if (op & OP_GENERIC_FALSE) {
		text_addf(w->out, "false /* opcode %" PRIu32 " */",
			  op & OP_NUMBER);
		return;
	}
	text_addf(w->out, "/* opcode %" PRIu32 " */ ", op & OP_NUMBER);
	write_expression(w, level, depth + 1);
}

/* Operations with a certificate in front. */
static bool write_certificate_op(struct writer *w, uint32_t op)
{
	switch (op & OP_NUMBER) {
	case OP_ANCHOR_HASH:
		write_certificate(w);
		text_add_text(w->out, " = ");
		write_hash(w->out, requirement_read_data(&w->r));
		return true;
	case OP_CERTIFICATE_FIELD:
		write_certificate(w);
		write_key(w, "");
		write_match(w);
		return true;
	case OP_CERTIFICATE_TRUSTED:
		write_certificate(w);
		text_add_text(w->out, " trusted");
		return true;
	case OP_CERTIFICATE_OID:
		write_certificate_oid(w, "field");
		return true;
	case OP_CERTIFICATE_POLICY:
		write_certificate_oid(w, "policy");
		return true;
	case OP_CERTIFICATE_DATE:
		write_certificate_oid(w, "timestamp");
		return true;
	default:
		return false;
	}
}

/* Operations that are but words. */
static bool write_word_op(struct writer *w, uint32_t op)
{
	static const char *const words[OP_COUNT] = {
		[OP_FALSE] = "never",
		[OP_TRUE] = "always",
		[OP_ANCHOR_APPLE] = "anchor apple",
		[OP_ANCHOR_APPLE_GENERIC] = "anchor apple generic",
		[OP_ANCHOR_TRUSTED] = "anchor trusted",
		[OP_NOTARIZED] = "notarized",
		[OP_LEGACY] = "legacy",
	};
	uint32_t number = op & OP_NUMBER;

	if (number >= OP_COUNT || !words[number])
		return false;
	text_add_text(w->out, words[number]);
	return true;
}

static void write_expression(struct writer *w, enum level level, unsigned depth)
{
	uint32_t op = requirement_read_op(&w->r, depth);

	if (w->r.status != STATUS_OK || write_word_op(w, op) ||
	    write_certificate_op(w, op))
		return;
	switch (op & OP_NUMBER) {
	case OP_IDENTIFIER:
		text_add_text(w->out, "identifier ");
		write_string(w->out, requirement_read_data(&w->r), false);
		break;
	case OP_INFO_VALUE:
		write_key(w, "info");
		text_add_text(w->out, " = ");
		write_string(w->out, requirement_read_data(&w->r), false);
		break;
	case OP_AND:
		write_pair(w, LEVEL_AND, level, " and ", depth);
		break;
	case OP_OR:
		write_pair(w, LEVEL_OR, level, " or ", depth);
		break;
	case OP_NOT:
		text_add_text(w->out, "! ");
		write_expression(w, LEVEL_NOT, depth + 1);
		break;
	case OP_CDHASH:
		text_add_text(w->out, "cdhash ");
		write_hash(w->out, requirement_read_data(&w->r));
		break;
	case OP_INFO_FIELD:
		write_key(w, "info");
		write_match(w);
		break;
	case OP_ENTITLEMENT:
		write_key(w, "entitlement");
		write_match(w);
		break;
	case OP_ANCHOR_NAMED:
		text_add_text(w->out, "anchor apple ");
		write_string(w->out, requirement_read_data(&w->r), false);
		break;
	case OP_CODE_NAMED:
		text_add_byte(w->out, '(');
		write_string(w->out, requirement_read_data(&w->r), false);
		text_add_byte(w->out, ')');
		break;
	case OP_PLATFORM:
		text_addf(w->out, "platform = %" PRId32,
			  (int32_t)requirement_read_word(&w->r));
		break;
	default:
		write_unknown(w, op, level, depth);
		break;
	}
}

enum status requirement_text(struct slice blob, uint64_t file_offset,
			     struct text *out, struct error *err)
{
	struct writer w = {.out = out};
	size_t before = out->len;
	enum status status = requirement_open(blob, file_offset, &w.r, err);

	if (status != STATUS_OK)
		return status;
	write_expression(&w, LEVEL_TOP, 0);
	status = requirement_close(&w.r);
	if (status == STATUS_OK)
		return text_status(out, err);
	if (out->ptr && out->len > before) {
		out->len = before;
		out->ptr[before] = '\0';
	}
	return status;
}
