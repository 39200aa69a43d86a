/*
 * Bytes of a file of any size for parsers that look only at some of them: the
 * one who has the file reads (bounded pread; probes/files), the parser asks.
 * Memory works as well: bytes_of_slice.
 */
#ifndef PROBES_PARSE_BYTES_H
#define PROBES_PARSE_BYTES_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"

struct bytes {
	uint64_t size;
	/* Fills buffer with exactly len bytes from offset. STATUS_MALFORMED
	 * with the offset when the range leaves the file (also a file that
	 * shrank meanwhile), STATUS_IO. */
	enum status (*read)(const struct bytes *b, uint64_t offset, size_t len,
			    uint8_t *buffer, struct error *err);
	const void *context;
};

struct bytes bytes_of_slice(const struct slice *memory);

/* A part of another one, e.g. one slice of a fat file; offsets in errors are
 * those of the whole. `whole` must outlive it. */
struct bytes_part {
	const struct bytes *whole;
	uint64_t offset, size;
};
enum status bytes_part_of(const struct bytes *whole, uint64_t offset,
			  uint64_t size, struct bytes_part *part,
			  struct bytes *out, struct error *err);

/* A range in memory of its own, freed by the caller. STATUS_LIMIT over max. */
enum status bytes_load(const struct bytes *b, uint64_t offset, size_t len,
		       size_t max, uint8_t **out, struct error *err);

#endif
