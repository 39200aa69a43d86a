#include "ticket.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "../../model/base/cursor.h"
#include "dict.h"

enum {
	HEADER_BYTES = 16,
	PAYLOAD_HEADER_BYTES = 24,
	ENTRY_BYTES = 1 + TICKET_CDHASH_BYTES,
	CERTIFICATES_MAX = 4,
	PADDING_MAX = 8, /* zero bytes after the signature */
};

bool ticket_is_likely(struct slice bytes)
{
	return slice_starts(bytes, "s8ch");
}

/* The DER item at the front: how long it is with its header; 0: none. */
static size_t der_length(struct slice s)
{
	const unsigned char *at = s.ptr;
	long content = 0;
	int tag, class, form;

	if (!s.len)
		return 0;
	form = ASN1_get_object(&at, &content, &tag, &class, (long)s.len);
	ERR_clear_error();
	/* 0x80: an error; 1: of indefinite length. */
	if ((form & 0x80) || (form & 1))
		return 0;
	return (size_t)(at - s.ptr) + (size_t)content;
}

/* Bytes of the header of a SEQUENCE that is all of s; 0: it is none. */
static size_t sequence_header(struct slice s)
{
	const unsigned char *at = s.ptr;
	long content = 0;
	int tag = 0, class = 0;

	if (!s.len || der_length(s) != s.len || s.ptr[0] != 0x30)
		return 0;
	(void)ASN1_get_object(&at, &content, &tag, &class, (long)s.len);
	return (size_t)(at - s.ptr);
}

/* A SEQUENCE of certificates; base: of s in the ticket. */
static enum status read_certificates(struct slice s, size_t base,
				     struct certificate *out, size_t *count,
				     struct error *err)
{
	size_t header = sequence_header(s), at = header;
	enum status st;

	if (!header)
		return error_set(err, STATUS_MALFORMED, (int64_t)base,
				 "a sequence of certificates was expected");
	while (at < s.len) {
		size_t len = der_length(slice_part(s, at, s.len));

		if (*count >= CERTIFICATES_MAX)
			return error_set(err, STATUS_LIMIT,
					 (int64_t)(base + at),
					 "more than %d certificates in a "
					 "ticket",
					 CERTIFICATES_MAX);
		if (!len)
			return error_set(err, STATUS_MALFORMED,
					 (int64_t)(base + at),
					 "a certificate in DER was expected");
		st = certificate_parse(slice_part(s, at, len), &out[*count],
				       err);
		if (st) {
			if (err)
				err->offset = (int64_t)(base + at);
			return st;
		}
		++*count;
		at += len;
	}
	if (!*count)
		return error_set(err, STATUS_MALFORMED, (int64_t)base,
				 "a ticket without a certificate");
	return STATUS_OK;
}

static enum status read_payload(struct slice s, size_t base, struct ticket *out,
				struct error *err)
{
	struct cursor c = cursor_of(s);
	struct slice magic = cursor_take(&c, 4);
	uint64_t version = cursor_le(&c, 2), hash_bytes = cursor_le(&c, 2);
	uint64_t count = cursor_le(&c, 4), zero = cursor_le(&c, 4);
	uint64_t seconds = cursor_le(&c, 8);

	if (c.failed || !slice_is(magic, "g8tk"))
		return error_set(err, STATUS_MALFORMED, (int64_t)base,
				 "a ticket's payload (g8tk) was expected");
	if (version != 2 || hash_bytes != TICKET_CDHASH_BYTES || zero)
		return error_set(err, STATUS_UNSUPPORTED, (int64_t)base + 4,
				 "a ticket of version 2 with hashes of 20 "
				 "bytes was expected");
	if (count > TICKET_HASHES_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)base + 8,
				 "a ticket of %zu cdhashes", (size_t)count);
	if (cursor_left(&c) != count * ENTRY_BYTES)
		return error_set(err, STATUS_MALFORMED, (int64_t)base + 8,
				 "%zu cdhashes do not fill the %zu bytes of "
				 "the payload",
				 (size_t)count, cursor_left(&c));
	if (seconds > INT64_MAX / 1000000000)
		return error_set(err, STATUS_MALFORMED, (int64_t)base + 16,
				 "a time that cannot be");
	out->entries = cursor_take(&c, (size_t)count * ENTRY_BYTES);
	out->count = (size_t)count;
	out->time_ns = (int64_t)seconds * 1000000000;
	return STATUS_OK;
}

static bool verify(struct slice bytes, size_t signed_bytes, size_t signature,
		   const struct certificate *by)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key = X509_get0_pubkey(by->x509);
	bool holds =
		ctx && key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
		EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestVerify(ctx, bytes.ptr + signed_bytes, signature,
				 bytes.ptr, signed_bytes) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return holds;
}

static void judge(struct ticket *t)
{
	if (!t->signature_holds)
		t->why = "its signature does not hold";
	else if (t->chain.state != CHAIN_APPLE)
		t->why = t->chain.why;
	else if (!certificate_has(&t->chain.items[0], MARKER_TICKET))
		t->why = "its signer is Apple's, but no signer of tickets";
	else
		t->trusted = true;
}

/* Finds the parts; *signed_bytes: where the signature begins. */
static enum status read_layout(struct slice bytes, struct slice *certificates,
			       struct slice *payload, size_t *signed_bytes,
			       struct error *err)
{
	struct cursor c = cursor_of(bytes);
	struct slice magic = cursor_take(&c, 4);
	uint32_t version = cursor_le32(&c);
	uint32_t certificate_bytes = cursor_le32(&c);
	uint32_t payload_bytes = cursor_le32(&c);

