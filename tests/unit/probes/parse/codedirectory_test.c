#include "fixture.h"

/* Offsets in CS_CodeDirectory, cs_blobs.h. */
enum {
	AT_VERSION = 8,
	AT_HASH_OFFSET = 16,
	AT_IDENT_OFFSET = 20,
	AT_SPECIALS = 24,
	AT_PAGES = 28,
	AT_LIMIT = 32,
	AT_HASH_SIZE = 36,
	AT_HASH_TYPE = 37,
	AT_PAGE_SHIFT = 39,
	AT_SCATTER = 44,
	AT_TEAM_OFFSET = 48,
	AT_LIMIT_64 = 56,
};

static const struct code_directory *first(const struct fixture *f)
{
	assert_true(f->sig.directory_count > 0);
	return &f->sig.directories[0];
}

static void codedirectory__all_fields_are_read(void **state)
{
	struct fixture f;
	const struct code_directory *cd;
	struct value v;

	(void)state;
	fixture_load(&f, "entitled");
	fixture_read(&f, 0);
	cd = first(&f);
	assert_int_equal(cd->version, 0x20500);
	assert_int_equal(cd->flags, CD_FLAG_ADHOC | CD_FLAG_RUNTIME);
	assert_slice(cd->identifier, "org.example.entitled");
	assert_slice(cd->team, "TESTTEAM01");
	assert_int_equal(cd->code_limit, FIXTURE_SIGNATURE);
	assert_int_equal(cd->page_count, 2);
	assert_int_equal(cd->special_count, 7);
	assert_int_equal(cd->page_shift, 12);
	assert_int_equal(cd->runtime_version, 0x0e0201);
	v = value_at(known(&f, FACT_CODE_DIRECTORIES), 0);
	assert_text(value_get(v, "runtime_version"), "14.2.1");
	assert_text(value_get(v, "version"), "0x20500");
	assert_int_equal(value_get(v, "page_bytes").as.integer, 4096);
	assert_text(
		value_get(value_get(v, "special_hashes"), "entitlements_der"),
		"0b42c5323ac56dd6763c75e44cd39a820c21024348dca606a5cd072a"
		"68e65595");
	fixture_release(&f);
}

/* The kernel's ranks: SHA-384 over SHA-256 over SHA-1. */
static void codedirectory__the_kernel_takes_the_best(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "two-digests");
	fixture_read(&f, 0);
	assert_int_equal(f.sig.directory_count, 2);
	assert_int_equal(f.sig.best, 1);
	assert_text(known(&f, FACT_CDHASH),
		    "8ea2e1fbee7a1905853c84d3b09c689895947b53");
	assert_int_equal(value_count(known(&f, FACT_CDHASHES)), 2);
	assert_true(cd_hash_rank(CD_HASH_SHA384) >
		    cd_hash_rank(CD_HASH_SHA256));
	assert_true(cd_hash_rank(CD_HASH_SHA256) >
		    cd_hash_rank(CD_HASH_SHA256_TRUNCATED));
	assert_true(cd_hash_rank(CD_HASH_SHA256_TRUNCATED) >
		    cd_hash_rank(CD_HASH_SHA1));
	assert_int_equal(cd_hash_rank(CD_HASH_SHA512), 0);
	fixture_release(&f);
}

static void codedirectory__a_truncated_hash_is_stored_in_20_bytes(void **state)
{
	static const char expected[] = "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41"
				       "\x41\x40\xde\x5d\xae\x22\x23\xb0\x03"
				       "\x61\xa3"; /* FIPS 180-2: "abc" */
	uint8_t out[CD_HASH_BYTES_MAX];

	(void)state;
	assert_int_equal(
		cd_hash(CD_HASH_SHA256_TRUNCATED, SLICE_LITERAL("abc"), out),
		20);
	assert_memory_equal(out, expected, 20);
	assert_int_equal(cd_hash(99, SLICE_LITERAL("abc"), out), 0);
}

struct change {
	size_t at, len;
	uint32_t value;
	const char *finding;
};

