#include "fixture.h"

#include "tests/real/agreement.h"

/* Compares the text of one slice, from its "- path:" line on. */
static unsigned agree(const char *name, size_t index, struct slice text)
{
	struct agreement a = {.blob = 0};
	struct fixture f;

	fixture_load(&f, name);
	fixture_read(&f, index);
	assert_int_equal(f.status, STATUS_OK);
	a.sig = &f.sig;
	agreement_slice(&a, text);
	assert_int_equal(a.differ, 0);
	fixture_release(&f);
	return a.fields;
}

static void signature__every_field_agrees_with_rcodesign(void **state)
{
	static const char *const names[] = {
		"adhoc", "entitled",    "two-digests", "sha384",     "sha1",
		"tool",  "constrained", "fat",         "half-signed"};
	unsigned fields = 0, slices = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct fixture yaml;
		struct slice text;
		char file[64];

		snprintf(file, sizeof(file), "%s.yaml", names[i]);
		fixture_load(&yaml, file);
		text = slice_of(yaml.bytes, yaml.len);
		for (size_t k = 0; text.len; k++, slices++)
			fields += agree(names[i], k, agreement_next(&text));
		fixture_release(&yaml);
	}
	print_message("rcodesign: %u fields of %u slices agree\n", fields,
		      slices);
	assert_int_equal(slices, 11);
	assert_true(fields > 300);
}

static void signature__facts_of_an_entitled_program(void **state)
{
	struct fixture f;
	struct value v;

	(void)state;
	fixture_load(&f, "entitled");
	fixture_read(&f, 0);
	assert_int_equal(f.status, STATUS_OK);
	assert_text(known(&f, FACT_CODE_IDENTIFIER), "org.example.entitled");
	assert_text(known(&f, FACT_TEAM_ID), "TESTTEAM01");
	assert_true(known(&f, FACT_HARDENED_RUNTIME).as.boolean);
	assert_true(known(&f, FACT_GET_TASK_ALLOW).as.boolean);
	/* The runtime brings it, and the entitlement is false. */
	assert_true(known(&f, FACT_LIBRARY_VALIDATION).as.boolean);
	assert_text(known(&f, FACT_RUNTIME_VERSION), "14.2.1");
	v = known(&f, FACT_ENTITLEMENTS);
	assert_int_equal(value_count(v), 5);
	assert_int_equal(value_get(value_get(v, "org.example.nested"), "count")
				 .as.integer,
			 -129);
	assert_true(value_equal(v, known(&f, FACT_ENTITLEMENTS_DER)));
	assert_no_findings(&f);
	fixture_release(&f);
}

static void signature__the_xml_alone_can_take_library_validation_away(
	void **state)
{
	struct fixture f;
	uint8_t *xml;
	uint32_t len, i;

	(void)state;
	fixture_load(&f, "entitled");
	/* Without DER: an unknown slot takes its place. */
	put_be32(f.bytes + FIXTURE_SIGNATURE + 12 + 3 * 8, 0x77);
	xml = fixture_blob(&f, SLOT_ENTITLEMENTS);
	len = get_be32(xml + 4);
	for (i = 0; memcmp(xml + i, "<false/>", 8) != 0; i++)
		assert_true(i < len);
	memcpy(xml + i, "<true/> ", 8);
	fixture_read(&f, 0);
	assert_int_equal(f.code.facts[FACT_ENTITLEMENTS_DER].state,
			 FACT_ABSENT);
	assert_false(known(&f, FACT_LIBRARY_VALIDATION).as.boolean);
	assert_message(&f, "special_hash_differs",
		       "The entitlements blob is not the one that the "
		       "code_directory was made for.");
	assert_message(&f, "special_without_blob",
		       "The code_directory has a hash for entitlements_der, "
		       "and there is no such blob.");
	fixture_release(&f);
}

