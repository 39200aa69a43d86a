#include "fixture.h"

static const uint8_t digits[] = "0123456789";

static void bytes__memory_is_read_within_its_bounds(void **state)
{
	struct slice memory = slice_of(digits, 10);
	struct bytes b = bytes_of_slice(&memory);
	struct error err;
	uint8_t buffer[4];

	(void)state;
	assert_int_equal(b.read(&b, 6, 4, buffer, &err), STATUS_OK);
	assert_memory_equal(buffer, "6789", 4);
	assert_int_equal(b.read(&b, 7, 4, buffer, &err), STATUS_MALFORMED);
	assert_int_equal(err.offset, 7);
	assert_int_equal(b.read(&b, UINT64_MAX, 4, buffer, &err),
			 STATUS_MALFORMED);
	assert_int_equal(err.offset, -1);
	assert_int_equal(b.read(&b, 10, 0, buffer, &err), STATUS_OK);
}

static void bytes__a_part_counts_from_its_own_start(void **state)
{
	struct slice memory = slice_of(digits, 10);
	struct bytes whole = bytes_of_slice(&memory), inner, innermost;
	struct bytes_part first, second;
	struct error err;
	uint8_t buffer[4];

	(void)state;
	assert_int_equal(bytes_part_of(&whole, 2, 6, &first, &inner, &err),
			 STATUS_OK);
	assert_int_equal(bytes_part_of(&inner, 1, 4, &second, &innermost, &err),
			 STATUS_OK);
	assert_int_equal(innermost.read(&innermost, 1, 3, buffer, &err),
			 STATUS_OK);
	assert_memory_equal(buffer, "456", 3);
	/* The error's offset is that of the whole. */
	assert_int_equal(inner.read(&inner, 5, 2, buffer, &err),
			 STATUS_MALFORMED);
	assert_int_equal(err.offset, 7);
	assert_int_equal(bytes_part_of(&whole, 5, 6, &first, &inner, &err),
			 STATUS_MALFORMED);
	assert_int_equal(
		bytes_part_of(&whole, 5, UINT64_MAX, &first, &inner, &err),
		STATUS_MALFORMED);
}

static void bytes__a_length_is_checked_before_memory_is_asked_for(void **state)
{
	struct slice memory = slice_of(digits, 10);
	struct bytes b = bytes_of_slice(&memory);
	struct error err;
	uint8_t *out = NULL;

	(void)state;
	assert_int_equal(
		bytes_load(&b, 0, (size_t)1 << 40, (size_t)1 << 41, &out, &err),
		STATUS_MALFORMED);
	assert_int_equal(bytes_load(&b, 0, 9, 8, &out, &err), STATUS_LIMIT);
	assert_null(out);
	assert_int_equal(bytes_load(&b, 1, 8, 8, &out, &err), STATUS_OK);
	assert_memory_equal(out, "12345678", 8);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes__memory_is_read_within_its_bounds),
		cmocka_unit_test(bytes__a_part_counts_from_its_own_start),
		cmocka_unit_test(
			bytes__a_length_is_checked_before_memory_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
