/* Provisioning profiles, and entitlements marked by them; and the DER copy
 * alone, which a signature would hide from the fuzzer. */
#include "fuzz.h"

#include "probes/parse/entitlement_rules.h"
#include "probes/parse/profile_der.h"

static void whole(struct slice bytes, struct value_pool *pool,
		  const struct report *report)
{
	struct profile p;
	struct value v;

	if (profile_read(pool, bytes, report, &p, NULL) != STATUS_OK)
		return;
	v = profile_describe(&p);
	FUZZ_CHECK(v.type == VALUE_DICT);
	value_release(pool, v);
	v = entitlement_marks(pool, p.entitlements, &p, SIGNING_DEVELOPER_ID,
			      SLICE_LITERAL("TESTTEAM01"), report);
	FUZZ_CHECK(v.type == VALUE_DICT);
	FUZZ_CHECK(value_count(v) == (p.entitlements.type == VALUE_DICT
					      ? value_count(p.entitlements)
					      : 0));
	value_release(pool, v);
	profile_release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value_pool *pool = value_pool_new();
	struct value v = value_none;
	struct findings findings;
	struct report report;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("input")};
	whole(slice_of(data, size), pool, &report);
	if (profile_der_read(slice_of(data, size), pool, &report, &v, NULL) ==
	    STATUS_OK)
		FUZZ_CHECK(v.type == VALUE_DICT);
	value_release(pool, v);
	findings_release(&findings);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
