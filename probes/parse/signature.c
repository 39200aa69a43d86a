#include "signature_internal.h"

#include <inttypes.h>
#include <stdlib.h>

const struct code_directory *signature_best(const struct signature *sig)
{
	return sig->best < sig->directory_count ? &sig->directories[sig->best]
						: NULL;
}

size_t signature_cdhashes(const struct signature *sig,
			  struct slice out[SIGNATURE_DIRECTORIES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < sig->directory_count; i++) {
		out[n] = code_directory_cdhash(&sig->directories[i]);
		n += out[n].len != 0;
	}
	return n;
}

uint64_t signature_place(const struct signature *sig, struct slice part)
{
	if (!part.ptr || !sig->super.bytes.ptr)
		return sig->super.file_offset;
	return sig->super.file_offset +
	       (uint64_t)(part.ptr - sig->super.bytes.ptr);
}

void signature_release(struct signature *sig)
{
	if (!sig)
		return;
	macho_image_release(&sig->image);
	free(sig->memory);
	free(sig->info_plist_memory);
	sig->memory = sig->info_plist_memory = NULL;
	sig->kind = SIGNATURE_NONE;
	sig->directory_count = 0;
	sig->best = SIZE_MAX;
}

static void load_info_plist(const struct bytes *slice,
			    const struct report *report, struct signature *sig)
{
	const struct macho_range *r = &sig->image.info_plist;
	struct error why;

	if (!r->present)
		return;
	if (r->size > MACHO_INFO_PLIST_BYTES_MAX ||
	    bytes_load(slice, r->offset, (size_t)r->size,
		       MACHO_INFO_PLIST_BYTES_MAX, &sig->info_plist_memory,
		       &why) != STATUS_OK) {
		REPORT(report, "info_plist_section", SEVERITY_ERROR,
		       sig->slice_offset + r->offset,
		       "The section __TEXT,__info_plist of %" PRIu64
		       " bytes cannot be read.",
		       r->size);
		return;
	}
	sig->info_plist = slice_of(sig->info_plist_memory, (size_t)r->size);
}

/* The SuperBlob into memory: as much of it as the slice has. */
static enum status load_signature(const struct bytes *slice,
				  const struct report *report,
				  struct signature *sig, struct error *err)
{
	const struct macho_range *r = &sig->image.signature;
	uint64_t at = sig->slice_offset + r->offset;
	uint64_t size = r->size;
	enum status status;

	if (r->offset > slice->size)
		return error_set(err, STATUS_MALFORMED, (int64_t)at,
				 "the code signature begins behind the end of "
				 "the file");
	if (size > slice->size - r->offset)
		size = slice->size - r->offset;
	if (size > SIGNATURE_BYTES_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)at,
				 "a code signature of %" PRIu64
				 " bytes, at most %d are read",
				 size, SIGNATURE_BYTES_MAX);
	status = bytes_load(slice, r->offset, (size_t)size, SIGNATURE_BYTES_MAX,
			    &sig->memory, err);
	if (status != STATUS_OK)
		return status;
	return superblob_read(slice_of(sig->memory, (size_t)size), at, report,
			      &sig->super, err);
}

static bool is_directory_slot(uint32_t slot)
{
	return slot == SLOT_CODE_DIRECTORY ||
	       (slot >= SLOT_ALTERNATE &&
		slot < SLOT_ALTERNATE + SLOT_ALTERNATE_MAX);
}

/* The one of the highest rank, as the kernel takes it. */
static void choose_best(struct signature *sig)
{
	unsigned rank = 0;

	sig->best = SIZE_MAX;
	for (size_t i = 0; i < sig->directory_count; i++) {
		unsigned own = cd_hash_rank(sig->directories[i].hash_type);

		if (own > rank) {
			rank = own;
			sig->best = i;
		}
	}
}

static void read_directory(struct signature *sig, const struct blob *b,
			   const struct report *report)
{
	struct code_directory cd;
	struct error why;
	size_t at = sig->directory_count;

	if (code_directory_read(b, signature_place(sig, b->bytes), report, &cd,
				&why) != STATUS_OK) {
		REPORT(report, "code_directory_damaged", SEVERITY_ERROR,
		       why.offset, "A CodeDirectory cannot be read: %s.",
		       why.message);
		return;
	}
	if (at == SIGNATURE_DIRECTORIES_MAX)
		return;
	/* Slot 0 goes first wherever it stands. */
	if (b->slot == SLOT_CODE_DIRECTORY && !sig->has_primary) {
		memmove(sig->directories + 1, sig->directories,
			at * sizeof(*sig->directories));
		sig->has_primary = true;
		at = 0;
	}
	sig->directories[at] = cd;
	sig->directory_count++;
}

