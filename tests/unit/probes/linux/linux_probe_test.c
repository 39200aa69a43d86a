#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/live/collect.h"

/* Compiled in: one test program is one object. */
#include "tests/live/collect.c"

static struct collect read_copy(const char *root)
{
	struct collect c;
	struct event_sink sink;
	struct probe *p;
	struct error err = {.message = ""};
	struct probe_options options = {.proc_root = root};

	collect_init(&c);
	options.pool = c.pool;
	assert_int_equal(probe_live()->open(&options, &p, &err), STATUS_OK);
	sink = collect_sink(&c);
	assert_int_equal(probe_live()->read_all(p, NULL, 0, INT64_C(5000000000),
						&sink, &err),
			 STATUS_OK);
	probe_live()->close(p);
	assert_true(c.listed);
	assert_int_equal(c.sources[SOURCE_PROC], SOURCE_RECORDED);
	assert_int_equal(c.sources[SOURCE_PROC_CONNECTOR], SOURCE_UNUSED);
	return c;
}

struct expected {
	int64_t pid;
	enum fact_id id;
	const char *text;
};

static void check(const struct collect *c, const struct expected *e,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = collect_text(c, e[i].pid, e[i].id);

		if (strcmp(text, e[i].text) != 0)
			print_message("pid %lld %s\n", (long long)e[i].pid,
				      fact_table[e[i].id].id);
		assert_string_equal(text, e[i].text);
	}
}

#define CHECK(c, table) check(c, table, sizeof(table) / sizeof(*(table)))

static const struct expected desktop[] = {
	{1, FACT_SANDBOX, "none"},
	{1, FACT_UNIT, "init.scope"},
	{2, FACT_SANDBOX, "-"},
	{2, FACT_ARGUMENTS, "-"},
	{2, FACT_UID, "0"},
	{100, FACT_SANDBOX, "snap firefox + seccomp"},
	{100, FACT_SNAP, "firefox"},
	{100, FACT_LSM_LABEL, "snap.firefox.firefox (enforce)"},
	{100, FACT_NAMESPACES, "mnt=4026532600"},
	{101, FACT_SNAP, "code"},
	{101, FACT_SANDBOX, "none"},
	{200, FACT_SANDBOX, "none"},
	{200, FACT_FLATPAK_APP, "org.gnome.Maps"},
	{201, FACT_SANDBOX, "flatpak org.gnome.Maps + seccomp"},
	{201, FACT_FLATPAK_APP, "org.gnome.Maps"},
	{201, FACT_FLATPAK_PERMISSIONS,
	 "Context=shared=network;ipc; sockets=x11;wayland;fallback-x11; "
	 "Session Bus Policy=org.freedesktop.GeoClue2=talk"},
	{201, FACT_NAMESPACE_PIDS, "2"},
	{201, FACT_SECCOMP_FILTERS, "2"},
	{300, FACT_SANDBOX, "none"},
	{301, FACT_SANDBOX, "pid mnt + seccomp + fewer caps"},
	{301, FACT_CAPABILITIES_BOUNDING, ""},
	{301, FACT_FLATPAK_APP, "?"},
	{400, FACT_SANDBOX, "mnt + seccomp + fewer caps"},
	{400, FACT_CAPABILITIES_EFFECTIVE, "cap_net_admin cap_net_raw"},
	{400, FACT_UNIT, "systemd-resolved.service"},
	{401, FACT_SANDBOX, "apparmor:/usr/sbin/cupsd"},
	{401, FACT_EXECUTABLE, "/usr/sbin/cupsd"},
	{401, FACT_EXECUTABLE_DELETED, "yes"},
	{402, FACT_SANDBOX, "no-new-privs"},
	{402, FACT_EXECUTABLE_DELETED, "no"},
	{403, FACT_SANDBOX, "chroot"},
	{403, FACT_ROOT_DIRECTORY, "/srv/jail"},
	{404, FACT_SANDBOX, "userns pid net + chroot"},
	{404, FACT_SANDBOX_MECHANISMS, "userns pidns netns chroot"},
	{405, FACT_SANDBOX, "seccomp strict"},
	{405, FACT_SECCOMP_MODE, "strict"},
	{406, FACT_SANDBOX, "none"},
	{406, FACT_FLATPAK_APP, "com.fake.App"},
	{407, FACT_STATE, "zombie"},
	{407, FACT_SANDBOX, "?"},
	{900, FACT_SANDBOX, "none"},
	{900, FACT_USER, "?"},
	{900, FACT_LANDLOCK, "?"},
};

