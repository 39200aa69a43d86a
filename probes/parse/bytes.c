#include "bytes.h"

#include <inttypes.h>
#include <stdlib.h>

static enum status out_of_range(uint64_t size, uint64_t offset, size_t len,
				struct error *err)
{
	return error_set(err, STATUS_MALFORMED,
			 offset <= INT64_MAX ? (int64_t)offset : -1,
			 "%zu bytes expected at offset %" PRIu64
			 ", the file has %" PRIu64,
			 len, offset, size);
}

static bool in_range(uint64_t size, uint64_t offset, uint64_t len)
{
	return offset <= size && size - offset >= len;
}

static enum status slice_read(const struct bytes *b, uint64_t offset,
			      size_t len, uint8_t *buffer, struct error *err)
{
	const struct slice *memory = b->context;

	if (!in_range(b->size, offset, len))
		return out_of_range(b->size, offset, len, err);
	if (len)
		memcpy(buffer, memory->ptr + offset, len);
	return STATUS_OK;
}

struct bytes bytes_of_slice(const struct slice *memory)
{
	return (struct bytes){memory->len, slice_read, memory};
}

static enum status part_read(const struct bytes *b, uint64_t offset, size_t len,
			     uint8_t *buffer, struct error *err)
{
	const struct bytes_part *part = b->context;

	if (!in_range(part->size, offset, len))
		return out_of_range(part->offset + part->size,
				    part->offset + offset, len, err);
	return part->whole->read(part->whole, part->offset + offset, len,
				 buffer, err);
}

enum status bytes_part_of(const struct bytes *whole, uint64_t offset,
			  uint64_t size, struct bytes_part *part,
			  struct bytes *out, struct error *err)
{
	if (!in_range(whole->size, offset, size))
		return error_set(err, STATUS_MALFORMED,
				 offset <= INT64_MAX ? (int64_t)offset : -1,
				 "a part of %" PRIu64
				 " bytes at offset %" PRIu64
				 " leaves the file, which has %" PRIu64,
				 size, offset, whole->size);
	*part = (struct bytes_part){whole, offset, size};
	*out = (struct bytes){size, part_read, part};
	return STATUS_OK;
}

enum status bytes_load(const struct bytes *b, uint64_t offset, size_t len,
		       size_t max, uint8_t **out, struct error *err)
{
	enum status status;
	uint8_t *buffer;

	if (len > max)
		return error_set(err, STATUS_LIMIT,
				 offset <= INT64_MAX ? (int64_t)offset : -1,
				 "%zu bytes are more than the %zu that are "
				 "read of this",
				 len, max);
	/* Before memory is asked for: a length of a small file may be huge. */
	if (!in_range(b->size, offset, len))
		return out_of_range(b->size, offset, len, err);
	buffer = malloc(len ? len : 1);
	if (!buffer)
		return error_set(err, STATUS_MEMORY, -1,
				 "out of memory for %zu bytes", len);
	status = b->read(b, offset, len, buffer, err);
	if (status != STATUS_OK) {
		free(buffer);
		return status;
	}
	*out = buffer;
	return STATUS_OK;
}
