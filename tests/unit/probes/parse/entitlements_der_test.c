#include "fixture.h"

#include "probes/parse/constraint.h"
#include "probes/parse/der.h"

struct reading {
	struct value_pool *pool;
	struct findings findings;
	struct report report;
	struct value v;
	struct error err;
	enum status status;
};

/* Bytes in memory that ends with them. */
static void read_bytes(struct reading *r, const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	r->pool = value_pool_new();
	findings_init(&r->findings, r->pool);
	r->report = (struct report){&r->findings, SLICE_LITERAL("test")};
	r->v = value_none;
	r->err = (struct error){.status = STATUS_OK};
	r->status = entitlements_der_read(slice_of(copy, len), 1000, r->pool,
					  &r->report, &r->v, &r->err);
	free(copy);
}

static void done(struct reading *r)
{
	value_release(r->pool, r->v);
	findings_release(&r->findings);
	assert_int_equal(value_pool_count(r->pool), 0);
	value_pool_free(r->pool);
}

#define READ(r, text) read_bytes((r), "" text, sizeof(text) - 1)

/* Seen in real programs: { }. */
static void entitlements_der__an_empty_dictionary(void **state)
{
	struct reading r;

	(void)state;
	READ(&r, "\x70\x05\x02\x01\x01\xb0\x00");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.v.type, VALUE_DICT);
	assert_int_equal(value_count(r.v), 0);
	assert_int_equal(r.findings.count, 0);
	done(&r);
}

static void entitlements_der__every_kind_of_value(void **state)
{
	struct reading r;
	struct value list;

	(void)state;
	READ(&r, "\x70\x25\x02\x01\x01\xb0\x20\x30\x1e\x0c\x01\x61"
		 "\x30\x19\x01\x01\xff\x01\x01\x00\x02\x02\xff\x7f"
		 "\x0c\x02\x68\x69\x04\x02\x00\x01"
		 "\xb0\x05\x30\x03\x0c\x01\x78"); /* x has no value */
	assert_int_equal(r.status, STATUS_MALFORMED);
	assert_int_equal(r.err.offset, 1039);
	done(&r);

	READ(&r, "\x70\x28\x02\x01\x01\xb0\x23\x30\x21\x0c\x01\x61"
		 "\x30\x1c\x01\x01\xff\x01\x01\x00\x02\x02\xff\x7f"
		 "\x0c\x02\x68\x69\x04\x02\x00\x01"
		 "\xb0\x08\x30\x06\x0c\x01\x78\x02\x01\x05");
	assert_int_equal(r.status, STATUS_OK);
	list = value_get(r.v, "a");
	assert_int_equal(value_count(list), 6);
	assert_true(value_at(list, 0).as.boolean);
	assert_false(value_at(list, 1).as.boolean);
	assert_int_equal(value_at(list, 2).as.integer, -129);
	assert_text(value_at(list, 3), "hi");
	assert_int_equal(value_at(list, 4).type, VALUE_BYTES);
	assert_int_equal(value_get(value_at(list, 5), "x").as.integer, 5);
	assert_int_equal(r.findings.count, 0);
	done(&r);
}

/* ldid writes TRUE as 01. */
static void entitlements_der__true_as_01_is_taken_with_a_warning(void **state)
{
	struct reading r;

	(void)state;
	READ(&r,
	     "\x70\x0d\x02\x01\x01\xb0\x08\x30\x06\x0c\x01\x61\x01\x01\x01");
	assert_int_equal(r.status, STATUS_OK);
	assert_true(value_get(r.v, "a").as.boolean);
	assert_int_equal(r.findings.count, 1);
	assert_string_equal(r.findings.items[0].id, "entitlement_boolean");
	assert_int_equal(r.findings.items[0].severity, SEVERITY_WARNING);
	assert_int_equal(r.findings.items[0].offset, 1012);
	done(&r);
}

