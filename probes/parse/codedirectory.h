/*
 * A CodeDirectory: what the signature says of the code, and the hashes of its
 * pages and of what lies beside it (XNU osfmk/kern/cs_blobs.h
 * CS_CodeDirectory; Security codedirectory.h, codedirectory.cpp).
 */
#ifndef PROBES_PARSE_CODEDIRECTORY_H
#define PROBES_PARSE_CODEDIRECTORY_H

#include "../../model/base/value.h"
#include "superblob.h"

enum {
	CD_HASH_SHA1 = 1,
	CD_HASH_SHA256 = 2,
	CD_HASH_SHA256_TRUNCATED = 3,
	CD_HASH_SHA384 = 4,
	CD_HASH_SHA512 = 5, /* the kernel refuses it */
	CD_HASH_BYTES_MAX = 64,
	CDHASH_BYTES = 20,
	CD_SCATTER_MAX = 4096,
	CD_PAGE_SHIFT_MAX = 31,
};

enum cd_flag {
	CD_FLAG_HOST = 0x1,
	CD_FLAG_ADHOC = 0x2,
	CD_FLAG_FORCED_LIBRARY_VALIDATION = 0x10,
	CD_FLAG_HARD = 0x100,
	CD_FLAG_KILL = 0x200,
	CD_FLAG_EXPIRES = 0x400,
	CD_FLAG_RESTRICT = 0x800,
	CD_FLAG_ENFORCEMENT = 0x1000,
	CD_FLAG_LIBRARY_VALIDATION = 0x2000,
	CD_FLAG_RUNTIME = 0x10000,
	CD_FLAG_LINKER_SIGNED = 0x20000,
};

enum cd_exec_segment_flag {
	CD_EXEC_MAIN_BINARY = 0x1,
	CD_EXEC_ALLOW_UNSIGNED = 0x10, /* get-task-allow */
	CD_EXEC_DEBUGGER = 0x20,
	CD_EXEC_JIT = 0x40,
	CD_EXEC_SKIP_LIBRARY_VALIDATION = 0x80,
	CD_EXEC_CAN_LOAD_CDHASH = 0x100,
	CD_EXEC_CAN_EXEC_CDHASH = 0x200,
};

/*
 * Strings and blob borrow from the SuperBlob. The fields that a version does
 * not have are 0. specials_ok, pages_ok: the hashes lie within the blob and
 * their number fits, so that they can be compared; without it a
 * finding says why.
 */
struct code_directory {
	uint32_t slot;
	struct slice blob;
	uint64_t file_offset; /* of the blob in the file */
	uint32_t version, flags;
	uint32_t hash_offset, special_count, page_count;
	uint64_t code_limit;
	uint8_t hash_size, hash_type, platform, page_shift;
	uint32_t scatter_offset;
	uint64_t exec_base, exec_limit, exec_flags;
	uint32_t runtime_version, pre_encrypt_offset;
	uint8_t linkage_hash_type, linkage_application_type;
	uint16_t linkage_application_subtype;
	uint32_t linkage_offset, linkage_size;
	struct slice identifier, team; /* team empty: none */
	bool specials_ok, pages_ok;
	uint8_t digest[CD_HASH_BYTES_MAX]; /* of the whole blob, by its type */
	size_t digest_bytes;               /* 0: unknown hash type */
};

/* "sha1", "sha256", "sha256 truncated", ...; NULL for an unknown type. */
const char *cd_hash_text(uint8_t hash_type);
/* The bytes a hash of that type takes in a directory; 0 for an unknown one. */
size_t cd_hash_bytes(uint8_t hash_type);
/* The kernel's preference (XNU hashPriorities); 0: it refuses the type. */
unsigned cd_hash_rank(uint8_t hash_type);

/*
 * Hashes data as the type wants it, truncated as it is stored. Returns the
 * number of bytes, 0 for an unknown type or when the library failed.
 */
size_t cd_hash(uint8_t hash_type, struct slice data,
	       uint8_t out[CD_HASH_BYTES_MAX]);

/*
 * An error: not a CodeDirectory that anything can be said of. All else that is
 * wrong is a finding, and what could be read is in *out.
 */
enum status code_directory_read(const struct blob *blob, uint64_t file_offset,
				const struct report *report,
				struct code_directory *out, struct error *err);

/* The cdhash: the first 20 bytes of its own digest; empty where unknown. */
struct slice code_directory_cdhash(const struct code_directory *cd);

/* The hash of special slot n (1...). False: out of range, or all zero, which
 * both mean that there is none. */
bool code_directory_special(const struct code_directory *cd, uint32_t n,
			    struct slice *hash);
/* The hash of page i; false out of range. */
bool code_directory_page(const struct code_directory *cd, uint32_t i,
			 struct slice *hash);

/* The words of flags: "adhoc", "runtime", ...; bits without a name as
 * "0x40". Owned by the caller. */
struct value code_directory_flags(struct value_pool *pool, uint32_t flags);
struct value code_directory_exec_flags(struct value_pool *pool, uint64_t flags);
/* Lowercase hexadecimal digits. */
struct value value_hex(struct value_pool *pool, struct slice bytes);
/* "X.Y.Z" of a packed version 0x00XXYYZZ or xxxx.yy.zz. */
struct value code_version(struct value_pool *pool, uint32_t packed);

/* All of it as a DICT, for code_directories. */
struct value code_directory_value(struct value_pool *pool,
				  const struct code_directory *cd);

#endif
