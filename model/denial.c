#include "denial.h"

static const char *const class_ids[] = {
	[DENIAL_APP_SANDBOX] = "app_sandbox",
	[DENIAL_SYSTEM_POLICY] = "system_policy",
	[DENIAL_AMFI] = "amfi",
	[DENIAL_GATEKEEPER] = "gatekeeper",
	[DENIAL_TCC] = "tcc",
	[DENIAL_CONTAINER] = "container",
	[DENIAL_BOOTSTRAP] = "bootstrap",
	[DENIAL_SECCOMP] = "seccomp",
	[DENIAL_LANDLOCK] = "landlock",
	[DENIAL_APPARMOR] = "apparmor",
	[DENIAL_SELINUX] = "selinux",
	[DENIAL_REFUSED_CALL] = "refused_call",
};

_Static_assert(sizeof(class_ids) / sizeof(*class_ids) == DENIAL_CLASS_COUNT,
	       "every class of denials has an id");

static const char *const attribution_ids[] = {
	[ATTRIBUTED_NOT] = "none",
	[ATTRIBUTED_PID] = "pid",
	[ATTRIBUTED_NAME] = "name",
	[ATTRIBUTED_CHANNEL] = "channel",
};

_Static_assert(sizeof(attribution_ids) / sizeof(*attribution_ids) ==
		       ATTRIBUTION_COUNT,
	       "every attribution has an id");

const char *denial_class_id(enum denial_class class)
{
	return (unsigned)class < DENIAL_CLASS_COUNT ? class_ids[class] : "";
}

enum denial_class denial_class_by_id(struct slice id)
{
	for (size_t i = 0; i < DENIAL_CLASS_COUNT; i++)
		if (slice_is(id, class_ids[i]))
			return (enum denial_class)i;
	return DENIAL_CLASS_COUNT;
}

const char *attribution_id(enum attribution a)
{
	return (unsigned)a < ATTRIBUTION_COUNT ? attribution_ids[a] : "";
}

enum attribution attribution_by_id(struct slice id)
{
	for (size_t i = 0; i < ATTRIBUTION_COUNT; i++)
		if (slice_is(id, attribution_ids[i]))
			return (enum attribution)i;
	return ATTRIBUTION_COUNT;
}
