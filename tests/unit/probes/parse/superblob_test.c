#include "fixture.h"

static void superblob__every_slot_is_given(void **state)
{
	struct fixture f;
	const struct superblob *s = &f.sig.super;

	(void)state;
	fixture_load(&f, "constrained");
	fixture_read(&f, 0);
	assert_int_equal(s->count, 7);
	assert_int_equal(s->file_offset, FIXTURE_SIGNATURE);
	assert_non_null(superblob_find(s, SLOT_CODE_DIRECTORY));
	assert_non_null(superblob_find(s, SLOT_CONSTRAINT_LIBRARY));
	assert_null(superblob_find(s, SLOT_ENTITLEMENTS));
	assert_int_equal(superblob_find(s, SLOT_CMS)->length, 8);
	assert_int_equal(blob_content(superblob_find(s, SLOT_CMS)).len, 0);
	assert_no_findings(&f);
	fixture_release(&f);
}

static void superblob__an_unknown_slot_is_kept_and_named(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	/* The last entry of the index is the CMS. */
	put_be32(f.bytes + FIXTURE_SIGNATURE + 12 + 16, 0x12345);
	fixture_read(&f, 0);
	assert_non_null(superblob_find(&f.sig.super, 0x12345));
	assert_finding(&f, "blob_unknown");
	assert_non_null(
		strstr((const char *)value_slice(
			       find_finding(&f, "blob_unknown")->message)
			       .ptr,
		       "0x12345"));
	fixture_release(&f);
}

static void superblob__blobs_out_of_bounds_have_their_offset(void **state)
{
	static const uint32_t offsets[] = {0, 0x7fffffff, UINT32_MAX,
					   0xfffffff8};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		fixture_load(&f, "adhoc");
		put_be32(f.bytes + FIXTURE_SIGNATURE + 12 + 8 + 4, offsets[i]);
		fixture_read(&f, 0);
		if (offsets[i]) {
			assert_finding(&f, "blob_out_of_bounds");
			assert_int_equal(
				find_finding(&f, "blob_out_of_bounds")->offset,
				FIXTURE_SIGNATURE + (int64_t)offsets[i]);
		} else {
			assert_finding(&f, "blob_in_index");
		}
		assert_int_equal(f.sig.kind, SIGNATURE_PRESENT);
		fixture_release(&f);
	}
}

static void superblob__lengths_at_their_maxima(void **state)
{
	static const uint32_t lengths[] = {0, 7, 0x7fffffff, UINT32_MAX};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		fixture_load(&f, "adhoc");
		put_be32(fixture_blob(&f, SLOT_REQUIREMENTS) + 4, lengths[i]);
		fixture_read(&f, 0);
		assert_finding(&f, "blob_out_of_bounds");
		assert_int_equal(f.code.facts[FACT_REQUIREMENTS].state,
				 FACT_ABSENT);
		assert_finding(&f, "special_without_blob");
		fixture_release(&f);
	}
	/* The last blob, one byte longer than there is. */
	fixture_load(&f, "adhoc");
	put_be32(fixture_blob(&f, SLOT_CMS) + 4, 9);
	fixture_read(&f, 0);
	assert_finding(&f, "blob_out_of_bounds");
	assert_null(superblob_find(&f.sig.super, SLOT_CMS));
	fixture_release(&f);

	fixture_load(&f, "adhoc");
	put_be32(f.bytes + FIXTURE_SIGNATURE + 4, UINT32_MAX);
	fixture_read(&f, 0);
	assert_finding(&f, "signature_length");
	assert_int_equal(f.sig.kind, SIGNATURE_PRESENT);
	fixture_release(&f);
}

