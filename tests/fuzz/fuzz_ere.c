/* Expressions of a seal's rules: the first line is the pattern, the rest the
 * text. */
#include "fuzz.h"

#include "probes/parse/ere.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice all = slice_of(data, size);
	size_t end = slice_find_byte(all, '\n');
	struct error err = {.offset = -1};
	struct ere *e = NULL;

	if (ere_compile(slice_part(all, 0, end), &e, &err) == STATUS_OK) {
		struct slice pattern = slice_part(all, 0, end);
		struct slice text = slice_part(all, end + 1, size);
		bool anchored = slice_find_byte(pattern, '^') < pattern.len ||
				slice_find_byte(pattern, '$') < pattern.len;

		/* Without anchors, what a part matches the whole does. */
		if (!anchored &&
		    ere_search(e, slice_part(text, text.len / 3, text.len / 3)))
			FUZZ_CHECK(ere_search(e, text));
		(void)ere_search(e, text);
		ere_free(e);
	} else {
		FUZZ_CHECK(!e && err.message[0]);
	}
	return 0;
}
