/* Property lists: the guard, libplist behind it (2.2.0 reads what the guard
 * read, or the guard has missed something), and writing it again. */
#include "fuzz.h"

#include "model/base/plist_in.h"
#include "model/base/plist_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct plist_limits limits = {1 << 20, 20000};
	struct value_pool *pool = value_pool_new();
	struct value v = value_none, back = value_none;
	struct error err = {0};
	size_t escaped = 0;
	struct text t;

	text_init(&t, 16 << 20);
	if (plist_read(pool, slice_of(data, size), &limits, &v, &err) ==
	    STATUS_OK) {
		FUZZ_CHECK(v.type != VALUE_NONE);
		FUZZ_CHECK(plist_write(v, &t, &escaped, NULL) == STATUS_OK);
		/* Whatever the guard lets pass, it lets pass again. */
		FUZZ_CHECK(plist_read(pool, text_slice(&t), NULL, &back,
				      NULL) == STATUS_OK);
	}
	FUZZ_CHECK(!strstr(err.message, "libplist"));
	text_release(&t);
	value_release(pool, v);
	value_release(pool, back);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
