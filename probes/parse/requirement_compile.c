/*
 * From the text of a requirement to its compiled form: what CodeResources and
 * people write is text, and one evaluator runs both. Byte for byte what csreq
 * writes: `a or b or c` groups to the left.
 */
#include <stdlib.h>

#include "requirement_op.h"
#include "requirement_token.h"
#include "superblob.h"

struct compiler {
	struct tokenizer t;
	struct text out; /* bytes of the expression */
	enum status status;
	struct error *err;
	size_t placed; /* how many joints were put in before their operands */
};

/* A joint moves what it joins: that many bytes times that many moves. */
enum { JOINTS_MAX = REQUIREMENT_OPS_MAX };

static void compile_or(struct compiler *k, unsigned depth);

static void fail(struct compiler *k, enum status status, const char *why)
{
	if (k->status != STATUS_OK)
		return;
	if (k->t.now.kind == TOKEN_BAD)
		why = k->t.why;
	k->status = error_set(k->err, status, (int64_t)k->t.now.offset,
			      "requirement text: %s", why);
}

static void next(struct compiler *k)
{
	tokenizer_next(&k->t);
}

static bool is_word(const struct compiler *k, const char *word)
{
	return k->t.now.kind == TOKEN_WORD && slice_is(k->t.now.source, word);
}

static bool is_sign(const struct compiler *k, char sign)
{
	return k->t.now.kind == TOKEN_SIGN && k->t.now.sign == sign;
}

static bool take_word(struct compiler *k, const char *word)
{
	if (!is_word(k, word))
		return false;
	next(k);
	return true;
}

static bool take_sign(struct compiler *k, char sign)
{
	if (!is_sign(k, sign))
		return false;
	next(k);
	return true;
}

static void want_sign(struct compiler *k, char sign, const char *why)
{
	if (!take_sign(k, sign))
		fail(k, STATUS_MALFORMED, why);
}

static void put_word(struct compiler *k, uint32_t word)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		text_add_byte(&k->out, (char)(word >> shift & 0xff));
}

static void put_data(struct compiler *k, struct slice s)
{
	put_word(k, (uint32_t)s.len);
	text_add(&k->out, s);
	while (k->out.len & 3 && !k->out.cut)
		text_add_byte(&k->out, 0);
}

/* Prefix code: a joint goes before the operand that is there already. */
static void put_before(struct compiler *k, size_t at, uint32_t op)
{
	if (++k->placed > JOINTS_MAX) {
		fail(k, STATUS_LIMIT, "too many operations");
		return;
	}
	put_word(k, op);
	if (k->out.cut)
		return;
	memmove(k->out.ptr + at + 4, k->out.ptr + at, k->out.len - at - 4);
	for (int i = 0; i < 4; i++)
		k->out.ptr[at + (size_t)i] = (char)(op >> (24 - 8 * i) & 0xff);
}

static bool is_value(const struct compiler *k)
{
	enum token_kind kind = k->t.now.kind;

	return kind == TOKEN_WORD || kind == TOKEN_NUMBER ||
	       kind == TOKEN_STRING || kind == TOKEN_DATA;
}

static void take_value(struct compiler *k, const char *why)
{
	if (!is_value(k)) {
		fail(k, STATUS_MALFORMED, why);
		return;
	}
	put_data(k, k->t.now.bytes);
	next(k);
}

static void take_hash(struct compiler *k)
{
	if (k->t.now.kind != TOKEN_HASH ||
	    k->t.now.bytes.len != CERTIFICATE_SHA1_BYTES) {
		fail(k, STATUS_MALFORMED,
		     "a hash of 20 bytes, H\"...\", is "
		     "expected");
		return;
	}
	put_data(k, k->t.now.bytes);
	next(k);
}

static void take_number(struct compiler *k)
{
	bool negative = take_sign(k, '-');
	int64_t n;

	if (k->t.now.kind != TOKEN_NUMBER ||
	    !slice_to_int(k->t.now.bytes, &n) || n > INT32_MAX) {
		fail(k, STATUS_MALFORMED, "a number is expected");
		return;
	}
	put_word(k, (uint32_t)(negative ? -n : n));
	next(k);
}

static void match_time(struct compiler *k, enum match_op op)
{
	int64_t time_ns;
	uint64_t seconds;

	next(k);
	if (k->t.now.kind != TOKEN_STRING ||
	    !time_parse(k->t.now.bytes, &time_ns)) {
		fail(k, STATUS_MALFORMED, "a time in quotes is expected");
		return;
	}
	seconds = (uint64_t)((time_ns - REQUIREMENT_EPOCH_NS) / 1000000000);
	put_word(k, op);
	put_word(k, (uint32_t)(seconds >> 32));
	put_word(k, (uint32_t)seconds);
	next(k);
}

