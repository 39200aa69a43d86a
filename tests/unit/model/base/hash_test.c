#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/base/hash.h"

/* What CPython 3.11 says with PYTHONHASHSEED=0, whose key is zero and whose
 * hash of bytes is SipHash-1-3. */
static void hash__is_siphash_1_3(void **state)
{
	static const struct {
		const char *bytes;
		uint64_t hash;
	} cases[] = {
		{"a", UINT64_C(0x407448d2b89b1813)},
		{"1234567", UINT64_C(0xa33d651594fdae81)},
		{"12345678", UINT64_C(0x3489982430560a87)},
		{"chromium", UINT64_C(0x7353b4fe0a64b23b)},
		{"123456789", UINT64_C(0xfbc0f0007965fcf)},
		{"/usr/bin/chromium", UINT64_C(0xde88845e154c7ee)},
	};
	struct hash_key zero = {0, 0};
	uint8_t many[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_true(hash_bytes(&zero, slice_text(cases[i].bytes)) ==
			    cases[i].hash);
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = (uint8_t)i;
	assert_true(hash_bytes(&zero, slice_of(many, sizeof(many))) ==
		    UINT64_C(0x75e05fd5bbc870c6));
}

static void hash__both_halves_of_the_key_count(void **state)
{
	struct hash_key keys[] = {{0, 0}, {1, 0}, {0, 1}};
	struct slice bytes = SLICE_LITERAL("chromium");

	(void)state;
	assert_true(hash_bytes(&keys[0], bytes) != hash_bytes(&keys[1], bytes));
	assert_true(hash_bytes(&keys[0], bytes) != hash_bytes(&keys[2], bytes));
	assert_true(hash_bytes(&keys[1], bytes) != hash_bytes(&keys[2], bytes));
}

static void hash__two_tables_have_two_keys(void **state)
{
	int a = 0, b = 0;
	struct hash_key one = hash_key_new(&a), two = hash_key_new(&b);

	(void)state;
	assert_true(one.low != two.low || one.high != two.high);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash__is_siphash_1_3),
		cmocka_unit_test(hash__both_halves_of_the_key_count),
		cmocka_unit_test(hash__two_tables_have_two_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
