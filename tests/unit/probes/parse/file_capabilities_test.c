#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/parse/file_capabilities.h"

/* `setcap cap_net_raw,cap_net_admin=ep`, read back with getfattr: version 2. */
static const uint8_t version2[] = {
	1, 0, 0, 2, 0, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

/* cap_net_raw=p, cap_bpf=i for the root of user namespace 100000. */
static const uint8_t version3[] = {
	0, 0, 0, 3, 0,    0x20, 0, 0, 0,    0,    0, 0,
	0, 0, 0, 0, 0x80, 0,    0, 0, 0xa0, 0x86, 1, 0,
};

static const uint8_t version1[] = {1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0};

static void expect(struct slice attribute, const char *const *texts, size_t n)
{
	struct value_pool *pool = value_pool_new();
	struct file_capabilities c;
	struct value list, expected;

	assert_int_equal(file_capabilities_parse(attribute, &c, NULL),
			 STATUS_OK);
	list = file_capabilities_value(pool, &c);
	expected = value_list_of_text(pool, texts, n);
	assert_int_equal(list.type, VALUE_LIST);
	assert_true(value_equal(list, expected));
	value_pool_free(pool);
}

static void file_capabilities__three_versions(void **state)
{
	static const char *const one[] = {"cap_chown=eip"};
	static const char *const two[] = {"cap_net_admin=ep", "cap_net_raw=ep"};
	static const char *const three[] = {"cap_net_raw=p", "cap_bpf=i",
					    "rootid 100000"};

	(void)state;
	expect(slice_of(version1, sizeof(version1)), one, 1);
	expect(slice_of(version2, sizeof(version2)), two, 2);
	expect(slice_of(version3, sizeof(version3)), three, 3);
}

static void file_capabilities__every_other_length_is_refused(void **state)
{
	struct file_capabilities c;
	struct error err;

	(void)state;
	for (size_t n = 0; n < sizeof(version3); n++) {
		assert_int_equal(file_capabilities_parse(slice_of(version3, n),
							 &c, &err),
				 STATUS_MALFORMED);
		if (n < sizeof(version2))
			assert_int_equal(
				file_capabilities_parse(slice_of(version2, n),
							&c, &err),
				STATUS_MALFORMED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_capabilities__three_versions),
		cmocka_unit_test(
			file_capabilities__every_other_length_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
