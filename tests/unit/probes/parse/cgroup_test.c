#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "probes/parse/cgroup.h"

#define ID "3f2a91c04d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8"

struct cgroup_case {
	const char *text;
	const char *path, *unit, *snap, *flatpak, *engine, *container;
};

/* Written from the vendors' sources and documents, as cgroup.c names them. */
static const struct cgroup_case cases[] = {
	/* systemd: a session, a user's app, a system service. */
	{"0::/user.slice/user-1000.slice/session-2.scope\n",
	 "/user.slice/user-1000.slice/session-2.scope", "session-2.scope", "",
	 "", NULL, ""},
	{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
	 "app-gnome-org.gnome.Terminal\\x2dServer-99.scope\n",
	 "/user.slice/user-1000.slice/user@1000.service/app.slice/"
	 "app-gnome-org.gnome.Terminal\\x2dServer-99.scope",
	 "app-gnome-org.gnome.Terminal-Server-99.scope", "", "", NULL, ""},
	{"0::/user.slice/user-1000.slice/user@1000.service/init.scope\n",
	 "/user.slice/user-1000.slice/user@1000.service/init.scope",
	 "user@1000.service", "", "", NULL, ""},
	{"0::/system.slice/systemd-logind.service\n",
	 "/system.slice/systemd-logind.service", "systemd-logind.service", "",
	 "", NULL, ""},
	{"0::/init.scope\n", "/init.scope", "init.scope", "", "", NULL, ""},
	{"0::/\n", "/", "", "", "", NULL, ""},
	/* Hybrid: the unified hierarchy is empty, systemd's is not. */
	{"12:pids:/system.slice/cron.service\n"
	 "1:name=systemd:/system.slice/cron.service\n0::/\n",
	 "/system.slice/cron.service", "cron.service", "", "", NULL, ""},
	/* Docker, systemd and cgroupfs drivers, cgroup v1 and v2. */
	{"0::/system.slice/docker-" ID ".scope\n",
	 "/system.slice/docker-" ID ".scope", "docker-" ID ".scope", "", "",
	 "docker", ID},
	{"0::/docker/" ID "\n", "/docker/" ID, "", "", "", "docker", ID},
	{"4:memory:/docker/" ID "\n1:name=systemd:/docker/" ID "\n",
	 "/docker/" ID, "", "", "", "docker", ID},
	{"4:memory:/docker/" ID "\n0::/\n", "/", "", "", "", "docker", ID},
	/* Podman; its monitor runs outside of the container. */
	{"0::/user.slice/user-1000.slice/user@1000.service/user.slice/"
	 "libpod-" ID ".scope/container\n",
	 "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
	 ".scope/container",
	 "libpod-" ID ".scope", "", "", "podman", ID},
	{"0::/machine.slice/libpod-conmon-" ID ".scope\n",
	 "/machine.slice/libpod-conmon-" ID ".scope",
	 "libpod-conmon-" ID ".scope", "", "", NULL, ""},
	/* Kubernetes: containerd by systemd, any runtime by cgroupfs. */
	{"0::/kubepods.slice/kubepods-burstable.slice/"
	 "kubepods-burstable-pod1234.slice/cri-containerd-" ID ".scope\n",
	 NULL, "cri-containerd-" ID ".scope", "", "", "containerd", ID},
	{"0::/kubepods/burstable/pod1b2c3d4e-0000-0000-0000-000000000000/" ID
	 "\n",
	 NULL, "", "", "", "kubernetes", ID},
	{"0::/kubepods.slice/kubepods-pod12.slice/crio-" ID ".scope\n", NULL,
	 "crio-" ID ".scope", "", "", "cri-o", ID},
	/* lxc.container.conf(5). */
	{"0::/lxc.payload.web\n", NULL, "", "", "", "lxc", "web"},
	{"0::/lxc/web\n", NULL, "", "", "", "lxc", "web"},
	{"0::/lxc.monitor.web\n", NULL, "", "", "", NULL, ""},
	/* systemd-nspawn(1), and libvirt's virtual machine, which is none. */
	{"0::/machine.slice/machine-deb\\x2d12.scope/payload\n", NULL,
	 "machine-deb-12.scope", "", "", "systemd-nspawn", "deb-12"},
	{"0::/machine.slice/systemd-nspawn@web.service/payload\n", NULL,
	 "systemd-nspawn@web.service", "", "", "systemd-nspawn", "web"},
	{"0::/machine.slice/machine-qemu\\x2d1\\x2dwin.scope\n", NULL,
	 "machine-qemu-1-win.scope", "", "", NULL, ""},
	/* A container in a container: the inner one. */
	{"0::/lxc.payload.web/system.slice/docker-" ID ".scope\n", NULL, "", "",
	 "", "docker", ID},
	/* Snap and flatpak scopes of a desktop. */
	{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
	 "snap.firefox.firefox-0a1b2c3d-1111-2222-3333-444455556666.scope\n",
	 NULL,
	 "snap.firefox.firefox-0a1b2c3d-1111-2222-3333-444455556666.scope",
	 "firefox", "", NULL, ""},
	{"0::/system.slice/snap.lxd.daemon.service\n", NULL,
	 "snap.lxd.daemon.service", "lxd", "", NULL, ""},
	{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
	 "app-flatpak-org.gnome.Maps-3094.scope\n",
	 NULL, "app-flatpak-org.gnome.Maps-3094.scope", "", "org.gnome.Maps",
	 NULL, ""},
	{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
	 "app-flatpak-com.foo\\x2dbar.App-1.scope\n",
	 NULL, "app-flatpak-com.foo-bar.App-1.scope", "", "com.foo-bar.App",
	 NULL, ""},
	/* From inside a cgroup namespace. */
	{"0::/../../system.slice/cron.service\n", NULL, "cron.service", "", "",
	 NULL, ""},
	/* Names that only look like it. */
	{"0::/docker/3f2a91c0\n", NULL, "", "", "", NULL, ""},
	{"0::/docker-" ID "x.scope\n", NULL, "docker-" ID "x.scope", "", "",
	 NULL, ""},
	{"0::/snap.\n", NULL, "", "", "", NULL, ""},
	{"0::/snap.UPPER.x.scope\n", NULL, "snap.UPPER.x.scope", "", "", NULL,
	 ""},
	{"0::/app-flatpak-.scope\n", NULL, "app-flatpak-.scope", "", "", NULL,
	 ""},
	{"0::/machine-.scope\n", NULL, "machine-.scope", "", "", NULL, ""},
	{"0::/\\x00\\xZZ\\x2\n", NULL, "", "", "", NULL, ""},
	{"garbage\n:\n::\n", NULL, "", "", "", NULL, ""},
	{"", "", "", "", "", NULL, ""},
};

