#include "../../../../tui/cli/json_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../../../model/base/json.h"

enum { TEXT_MAX = 1 << 20 };

/* What is written must read as what json_from_value makes. */
static void same_as_built(struct value v)
{
	json_t *built = json_from_value(v), *read;
	json_error_t err;
	struct text t;

	text_init(&t, TEXT_MAX);
	json_add_value(&t, v);
	assert_false(t.cut);
	read = json_loadb(t.ptr, t.len, JSON_DECODE_ANY, &err);
	if (!read)
		fail_msg("%s: %s", err.text, t.ptr);
	assert_non_null(built);
	if (!json_equal(built, read))
		fail_msg("differs: %s", t.ptr);
	json_decref(built);
	json_decref(read);
	text_release(&t);
}

static void json_write__is_what_json_from_value_builds(void **state)
{
	struct value_pool *pool = value_pool_new();
	static const char *const texts[] = {
		"",
		"plain",
		"with \"quotes\"",
		"back\\slash",
		"\033[m",
		"line\nend",
		"\xff\xfe",
		"日本語",
		"\u202e",
		"tab\t\r",
		"\x7f",
	};
	struct value wrapped_key = value_text(pool, "bytes");
	struct value wrapped = value_int(4);
	struct value items[4], keys[2], vals[2];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		same_as_built(value_text(pool, texts[i]));
	same_as_built(value_string(pool, slice_of("a\0b", 3)));
	same_as_built(value_bytes(pool, slice_of("\0\xff", 2)));
	same_as_built(value_bool(true));
	same_as_built(value_bool(false));
	same_as_built(value_int(INT64_MIN));
	same_as_built(value_int(INT64_MAX));
	same_as_built(value_real(0.1));
	same_as_built(value_real(3));
	same_as_built(value_real(1e300));
	same_as_built(value_date(INT64_C(1756717200123456789)));
	items[0] = value_text(pool, "x");
	items[1] = value_int(-1);
	items[2] = value_list(pool, NULL, 0);
	items[3] = value_bool(true);
	keys[0] = value_text(pool, "k\n\"");
	keys[1] = value_text(pool, "list");
	vals[0] = value_dict(pool, NULL, NULL, 0);
	vals[1] = value_list(pool, items, 4);
	same_as_built(value_dict(pool, keys, vals, 2));
	same_as_built(value_dict(pool, &wrapped_key, &wrapped, 1));
	value_pool_free(pool);
}

static void json_write__keys_have_commas_between(void **state)
{
	bool first = true;
	struct text t;

	(void)state;
	text_init(&t, TEXT_MAX);
	json_add_key(&t, &first, "a");
	json_add_string(&t, slice_text("1"));
	json_add_key(&t, &first, "b");
	json_add_time(&t, 1);
	assert_string_equal(t.ptr, "\"a\": \"1\", \"b\": "
				   "\"1970-01-01T00:00:00.000000001Z\"");
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_write__is_what_json_from_value_builds),
		cmocka_unit_test(json_write__keys_have_commas_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
