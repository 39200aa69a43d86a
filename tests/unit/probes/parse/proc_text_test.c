#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probes/parse/proc_text.h"

static void proc_namespace__reads_links(void **state)
{
	uint32_t inode = 7;

	(void)state;
	assert_true(proc_namespace_parse(SLICE_LITERAL("user:[4026531837]"),
					 NAMESPACE_USER, &inode));
	assert_true(inode == 4026531837u);
	assert_false(proc_namespace_parse(SLICE_LITERAL("user:[4026531837"),
					  NAMESPACE_USER, &inode));
	assert_false(proc_namespace_parse(SLICE_LITERAL("user:[]"),
					  NAMESPACE_USER, &inode));
	assert_false(proc_namespace_parse(SLICE_LITERAL("user:[0]"),
					  NAMESPACE_USER, &inode));
	assert_false(proc_namespace_parse(SLICE_LITERAL("user:[99999999999]"),
					  NAMESPACE_USER, &inode));
	assert_false(proc_namespace_parse(SLICE_LITERAL("pid:[4026531836]"),
					  NAMESPACE_USER, &inode));
	assert_false(proc_namespace_parse(SLICE_LITERAL("user"), NAMESPACE_USER,
					  &inode));
	assert_true(inode == 4026531837u);
}

static void proc_namespace__first_ones_are_numbered(void **state)
{
	(void)state;
	assert_true(proc_namespace_first(NAMESPACE_USER) == 4026531837u);
	assert_true(proc_namespace_first(NAMESPACE_PID) == 4026531836u);
	assert_true(proc_namespace_first(NAMESPACE_IPC) == 4026531839u);
	assert_true(proc_namespace_first(NAMESPACE_UTS) == 4026531838u);
	assert_true(proc_namespace_first(NAMESPACE_CGROUP) == 4026531835u);
	assert_true(proc_namespace_first(NAMESPACE_TIME) == 4026531834u);
	assert_true(proc_namespace_first(NAMESPACE_NET) == 0);
	assert_true(proc_namespace_first(NAMESPACE_COUNT) == 0);
}

static void proc_loadavg__has_the_last_pid(void **state)
{
	int64_t pid = 0;

	(void)state;
	assert_true(proc_loadavg_last_pid(
		SLICE_LITERAL("0.00 0.01 0.05 1/80 12345\n"), &pid));
	assert_int_equal(pid, 12345);
	/* Cut, it could be 1234. */
	assert_false(proc_loadavg_last_pid(
		SLICE_LITERAL("0.00 0.01 0.05 1/80 1234"), &pid));
	assert_false(proc_loadavg_last_pid(SLICE_LITERAL("12345\n"), &pid));
	assert_false(proc_loadavg_last_pid(SLICE_LITERAL(""), &pid));
}

static void proc_link__knows_deleted(void **state)
{
	bool deleted;

	(void)state;
	assert_true(slice_is(
		proc_link_path(SLICE_LITERAL("/a/b (deleted)"), &deleted),
		"/a/b"));
	assert_true(deleted);
	assert_true(slice_is(proc_link_path(SLICE_LITERAL("/a/b"), &deleted),
			     "/a/b"));
	assert_false(deleted);
	proc_link_path(SLICE_LITERAL(" (deleted)"), &deleted);
	assert_false(deleted);
}

static void proc_root__knows_the_empty_one(void **state)
{
	(void)state;
	assert_true(proc_root_is_empty(SLICE_LITERAL("/proc/341/fdinfo")));
	assert_true(proc_root_is_empty(
		SLICE_LITERAL("/proc/341/fdinfo (deleted)")));
	assert_false(proc_root_is_empty(SLICE_LITERAL("/proc/341/fdinfo/x")));
	assert_false(proc_root_is_empty(SLICE_LITERAL("/proc/self/fdinfo")));
	assert_false(proc_root_is_empty(SLICE_LITERAL("/srv/proc/341/fdinfo")));
	assert_false(proc_root_is_empty(SLICE_LITERAL("/")));
}

struct label_case {
	const char *text, *name;
	enum proc_label_kind kind;
	bool confines;
};

/* apparmor(7), aa-status(8); SELinux contexts of Fedora and Android. */
static const struct label_case labels[] = {
	{"unconfined\n", "unconfined", LABEL_APPARMOR, false},
	{"snap.firefox.firefox (enforce)\n", "snap.firefox.firefox",
	 LABEL_APPARMOR, true},
	{"docker-default (enforce)\n", "docker-default", LABEL_APPARMOR, true},
	{"/usr/sbin/cupsd (complain)\n", "/usr/sbin/cupsd", LABEL_APPARMOR,
	 false},
	{"chrome (unconfined)\n", "chrome", LABEL_APPARMOR, false},
	{"a (b) (enforce)", "a (b)", LABEL_APPARMOR, true},
	{"unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023",
	 "unconfined_t", LABEL_SELINUX, false},
	{"system_u:system_r:container_t:s0:c1,c2", "container_t", LABEL_SELINUX,
	 true},
	{"u:r:untrusted_app:s0:c1\n", "untrusted_app", LABEL_SELINUX, true},
	{"_", "_", LABEL_OTHER, false},
	{"User::App", "User::App", LABEL_OTHER, true},
	{"", "", LABEL_NONE, false},
	{"\n", "", LABEL_NONE, false},
	{"(enforce)", "(enforce)", LABEL_OTHER, true},
};

