/*
 * From the parts of a signature to what a person calls it: Developer ID, App
 * Store, ad hoc, ... and the facts that say so.
 */
#ifndef PROBES_PARSE_SIGNING_CLASS_H
#define PROBES_PARSE_SIGNING_CLASS_H

#include "cms.h"

struct signing_input {
	struct value_pool *pool;
	struct slice path;  /* for findings, as the report shows it */
	struct slice cms;   /* content of slot 0x10000's BlobWrapper */
	int64_t cms_offset; /* of it in the file; -1: there is none */
	const struct cms_directory *directories; /* [0] is slot 0's */
	size_t directory_count;
	uint32_t flags;       /* of the CodeDirectory: 2 ad hoc, ... */
	uint8_t platform;     /* of the CodeDirectory; not 0: platform code */
	struct slice team_id; /* of the CodeDirectory, may be empty */
};

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

const char *signing_class_id(enum signing_class c);

/* Reads the CMS and sets signing_class, authorities, certificates, cms,
 * signing_time and timestamp of code, with findings. When `cms` is not NULL it
 * is filled for whoever evaluates requirements, and the caller releases it. A
 * signature that does not hold is a finding, not an error: only STATUS_MEMORY
 * is returned. Of unsigned code the caller sets the facts (code_unsigned). */
enum status signing_fill(const struct signing_input *in, struct code *code,
			 struct findings *findings, struct cms *cms,
			 struct error *err);

/* The same facts of code that carries no signature at all. */
void signing_fill_unsigned(struct value_pool *pool, struct code *code);

#endif
