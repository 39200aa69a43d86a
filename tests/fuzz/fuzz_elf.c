/* ELF files. */
#include "fuzz.h"

#include "probes/parse/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice memory = slice_of(data, size);
	struct bytes bytes = bytes_of_slice(&memory);
	struct value_pool *pool = value_pool_new();
	struct error err = {.offset = -1};
	struct code code;
	struct elf e;

	code_init(&code);
	if (elf_read(&bytes, pool, &e, &err) != STATUS_OK)
		FUZZ_CHECK(err.message[0]);
	FUZZ_CHECK(e.build_id_len <= ELF_BUILD_ID_MAX);
	elf_facts(&e, pool, &code);
	elf_release(pool, &e);
	code_release(pool, &code);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
