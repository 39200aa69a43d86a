/*
 * Which entitlements need a provisioning profile, and whether a profile
 * authorises the values a program claims. The kernel's own list is not public:
 * what no source tells is "unknown", never "none".
 */
#ifndef PROBES_PARSE_ENTITLEMENT_RULES_H
#define PROBES_PARSE_ENTITLEMENT_RULES_H

#include "profile.h"

enum entitlement_need {
	ENTITLEMENT_NEEDS_NONE,
	ENTITLEMENT_NEEDS_PROFILE,
	ENTITLEMENT_NEED_UNKNOWN,
	ENTITLEMENT_NEED_COUNT,
};

enum entitlement_mark {
	ENTITLEMENT_NONE_NEEDED,
	ENTITLEMENT_AUTHORIZED,
	ENTITLEMENT_NOT_AUTHORIZED,
	ENTITLEMENT_UNKNOWN, /* no source tells whether it needs a profile */
	ENTITLEMENT_MARK_COUNT,
};

/* The rule for a key with this value. why: the reason, source: who says so;
 * both static. team: the code's, empty where it has none (an app group that
 * begins with the team needs no profile). */
enum entitlement_need entitlement_need_of(struct slice key, struct value value,
					  struct slice team, const char **why,
					  const char **source);

/* Whether `allowed` (a profile's value) covers `claimed`: equal, or by a
 * trailing `*`; each item of a list by some item. */
bool entitlement_value_covered(struct value claimed, struct value allowed);

/* The fact entitlement_authorization: DICT of key to {mark, why, source}; mark
 * is "none_needed", "authorized", "not_authorized" or "unknown". profile may
 * be NULL: there is none. Adds a finding for each that is not authorised. */
struct value entitlement_marks(struct value_pool *pool,
			       struct value entitlements,
			       const struct profile *profile, struct slice team,
			       struct slice path, struct findings *findings);

const char *entitlement_mark_id(enum entitlement_mark m);

#endif
