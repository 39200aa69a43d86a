#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/event.h"

static void event__types_have_ids(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
		const char *id = event_type_id((enum event_type)i);

		assert_true(strlen(id) > 0);
		assert_int_equal(event_type_by_id(slice_text(id)), i);
	}
	assert_int_equal(event_type_by_id(slice_text("")), EVENT_TYPE_COUNT);
	assert_int_equal(event_type_by_id(slice_text("Spawn")),
			 EVENT_TYPE_COUNT);
	assert_string_equal(event_type_id(EVENT_TYPE_COUNT), "");
	assert_string_equal(event_type_id(EVENT_NAME_REMOVED), "name_removed");
}

static void denial__classes_have_ids(void **state)
{
	(void)state;
	for (int i = 0; i < DENIAL_CLASS_COUNT; i++) {
		const char *id = denial_class_id((enum denial_class)i);

		assert_true(strlen(id) > 0);
		assert_int_equal(denial_class_by_id(slice_text(id)), i);
	}
	assert_int_equal(denial_class_by_id(slice_text("sandbox")),
			 DENIAL_CLASS_COUNT);
	assert_string_equal(denial_class_id(DENIAL_CLASS_COUNT), "");
	assert_string_equal(denial_class_id(DENIAL_REFUSED_CALL),
			    "refused_call");
}

static void denial__attributions_have_ids(void **state)
{
	(void)state;
	for (int i = 0; i < ATTRIBUTION_COUNT; i++) {
		const char *id = attribution_id((enum attribution)i);

		assert_true(strlen(id) > 0);
		assert_int_equal(attribution_by_id(slice_text(id)), i);
	}
	assert_int_equal(attribution_by_id(slice_text("guess")),
			 ATTRIBUTION_COUNT);
	assert_string_equal(attribution_id(ATTRIBUTED_PID), "pid");
}

static void source__ids_are_found_and_unique(void **state)
{
	(void)state;
	for (int i = 0; i < SOURCE_COUNT; i++) {
		const struct source_info *s = &source_table[i];

		if (!s->id)
			fail_msg("source %d has no row", i);
		assert_int_equal(source_by_id(slice_text(s->id)), i);
		assert_true(strlen(s->label) > 0 && strlen(s->label) < 16);
		assert_int_equal(s->help[strlen(s->help) - 1], '.');
	}
	assert_int_equal(source_by_id(slice_text("ebpf")), SOURCE_OTHER);
	assert_int_equal(source_by_id(slice_text("proc_connector")),
			 SOURCE_PROC_CONNECTOR);
}

static void source__states_have_ids(void **state)
{
	(void)state;
	for (int i = 0; i < SOURCE_STATE_COUNT; i++) {
		const char *id = source_state_id((enum source_state)i);

		assert_true(strlen(id) > 0);
		assert_int_equal(source_state_by_id(slice_text(id)), i);
	}
	assert_int_equal(source_state_by_id(slice_text("dead")),
			 SOURCE_STATE_COUNT);
	assert_string_equal(source_state_id(SOURCE_NEEDS_PRIVILEGE),
			    "needs_privilege");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(event__types_have_ids),
		cmocka_unit_test(denial__classes_have_ids),
		cmocka_unit_test(denial__attributions_have_ids),
		cmocka_unit_test(source__ids_are_found_and_unique),
		cmocka_unit_test(source__states_have_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
