/*
 * Requirements: what begins with fade0c00 is compiled, with fade0c01 a set,
 * anything else text. What reads as text and compiles again must read as the
 * same text.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "probes/parse/requirement.h"

static void evaluate(struct slice blob)
{
	static const struct certificate_chain none = {.count = 0};
	struct requirement_subject subject = {
		.identifier = SLICE_LITERAL("org.example"),
		.chain = &none,
		.notarized = TRUTH_UNKNOWN,
	};
	enum truth answer;

	requirement_evaluate(blob, &subject, &answer, NULL);
	subject.chain = NULL;
	requirement_evaluate(blob, &subject, &answer, NULL);
}

/* Operations of later systems are comments in the text. */
static bool has_unknown(struct slice text)
{
	return slice_find(text, SLICE_LITERAL("opcode"), false) < text.len;
}

static void read_blob(struct slice blob)
{
	struct text first, second;
	uint8_t *compiled = NULL;
	size_t len = 0;

	text_init(&first, REQUIREMENT_TEXT_MAX);
	text_init(&second, REQUIREMENT_TEXT_MAX);
	evaluate(blob);
	if (requirement_text(blob, 0, &first, NULL) == STATUS_OK &&
	    !has_unknown(text_slice(&first)) &&
	    requirement_compile(text_slice(&first), &compiled, &len, NULL) ==
		    STATUS_OK &&
	    requirement_text(slice_of(compiled, len), 0, &second, NULL) ==
		    STATUS_OK)
		FUZZ_CHECK(
			slice_equal(text_slice(&first), text_slice(&second)));
	free(compiled);
	text_release(&first);
	text_release(&second);
}

static void read_set(struct slice blob)
{
	struct value_pool *pool = value_pool_new();
	struct value v = value_none;
	struct findings findings;
	struct report report;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("input")};
	requirements_read(blob, 0, pool, &report, &v, NULL);
	value_release(pool, v);
	findings_release(&findings);
	value_pool_free(pool);
	read_blob(requirements_find(blob, REQUIREMENT_DESIGNATED));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice input = slice_of(data, size);
	uint8_t *compiled = NULL;
	size_t len = 0;

	if (slice_starts(input, "\xfa\xde\x0c\x01"))
		read_set(input);
	else if (slice_starts(input, "\xfa\xde"))
		read_blob(input);
	else if (requirement_compile(input, &compiled, &len, NULL) == STATUS_OK)
		read_blob(slice_of(compiled, len));
	free(compiled);
	return 0;
}
