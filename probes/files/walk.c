#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
	struct entries *out;
	bool (*cancelled)(void *context);
	void *context;
	char path[ENTRY_PATH_MAX + 1];
	size_t seen;
};

enum status directory_open(const char *path, int *fd, struct error *err)
{
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return error_set(err, status_from_errno(errno), -1, "%s",
				 strerror(errno));
	return STATUS_OK;
}

/* d_type where the file system has it, else one fstatat. */
static enum entry_kind kind_of(int fd, const struct dirent *d)
{
	struct stat st;

	switch (d->d_type) {
	case DT_REG:
		return ENTRY_FILE;
	case DT_DIR:
		return ENTRY_DIRECTORY;
	case DT_LNK:
		return ENTRY_LINK;
	case DT_UNKNOWN:
		break;
	default:
		return ENTRY_OTHER;
	}
	if (fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return ENTRY_OTHER;
	return S_ISREG(st.st_mode)   ? ENTRY_FILE
	       : S_ISDIR(st.st_mode) ? ENTRY_DIRECTORY
	       : S_ISLNK(st.st_mode) ? ENTRY_LINK
				     : ENTRY_OTHER;
}

static enum status list(struct walk *w, int fd, size_t len, int depth,
			struct error *err);

static void mark_unreadable(struct walk *w, size_t index)
{
	w->out->items[index].unreadable = true;
}

/* Goes into a directory that was just added at `index`. */
static enum status descend(struct walk *w, int fd, const char *name, size_t len,
			   int depth, size_t index, struct error *err)
{
	int below;

	if (depth >= ENTRIES_DEPTH_MAX) {
		mark_unreadable(w, index);
		return STATUS_OK;
	}
	below = openat(fd, name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC |
			       O_NONBLOCK);
	if (below < 0) {
		mark_unreadable(w, index);
		return STATUS_OK;
	}
	return list(w, below, len, depth + 1, err);
}

static enum status visit(struct walk *w, int fd, const struct dirent *d,
			 size_t len, int depth, struct error *err)
{
	size_t name = strlen(d->d_name), start = len + (len ? 1 : 0);
	char target[ENTRY_TARGET_MAX];
	ssize_t target_len = 0;
	enum entry_kind kind;
	enum status status;
	size_t index = w->out->count;

	if (start + name > ENTRY_PATH_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "a path is longer than %d bytes",
				 (int)ENTRY_PATH_MAX);
	if (len)
		w->path[len] = '/';
	memcpy(w->path + start, d->d_name, name + 1);
	kind = kind_of(fd, d);
	if (kind == ENTRY_LINK)
		target_len = readlinkat(fd, d->d_name, target, sizeof(target));
	status = entries_add(
		w->out, slice_of(w->path, start + name), kind,
		slice_of(target, target_len > 0 ? (size_t)target_len : 0), err);
	if (status)
		return status;
	if (target_len < 0 || target_len == (ssize_t)sizeof(target))
		mark_unreadable(w, index);
	if (kind == ENTRY_DIRECTORY)
		return descend(w, fd, d->d_name, start + name, depth, index,
			       err);
	return STATUS_OK;
}

/* Takes over fd. */
static enum status list(struct walk *w, int fd, size_t len, int depth,
			struct error *err)
{
	enum status status = STATUS_OK;
	DIR *dir = fdopendir(fd);
	struct dirent *d;

	if (!dir) {
		(void)close(fd);
		return error_set(err, STATUS_IO, -1, "%s", strerror(errno));
	}
	while (!status && (d = readdir(dir)) != NULL) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (++w->seen % 256 == 0 && w->cancelled &&
		    w->cancelled(w->context)) {
			status = error_set(err, STATUS_CANCELLED, -1,
					   "cancelled");
			break;
		}
		status = visit(w, fd, d, len, depth, err);
	}
	(void)closedir(dir);
	return status;
}

enum status directory_walk(int fd, bool (*cancelled)(void *), void *context,
			   struct entries *out, struct error *err)
{
	struct walk w = {out, cancelled, context, "", 0};
	enum status status;
	/* Opened anew: closedir must not close the caller's, and two walks
	 * must not share a position. */
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (own < 0)
		return error_set(err, status_from_errno(errno), -1, "%s",
				 strerror(errno));
	status = list(&w, own, 0, 0, err);
	entries_sort(out);
	return status;
}
