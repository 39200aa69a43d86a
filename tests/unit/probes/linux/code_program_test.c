#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "probes/linux/code_program.h"

static char path[64];
static int root;

/* A copy of our own program, which is an ELF file. */
static int setup(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/program.XXXXXX");
	(void)close(mkstemp(path));
	(void)snprintf(command, sizeof(command), "cp /proc/%d/exe %s",
		       (int)getpid(), path);
	root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return system(command);
}

static int teardown(void **state)
{
	(void)state;
	(void)close(root);
	(void)unlink(path);
	return 0;
}

static void program__that_is_itself(void **state)
{
	struct linux_code c;
	struct file f;

	(void)state;
	assert_int_equal(file_open(path, &f, NULL), STATUS_OK);
	linux_code_read(&f, slice_text(path), root, &c);
	assert_int_equal(c.path, CODE_PATH_SAME);
	assert_int_equal(c.elf, STATUS_OK);
	assert_false(c.set_user_id);
	assert_int_equal(c.capabilities, STATUS_NOT_FOUND);
	file_close(&f);
}

static void program__removed_and_replaced_while_it_runs(void **state)
{
	char link[80];
	struct linux_code c;
	struct file f;

	(void)state;
	(void)snprintf(link, sizeof(link), "%s (deleted)", path);
	assert_int_equal(file_open(path, &f, NULL), STATUS_OK);
	assert_int_equal(unlink(path), 0);
	linux_code_read(&f, slice_text(link), root, &c);
	assert_int_equal(c.path, CODE_PATH_REMOVED);
	assert_int_not_equal(c.package, STATUS_OK);
	(void)close(open(path, O_WRONLY | O_CREAT, 0700));
	linux_code_read(&f, slice_text(link), root, &c);
	assert_int_equal(c.path, CODE_PATH_REPLACED);
	file_close(&f);
	/* A path of another mount namespace proves nothing. */
	assert_int_equal(file_open(path, &f, NULL), STATUS_OK);
	linux_code_read(&f, SLICE_LITERAL("/bin/sh"), root, &c);
	assert_int_equal(c.path, CODE_PATH_UNKNOWN);
	assert_int_not_equal(c.package, STATUS_OK);
	file_close(&f);
	/* A file that is really named so is itself. */
	(void)close(open(link, O_WRONLY | O_CREAT, 0700));
	assert_int_equal(file_open(link, &f, NULL), STATUS_OK);
	linux_code_read(&f, slice_text(link), root, &c);
	assert_int_equal(c.path, CODE_PATH_SAME);
	assert_int_equal(c.elf, STATUS_UNSUPPORTED);
	file_close(&f);
	(void)unlink(link);
}

static void program__in_memory_only(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct event_fact facts[LINUX_CODE_EVENT_FACTS];
	struct linux_code c;
	struct file f;

	(void)state;
	assert_int_equal(
		file_of_descriptor(memfd_create("x", MFD_CLOEXEC), &f, NULL),
		STATUS_OK);
	linux_code_read(&f, SLICE_LITERAL("/memfd:x (deleted)"), root, &c);
	assert_int_equal(c.path, CODE_PATH_MEMORY);
	assert_int_equal(linux_code_event_facts(&c, pool, facts), 3);
	assert_int_equal(facts[1].fact.state, FACT_ABSENT);
	assert_int_equal(facts[2].id, FACT_EXECUTABLE_DELETED);
	assert_true(facts[2].fact.value.as.boolean);
	file_close(&f);
	value_pool_free(pool);
}

/* As root only: an ordinary user cannot give a file capabilities. */
static void program__set_id_and_capabilities(void **state)
{
	static const uint8_t attribute[] = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0,
					    0, 0, 0, 0, 0, 0,    0, 0, 0, 0};
	struct value_pool *pool = value_pool_new();
	struct linux_code c;
	struct code code;
	struct file f;

	(void)state;
	if (geteuid() != 0 || setxattr(path, "security.capability", attribute,
				       sizeof(attribute), 0) < 0) {
		value_pool_free(pool);
		skip();
	}
	assert_int_equal(chmod(path, 06755), 0);
	assert_int_equal(file_open(path, &f, NULL), STATUS_OK);
	linux_code_read(&f, slice_text(path), root, &c);
	code_init(&code);
	linux_code_facts(&c, pool, &code);
	assert_int_equal(value_count(code.facts[FACT_SET_ID].value), 2);
	assert_true(slice_starts(
		value_slice(value_at(code.facts[FACT_SET_ID].value, 0)),
		"setuid 0"));
	assert_true(
		slice_is(value_slice(value_at(
				 code.facts[FACT_FILE_CAPABILITIES].value, 0)),
			 "cap_net_raw=ep"));
	file_close(&f);
	code_release(pool, &code);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(program__that_is_itself),
		TEST(program__removed_and_replaced_while_it_runs),
		TEST(program__in_memory_only),
		TEST(program__set_id_and_capabilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
