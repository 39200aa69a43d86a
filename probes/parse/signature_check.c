/* What does not fit together within a signature. */
#include "signature_internal.h"

#include <inttypes.h>

enum { SPECIAL_BLOB_MAX = 4 << 20 };

static const char *slot_name(const struct code_directory *cd, char buffer[24])
{
	return blob_slot_text(cd->slot, buffer);
}

/* Security picks the best directory for what it shows and slot 0 for the CMS;
 * nobody compares what two of them say. */
static void compare_directories(const struct code_directory *a,
				const struct code_directory *b,
				const struct report *report)
{
	char left[24], right[24];
	const char *what = NULL;

	if (!slice_equal(a->identifier, b->identifier))
		what = "identifiers";
	else if (!slice_equal(a->team, b->team))
		what = "team ids";
	else if (a->flags != b->flags)
		what = "flags";
	else if (a->code_limit != b->code_limit)
		what = "code limits";
	else if (a->exec_flags != b->exec_flags && a->version >= 0x20400 &&
		 b->version >= 0x20400)
		what = "executable segment flags";
	if (what)
		REPORT(report, "code_directories_differ", SEVERITY_ERROR,
		       b->file_offset, "%s and %s have different %s.",
		       slot_name(a, left), slot_name(b, right), what);
	if (a->hash_type == b->hash_type)
		REPORT(report, "code_directory_type_twice", SEVERITY_ERROR,
		       b->file_offset,
		       "%s and %s have the same hash type; the kernel refuses "
		       "that.",
		       slot_name(a, left), slot_name(b, right));
}

/* Code up to the signature is covered, and nothing else. */
static void check_limit(const struct signature *sig,
			const struct code_directory *cd,
			const struct report *report)
{
	uint64_t end = sig->image.signature.offset;
	char name[24];

	if (cd->code_limit > end)
		REPORT(report, "code_limit", SEVERITY_ERROR,
		       cd->file_offset + 32,
		       "The %s covers %" PRIu64
		       " bytes, the signature begins at %" PRIu64 ".",
		       slot_name(cd, name), cd->code_limit, end);
	else if (cd->code_limit < end)
		REPORT(report, "code_not_covered", SEVERITY_ERROR,
		       sig->slice_offset + cd->code_limit,
		       "%" PRIu64 " bytes of code before the signature are "
		       "not covered by the %s.",
		       end - cd->code_limit, slot_name(cd, name));
}

static void check_exec_segment(const struct signature *sig,
			       const struct code_directory *cd,
			       const struct report *report)
{
	const struct macho_range *text = &sig->image.text;

	if (cd->version < 0x20400 || !text->present || !cd->exec_limit)
		return;
	if (cd->exec_base == text->offset && cd->exec_limit == text->size)
		return;
	REPORT(report, "exec_segment_differs", SEVERITY_NOTE,
	       cd->file_offset + 64,
	       "The executable segment is signed as %" PRIu64
	       " bytes at %" PRIu64 ", __TEXT has %" PRIu64 " at %" PRIu64 ".",
	       cd->exec_limit, cd->exec_base, text->size, text->offset);
}

/* Alternates: without slot 0 Security sees no signature; after a missing one
 * it stops, where the kernel goes on. */
static void check_slots(const struct signature *sig,
			const struct report *report)
{
	uint32_t expected = SLOT_ALTERNATE;

	if (!sig->has_primary)
		REPORT(report, "only_alternate_directories", SEVERITY_ERROR,
		       sig->super.file_offset,
		       "There are only alternate CodeDirectories: the kernel "
		       "takes one, for Security the code is unsigned.");
	for (size_t i = 0; i < sig->directory_count; i++) {
		uint32_t slot = sig->directories[i].slot;
		char name[24];

		if (slot < SLOT_ALTERNATE)
			continue;
		if (slot != expected)
			REPORT(report, "alternate_gap", SEVERITY_ERROR,
			       sig->directories[i].file_offset,
			       "The %s follows a slot that is missing: the "
			       "kernel takes it, Security does not see it.",
			       slot_name(&sig->directories[i], name));
		expected = slot + 1;
	}
}

