/*
 * usage: agree FILE RCODESIGN_OUTPUT
 *
 * A real Mach-O file against what `rcodesign print-signature-info` says of it,
 * field by field, and against itself: every page, XML and DER entitlements,
 * its own designated requirement (as text, compiled again, and fulfilled by its
 * own certificates). Prints "N agree, N differ, N slices, N pages" last.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agreement.h"
#include "probes/parse/cms.h"

struct run {
	struct value_pool *pool;
	struct agreement all;
	unsigned slices;
	uint64_t pages;
};

static enum status read_at(const struct bytes *b, uint64_t offset, size_t len,
			   uint8_t *buffer, struct error *err)
{
	const int *fd = b->context;

	if (offset > b->size || b->size - offset < len)
		return error_set(err, STATUS_MALFORMED, (int64_t)offset,
				 "outside the file");
	while (len) {
		ssize_t n = pread(*fd, buffer, len, (off_t)offset);

		if (n <= 0)
			return error_set(err, STATUS_IO, (int64_t)offset,
					 "cannot read");
		buffer += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return STATUS_OK;
}

static void check(struct run *r, bool holds, const char *what)
{
	agreement_count(&r->all, holds, slice_text(what));
}

static void check_pages(struct run *r, const struct bytes *slice,
			const struct signature *sig)
{
	struct page_result result;

	for (size_t i = 0; i < sig->directory_count; i++) {
		const struct code_directory *cd = &sig->directories[i];
		enum status status = pages_verify(slice, cd, 0, cd->page_count,
						  NULL, &result, NULL);

		check(r, status == STATUS_OK && !result.mismatches,
		      "(page hashes)");
		r->pages += result.pages;
	}
}

/* Compiled again and read again it is the same text. (The code need not be the
 * same: codesign's own requirements group to the right, text to the left.) */
static void check_text(struct run *r, struct slice blob)
{
	uint8_t *compiled = NULL;
	struct text first, second;
	size_t len = 0;

	text_init(&first, REQUIREMENT_TEXT_MAX);
	text_init(&second, REQUIREMENT_TEXT_MAX);
	check(r,
	      requirement_text(blob, 0, &first, NULL) == STATUS_OK &&
		      requirement_compile(text_slice(&first), &compiled, &len,
					  NULL) == STATUS_OK &&
		      requirement_text(slice_of(compiled, len), 0, &second,
				       NULL) == STATUS_OK &&
		      slice_equal(text_slice(&first), text_slice(&second)),
	      "(the designated requirement, decompiled and compiled)");
	free(compiled);
	text_release(&first);
	text_release(&second);
}

static void check_requirement(struct run *r, const struct signature *sig,
			      const struct code *code)
{
	struct slice blob = requirements_find(sig->requirements_blob,
					      REQUIREMENT_DESIGNATED);
	struct cms_directory directories[CMS_DIRECTORIES_MAX];
	struct slice cdhashes[SIGNATURE_DIRECTORIES_MAX];
	struct requirement_subject subject = {
		.identifier = sig->directories[0].identifier,
		.cdhashes = cdhashes,
		.cdhash_count = signature_cdhashes(sig, cdhashes),
		.entitlements = code->facts[FACT_ENTITLEMENTS].value,
		.platform_binary = TRUTH_FALSE,
	};
	enum truth answer = TRUTH_UNKNOWN;
	struct cms cms;

	if (!blob.ptr)
		return;
	check_text(r, blob);
	for (size_t i = 0; i < sig->directory_count; i++)
		directories[i] =
			(struct cms_directory){sig->directories[i].blob,
					       sig->directories[i].hash_type};
	(void)cms_read(sig->cms, directories, sig->directory_count, &cms, NULL);
	subject.chain = &cms.chain;
	check(r,
	      requirement_evaluate(blob, &subject, &answer, NULL) ==
			      STATUS_OK &&
		      answer == TRUTH_TRUE,
	      "(its own designated requirement)");
	cms_release(&cms);
}

static void check_slice(struct run *r, const struct bytes *file,
			const struct macho_slice *s, struct slice text)
{
	struct signature *sig = calloc(1, sizeof(*sig));
	struct findings findings;
	struct report report = {&findings, {NULL, 0}};
	struct bytes_part part;
	struct bytes slice;
	struct code code;

	findings_init(&findings, r->pool);
	code_init(&code);
	if (!sig || bytes_part_of(file, s->offset, s->size, &part, &slice,
				  NULL) != STATUS_OK)
		abort();
	check(r,
	      code_read_slice(&slice, s->offset, r->pool, &report, &code, sig,
			      NULL) == STATUS_OK,
	      "(reading the slice)");
	check(r, !findings_have_error(&findings), "(no errors)");
	r->all.sig = sig;
	r->all.blob = r->all.directory = 0;
	agreement_slice(&r->all, text);
	if (sig->kind == SIGNATURE_PRESENT) {
		check_pages(r, &slice, sig);
		check_requirement(r, sig, &code);
	}
	r->slices++;
	code_release(r->pool, &code);
	findings_release(&findings);
	signature_release(sig);
	free(sig);
}

static struct slice read_text(const char *path)
{
	enum { TEXT_MAX = 16 << 20 };
	uint8_t *bytes = malloc(TEXT_MAX);
	FILE *file = fopen(path, "rb");
	size_t len = bytes && file ? fread(bytes, 1, TEXT_MAX, file) : 0;

	if (file)
		fclose(file);
	return slice_of(bytes, len);
}

int main(int argc, char **argv)
{
	struct run r = {.pool = value_pool_new()};
	struct report report = {NULL, {NULL, 0}};
	struct macho_file macho = {.count = 0};
	struct slice text, rest;
	struct stat info;
	int fd;

	if (argc != 3 || (fd = open(argv[1], O_RDONLY)) < 0 ||
	    fstat(fd, &info) != 0) {
		fputs("usage: agree FILE RCODESIGN_OUTPUT\n", stderr);
		return 64;
	}
	rest = text = read_text(argv[2]);
	check(&r, text.len > 0, "(rcodesign's output)");
	check(&r,
	      macho_file_read(
		      &(struct bytes){(uint64_t)info.st_size, read_at, &fd},
		      &report, &macho, NULL) == STATUS_OK,
	      "(reading the file)");
	for (size_t i = 0; i < macho.count; i++) {
		struct bytes file = {(uint64_t)info.st_size, read_at, &fd};

		check_slice(&r, &file, &macho.slices[i], agreement_next(&rest));
	}
	check(&r, !rest.len, "(the number of slices)");
	printf("%u agree, %u differ, %u slices, %llu pages\n", r.all.fields,
	       r.all.differ, r.slices, (unsigned long long)r.pages);
	free((void *)(uintptr_t)text.ptr);
	value_pool_free(r.pool);
	close(fd);
	return r.all.differ != 0;
}