static void linux_probe__reads_a_desktop(void **state)
{
	struct collect c = read_copy("tests/fixtures/proc-desktop");

	(void)state;
	CHECK(&c, desktop);
	/* A scope's name is a claim; the file in its root is none. */
	assert_int_equal(collect_fact(&c, 201, FACT_FLATPAK_APP)->state,
			 FACT_KNOWN);
	assert_int_equal(collect_fact(&c, 406, FACT_FLATPAK_APP)->state,
			 FACT_INFERRED);
	assert_int_equal(collect_fact(&c, 101, FACT_SNAP)->state,
			 FACT_INFERRED);
	assert_int_equal(collect_fact(&c, 900, FACT_LANDLOCK)->state,
			 FACT_UNSUPPORTED);
	collect_release(&c);
}

static const struct expected containers[] = {
	{500, FACT_SANDBOX, "docker 3f2a91c0 + seccomp"},
	{500, FACT_CONTAINER_ENGINE, "docker"},
	{501, FACT_SANDBOX, "none"},
	{501, FACT_CONTAINER_ENGINE, "-"},
	{502, FACT_SANDBOX, "podman 3f2a91c0"},
	{503, FACT_SANDBOX, "containerd 3f2a91c0"},
	{504, FACT_SANDBOX, "lxc web"},
	{505, FACT_SANDBOX, "systemd-nspawn deb-12"},
	{505, FACT_CONTAINER_ID, "deb-12"},
	{506, FACT_SANDBOX, "none"},
	{506, FACT_CONTAINER_ENGINE, "docker"},
};

static void linux_probe__reads_containers(void **state)
{
	struct collect c = read_copy("tests/fixtures/proc-containers");

	(void)state;
	CHECK(&c, containers);
	assert_int_equal(collect_fact(&c, 500, FACT_SANDBOX)->state,
			 FACT_INFERRED);
	collect_release(&c);
}

static const struct expected hostile[] = {
	{10, FACT_NAME, ") R 1 1 1 0 -1 ("},
	{10, FACT_ARGUMENTS, "a\nb\x1b[2J "},
	{10, FACT_EXECUTABLE, "/tmp/x\n"},
	{11, FACT_UID, "1000"},
	{11, FACT_SECCOMP_MODE, "?"},
	{14, FACT_FLATPAK_APP, "-"},
	{15, FACT_FLATPAK_APP, "?"},
	{16, FACT_SECCOMP_MODE, "?"},
	{16, FACT_UID, "?"},
	{17, FACT_ARGUMENTS, "?"},
	{17, FACT_CGROUP, "?"},
	{17, FACT_EXECUTABLE, "?"},
};

static void linux_probe__survives_a_hostile_copy(void **state)
{
	struct collect c = read_copy("tests/fixtures/proc-hostile");

	(void)state;
	CHECK(&c, hostile);
	/* No stat, no process; a number too large is none. */
	assert_null(collect_fact(&c, 12, FACT_NAME));
	assert_null(collect_fact(&c, 13, FACT_NAME));
	/* Without an entry of our own nothing is called unconfined. */
	for (int pid = 10; pid <= 17; pid++)
		if (pid != 12 && pid != 13)
			assert_int_equal(
				collect_fact(&c, pid, FACT_SANDBOX)->state,
				FACT_FAILED);
	collect_release(&c);
}

static void make_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* A pipe where a file should be must neither block nor be believed. */
static void linux_probe__pipes_do_not_block_it(void **state)
{
	char dir[] = "/tmp/sandtree-proc-XXXXXX";
	char path[256];
	struct collect c;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/7", dir);
	mkdir(path, 0700);
	make_file(path, "stat",
		  "7 (x) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n");
	snprintf(path, sizeof(path), "%s/7/root", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/7/root/.flatpak-info", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/7/cmdline", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	c = read_copy(dir);
	assert_string_equal(collect_text(&c, 7, FACT_NAME), "x");
	assert_int_equal(collect_fact(&c, 7, FACT_FLATPAK_APP)->state,
			 FACT_FAILED);
	collect_release(&c);
	unlink(path);
	snprintf(path, sizeof(path), "%s/7/root/.flatpak-info", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/7/root", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/7/stat", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/7", dir);
	rmdir(path);
	rmdir(dir);
}

static void linux_probe__says_why_it_cannot_open(void **state)
{
	struct collect c;
	struct probe *p;
	struct error err;
	struct probe_options options = {.proc_root = "/nowhere/at/all"};

	(void)state;
	collect_init(&c);
	options.pool = c.pool;
	assert_int_equal(probe_live()->open(&options, &p, &err),
			 STATUS_NOT_FOUND);
	assert_non_null(strstr(err.message, "/nowhere/at/all"));
	collect_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_probe__reads_a_desktop),
		cmocka_unit_test(linux_probe__reads_containers),
		cmocka_unit_test(linux_probe__survives_a_hostile_copy),
		cmocka_unit_test(linux_probe__pipes_do_not_block_it),
		cmocka_unit_test(linux_probe__says_why_it_cannot_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
