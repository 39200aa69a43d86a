#include "fixture.h"

#include "probes/parse/requirement_op.h"

/* Text to code and back to text. */
static void round_trip(const char *text, const char *want)
{
	struct error err;
	struct text out;
	uint8_t *blob;
	size_t len;

	if (requirement_compile(slice_text(text), &blob, &len, &err) !=
	    STATUS_OK)
		fail_msg("%s: %s", text, err.message);
	text_init(&out, REQUIREMENT_TEXT_MAX);
	assert_int_equal(requirement_text(slice_of(blob, len), 0, &out, &err),
			 STATUS_OK);
	assert_slice(text_slice(&out), want);
	text_release(&out);
	free(blob);
}

static void requirement__texts_of_real_programs_come_back(void **state)
{
	/* Shapes of CODESIG's real programs: Developer ID, Xcode, ad hoc. */
	static const char *const texts[] = {
		"identifier \"org.example.tool\" and anchor apple generic and "
		"certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ "
		"and certificate leaf[field.1.2.840.113635.100.6.1.13] "
		"/* exists */ and certificate leaf[subject.OU] = TESTTEAM01",
		"anchor apple generic and identifier \"org.example.app\" and "
		"(certificate leaf[field.1.2.840.113635.100.6.1.9] "
		"/* exists */ or certificate "
		"1[field.1.2.840.113635.100.6.2.6] /* exists */ and "
		"certificate leaf[field.1.2.840.113635.100.6.1.13] "
		"/* exists */ and certificate leaf[subject.OU] = "
		"\"2TEAMTEAM1\")",
		"cdhash H\"0123456789abcdef0123456789abcdef01234567\" or "
		"cdhash H\"00112233445566778899aabbccddeeff00112233\"",
		"identifier \"com.apple.ls\" and anchor apple",
		"! (anchor trusted or notarized) and ! legacy",
		"certificate root = "
		"H\"0123456789abcdef0123456789abcdef01234567\"",
		"info[CFBundleVersion] >= \"10.2\" and "
		"entitlement[com.apple.security] /* exists */",
		"certificate leaf[subject.CN] = \"a\\\"b\"* or certificate "
		"-2[subject.CN] = *end or certificate 3 trusted",
		"certificate leaf[timestamp.1.2.840.113635.100.6.1.33] < "
		"timestamp \"2020-01-02T03:04:05.000000000Z\"",
		"anchor apple Quality and platform = 2 and identifier 0x00ff",
		"always or never",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		round_trip(texts[i], texts[i]);
}

static void requirement__other_spellings_mean_the_same(void **state)
{
	(void)state;
	round_trip("identifier = org and cert leaf [subject.OU] = \"x\"",
		   "identifier org and certificate leaf[subject.OU] = x");
	round_trip("((true)) // a comment\n or false # another",
		   "always or never");
	round_trip("info[a] = *b*", "info[a] ~ b");
	round_trip("anchor[subject.CN] exists",
		   "certificate root[subject.CN] /* exists */");
	/* `and` binds tighter, so these need no parentheses ... */
	round_trip("(always and never) or always",
		   "always and never or always");
	/* ... and these do. */
	round_trip("always and (never or always)",
		   "always and (never or always)");
	round_trip("identifier \"and\"", "identifier \"and\"");
	round_trip("identifier \"9lives\"", "identifier \"9lives\"");
}

/* What csreq writes for `identifier "com.example" and anchor apple generic`:
 * op and, op identifier, 11 bytes and one of padding, op anchor generic. */
static void requirement__the_code_is_that_of_csreq(void **state)
{
	static const uint8_t want[] = {
		0xfa, 0xde, 0x0c, 0x00, 0,   0,   0,   40,  0,   0,
		0,    1,    0,    0,    0,   6,   0,   0,   0,   2,
		0,    0,    0,    11,   'c', 'o', 'm', '.', 'e', 'x',
		'a',  'm',  'p',  'l',  'e', 0,   0,   0,   0,   15};
	struct error err;
	uint8_t *blob;
	size_t len;

	(void)state;
	assert_int_equal(
		requirement_compile(SLICE_LITERAL("identifier \"com.example\" "
						  "and anchor apple generic"),
				    &blob, &len, &err),
		STATUS_OK);
	assert_int_equal(len, sizeof(want));
	assert_memory_equal(blob, want, sizeof(want));
	free(blob);
}

static void requirement__mistakes_have_their_place(void **state)
{
	static const struct {
		const char *text;
		int64_t offset;
	} cases[] = {
		{"", 0},
		{"always and", 10},
		{"always always", 7},
		{"(always", 7},
		{"identifier", 10},
		{"cdhash H\"0123\"", 7},
		{"cdhash H\"012", 7},
		{"certificate leaf", 16},
		{"certificate x trusted", 12},
		{"certificate leaf[field.1]", 17},
		{"certificate leaf[field.x]", 17},
		{"info[a = b", 7},
		{"always /* open", 7},
		{"identifier \"open", 11},
		{"always ; never", 7},
		{"platform = 4294967296", 11},
	};
	struct error err;
	uint8_t *blob;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(requirement_compile(slice_text(cases[i].text),
						     &blob, &len, &err),
				 STATUS_MALFORMED);
		if (err.offset != cases[i].offset)
			fail_msg("%s: %lld", cases[i].text,
				 (long long)err.offset);
	}
}

