#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "pki.h"
#include "probes/parse/apple_roots.h"

static uint8_t *load(const char *name, size_t *len)
{
	uint8_t *bytes = malloc(CERTIFICATE_BYTES_MAX + 1);
	char path[200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "tests/fixtures/certificates/%s",
		       name);
	f = fopen(path, "rb");
	assert_non_null(f);
	*len = fread(bytes, 1, CERTIFICATE_BYTES_MAX, f);
	fclose(f);
	return bytes;
}

static void parse_file(const char *name, struct certificate *out)
{
	struct error err = {0};
	size_t len = 0;
	uint8_t *bytes = load(name, &len);

	assert_int_equal(certificate_parse(slice_of(bytes, len), out, &err),
			 STATUS_OK);
	free(bytes);
}

static int64_t at_time(const char *text)
{
	int64_t ns = 0;

	assert_true(time_parse(slice_text(text), &ns));
	return ns;
}

static void certificate__apple_s_are_read(void **state)
{
	struct certificate c = {0};
	struct text t;

	(void)state;
	parse_file("developer-id-g2.cer", &c);
	text_init(&t, 1000);
	assert_true(certificate_subject(&c, "OU", &t));
	assert_string_equal(t.ptr, "G2");
	text_reset(&t);
	assert_false(certificate_subject(&c, "UID", &t));
	assert_true(certificate_issuer_line(&c, &t));
	assert_non_null(strstr(t.ptr, "CN=Apple Root CA"));
	assert_true(c.is_ca);
	assert_false(c.self_signed);
	assert_null(c.anchor);
	assert_int_equal(c.markers, 1u << MARKER_DEVELOPER_ID_CA);
	assert_int_equal(c.not_before_ns, at_time("2021-09-22T18:55:10Z"));
	assert_int_equal(c.not_after_ns, at_time("2031-09-17T00:00:00Z"));
	text_release(&t);
	certificate_release(&c);
	parse_file("wwdr-g3.cer", &c);
	assert_int_equal(c.markers, 1u << MARKER_WWDR);
	certificate_release(&c);
}

static void certificate__apple_s_roots_are_the_three(void **state)
{
	(void)state;
	for (size_t i = 0; i < APPLE_ROOT_COUNT; i++) {
		struct certificate c = {0};

		assert_int_equal(certificate_parse(slice_of(apple_roots[i].der,
							    apple_roots[i].len),
						   &c, NULL),
				 STATUS_OK);
		assert_memory_equal(c.sha256, apple_roots[i].sha256, 32);
		assert_string_equal(c.anchor, apple_roots[i].name);
		assert_true(c.self_signed && c.is_ca);
		certificate_release(&c);
	}
}

static void certificate__cut_or_followed_by_bytes_it_is_refused(void **state)
{
	struct certificate c = {0};
	struct error err = {0};
	size_t len = 0;
	uint8_t *bytes = load("wwdr-g3.cer", &len);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, bytes, n);
		assert_int_equal(certificate_parse(slice_of(cut, n), &c, NULL),
				 STATUS_MALFORMED);
		free(cut);
	}
	bytes[len] = 0;
	assert_int_equal(certificate_parse(slice_of(bytes, len + 1), &c, &err),
			 STATUS_MALFORMED);
	assert_int_equal(err.offset, len);
	assert_int_equal(
		certificate_parse(slice_of(bytes, CERTIFICATE_BYTES_MAX + 1),
				  &c, &err),
		STATUS_LIMIT);
	free(bytes);
}

static void certificate__extensions_are_found_by_their_oid(void **state)
{
	static const uint8_t developer_id_ca[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
						  0x63, 0x64, 0x06, 0x02, 0x06};
	struct certificate c = {0};
	struct slice value = {NULL, 0};

	(void)state;
	parse_file("developer-id-g2.cer", &c);
	assert_true(certificate_extension(
		&c, slice_of(developer_id_ca, sizeof(developer_id_ca)),
		&value));
	assert_true(slice_equal(value, SLICE_LITERAL("\x05\x00")));
	assert_false(certificate_extension(
		&c, slice_of(developer_id_ca, sizeof(developer_id_ca) - 1),
		&value));
	assert_false(certificate_policy(&c, slice_of(developer_id_ca, 10)));
	certificate_release(&c);
}

/* The chain of Apple's own intermediate, at a time. */
static void chain_at(const char *time, struct certificate_chain *out)
{
	struct certificate c = {0};
	int64_t ns = time ? at_time(time) : 0;

	parse_file("wwdr-g3.cer", &c);
	assert_int_equal(certificate_chain_build(&c, NULL, 0, time ? &ns : NULL,
						 out, NULL),
			 STATUS_OK);
	certificate_release(&c);
}

static void chain__ends_at_apple_s_root_at_its_time_alone(void **state)
{
	struct certificate_chain chain;

	(void)state;
	chain_at("2024-01-01T00:00:00Z", &chain);
	assert_int_equal(chain.state, CHAIN_APPLE);
	assert_string_equal(chain.anchor, "Apple Root CA");
	assert_null(chain.why);
	assert_true(chain.time_checked);
	assert_int_equal(chain.count, 2);
	assert_ptr_equal(certificate_chain_slot(&chain, 0), &chain.items[0]);
	assert_ptr_equal(certificate_chain_slot(&chain, -1), &chain.items[1]);
	assert_null(certificate_chain_slot(&chain, 2));
	assert_null(certificate_chain_slot(&chain, -3));
	certificate_chain_release(&chain);
	chain_at("2034-01-01T00:00:00Z", &chain);
	assert_int_equal(chain.state, CHAIN_BROKEN);
	assert_null(chain.anchor);
	assert_non_null(strstr(chain.why, "expired"));
	certificate_chain_release(&chain);
	chain_at("2019-01-01T00:00:00Z", &chain);
	assert_int_equal(chain.state, CHAIN_BROKEN);
	assert_non_null(strstr(chain.why, "not valid yet"));
	certificate_chain_release(&chain);
	chain_at(NULL, &chain);
	assert_int_equal(chain.state, CHAIN_APPLE);
	assert_false(chain.time_checked);
	certificate_chain_release(&chain);
}

