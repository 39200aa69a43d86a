/*
 * Programs that build a sandbox or a container and run something in it: what
 * they run names the app.
 */
#include "role_rules.h"

struct launcher_rule {
	const char *base;
	enum role_family family;
	const char *role;
	/* Appends the app's name, where the arguments tell it. */
	void (*app)(const struct role_program *p, struct role_answer *a);
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static void take_program(struct role_answer *a, struct slice word)
{
	role_append_name(a->app_name, sizeof(a->app_name),
			 slice_base_name(word));
}

/* How many words an option of bwrap takes: bwrap(1). */
struct option_rule {
	const char *option;
	unsigned words;
};

static const struct option_rule bwrap_options[] = {
	{"--args", 1},
	{"--argv0", 1},
	{"--level-prefix", 0},
	{"--unshare-user", 0},
	{"--unshare-user-try", 0},
	{"--unshare-ipc", 0},
	{"--unshare-pid", 0},
	{"--unshare-net", 0},
	{"--unshare-uts", 0},
	{"--unshare-cgroup", 0},
	{"--unshare-cgroup-try", 0},
	{"--unshare-all", 0},
	{"--share-net", 0},
	{"--userns", 1},
	{"--userns2", 1},
	{"--pidns", 1},
	{"--disable-userns", 0},
	{"--assert-userns-disabled", 0},
	{"--uid", 1},
	{"--gid", 1},
	{"--hostname", 1},
	{"--chdir", 1},
	{"--setenv", 2},
	{"--unsetenv", 1},
	{"--clearenv", 0},
	{"--lock-file", 1},
	{"--sync-fd", 1},
	{"--bind", 2},
	{"--bind-try", 2},
	{"--dev-bind", 2},
	{"--dev-bind-try", 2},
	{"--ro-bind", 2},
	{"--ro-bind-try", 2},
	{"--bind-fd", 2},
	{"--ro-bind-fd", 2},
	{"--remount-ro", 1},
	{"--overlay-src", 1},
	{"--overlay", 3},
	{"--tmp-overlay", 1},
	{"--ro-overlay", 1},
	{"--exec-label", 1},
	{"--file-label", 1},
	{"--proc", 1},
	{"--dev", 1},
	{"--tmpfs", 1},
	{"--mqueue", 1},
	{"--dir", 1},
	{"--file", 2},
	{"--bind-data", 2},
	{"--ro-bind-data", 2},
	{"--symlink", 2},
	{"--seccomp", 1},
	{"--add-seccomp-fd", 1},
	{"--block-fd", 1},
	{"--userns-block-fd", 1},
	{"--info-fd", 1},
	{"--json-status-fd", 1},
	{"--new-session", 0},
	{"--die-with-parent", 0},
	{"--as-pid-1", 0},
	{"--cap-add", 1},
	{"--cap-drop", 1},
	{"--perms", 1},
	{"--size", 1},
	{"--chmod", 2},
};

static bool bwrap_skip(struct role_words *w, struct slice option)
{
	struct slice word;

	for (size_t i = 0; i < COUNT(bwrap_options); i++) {
		if (!slice_is(option, bwrap_options[i].option))
			continue;
		for (unsigned n = 0; n < bwrap_options[i].words; n++) {
			if (!role_word(w, &word))
				return false;
		}
		return true;
	}
	return false;
}

static void bwrap_app(const struct role_program *p, struct role_answer *a)
{
	struct role_words w = role_words_of(p);
	struct slice word;

	while (role_word(&w, &word)) {
		if (slice_is(word, "--")) {
			if (role_word(&w, &word))
				take_program(a, word);
			return;
		}
		if (!slice_starts(word, "-")) {
			take_program(a, word);
			return;
		}
		/* An option this table lacks: the rest cannot be told apart. */
		if (!bwrap_skip(&w, word))
			return;
	}
}

/* firejail(1): every option is one word, the first other is the program. */
static void firejail_app(const struct role_program *p, struct role_answer *a)
{
	struct role_words w = role_words_of(p);
	struct slice word;

	while (role_word(&w, &word)) {
		if (!slice_starts(word, "-")) {
			take_program(a, word);
			return;
		}
	}
}

/* snap-confine(8): its security tag is snap.NAME.APP. */
static void snap_app(const struct role_program *p, struct role_answer *a)
{
	struct role_words w = role_words_of(p);
	struct slice word;

	while (role_word(&w, &word)) {
		if (slice_starts(word, "snap.")) {
			word = slice_part(word, strlen("snap."), word.len);
			role_append(a->app_name, sizeof(a->app_name),
				    slice_take(&word, '.'));
			return;
		}
	}
}

/* The word after `option`: containerd-shim -id, conmon --cid and --name. */
static bool word_after(const struct role_program *p, const char *option,
		       struct slice *value)
{
	struct role_words w = role_words_of(p);
	struct slice word;