static void requirement__depth_and_length_have_limits(void **state)
{
	static char deep[4 * REQUIREMENT_DEPTH_MAX];
	struct error err;
	uint8_t *blob;
	size_t len;

	(void)state;
	memset(deep, '(', sizeof(deep) - 1);
	assert_int_equal(
		requirement_compile(slice_text(deep), &blob, &len, &err),
		STATUS_LIMIT);
	memset(deep, '!', sizeof(deep) - 1);
	assert_int_equal(
		requirement_compile(slice_text(deep), &blob, &len, &err),
		STATUS_LIMIT);
	assert_int_equal(
		requirement_compile(slice_of(deep, REQUIREMENT_TEXT_MAX + 1),
				    &blob, &len, &err),
		STATUS_LIMIT);
}

static uint8_t *code(const uint32_t *words, size_t count, size_t *len)
{
	uint8_t *blob = malloc(12 + 4 * count);

	assert_non_null(blob);
	*len = 12 + 4 * count;
	put_be32(blob, 0xfade0c00);
	put_be32(blob + 4, (uint32_t)*len);
	put_be32(blob + 8, 1);
	for (size_t i = 0; i < count; i++)
		put_be32(blob + 12 + 4 * i, words[i]);
	return blob;
}

static enum status read_code(const uint32_t *words, size_t count,
			     struct text *out, struct error *err)
{
	size_t len;
	uint8_t *blob = code(words, count, &len);
	enum status status =
		requirement_text(slice_of(blob, len), 100, out, err);

	free(blob);
	return status;
}

static void requirement__every_byte_is_consumed_or_refused(void **state)
{
	static const uint32_t rest[] = {OP_TRUE, OP_TRUE};
	static const uint32_t cut[] = {OP_AND, OP_TRUE};
	static const uint32_t data[] = {OP_IDENTIFIER, 0xfffffff0u, 0};
	static const uint32_t unknown[] = {99};
	static const uint32_t match[] = {OP_INFO_FIELD, 0, 77};
	static const struct {
		const uint32_t *words;
		size_t count;
		int64_t offset;
	} cases[] = {
		{rest, 2, 116},    {cut, 2, 120},   {data, 3, 120},
		{unknown, 1, 116}, {match, 3, 124},
	};
	struct error err;
	struct text out;

	(void)state;
	text_init(&out, 1024);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(
			read_code(cases[i].words, cases[i].count, &out, &err),
			STATUS_MALFORMED);
		assert_int_equal(err.offset, cases[i].offset);
		assert_int_equal(out.len, 0);
	}
	text_release(&out);
}

