#include "entitlement_rules.h"

static const char tn3125[] = "Apple TN3125, Provisioning profiles";
static const char sandbox_doc[] =
	"Apple TN3125; developer.apple.com/documentation/security/app-sandbox";
static const char runtime_doc[] = "Apple TN3125; developer.apple.com/"
				  "documentation/security/hardened-runtime";
static const char groups_doc[] =
	"developer.apple.com/documentation/bundleresources/entitlements/"
	"com.apple.security.application-groups; forums thread 721701";
static const char amfi_log[] =
	"AMFI's log \"Unsatisfied entitlements\"; forums thread 744377";

static const char is_sandbox[] = "an App Sandbox key";
static const char is_runtime[] = "a Hardened Runtime key";

/* The first that fits decides; a key that ends in '.' stands for all that
 * begin so. */
static const struct entry {
	const char *key;
	struct entitlement_rule rule;
} entries[] = {
	{"com.apple.security.get-task-allow",
	 {ENTITLEMENT_NEEDS_NONE, "lets debuggers attach", tn3125}},
	{"get-task-allow",
	 {ENTITLEMENT_NEEDS_NONE, "lets debuggers attach", tn3125}},
	{"com.apple.security.app-sandbox",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.inherit",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.network.",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.files.",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.device.",
	 {ENTITLEMENT_NEEDS_NONE, "an App Sandbox or Hardened Runtime key",
	  sandbox_doc}},
	{"com.apple.security.personal-information.",
	 {ENTITLEMENT_NEEDS_NONE, "an App Sandbox or Hardened Runtime key",
	  sandbox_doc}},
	{"com.apple.security.print",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.assets.",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.scripting-targets",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.temporary-exception.",
	 {ENTITLEMENT_NEEDS_NONE, is_sandbox, sandbox_doc}},
	{"com.apple.security.cs.",
	 {ENTITLEMENT_NEEDS_NONE, is_runtime, runtime_doc}},
	{"com.apple.security.automation.apple-events",
	 {ENTITLEMENT_NEEDS_NONE, is_runtime, runtime_doc}},
	{"com.apple.security.hypervisor",
	 {ENTITLEMENT_NEEDS_NONE, "programs signed ad hoc use it",
	  "QEMU's build signs with accel/hvf/entitlements.plist, ad hoc"}},
	{"com.apple.security.virtualization",
	 {ENTITLEMENT_NEEDS_NONE, "programs signed ad hoc use it",
	  "Lima's build signs with vz.entitlements, ad hoc"}},
	{"keychain-access-groups",
	 {ENTITLEMENT_NEEDS_PROFILE, "restricted", amfi_log}},
	{"com.apple.developer.",
	 {ENTITLEMENT_NEEDS_PROFILE, "restricted", amfi_log}},
	{"com.apple.vm.networking",
	 {ENTITLEMENT_NEEDS_PROFILE, "restricted",
	  "groundwater/GhostVM pull request 135"}},
	{"com.apple.application-identifier",
	 {ENTITLEMENT_NEED_UNKNOWN,
	  "it says which profile is meant; whether it needs one itself, no "
	  "source tells",
	  tn3125}},
	{"com.apple.private.",
	 {ENTITLEMENT_NEED_UNKNOWN,
	  "Apple gives it to its own code only; no profile is known to allow "
	  "it",
	  ""}},
};

static bool fits(struct slice key, const char *pattern)
{
	size_t len = strlen(pattern);

	return pattern[len - 1] == '.' ? slice_starts(key, pattern)
				       : slice_is(key, pattern);
}

static bool begins_with_team(struct slice group, struct slice team)
{
	return team.len && group.len > team.len + 1 &&
	       group.ptr[team.len] == '.' &&
	       slice_equal(slice_part(group, 0, team.len), team);
}

/* "TEAM.x" is free to every member of the team; "group.x" must be registered
 * and in the profile; of other names nothing is known. */
static struct entitlement_rule group_rule(struct value groups,
					  struct slice team)
{
	static const struct entitlement_rule own = {
		ENTITLEMENT_NEEDS_NONE,
		"groups that begin with the code's own team need no profile",
		groups_doc};
	static const struct entitlement_rule registered = {
		ENTITLEMENT_NEEDS_PROFILE,
		"a group that begins with \"group.\" must be in the profile",
		groups_doc};
	static const struct entitlement_rule other = {
		ENTITLEMENT_NEED_UNKNOWN,
		"a group that begins neither with the code's team nor with "
		"\"group.\"",
		groups_doc};
	struct entitlement_rule rule = own;

	if (groups.type != VALUE_LIST)
		return other;
	for (size_t i = 0; i < value_count(groups); i++) {
		struct slice group = value_slice(value_at(groups, i));

		if (slice_starts(group, "group."))
			return registered;
		if (!begins_with_team(group, team))
			rule = other;
	}
	return rule;
}

struct entitlement_rule entitlement_rule_of(struct slice key,
					    struct value value,
					    struct slice team)
{
	if (slice_is(key, "com.apple.security.application-groups"))
		return group_rule(value, team);
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		if (fits(key, entries[i].key))
			return entries[i].rule;
	return (struct entitlement_rule){
		ENTITLEMENT_NEED_UNKNOWN,
		"no source tells whether it needs a profile", ""};
}

/* One that is no list. */
static bool item_covered(struct value claimed, struct value allowed)
{
	struct slice a = value_slice(allowed), c = value_slice(claimed);

	if (claimed.type == VALUE_BOOL && allowed.type == VALUE_BOOL)
		return allowed.as.boolean || !claimed.as.boolean;
	if (claimed.type == VALUE_STRING && allowed.type == VALUE_STRING &&
	    a.len && a.ptr[a.len - 1] == '*')
		return c.len >= a.len - 1 &&
		       slice_equal(slice_part(c, 0, a.len - 1),
				   slice_part(a, 0, a.len - 1));
	return value_equal(claimed, allowed);
}

static bool covered_by_some(struct value claimed, struct value allowed)
{
	if (allowed.type != VALUE_LIST)
		return item_covered(claimed, allowed);
	for (size_t i = 0; i < value_count(allowed); i++)
		if (item_covered(claimed, value_at(allowed, i)))
			return true;
	return false;
}

bool entitlement_covered(struct value claimed, struct value allowed)
{
	if (value_equal(claimed, allowed))
		return true;
	if (value_count(claimed) > ENTITLEMENT_LIST_MAX ||
	    value_count(allowed) > ENTITLEMENT_LIST_MAX)
		return false;
	if (claimed.type != VALUE_LIST)
		return covered_by_some(claimed, allowed);
	for (size_t i = 0; i < value_count(claimed); i++)
		if (!covered_by_some(value_at(claimed, i), allowed))
			return false;
	return true;
}
