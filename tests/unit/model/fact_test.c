#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "model/fact.h"

/* What files and queries may write: a-z, digits and '_'. */
static void expect_id(const char *id)
{
	assert_true(strlen(id) > 0 && strlen(id) < 32);
	for (const char *c = id; *c; c++)
		assert_true((*c >= 'a' && *c <= 'z') ||
			    (*c >= '0' && *c <= '9') || *c == '_');
}

static void fact__every_id_is_found_and_unique(void **state)
{
	(void)state;
	for (int i = 0; i < FACT_COUNT; i++) {
		const char *id = fact_table[i].id;

		if (!id)
			fail_msg("fact %d has no row", i);
		expect_id(id);
		/* A second one with the same id would be found as the first. */
		assert_int_equal(fact_by_id(slice_text(id)), i);
	}
	assert_int_equal(fact_by_id(slice_text("")), FACT_NONE);
	assert_int_equal(fact_by_id(slice_text("PID")), FACT_NONE);
	assert_int_equal(fact_by_id(SLICE_LITERAL("pid\0")), FACT_NONE);
}

/* The ids that DESIGN.md promises never to change. */
static void fact__promised_ids_are_there(void **state)
{
	static const char *const any[] = {
		"responsible_pid",
		"user",
		"uid",
		"name",
		"executable",
		"arguments",
		"role",
		"app",
		"bundle_id",
		"architecture",
		"state",
		"sandbox",
		"sandbox_mechanisms",
		"code_identifier",
		"team_id",
		"cdhash",
		"signing_class",
		"signing_flags",
		"authorities",
		"entitlements",
		"names",
		"denials",
	};
	static const char *const macos[] = {
		"container_path",   "app_groups",         "profile",
		"hardened_runtime", "library_validation", "get_task_allow",
		"launchd_label",
	};
	static const char *const on_linux[] = {
		"seccomp_mode",
		"seccomp_filters",
		"no_new_privs",
		"capabilities_effective",
		"capabilities_bounding",
		"namespaces",
		"namespace_pids",
		"root_directory",
		"lsm_label",
		"flatpak_app",
		"snap",
		"container_engine",
		"cgroup",
		"unit",
		"build_id",
		"package",
		"executable_deleted",
		"landlock",
	};
	const struct {
		const char *const *ids;
		size_t count;
		unsigned platforms;
	} lists[] = {
		{any, sizeof(any) / sizeof(*any), PLATFORM_ANY},
		{macos, sizeof(macos) / sizeof(*macos), PLATFORM_MACOS},
		{on_linux, sizeof(on_linux) / sizeof(*on_linux),
		 PLATFORM_LINUX},
	};

	(void)state;
	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++) {
		for (size_t i = 0; i < lists[l].count; i++) {
			enum fact_id id =
				fact_by_id(slice_text(lists[l].ids[i]));

			if (id == FACT_NONE)
				fail_msg("no fact %s", lists[l].ids[i]);
			assert_int_equal(fact_table[id].platforms,
					 lists[l].platforms);
		}
	}
}

static void fact__every_row_is_whole(void **state)
{
	(void)state;
	for (int i = 0; i < FACT_COUNT; i++) {
		const struct fact_info *f = &fact_table[i];
		size_t heading = strlen(f->heading), help = strlen(f->help);

		assert_true(heading > 0);
		if (f->width && heading > (size_t)f->width)
			fail_msg("%s: the heading is wider than %d", f->id,
				 f->width);
		assert_true(f->width >= 0 && f->width < 40);
		assert_true(strlen(f->label) > 0);
		/* One sentence. */
		assert_true(help > 10 && f->help[help - 1] == '.');
		assert_non_null(f->unit);
		assert_true(f->type > VALUE_NONE && f->type < VALUE_TYPE_COUNT);
		assert_true(f->group < GROUP_COUNT);
		assert_true(f->platforms <= PLATFORM_ANY);
		/* What only code has is no process's on any platform. */
		assert_int_equal(f->platforms == 0, i >= FACT_SLOT_END);
	}
}

