#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/linux/confinement.h"

/* All was read, and nothing was found. */
static struct confinement_input plain(void)
{
	return (struct confinement_input){
		.namespaces_known = true,
		.root = ROOT_OURS,
		.status_known = true,
		.label_known = true,
	};
}

static void expect(const struct confinement_input *in, enum fact_state state,
		   const char *tag, const char *mechanisms)
{
	struct confinement c;
	struct slice rest;
	char joined[512] = "";
	size_t n = 0;

	confinement_init(&c);
	confinement_derive(in, &c);
	assert_int_equal(c.state, state);
	if (tag)
		assert_true(slice_is(text_slice(&c.tag), tag));
	rest = text_slice(&c.mechanisms);
	while (rest.len) {
		struct slice word = slice_take(&rest, 0);

		n += (size_t)snprintf(joined + n, sizeof(joined) - n, "%s%.*s",
				      n ? " " : "", (int)word.len,
				      (const char *)word.ptr);
	}
	assert_string_equal(joined, mechanisms);
	assert_int_equal(c.reason != NULL, state == FACT_INFERRED);
	confinement_release(&c);
}

static unsigned bit(enum proc_namespace n)
{
	return 1u << n;
}

static void confinement__nothing_found_is_none(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	expect(&in, FACT_KNOWN, "none", "");
}

static void confinement__chromium_is_named_by_its_walls(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.differs =
		bit(NAMESPACE_USER) | bit(NAMESPACE_PID) | bit(NAMESPACE_NET);
	in.seccomp = 2;
	in.no_new_privs = true;
	expect(&in, FACT_KNOWN, "userns pid net + seccomp",
	       "userns pidns netns seccomp no_new_privs");
	in.root = ROOT_EMPTY;
	expect(&in, FACT_KNOWN, "userns pid net + seccomp + chroot",
	       "userns pidns netns seccomp chroot no_new_privs");
}

static void confinement__no_new_privs_stands_alone(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.no_new_privs = true;
	expect(&in, FACT_KNOWN, "no-new-privs", "no_new_privs");
	in.seccomp = 1;
	expect(&in, FACT_KNOWN, "seccomp strict",
	       "seccomp-strict no_new_privs");
}

static void confinement__a_mount_namespace_explains_a_root(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.root = ROOT_OTHER;
	expect(&in, FACT_KNOWN, "chroot", "chroot");
	in.differs = bit(NAMESPACE_MNT);
	expect(&in, FACT_KNOWN, "mnt", "mntns");
}

static void confinement__fewer_caps_count_in_our_user_namespace(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.fewer_capabilities = true;
	expect(&in, FACT_KNOWN, "fewer caps", "fewer_capabilities");
	in.differs = bit(NAMESPACE_USER);
	expect(&in, FACT_KNOWN, "userns", "userns");
}

/* Nothing that was not read is told as not being there. */
static void confinement__unknown_is_never_none(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.namespaces_known = false;
	expect(&in, FACT_NEEDS_PRIVILEGE, NULL, "");
	in = plain();
	in.root = ROOT_UNKNOWN;
	expect(&in, FACT_NEEDS_PRIVILEGE, NULL, "");
	in = plain();
	in.status_known = false;
	expect(&in, FACT_NEEDS_PRIVILEGE, NULL, "");
	in = plain();
	in.label_known = false;
	expect(&in, FACT_NEEDS_PRIVILEGE, NULL, "");
	in = plain();
	in.namespaces_known = false;
	in.root = ROOT_UNKNOWN;
	in.seccomp = 2;
	expect(&in, FACT_INFERRED, "seccomp + ?", "seccomp");
	/* NSpid can be read of anybody. */
	in.nested_pid = true;
	expect(&in, FACT_INFERRED, "pid + seccomp + ?", "pidns seccomp");
}

static void confinement__identities_come_first(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.differs = bit(NAMESPACE_USER) | bit(NAMESPACE_MNT);
	in.seccomp = 2;
	in.flatpak = SLICE_LITERAL("org.x.Y");
	in.flatpak_sure = true;
	expect(&in, FACT_KNOWN, "flatpak org.x.Y + seccomp",
	       "flatpak:org.x.Y userns mntns seccomp");
	in.flatpak_sure = false;
	expect(&in, FACT_INFERRED, "flatpak org.x.Y + seccomp",
	       "flatpak:org.x.Y userns mntns seccomp");
	in.flatpak = (struct slice){NULL, 0};
	in.engine = SLICE_LITERAL("docker");
	in.container = SLICE_LITERAL("3f2a91c04d5e");
	expect(&in, FACT_INFERRED, "docker 3f2a91c0 + seccomp",
	       "container:docker userns mntns seccomp");
}

static void confinement__a_name_without_walls_confines_nobody(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	in.flatpak = SLICE_LITERAL("org.x.Y");
	in.snap = SLICE_LITERAL("x");
	in.engine = SLICE_LITERAL("docker");
	in.container = SLICE_LITERAL("3f2a91c04d5e");
	expect(&in, FACT_KNOWN, "none", "");
}

static void confinement__labels_count_when_they_confine(void **state)
{
	struct confinement_input in = plain();

	(void)state;
	proc_label_parse(SLICE_LITERAL("/usr/sbin/cupsd (enforce)"), &in.label);
	expect(&in, FACT_KNOWN, "apparmor:/usr/sbin/cupsd",
	       "apparmor:/usr/sbin/cupsd");
	in.snap = SLICE_LITERAL("firefox");
	in.snap_sure = true;
	expect(&in, FACT_KNOWN, "snap firefox",
	       "snap:firefox apparmor:/usr/sbin/cupsd");
	in = plain();
	proc_label_parse(SLICE_LITERAL("x (complain)"), &in.label);
	expect(&in, FACT_KNOWN, "none", "");
	proc_label_parse(SLICE_LITERAL("u:r:container_t:s0"), &in.label);
	expect(&in, FACT_KNOWN, "selinux:container_t", "selinux:container_t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confinement__nothing_found_is_none),
		cmocka_unit_test(confinement__chromium_is_named_by_its_walls),
		cmocka_unit_test(confinement__no_new_privs_stands_alone),
		cmocka_unit_test(
			confinement__a_mount_namespace_explains_a_root),
		cmocka_unit_test(
			confinement__fewer_caps_count_in_our_user_namespace),
		cmocka_unit_test(confinement__unknown_is_never_none),
		cmocka_unit_test(confinement__identities_come_first),
		cmocka_unit_test(
			confinement__a_name_without_walls_confines_nobody),
		cmocka_unit_test(confinement__labels_count_when_they_confine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