void signature_check_directories(const struct signature *sig,
				 const struct report *report)
{
	check_slots(sig, report);
	for (size_t i = 0; i < sig->directory_count; i++) {
		for (size_t k = 0; k < i; k++)
			compare_directories(&sig->directories[k],
					    &sig->directories[i], report);
		check_limit(sig, &sig->directories[i], report);
		check_exec_segment(sig, &sig->directories[i], report);
	}
	if (!signature_best(sig))
		REPORT(report, "no_directory_for_kernel", SEVERITY_ERROR,
		       sig->super.file_offset,
		       "The kernel takes none of the CodeDirectories: their "
		       "hash types are not its own.");
	if (sig->image.has_encryption && sig->image.encryption_id)
		REPORT(report, "encrypted", SEVERITY_WARNING,
		       sig->slice_offset + sig->image.encrypted.offset,
		       "%" PRIu64 " bytes of code are encrypted; whether "
		       "their hashes match is not certain.",
		       sig->image.encrypted.size);
}

static void tell_special(const struct code_directory *cd, uint32_t n,
			 enum special_state state, const struct report *report)
{
	char slot[24], buffer[24];
	const char *name = blob_slot_text(n, buffer);

	switch (state) {
	case SPECIAL_DIFFERS:
		REPORT(report, "special_hash_differs", SEVERITY_ERROR,
		       cd->file_offset,
		       "The %s blob is not the one that the %s was made for.",
		       name, slot_name(cd, slot));
		break;
	case SPECIAL_NO_CONTENT:
		REPORT(report, "special_without_blob", SEVERITY_ERROR,
		       cd->file_offset,
		       "The %s has a hash for %s, and there is no such blob.",
		       slot_name(cd, slot), name);
		break;
	case SPECIAL_NO_HASH:
		REPORT(report, "blob_without_special", SEVERITY_ERROR,
		       cd->file_offset,
		       "The %s blob is covered by no hash of the %s.", name,
		       slot_name(cd, slot));
		break;
	case SPECIAL_NONE:
	case SPECIAL_MATCHES:
	case SPECIAL_UNKNOWN: /* code_directory_bounds has said why */
		break;
	}
}

static void check_special(const struct signature *sig,
			  const struct code_directory *cd, uint32_t n,
			  const struct report *report)
{
	const struct blob *b = superblob_find(&sig->super, n);
	struct slice content = b ? b->bytes : slice_of(NULL, 0);
	char name[24];

	/* Many directories, each over the same large blobs, take time. */
	if (content.len > SPECIAL_BLOB_MAX) {
		REPORT(report, "blob_large", SEVERITY_ERROR,
		       signature_place(sig, content),
		       "The %s blob of %zu bytes is not compared with its "
		       "hash; at most %d are read.",
		       blob_slot_text(n, name), content.len, SPECIAL_BLOB_MAX);
		return;
	}
	tell_special(cd, n, special_check(cd, n, content), report);
}

/* 4, 6 and what is beyond those known: nothing they could be compared with. */
static void check_unknown_specials(const struct code_directory *cd,
				   const struct report *report)
{
	struct slice hash;
	char name[24];
	size_t told = 0;

	if (!cd->specials_ok) /* the count may be any number then */
		return;
	for (uint32_t n = SLOT_APPLICATION; n <= cd->special_count && told < 8;
	     n++) {
		if (n != SLOT_APPLICATION && n != SLOT_REP_SPECIFIC &&
		    n <= SLOT_SPECIAL_KNOWN)
			continue;
		if (!code_directory_special(cd, n, &hash))
			continue;
		REPORT(report, "special_unknown", SEVERITY_NOTE,
		       cd->file_offset + cd->hash_offset -
			       (uint64_t)n * cd->hash_size,
		       "The CodeDirectory has a hash for %s, which is not "
		       "checked.",
		       blob_slot_text(n, name));
		told++;
	}
}

void signature_check_specials(const struct signature *sig,
			      const struct report *report)
{
	static const uint32_t inside[] = {
		SLOT_REQUIREMENTS,       SLOT_ENTITLEMENTS,
		SLOT_ENTITLEMENTS_DER,   SLOT_CONSTRAINT_SELF,
		SLOT_CONSTRAINT_PARENT,  SLOT_CONSTRAINT_RESPONSIBLE,
		SLOT_CONSTRAINT_LIBRARY,
	};

	for (size_t i = 0; i < sig->directory_count; i++) {
		const struct code_directory *cd = &sig->directories[i];

		for (size_t k = 0; k < sizeof(inside) / sizeof(*inside); k++)
			check_special(sig, cd, inside[k], report);
		check_unknown_specials(cd, report);
	}
}
