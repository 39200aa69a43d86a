/*
 * A provisioning profile (Contents/embedded.provisionprofile): a CMS whose
 * content is a property list, with a second copy in DER inside it that newer
 * systems read (TN3125). What it allows whom, and until when.
 */
#ifndef PROBES_PARSE_PROFILE_H
#define PROBES_PARSE_PROFILE_H

#include "../../model/code.h"
#include "certificate.h"

enum {
	PROFILE_BYTES_MAX = 4 << 20,
	PROFILE_CERTIFICATES_MAX = 1000,
	PROFILE_DEVICES_MAX = 10000,
};

enum profile_kind {
	PROFILE_APP_STORE,
	PROFILE_DEVELOPER_ID, /* all devices, by Developer ID */
	PROFILE_ENTERPRISE,   /* all devices, by an in-house team */
	PROFILE_DEVELOPMENT,  /* these devices, get-task-allow */
	PROFILE_AD_HOC,       /* these devices, no get-task-allow */
	PROFILE_UNKNOWN,
	PROFILE_KIND_COUNT,
};

struct profile {
	struct value_pool *pool;
	struct value plist;        /* DICT: the outer copy as it is */
	struct value der;          /* DICT: the DER copy; or none */
	struct value entitlements; /* DICT, what it authorises: the DER copy's
				      where there is one */
	enum profile_kind kind;
	const char *kind_why;           /* the evidence, static */
	struct certificate_chain chain; /* who signed the profile */
	bool signature_holds, trusted;
	const char *why;             /* why not trusted */
	uint8_t (*certificates)[32]; /* SHA-256 of each signer it admits */
	size_t certificate_count;
};

/* bytes: a whole .provisionprofile. What could be read is in *out also with
 * STATUS_MALFORMED; the caller releases it. Findings: the DER copy differs, the
 * signature does not hold. */
enum status profile_read(struct value_pool *pool, struct slice bytes,
			 struct slice path, struct profile *out,
			 struct findings *findings, struct error *err);
void profile_release(struct profile *p);

/* True for what begins like CMS (BER or DER) signed data. */
bool profile_is_likely(struct slice bytes);

/* DICT for people and JSON: name, uuid, team, team_name, app_id_name,
 * application_identifier, platforms, kind, kind_why, created, expires, version,
 * devices, all_devices, xcode_managed, signature {verified, trusted, why,
 * authorities}, certificates [...], entitlements. Owned by the caller. */
struct value profile_describe(const struct profile *p);

/* Whether the profile admits this signer: the leaf of the code's CMS. */
bool profile_admits(const struct profile *p, const struct certificate *signer);

const char *profile_kind_id(enum profile_kind kind);
/* "Developer ID, all devices", "development, 12 devices", ... */
void profile_kind_text(const struct profile *p, struct text *out);

#endif
