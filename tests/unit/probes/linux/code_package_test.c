#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/linux/code_package.h"

/* A root of a Debian system, as small as can be. */
static char root_path[64];
static int root;

static void put(const char *name, const char *content)
{
	int fd = openat(root, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	(void)close(fd);
}

static int setup(void **state)
{
	static const char *const directories[] = {
		"usr",     "usr/bin",      "var",
		"var/lib", "var/lib/dpkg", "var/lib/dpkg/info",
	};

	(void)state;
	(void)snprintf(root_path, sizeof(root_path), "/tmp/package.XXXXXX");
	assert_non_null(mkdtemp(root_path));
	root = open(root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		assert_int_equal(mkdirat(root, directories[i], 0755), 0);
	assert_int_equal(symlinkat("usr/bin", root, "bin"), 0);
	put("var/lib/dpkg/info/bash.list", "/.\n/bin\n/bin/bash\n/usr/bin/b2");
	put("var/lib/dpkg/info/libx:amd64.list", "/.\n/usr/lib/x.so\n");
	put("var/lib/dpkg/info/libx:arm64.list", "/.\n/usr/lib/arm/x.so\n");
	put("var/lib/dpkg/info/old.list", "/usr/bin/tool\n/usr/bin/shared\n");
	put("var/lib/dpkg/info/new.list", "/usr/bin/tool\n/usr/bin/shared\n");
	put("var/lib/dpkg/diversions", "/usr/bin/tool\n/usr/bin/tool.old\nnew\n"
				       "/usr/bin/b2\n/usr/bin/b2.real\n:\n");
	put("var/lib/dpkg/status",
	    "Package: bash\nVersion: 5.2\n\n"
	    "Package: libx\nArchitecture: amd64\nVersion: 1:2.0\n\n"
	    "Package: libx\nArchitecture: arm64\nVersion: 1:1.9\n\n"
	    "Package: old\nVersion: 1\n\nPackage: new\nVersion: 2");
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	(void)close(root);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", root_path);
	return system(command);
}

static enum status owner(const char *path, const char *expected)
{
	struct text t;
	enum status status;

	text_init(&t, PACKAGE_TEXT_MAX);
	status = package_owner(root, slice_text(path), &t, NULL);
	if (!status)
		assert_string_equal(t.ptr, expected);
	text_release(&t);
	return status;
}

static void package__merged_usr_both_ways(void **state)
{
	(void)state;
	assert_int_equal(owner("/usr/bin/bash", "bash 5.2"), STATUS_OK);
	assert_int_equal(owner("/bin/bash", "bash 5.2"), STATUS_OK);
	assert_int_equal(owner("/usr/bin/bas", NULL), STATUS_NOT_FOUND);
	assert_int_equal(owner("/in/bash", NULL), STATUS_NOT_FOUND);
	assert_int_equal(owner("usr/bin/bash", NULL), STATUS_USAGE);
}

static void package__versions_are_told_apart_by_architecture(void **state)
{
	(void)state;
	assert_int_equal(owner("/usr/lib/x.so", "libx:amd64 1:2.0"), STATUS_OK);
	assert_int_equal(owner("/usr/lib/arm/x.so", "libx:arm64 1:1.9"),
			 STATUS_OK);
}

static void package__diversions(void **state)
{
	(void)state;
	assert_int_equal(owner("/usr/bin/tool", "new 2"), STATUS_OK);
	assert_int_equal(owner("/usr/bin/tool.old", "old 1"), STATUS_OK);
	/* Diverted by hand: what is there now is nobody's. */
	assert_int_equal(owner("/usr/bin/b2", NULL), STATUS_NOT_FOUND);
	assert_int_equal(owner("/usr/bin/b2.real", "bash 5.2"), STATUS_OK);
}

static void package__two_owners_are_both_named(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, PACKAGE_TEXT_MAX);
	assert_int_equal(
		package_owner(root, SLICE_LITERAL("/usr/bin/shared"), &t, NULL),
		STATUS_OK);
	assert_non_null(strstr(t.ptr, "old 1"));
	assert_non_null(strstr(t.ptr, "new 2"));
	text_release(&t);
}

static void package__no_database_is_no_answer(void **state)
{
	struct error err;
	struct text t;
	int other;

	(void)state;
	text_init(&t, PACKAGE_TEXT_MAX);
	other = openat(root, "usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(
		package_owner(other, SLICE_LITERAL("/bin/x"), &t, &err),
		STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, "no package database"));
	assert_int_equal(mkdirat(other, "var", 0755), 0);
	assert_int_equal(mkdirat(other, "var/lib", 0755), 0);
	/* An rpm database of nothing is none: Debian has one. */
	assert_int_equal(mkdirat(other, "var/lib/rpm", 0755), 0);
	put("usr/var/lib/rpm/rpmdb.sqlite", "");
	assert_int_equal(
		package_owner(other, SLICE_LITERAL("/bin/x"), &t, &err),
		STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, "no package database"));
	put("usr/var/lib/rpm/rpmdb.sqlite", "something");
	assert_int_equal(
		package_owner(other, SLICE_LITERAL("/bin/x"), &t, &err),
		STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, "another system"));
	(void)close(other);
	text_release(&t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(package__merged_usr_both_ways),
		TEST(package__versions_are_told_apart_by_architecture),
		TEST(package__diversions),
		TEST(package__two_owners_are_both_named),
		TEST(package__no_database_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
