/* DER entitlements, and constraints, which have the same grammar. */
#include "fuzz.h"

#include "probes/parse/constraint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice der = slice_of(data, size);
	struct value_pool *pool = value_pool_new();
	struct value v = value_none, c = value_none;
	struct findings findings;
	struct report report;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("input")};
	if (entitlements_der_read(der, 0, pool, &report, &v, NULL) ==
	    STATUS_OK) {
		FUZZ_CHECK(v.type == VALUE_DICT);
		FUZZ_CHECK(entitlements_compare(v, v, &report, 0) == 0);
	}
	constraint_read(der, 0, pool, &report, &c, NULL);
	value_release(pool, v);
	value_release(pool, c);
	findings_release(&findings);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
