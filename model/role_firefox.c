/*
 * Firefox and its relatives. A child is started with -contentproc and ends its
 * arguments with its type: toolkit/xre and ipc/glue/GeckoChildProcessHost.cpp.
 * A content process then names itself for the kernel after what it shows.
 */
#include "role_rules.h"

enum { TYPE_FROM_END_MAX = 4 };

struct word_rule {
	const char *word, *role;
};

static const struct word_rule type_rules[] = {
	{"tab", "tab"},
	{"gpu", "gpu"},
	{"rdd", "rdd"},
	{"socket", "socket"},
	{"utility", "utility"},
	{"forkserver", "forkserver"},
	{"gmplugin", "plugin"},
	{"plugin", "plugin"},
	{"vr", "vr"},
	{"sandboxBroker", "broker"},
	{"remoteSandboxBroker", "broker"},
};

/* As the kernel cuts them. They say more than "tab" or "forkserver", whose
 * children keep its arguments. */
static const struct word_rule name_rules[] = {
	{"WebExtensions", "extension"},
	{"Privileged Cont", "privileged"},
	{"file:// Content", "file"},
	{"Isolated Servic", "worker"},
	{"Isolated Web Co", "tab"},
	{"Web Content", "tab"},
	{"RDD Process", "rdd"},
	{"Socket Process", "socket"},
	{"Utility Process", "utility"},
	{"GPU Process", "gpu"},
	{"privilegedabout", "privileged"},
};

struct main_rule {
	const char *base, *app, *role;
};

static const struct main_rule main_rules[] = {
	{"firefox", "Firefox", "browser"},
	{"firefox-bin", "Firefox", "browser"},
	{"firefox-esr", "Firefox ESR", "browser"},
	{"firefox-devedition", "Firefox Developer Edition", "browser"},
	{"firefox-nightly", "Firefox Nightly", "browser"},
	{"firefox.real", "Tor Browser", "browser"},
	{"librewolf", "LibreWolf", "browser"},
	{"waterfox", "Waterfox", "browser"},
	{"waterfox-bin", "Waterfox", "browser"},
	{"zen", "Zen", "browser"},
	{"zen-bin", "Zen", "browser"},
	{"thunderbird", "Thunderbird", "main"},
	{"thunderbird-bin", "Thunderbird", "main"},
};

struct helper_rule {
	const char *base, *role;
	enum role_kind kind;
};

static const struct helper_rule helper_rules[] = {
	{"crashhelper", "crash", ROLE_CRASH_HANDLER},
	{"glxtest", "gpu probe", ROLE_HELPER},
	{"vaapitest", "gpu probe", ROLE_HELPER},
	{"v4l2test", "gpu probe", ROLE_HELPER},
	{"plugin-container", "plugin", ROLE_HELPER},
	{"pingsender", "pingsender", ROLE_HELPER},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const char *find_role(const struct word_rule *rules, size_t count,
			     struct slice word)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(word, rules[i].word))
			return rules[i].role;
	}
	return NULL;
}

static void child_role(const struct role_program *p, struct role_answer *a)
{
	size_t count = value_count(p->arguments);
	const char *role = find_role(name_rules, COUNT(name_rules), p->name);

	if (role) {
		role_set(a, ROLE_FIREFOX, ROLE_HELPER, role, "process name");
		return;
	}
	for (size_t back = 1; back <= TYPE_FROM_END_MAX && back < count;
	     back++) {
		struct slice word =
			value_slice(value_at(p->arguments, count - back));

		role = find_role(type_rules, COUNT(type_rules), word);
		if (role) {
			role_set(a, ROLE_FIREFOX, ROLE_HELPER, role,
				 "last arguments");
			return;
		}
	}
	role_set(a, ROLE_FIREFOX, ROLE_HELPER, "other",
		 "argument -contentproc, an unknown type");
}

bool role_firefox(const struct role_program *p, struct role_answer *a)
{
	if (role_has(p, "-contentproc")) {
		child_role(p, a);
		(void)role_bundle(p, a);
		return true;
	}
	for (size_t i = 0; i < COUNT(helper_rules); i++) {
		if (slice_is(p->base, helper_rules[i].base)) {
			role_set(a, ROLE_FIREFOX, helper_rules[i].kind,
				 helper_rules[i].role, p->base_reason);
			return true;
		}
	}
	for (size_t i = 0; i < COUNT(main_rules); i++) {
		if (slice_is(p->base, main_rules[i].base)) {
			role_set(a, ROLE_FIREFOX, ROLE_MAIN, main_rules[i].role,
				 p->base_reason);
			role_append_name(a->app_name, sizeof(a->app_name),
					 slice_text(main_rules[i].app));
			return true;
		}
	}
	return false;
}