	while (role_word(&w, &word)) {
		if (slice_is(word, option))
			return role_word(&w, value);
	}
	return false;
}

static void container_app(const struct role_program *p, struct role_answer *a)
{
	enum { SHORT_ID = 12 }; /* what docker and podman list */
	struct slice word;

	if (word_after(p, "-n", &word) || word_after(p, "--name", &word)) {
		role_append(a->app_name, sizeof(a->app_name), word);
	} else if (word_after(p, "-id", &word) || word_after(p, "-c", &word) ||
		   word_after(p, "--cid", &word)) {
		role_append(a->app_name, sizeof(a->app_name),
			    slice_part(word, 0, SHORT_ID));
	}
}

static const struct launcher_rule launcher_rules[] = {
	{"bwrap", ROLE_BWRAP, "launcher", bwrap_app},
	{"firejail", ROLE_FIREJAIL, "launcher", firejail_app},
	{"flatpak-bwrap", ROLE_FLATPAK, "launcher", bwrap_app},
	{"snap-confine", ROLE_SNAP, "launcher", snap_app},
	{"snap-exec", ROLE_SNAP, "launcher", NULL},
	{"containerd-shim", ROLE_CONTAINER, "container", container_app},
	{"containerd-shim-runc-v1", ROLE_CONTAINER, "container", container_app},
	{"containerd-shim-runc-v2", ROLE_CONTAINER, "container", container_app},
	{"conmon", ROLE_CONTAINER, "container", container_app},
	{"runc", ROLE_CONTAINER, "launcher", NULL},
	{"crun", ROLE_CONTAINER, "launcher", NULL},
	{"docker-init", ROLE_CONTAINER, "init", NULL},
	{"catatonit", ROLE_CONTAINER, "init", NULL},
	{"systemd-nspawn", ROLE_CONTAINER, "container", NULL},
};

/* `flatpak run [OPTION...] APP`: an app id has at least two dots. */
static bool flatpak_run(const struct role_program *p, struct role_answer *a)
{
	struct role_words w = role_words_of(p);
	struct slice word;
	bool run = false;

	if (!slice_is(p->base, "flatpak") && !slice_is(p->base, "snap"))
		return false;
	while (role_word(&w, &word)) {
		if (slice_starts(word, "-"))
			continue;
		if (run) {
			role_append(a->app_name, sizeof(a->app_name), word);
			break;
		}
		if (!slice_is(word, "run"))
			return false;
		run = true;
	}
	if (!run)
		return false;
	role_set(a, slice_is(p->base, "snap") ? ROLE_SNAP : ROLE_FLATPAK,
		 ROLE_LAUNCHER, "launcher", "argument run");
	return true;
}

bool role_launcher(const struct role_program *p, struct role_answer *a)
{
	for (size_t i = 0; i < COUNT(launcher_rules); i++) {
		const struct launcher_rule *rule = &launcher_rules[i];

		if (!slice_is(p->base, rule->base))
			continue;
		role_set(a, rule->family, ROLE_LAUNCHER, rule->role,
			 p->base_reason);
		if (rule->app)
			rule->app(p, a);
		return true;
	}
	return flatpak_run(p, a);
}
