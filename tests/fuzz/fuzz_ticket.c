/* Stapled notarization tickets. */
#include "fuzz.h"

#include "probes/parse/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = slice_of(data, size);
	struct value_pool *pool = value_pool_new();
	struct findings findings;
	struct report report;
	struct ticket t;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("input")};
	if (ticket_read(bytes, &t, NULL) == STATUS_OK) {
		struct slice hash = slice_part(t.entries, 1, 20);
		struct value v = ticket_describe(pool, &t, &hash, 1, &report);

		FUZZ_CHECK(v.type == VALUE_DICT);
		FUZZ_CHECK(t.trusted == !t.why);
		FUZZ_CHECK(!t.trusted || t.signature_holds);
		FUZZ_CHECK(!t.count || ticket_covers(&t, hash));
		value_release(pool, v);
		ticket_release(&t);
	}
	findings_release(&findings);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
