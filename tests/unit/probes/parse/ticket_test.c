#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "pki.h"
#include "probes/parse/ticket.h"

enum { TICKET_MAX = 8192, HASHES = 3, HEADER = 16, PAYLOAD_HEADER = 24 };

struct test {
	struct pki_identity signer;
	uint8_t bytes[TICKET_MAX];
	size_t len;
	size_t payload; /* where it begins */
	struct value_pool *pool;
	struct findings findings;
	struct report report;
};

static void put_le(struct test *t, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		t->bytes[t->len++] = (uint8_t)(n >> 8 * i);
}

static void put(struct test *t, const void *bytes, size_t len)
{
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void sign(struct test *t)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = TICKET_MAX - t->len;

	EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, t->signer.key);
	assert_int_equal(
		EVP_DigestSign(ctx, t->bytes + t->len, &len, t->bytes, t->len),
		1);
	t->len += len;
	EVP_MD_CTX_free(ctx);
}

static void cdhash_of(size_t i, uint8_t out[20])
{
	memset(out, (int)(0x11 * (i + 1)), 20);
}

/* One certificate, HASHES cdhashes, of 2025-06-01. */
static void build(struct test *t)
{
	unsigned char *der = NULL;
	int der_len = i2d_X509(t->signer.certificate, &der);
	uint8_t hash[20];

	t->len = 0;
	put(t, "s8ch", 4);
	put_le(t, 1, 4);
	put_le(t, (uint64_t)der_len + 4, 4);
	put_le(t, PAYLOAD_HEADER + HASHES * 21, 4);
	put(t, "\x30\x82", 2);
	t->bytes[t->len++] = (uint8_t)(der_len >> 8);
	t->bytes[t->len++] = (uint8_t)der_len;
	put(t, der, (size_t)der_len);
	OPENSSL_free(der);
	t->payload = t->len;
	put(t, "g8tk", 4);
	put_le(t, 2, 2);
	put_le(t, 20, 2);
	put_le(t, HASHES, 4);
	put_le(t, 0, 4);
	put_le(t, 1748736000, 8);
	for (size_t i = 0; i < HASHES; i++) {
		cdhash_of(i, hash);
		put_le(t, 2, 1);
		put(t, hash, 20);
	}
	sign(t);
}

static int set_up(void **state)
{
	struct pki_request r = {.cn = "Software Ticket Signing",
				.o = "Apple Inc.",
				.markers = {"1.2.840.113635.100.6.1.30"}};
	struct test *t = calloc(1, sizeof(*t));

	pki_make(&r, &t->signer);
	t->pool = value_pool_new();
	findings_init(&t->findings, t->pool);
	t->report = (struct report){&t->findings, SLICE_LITERAL("ticket")};
	build(t);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;
	size_t left;

	findings_release(&t->findings);
	left = value_pool_count(t->pool);
	value_pool_free(t->pool);
	pki_release(&t->signer);
	free(t);
	return left ? -1 : 0;
}

static enum status read_ticket(struct test *t, struct ticket *out,
			       struct error *err)
{
	return ticket_read(slice_of(t->bytes, t->len), out, err);
}

static void ticket__a_made_one_holds_and_is_not_trusted(void **state)
{
	struct test *t = *state;
	struct ticket k;
	struct error err = {0};
	uint8_t hash[20];
	int64_t want = 0;

	assert_int_equal(read_ticket(t, &k, &err), STATUS_OK);
	assert_true(k.signature_holds);
	assert_false(k.trusted);
	assert_non_null(k.why);
	assert_int_equal(k.chain.state, CHAIN_OTHER);
	assert_true(k.chain.time_checked);
	assert_int_equal(k.count, HASHES);
	assert_true(time_parse(SLICE_LITERAL("2025-06-01T00:00:00Z"), &want));
	assert_int_equal(k.time_ns, want);
	for (size_t i = 0; i < HASHES + 1; i++) {
		cdhash_of(i, hash);
		assert_int_equal(ticket_covers(&k, slice_of(hash, 20)),
				 i < HASHES);
	}
	cdhash_of(0, hash);
	assert_false(ticket_covers(&k, slice_of(hash, 19)));
	ticket_release(&k);
}

/* Each byte is under the signature, or is the signature. */
static void ticket__a_changed_byte_never_holds(void **state)
{
	struct test *t = *state;
	struct ticket k;

	for (size_t i = 0; i < t->len; i++) {
		t->bytes[i] ^= 0x20;
		if (read_ticket(t, &k, NULL) == STATUS_OK) {
			assert_false(k.signature_holds);
			assert_string_equal(k.why,
					    "its signature does not hold");
			ticket_release(&k);
		}
		t->bytes[i] ^= 0x20;
	}
}