static void signature__entitlements_that_cannot_be_read_are_unknown(
	void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "entitled");
	fixture_blob(&f, SLOT_ENTITLEMENTS)[20] = 0;
	fixture_blob(&f, SLOT_ENTITLEMENTS_DER)[8] = 0;
	fixture_read(&f, 0);
	assert_finding(&f, "entitlements_damaged");
	assert_finding(&f, "entitlements_der_damaged");
	assert_int_equal(f.code.facts[FACT_ENTITLEMENTS].state, FACT_FAILED);
	assert_int_equal(f.code.facts[FACT_LIBRARY_VALIDATION].state,
			 FACT_FAILED);
	assert_int_equal(f.code.facts[FACT_GET_TASK_ALLOW].state, FACT_FAILED);
	fixture_release(&f);

	/* With one of them it is known, and the other's damage is told. */
	fixture_load(&f, "entitled");
	fixture_blob(&f, SLOT_ENTITLEMENTS)[20] = 0;
	fixture_read(&f, 0);
	assert_finding(&f, "entitlements_der_only");
	assert_int_equal(value_count(known(&f, FACT_ENTITLEMENTS)), 5);
	fixture_release(&f);
}

static void signature__a_section_binds_its_info_plist(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "tool");
	fixture_read(&f, 0);
	assert_text(value_get(known(&f, FACT_INFO_PLIST), "place"), "section");
	assert_true(value_get(known(&f, FACT_INFO_PLIST), "bound").as.boolean);
	/* A bundle's file that is another one. */
	signature_bind_info_plist(&f.sig, SLICE_LITERAL("<plist/>"), "file",
				  f.pool, &f.report, &f.code);
	assert_finding(&f, "info_plist_differs");
	assert_false(value_get(known(&f, FACT_INFO_PLIST), "bound").as.boolean);
	fixture_release(&f);

	fixture_load(&f, "adhoc");
	fixture_read(&f, 0);
	assert_int_equal(f.code.facts[FACT_INFO_PLIST].state, FACT_ABSENT);
	signature_bind_info_plist(&f.sig, SLICE_LITERAL("<plist/>"), "file",
				  f.pool, &f.report, &f.code);
	assert_finding(&f, "info_plist_not_signed");
	fixture_release(&f);
}

static void signature__a_blob_nobody_signed_is_found(void **state)
{
	struct fixture f;
	uint8_t *cd;

	(void)state;
	fixture_load(&f, "entitled");
	cd = fixture_blob(&f, SLOT_CODE_DIRECTORY);
	/* The hash of slot 5 is cleared. */
	memset(cd + get_be32(cd + 16) - 5 * 32, 0, 32);
	fixture_read(&f, 0);
	assert_message(&f, "blob_without_special",
		       "The entitlements blob is covered by no hash of the "
		       "code_directory.");
	fixture_release(&f);
}

/* Whatever is cut off: what is left is read, and nothing beyond it. Bytes that
 * are zero in all fixtures are cut in larger steps. */
static void signature__truncation_at_every_byte(void **state)
{
	static const char *const names[] = {"two-digests", "constrained"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct fixture whole;
		size_t end, step;

		fixture_load(&whole, names[i]);
		end = FIXTURE_SIGNATURE + 8 +
		      get_be32(whole.bytes + FIXTURE_SIGNATURE + 4);
		for (size_t n = 0; n < whole.len; n += step) {
			struct fixture f;

			fixture_bytes(&f, whole.bytes, n);
			fixture_read(&f, 0);
			if (n < FIXTURE_SIGNATURE)
				assert_int_not_equal(f.status, STATUS_OK);
			fixture_release(&f);
			step = n < 720 || (n >= 4096 && n < end) ? 1 : 64;
		}
		fixture_release(&whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signature__every_field_agrees_with_rcodesign),
		cmocka_unit_test(signature__facts_of_an_entitled_program),
		cmocka_unit_test(
			signature__the_xml_alone_can_take_library_validation_away),
		cmocka_unit_test(
			signature__entitlements_that_cannot_be_read_are_unknown),
		cmocka_unit_test(signature__a_section_binds_its_info_plist),
		cmocka_unit_test(signature__a_blob_nobody_signed_is_found),
		cmocka_unit_test(signature__truncation_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