static void spoil(const char *name, const struct change *c)
{
	struct fixture f;
	uint8_t *cd;

	fixture_load(&f, name);
	cd = fixture_blob(&f, SLOT_CODE_DIRECTORY);
	if (c->len == 1)
		cd[c->at] = (uint8_t)c->value;
	else
		put_be32(cd + c->at, c->value);
	fixture_read(&f, 0);
	if (!find_finding(&f, c->finding))
		fail_msg("%s with %#x at %zu: no finding %s", name, c->value,
			 c->at, c->finding);
	assert_true(find_finding(&f, c->finding)->offset >= 4096);
	fixture_release(&f);
}

static void codedirectory__fields_at_their_bounds_are_findings(void **state)
{
	static const struct change changes[] = {
		{AT_VERSION, 4, 0x20000, "code_directory_version"},
		{AT_VERSION, 4, UINT32_MAX, "code_directory_version"},
		{AT_HASH_OFFSET, 4, 0, "code_directory_bounds"},
		{AT_HASH_OFFSET, 4, UINT32_MAX, "code_directory_bounds"},
		{AT_HASH_OFFSET, 4, 100, "code_directory_bounds"},
		{AT_IDENT_OFFSET, 4, 0, "code_directory_string"},
		{AT_IDENT_OFFSET, 4, UINT32_MAX, "code_directory_string"},
		{AT_SPECIALS, 4, UINT32_MAX, "code_directory_bounds"},
		{AT_PAGES, 4, UINT32_MAX, "code_directory_bounds"},
		{AT_PAGES, 4, 1, "code_directory_page_count"},
		{AT_LIMIT, 4, UINT32_MAX, "code_limit"},
		{AT_LIMIT, 4, 4096, "code_not_covered"},
		{AT_LIMIT_64, 4, 1, "code_limit"},
		{AT_HASH_SIZE, 1, 0, "code_directory_hash_size"},
		{AT_HASH_SIZE, 1, 255, "code_directory_hash_size"},
		{AT_HASH_TYPE, 1, 0, "code_directory_hash_type"},
		{AT_HASH_TYPE, 1, 255, "code_directory_hash_type"},
		{AT_PAGE_SHIFT, 1, 32, "code_directory_page_size"},
		{AT_PAGE_SHIFT, 1, 255, "code_directory_page_size"},
		{AT_PAGE_SHIFT, 1, 0, "code_directory_page_count"},
		{AT_SCATTER, 4, UINT32_MAX, "code_directory_scatter"},
		{AT_TEAM_OFFSET, 4, 0x7fffffff, "code_directory_string"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		spoil("entitled", &changes[i]);
}

/* A CodeDirectory without hashes, of any version: 112 bytes and its strings. */
static void version(uint32_t number, struct code_directory *out,
		    struct findings *findings)
{
	static uint8_t cd[160];
	struct report report = {findings, SLICE_LITERAL("test")};
	struct blob blob = {.magic = BLOB_CODE_DIRECTORY,
			    .length = sizeof(cd),
			    .bytes = slice_of(cd, sizeof(cd)),
			    .valid = true};
	struct error err;

	memset(cd, 0, sizeof(cd));
	put_be32(cd, BLOB_CODE_DIRECTORY);
	put_be32(cd + 4, sizeof(cd));
	put_be32(cd + AT_VERSION, number);
	put_be32(cd + AT_HASH_OFFSET, 160);
	put_be32(cd + AT_IDENT_OFFSET, 112);
	memcpy(cd + 112, "name", 5);
	memcpy(cd + 120, "TEAM", 5);
	cd[AT_HASH_SIZE] = 32;
	cd[AT_HASH_TYPE] = CD_HASH_SHA256;
	cd[AT_PAGE_SHIFT] = 12;
	put_be32(cd + AT_TEAM_OFFSET, 120);
	put_be32(cd + 64 + 4, 0x4000); /* executable segment: base, limit */
	put_be32(cd + 72 + 4, 0x8000);
	put_be32(cd + 80 + 4, CD_EXEC_MAIN_BINARY | CD_EXEC_JIT);
	put_be32(cd + 88, 0x0d0102); /* runtime */
	cd[96] = CD_HASH_SHA256;     /* linkage: hash, type, sub-type ... */
	cd[97] = 2;
	cd[99] = 3;
	put_be32(cd + 100, 130); /* ... offset, size */
	put_be32(cd + 104, 8);
	assert_int_equal(code_directory_read(&blob, 0, &report, out, &err),
			 STATUS_OK);
	assert_slice(out->identifier, "name");
}

/* What a version does not have is not read from what stands there. */
static void codedirectory__each_version_has_its_own_fields(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct code_directory cd;
	struct findings findings;

	(void)state;
	findings_init(&findings, pool);
	version(0x20001, &cd, &findings);
	assert_null(cd.team.ptr);
	assert_int_equal(cd.exec_limit, 0);
	version(0x20100, &cd, &findings);
	assert_null(cd.team.ptr);
	version(0x20200, &cd, &findings);
	assert_slice(cd.team, "TEAM");
	assert_int_equal(cd.exec_limit, 0);
	version(0x20400, &cd, &findings);
	assert_int_equal(cd.exec_base, 0x4000);
	assert_int_equal(cd.exec_limit, 0x8000);
	assert_int_equal(cd.exec_flags, CD_EXEC_MAIN_BINARY | CD_EXEC_JIT);
	assert_int_equal(cd.runtime_version, 0);
	version(0x20500, &cd, &findings);
	assert_int_equal(cd.runtime_version, 0x0d0102);
	assert_int_equal(cd.linkage_size, 0);
	version(0x20600, &cd, &findings);
	assert_int_equal(cd.linkage_hash_type, CD_HASH_SHA256);
	assert_int_equal(cd.linkage_application_type, 2);
	assert_int_equal(cd.linkage_application_subtype, 3);
	assert_int_equal(cd.linkage_offset, 130);
	assert_int_equal(cd.linkage_size, 8);
	assert_int_equal(findings.count, 0);
	version(0x2f000, &cd, &findings);
	assert_int_equal(findings.count, 0);
	version(0x2f001, &cd, &findings);
	assert_string_equal(findings.items[0].id, "code_directory_version");
	findings_release(&findings);
	value_pool_free(pool);
}

/* Special hashes that would lie over the header itself. */
static void codedirectory__special_hashes_leave_the_header_alone(void **state)
{
	struct fixture f;
	uint8_t *cd;

	(void)state;
	fixture_load(&f, "entitled");
	cd = fixture_blob(&f, SLOT_CODE_DIRECTORY);
	put_be32(cd + AT_SPECIALS, get_be32(cd + AT_HASH_OFFSET) / 32);
	fixture_read(&f, 0);
	assert_finding(&f, "code_directory_bounds");
	assert_false(first(&f)->specials_ok);
	assert_true(first(&f)->pages_ok);
	fixture_release(&f);
}

static void codedirectory__slot_0_goes_first_wherever_it_stands(void **state)
{
	struct fixture f;
	uint8_t *index, *alternate, entry[8];

	(void)state;
	fixture_load(&f, "two-digests");
	index = f.bytes + FIXTURE_SIGNATURE + 12;
	for (alternate = index; get_be32(alternate) != SLOT_ALTERNATE;)
		alternate += 8;
	memcpy(entry, index, 8);
	memcpy(index, alternate, 8);
	memcpy(alternate, entry, 8);
	fixture_read(&f, 0);
	assert_true(f.sig.has_primary);
	assert_int_equal(f.sig.directory_count, 2);
	assert_int_equal(f.sig.directories[0].slot, SLOT_CODE_DIRECTORY);
	assert_int_equal(f.sig.directories[1].slot, SLOT_ALTERNATE);
	assert_int_equal(f.sig.best, 1);
	fixture_release(&f);
}

/* Without its NUL an identifier would go on into the hashes. */
static void codedirectory__an_identifier_must_end(void **state)
{
	struct fixture f;
	uint8_t *cd;
	uint32_t len;

	(void)state;
	fixture_load(&f, "adhoc");
	cd = fixture_blob(&f, SLOT_CODE_DIRECTORY);
	len = get_be32(cd + 4);
	memset(cd + get_be32(cd + AT_IDENT_OFFSET), 'x',
	       len - get_be32(cd + AT_IDENT_OFFSET));
	fixture_read(&f, 0);
	assert_finding(&f, "code_directory_string");
	assert_int_equal(f.code.facts[FACT_CODE_IDENTIFIER].state, FACT_FAILED);
	fixture_release(&f);
}

static void codedirectory__what_two_say_must_agree(void **state)
{
	struct fixture f;
	uint8_t *cd;

	(void)state;
	fixture_load(&f, "two-digests");
	cd = fixture_blob(&f, SLOT_ALTERNATE);
	cd[get_be32(cd + AT_IDENT_OFFSET)] = 'X';
	fixture_read(&f, 0);
	assert_finding(&f, "code_directories_differ");
	fixture_release(&f);

	fixture_load(&f, "two-digests");
	cd = fixture_blob(&f, SLOT_ALTERNATE);
	cd[15] ^= 2; /* flags */
	fixture_read(&f, 0);
	assert_finding(&f, "code_directories_differ");
	fixture_release(&f);

	fixture_load(&f, "two-digests");
	fixture_read(&f, 0);
	assert_no_findings(&f);
	fixture_release(&f);
}

static void codedirectory__alternates_alone_are_unsigned_for_security(
	void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "two-digests");
	/* Slot 0 becomes an unknown one. */
	put_be32(f.bytes + FIXTURE_SIGNATURE + 12, 0x77);
	fixture_read(&f, 0);
	assert_false(f.sig.has_primary);
	assert_finding(&f, "only_alternate_directories");
	assert_text(known(&f, FACT_CDHASH),
		    "8ea2e1fbee7a1905853c84d3b09c689895947b53");
	fixture_release(&f);

	fixture_load(&f, "two-digests");
	for (uint8_t *at = f.bytes + FIXTURE_SIGNATURE + 12;; at += 8)
		if (get_be32(at) == SLOT_ALTERNATE) {
			put_be32(at, SLOT_ALTERNATE + 2);
			break;
		}
	fixture_read(&f, 0);
	assert_finding(&f, "alternate_gap");
	fixture_release(&f);
}

static void codedirectory__bits_without_a_name_stay_visible(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct value v = code_directory_flags(pool, 0x10002 | 0x400000);

	(void)state;
	assert_int_equal(value_count(v), 3);
	assert_text(value_at(v, 0), "adhoc");
	assert_text(value_at(v, 1), "runtime");
	assert_text(value_at(v, 2), "0x400000");
	value_release(pool, v);
	v = code_directory_exec_flags(pool, 0x1 | 0x10);
	assert_text(value_at(v, 1), "allow-unsigned");
	value_release(pool, v);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codedirectory__all_fields_are_read),
		cmocka_unit_test(codedirectory__the_kernel_takes_the_best),
		cmocka_unit_test(
			codedirectory__a_truncated_hash_is_stored_in_20_bytes),
		cmocka_unit_test(
			codedirectory__fields_at_their_bounds_are_findings),
		cmocka_unit_test(
			codedirectory__each_version_has_its_own_fields),
		cmocka_unit_test(
			codedirectory__special_hashes_leave_the_header_alone),
		cmocka_unit_test(
			codedirectory__slot_0_goes_first_wherever_it_stands),
		cmocka_unit_test(codedirectory__an_identifier_must_end),
		cmocka_unit_test(codedirectory__what_two_say_must_agree),
		cmocka_unit_test(
			codedirectory__alternates_alone_are_unsigned_for_security),
		cmocka_unit_test(
			codedirectory__bits_without_a_name_stay_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