static void proc_label__tells_who_confines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		struct proc_label l;

		proc_label_parse(slice_text(labels[i].text), &l);
		assert_int_equal(l.kind, labels[i].kind);
		assert_int_equal(l.confines, labels[i].confines);
		assert_true(slice_is(l.name, labels[i].name));
	}
}

static size_t count(const char *bytes, size_t n, bool *cut)
{
	return proc_cmdline_count(slice_of(bytes, n), cut);
}

static void proc_cmdline__counts_arguments(void **state)
{
	bool cut;

	(void)state;
	assert_int_equal(count("", 0, &cut), 0);
	assert_int_equal(count("a", 1, &cut), 1);
	assert_int_equal(count("a\0", 2, &cut), 1);
	assert_int_equal(count("a\0b\0", 4, &cut), 2);
	assert_int_equal(count("a\0\0", 3, &cut), 2);
	assert_int_equal(count("\0", 1, &cut), 1);
	assert_int_equal(count("a\0\0\0\0\0\0\0\0\0", 10, &cut), 1);
	assert_false(cut);
}

static void proc_cmdline__has_a_maximum(void **state)
{
	size_t n = 2 * (PROC_ARGUMENTS_MAX + 1);
	char *bytes = malloc(n);
	bool cut;

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = i % 2 ? '\0' : 'x';
	assert_int_equal(count(bytes, n - 2, &cut), PROC_ARGUMENTS_MAX);
	assert_false(cut);
	assert_int_equal(count(bytes, n, &cut), PROC_ARGUMENTS_MAX);
	assert_true(cut);
	free(bytes);
}

static enum proc_hidepid hidepid(const char *text)
{
	enum proc_hidepid mode = HIDEPID_OFF;

	assert_true(proc_hidepid_parse(slice_text(text), "/proc", &mode));
	return mode;
}

static void proc_hidepid__is_an_option_of_the_mount(void **state)
{
	enum proc_hidepid mode;

	(void)state;
	assert_int_equal(
		hidepid("22 27 0:21 / /proc rw,relatime - proc proc rw\n"),
		HIDEPID_OFF);
	assert_int_equal(hidepid("22 27 0:21 / /proc rw shared:1 master:2 - "
				 "proc proc rw,gid=9,hidepid=invisible\n"),
			 HIDEPID_INVISIBLE);
	assert_int_equal(hidepid("22 27 0:21 / /proc rw - proc proc "
				 "rw,hidepid=2\n1 2 0:3 / /x rw - tmpfs x rw"),
			 HIDEPID_INVISIBLE);
	assert_int_equal(hidepid("1 2 0:1 / /proc rw - proc proc hidepid=1\n"),
			 HIDEPID_NOACCESS);
	assert_int_equal(
		hidepid("1 2 0:1 / /proc rw - proc proc rw,hidepid=ptraceable"),
		HIDEPID_PTRACEABLE);
	/* The upper mount hides the lower one. */
	assert_int_equal(hidepid("1 2 0:1 / /proc rw - proc proc hidepid=2\n"
				 "3 1 0:1 / /proc rw - proc proc rw\n"),
			 HIDEPID_OFF);
	assert_false(proc_hidepid_parse(SLICE_LITERAL(""), "/proc", &mode));
	assert_false(proc_hidepid_parse(
		SLICE_LITERAL("1 2 0:1 / /proc rw - tmpfs proc hidepid=2"),
		"/proc", &mode));
	assert_false(proc_hidepid_parse(SLICE_LITERAL("1 2 0:1 / /proc"),
					"/proc", &mode));
}

static void proc_elf__knows_machines(void **state)
{
	uint8_t h[20] = {0x7f, 'E', 'L', 'F', 2, 1};

	(void)state;
	h[18] = 62;
	assert_string_equal(proc_elf_machine(slice_of(h, 20)), "x86_64");
	h[18] = 183;
	assert_string_equal(proc_elf_machine(slice_of(h, 20)), "arm64");
	h[5] = 2;
	h[18] = 0;
	h[19] = 22;
	assert_string_equal(proc_elf_machine(slice_of(h, 20)), "s390x");
	h[19] = 77;
	assert_null(proc_elf_machine(slice_of(h, 20)));
	assert_null(proc_elf_machine(slice_of(h, 19)));
	h[0] = '#';
	assert_null(proc_elf_machine(slice_of(h, 20)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proc_namespace__reads_links),
		cmocka_unit_test(proc_namespace__first_ones_are_numbered),
		cmocka_unit_test(proc_loadavg__has_the_last_pid),
		cmocka_unit_test(proc_link__knows_deleted),
		cmocka_unit_test(proc_root__knows_the_empty_one),
		cmocka_unit_test(proc_label__tells_who_confines),
		cmocka_unit_test(proc_cmdline__counts_arguments),
		cmocka_unit_test(proc_cmdline__has_a_maximum),
		cmocka_unit_test(proc_hidepid__is_an_option_of_the_mount),
		cmocka_unit_test(proc_elf__knows_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
