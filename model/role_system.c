/* The system's own services, helpers known by name, and macOS bundles. */
#include "role_rules.h"

struct name_rule {
	const char *base;
	enum role_family family;
	enum role_kind kind;
	const char *role;
};

static const struct name_rule name_rules[] = {
	{"xdg-dbus-proxy", ROLE_FLATPAK, ROLE_HELPER, "dbus proxy"},
	{"flatpak-session-helper", ROLE_FLATPAK, ROLE_SERVICE, "session"},
	{"flatpak-system-helper", ROLE_FLATPAK, ROLE_SERVICE, "system"},
	{"flatpak-portal", ROLE_FLATPAK, ROLE_SERVICE, "portal"},
	{"xdg-desktop-portal", ROLE_FLATPAK, ROLE_SERVICE, "portal"},
	{"xdg-document-portal", ROLE_FLATPAK, ROLE_SERVICE, "portal"},
	{"xdg-permission-store", ROLE_FLATPAK, ROLE_SERVICE, "portal"},
	{"snapd", ROLE_SNAP, ROLE_SERVICE, "snapd"},
	{"(sd-pam)", ROLE_SYSTEMD, ROLE_SERVICE, "pam"},
	{"dbus-daemon", ROLE_FAMILY_NONE, ROLE_SERVICE, "message bus"},
	{"dbus-broker", ROLE_FAMILY_NONE, ROLE_SERVICE, "message bus"},
	{"dockerd", ROLE_CONTAINER, ROLE_SERVICE, "dockerd"},
	{"containerd", ROLE_CONTAINER, ROLE_SERVICE, "containerd"},
	{"launchd", ROLE_FAMILY_NONE, ROLE_SERVICE, "launchd"},
	/* WebKitGTK and WPE. */
	{"WebKitWebProcess", ROLE_FAMILY_NONE, ROLE_HELPER, "renderer"},
	{"WebKitNetworkProcess", ROLE_FAMILY_NONE, ROLE_HELPER, "network"},
	{"WebKitGPUProcess", ROLE_FAMILY_NONE, ROLE_HELPER, "gpu"},
	{"WPEWebProcess", ROLE_FAMILY_NONE, ROLE_HELPER, "renderer"},
	{"WPENetworkProcess", ROLE_FAMILY_NONE, ROLE_HELPER, "network"},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool role_service(const struct role_program *p, struct role_answer *a)
{
	struct slice rest;

	for (size_t i = 0; i < COUNT(name_rules); i++) {
		if (slice_is(p->base, name_rules[i].base)) {
			role_set(a, name_rules[i].family, name_rules[i].kind,
				 name_rules[i].role, p->base_reason);
			return true;
		}
	}
	if (slice_is(p->base, "systemd")) {
		bool user = role_has(p, "--user");

		role_set(a, ROLE_SYSTEMD, ROLE_SERVICE,
			 user ? "user manager" : "manager",
			 user ? "argument --user" : p->base_reason);
		return true;
	}
	if (!role_value(p->base, "systemd-", &rest) || !rest.len)
		return false;
	role_set(a, ROLE_SYSTEMD, ROLE_SERVICE, "", p->base_reason);
	role_append(a->role, sizeof(a->role),
		    slice_part(rest, 0, ROLE_WORD_MAX));
	return true;
}

struct suffix_rule {
	const char *suffix, *role;
};

/* How Chromium and Electron name the bundles of their helpers on macOS, and
 * WebKit its XPC services. */
static const struct suffix_rule suffix_rules[] = {
	{"Helper (Renderer)", "renderer"},
	{"Helper (GPU)", "gpu"},
	{"Helper (Plugin)", "plugin"},
	{"Helper (Alerts)", "alerts"},
	{"Helper EH", "renderer"}, /* Electron before 6 */
	{"Helper NP", "plugin"},
	{"com.apple.WebKit.WebContent", "renderer"},
	{"com.apple.WebKit.Networking", "network"},
	{"com.apple.WebKit.GPU", "gpu"},
	{" Helper", "helper"},
};

static const struct suffix_rule *find_suffix(struct slice base)
{
	for (size_t i = 0; i < COUNT(suffix_rules); i++) {
		size_t n = strlen(suffix_rules[i].suffix);

		if (base.len >= n &&
		    !memcmp(base.ptr + base.len - n, suffix_rules[i].suffix, n))
			return &suffix_rules[i];
	}
	return NULL;
}

/* "/Applications/MyApp.app/Contents/...": "MyApp", of the outermost bundle. */
static bool bundle_name(struct slice path, struct slice *name)
{
	size_t end = slice_find(path, SLICE_LITERAL(".app/"), false);

	if (end == path.len)
		return false;
	*name = slice_base_name(slice_part(path, 0, end));
	return name->len > 0;
}

/*
 * A path in an app's bundle. What an earlier rule found stays; the name of the
 * app is the bundle's in any case.
 */
bool role_bundle(const struct role_program *p, struct role_answer *a)
{
	const struct suffix_rule *suffix = find_suffix(p->base);
	struct slice path = slice_part(p->path, 0, ROLE_SCAN_BYTES_MAX);
	struct slice name;
	bool in_app = bundle_name(path, &name);
	bool xpc = slice_find(path, SLICE_LITERAL(".xpc/"), false) < path.len;

	if (in_app) {
		a->app_name[0] = '\0';
		role_append_name(a->app_name, sizeof(a->app_name), name);
	}
	if (a->kind != ROLE_UNKNOWN)
		return true;
	if (suffix) {
		role_set(a, in_app ? ROLE_CHROMIUM : ROLE_FAMILY_NONE,
			 ROLE_HELPER, suffix->role, p->base_reason);
		if (xpc)
			a->family = ROLE_FAMILY_NONE;
		return true;
	}
	if (xpc) {
		role_set(a, ROLE_FAMILY_NONE,
			 in_app ? ROLE_HELPER : ROLE_SERVICE, "xpc service",
			 "program path");
		return true;
	}
	if (!in_app)
		return false;
	/* Its own program and nothing that is nested in it. */
	path = slice_part(path,
			  (size_t)(name.ptr - path.ptr) + name.len +
				  strlen(".app/"),
			  path.len);
	if (slice_starts(path, "Contents/MacOS/") &&
	    slice_find_byte(
		    slice_part(path, strlen("Contents/MacOS/"), path.len),
		    '/') == path.len - strlen("Contents/MacOS/")) {
		role_set(a, ROLE_FAMILY_NONE, ROLE_MAIN, "main",
			 "program path");
	} else {
		role_set(a, ROLE_FAMILY_NONE, ROLE_HELPER, "helper",
			 "program path");
	}
	return true;
}