static void entitlements_der__a_key_twice_is_refused_with_its_place(
	void **state)
{
	struct reading r;

	(void)state;
	READ(&r, "\x70\x15\x02\x01\x01\xb0\x10\x30\x06\x0c\x01\x61\x01\x01\xff"
		 "\x30\x06\x0c\x01\x61\x01\x01\x00");
	assert_int_equal(r.status, STATUS_MALFORMED);
	assert_int_equal(r.err.offset, 1017);
	done(&r);

	READ(&r, "\x70\x15\x02\x01\x01\xb0\x10\x30\x06\x0c\x01\x62\x01\x01\xff"
		 "\x30\x06\x0c\x01\x61\x01\x01\x00");
	assert_int_equal(r.status, STATUS_OK);
	assert_string_equal(r.findings.items[0].id, "entitlement_order");
	done(&r);
}

static void entitlements_der__what_is_no_der_is_an_error(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int64_t offset;
	} cases[] = {
		{"", 0, 1000},
		{"\x70", 1, 1001},
		{"\x70\x80\x00\x00", 4, 1002},                 /* indefinite */
		{"\x70\x81\x05\x02\x01\x01\xb0\x00", 8, 1003}, /* long form */
		{"\x70\x06\x02\x01\x01\xb0\x00", 7, 1002},     /* too long */
		{"\x30\x05\x02\x01\x01\xb0\x00", 7, 1000},     /* SEQUENCE */
		{"\x70\x05\x02\x01\x01\x30\x00", 7, 1005},     /* no dict */
		{"\x70\x07\x02\x01\x01\xb0\x02\x0c\x00", 9, 1009}, /* no pair */
		{"\x1f\x85\x01\x00", 4, 1001}, /* long tag */
	};
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		read_bytes(&r, cases[i].bytes, cases[i].len);
		assert_int_equal(r.status, STATUS_MALFORMED);
		assert_int_equal(r.err.offset, cases[i].offset);
		done(&r);
	}
}

/* 40 dictionaries, one in another: each adds 7 bytes around the inner one. */
static void entitlements_der__depth_has_a_limit(void **state)
{
	uint8_t bytes[1024];
	size_t at = sizeof(bytes), len = 0;
	struct reading r;

	(void)state;
	for (int i = 0; i < 40; i++) {
		uint8_t value[] = {0xb0, 0x82, (uint8_t)(len >> 8),
				   (uint8_t)len};
		size_t header = len < 128 ? 2 : len < 256 ? 3 : 4;

		if (header == 2)
			value[1] = (uint8_t)len;
		if (header == 3)
			value[1] = 0x81, value[2] = (uint8_t)len;
		at -= header;
		memcpy(bytes + at, value, header);
		len += header;
		memcpy(bytes + (at -= 3), "\x0c\x01\x61", 3);
		len += 3;
		header = len < 128 ? 2 : len < 256 ? 3 : 4;
		at -= header;
		memcpy(bytes + at,
		       header == 2   ? "\x30"
		       : header == 3 ? "\x30\x81"
				     : "\x30\x82",
		       header == 2 ? 1 : 2);
		if (header == 4)
			bytes[at + 2] = (uint8_t)(len >> 8);
		bytes[at + header - 1] = (uint8_t)len;
		len += header;
	}
	r.pool = value_pool_new();
	findings_init(&r.findings, r.pool);
	r.report = (struct report){&r.findings, SLICE_LITERAL("test")};
	r.v = value_none;
	r.status = entitlements_der_dict(slice_of(bytes + at, len), 0, r.pool,
					 &r.report, &r.v, &r.err);
	assert_int_equal(r.status, STATUS_LIMIT);
	done(&r);
}

static void entitlements_der__differences_to_the_xml_are_findings(void **state)
{
	struct fixture f;
	uint8_t *der;
	size_t i, len;

	(void)state;
	fixture_load(&f, "entitled");
	der = fixture_blob(&f, SLOT_ENTITLEMENTS_DER);
	len = get_be32(der + 4);
	/* get-task-allow becomes false, and app-sandbox another key. */
	for (i = 0; i + 14 < len; i++)
		if (!memcmp(der + i, "get-task-allow", 14))
			break;
	der[i + 14 + 2] = 0;
	for (i = 0; i + 11 < len; i++)
		if (!memcmp(der + i, "app-sandbox", 11))
			break;
	der[i + 10] = 'y';
	fixture_read(&f, 0);
	assert_int_equal(f.sig.kind, SIGNATURE_PRESENT);
	i = 0;
	for (size_t k = 0; k < f.findings.count; k++)
		i += !strcmp(f.findings.items[k].id, "entitlements_differ");
	assert_int_equal(i, 3); /* one only here, one only there, one value */
	/* Security reads the DER. */
	assert_false(known(&f, FACT_GET_TASK_ALLOW).as.boolean);
	assert_finding(&f, "special_hash_differs");
	fixture_release(&f);
}

