/*
 * The one way from an architecture's bytes to what its signature says: facts,
 * findings, and the parsed parts that others go on with (CMS and certificates,
 * the seal, page hashes).
 */
#ifndef PROBES_PARSE_SIGNATURE_H
#define PROBES_PARSE_SIGNATURE_H

#include "bytes.h"
#include "codedirectory.h"
#include "macho.h"
#include "pagehash.h"
#include "requirement.h"

enum {
	SIGNATURE_DIRECTORIES_MAX = 6,
	SIGNATURE_BYTES_MAX = 32 << 20, /* a 4 GB program's */
};

enum signature_kind {
	SIGNATURE_NONE,    /* no LC_CODE_SIGNATURE: unsigned */
	SIGNATURE_PRESENT, /* at least one CodeDirectory could be read */
	SIGNATURE_DAMAGED, /* there is, or may be, one, but not to be read */
};

/*
 * All slices borrow from `memory` (and image.memory); their places in the file
 * are file_offset + (slice.ptr - super.bytes.ptr). Blobs that are missing or
 * out of bounds are empty slices with ptr NULL. The contents are without the
 * blob's 8 bytes of header, the *_blob with it.
 */
struct signature {
	enum signature_kind kind;
	struct macho_image image;
	uint8_t *memory;
	uint64_t slice_offset; /* of the architecture in the file */
	struct superblob super;
	struct code_directory directories[SIGNATURE_DIRECTORIES_MAX];
	size_t directory_count; /* [0] is slot 0 when has_primary */
	bool has_primary;
	size_t best; /* the one the kernel takes; SIZE_MAX: none */
	bool has_cms_slot;
	struct slice cms; /* DER or BER; empty for ad hoc */
	struct slice requirements_blob;
	struct slice entitlements_xml, entitlements_der;
	struct slice entitlements_xml_blob, entitlements_der_blob;
	struct slice constraints[4]; /* slots 8 to 11 */
	struct slice ticket;
	uint8_t *info_plist_memory; /* section __TEXT,__info_plist */
	struct slice info_plist;    /* ptr NULL: no such section */
};

/*
 * slice: the bytes of one architecture (bytes_part_of). slice_offset: where it
 * begins in the file. Fills the code's facts that need no certificate, no
 * bundle and no profile; signing_class, authorities, certificates, cms,
 * signing_time and timestamp are left to cms.h. What could be read is in
 * *code and *sig even when an error is returned; release sig in any case.
 * STATUS_OK also for an unsigned program; STATUS_MALFORMED for one whose
 * Mach-O header, load commands or SuperBlob cannot be read.
 */
enum status code_read_slice(const struct bytes *slice, uint64_t slice_offset,
			    struct value_pool *pool,
			    const struct report *report, struct code *code,
			    struct signature *sig, struct error *err);
void signature_release(struct signature *sig);

/* Every fact of a slice that was not read at all fails for this reason. */
void code_slice_unreadable(struct value_pool *pool, struct code *code,
			   const char *reason);

/* The directory the kernel takes; NULL: none. */
const struct code_directory *signature_best(const struct signature *sig);

/* The cdhash of every directory, for requirement_subject; returns how many
 * were written. */
size_t signature_cdhashes(const struct signature *sig,
			  struct slice out[SIGNATURE_DIRECTORIES_MAX]);

/*
 * The fact info_plist: { "place": "file" | "section", "bound": BOOL, "state":
 * text }. content: the bundle's Info.plist, ptr NULL where there is none; a
 * difference is a finding. Called by code_read_slice for the section, by the
 * bundle for its file.
 */
void signature_bind_info_plist(const struct signature *sig,
			       struct slice content, const char *place,
			       struct value_pool *pool,
			       const struct report *report, struct code *code);

/*
 * The special slots whose content is in the signature itself (2, 5, 7 to 11),
 * for every directory: findings. Called by code_read_slice.
 */
void signature_check_specials(const struct signature *sig,
			      const struct report *report);

#endif
