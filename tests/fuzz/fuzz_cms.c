/* CMS signatures of code: the whole of cms_read and the class from it. */
#include "fuzz.h"

#include "probes/parse/signing_class.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char blob[] = "not a CodeDirectory";
	const struct cms_directory directories[] = {
		{slice_of(blob, sizeof(blob) - 1), 2},
		{slice_of(blob, sizeof(blob) - 1), 1},
	};
	struct signing_verdict verdict;
	struct cms cms;

	if (cms_read(slice_of(data, size), directories, 2, &cms, NULL) !=
	    STATUS_OK)
		return 0;
	signing_judge(&cms, 0, SLICE_LITERAL("TESTTEAM01"), &verdict);
	FUZZ_CHECK(verdict.class == SIGNING_INVALID ||
		   cms.verdict == CMS_VALID);
	FUZZ_CHECK(verdict.evidence[0]);
	FUZZ_CHECK((cms.chain.state == CHAIN_APPLE) == !!cms.chain.anchor);
	cms_release(&cms);
	return 0;
}