/* = value, = value*, = *value, = *value* */
static void match_equal(struct compiler *k)
{
	bool star = take_sign(k, '*');
	size_t at = k->out.len;

	take_value(k, "a value to compare with is expected");
	if (take_sign(k, '*'))
		put_before(k, at, star ? MATCH_CONTAINS : MATCH_BEGINS);
	else
		put_before(k, at, star ? MATCH_ENDS : MATCH_EQUAL);
}

static void compile_match(struct compiler *k)
{
	static const struct {
		char sign;
		bool or_equal;
		enum match_op text, time;
	} signs[] = {
		{'<', false, MATCH_LESS, MATCH_BEFORE},
		{'>', false, MATCH_GREATER, MATCH_AFTER},
		{'<', true, MATCH_LESS_EQUAL, MATCH_ON_OR_BEFORE},
		{'>', true, MATCH_GREATER_EQUAL, MATCH_ON_OR_AFTER},
		{'=', false, MATCH_EQUAL, MATCH_ON},
		{'~', false, MATCH_CONTAINS, MATCH_CONTAINS},
	};
	struct token now = k->t.now;

	if (take_word(k, "absent")) {
		put_word(k, MATCH_ABSENT);
		return;
	}
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (now.kind != TOKEN_SIGN || now.sign != signs[i].sign ||
		    now.or_equal != signs[i].or_equal)
			continue;
		next(k);
		if (is_word(k, "timestamp")) {
			match_time(k, signs[i].time);
		} else if (now.sign == '=') {
			match_equal(k);
		} else {
			put_word(k, signs[i].text);
			take_value(k, "a value to compare with is expected");
		}
		return;
	}
	take_word(k, "exists");
	put_word(k, MATCH_EXISTS);
}

/* A number in base 128, as X.690 8.19 writes it. */
static void add_arc(struct text *t, uint64_t arc)
{
	int shift = 63;

	while (shift && !(arc >> shift & 0x7f))
		shift -= 7;
	for (; shift > 0; shift -= 7)
		text_add_byte(t, (char)((arc >> shift & 0x7f) | 0x80));
	text_add_byte(t, (char)(arc & 0x7f));
}

static void put_oid(struct compiler *k, struct slice dotted)
{
	struct text oid;
	int64_t first = 0, arc;
	size_t n = 0;

	text_init(&oid, 256);
	while (dotted.ptr) {
		struct slice digits = slice_take(&dotted, '.');

		if (!slice_to_int(digits, &arc) || (n == 0 && arc > 2) ||
		    (n == 1 && first < 2 && arc > 39) || arc > INT64_MAX - 80) {
			fail(k, STATUS_MALFORMED,
			     "an object identifier is "
			     "expected");
			break;
		}
		if (!n)
			first = arc;
		else
			add_arc(&oid,
				(uint64_t)(n == 1 ? 40 * first + arc : arc));
		n++;
	}
	if (n < 2 || oid.cut)
		fail(k, STATUS_MALFORMED, "an object identifier is expected");
	put_data(k, text_slice(&oid));
	text_release(&oid);
}

/* What stands in brackets behind a certificate, and what is put before the
 * certificate's number. */
static void compile_certificate_key(struct compiler *k, size_t at)
{
	static const struct {
		const char *prefix;
		enum requirement_op op;
	} kinds[] = {
		{"field.", OP_CERTIFICATE_OID},
		{"policy.", OP_CERTIFICATE_POLICY},
		{"timestamp.", OP_CERTIFICATE_DATE},
	};
	struct slice key = k->t.now.bytes;

	if (!is_value(k)) {
		fail(k, STATUS_MALFORMED,
		     "a field of the certificate is "
		     "expected");
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t len = strlen(kinds[i].prefix);

		if (!slice_starts(key, kinds[i].prefix))
			continue;
		put_oid(k, slice_part(key, len, key.len));
		put_before(k, at, kinds[i].op);
		next(k);
		return;
	}
	put_data(k, key);
	put_before(k, at, OP_CERTIFICATE_FIELD);
	next(k);
}

/* Behind a certificate's number, which stands at `at`. */
static void compile_certificate(struct compiler *k, size_t at)
{
	if (take_word(k, "trusted")) {
		put_before(k, at, OP_CERTIFICATE_TRUSTED);
	} else if (take_sign(k, '=')) {
		take_hash(k);
		put_before(k, at, OP_ANCHOR_HASH);
	} else if (take_sign(k, '[')) {
		compile_certificate_key(k, at);
		want_sign(k, ']', "] is expected");
		compile_match(k);
	} else {
		fail(k, STATUS_MALFORMED,
		     "trusted, = or [ is expected after a "
		     "certificate");
	}
}

