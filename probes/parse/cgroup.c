#include "cgroup.h"

enum { CONTAINER_ID_DIGITS = 64, COMPONENTS_MAX = 256 };

static bool slice_ends(struct slice a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.len >= n && slice_is(slice_part(a, a.len - n, n), suffix);
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool is_container_id(struct slice id)
{
	if (id.len != CONTAINER_ID_DIGITS)
		return false;
	for (size_t i = 0; i < id.len; i++)
		if (hex_digit(id.ptr[i]) < 0)
			return false;
	return true;
}

/* Undoes systemd's \x2d (systemd.unit(5), "String Escaping"); a name that does
 * not fit is none. */
static void unescape(struct slice name, char out[CGROUP_NAME_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < name.len && n < CGROUP_NAME_BYTES - 1; i++) {
		uint8_t c = name.ptr[i];

		if (c == '\\' && name.len - i >= 4 && name.ptr[i + 1] == 'x' &&
		    hex_digit(name.ptr[i + 2]) >= 0 &&
		    hex_digit(name.ptr[i + 3]) >= 0) {
			c = (uint8_t)(hex_digit(name.ptr[i + 2]) << 4 |
				      hex_digit(name.ptr[i + 3]));
			i += 3;
		}
		if (!c)
			break;
		out[n++] = (char)c;
	}
	out[n] = '\0';
}

bool cgroup_snap_name(struct slice tag, char out[CGROUP_NAME_BYTES])
{
	struct slice rest = tag;
	struct slice name;

	if (!slice_is(slice_take(&rest, '.'), "snap"))
		return false;
	name = slice_take(&rest, '.');
	if (!name.len || !rest.len || name.len >= CGROUP_NAME_BYTES)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	memcpy(out, name.ptr, name.len);
	out[name.len] = '\0';
	return true;
}

/* "app-flatpak-org.gnome.Maps-3094.scope": flatpak's
 * flatpak_run_in_transient_unit(), common/flatpak-run.c. */
static void find_flatpak(struct slice c, char out[CGROUP_NAME_BYTES])
{
	const char *prefix = "app-flatpak-";
	size_t dash;

	if (!slice_starts(c, prefix) || !slice_ends(c, ".scope"))
		return;
	c = slice_part(c, strlen(prefix), c.len - strlen(prefix) - 6);
	dash = c.len;
	while (dash > 0 && c.ptr[dash - 1] != '-')
		dash--;
	if (dash > 1)
		unescape(slice_part(c, 0, dash - 1), out);
}

static bool is_unit(struct slice c)
{
	static const char *const suffixes[] = {".service", ".scope", ".socket",
					       ".mount", ".swap"};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (slice_ends(c, suffixes[i]))
			return true;
	return false;
}

/* The first component that is no slice is the system's unit; below
 * user@UID.service the same again gives the user's (systemd,
 * src/basic/cgroup-util.c, cg_path_get_unit and cg_path_get_user_unit). */
static void find_unit(const struct slice *parts, size_t count, char *out)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_ends(parts[i], ".slice"))
			continue;
		if (!is_unit(parts[i]))
			return;
		if (out[0] && slice_is(parts[i], "init.scope"))
			return;
		unescape(parts[i], out);
		if (!slice_starts(parts[i], "user@"))
			return;
	}
}

/*
 * Scopes that end in a container's id:
 *	docker-ID.scope          moby, daemon/oci_linux.go (systemd driver)
 *	libpod-ID.scope          podman, libpod/container_internal_linux.go
 *	cri-containerd-ID.scope  containerd, CRI plugin, helpers_linux.go
 *	crio-ID.scope            cri-o, internal/config/cgmgr/systemd_linux.go
 *	nerdctl-ID.scope         nerdctl, pkg/cmd/container/run_cgroup_linux.go
 * A monitor, as libpod-conmon-ID.scope, runs outside: its name does not fit.
 */
static const struct {
	const char *prefix;
	const char *engine;
} scopes[] = {
	{"docker-", "docker"},
	{"libpod-", "podman"},
	{"cri-containerd-", "containerd"},
	{"crio-", "cri-o"},
	{"nerdctl-", "containerd"},
};

static void set_container(struct cgroup_info *out, const char *engine,
			  struct slice id)
{
	out->engine = engine;
	unescape(id, out->container);
}

static bool scope_container(struct slice c, struct cgroup_info *out)
{
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		size_t n = strlen(scopes[i].prefix);
		struct slice id = slice_part(c, n, c.len);

		if (!slice_starts(c, scopes[i].prefix))
			continue;
		if (slice_ends(id, ".scope"))
			id.len -= 6;
		if (is_container_id(id)) {
			set_container(out, scopes[i].engine, id);
			return true;
		}
	}
	return false;
}

/* machine-NAME.scope is systemd-machined's (systemd-nspawn(1)); libvirt's
 * virtual machines have the same form: machine-qemu\x2d1\x2dname.scope. */
