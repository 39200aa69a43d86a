/*
 * The SuperBlob of an embedded signature: a table of typed blobs, big-endian
 * (XNU osfmk/kern/cs_blobs.h, CS_SuperBlob). All slots are given, known or
 * not, also those that are out of bounds.
 */
#ifndef PROBES_PARSE_SUPERBLOB_H
#define PROBES_PARSE_SUPERBLOB_H

#include "report.h"

enum {
	SUPERBLOB_BLOBS_MAX = 256,
	BLOB_HEADER_BYTES = 8, /* magic, length */
};

enum blob_magic {
	BLOB_REQUIREMENT = 0xfade0c00u,
	BLOB_REQUIREMENTS = 0xfade0c01u,
	BLOB_CODE_DIRECTORY = 0xfade0c02u,
	BLOB_SIGNATURE = 0xfade0cc0u,
	BLOB_SIGNATURE_OLD = 0xfade0b02u,
	BLOB_SIGNATURE_DETACHED = 0xfade0cc1u,
	BLOB_WRAPPER = 0xfade0b01u, /* CMS, a ticket */
	BLOB_ENTITLEMENTS = 0xfade7171u,
	BLOB_ENTITLEMENTS_DER = 0xfade7172u,
	BLOB_CONSTRAINT = 0xfade8181u,
};

enum blob_slot {
	SLOT_CODE_DIRECTORY = 0,
	SLOT_INFO_PLIST = 1, /* 1, 3, 4, 6: only as hashes, never as blobs */
	SLOT_REQUIREMENTS = 2,
	SLOT_RESOURCES = 3,
	SLOT_APPLICATION = 4,
	SLOT_ENTITLEMENTS = 5,
	SLOT_REP_SPECIFIC = 6,
	SLOT_ENTITLEMENTS_DER = 7,
	SLOT_CONSTRAINT_SELF = 8,
	SLOT_CONSTRAINT_PARENT = 9,
	SLOT_CONSTRAINT_RESPONSIBLE = 10,
	SLOT_CONSTRAINT_LIBRARY = 11,
	SLOT_SPECIAL_KNOWN = 11, /* the highest special slot known */
	SLOT_ALTERNATE = 0x1000, /* to 0x1004 */
	SLOT_ALTERNATE_MAX = 5,
	SLOT_CMS = 0x10000,
	SLOT_IDENTIFICATION = 0x10001,
	SLOT_TICKET = 0x10002,
};

/* "code_directory", "cms", "slot 0x1234" for an unknown one (then written to
 * buffer). */
const char *blob_slot_text(uint32_t slot, char buffer[24]);

/*
 * bytes: the blob with its header, empty when valid is false. offset: within
 * the SuperBlob.
 */
struct blob {
	uint32_t slot, magic, offset, length;
	struct slice bytes;
	bool valid; /* header and length lie within the SuperBlob */
};

struct superblob {
	uint32_t magic;
	struct slice bytes;   /* of the SuperBlob, by its own length */
	uint64_t file_offset; /* of its first byte in the file */
	struct blob blobs[SUPERBLOB_BLOBS_MAX];
	size_t count;
	uint32_t declared; /* the count its header gives */
};

/*
 * data: what LC_CODE_SIGNATURE covers, the SuperBlob at its start, perhaps
 * padding after it. Overlapping, duplicate, out-of-bounds and unordered blobs
 * are findings. An error: no SuperBlob can be seen there at all.
 */
enum status superblob_read(struct slice data, uint64_t file_offset,
			   const struct report *report, struct superblob *out,
			   struct error *err);

/* The first valid blob of that slot; NULL when there is none. */
const struct blob *superblob_find(const struct superblob *s, uint32_t slot);

/* Content after the header, empty for an invalid one. */
struct slice blob_content(const struct blob *b);

#endif
