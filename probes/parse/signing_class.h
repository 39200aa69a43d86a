/*
 * From the parts of a signature to what a person calls it: Developer ID, App
 * Store, ad hoc, ... and the facts that say so.
 */
#ifndef PROBES_PARSE_SIGNING_CLASS_H
#define PROBES_PARSE_SIGNING_CLASS_H

#include "cms.h"
#include "signature.h"

enum signing_class {
	SIGNING_PLATFORM,
	SIGNING_APP_STORE,
	SIGNING_TESTFLIGHT,
	SIGNING_APPLE_DISTRIBUTION,
	SIGNING_APPLE_DEVELOPMENT,
	SIGNING_DEVELOPER_ID,
	SIGNING_AD_HOC,
	SIGNING_LINKER_SIGNED,
	SIGNING_OTHER, /* a certificate that is none of Apple's */
	SIGNING_UNSIGNED,
	SIGNING_INVALID,
	SIGNING_CLASS_COUNT,
};

enum { SIGNING_EVIDENCE_BYTES = 400 };

struct signing_verdict {
	enum signing_class class;
	char evidence[SIGNING_EVIDENCE_BYTES]; /* a sentence */
};

/* "developer_id", ...: the words of the fact signing_class. */
const char *signing_class_id(enum signing_class c);

/* The rules, on what was read. flags and team are those of the CodeDirectory
 * in slot 0 (team may be empty). */
void signing_judge(const struct cms *cms, uint32_t flags, struct slice team,
		   struct signing_verdict *out);

/*
 * Reads the CMS and sets signing_class, authorities, certificates, cms,
 * signing_time and timestamp of code, also of unsigned code. *cms is filled for
 * whoever evaluates requirements (cms->chain), and the caller releases it. A
 * signature that does not hold is a finding: an error is STATUS_MEMORY alone.
 */
enum status signing_fill(const struct signature *sig, struct value_pool *pool,
			 const struct report *report, struct code *code,
			 struct cms *cms, struct error *err);

#endif