/* Flags say what a system does that does not know the operation. */
static void requirement__later_operations_are_skipped_by_their_size(
	void **state)
{
	static const uint32_t words[] = {OP_AND,  OP_GENERIC_SKIP | 200,  4, 7,
					 OP_TRUE, OP_GENERIC_FALSE | 201, 0};
	struct error err;
	struct text out;

	(void)state;
	text_init(&out, 1024);
	assert_int_equal(read_code(words, 7, &out, &err), STATUS_OK);
	assert_slice(text_slice(&out), "/* opcode 200 */ always and false "
				       "/* opcode 201 */");
	text_release(&out);
}

static enum truth ask(const char *text,
		      const struct requirement_subject *subject)
{
	enum truth answer = TRUTH_UNKNOWN;
	struct error err;
	uint8_t *blob;
	size_t len;

	if (requirement_compile(slice_text(text), &blob, &len, &err) !=
	    STATUS_OK)
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(requirement_evaluate(slice_of(blob, len), subject,
					      &answer, &err),
			 STATUS_OK);
	free(blob);
	return answer;
}

static struct value dict_of(struct value_pool *pool, const char *key,
			    struct value v)
{
	struct value k = value_text(pool, key);

	return value_dict(pool, &k, &v, 1);
}

static void requirement__what_is_known_is_answered(void **state)
{
	static const struct certificate_chain none = {.count = 0};
	static const uint8_t hash[20] = {1, 2, 3};
	struct slice cdhash = slice_of(hash, 20);
	struct value_pool *pool = value_pool_new();
	struct requirement_subject s = {
		.identifier = SLICE_LITERAL("org.example"),
		.cdhashes = &cdhash,
		.cdhash_count = 1,
		.chain = &none,
		.info = dict_of(pool, "V", value_text(pool, "10.10")),
		.entitlements = dict_of(pool, "sandbox", value_bool(true)),
		.platform = 0,
		.platform_binary = TRUTH_FALSE,
		.notarized = TRUTH_UNKNOWN,
	};

	(void)state;
	assert_int_equal(ask("identifier \"org.example\"", &s), TRUTH_TRUE);
	assert_int_equal(ask("identifier \"org.exampl\"", &s), TRUTH_FALSE);
	assert_int_equal(
		ask("cdhash H\"0102030000000000000000000000000000000000\"", &s),
		TRUTH_TRUE);
	assert_int_equal(
		ask("cdhash H\"0102030000000000000000000000000000000001\"", &s),
		TRUTH_FALSE);
	assert_int_equal(ask("anchor apple", &s), TRUTH_FALSE);
	assert_int_equal(ask("anchor apple generic", &s), TRUTH_FALSE);
	assert_int_equal(ask("certificate leaf[subject.OU] = X", &s),
			 TRUTH_FALSE);
	assert_int_equal(ask("info[V] >= \"10.9\"", &s), TRUTH_TRUE);
	assert_int_equal(ask("info[V] < \"10.9\"", &s), TRUTH_FALSE);
	assert_int_equal(ask("info[V] = 10*", &s), TRUTH_TRUE);
	assert_int_equal(ask("info[V] = *0", &s), TRUTH_TRUE);
	assert_int_equal(ask("info[V] ~ \"0.1\"", &s), TRUTH_TRUE);
	assert_int_equal(ask("info[W] exists", &s), TRUTH_FALSE);
	assert_int_equal(ask("info[W] absent", &s), TRUTH_TRUE);
	assert_int_equal(ask("entitlement[sandbox] exists", &s), TRUTH_TRUE);
	assert_int_equal(ask("platform = 0 and ! platform = 1", &s),
			 TRUTH_TRUE);
	value_release(pool, s.info);
	value_release(pool, s.entitlements);
	value_pool_free(pool);
}

