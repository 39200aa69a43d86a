#include "fixture.h"

/* Every field that rcodesign prints of a fixture, line by line. */
struct agreement {
	const struct fixture *f;
	size_t blob, directory; /* of the line before; counted from 1 */
	unsigned fields;
};

static bool after(struct slice line, const char *key, struct slice *rest)
{
	size_t at = slice_find(line, slice_text(key), false);

	for (size_t i = 0; i < at && at < line.len; i++)
		if (line.ptr[i] != ' ' && line.ptr[i] != '-' &&
		    line.ptr[i] != '\'')
			return false;
	if (at == line.len)
		return false;
	*rest = slice_part(line, at + strlen(key), line.len);
	if (rest->len && rest->ptr[0] == '\'')
		*rest = slice_part(*rest, 1, rest->len - 2);
	return true;
}

static int64_t number(struct slice s)
{
	int64_t n = -1;

	assert_true(
		slice_to_int(slice_part(s, 0, slice_find_byte(s, ' ')), &n));
	return n;
}

static void hex_is(struct slice hex, struct slice bytes)
{
	assert_int_equal(hex.len, 2 * bytes.len);
	for (size_t i = 0; i < bytes.len; i++) {
		char two[3];

		snprintf(two, sizeof(two), "%02x", bytes.ptr[i]);
		assert_memory_equal(hex.ptr + 2 * i, two, 2);
	}
}

static void digest_is(struct agreement *a, uint8_t type, struct slice hex)
{
	const struct blob *b = &a->f->sig.super.blobs[a->blob - 1];
	uint8_t out[CD_HASH_BYTES_MAX];
	size_t len = cd_hash(type, b->bytes, out);

	hex_is(hex, slice_of(out, len));
	a->fields++;
}

/* "Name (N): hex" of a special slot; all zero: none. */
static bool special_line(struct agreement *a, struct slice line)
{
	const struct code_directory *cd =
		&a->f->sig.directories[a->directory - 1];
	size_t at = slice_find(line, SLICE_LITERAL("): "), false), from = at;
	struct slice want = {NULL, 0}, hex;
	int64_t n;

	while (from && line.ptr[from - 1] >= '0' && line.ptr[from - 1] <= '9')
		from--;
	if (at == line.len || !from || line.ptr[from - 1] != '(')
		return false;
	assert_true(slice_to_int(slice_part(line, from, at - from), &n));
	hex = slice_part(line, at + 3, 2 * (size_t)cd->hash_size);
	if (code_directory_special(cd, (uint32_t)n, &want))
		hex_is(hex, want);
	else
		for (size_t i = 0; i < hex.len; i++)
			assert_int_equal(hex.ptr[i], '0');
	a->fields++;
	return true;
}

static void blob_line(struct agreement *a, struct slice line)
{
	const struct superblob *s = &a->f->sig.super;
	struct slice rest;
	char magic[9];

	if (after(line, "slot: ", &rest)) {
		slice_take(&rest, '(');
		assert_int_equal(number(slice_take(&rest, ')')),
				 s->blobs[a->blob++].slot);
	} else if (after(line, "magic: ", &rest)) {
		snprintf(magic, sizeof(magic), "%08x",
			 s->blobs[a->blob - 1].magic);
		assert_slice(rest, magic);
	} else if (after(line, "length: ", &rest)) {
		assert_int_equal(number(rest), s->blobs[a->blob - 1].length);
	} else {
		return;
	}
	a->fields++;
}

