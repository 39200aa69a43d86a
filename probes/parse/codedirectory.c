#include "codedirectory.h"

#include <inttypes.h>

#include "../../model/base/cursor.h"
#include "codedirectory_hash.h"

enum {
	VERSION_EARLIEST = 0x20001,
	VERSION_SCATTER = 0x20100,
	VERSION_TEAM = 0x20200,
	VERSION_CODE_LIMIT_64 = 0x20300,
	VERSION_EXEC_SEGMENT = 0x20400,
	VERSION_RUNTIME = 0x20500,
	VERSION_LINKAGE = 0x20600,
	VERSION_COMPATIBLE = 0x2f000,
	HEADER_BYTES = 44,  /* of the earliest version */
	KERNEL_BYTES = 108, /* sizeof(CS_CodeDirectory) of XNU 11417 */
	SCATTER_BYTES = 24,
};

/* The part of the header that every version has. */
static void read_fixed(struct code_directory *cd, struct cursor *c,
		       uint32_t *ident_offset)
{
	cursor_seek(c, 8);
	cd->version = cursor_be32(c);
	cd->flags = cursor_be32(c);
	cd->hash_offset = cursor_be32(c);
	*ident_offset = cursor_be32(c);
	cd->special_count = cursor_be32(c);
	cd->page_count = cursor_be32(c);
	cd->code_limit = cursor_be32(c);
	cd->hash_size = cursor_u8(c);
	cd->hash_type = cursor_u8(c);
	cd->platform = cursor_u8(c);
	cd->page_shift = cursor_u8(c);
	cursor_take(c, 4);
}

/* What later versions added; the cursor fails where the blob is too short. */
static void read_added(struct code_directory *cd, struct cursor *c,
		       uint32_t *team_offset)
{
	if (cd->version >= VERSION_SCATTER)
		cd->scatter_offset = cursor_be32(c);
	if (cd->version >= VERSION_TEAM)
		*team_offset = cursor_be32(c);
	if (cd->version >= VERSION_CODE_LIMIT_64) {
		uint64_t limit;

		cursor_take(c, 4);
		limit = cursor_be(c, 8);
		if (limit)
			cd->code_limit = limit;
	}
	if (cd->version >= VERSION_EXEC_SEGMENT) {
		cd->exec_base = cursor_be(c, 8);
		cd->exec_limit = cursor_be(c, 8);
		cd->exec_flags = cursor_be(c, 8);
	}
	if (cd->version >= VERSION_RUNTIME) {
		cd->runtime_version = cursor_be32(c);
		cd->pre_encrypt_offset = cursor_be32(c);
	}
	if (cd->version >= VERSION_LINKAGE) {
		cd->linkage_hash_type = cursor_u8(c);
		cd->linkage_application_type = cursor_u8(c);
		cd->linkage_application_subtype = (uint16_t)cursor_be(c, 2);
		cd->linkage_offset = cursor_be32(c);
		cd->linkage_size = cursor_be32(c);
	}
}

/* The string at an offset of the blob, which must end with NUL in it. */
static struct slice read_string(const struct code_directory *cd,
				uint32_t offset, const char *what,
				const struct report *report)
{
	struct slice rest = slice_part(cd->blob, offset, cd->blob.len);
	size_t len = slice_find_byte(rest, 0);

	if (offset < HEADER_BYTES || offset >= cd->blob.len)
		REPORT(report, "code_directory_string", SEVERITY_ERROR,
		       cd->file_offset,
		       "The %s lies at %" PRIu32
		       ", outside the CodeDirectory of %zu bytes.",
		       what, offset, cd->blob.len);
	else if (len == rest.len)
		REPORT(report, "code_directory_string", SEVERITY_ERROR,
		       cd->file_offset + offset,
		       "The %s does not end within the CodeDirectory.", what);
	else
		return slice_part(rest, 0, len);
	return slice_of(NULL, 0);
}

static bool check_hash_type(const struct code_directory *cd,
			    const struct report *report)
{
	size_t want = cd_hash_bytes(cd->hash_type);

	if (!want) {
		REPORT(report, "code_directory_hash_type", SEVERITY_ERROR,
		       cd->file_offset + 37,
		       "The CodeDirectory's hash type %u is unknown.",
		       cd->hash_type);
		return false;
	}
	if (!cd_hash_rank(cd->hash_type))
		REPORT(report, "code_directory_hash_type", SEVERITY_WARNING,
		       cd->file_offset + 37,
		       "The kernel does not take a CodeDirectory of %s.",
		       cd_hash_text(cd->hash_type));
	if (cd->hash_size != want)
		REPORT(report, "code_directory_hash_size", SEVERITY_ERROR,
		       cd->file_offset + 36,
		       "A %s hash takes %zu bytes, the CodeDirectory gives it "
		       "%u.",
		       cd_hash_text(cd->hash_type), want, cd->hash_size);
	return cd->hash_size == want;
}