static void entitlements_der__order_alone_is_no_difference(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct value keys[2] = {value_text(pool, "b"), value_text(pool, "a")};
	struct value vals[2] = {value_int(1), value_int(2)};
	struct value left = value_dict(pool, keys, vals, 2), right;
	struct report report = {NULL, {NULL, 0}};

	(void)state;
	keys[0] = value_text(pool, "a");
	keys[1] = value_text(pool, "b");
	vals[0] = value_int(2);
	vals[1] = value_int(1);
	right = value_dict(pool, keys, vals, 2);
	assert_int_equal(entitlements_compare(left, right, &report, 0), 0);
	value_release(pool, left);
	value_release(pool, right);
	value_pool_free(pool);
}

static void constraint__all_slots_become_trees_and_text(void **state)
{
	struct fixture f;
	struct value self;

	(void)state;
	fixture_load(&f, "constrained");
	fixture_read(&f, 0);
	assert_int_equal(value_count(known(&f, FACT_LAUNCH_CONSTRAINTS)), 4);
	self = value_get(known(&f, FACT_LAUNCH_CONSTRAINTS), "self");
	assert_int_equal(value_get(self, "version").as.integer, 1);
	assert_text(value_get(self, "text"),
		    "signing-identifier = \"org.example.constrained\" and "
		    "team-identifier in [\"TESTTEAM01\", \"TESTTEAM02\"]");
	assert_text(value_get(value_get(known(&f, FACT_LAUNCH_CONSTRAINTS),
					"parent"),
			      "text"),
		    "(is-init-proc = true or validation-category = 6 "
		    "(developer_id))");
	fixture_release(&f);
}

static void constraint__a_damaged_one_is_a_finding_and_unknown(void **state)
{
	struct fixture f;

	(void)state;
	fixture_load(&f, "constrained");
	for (uint32_t slot = 8; slot <= 11; slot++)
		fixture_blob(&f, slot)[8] = 0x31;
	fixture_read(&f, 0);
	assert_finding(&f, "constraint_damaged");
	assert_int_equal(f.code.facts[FACT_LAUNCH_CONSTRAINTS].state,
			 FACT_FAILED);
	fixture_release(&f);
}

static void der__integers_have_their_shortest_form(void **state)
{
	int64_t n;

	(void)state;
	assert_true(der_int64(SLICE_LITERAL("\x80"), &n));
	assert_int_equal(n, -128);
	assert_true(der_int64(SLICE_LITERAL("\x00\x80"), &n));
	assert_int_equal(n, 128);
	assert_true(der_int64(SLICE_LITERAL("\x7f\xff\xff\xff\xff\xff\xff\xff"),
			      &n));
	assert_true(n == INT64_MAX);
	assert_false(der_int64(SLICE_LITERAL("\x00\x7f"), &n));
	assert_false(der_int64(SLICE_LITERAL("\xff\xff"), &n));
	assert_false(der_int64(SLICE_LITERAL(""), &n));
	assert_false(der_int64(
		SLICE_LITERAL("\x00\xff\xff\xff\xff\xff\xff\xff\xff"), &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entitlements_der__an_empty_dictionary),
		cmocka_unit_test(entitlements_der__every_kind_of_value),
		cmocka_unit_test(
			entitlements_der__true_as_01_is_taken_with_a_warning),
		cmocka_unit_test(
			entitlements_der__a_key_twice_is_refused_with_its_place),
		cmocka_unit_test(entitlements_der__what_is_no_der_is_an_error),
		cmocka_unit_test(entitlements_der__depth_has_a_limit),
		cmocka_unit_test(
			entitlements_der__differences_to_the_xml_are_findings),
		cmocka_unit_test(
			entitlements_der__order_alone_is_no_difference),
		cmocka_unit_test(constraint__all_slots_become_trees_and_text),
		cmocka_unit_test(
			constraint__a_damaged_one_is_a_finding_and_unknown),
		cmocka_unit_test(der__integers_have_their_shortest_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
