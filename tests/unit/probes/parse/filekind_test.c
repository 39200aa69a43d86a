#include "fixture.h"

#include "probes/parse/filekind.h"

#define KIND(text) file_kind_of(SLICE_LITERAL(text))

static void filekind__what_begins_with_a_magic_is_named(void **state)
{
	(void)state;
	assert_int_equal(KIND(""), FILE_KIND_EMPTY);
	assert_int_equal(KIND("\xcf\xfa\xed\xfe"), FILE_KIND_MACHO);
	assert_int_equal(KIND("\xfe\xed\xfa\xce"), FILE_KIND_MACHO);
	assert_int_equal(KIND("\xca\xfe\xba\xbf"), FILE_KIND_FAT64);
	assert_int_equal(KIND("dyld_v1  arm64e"), FILE_KIND_DYLD_CACHE);
	assert_int_equal(KIND("!<arch>\n"), FILE_KIND_ARCHIVE);
	assert_int_equal(KIND("\x7f"
			      "ELF\2"),
			 FILE_KIND_ELF);
	assert_int_equal(KIND("#!/bin/sh\n"), FILE_KIND_SCRIPT);
	assert_int_equal(KIND("PK\x03\x04"), FILE_KIND_ZIP);
	assert_int_equal(KIND("xar!"), FILE_KIND_XAR);
	assert_int_equal(KIND("bplist00"), FILE_KIND_BPLIST);
	assert_int_equal(KIND(" \n<plist version="), FILE_KIND_XML);
	assert_int_equal(KIND(" {\"a\": 1}"), FILE_KIND_JSON);
	assert_int_equal(KIND("\x30\x82\x12\x34\x06"), FILE_KIND_DER);
	assert_int_equal(KIND("\x30\x80\x16\x04IMG4.........."),
			 FILE_KIND_IMG4);
	assert_int_equal(KIND("some words\n"), FILE_KIND_TEXT);
	assert_int_equal(KIND("\x01\x02\x03"), FILE_KIND_UNKNOWN);
}

/* Both begin with cafebabe: a class has a version of 45 or more where a fat
 * file counts its slices. */
static void filekind__a_java_class_is_no_fat_file(void **state)
{
	(void)state;
	assert_int_equal(KIND("\xca\xfe\xba\xbe\0\0\0\x34\0\x1d\x0a\0"),
			 FILE_KIND_JAVA_CLASS);
	/* A preview of Java: minor version ffff. */
	assert_int_equal(KIND("\xca\xfe\xba\xbe\xff\xff\0\x41\0\x1d\x0a\0"),
			 FILE_KIND_JAVA_CLASS);
	assert_int_equal(KIND("\xca\xfe\xba\xbe\0\0\0\2\1\0\0\7"),
			 FILE_KIND_FAT);
	/* 64 slices, the first for arm64 and aligned to 2^14. */
	assert_int_equal(
		KIND("\xca\xfe\xba\xbe\0\0\0\x40\1\0\0\x0c\0\0\0\0\0\0\x40\0"
		     "\0\0\x40\0\0\0\0\x0e"),
		FILE_KIND_FAT);
}

static void filekind__every_kind_has_a_text(void **state)
{
	(void)state;
	for (int i = 0; i < FILE_KIND_COUNT; i++)
		assert_true(file_kind_text((enum file_kind)i)[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filekind__what_begins_with_a_magic_is_named),
		cmocka_unit_test(filekind__a_java_class_is_no_fat_file),
		cmocka_unit_test(filekind__every_kind_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
