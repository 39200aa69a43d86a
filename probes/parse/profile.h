/*
 * A provisioning profile (Contents/embedded.provisionprofile): a CMS whose
 * content is a property list, with a second copy in DER inside it that newer
 * systems read (TN3125). What it allows whom, and until when.
 */
#ifndef PROBES_PARSE_PROFILE_H
#define PROBES_PARSE_PROFILE_H

#include "certificate.h"
#include "report.h"

enum {
	PROFILE_BYTES_MAX = 4 << 20,
	PROFILE_CERTIFICATES_MAX = 1000,
	PROFILE_ENTITLEMENTS_MAX = 2000,
	PROFILE_KEYS_MAX = 1000, /* at the top of its property list */
};

enum profile_kind {
	PROFILE_APP_STORE,
	PROFILE_DEVELOPER_ID, /* all devices, distributed by Developer ID */
	PROFILE_ENTERPRISE,   /* all devices, in-house */
	PROFILE_DEVELOPMENT,  /* the devices it lists */
	PROFILE_AD_HOC,       /* the same, but no debugging (not on macOS) */
	PROFILE_UNKNOWN,
	PROFILE_KIND_COUNT,
};

/* One signature: of the profile, or of the DER copy within. */
struct profile_signature {
	bool present, holds;
	bool trusted;    /* holds, below a root of Apple's, by a signer of
			    profiles; when its certificate ended is not asked */
	const char *why; /* why not trusted; static */
	struct certificate_chain chain;
};

struct profile {
	struct value_pool *pool;
	struct value plist; /* DICT: the outer copy as it is */
	struct value der;   /* DICT: the DER copy; VALUE_NONE: none */
	/* DICT, what it authorises: the DER copy's where there is one, as
	 * systems read that; VALUE_NONE: none. Borrowed. */
	struct value entitlements;
	enum profile_kind kind;
	const char *kind_why; /* the evidence, static */
	struct profile_signature signature, der_signature;
	uint8_t (*signers)[32]; /* SHA-256 of each certificate it admits */
	size_t signer_count;
};

/* True for what begins like CMS signed data. */
bool profile_is_likely(struct slice bytes);

/*
 * bytes: a whole .provisionprofile. Findings: a signature that does not hold, a
 * DER copy that differs or cannot be read. Nothing of *out is to be released
 * after an error: STATUS_MALFORMED or STATUS_LIMIT with the offset.
 */
enum status profile_read(struct value_pool *pool, struct slice bytes,
			 const struct report *report, struct profile *out,
			 struct error *err);
void profile_release(struct profile *p);

/* DICT for people and JSON, owned by the caller: name, uuid, team_ids,
 * team_name, app_id_name, platforms, kind, kind_text, kind_why, created,
 * expires, devices (how many), device_ids, all_devices, xcode_managed,
 * local_provision, signature and der_signature {valid, trusted, why,
 * authorities}, certificates (as certificate_describe), entitlements. */
struct value profile_describe(const struct profile *p);

/* Whether the profile admits this signer: the leaf of the code's CMS. */
bool profile_admits(const struct profile *p, const struct certificate *signer);

/* Findings: the code's signer is not admitted, its team is not the profile's.
 * signer NULL: ad hoc. */
void profile_check_signer(const struct profile *p,
			  const struct certificate *signer, struct slice team,
			  const struct report *report);

const char *profile_kind_id(enum profile_kind kind);
/* "Developer ID, all devices", "development, 12 devices", ... */
void profile_kind_text(const struct profile *p, struct text *out);

#endif