static void compile_anchor(struct compiler *k)
{
	size_t at = k->out.len;

	if (take_word(k, "apple")) {
		if (take_word(k, "generic")) {
			put_word(k, OP_ANCHOR_APPLE_GENERIC);
		} else if (is_value(k) &&
			   !requirement_is_keyword(k->t.now.source)) {
			put_word(k, OP_ANCHOR_NAMED);
			take_value(k, "a name is expected");
		} else {
			put_word(k, OP_ANCHOR_APPLE);
		}
	} else if (take_word(k, "trusted")) {
		put_word(k, OP_ANCHOR_TRUSTED);
	} else {
		put_word(k, (uint32_t)CERTIFICATE_ROOT);
		compile_certificate(k, at);
	}
}

static void compile_slot(struct compiler *k)
{
	size_t at = k->out.len;

	if (take_word(k, "leaf"))
		put_word(k, CERTIFICATE_LEAF);
	else if (take_word(k, "root") || take_word(k, "anchor"))
		put_word(k, (uint32_t)CERTIFICATE_ROOT);
	else
		take_number(k);
	compile_certificate(k, at);
}

static void compile_keyed(struct compiler *k, enum requirement_op op)
{
	put_word(k, op);
	want_sign(k, '[', "[ is expected");
	take_value(k, "a key is expected");
	want_sign(k, ']', "] is expected");
	compile_match(k);
}

static void compile_word(struct compiler *k)
{
	if (take_word(k, "always") || take_word(k, "true")) {
		put_word(k, OP_TRUE);
	} else if (take_word(k, "never") || take_word(k, "false")) {
		put_word(k, OP_FALSE);
	} else if (take_word(k, "notarized")) {
		put_word(k, OP_NOTARIZED);
	} else if (take_word(k, "legacy")) {
		put_word(k, OP_LEGACY);
	} else if (take_word(k, "identifier")) {
		take_sign(k, '=');
		put_word(k, OP_IDENTIFIER);
		take_value(k, "an identifier is expected");
	} else if (take_word(k, "cdhash")) {
		take_sign(k, '=');
		put_word(k, OP_CDHASH);
		take_hash(k);
	} else if (take_word(k, "platform")) {
		take_sign(k, '=');
		put_word(k, OP_PLATFORM);
		take_number(k);
	} else if (take_word(k, "anchor")) {
		compile_anchor(k);
	} else if (take_word(k, "certificate") || take_word(k, "cert")) {
		compile_slot(k);
	} else if (take_word(k, "info")) {
		compile_keyed(k, OP_INFO_FIELD);
	} else if (take_word(k, "entitlement")) {
		compile_keyed(k, OP_ENTITLEMENT);
	} else {
		fail(k, STATUS_MALFORMED, "a condition is expected");
	}
}

static void compile_primary(struct compiler *k, unsigned depth)
{
	if (k->status != STATUS_OK)
		return;
	if (depth > REQUIREMENT_DEPTH_MAX) {
		fail(k, STATUS_LIMIT, "it nests too deeply");
	} else if (take_sign(k, '!')) {
		put_word(k, OP_NOT);
		compile_primary(k, depth + 1);
	} else if (take_sign(k, '(')) {
		compile_or(k, depth + 1);
		want_sign(k, ')', ") is expected");
	} else {
		compile_word(k);
	}
}

static void compile_and(struct compiler *k, unsigned depth)
{
	size_t at = k->out.len;

	compile_primary(k, depth);
	while (k->status == STATUS_OK && take_word(k, "and")) {
		put_before(k, at, OP_AND);
		compile_primary(k, depth);
	}
}

static void compile_or(struct compiler *k, unsigned depth)
{
	size_t at = k->out.len;

	compile_and(k, depth);
	while (k->status == STATUS_OK && take_word(k, "or")) {
		put_before(k, at, OP_OR);
		compile_and(k, depth);
	}
}

enum status requirement_compile(struct slice text, uint8_t **blob, size_t *len,
				struct error *err)
{
	struct compiler k = {.status = STATUS_OK, .err = err};

	if (text.len > REQUIREMENT_TEXT_MAX)
		return error_set(err, STATUS_LIMIT, 0,
				 "a requirement of %zu bytes, at most %d are "
				 "read",
				 text.len, REQUIREMENT_TEXT_MAX);
	tokenizer_init(&k.t, text);
	text_init(&k.out, REQUIREMENT_BYTES_MAX);
	put_word(&k, BLOB_REQUIREMENT);
	put_word(&k, 0); /* its length, below */
	put_word(&k, REQUIREMENT_KIND_EXPRESSION);
	compile_or(&k, 0);
	if (k.t.now.kind != TOKEN_END)
		fail(&k, STATUS_MALFORMED, "the end is expected");
	if (k.status == STATUS_OK)
		k.status = text_status(&k.out, err);
	if (k.status == STATUS_OK) {
		for (int i = 0; i < 4; i++)
			k.out.ptr[4 + i] =
				(char)(k.out.len >> (24 - 8 * i) & 0xff);
		*len = k.out.len;
		*blob = (uint8_t *)k.out.ptr; /* the caller's now */
	} else {
		text_release(&k.out);
	}
	tokenizer_release(&k.t);
	return k.status;
}