/* Both arrays of hashes must lie within the blob, behind its header. */
static void check_hash_room(struct code_directory *cd,
			    const struct report *report)
{
	uint64_t size = cd->hash_size;
	uint64_t before = cd->special_count * size;
	uint64_t after = cd->page_count * size;

	if (!check_hash_type(cd, report))
		return;
	cd->specials_ok = cd->hash_offset <= cd->blob.len &&
			  before <= cd->hash_offset &&
			  cd->hash_offset - before >= HEADER_BYTES;
	cd->pages_ok = cd->hash_offset <= cd->blob.len &&
		       cd->hash_offset >= HEADER_BYTES &&
		       after <= cd->blob.len - cd->hash_offset;
	if (!cd->specials_ok)
		REPORT(report, "code_directory_bounds", SEVERITY_ERROR,
		       cd->file_offset + 16,
		       "%" PRIu32 " special hashes do not fit before offset "
		       "%" PRIu32 " of a CodeDirectory of %zu bytes.",
		       cd->special_count, cd->hash_offset, cd->blob.len);
	if (!cd->pages_ok)
		REPORT(report, "code_directory_bounds", SEVERITY_ERROR,
		       cd->file_offset + 16,
		       "%" PRIu32 " page hashes do not fit behind offset "
		       "%" PRIu32 " of a CodeDirectory of %zu bytes.",
		       cd->page_count, cd->hash_offset, cd->blob.len);
}

/* The number of pages follows from the limit and the page size (Security,
 * CodeDirectory::checkIntegrity). */
static void check_pages(struct code_directory *cd, const struct report *report)
{
	uint64_t want = 0;

	if (cd->page_shift > CD_PAGE_SHIFT_MAX) {
		REPORT(report, "code_directory_page_size", SEVERITY_ERROR,
		       cd->file_offset + 39,
		       "A page size of 2^%u bytes is not possible.",
		       cd->page_shift);
		cd->pages_ok = false;
		return;
	}
	if (cd->code_limit)
		want = cd->page_shift
			       ? ((cd->code_limit - 1) >> cd->page_shift) + 1
			       : 1;
	if (cd->scatter_offset || want == cd->page_count)
		return;
	REPORT(report, "code_directory_page_count", SEVERITY_ERROR,
	       cd->file_offset + 28,
	       "%" PRIu64 " bytes of code have %" PRIu64 " pages of 2^%u "
	       "bytes, the CodeDirectory counts %" PRIu32 ".",
	       cd->code_limit, want, cd->page_shift, cd->page_count);
	cd->pages_ok = false;
}

/* struct SC_Scatter: count, base, targetOffset, spare; a count of 0 ends. */
static void check_scatter(struct code_directory *cd,
			  const struct report *report)
{
	struct cursor c = cursor_of(cd->blob);
	uint64_t pages = 0;

	if (!cd->scatter_offset)
		return;
	cursor_seek(&c, cd->scatter_offset);
	for (size_t i = 0; i < CD_SCATTER_MAX; i++) {
		uint32_t count = cursor_be32(&c);

		if (c.failed || !count)
			break;
		cursor_take(&c, SCATTER_BYTES - 4);
		pages += count;
	}
	if (!c.failed && pages == cd->page_count) {
		REPORT(report, "code_directory_scatter", SEVERITY_WARNING,
		       cd->file_offset + 44,
		       "The CodeDirectory scatters its pages; macOS has not "
		       "used that since 10.5.");
		return;
	}
	REPORT(report, "code_directory_scatter", SEVERITY_ERROR,
	       cd->file_offset + 44,
	       c.failed ? "The scatter list leaves the CodeDirectory."
			: "The scatter list does not account for all pages.");
	cd->pages_ok = false;
}