static void superblob__a_count_at_its_maximum_reads_what_there_is(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	put_be32(f.bytes + FIXTURE_SIGNATURE + 8, UINT32_MAX);
	fixture_read(&f, 0);
	assert_finding(&f, "signature_count");
	assert_int_equal(find_finding(&f, "signature_count")->offset,
			 FIXTURE_SIGNATURE + 8);
	assert_true(f.sig.super.count <= SUPERBLOB_BLOBS_MAX);
	assert_int_equal(f.sig.kind, SIGNATURE_PRESENT);
	fixture_release(&f);
}

static void superblob__overlaps_and_duplicates_are_findings(void **state)
{
	struct fixture f;
	uint8_t *index;

	(void)state;
	fixture_load(&f, "entitled");
	index = f.bytes + FIXTURE_SIGNATURE + 12;
	/* The DER entitlements where the XML ones are. */
	put_be32(index + 3 * 8 + 4, get_be32(index + 2 * 8 + 4));
	fixture_read(&f, 0);
	assert_message(&f, "blobs_overlap",
		       "The blobs of entitlements and entitlements_der "
		       "overlap.");
	assert_finding(&f, "blob_magic");
	assert_finding(&f, "special_hash_differs");
	fixture_release(&f);

	fixture_load(&f, "entitled");
	index = f.bytes + FIXTURE_SIGNATURE + 12;
	put_be32(index + 3 * 8, SLOT_ENTITLEMENTS);
	fixture_read(&f, 0);
	assert_message(&f, "blob_twice",
		       "The signature has two blobs of entitlements.");
	fixture_release(&f);

	fixture_load(&f, "entitled");
	index = f.bytes + FIXTURE_SIGNATURE + 12;
	put_be32(index + 3 * 8, SLOT_REQUIREMENTS);
	put_be32(index + 1 * 8, SLOT_ENTITLEMENTS_DER);
	fixture_read(&f, 0);
	assert_finding(&f, "blobs_unordered");
	fixture_release(&f);
}

static void superblob__what_is_none_is_an_error_with_its_place(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	put_be32(f.bytes + FIXTURE_SIGNATURE, 0xfade7171);
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_MALFORMED);
	assert_int_equal(f.err.offset, FIXTURE_SIGNATURE);
	assert_int_equal(f.sig.kind, SIGNATURE_DAMAGED);
	assert_int_equal(f.code.facts[FACT_CDHASH].state, FACT_FAILED);
	/* The Mach-O header is still read. */
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64");
	fixture_release(&f);
}

static void superblob__padding_that_is_not_zero_is_noted(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	f.bytes[f.len - 1] = 1;
	fixture_read(&f, 0);
	assert_finding(&f, "signature_padding");
	fixture_release(&f);
}

/* The kernel takes a CodeDirectory in place of a SuperBlob. */
static void superblob__a_lone_code_directory_is_read(void **state)
{
	struct fixture f;
	uint8_t *cd;
	uint32_t len;

	(void)state;
	fixture_load(&f, "adhoc");
	cd = fixture_blob(&f, SLOT_CODE_DIRECTORY);
	len = get_be32(cd + 4);
	memmove(f.bytes + FIXTURE_SIGNATURE, cd, len);
	fixture_read(&f, 0);
	assert_finding(&f, "signature_lone_directory");
	assert_text(known(&f, FACT_CODE_IDENTIFIER), "org.example.adhoc");
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(superblob__every_slot_is_given),
		cmocka_unit_test(superblob__an_unknown_slot_is_kept_and_named),
		cmocka_unit_test(
			superblob__blobs_out_of_bounds_have_their_offset),
		cmocka_unit_test(superblob__lengths_at_their_maxima),
		cmocka_unit_test(
			superblob__a_count_at_its_maximum_reads_what_there_is),
		cmocka_unit_test(
			superblob__overlaps_and_duplicates_are_findings),
		cmocka_unit_test(
			superblob__what_is_none_is_an_error_with_its_place),
		cmocka_unit_test(superblob__padding_that_is_not_zero_is_noted),
		cmocka_unit_test(superblob__a_lone_code_directory_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
