/* Certificates as values, for people and JSON. */
#include "certificate.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>

enum { DICT_MAX = 64 };

/* A dict being built; keys each once, what is over DICT_MAX is left out. */
struct builder {
	struct value_pool *pool;
	struct value keys[DICT_MAX], vals[DICT_MAX];
	size_t count;
};

static void put(struct builder *b, const char *key, struct value v)
{
	if (v.type == VALUE_NONE || b->count >= DICT_MAX) {
		value_release(b->pool, v);
		return;
	}
	b->keys[b->count] = value_text(b->pool, key);
	b->vals[b->count++] = v;
}

static void put_subject(struct builder *b, const char *key,
			const struct certificate *c, const char *field)
{
	struct text t;

	text_init(&t, CERTIFICATE_NAME_MAX);
	if (certificate_subject(c, field, &t))
		put(b, key, value_string(b->pool, text_slice(&t)));
	text_release(&t);
}

static struct value hex_of(struct value_pool *pool, struct slice bytes)
{
	struct text t;
	struct value v;

	text_init(&t, 2 * CERTIFICATE_NAME_MAX);
	for (size_t i = 0; i < bytes.len; i++)
		text_addf(&t, "%02x", bytes.ptr[i]);
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

static struct value serial_of(struct value_pool *pool,
			      const struct certificate *c)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(c->x509);

	return hex_of(pool, slice_of(ASN1_STRING_get0_data(serial),
				     (size_t)ASN1_STRING_length(serial)));
}

static struct value markers_of(struct value_pool *pool,
			       const struct certificate *c)
{
	struct builder b = {.pool = pool};

	for (int m = 0; m < MARKER_COUNT; m++)
		if (certificate_has(c, (enum certificate_marker)m))
			put(&b,
			    certificate_marker_oid((enum certificate_marker)m),
			    value_text(pool,
				       certificate_marker_text(
					       (enum certificate_marker)m)));
	return b.count ? value_dict(pool, b.keys, b.vals, b.count) : value_none;
}

struct value certificate_describe(struct value_pool *pool,
				  const struct certificate *c)
{
	struct builder b = {.pool = pool};
	struct text t;

	put_subject(&b, "subject_cn", c, "CN");
	put_subject(&b, "subject_o", c, "O");
	put_subject(&b, "subject_ou", c, "OU");
	text_init(&t, 4 * CERTIFICATE_NAME_MAX);
	if (certificate_issuer_line(c, &t))
		put(&b, "issuer", value_string(pool, text_slice(&t)));
	text_release(&t);
	put(&b, "serial", serial_of(pool, c));
	put(&b, "sha256", hex_of(pool, slice_of(c->sha256, 32)));
	put(&b, "not_before", value_date(c->not_before_ns));
	put(&b, "not_after", value_date(c->not_after_ns));
	put(&b, "markers", markers_of(pool, c));
	if (c->anchor)
		put(&b, "anchor", value_text(pool, c->anchor));
	return value_dict(pool, b.keys, b.vals, b.count);
}