static void find_blobs(struct signature *sig)
{
	const struct superblob *s = &sig->super;
	const struct blob *xml = superblob_find(s, SLOT_ENTITLEMENTS);
	const struct blob *der = superblob_find(s, SLOT_ENTITLEMENTS_DER);
	const struct blob *set = superblob_find(s, SLOT_REQUIREMENTS);
	const struct blob *cms = superblob_find(s, SLOT_CMS);

	sig->has_cms_slot = cms != NULL;
	sig->cms = blob_content(cms);
	sig->ticket = blob_content(superblob_find(s, SLOT_TICKET));
	sig->entitlements_xml = blob_content(xml);
	sig->entitlements_der = blob_content(der);
	sig->entitlements_xml_blob = xml ? xml->bytes : slice_of(NULL, 0);
	sig->entitlements_der_blob = der ? der->bytes : slice_of(NULL, 0);
	sig->requirements_blob = set ? set->bytes : slice_of(NULL, 0);
	for (uint32_t i = 0; i < 4; i++)
		sig->constraints[i] = blob_content(
			superblob_find(s, SLOT_CONSTRAINT_SELF + i));
}

static enum status read_signature(const struct bytes *slice,
				  const struct report *report,
				  struct signature *sig, struct error *err)
{
	enum status status = load_signature(slice, report, sig, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < sig->super.count; i++) {
		const struct blob *b = &sig->super.blobs[i];

		if (b->valid && is_directory_slot(b->slot) &&
		    superblob_find(&sig->super, b->slot) == b)
			read_directory(sig, b, report);
	}
	choose_best(sig);
	find_blobs(sig);
	if (!sig->directory_count)
		return error_set(err, STATUS_MALFORMED,
				 (int64_t)sig->super.file_offset,
				 "the code signature has no CodeDirectory that "
				 "can be read");
	sig->kind = SIGNATURE_PRESENT;
	signature_check_directories(sig, report);
	signature_check_specials(sig, report);
	return STATUS_OK;
}

void code_slice_unreadable(struct value_pool *pool, struct code *code,
			   const char *reason)
{
	static const enum fact_id others[] = {
		FACT_SIGNING_CLASS, FACT_AUTHORITIES,  FACT_CERTIFICATES,
		FACT_CMS,           FACT_SIGNING_TIME, FACT_TIMESTAMP,
	};
	struct signature_job job = {.pool = pool, .code = code};

	macho_image_facts_gap(pool, code, reason);
	signature_facts_gap(&job, FACT_FAILED, reason);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		code_set_gap(pool, code, others[i], FACT_FAILED, reason);
}

/* Why a file of this kind has no signature, as far as its kind says. */
static const char *unsigned_reason(const struct macho_image *image)
{
	switch (image->file_type) {
	case 1:
		return "an object file is not signed";
	case 4:
		return "a core dump is not signed";
	case 10:
		return "debug symbols are not signed";
	default:
		return "not signed";
	}
}

enum status code_read_slice(const struct bytes *slice, uint64_t slice_offset,
			    struct value_pool *pool,
			    const struct report *report, struct code *code,
			    struct signature *sig, struct error *err)
{
	struct signature_job job = {pool, report, code, sig};
	enum status status;

	*sig = (struct signature){.kind = SIGNATURE_NONE,
				  .slice_offset = slice_offset,
				  .best = SIZE_MAX};
	status =
		macho_image_read(slice, slice_offset, report, &sig->image, err);
	if (status != STATUS_OK && !sig->image.cputype) {
		sig->kind = SIGNATURE_DAMAGED;
		macho_image_facts_gap(pool, code,
				      "the Mach-O header cannot be read");
		signature_facts_gap(&job, FACT_FAILED,
				    "the Mach-O header cannot be read");
		return status;
	}
	macho_image_facts(&sig->image, pool, code);
	load_info_plist(slice, report, sig);
	if (!sig->image.signature.present) {
		if (sig->image.complete) {
			signature_facts_gap(&job, FACT_ABSENT,
					    unsigned_reason(&sig->image));
			return status;
		}
		sig->kind = SIGNATURE_DAMAGED;
		signature_facts_gap(&job, FACT_FAILED,
				    "the load commands are damaged");
		return status;
	}
	if (status == STATUS_OK) {
		status = read_signature(slice, report, sig, err);
	} else {
		/* The first error is the one to tell. */
		struct error second;

		(void)read_signature(slice, report, sig, &second);
	}
	if (sig->kind == SIGNATURE_PRESENT) {
		signature_facts(&job);
		return status;
	}
	sig->kind = SIGNATURE_DAMAGED;
	signature_facts_gap(&job, FACT_FAILED,
			    "the code signature cannot be read");
	return status;
}