static void build(const struct pki_identity *leaf,
		  const struct pki_identity *issuer, const int64_t *time,
		  struct certificate_chain *out)
{
	struct certificate c = {0}, above = {0};

	assert_int_equal(certificate_of_x509(leaf->certificate, &c, NULL),
			 STATUS_OK);
	if (issuer)
		assert_int_equal(
			certificate_of_x509(issuer->certificate, &above, NULL),
			STATUS_OK);
	assert_int_equal(certificate_chain_build(&c, &above, issuer ? 1 : 0,
						 time, out, NULL),
			 STATUS_OK);
	certificate_release(&c);
	certificate_release(&above);
}

/* Names Apple's root as its issuer, signed by another key. */
static void chain__one_that_only_names_apple_is_broken(void **state)
{
	struct certificate root = {0};
	struct pki_request r = {.cn = "Developer ID Application: Nobody",
				.rsa = true,
				.eku = "critical,codeSigning"};
	struct pki_identity forged;
	struct certificate_chain chain;

	(void)state;
	assert_int_equal(certificate_parse(slice_of(apple_roots[0].der,
						    apple_roots[0].len),
					   &root, NULL),
			 STATUS_OK);
	r.issuer_name = X509_get_subject_name(root.x509);
	pki_make(&r, &forged);
	build(&forged, NULL, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_BROKEN);
	assert_null(chain.anchor);
	assert_non_null(strstr(chain.why, "not signed by"));
	certificate_chain_release(&chain);
	pki_release(&forged);
	/* Apple's root cannot have made a signature by such a key at all. */
	r.rsa = false;
	pki_make(&r, &forged);
	build(&forged, NULL, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_INCOMPLETE);
	certificate_chain_release(&chain);
	certificate_release(&root);
	pki_release(&forged);
}

/* The same name as Apple's root, and signs itself. */
static void chain__a_look_alike_of_the_root_is_other(void **state)
{
	struct pki_chain pki;
	struct certificate_chain chain;

	(void)state;
	pki_chain_make(&pki);
	build(&pki.root, NULL, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_OTHER);
	assert_int_equal(chain.count, 1);
	certificate_chain_release(&chain);
	build(&pki.issuer, &pki.root, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_OTHER);
	assert_int_equal(chain.count, 2);
	certificate_chain_release(&chain);
	build(&pki.leaf, &pki.root, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_INCOMPLETE);
	certificate_chain_release(&chain);
	pki_chain_release(&pki);
}

/* A leaf that may sign code but issue nothing has issued one. */
static void chain__who_may_not_issue_breaks_it(void **state)
{
	struct pki_request r = {.cn = "no authority"};
	struct pki_identity root, leaf;
	struct certificate_chain chain;

	(void)state;
	pki_make(&r, &root);
	r = (struct pki_request){.cn = "leaf", .issuer = &root};
	pki_make(&r, &leaf);
	build(&leaf, &root, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_BROKEN);
	certificate_chain_release(&chain);
	pki_release(&leaf);
	pki_release(&root);
	/* libcrypto would let this one pass as a root. */
	r = (struct pki_request){.cn = "by usage", .by_usage = true};
	pki_make(&r, &root);
	r = (struct pki_request){.cn = "leaf", .issuer = &root};
	pki_make(&r, &leaf);
	build(&leaf, &root, NULL, &chain);
	assert_int_equal(chain.state, CHAIN_BROKEN);
	assert_non_null(strstr(chain.why, "may issue none"));
	certificate_chain_release(&chain);
	pki_release(&leaf);
	pki_release(&root);
}

static void certificate__is_described_for_people(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct certificate c = {0};
	struct value v, markers;

	(void)state;
	parse_file("developer-id-g2.cer", &c);
	v = certificate_describe(pool, &c);
	assert_true(slice_is(value_slice(value_get(v, "subject_cn")),
			     "Developer ID Certification Authority"));
	assert_true(slice_is(value_slice(value_get(v, "subject_ou")), "G2"));
	assert_true(
		slice_starts(value_slice(value_get(v, "sha256")), "f16cd3c5"));
	assert_int_equal(value_get(v, "anchor").type, VALUE_NONE);
	markers = value_get(v, "markers");
	assert_int_equal(value_count(markers), 1);
	assert_true(slice_is(value_slice(value_key(markers, 0)),
			     "1.2.840.113635.100.6.2.6"));
	value_release(pool, v);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
	certificate_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate__apple_s_are_read),
		cmocka_unit_test(certificate__apple_s_roots_are_the_three),
		cmocka_unit_test(
			certificate__cut_or_followed_by_bytes_it_is_refused),
		cmocka_unit_test(
			certificate__extensions_are_found_by_their_oid),
		cmocka_unit_test(chain__ends_at_apple_s_root_at_its_time_alone),
		cmocka_unit_test(chain__one_that_only_names_apple_is_broken),
		cmocka_unit_test(chain__a_look_alike_of_the_root_is_other),
		cmocka_unit_test(chain__who_may_not_issue_breaks_it),
		cmocka_unit_test(certificate__is_described_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
