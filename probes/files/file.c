#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_ONCE_MAX = 1 << 30 };

const char *file_mode_text(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a regular file";
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFBLK:
		return "a block device";
	case S_IFCHR:
		return "a character device";
	default:
		return "no kind of file that is known";
	}
}

static int64_t modified_ns(const struct stat *st)
{
#ifdef __APPLE__
	const struct timespec *t = &st->st_mtimespec;
#else
	const struct timespec *t = &st->st_mtim;
#endif
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static enum status not_regular(const struct stat *st, struct error *err)
{
	return error_set(err, STATUS_IO, -1,
			 "expected a regular file, found %s",
			 file_mode_text((uint32_t)st->st_mode));
}

enum status file_of_descriptor(int fd, struct file *out, struct error *err)
{
	struct stat st;
	enum status status;

	if (fstat(fd, &st) < 0)
		status = error_set(err, status_from_errno(errno), -1, "%s",
				   strerror(errno));
	else if (!S_ISREG(st.st_mode))
		status = not_regular(&st, err);
	else {
		*out = (struct file){
			.fd = fd,
			.size = (uint64_t)st.st_size,
			.device = (uint64_t)st.st_dev,
			.inode = (uint64_t)st.st_ino,
			.modified_ns = modified_ns(&st),
			.mode = (uint32_t)st.st_mode,
			.uid = (uint32_t)st.st_uid,
			.gid = (uint32_t)st.st_gid,
			.links = (uint64_t)st.st_nlink,
		};
		return STATUS_OK;
	}
	(void)close(fd);
	return status;
}

/* The last component: looked at before it is opened, because opening alone
 * can move a tape or wake a device. */
static enum status open_leaf(int directory, const char *name, int nofollow,
			     struct file *out, struct error *err)
{
	int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
	struct stat st;
	int fd;

	if (fstatat(directory, name, &st, nofollow ? AT_SYMLINK_NOFOLLOW : 0) <
	    0)
		return error_set(err, status_from_errno(errno), -1, "%s",
				 strerror(errno));
	if (!S_ISREG(st.st_mode))
		return not_regular(&st, err);
	fd = openat(directory, name, flags | (nofollow ? O_NOFOLLOW : 0));
	if (fd < 0)
		return error_set(err, status_from_errno(errno), -1, "%s",
				 strerror(errno));
	return file_of_descriptor(fd, out, err);
}

enum status file_open(const char *path, struct file *out, struct error *err)
{
	return open_leaf(AT_FDCWD, path, 0, out, err);
}

/* A component that stays where it is. */
static bool component_is_plain(struct slice part)
{
	return part.len && part.len < 256 && !slice_is(part, ".") &&
	       !slice_is(part, "..") && slice_find_byte(part, 0) == part.len;
}

enum status file_open_below(int directory, struct slice path, struct file *out,
			    struct error *err)
{
	enum status status = STATUS_OK;
	int at = directory;
	char name[256];

	for (;;) {
		size_t slash = slice_find_byte(path, '/');
		struct slice part = slice_part(path, 0, slash);
		int next;

		if (!component_is_plain(part)) {
			status = error_set(err, STATUS_MALFORMED, -1,
					   "expected a plain path inside the "
					   "directory");
			break;
		}
		memcpy(name, part.ptr, part.len);
		name[part.len] = 0;
		if (slash == path.len) {
			status = open_leaf(at, name, 1, out, err);
			break;
		}
		next = openat(at, name,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC |
				      O_NONBLOCK);
		if (next < 0) {
			status = error_set(err, status_from_errno(errno), -1,
					   "%s", strerror(errno));
			break;
		}
		if (at != directory)
			(void)close(at);
		at = next;
		path = slice_part(path, slash + 1, path.len);
	}
	if (at != directory)
		(void)close(at);
	return status;
}

void file_close(struct file *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	f->fd = -1;
}

static enum status file_read(const struct bytes *b, uint64_t offset, size_t len,
			     uint8_t *buffer, struct error *err)
{
	const struct file *f = b->context;
	size_t done = 0;

	if (offset > b->size || b->size - offset < len)
		return error_set(err, STATUS_MALFORMED, (int64_t)offset,
				 "%zu bytes are needed at %llu, the file has "
				 "%llu",
				 len, (unsigned long long)offset,
				 (unsigned long long)b->size);
	while (done < len) {
		size_t want = len - done;
		ssize_t got = pread(f->fd, buffer + done,
				    want > READ_ONCE_MAX ? (size_t)READ_ONCE_MAX
							 : want,
				    (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(err, STATUS_IO,
					 (int64_t)(offset + done), "%s",
					 strerror(errno));
		if (got == 0)
			return error_set(err, STATUS_MALFORMED,
					 (int64_t)(offset + done),
					 "the file became shorter while it was "
					 "read");
		done += (size_t)got;
	}
	return STATUS_OK;
}

struct bytes file_bytes(const struct file *f)
{
	return (struct bytes){f->size, file_read, f};
}

enum status file_load(const struct file *f, size_t max, uint8_t **out,
		      size_t *len, struct error *err)
{
	struct bytes b = file_bytes(f);
	uint8_t *memory;
	enum status status;

	if (f->size > max)
		return error_set(err, STATUS_LIMIT, -1,
				 "%llu bytes: at most %zu are read",
				 (unsigned long long)f->size, max);
	memory = malloc((size_t)f->size + 1);
	if (!memory)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for %llu bytes",
				 (unsigned long long)f->size);
	status = file_read(&b, 0, (size_t)f->size, memory, err);
	if (status) {
		free(memory);
		return status;
	}
	memory[f->size] = 0;
	*out = memory;
	*len = (size_t)f->size;
	return STATUS_OK;
}

enum status file_unchanged(const struct file *f, struct error *err)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return error_set(err, STATUS_IO, -1, "%s", strerror(errno));
	if ((uint64_t)st.st_size != f->size)
		return error_set(err, STATUS_IO, -1,
				 "changed while it was read: %llu bytes at "
				 "first, %llu now",
				 (unsigned long long)f->size,
				 (unsigned long long)st.st_size);
	if (modified_ns(&st) != f->modified_ns)
		return error_set(err, STATUS_IO, -1,
				 "changed while it was read: it was written "
				 "to");
	return STATUS_OK;
}
