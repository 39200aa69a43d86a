/* Certificates as values, for people and JSON. */
#include "certificate.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include "dict.h"

static void put_subject(struct dict *d, const char *key,
			const struct certificate *c, const char *field)
{
	struct text t;

	text_init(&t, CERTIFICATE_NAME_MAX);
	if (certificate_subject(c, field, &t))
		dict_put(d, key, value_string(d->pool, text_slice(&t)));
	text_release(&t);
}

/* Object identifier to what it says. */
static struct value markers_of(struct value_pool *pool,
			       const struct certificate *c)
{
	struct dict d = {.pool = pool};

	for (int i = 0; i < MARKER_COUNT; i++) {
		enum certificate_marker m = (enum certificate_marker)i;

		if (certificate_has(c, m))
			dict_put_text(&d, certificate_marker_oid(m),
				      certificate_marker_text(m));
	}
	return d.count ? dict_end(&d) : value_none;
}

struct value certificate_describe(struct value_pool *pool,
				  const struct certificate *c)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(c->x509);
	struct dict d = {.pool = pool};
	struct text t;

	put_subject(&d, "subject_cn", c, "CN");
	put_subject(&d, "subject_o", c, "O");
	put_subject(&d, "subject_ou", c, "OU");
	text_init(&t, 4 * CERTIFICATE_NAME_MAX);
	if (certificate_issuer_line(c, &t))
		dict_put(&d, "issuer", value_string(pool, text_slice(&t)));
	text_release(&t);
	dict_put_hex(&d, "serial",
		     slice_of(ASN1_STRING_get0_data(serial),
			      (size_t)ASN1_STRING_length(serial)));
	dict_put_hex(&d, "sha256", slice_of(c->sha256, sizeof(c->sha256)));
	dict_put(&d, "not_before", value_date(c->not_before_ns));
	dict_put(&d, "not_after", value_date(c->not_after_ns));
	dict_put(&d, "markers", markers_of(pool, c));
	dict_put_text(&d, "anchor", c->anchor);
	return dict_end(&d);
}
