/*
 * Compares the hashes of a CodeDirectory with the code itself. No state is
 * shared between calls: two threads may check two halves of one directory.
 */
#ifndef PROBES_PARSE_PAGEHASH_H
#define PROBES_PARSE_PAGEHASH_H

#include "bytes.h"
#include "codedirectory.h"

enum { PAGE_MISMATCHES_KEPT = 64 };

/* cancelled may be NULL; asked every quarter of a megabyte. done may be NULL:
 * told how many more bytes were hashed. Both on the calling thread. */
struct page_watch {
	bool (*cancelled)(void *context);
	void (*done)(void *context, uint64_t bytes);
	void *context;
};

struct page_result {
	uint64_t pages, bytes;               /* compared */
	uint64_t mismatches;                 /* how many differ ... */
	uint32_t kept[PAGE_MISMATCHES_KEPT]; /* ... and the first of them */
	size_t kept_count;
};

/*
 * The pages [first, first + count) of the directory against the slice (the
 * architecture's bytes, offset 0 is its Mach-O header). The slice's read()
 * must bear calls from several threads if several threads call this.
 * STATUS_MALFORMED: the hashes or the pages are out of bounds;
 * STATUS_CANCELLED.
 */
enum status pages_verify(const struct bytes *slice,
			 const struct code_directory *cd, uint32_t first,
			 uint32_t count, const struct page_watch *watch,
			 struct page_result *out, struct error *err);

/* Findings "page_hash_differs" of a result, each with its place in the file;
 * slice_offset: where the slice begins in it. */
void pages_report(const struct code_directory *cd,
		  const struct page_result *result, uint64_t slice_offset,
		  const struct report *report);

enum special_state {
	SPECIAL_NONE,    /* neither hash nor content */
	SPECIAL_MATCHES, /* the content is what was signed */
	SPECIAL_DIFFERS,
	SPECIAL_NO_CONTENT, /* a hash, but nothing it could be of */
	SPECIAL_NO_HASH,    /* content that nothing was signed for */
	SPECIAL_UNKNOWN,    /* the directory's hashes cannot be read */
};

/* content.ptr NULL: there is none (an empty content has a pointer). */
enum special_state special_check(const struct code_directory *cd, uint32_t n,
				 struct slice content);
const char *special_state_text(enum special_state state);

#endif
