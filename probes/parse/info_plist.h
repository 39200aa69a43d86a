/*
 * What an Info.plist says of its bundle, under our own names (Apple's
 * "Information Property List" reference has the keys). It is the bundle's own
 * word: only a signature binds it.
 */
#ifndef PROBES_PARSE_INFO_PLIST_H
#define PROBES_PARSE_INFO_PLIST_H

#include "../../model/base/value.h"

enum { INFO_PLIST_BYTES_MAX = 4 << 20 };

/*
 * A DICT: bundle_id, name, executable, package_type, version, build,
 * minimum_system, category, electron_team_id, agent (LSUIElement),
 * document_types [{name, role, extensions, types, related_item}], url_schemes,
 * xpc_service {type, run_loop, joins_session},
 * extension {point, principal_class}, usage {what it asks the user for: why}.
 * What the plist does not have is left out. Owned by the caller.
 */
struct value info_plist_describe(struct value_pool *pool, struct value plist);

/* The text of a key, empty where it is none; borrowed. */
struct slice info_plist_text(struct value plist, const char *key);

#endif
