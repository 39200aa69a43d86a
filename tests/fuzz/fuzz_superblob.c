/* What LC_CODE_SIGNATURE covers: the SuperBlob and its CodeDirectories. */
#include "fuzz.h"

#include <stdlib.h>

#include "probes/parse/codedirectory.h"

static void read_directory(const struct superblob *s, const struct blob *b,
			   struct value_pool *pool, const struct report *report)
{
	struct code_directory cd;
	struct slice hash;

	if (code_directory_read(b, s->file_offset + b->offset, report, &cd,
				NULL) != STATUS_OK)
		return;
	for (uint32_t n = 0; n < 64; n++)
		if (code_directory_special(&cd, n, &hash))
			FUZZ_CHECK(hash.len == cd.hash_size);
	if (code_directory_page(&cd, cd.page_count - 1, &hash))
		FUZZ_CHECK(hash.ptr + hash.len <= cd.blob.ptr + cd.blob.len);
	FUZZ_CHECK(!code_directory_page(&cd, cd.page_count, &hash));
	value_release(pool, code_directory_value(pool, &cd));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct superblob *s = calloc(1, sizeof(*s));
	struct value_pool *pool = value_pool_new();
	struct findings findings;
	struct report report;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("input")};
	if (superblob_read(slice_of(data, size), 0, &report, s, NULL) ==
	    STATUS_OK)
		for (size_t i = 0; i < s->count; i++)
			if (s->blobs[i].valid)
				read_directory(s, &s->blobs[i], pool, &report);
	findings_release(&findings);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	free(s);
	return 0;
}
