/* A whole Mach-O file: slices, load commands, signature, facts, pages. */
#include "fuzz.h"

#include <stdlib.h>

#include "probes/parse/signature.h"

static void verify(const struct bytes *slice, const struct signature *sig,
		   uint64_t offset, const struct report *report)
{
	struct page_result result;

	for (size_t i = 0; i < sig->directory_count; i++) {
		const struct code_directory *cd = &sig->directories[i];

		pages_verify(slice, cd, 0, cd->page_count, NULL, &result, NULL);
		FUZZ_CHECK(result.mismatches <= result.pages);
		pages_report(cd, &result, offset, report);
	}
}

/* A fact is there or says why not. */
static void check_facts(const struct code *code)
{
	static const enum fact_id ids[] = {
		FACT_ARCHITECTURE, FACT_CODE_IDENTIFIER, FACT_TEAM_ID,
		FACT_CDHASH,       FACT_ENTITLEMENTS,    FACT_REQUIREMENTS,
		FACT_INFO_PLIST,
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		const struct fact *f = &code->facts[ids[i]];

		FUZZ_CHECK(f->state != FACT_PENDING);
		FUZZ_CHECK(fact_has_value(f) || f->reason);
	}
}

static void read_slice(const struct bytes *file, const struct macho_slice *s,
		       struct value_pool *pool, const struct report *report)
{
	struct signature *sig = calloc(1, sizeof(*sig));
	struct bytes_part part;
	struct error err = {.status = STATUS_OK};
	struct bytes slice;
	struct code code;
	enum status status;

	if (!sig || bytes_part_of(file, s->offset, s->size, &part, &slice,
				  &err) != STATUS_OK) {
		free(sig);
		return;
	}
	code_init(&code);
	status = code_read_slice(&slice, s->offset, pool, report, &code, sig,
				 &err);
	FUZZ_CHECK(status == err.status);
	FUZZ_CHECK(status == STATUS_OK || err.message[0]);
	check_facts(&code);
	verify(&slice, sig, s->offset, report);
	code_release(pool, &code);
	signature_release(sig);
	free(sig);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice memory = slice_of(data, size);
	struct bytes file = bytes_of_slice(&memory);
	struct value_pool *pool = value_pool_new();
	struct findings findings;
	struct macho_file macho;
	struct report report;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("input")};
	macho_file_read(&file, &report, &macho, NULL);
	for (size_t i = 0; i < macho.count && i < 4; i++)
		read_slice(&file, &macho.slices[i], pool, &report);
	findings_release(&findings);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