static void fact__headings_do_not_repeat_on_one_platform(void **state)
{
	(void)state;
	for (int i = 0; i < FACT_COUNT; i++)
		for (int j = 0; j < i; j++)
			if (fact_table[i].platforms & fact_table[j].platforms)
				assert_string_not_equal(fact_table[i].heading,
							fact_table[j].heading);
}

static void fact__fields_are_derived_and_come_first(void **state)
{
	(void)state;
	for (int i = 0; i < FACT_FIRST_SLOT; i++)
		assert_true(fact_table[i].flags & FACT_DERIVED);
	assert_int_equal(FACT_FIRST_SLOT, FACT_EXIT + 1);
}

static void fact__flags_follow_what_the_kernel_does(void **state)
{
	static const enum fact_id survives_exec[] = {
		FACT_SECCOMP_MODE, FACT_SECCOMP_FILTERS, FACT_NO_NEW_PRIVS,
		FACT_NAMESPACES,   FACT_ROOT_DIRECTORY,  FACT_CGROUP,
		FACT_UID,          FACT_SANDBOX,
	};
	static const enum fact_id own[] = {
		FACT_ROLE,    FACT_STATE,          FACT_NAMES,
		FACT_DENIALS, FACT_NAMESPACE_PIDS, FACT_LAUNCHD_LABEL};

	(void)state;
	for (size_t i = 0; i < sizeof(survives_exec) / sizeof(*survives_exec);
	     i++) {
		unsigned flags = fact_table[survives_exec[i]].flags;

		assert_true(flags & FACT_FORK_KEEPS);
		assert_false(flags & FACT_EXEC_CLEARS);
	}
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		assert_false(fact_table[own[i]].flags & FACT_FORK_KEEPS);
	assert_true(fact_table[FACT_ARGUMENTS].flags & FACT_EXEC_CLEARS);
	assert_true(fact_table[FACT_ARGUMENTS].flags & FACT_AGES);
}

static void fact__what_may_hold_secrets_says_so(void **state)
{
	(void)state;
	assert_int_equal(fact_table[FACT_ARGUMENTS].sensitivity,
			 SENSITIVE_SECRET);
	assert_int_equal(fact_table[FACT_USER].sensitivity, SENSITIVE_USER);
	assert_int_equal(fact_table[FACT_EXECUTABLE].sensitivity,
			 SENSITIVE_PATH);
	assert_int_equal(fact_table[FACT_ROOT_DIRECTORY].sensitivity,
			 SENSITIVE_PATH);
	assert_int_equal(fact_table[FACT_CONTAINER_PATH].sensitivity,
			 SENSITIVE_PATH);
}

static void fact__states_have_ids(void **state)
{
	(void)state;
	for (int i = 0; i < FACT_STATE_COUNT; i++) {
		expect_id(fact_state_id((enum fact_state)i));
		assert_int_equal(fact_state_by_id(slice_text(
					 fact_state_id((enum fact_state)i))),
				 i);
	}
	assert_int_equal(fact_state_by_id(slice_text("unknown")),
			 FACT_STATE_COUNT);
	assert_string_equal(fact_state_id(FACT_STATE_COUNT), "");
	assert_string_equal(fact_state_id(FACT_NEEDS_PRIVILEGE),
			    "needs_privilege");
}

static void fact__groups_have_labels(void **state)
{
	(void)state;
	for (int i = 0; i < GROUP_COUNT; i++)
		assert_true(strlen(fact_group_label((enum fact_group)i)) > 3);
	assert_string_equal(fact_group_label(GROUP_ENTITLEMENTS),
			    "Entitlements");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fact__every_id_is_found_and_unique),
		cmocka_unit_test(fact__promised_ids_are_there),
		cmocka_unit_test(fact__every_row_is_whole),
		cmocka_unit_test(fact__headings_do_not_repeat_on_one_platform),
		cmocka_unit_test(fact__fields_are_derived_and_come_first),
		cmocka_unit_test(fact__flags_follow_what_the_kernel_does),
		cmocka_unit_test(fact__what_may_hold_secrets_says_so),
		cmocka_unit_test(fact__states_have_ids),
		cmocka_unit_test(fact__groups_have_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
