#include "fixture.h"

static void macho__load_commands_become_facts(void **state)
{
	struct fixture f;
	struct value libraries;

	(void)state;
	fixture_load(&f, "unsigned-arm64");
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_OK);
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64");
	assert_text(known(&f, FACT_FILE_TYPE), "executable");
	assert_text(known(&f, FACT_PLATFORM), "macOS");
	assert_text(known(&f, FACT_MINIMUM_OS), "13.0");
	assert_text(known(&f, FACT_SDK), "14.2.1");
	assert_text(known(&f, FACT_UUID),
		    "A0A1A2A3-A4A5-A6A7-A8A9-AAABACADAEAF");
	assert_text(value_at(known(&f, FACT_RPATHS), 0),
		    "@executable_path/../Frameworks");
	libraries = known(&f, FACT_LIBRARIES);
	assert_int_equal(value_count(libraries), 2);
	assert_text(value_get(value_at(libraries, 0), "version"), "1345.100.2");
	assert_text(value_get(value_at(libraries, 1), "kind"), "weak");
	assert_text(value_get(value_at(libraries, 1), "name"),
		    "/usr/lib/libweak.dylib");
	assert_int_equal(f.code.facts[FACT_CDHASH].state, FACT_ABSENT);
	assert_string_equal(f.code.facts[FACT_CDHASH].reason, "not signed");
	assert_no_findings(&f);
	fixture_release(&f);
}

static void macho__a_library_names_all_its_platforms(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "unsigned-library");
	fixture_read(&f, 0);
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64e");
	assert_text(known(&f, FACT_FILE_TYPE), "dynamic library");
	assert_text(known(&f, FACT_PLATFORM), "macOS, Mac Catalyst");
	assert_text(value_get(value_at(known(&f, FACT_LIBRARIES), 0), "kind"),
		    "reexport");
	assert_slice(f.sig.image.identity, "@rpath/libsmall.dylib");
	fixture_release(&f);
}

static void macho__32_bits_and_big_endian_are_read_alike(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "unsigned-i386");
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_OK);
	assert_text(known(&f, FACT_ARCHITECTURE), "i386");
	assert_text(known(&f, FACT_MINIMUM_OS), "10.6");
	assert_true(known(&f, FACT_ENCRYPTED).as.boolean);
	assert_int_equal(f.sig.image.text.size, 4096);
	fixture_release(&f);

	fixture_load(&f, "unsigned-ppc");
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_OK);
	assert_text(known(&f, FACT_ARCHITECTURE), "ppc7400");
	assert_text(
		value_get(value_at(known(&f, FACT_LIBRARIES), 0), "version"),
		"88.3.3");
	assert_int_equal(f.code.facts[FACT_MINIMUM_OS].state, FACT_ABSENT);
	fixture_release(&f);
}

static void macho__each_slice_is_on_its_own(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "half-signed");
	fixture_read(&f, 0);
	assert_int_equal(f.macho.count, 2);
	assert_true(f.macho.fat);
	assert_text(known(&f, FACT_ARCHITECTURE), "x86_64");
	assert_int_equal(f.sig.kind, SIGNATURE_NONE);
	fixture_release(&f);

	fixture_load(&f, "half-signed");
	fixture_read(&f, 1);
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64");
	assert_int_equal(f.sig.kind, SIGNATURE_PRESENT);
	assert_no_findings(&f);
	fixture_release(&f);
}

static void macho__the_slice_past_the_count_is_seen(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "unsigned-hidden");
	fixture_read(&f, 1);
	assert_int_equal(f.macho.count, 2);
	assert_false(f.macho.slices[0].beyond_count);
	assert_true(f.macho.slices[1].beyond_count);
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64");
	assert_finding(&f, "slice_hidden");
	fixture_release(&f);
}

static void macho__fat64_has_wide_entries(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "unsigned-fat64");
	fixture_read(&f, 1);
	assert_true(f.macho.fat64);
	assert_int_equal(f.macho.count, 2);
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64");
	assert_finding(&f, "fat64");
	fixture_release(&f);
}

