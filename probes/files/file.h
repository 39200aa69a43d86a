/*
 * Opens what people hand over: regular files only, without waiting (a FIFO
 * without a writer would), without becoming anybody's terminal, and read by
 * bounded pread, never mapped (a truncation meanwhile would be a SIGBUS).
 */
#ifndef PROBES_FILES_FILE_H
#define PROBES_FILES_FILE_H

#include "../parse/bytes.h"

/* As the file was when it was opened. */
struct file {
	int fd;
	uint64_t size; /* bytes */
	uint64_t device, inode;
	int64_t modified_ns;
	uint32_t mode; /* st_mode: permissions and set-id bits */
	uint32_t uid, gid;
	uint64_t links; /* 0: it was removed */
};

/*
 * Follows links, as the path is the caller's own word. STATUS_IO for
 * what is no regular file, with the message naming it ("a FIFO");
 * STATUS_NOT_FOUND, STATUS_PRIVILEGE. *out is closed by
 * file_close.
 */
enum status file_open(const char *path, struct file *out, struct error *err);

/* Of a path inside somebody's directory: no link is followed, "..", an
 * absolute path and an empty component are refused (STATUS_MALFORMED). */
enum status file_open_below(int directory, struct slice path, struct file *out,
			    struct error *err);

/* Takes over an open descriptor, also when it fails. */
enum status file_of_descriptor(int fd, struct file *out, struct error *err);

/* A closed or zeroed one (fd < 0) is fine. */
void file_close(struct file *f);

/* Borrows f, which must stay where it is. */
struct bytes file_bytes(const struct file *f);

/* Reads at most max bytes of it into memory the caller frees; STATUS_LIMIT
 * when it is larger. One byte more is allocated and zero. */
enum status file_load(const struct file *f, size_t max, uint8_t **out,
		      size_t *len, struct error *err);

/* STATUS_OK, or STATUS_IO "changed while it was read" when size or time of
 * modification are not what they were. To be asked after the last read. */
enum status file_unchanged(const struct file *f, struct error *err);

/* "a directory", "a FIFO", ... of an st_mode. */
const char *file_mode_text(uint32_t mode);

#endif
