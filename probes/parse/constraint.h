/*
 * Launch and library constraints, slots 8 to 11 (Security LWCRHelper.mm; the
 * lightweight code requirements of Apple's documentation). The blob's DER has
 * the grammar of entitlements_der.h: { ccat, comp, reqs, vers }.
 */
#ifndef PROBES_PARSE_CONSTRAINT_H
#define PROBES_PARSE_CONSTRAINT_H

#include "entitlements_der.h"

/*
 * A DICT { "requirements": DICT, "category": INT, "version": INT,
 * "compatibility": INT }, and "text", the requirements as one readable line.
 * Keys that are not known stay, under their own name.
 */
enum status constraint_read(struct slice der, uint64_t file_offset,
			    struct value_pool *pool,
			    const struct report *report, struct value *out,
			    struct error *err);

/* "self", "parent", "responsible", "library" for slots 8 to 11; else NULL. */
const char *constraint_slot_text(uint32_t slot);

/* "developer_id", ... of a validation category (XNU cs_blobs.h
 * CS_VALIDATION_CATEGORY_*); NULL for an unknown one. */
const char *validation_category_text(int64_t category);

#endif