/* Entries of struct fat_arch: cputype, cpusubtype, offset, size, align. */
static void macho__slices_that_the_kernel_refuses_are_findings(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "unsigned-fat");
	put_be32(f.bytes + 8 + 20 + 8, 4096); /* where the first one is */
	assert_int_equal(fixture_slices(&f), STATUS_OK);
	assert_finding(&f, "slices_overlap");
	assert_true(f.macho.slices[0].valid);
	assert_false(f.macho.slices[1].valid);
	fixture_release(&f);

	fixture_load(&f, "unsigned-fat");
	memcpy(f.bytes + 8 + 20, f.bytes + 8, 8);
	assert_int_equal(fixture_slices(&f), STATUS_OK);
	assert_finding(&f, "slices_duplicate");
	fixture_release(&f);

	fixture_load(&f, "unsigned-fat");
	put_be32(f.bytes + 8 + 8, 16);
	assert_int_equal(fixture_slices(&f), STATUS_OK);
	assert_finding(&f, "slice_in_header");
	fixture_release(&f);

	fixture_load(&f, "unsigned-fat");
	put_be32(f.bytes + 8 + 12, UINT32_MAX);
	assert_int_equal(fixture_slices(&f), STATUS_OK);
	assert_finding(&f, "slice_out_of_bounds");
	assert_false(f.macho.slices[0].valid);
	assert_true(f.macho.slices[1].valid);
	fixture_release(&f);
}

static void macho__counts_at_their_maxima_are_refused(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "unsigned-fat");
	put_be32(f.bytes + 4, 40); /* 38 of them are zeros */
	assert_int_equal(fixture_slices(&f), STATUS_OK);
	assert_int_equal(f.macho.count, 40);
	assert_finding(&f, "slice_in_header");
	assert_finding(&f, "slices_duplicate");
	assert_true(f.findings.count < 100);
	fixture_release(&f);

	fixture_load(&f, "unsigned-fat");
	put_be32(f.bytes + 4, MACHO_SLICES_MAX);
	assert_int_equal(fixture_slices(&f), STATUS_LIMIT);
	fixture_release(&f);

	fixture_load(&f, "unsigned-fat64");
	put_be32(f.bytes + 4, UINT32_MAX);
	assert_int_equal(fixture_slices(&f), STATUS_LIMIT);
	assert_int_equal(f.err.offset, 4);
	fixture_release(&f);

	fixture_load(&f, "unsigned-fat");
	put_be32(f.bytes + 4, 0);
	assert_int_equal(fixture_slices(&f), STATUS_MALFORMED);
	fixture_release(&f);
}

static void macho__what_is_none_is_named(void **state)
{
	static const uint8_t elf[64] = "\x7f"
				       "ELF";
	struct fixture f;

	(void)state;
	fixture_bytes(&f, elf, sizeof(elf));
	assert_int_equal(fixture_slices(&f), STATUS_UNSUPPORTED);
	assert_non_null(strstr(f.err.message, "an ELF file"));
	fixture_release(&f);
	fixture_bytes(&f, "", 0);
	assert_int_equal(fixture_slices(&f), STATUS_MALFORMED);
	fixture_release(&f);
}

/* The last command, LC_CODE_SIGNATURE: cmd, cmdsize, dataoff, datasize. */
static uint8_t *signature_command(struct fixture *f)
{
	for (size_t i = 32; i < 4096; i += 8)
		if (f->bytes[i] == 0x1d && f->bytes[i + 4] == 16)
			return f->bytes + i;
	fail_msg("no LC_CODE_SIGNATURE");
	return NULL;
}

