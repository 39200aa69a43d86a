/*
 * Which entitlements need a provisioning profile on macOS, and whether a
 * profile authorises the values a program claims. The kernel's own list is not
 * public: what no source tells is "unknown", never "none".
 */
#ifndef PROBES_PARSE_ENTITLEMENT_RULES_H
#define PROBES_PARSE_ENTITLEMENT_RULES_H

#include "profile.h"
#include "signing_class.h"

enum { ENTITLEMENT_LIST_MAX = 2000 }; /* items that are compared */

enum entitlement_need {
	ENTITLEMENT_NEEDS_NONE,
	ENTITLEMENT_NEEDS_PROFILE,
	ENTITLEMENT_NEED_UNKNOWN,
};

/* Why, and who says so; both static. */
struct entitlement_rule {
	enum entitlement_need need;
	const char *why, *source;
};

/* team: the code's, empty where it has none: an app group that begins with the
 * team needs no profile. */
struct entitlement_rule entitlement_rule_of(struct slice key,
					    struct value value,
					    struct slice team);

/* Whether a profile's value covers a claimed one: equal, by a trailing `*`, or
 * item by item; false covers nothing but false. Lists over
 * ENTITLEMENT_LIST_MAX are not covered. */
bool entitlement_covered(struct value claimed, struct value allowed);

enum entitlement_mark {
	ENTITLEMENT_NONE_NEEDED,
	ENTITLEMENT_AUTHORIZED,
	ENTITLEMENT_NOT_AUTHORIZED,
	ENTITLEMENT_UNKNOWN,
	ENTITLEMENT_MARK_COUNT,
};

/* "none_needed", "authorized", "not_authorized", "unknown". */
const char *entitlement_mark_id(enum entitlement_mark m);

/*
 * The fact entitlement_authorization, owned by the caller: a DICT of each key
 * to {mark, why, source, allowed: the profile's value}. entitlements: a DICT,
 * of the same pool as the profile, which may be NULL: there is none. Each that
 * is not authorised is a finding.
 */
struct value entitlement_marks(struct value_pool *pool,
			       struct value entitlements,
			       const struct profile *profile,
			       enum signing_class class, struct slice team,
			       const struct report *report);

#endif
