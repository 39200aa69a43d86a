#include "fixture.h"

static struct page_result verify(struct fixture *f, uint32_t from,
				 uint32_t count, enum status want)
{
	struct page_result result;

	assert_int_equal(pages_verify(&f->slice, signature_best(&f->sig), from,
				      count, NULL, &result, &f->err),
			 want);
	return result;
}

static void pagehash__untouched_code_matches_under_every_directory(void **state)
{
	static const char *const names[] = {"adhoc", "sha1", "sha384",
					    "two-digests", "constrained"};
	struct page_result result;
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		fixture_load(&f, names[i]);
		fixture_read(&f, 0);
		for (size_t k = 0; k < f.sig.directory_count; k++) {
			assert_int_equal(pages_verify(&f.slice,
						      &f.sig.directories[k], 0,
						      2, NULL, &result, &f.err),
					 STATUS_OK);
			assert_int_equal(result.pages, 2);
			assert_int_equal(result.bytes, FIXTURE_SIGNATURE);
			assert_int_equal(result.mismatches, 0);
		}
		fixture_release(&f);
	}
}

static void pagehash__one_flipped_bit_is_found_with_its_page(void **state)
{
	static const size_t places[] = {0x40, 4095, 4096,
					FIXTURE_SIGNATURE - 1};
	struct page_result result;
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		fixture_load(&f, "fat");
		/* The second slice begins at 20480, its pages with it. */
		fixture_slices(&f);
		f.bytes[f.macho.slices[1].offset + places[i]] ^= 1;
		fixture_read(&f, 1);
		result = verify(&f, 0, 2, STATUS_OK);
		assert_int_equal(result.mismatches, 1);
		assert_int_equal(result.kept[0], places[i] / 4096);
		pages_report(signature_best(&f.sig), &result,
			     f.macho.slices[1].offset, &f.report);
		assert_finding(&f, "page_hash_differs");
		assert_int_equal(find_finding(&f, "page_hash_differs")->offset,
				 f.macho.slices[1].offset +
					 places[i] / 4096 * 4096);
		fixture_release(&f);
	}
}

static void pagehash__halves_add_up_to_the_whole(void **state)
{
	struct page_result low, high;
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	f.bytes[4100] ^= 0x80;
	fixture_read(&f, 0);
	low = verify(&f, 0, 1, STATUS_OK);
	high = verify(&f, 1, 1, STATUS_OK);
	assert_int_equal(low.bytes, 4096);
	assert_int_equal(high.bytes, 16);
	assert_int_equal(low.mismatches, 0);
	assert_int_equal(high.mismatches, 1);
	assert_int_equal(high.kept[0], 1);
	assert_int_equal(verify(&f, 1, 2, STATUS_MALFORMED).pages, 0);
	verify(&f, UINT32_MAX, 1, STATUS_MALFORMED);
	fixture_release(&f);
}

/* One hash over everything: pageSize 0, as Security allows it. */
static void pagehash__a_page_size_of_zero_is_one_page(void **state)
{
	struct page_result result;
	struct fixture f;
	uint8_t *cd;
	uint8_t digest[CD_HASH_BYTES_MAX];

	(void)state;
	fixture_load(&f, "adhoc");
	cd = fixture_blob(&f, SLOT_CODE_DIRECTORY);
	cd[39] = 0;
	put_be32(cd + 28, 1);
	assert_int_equal(cd_hash(CD_HASH_SHA256,
				 slice_of(f.bytes, FIXTURE_SIGNATURE), digest),
			 32);
	memcpy(cd + get_be32(cd + 16), digest, 32);
	fixture_read(&f, 0);
	result = verify(&f, 0, 1, STATUS_OK);
	assert_int_equal(result.mismatches, 0);
	assert_int_equal(result.bytes, FIXTURE_SIGNATURE);
	fixture_release(&f);
}

struct watched {
	uint64_t bytes;
	unsigned asked;
};

static bool stop(void *context)
{
	((struct watched *)context)->asked++;
	return true;
}

static void count(void *context, uint64_t bytes)
{
	((struct watched *)context)->bytes += bytes;
}

static void pagehash__the_watcher_is_told_and_can_stop_it(void **state)
{
	struct watched watched = {0, 0};
	struct page_watch watch = {.done = count, .context = &watched};
	struct page_result result;
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	fixture_read(&f, 0);
	assert_int_equal(pages_verify(&f.slice, signature_best(&f.sig), 0, 2,
				      &watch, &result, &f.err),
			 STATUS_OK);
	assert_int_equal(watched.bytes, FIXTURE_SIGNATURE);
	watch.cancelled = stop;
	assert_int_equal(pages_verify(&f.slice, signature_best(&f.sig), 0, 2,
				      &watch, &result, &f.err),
			 STATUS_CANCELLED);
	assert_int_equal(watched.asked, 1);
	fixture_release(&f);
}

static void pagehash__special_slots_tell_all_cases_apart(void **state)
{
	const struct code_directory *cd;
	struct fixture f;

	(void)state;
	fixture_load(&f, "tool");
	fixture_read(&f, 0);
	cd = signature_best(&f.sig);
	assert_int_equal(special_check(cd, 1, f.sig.info_plist),
			 SPECIAL_MATCHES);
	assert_int_equal(special_check(cd, 1, SLICE_LITERAL("other")),
			 SPECIAL_DIFFERS);
	assert_int_equal(special_check(cd, 1, slice_of(NULL, 0)),
			 SPECIAL_NO_CONTENT);
	assert_int_equal(special_check(cd, 3, SLICE_LITERAL("a")),
			 SPECIAL_NO_HASH);
	assert_int_equal(special_check(cd, 3, slice_of(NULL, 0)), SPECIAL_NONE);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			pagehash__untouched_code_matches_under_every_directory),
		cmocka_unit_test(
			pagehash__one_flipped_bit_is_found_with_its_page),
		cmocka_unit_test(pagehash__halves_add_up_to_the_whole),
		cmocka_unit_test(pagehash__a_page_size_of_zero_is_one_page),
		cmocka_unit_test(pagehash__the_watcher_is_told_and_can_stop_it),
		cmocka_unit_test(pagehash__special_slots_tell_all_cases_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