/* mach_header_64: ncmds at 16, sizeofcmds at 20; then cmd and cmdsize. */
static void macho__a_damaged_command_ends_the_reading_with_its_place(
	void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "adhoc");
	f.bytes[32 + 4] = 7; /* the first command's size */
	memset(f.bytes + 32 + 5, 0, 3);
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_MALFORMED);
	assert_int_equal(f.err.offset, 32);
	assert_finding(&f, "load_command_damaged");
	/* What was not read is not said to be absent. */
	assert_int_equal(f.code.facts[FACT_UUID].state, FACT_FAILED);
	assert_int_equal(f.code.facts[FACT_CDHASH].state, FACT_FAILED);
	assert_text(known(&f, FACT_ARCHITECTURE), "arm64");
	/* Nobody knows that it is unsigned. */
	assert_int_equal(f.sig.kind, SIGNATURE_DAMAGED);
	fixture_release(&f);

	/* The second one ends behind the last. */
	fixture_load(&f, "adhoc");
	f.bytes[32 + f.bytes[32 + 4] + 256 * f.bytes[32 + 5] + 4] = 0xf8;
	f.bytes[32 + f.bytes[32 + 4] + 256 * f.bytes[32 + 5] + 5] = 2;
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_MALFORMED);
	fixture_release(&f);

	/* The last one ends behind their space. */
	fixture_load(&f, "adhoc");
	signature_command(&f)[4] = 24;
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_MALFORMED);
	fixture_release(&f);

	/* The file ends in the midst of them. */
	fixture_load(&f, "adhoc");
	f.len = 32 + 4;
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_MALFORMED);
	assert_non_null(strstr(f.err.message, "the file ends before it"));
	fixture_release(&f);

	fixture_load(&f, "adhoc");
	memset(f.bytes + 16, 0xff, 4);
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_LIMIT);
	fixture_release(&f);

	fixture_load(&f, "adhoc");
	memset(f.bytes + 20, 0xff, 4);
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_LIMIT);
	assert_int_equal(f.err.offset, 20);
	fixture_release(&f);
}

static void macho__a_signature_that_leaves_the_file_is_found(void **state)
{
	struct fixture f;
	uint8_t *command;

	(void)state;
	fixture_load(&f, "adhoc");
	command = signature_command(&f);
	memset(command + 12, 0x7f, 4);
	fixture_read(&f, 0);
	assert_finding(&f, "signature_out_of_bounds");
	/* What is there is still read. */
	assert_int_equal(f.sig.kind, SIGNATURE_PRESENT);
	fixture_release(&f);
}

static void macho__unknown_numbers_stay_numbers(void **state)
{
	char name[MACHO_ARCHITECTURE_BYTES];

	(void)state;
	macho_architecture(0x01000007, 8, name);
	assert_string_equal(name, "x86_64h");
	macho_architecture(0x0100000c, 0x80000002, name);
	assert_string_equal(name, "arm64e");
	macho_architecture(0xffffffff, 0xffffffff, name);
	assert_string_equal(name, "cpu 4294967295 subtype 16777215");
	assert_null(macho_file_type_text(99));
	assert_null(macho_platform_text(UINT32_MAX));
	assert_string_equal(macho_file_type_text(12), "kernel collection");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(macho__load_commands_become_facts),
		cmocka_unit_test(macho__a_library_names_all_its_platforms),
		cmocka_unit_test(macho__32_bits_and_big_endian_are_read_alike),
		cmocka_unit_test(macho__each_slice_is_on_its_own),
		cmocka_unit_test(macho__the_slice_past_the_count_is_seen),
		cmocka_unit_test(macho__fat64_has_wide_entries),
		cmocka_unit_test(
			macho__slices_that_the_kernel_refuses_are_findings),
		cmocka_unit_test(macho__counts_at_their_maxima_are_refused),
		cmocka_unit_test(macho__what_is_none_is_named),
		cmocka_unit_test(
			macho__a_damaged_command_ends_the_reading_with_its_place),
		cmocka_unit_test(
			macho__a_signature_that_leaves_the_file_is_found),
		cmocka_unit_test(macho__unknown_numbers_stay_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