static void cgroup__reads_what_vendors_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct cgroup_case *c = &cases[i];
		struct cgroup_info info;

		cgroup_parse(slice_text(c->text), &info);
		if (c->path)
			assert_true(slice_is(info.path, c->path));
		assert_string_equal(info.unit, c->unit);
		assert_string_equal(info.snap, c->snap);
		assert_string_equal(info.flatpak, c->flatpak);
		assert_string_equal(info.container, c->container);
		if (c->engine)
			assert_string_equal(info.engine, c->engine);
		else
			assert_null(info.engine);
	}
}

/* Half an id is no id, half a name no name. */
static void cgroup__cut_anywhere_makes_nothing_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct slice text = slice_text(cases[i].text);

		for (size_t n = 0; n < text.len; n++) {
			uint8_t *copy = cut_copy(text, n);
			struct cgroup_info info;

			cgroup_parse(slice_of(copy, n), &info);
			if (info.container[0])
				assert_string_equal(info.container,
						    cases[i].container);
			if (info.flatpak[0])
				assert_string_equal(info.flatpak,
						    cases[i].flatpak);
			free(copy);
		}
	}
}

static void cgroup__long_paths_are_bounded(void **state)
{
	size_t n = CGROUP_BYTES_MAX;
	char *text = malloc(n);
	struct cgroup_info info;

	(void)state;
	memset(text, 'a', n);
	memcpy(text, "0::/", 4);
	text[n - 1] = '\n';
	cgroup_parse(slice_of(text, n), &info);
	assert_int_equal(info.path.len, n - 4);
	for (size_t i = 4; i < n - 1; i += 2)
		text[i] = '/';
	cgroup_parse(slice_of(text, n), &info);
	assert_null(info.engine);
	/* A unit's name that is too long is cut, never written past. */
	memset(text + 4, 'u', n - 4);
	memcpy(text + n - 9, ".service\n", 9);
	cgroup_parse(slice_of(text, n), &info);
	assert_int_equal(strlen(info.unit), CGROUP_NAME_BYTES - 1);
	free(text);
}

static void cgroup__snap_names_come_from_tags(void **state)
{
	char name[CGROUP_NAME_BYTES];

	(void)state;
	assert_true(
		cgroup_snap_name(SLICE_LITERAL("snap.code_dev.code"), name));
	assert_string_equal(name, "code_dev");
	assert_true(cgroup_snap_name(SLICE_LITERAL("snap.lxd.hook.configure"),
				     name));
	assert_string_equal(name, "lxd");
	assert_false(cgroup_snap_name(SLICE_LITERAL("snap.lxd"), name));
	assert_false(cgroup_snap_name(SLICE_LITERAL("snap..x"), name));
	assert_false(cgroup_snap_name(SLICE_LITERAL("snapd.x.y"), name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cgroup__reads_what_vendors_write),
		cmocka_unit_test(cgroup__cut_anywhere_makes_nothing_up),
		cmocka_unit_test(cgroup__long_paths_are_bounded),
		cmocka_unit_test(cgroup__snap_names_come_from_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