static void ticket__cut_anywhere_it_is_refused(void **state)
{
	struct test *t = *state;
	struct error err;
	struct ticket k;

	for (size_t n = 0; n < t->len; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, t->bytes, n);
		err = (struct error){0};
		assert_int_equal(ticket_read(slice_of(cut, n), &k, &err),
				 STATUS_MALFORMED);
		assert_in_range(err.offset, 0, n);
		free(cut);
	}
}

static void refuses(struct test *t, enum status want, size_t offset)
{
	struct error err = {0};
	struct ticket k;

	assert_int_equal(read_ticket(t, &k, &err), want);
	assert_int_equal(err.offset, offset);
}

static void ticket__wrong_counts_and_versions_are_named(void **state)
{
	struct test *t = *state;

	t->bytes[4] = 2;
	refuses(t, STATUS_UNSUPPORTED, 4);
	build(t);
	memset(t->bytes + 8, 0xff, 4);
	refuses(t, STATUS_MALFORMED, 16);
	build(t);
	memset(t->bytes + 12, 0xff, 4);
	refuses(t, STATUS_MALFORMED, t->payload);
	build(t);
	t->bytes[t->payload] = 'x';
	refuses(t, STATUS_MALFORMED, t->payload);
	build(t);
	t->bytes[t->payload + 6] = 32;
	refuses(t, STATUS_UNSUPPORTED, t->payload + 4);
	build(t);
	t->bytes[t->payload + 8] = HASHES + 1;
	refuses(t, STATUS_MALFORMED, t->payload + 8);
	build(t);
	memset(t->bytes + t->payload + 8, 0xff, 4);
	refuses(t, STATUS_LIMIT, t->payload + 8);
	build(t);
	memset(t->bytes + t->payload + 16, 0xff, 8);
	refuses(t, STATUS_MALFORMED, t->payload + 16);
	build(t);
	t->bytes[HEADER] = 0x31;
	refuses(t, STATUS_MALFORMED, HEADER);
}

static void ticket__a_little_padding_may_follow(void **state)
{
	struct test *t = *state;
	size_t end = t->len;
	struct ticket k;

	t->bytes[t->len++] = 0;
	assert_int_equal(read_ticket(t, &k, NULL), STATUS_OK);
	assert_true(k.signature_holds);
	ticket_release(&k);
	t->bytes[t->len - 1] = 1;
	refuses(t, STATUS_MALFORMED, end);
}

static const struct finding *only_finding(const struct test *t)
{
	assert_int_equal(t->findings.count, 1);
	return &t->findings.items[0];
}

static void ticket__what_it_says_is_never_more_than_it_proves(void **state)
{
	struct test *t = *state;
	uint8_t hash[20];
	struct slice cdhash = slice_of(hash, 20);
	struct ticket k;
	struct value v;

	cdhash_of(1, hash);
	assert_int_equal(read_ticket(t, &k, NULL), STATUS_OK);
	v = ticket_describe(t->pool, &k, &cdhash, 1, &t->report);
	assert_false(value_get(v, "verified").as.boolean);
	assert_true(slice_is(value_slice(value_get(v, "covers")), "all"));
	assert_non_null(
		strstr((const char *)value_slice(value_get(v, "meaning")).ptr,
		       "proves nothing"));
	assert_string_equal(only_finding(t)->id, "ticket_invalid");
	value_release(t->pool, v);
	ticket_release(&k);
}

/* As if its chain had been Apple's: which words are chosen then. */
static void ticket__a_genuine_one_of_other_code_is_found(void **state)
{
	struct test *t = *state;
	uint8_t hash[2][20];
	const struct slice cdhashes[2] = {slice_of(hash[0], 20),
					  slice_of(hash[1], 20)};
	struct ticket k;
	struct value v;

	cdhash_of(7, hash[0]);
	cdhash_of(0, hash[1]);
	assert_int_equal(read_ticket(t, &k, NULL), STATUS_OK);
	k.trusted = true;
	k.why = NULL;
	v = ticket_describe(t->pool, &k, cdhashes, 2, &t->report);
	assert_true(slice_is(value_slice(value_get(v, "covers")), "some"));
	assert_int_equal(value_count(value_get(v, "covered")), 1);
	assert_int_equal(t->findings.count, 0);
	value_release(t->pool, v);
	v = ticket_describe(t->pool, &k, cdhashes, 1, &t->report);
	assert_true(slice_is(value_slice(value_get(v, "covers")), "none"));
	assert_string_equal(only_finding(t)->id, "ticket_covers_other_code");
	value_release(t->pool, v);
	ticket_release(&k);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ticket__a_made_one_holds_and_is_not_trusted),
		TEST(ticket__a_changed_byte_never_holds),
		TEST(ticket__cut_anywhere_it_is_refused),
		TEST(ticket__wrong_counts_and_versions_are_named),
		TEST(ticket__a_little_padding_may_follow),
		TEST(ticket__what_it_says_is_never_more_than_it_proves),
		TEST(ticket__a_genuine_one_of_other_code_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