static void requirement__unknown_is_carried_and_never_a_no(void **state)
{
	struct requirement_subject s = {
		.identifier = SLICE_LITERAL("a"),
		.notarized = TRUTH_UNKNOWN,
		.platform_binary = TRUTH_UNKNOWN,
	};

	(void)state;
	assert_int_equal(ask("notarized", &s), TRUTH_UNKNOWN);
	assert_int_equal(ask("! notarized", &s), TRUTH_UNKNOWN);
	assert_int_equal(ask("notarized and never", &s), TRUTH_FALSE);
	assert_int_equal(ask("notarized or always", &s), TRUTH_TRUE);
	assert_int_equal(ask("notarized and always", &s), TRUTH_UNKNOWN);
	/* No chain was read, no Info.plist, no entitlements. */
	assert_int_equal(ask("anchor apple generic", &s), TRUTH_UNKNOWN);
	assert_int_equal(ask("certificate leaf[subject.OU] = X", &s),
			 TRUTH_UNKNOWN);
	assert_int_equal(ask("info[V] absent", &s), TRUTH_UNKNOWN);
	assert_int_equal(ask("entitlement[V] exists", &s), TRUTH_UNKNOWN);
	assert_int_equal(ask("identifier a or anchor trusted", &s), TRUTH_TRUE);
}

static void requirement__a_set_has_each_type_once(void **state)
{
	static const uint8_t set[] = {
		0xfa, 0xde, 0x0c, 0x01, 0, 0, 0, 60, 0,    0,    0,    3,
		0,    0,    0,    3,    0, 0, 0, 44, /* designated */
		0,    0,    0,    3,    0, 0, 0, 44, /* again */
		0,    0,    0,    9,    0, 0, 0, 58, /* out of bounds */
		0,    0,    0,    0,    0, 0, 0, 0,  0xfa, 0xde, 0x0c, 0x00,
		0,    0,    0,    16,   0, 0, 0, 1,  0,    0,    0,    1};
	struct value_pool *pool = value_pool_new();
	struct findings findings;
	struct report report;
	struct error err;
	struct value v;

	(void)state;
	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("set")};
	assert_int_equal(requirements_read(slice_of(set, sizeof(set)), 500,
					   pool, &report, &v, &err),
			 STATUS_OK);
	assert_text(value_get(v, "designated"), "always");
	assert_int_equal(findings.count, 2);
	assert_string_equal(findings.items[0].id, "requirement_twice");
	assert_string_equal(findings.items[1].id, "requirement_damaged");
	assert_int_equal(findings.items[1].offset, 558);
	assert_int_equal(value_slice(value_get(v, "type 9")).ptr[0], '(');
	assert_int_equal(requirements_find(slice_of(set, sizeof(set)),
					   REQUIREMENT_DESIGNATED)
				 .len,
			 16);
	assert_null(requirements_find(slice_of(set, sizeof(set)),
				      REQUIREMENT_LIBRARY)
			    .ptr);
	value_release(pool, v);
	findings_release(&findings);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requirement__texts_of_real_programs_come_back),
		cmocka_unit_test(requirement__other_spellings_mean_the_same),
		cmocka_unit_test(requirement__the_code_is_that_of_csreq),
		cmocka_unit_test(requirement__mistakes_have_their_place),
		cmocka_unit_test(requirement__depth_and_length_have_limits),
		cmocka_unit_test(
			requirement__every_byte_is_consumed_or_refused),
		cmocka_unit_test(
			requirement__later_operations_are_skipped_by_their_size),
		cmocka_unit_test(requirement__what_is_known_is_answered),
		cmocka_unit_test(
			requirement__unknown_is_carried_and_never_a_no),
		cmocka_unit_test(requirement__a_set_has_each_type_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