static bool machine_container(struct slice c, struct cgroup_info *out)
{
	struct slice name = slice_part(c, 8, c.len - 8 - 6);

	if (!slice_starts(c, "machine-") || !slice_ends(c, ".scope") ||
	    c.len <= 14 || slice_starts(name, "qemu\\x2d"))
		return false;
	if (slice_starts(name, "lxc\\x2d"))
		set_container(out, "libvirt-lxc", name);
	else
		set_container(out, "systemd-nspawn", name);
	return true;
}

/*
 * Directories, the cgroupfs drivers':
 *	/docker/ID                        moby
 *	/kubepods/.../podUID/ID           kubelet; which runtime is not said
 *	/lxc/NAME, /lxc.payload.NAME, /lxc.payload/NAME
 *	                                  lxc.container.conf(5), cgroup layout
 *	/systemd-nspawn@NAME.service/payload
 */
static bool directory_container(struct slice parent, struct slice c,
				bool in_pod, struct cgroup_info *out)
{
	const char *payload = "lxc.payload.";
	const char *nspawn = "systemd-nspawn@";

	if (is_container_id(c) && (slice_is(parent, "docker") || in_pod)) {
		set_container(out, in_pod ? "kubernetes" : "docker", c);
		return true;
	}
	if (slice_is(parent, "lxc") || slice_is(parent, "lxc.payload")) {
		set_container(out, "lxc", c);
		return true;
	}
	if (slice_starts(c, payload) && c.len > strlen(payload)) {
		set_container(out, "lxc",
			      slice_part(c, strlen(payload), c.len));
		return true;
	}
	if (slice_is(c, "payload") && slice_starts(parent, nspawn) &&
	    slice_ends(parent, ".service") && parent.len > 23) {
		set_container(out, "systemd-nspawn",
			      slice_part(parent, 15, parent.len - 23));
		return true;
	}
	return false;
}

/* The innermost container wins: one may run in another. */
static void find_container(const struct slice *parts, size_t count,
			   struct cgroup_info *out)
{
	bool in_kube = false;

	for (size_t i = 0; i < count; i++) {
		struct slice parent = {NULL, 0};
		bool in_pod;

		if (i)
			parent = parts[i - 1];
		in_pod = in_kube && (slice_starts(parent, "pod") ||
				     slice_ends(parent, ".slice"));
		if (slice_starts(parts[i], "kubepods"))
			in_kube = true;
		if (scope_container(parts[i], out) ||
		    machine_container(parts[i], out))
			continue;
		directory_container(parent, parts[i], in_pod, out);
	}
}

static size_t split_path(struct slice path, struct slice *parts)
{
	size_t count = 0;

	while (path.len && count < COMPONENTS_MAX) {
		struct slice c = slice_take(&path, '/');

		/* Seen from inside a cgroup namespace, what is outside begins
		 * with dots. */
		if (!c.len || slice_is(c, ".."))
			continue;
		/* systemd's guard for names that clash with the kernel's. */
		if (c.ptr[0] == '_')
			c = slice_part(c, 1, c.len);
		parts[count++] = c;
	}
	return count;
}

static void parse_path(struct slice path, bool chosen, struct cgroup_info *out)
{
	struct slice parts[COMPONENTS_MAX];
	size_t count;

	if (path.len <= 1)
		return;
	count = split_path(path, parts);
	if (!out->engine)
		find_container(parts, count, out);
	for (size_t i = 0; i < count; i++) {
		if (!out->snap[0])
			cgroup_snap_name(parts[i], out->snap);
		if (!out->flatpak[0])
			find_flatpak(parts[i], out->flatpak);
	}
	if (chosen)
		find_unit(parts, count, out->unit);
}

/* "0::/user.slice/x", "1:name=systemd:/x", "4:memory:/x". A line without its
 * newline is not whole. */
static bool take_line(struct slice *text, struct slice *controllers,
		      struct slice *path)
{
	size_t end = slice_find_byte(*text, '\n');
	struct slice line = slice_part(*text, 0, end);

	if (end == text->len)
		return false;
	*text = slice_part(*text, end + 1, text->len);
	slice_take(&line, ':');
	*controllers = slice_take(&line, ':');
	*path = line;
	return true;
}

void cgroup_parse(struct slice text, struct cgroup_info *out)
{
	struct slice rest = text;
	struct slice controllers;
	struct slice path;

	out->path = (struct slice){NULL, 0};
	out->engine = NULL;
	out->unit[0] = out->snap[0] = '\0';
	out->flatpak[0] = out->container[0] = '\0';
	while (take_line(&rest, &controllers, &path)) {
		bool unified = !controllers.len;
		bool systemd = slice_is(controllers, "name=systemd");

		if ((unified && (path.len > 1 || !out->path.len)) ||
		    (systemd && out->path.len <= 1))
			out->path = path;
	}
	parse_path(out->path, true, out);
	rest = text;
	while (take_line(&rest, &controllers, &path))
		if (!slice_equal(path, out->path))
			parse_path(path, false, out);
}
