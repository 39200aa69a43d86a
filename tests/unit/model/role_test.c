#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/role.h"

enum { ARGUMENTS_MAX = 32 };

/* One process and what it is. provenance: "seen" was read from /proc on Debian
 * 12; "documented" follows the named project's sources or manual. */
struct sample {
	const char *provenance;
	const char *executable, *name;
	const char *arguments[ARGUMENTS_MAX];
	enum role_family family;
	enum role_kind kind;
	const char *role, *app;
};

#define CHROMIUM "/usr/lib/chromium/chromium"
/* A zygote's children write their title over their arguments: one argument. */
#define TITLE_TAIL                                                             \
	" --lang=en-US --crashpad-handler-pid=0"                               \
	" --enable-crash-reporter=,built on Debian GNU/Linux 12 (bookworm)"    \
	" --noerrdialogs --user-data-dir=/tmp/prof"                            \
	" --change-stack-guard-on-fork=enable"

static const struct sample samples[] = {
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM, "--show-component-extension-options",
	  "--no-default-browser-check", "--load-extension=", "data:text/html,x",
	  "--headless=new"},
	 ROLE_CHROMIUM,
	 ROLE_MAIN,
	 "browser",
	 "Chromium"},
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM
	  " --type=zygote --no-zygote-sandbox --headless=new" TITLE_TAIL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "zygote",
	 ""},
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM " --type=gpu-process --gpu-recent-crash-count=0" TITLE_TAIL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "gpu",
	 ""},
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM
	  " --type=utility"
	  " --utility-sub-type=network.mojom.NetworkService" TITLE_TAIL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "network",
	 ""},
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM
	  " --type=utility"
	  " --utility-sub-type=storage.mojom.StorageService" TITLE_TAIL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "storage",
	 ""},
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM " --type=renderer" TITLE_TAIL " --renderer-client-id=7"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "renderer",
	 ""},
	{"seen",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM " --type=renderer --extension-process" TITLE_TAIL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "extension",
	 ""},
	{"seen",
	 "/usr/lib/chromium/chrome_crashpad_handler",
	 "chrome_crashpad",
	 {"/usr/lib/chromium/chrome_crashpad_handler", "--monitor-self",
	  "--monitor-self-annotation=ptype=crashpad-handler",
	  "--initial-client-fd=7", "--shared-client-connection"},
	 ROLE_CHROMIUM,
	 ROLE_CRASH_HANDLER,
	 "crash",
	 ""},
	{"a title whose values have blanks",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM " --type=gpu-process --user-data-dir=/a --type=renderer"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "gpu",
	 ""},
	{"another user's: only the kernel's name",
	 NULL,
	 "chrome_crashpad",
	 {NULL},
	 ROLE_CHROMIUM,
	 ROLE_CRASH_HANDLER,
	 "crash",
	 ""},
	{"documented: crashpad inside the main program",
	 "/opt/My App/myapp",
	 "myapp",
	 {"/opt/My App/myapp", "--monitor-self",
	  "--monitor-self-annotation=ptype=crashpad-handler"},
	 ROLE_CHROMIUM,
	 ROLE_CRASH_HANDLER,
	 "crash",
	 ""},
	{"documented: Electron",
	 "/opt/My App/myapp",
	 "myapp",
	 {"/opt/My App/myapp --type=utility"
	  " --utility-sub-type=node.mojom.NodeService" TITLE_TAIL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "node",
	 ""},
	{"documented: content/public/common",
	 "/opt/google/chrome/chrome",
	 "chrome",
	 {"/opt/google/chrome/chrome", "--type=utility",
	  "--utility-sub-type=audio.mojom.AudioService"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "audio",
	 ""},
	{"a service this table lacks",
	 "/opt/x/x",
	 "x",
	 {"/opt/x/x", "--type=utility",
	  "--utility-sub-type=made.mojom.TeaService"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "utility: TeaService",
	 ""},
	{"documented: Electron on macOS",
	 "/Applications/MyApp.app/Contents/Frameworks/MyApp Helper "
	 "(Renderer).app/Contents/MacOS/MyApp Helper (Renderer)",
	 "MyApp Helper (Re",
	 {"MyApp Helper (Renderer)", "--type=renderer"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "renderer",
	 "MyApp"},
	{"the same with arguments nobody may read",
	 "/Applications/MyApp.app/Contents/Frameworks/MyApp Helper "
	 "(GPU).app/Contents/MacOS/MyApp Helper (GPU)",
	 "MyApp Helper (GP",
	 {NULL},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "gpu",
	 "MyApp"},
	{"documented: the crash handler of the Electron story",
	 "/Applications/MyApp.app/Contents/Frameworks/MyApp Helper.app/"
	 "Contents/MacOS/MyApp Helper",
	 "MyApp Helper",
	 {"MyApp Helper", "--type=crashpad-handler"},
	 ROLE_CHROMIUM,
	 ROLE_CRASH_HANDLER,
	 "crash",
	 "MyApp"},
	{"documented: a bundle's own program",
	 "/Applications/MyApp.app/Contents/MacOS/MyApp",
	 "MyApp",
	 {"/Applications/MyApp.app/Contents/MacOS/MyApp"},
	 ROLE_FAMILY_NONE,
	 ROLE_MAIN,
	 "main",
	 "MyApp"},
	{"documented: an XPC service of an app",
	 "/Applications/MyApp.app/Contents/XPCServices/Work.xpc/Contents/"
	 "MacOS/Work",
	 "Work",
	 {NULL},
	 ROLE_FAMILY_NONE,
	 ROLE_HELPER,
	 "xpc service",
	 "MyApp"},
	{"documented: an XPC service of the system",
	 "/System/Library/Frameworks/X.framework/XPCServices/Y.xpc/Contents/"
	 "MacOS/Y",
	 "Y",
	 {NULL},
	 ROLE_FAMILY_NONE,
	 ROLE_SERVICE,
	 "xpc service",
	 ""},
	{"documented: Firefox ESR 115",
	 "/usr/lib/firefox-esr/firefox-esr",
	 "Isolated Web Co",
	 {"/usr/lib/firefox-esr/firefox-esr", "-contentproc", "-childID", "3",
	  "-isForBrowser", "-prefsLen", "31234", "-parentBuildID",
	  "20231211174248", "-appDir", "/usr/lib/firefox-esr/browser", "{5b1f}",
	  "4321", "true", "tab"},
	 ROLE_FIREFOX,
	 ROLE_HELPER,
	 "tab",
	 ""},
	{"documented: Firefox 128",
	 "/usr/lib/firefox/firefox",
	 "RDD Process",
	 {"/usr/lib/firefox/firefox", "-contentproc", "-parentPid", "4321",
	  "-sandboxingKind", "0", "-crashReporter", "2", "5", "rdd"},
	 ROLE_FIREFOX,
	 ROLE_HELPER,
	 "rdd",
	 ""},
	{"documented: a fork server's child",
	 "/usr/lib/firefox/firefox",
	 "Privileged Cont",
	 {"/usr/lib/firefox/firefox", "-contentproc", "1", "forkserver"},
	 ROLE_FIREFOX,
	 ROLE_HELPER,
	 "privileged",
	 ""},
	{"documented: the fork server",
	 "/usr/lib/firefox/firefox",
	 "forkserver",
	 {"/usr/lib/firefox/firefox", "-contentproc", "1", "forkserver"},
	 ROLE_FIREFOX,
	 ROLE_HELPER,
	 "forkserver",
	 ""},
	{"a type this table lacks",
	 "/usr/lib/firefox/firefox",
	 "x",
	 {"/usr/lib/firefox/firefox", "-contentproc", "\x1b[31m"},
	 ROLE_FIREFOX,
	 ROLE_HELPER,
	 "other",
	 ""},
	{"documented",
	 "/usr/lib/firefox/firefox",
	 "firefox",
	 {"/usr/lib/firefox/firefox"},
	 ROLE_FIREFOX,
	 ROLE_MAIN,
	 "browser",
	 "Firefox"},
	{"seen",
	 "/usr/bin/bwrap",
	 "bwrap",
	 {"bwrap", "--unshare-all", "--ro-bind", "/", "/", "sleep", "3"},
	 ROLE_BWRAP,
	 ROLE_LAUNCHER,
	 "launcher",
	 "sleep"},
	{"documented: flatpak-run",
	 "/usr/bin/bwrap",
	 "bwrap",
	 {"bwrap", "--args", "39", "--", "/app/bin/gedit", "x"},
	 ROLE_BWRAP,
	 ROLE_LAUNCHER,
	 "launcher",
	 "gedit"},
	{"an option bwrap(1) lacks: nothing is guessed",
	 "/usr/bin/bwrap",
	 "bwrap",
	 {"bwrap", "--new-thing", "a", "b"},
	 ROLE_BWRAP,
	 ROLE_LAUNCHER,
	 "launcher",
	 ""},
	{"seen",
	 "/usr/bin/firejail",
	 "firejail",
	 {"firejail", "--noprofile", "sleep", "4"},
	 ROLE_FIREJAIL,
	 ROLE_LAUNCHER,
	 "launcher",
	 "sleep"},
	{"documented: flatpak-run(1)",
	 "/usr/bin/flatpak",
	 "flatpak",
	 {"flatpak", "run", "--branch=stable", "org.gnome.gedit"},
	 ROLE_FLATPAK,
	 ROLE_LAUNCHER,
	 "launcher",
	 "org.gnome.gedit"},
	{"documented",
	 "/usr/bin/flatpak",
	 "flatpak",
	 {"flatpak", "update"},
	 ROLE_FAMILY_NONE,
	 ROLE_UNKNOWN,
	 "",
	 ""},
	{"documented",
	 "/usr/bin/xdg-dbus-proxy",
	 "xdg-dbus-proxy",
	 {"xdg-dbus-proxy", "--args=42"},
	 ROLE_FLATPAK,
	 ROLE_HELPER,
	 "dbus proxy",
	 ""},
	{"documented",
	 "/usr/lib/flatpak-session-helper",
	 "flatpak-session-",
	 {NULL},
	 ROLE_FLATPAK,
	 ROLE_SERVICE,
	 "session",
	 ""},
	{"documented: snap-confine(8)",
	 "/usr/lib/snapd/snap-confine",
	 "snap-confine",
	 {"/usr/lib/snapd/snap-confine", "--base", "core22",
	  "snap.firefox.firefox", "/usr/lib/snapd/snap-exec"},
	 ROLE_SNAP,
	 ROLE_LAUNCHER,
	 "launcher",
	 "firefox"},
	{"documented: a snap's program",
	 "/snap/chromium/2700/usr/lib/chromium-browser/chrome",
	 "chrome",
	 {"/snap/chromium/2700/usr/lib/chromium-browser/chrome"},
	 ROLE_CHROMIUM,
	 ROLE_MAIN,
	 "browser",
	 "chromium"},
	{"documented",
	 "/usr/lib/systemd/systemd",
	 "systemd",
	 {"/lib/systemd/systemd", "--user"},
	 ROLE_SYSTEMD,
	 ROLE_SERVICE,
	 "user manager",
	 ""},
	{"documented",
	 "/usr/lib/systemd/systemd-journald",
	 "systemd-journal",
	 {"/lib/systemd/systemd-journald"},
	 ROLE_SYSTEMD,
	 ROLE_SERVICE,
	 "journald",
	 ""},
	{"documented: containerd",
	 "/usr/bin/containerd-shim-runc-v2",
	 "containerd-shim",
	 {"/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-id",
	  "0123456789abcdef0123456789abcdef", "-address", "/run/c.sock"},
	 ROLE_CONTAINER,
	 ROLE_LAUNCHER,
	 "container",
	 "0123456789ab"},
	{"documented: conmon(8)",
	 "/usr/bin/conmon",
	 "conmon",
	 {"/usr/bin/conmon", "--api-version", "1", "-c", "fedcba98765432100",
	  "-u", "fedcba98765432100", "-n", "tea"},
	 ROLE_CONTAINER,
	 ROLE_LAUNCHER,
	 "container",
	 "tea"},
	{"no app",
	 "/usr/bin/dash",
	 "chromium",
	 {"/bin/sh", "/usr/bin/chromium"},
	 ROLE_FAMILY_NONE,
	 ROLE_UNKNOWN,
	 "",
	 ""},
	{"another program's --type",
	 "/usr/sbin/mkfs",
	 "mkfs",
	 {"mkfs", "--type=ext4", "/dev/x"},
	 ROLE_FAMILY_NONE,
	 ROLE_UNKNOWN,
	 "",
	 ""},
	{"a short unknown type of a known program",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM, "--type=tea-maker"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "tea-maker",
	 ""},
	{"an empty type",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM, "--type="},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "other",
	 ""},
	{"not a switch any more",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM, "--", "--type=renderer"},
	 ROLE_CHROMIUM,
	 ROLE_MAIN,
	 "browser",
	 "Chromium"},
	{"escape bytes",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM, "--type=\x1b]0;x\x07"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "other",
	 ""},
	{"escape bytes in a service",
	 CHROMIUM,
	 "chromium",
	 {CHROMIUM, "--type=utility", "--utility-sub-type=a.\x1b[2J\xff"},
	 ROLE_CHROMIUM,
	 ROLE_HELPER,
	 "utility: ??2J?",
	 ""},
	{"escape bytes in an app's name",
	 "/usr/bin/firejail",
	 "firejail",
	 {"firejail", "/x/\x1b[2Jtea"},
	 ROLE_FIREJAIL,
	 ROLE_LAUNCHER,
	 "launcher",
	 "?[2Jtea"},
};

static struct value optional(struct value_pool *pool, const char *text)
{
	return text ? value_text(pool, text) : value_none;
}

static void infer(struct value_pool *pool, const struct sample *s,
		  struct role_answer *out)
{
	struct value executable = optional(pool, s->executable);
	struct value name = optional(pool, s->name), list = value_none;
	size_t count = 0;

	while (count < ARGUMENTS_MAX && s->arguments[count])
		count++;
	if (count)
		list = value_list_of_text(pool, s->arguments, count);
	role_infer(executable, name, list, out);
	value_release(pool, list);
	value_release(pool, name);
	value_release(pool, executable);
}

static void role__knows_the_samples(void **state)
{
	struct value_pool *pool = value_pool_new();
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		const struct sample *s = &samples[i];
		struct role_answer a;

		infer(pool, s, &a);
		if (a.family != s->family || a.kind != s->kind ||
		    strcmp(a.role, s->role) != 0 ||
		    strcmp(a.app_name, s->app) != 0 ||
		    (a.role[0] && !a.reason[0])) {
			print_error("sample %zu (%s): family %d kind %d "
				    "role '%s' app '%s' reason '%s'\n",
				    i, s->provenance, a.family, a.kind, a.role,
				    a.app_name, a.reason);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	value_pool_free(pool);
}

static void role__names_the_crash_handler(void **state)
{
	static const struct sample s = {
		.executable = CHROMIUM,
		.arguments = {CHROMIUM, "--type=renderer",
			      "--crashpad-handler-pid=18402"},
	};
	struct value_pool *pool = value_pool_new();
	struct role_answer a;

	(void)state;
	infer(pool, &s, &a);
	assert_int_equal(a.crash_handler_pid, 18402);
	assert_string_equal(a.reason, "argument --type");
	value_pool_free(pool);
}

static void role__is_bounded(void **state)
{
	enum { BYTES = VALUE_STRING_MAX - 64, MANY = 60000 };
	struct value_pool *pool = value_pool_new();
	char *text = malloc(BYTES + 1);
	const char **words = malloc(MANY * sizeof(*words));
	struct sample s = {.executable = CHROMIUM,
			   .arguments = {CHROMIUM, NULL}};
	struct role_answer a;
	struct value list, exe = value_text(pool, CHROMIUM);

	(void)state;
	memset(text, 'a', BYTES);
	text[BYTES] = '\0';
	memcpy(text, "--type=", 7);
	s.arguments[1] = text;
	infer(pool, &s, &a);
	assert_string_equal(a.role, "other");

	memset(text, ' ', BYTES);
	memcpy(text + BYTES - 16, " --type=renderer", 16);
	s.arguments[0] = text;
	s.arguments[1] = NULL;
	infer(pool, &s, &a);
	assert_int_equal(a.kind, ROLE_MAIN);

	memset(text, '/', BYTES);
	memset(text + 8, 0xc3, 4000);
	s.executable = text;
	infer(pool, &s, &a);
	assert_int_equal(a.kind, ROLE_UNKNOWN);

	for (size_t i = 0; i < MANY; i++)
		words[i] = "x";
	words[MANY - 1] = "--type=renderer";
	list = value_list_of_text(pool, words, MANY);
	assert_int_equal(list.type, VALUE_LIST);
	role_infer(exe, value_none, list, &a);
	assert_int_equal(a.kind, ROLE_MAIN);
	value_release(pool, list);
	value_release(pool, exe);
	free(words);
	free(text);
	value_pool_free(pool);
}

/* Any bytes: the answer ends, and holds nothing a terminal would obey. */
static void role__survives_random_arguments(void **state)
{
	static const char *const parts[] = {
		"--type=",      "utility",   "--utility-sub-type=",
		"a.b.",         "\x1b[",     "\xff",
		"-contentproc", " ",         "/x.app/",
		"bwrap",        "--ro-bind", "--",
		"systemd-",     "\xc3",      "chromium",
		"Helper (GPU)", "\n",        "Contents/MacOS/",
		"/snap/",       "firejail",  "--extension-process",
	};
	struct value_pool *pool = value_pool_new();
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[6][128] = {{0}};
		const char *words[5];
		struct role_answer a;
		struct value exe, list;

		for (size_t w = 0; w < 6; w++) {
			for (int n = 0; n < 4; n++) {
				const char *part;
				size_t used = strlen(text[w]);

				seed = seed * 1103515245u + 12345u;
				part = parts[(seed >> 16) %
					     (sizeof(parts) / sizeof(*parts))];
				memcpy(text[w] + used, part, strlen(part) + 1);
			}
		}
		for (size_t w = 0; w < 5; w++)
			words[w] = text[w];
		exe = value_text(pool, text[5]);
		list = value_list_of_text(pool, words, 1 + seed % 5);
		role_infer(exe, exe, list, &a);
		for (const char *c = a.role; *c; c++)
			assert_in_range(*c, 0x20, 0x7e);
		for (const char *c = a.app_name; *c; c++)
			assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
		assert_true(!a.role[0] || a.reason[0]);
		value_release(pool, list);
		value_release(pool, exe);
	}
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(role__knows_the_samples),
		cmocka_unit_test(role__names_the_crash_handler),
		cmocka_unit_test(role__is_bounded),
		cmocka_unit_test(role__survives_random_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