static void directory_line(struct agreement *a, struct slice line)
{
	const struct code_directory *cd;
	struct slice rest;
	char text[24];

	if (after(line, "version: '0x", &rest)) {
		cd = &a->f->sig.directories[a->directory++];
		snprintf(text, sizeof(text), "%x'", cd->version);
		assert_slice(rest, text);
		a->fields++;
	}
	if (!a->directory)
		return;
	cd = &a->f->sig.directories[a->directory - 1];
	if (after(line, "identifier: ", &rest))
		assert_true(slice_equal(rest, cd->identifier));
	else if (after(line, "team_name: ", &rest))
		assert_true(slice_equal(rest, cd->team));
	else if (after(line, "digest_type: ", &rest))
		assert_slice(rest, cd_hash_text(cd->hash_type));
	else if (after(line, "signed_entity_size: ", &rest))
		assert_int_equal(number(rest), cd->code_limit);
	else if (after(line, "code_digests_count: ", &rest))
		assert_int_equal(number(rest), cd->page_count);
	else if (after(line, "platform: ", &rest))
		assert_int_equal(number(rest), cd->platform);
	else
		return;
	a->fields++;
}

static void agree_line(struct agreement *a, struct slice line)
{
	const struct macho_image *image = &a->f->sig.image;
	struct slice rest;

	if (after(line, "macho_signature_start_offset: ", &rest) &&
	    !slice_is(rest, "null")) {
		assert_int_equal(number(rest), image->signature.offset);
		a->fields++;
	} else if (after(line, "superblob_length: ", &rest)) {
		assert_int_equal(number(rest), a->f->sig.super.bytes.len);
		a->fields++;
	} else if (after(line, "blob_count: ", &rest)) {
		assert_int_equal(number(rest), a->f->sig.super.count);
		a->fields++;
	} else if (after(line, "sha1: ", &rest) && rest.len == 40) {
		digest_is(a, CD_HASH_SHA1, rest);
	} else if (after(line, "sha256: ", &rest) && rest.len == 64) {
		digest_is(a, CD_HASH_SHA256, rest);
	} else if (!a->directory || !special_line(a, line)) {
		blob_line(a, line);
		directory_line(a, line);
	}
}

/* Compares the text of one slice, from its "- path:" line on. */
static unsigned agree(const char *name, size_t index, struct slice text)
{
	struct agreement a = {.blob = 0};
	struct fixture f;

	fixture_load(&f, name);
	fixture_read(&f, index);
	assert_int_equal(f.status, STATUS_OK);
	a.f = &f;
	while (text.ptr)
		agree_line(&a, slice_take(&text, '\n'));
	assert_int_equal(a.blob, f.sig.super.count);
	assert_int_equal(a.directory, f.sig.directory_count);
	fixture_release(&f);
	return a.fields;
}

static void signature__every_field_agrees_with_rcodesign(void **state)
{
	static const char *const names[] = {
		"adhoc", "entitled",    "two-digests", "sha384",     "sha1",
		"tool",  "constrained", "fat",         "half-signed"};
	static const char mark[] = "\n- path: ";
	unsigned fields = 0, slices = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct fixture yaml;
		struct slice text;
		char file[64];

		snprintf(file, sizeof(file), "%s.yaml", names[i]);
		fixture_load(&yaml, file);
		text = slice_of(yaml.bytes, yaml.len);
		for (size_t k = 0; text.len; k++) {
			size_t end = slice_find(text, slice_text(mark), false);

			fields += agree(names[i], k, slice_part(text, 0, end));
			slices++;
			text = slice_part(text, end + 1, text.len);
		}
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
	assert_finding(&f, "special_hash_differs");
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
	assert_finding(&f, "blob_without_special");
	fixture_release(&f);
}

/* Whatever is cut off: what is left is read, and nothing beyond it. */
static void signature__truncation_at_every_byte(void **state)
{
	static const char *const names[] = {"two-digests", "constrained"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct fixture whole;

		fixture_load(&whole, names[i]);
		for (size_t n = 0; n < whole.len;
		     n += n < 700 || n > 4100 ? 1 : 64) {
			struct fixture f;

			fixture_bytes(&f, whole.bytes, n);
			fixture_read(&f, 0);
			if (n < FIXTURE_SIGNATURE)
				assert_int_not_equal(f.status, STATUS_OK);
			fixture_release(&f);
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