	if (c.failed || !slice_is(magic, "s8ch"))
		return error_set(err, STATUS_MALFORMED, 0,
				 "a ticket (s8ch) was expected");
	if (version != 1)
		return error_set(err, STATUS_UNSUPPORTED, 4,
				 "a ticket of version 1 was expected, found "
				 "%u",
				 version);
	*certificates = cursor_take(&c, certificate_bytes);
	*payload = cursor_take(&c, payload_bytes);
	if (c.failed)
		return error_set(err, STATUS_MALFORMED, (int64_t)c.pos,
				 "the ticket ends before its parts do");
	*signed_bytes = c.pos;
	return STATUS_OK;
}

/* The DER signature that ends the ticket, but for a little padding. */
static enum status signature_length(struct slice bytes, size_t at, size_t *len,
				    struct error *err)
{
	struct slice rest = slice_part(bytes, at, bytes.len);

	*len = der_length(rest);
	if (!*len)
		return error_set(err, STATUS_MALFORMED, (int64_t)at,
				 "a signature in DER was expected");
	for (size_t i = *len; i < rest.len; i++)
		if (rest.ptr[i] || rest.len - *len > PADDING_MAX)
			return error_set(err, STATUS_MALFORMED,
					 (int64_t)(at + i),
					 "%zu bytes after the ticket's "
					 "signature",
					 rest.len - *len);
	return STATUS_OK;
}

enum status ticket_read(struct slice bytes, struct ticket *out,
			struct error *err)
{
	struct certificate certificates[CERTIFICATES_MAX] = {0};
	struct ticket t = {.chain.state = CHAIN_INCOMPLETE};
	struct slice der = {0}, payload = {0};
	size_t count = 0, signed_bytes = 0, signature = 0;
	enum status st;

	if (bytes.len > TICKET_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, 0,
				 "a ticket of %zu bytes, at most %d are read",
				 bytes.len, TICKET_BYTES_MAX);
	st = read_layout(bytes, &der, &payload, &signed_bytes, err);
	if (!st)
		st = read_certificates(der, HEADER_BYTES, certificates, &count,
				       err);
	if (!st)
		st = read_payload(payload, HEADER_BYTES + der.len, &t, err);
	if (!st)
		st = signature_length(bytes, signed_bytes, &signature, err);
	if (!st)
		st = certificate_chain_build(&certificates[0], certificates,
					     count, &t.time_ns, &t.chain, err);
	if (!st) {
		t.signature_holds = verify(bytes, signed_bytes, signature,
					   &certificates[0]);
		judge(&t);
		*out = t;
	}
	for (size_t i = 0; i < count; i++)
		certificate_release(&certificates[i]);
	return st;
}

void ticket_release(struct ticket *t)
{
	certificate_chain_release(&t->chain);
	*t = (struct ticket){.chain.state = CHAIN_INCOMPLETE};
}

bool ticket_covers(const struct ticket *t, struct slice cdhash)
{
	if (cdhash.len != TICKET_CDHASH_BYTES)
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (slice_equal(slice_part(t->entries, i * ENTRY_BYTES + 1,
					   TICKET_CDHASH_BYTES),
				cdhash))
			return true;
	return false;
}

static struct value hex_of(struct value_pool *pool, struct slice bytes)
{
	struct value v;
	struct text t;

	text_init(&t, 256);
	for (size_t i = 0; i < bytes.len; i++)
		text_addf(&t, "%02x", bytes.ptr[i]);
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

enum { COVERED_MAX = 64 };

/* What it means for a person; never more than the ticket proves. */
static const char *meaning(const struct ticket *t, size_t covered, size_t count)
{
	if (!t->trusted)
		return "the stapled ticket does not verify: it proves nothing";
	if (!count)
		return "there is no cdhash that the stapled ticket could "
		       "cover";
	if (!covered)
		return "the stapled ticket is genuine and covers other code "
		       "than this";
	if (covered < count)
		return "a stapled ticket covers some of this code's "
		       "CodeDirectories; revocation cannot be known offline";
	return "a stapled ticket covers this code; revocation cannot be known "
	       "offline";
}

struct value ticket_describe(struct value_pool *pool, const struct ticket *t,
			     const struct slice *cdhashes, size_t count,
			     const struct report *report)
{
	struct dict d = {.pool = pool};
	struct value covered[COVERED_MAX];
	size_t found = 0;

	if (count > COVERED_MAX)
		count = COVERED_MAX;
	for (size_t i = 0; i < count; i++)
		if (ticket_covers(t, cdhashes[i]))
			covered[found++] = hex_of(pool, cdhashes[i]);
	dict_put(&d, "verified", value_bool(t->trusted));
	dict_put_text(&d, "why", t->why);
	dict_put(&d, "time", value_date(t->time_ns));
	dict_put_text(&d, "covers",
		      !found          ? "none"
		      : found < count ? "some"
				      : "all");
	dict_put(&d, "covered", value_list(pool, covered, found));
	dict_put(&d, "lists", value_int((int64_t)t->count));
	if (t->chain.count)
		dict_put(&d, "authorities",
			 certificate_chain_names(pool, &t->chain));
	dict_put_text(&d, "meaning", meaning(t, found, count));
	if (!t->trusted)
		REPORT(report, "ticket_invalid", SEVERITY_ERROR, 0,
		       "stapled notarization ticket: %s", t->why);
	else if (!found && count)
		REPORT(report, "ticket_covers_other_code", SEVERITY_ERROR, 0,
		       "the stapled notarization ticket does not cover this "
		       "code");
	return dict_end(&d);
}