static void check_version(const struct code_directory *cd, bool cut,
			  const struct report *report)
{
	if (cd->version < VERSION_EARLIEST || cd->version > VERSION_COMPATIBLE)
		REPORT(report, "code_directory_version", SEVERITY_ERROR,
		       cd->file_offset + 8,
		       "CodeDirectory version %#" PRIx32
		       " is not one of %#x to %#x.",
		       cd->version, VERSION_EARLIEST, VERSION_COMPATIBLE);
	if (cut)
		REPORT(report, "code_directory_short", SEVERITY_ERROR,
		       cd->file_offset,
		       "A CodeDirectory of version %#" PRIx32
		       " needs more than its %zu bytes.",
		       cd->version, cd->blob.len);
	else if (cd->blob.len < KERNEL_BYTES)
		REPORT(report, "code_directory_short", SEVERITY_WARNING,
		       cd->file_offset,
		       "The kernel refuses a CodeDirectory under %d bytes; "
		       "this one has %zu.",
		       KERNEL_BYTES, cd->blob.len);
}

/* Blobs in the hash arrays' place would be hashed as pages otherwise. */
static void check_offsets(const struct code_directory *cd,
			  const struct report *report)
{
	uint64_t hashes_end = (uint64_t)cd->page_count * cd->hash_size;

	if (cd->pre_encrypt_offset &&
	    (cd->pre_encrypt_offset > cd->blob.len ||
	     cd->blob.len - cd->pre_encrypt_offset < hashes_end))
		REPORT(report, "code_directory_bounds", SEVERITY_ERROR,
		       cd->file_offset + 92,
		       "The hashes from before encryption do not fit at "
		       "offset %" PRIu32 ".",
		       cd->pre_encrypt_offset);
	if (cd->linkage_size &&
	    (cd->linkage_offset > cd->blob.len ||
	     cd->blob.len - cd->linkage_offset < cd->linkage_size))
		REPORT(report, "code_directory_bounds", SEVERITY_ERROR,
		       cd->file_offset + 100,
		       "The linkage data do not fit at offset %" PRIu32 ".",
		       cd->linkage_offset);
}

enum status code_directory_read(const struct blob *blob, uint64_t file_offset,
				const struct report *report,
				struct code_directory *out, struct error *err)
{
	struct cursor c = cursor_of(blob->bytes);
	uint32_t ident_offset = 0, team_offset = 0;

	*out = (struct code_directory){
		.slot = blob->slot,
		.blob = blob->bytes,
		.file_offset = file_offset,
	};
	if (blob->magic != BLOB_CODE_DIRECTORY)
		return error_set(err, STATUS_MALFORMED, (int64_t)file_offset,
				 "a CodeDirectory begins with fade0c02, "
				 "%08" PRIx32 " was found",
				 blob->magic);
	if (blob->bytes.len < HEADER_BYTES)
		return error_set(err, STATUS_MALFORMED, (int64_t)file_offset,
				 "a CodeDirectory needs %d bytes, %zu are "
				 "there",
				 HEADER_BYTES, blob->bytes.len);
	read_fixed(out, &c, &ident_offset);
	read_added(out, &c, &team_offset);
	check_version(out, c.failed, report);
	out->identifier = read_string(out, ident_offset, "identifier", report);
	if (team_offset)
		out->team = read_string(out, team_offset, "team id", report);
	check_hash_room(out, report);
	check_pages(out, report);
	check_scatter(out, report);
	check_offsets(out, report);
	out->digest_bytes =
		cd_hash_whole(out->hash_type, out->blob, out->digest);
	return STATUS_OK;
}

struct slice code_directory_cdhash(const struct code_directory *cd)
{
	if (cd->digest_bytes < CDHASH_BYTES)
		return slice_of(NULL, 0);
	return slice_of(cd->digest, CDHASH_BYTES);
}

bool code_directory_special(const struct code_directory *cd, uint32_t n,
			    struct slice *hash)
{
	static const uint8_t zero[CD_HASH_BYTES_MAX];
	struct slice s;

	if (!cd->specials_ok || !n || n > cd->special_count)
		return false;
	s = slice_part(cd->blob, cd->hash_offset - (size_t)n * cd->hash_size,
		       cd->hash_size);
	if (!memcmp(s.ptr, zero, s.len))
		return false;
	*hash = s;
	return true;
}

bool code_directory_page(const struct code_directory *cd, uint32_t i,
			 struct slice *hash)
{
	if (!cd->pages_ok || i >= cd->page_count)
		return false;
	*hash = slice_part(cd->blob,
			   cd->hash_offset + (size_t)i * cd->hash_size,
			   cd->hash_size);
	return true;
}
