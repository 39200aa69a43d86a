#include "code_package.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../files/file.h"
#include "code_rpm.h"

#define DPKG "var/lib/dpkg"

enum { PATH_BYTES = 4096, NAME_BYTES = 256, CANDIDATES_MAX = 2 };

/* A line to look for in the lists, and in whose: only `only`, or not
 * `except`. */
struct wanted {
	char path[PATH_BYTES];
	size_t len;
	struct slice only, except;
};

struct search {
	int root, info;
	struct wanted candidates[CANDIDATES_MAX];
	size_t count;
	char owners[PACKAGE_OWNERS_MAX][NAME_BYTES];
	size_t owner_count;
	uint8_t *diversions;
	size_t diversions_len;
	bool unread; /* a list that could not be read */
};

/* Whole files of the package manager, which are the system's own. */
static enum status load(int directory, const char *name, size_t max,
			uint8_t **out, size_t *len, struct error *err)
{
	int fd = openat(directory, name,
			O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	enum status status;
	struct file f;

	if (fd < 0)
		return error_set(err, status_from_errno(errno), -1, "%s: %s",
				 name, strerror(errno));
	status = file_of_descriptor(fd, &f, err);
	if (status)
		return status;
	status = file_load(&f, max, out, len, err);
	file_close(&f);
	return status;
}

static bool add_candidate(struct search *s, const char *prefix,
			  struct slice rest)
{
	struct wanted *w = &s->candidates[s->count];
	size_t n = strlen(prefix);

	if (n + rest.len >= sizeof(w->path) || s->count == CANDIDATES_MAX)
		return false;
	memcpy(w->path, prefix, n);
	if (rest.len)
		memcpy(w->path + n, rest.ptr, rest.len);
	w->len = n + rest.len;
	w->only = w->except = slice_of(NULL, 0);
	s->count++;
	return true;
}

/* Whether /bin is a link to usr/bin, for the first component of path. */
static bool is_merged(int root, struct slice path)
{
	struct slice top = slice_part(path, 1, path.len);
	char name[16], target[32];
	ssize_t n;

	top = slice_part(top, 0, slice_find_byte(top, '/'));
	if (!top.len || top.len >= sizeof(name))
		return false;
	memcpy(name, top.ptr, top.len);
	name[top.len] = 0;
	n = readlinkat(root, name, target, sizeof(target));
	if (n <= 0 || (size_t)n >= sizeof(target))
		return false;
	target[n] = 0;
	return slice_starts(slice_text(target), "usr/") ||
	       slice_starts(slice_text(target), "/usr/");
}

/* The ways the records may write the path. */
static void find_candidates(struct search *s, struct slice path)
{
	struct slice below = slice_part(path, 4, path.len);

	(void)add_candidate(s, "", path);
	if (slice_starts(path, "/usr/") && is_merged(s->root, below))
		(void)add_candidate(s, "", below);
	else if (is_merged(s->root, path))
		(void)add_candidate(s, "/usr", path);
}

static struct slice next_line(struct slice *rest)
{
	size_t end = slice_find_byte(*rest, '\n');
	struct slice line = slice_part(*rest, 0, end);

	*rest = slice_part(*rest, end + 1, rest->len);
	return line;
}

/* Diversions are three lines each: the path, where it was moved to, for which
 * package (dpkg-divert(1)). */
static void divert(struct wanted *w, struct slice diversions)
{
	while (diversions.len) {
		struct slice from = next_line(&diversions);
		struct slice to = next_line(&diversions);
		struct slice by = next_line(&diversions);
		struct slice path = slice_of(w->path, w->len);

		if (slice_equal(path, to) && from.len < sizeof(w->path)) {
			memcpy(w->path, from.ptr, from.len);
			w->len = from.len;
			w->except = by;
			return;
		}
		if (slice_equal(path, from)) {
			w->only = by;
			return;
		}
	}
}

static bool has_line(struct slice list, struct slice line)
{
	while (list.len >= line.len) {
		size_t at = slice_find(list, line, false);
		bool starts, ends;

		if (at == list.len)
			return false;
		starts = at == 0 || list.ptr[at - 1] == '\n';
		ends = at + line.len == list.len ||
		       list.ptr[at + line.len] == '\n';
		if (starts && ends)
			return true;
		list = slice_part(list, at + 1, list.len);
	}
	return false;
}

/* "libc6:amd64" without ".list", then without its architecture. */
static struct slice package_of(const char *file)
{
	size_t n = strlen(file);

	return slice_of(file, n - strlen(".list"));
}

static struct slice name_of(struct slice package)
{
	return slice_part(package, 0, slice_find_byte(package, ':'));
}

static bool is_owner(const struct search *s, struct slice package,
		     struct slice list)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct wanted *w = &s->candidates[i];

		if (w->only.ptr && !slice_equal(w->only, name_of(package)))
			continue;
		if (w->except.ptr && slice_equal(w->except, name_of(package)))
			continue;
		if (has_line(list, slice_of(w->path, w->len)))
			return true;
	}
	return false;
}

static void look_into(struct search *s, const char *file)
{
	struct slice package = package_of(file);
	uint8_t *memory;
	size_t len;

	if (package.len >= NAME_BYTES || s->owner_count == PACKAGE_OWNERS_MAX)
		return;
	if (load(s->info, file, PACKAGE_LIST_BYTES_MAX, &memory, &len, NULL)) {
		s->unread = true;
		return;
	}
	if (is_owner(s, package, slice_of(memory, len))) {
		memcpy(s->owners[s->owner_count], package.ptr, package.len);
		s->owners[s->owner_count++][package.len] = 0;
	}
	free(memory);
}

static enum status look_into_all(struct search *s, struct error *err)
{
	int fd = openat(s->info, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dir) {
		if (fd >= 0)
			(void)close(fd);
		return error_set(err, STATUS_IO, -1, "%s", strerror(errno));
	}
	while ((d = readdir(dir)) != NULL) {
		size_t n = strlen(d->d_name);

		if (n > 5 && !strcmp(d->d_name + n - 5, ".list"))
			look_into(s, d->d_name);
	}
	(void)closedir(dir);
	return STATUS_OK;
}

/* The value of a field in one stanza of `status`. */
static struct slice field_of(struct slice stanza, const char *name)
{
	while (stanza.len) {
		struct slice line = next_line(&stanza);

		if (!slice_starts(line, name))
			continue;
		return slice_part(line, strlen(name), line.len);
	}
	return slice_of(NULL, 0);
}

static struct slice version_of(struct slice status, struct slice package)
{
	size_t colon = slice_find_byte(package, ':');
	struct slice arch = slice_part(package, colon + 1, package.len);

	while (status.len) {
		size_t end = slice_find(status, SLICE_LITERAL("\n\n"), false);
		struct slice stanza = slice_part(status, 0, end);

		status = slice_part(status, end + 2, status.len);
		if (slice_equal(field_of(stanza, "Package: "),
				name_of(package)) &&
		    (colon == package.len ||
		     slice_equal(field_of(stanza, "Architecture: "), arch)))
			return field_of(stanza, "Version: ");
	}
	return slice_of(NULL, 0);
}

/* "name version[, name version]" */
static void write_owners(const struct search *s, int dpkg, struct text *out)
{
	uint8_t *memory = NULL;
	size_t len = 0;

	/* Without `status` the name alone is still true. */
	if (load(dpkg, "status", PACKAGE_STATUS_BYTES_MAX, &memory, &len, NULL))
		memory = NULL;
	for (size_t i = 0; i < s->owner_count; i++) {
		struct slice package = slice_text(s->owners[i]);
		struct slice version = {NULL, 0};

		if (memory)
			version = version_of(slice_of(memory, len), package);
		text_add_text(out, i ? ", " : "");
		text_add(out, package);
		text_add_text(out, version.len ? " " : "");
		text_add(out, version);
	}
	free(memory);
}

static bool exists(int root, const char *path)
{
	struct stat st;

	return fstatat(root, path, &st, 0) == 0;
}

static enum status no_database(int root, struct error *err)
{
	static const struct {
		const char *path, *name;
	} others[] = {
		{"lib/apk/db/installed", "apk"},
		{"var/lib/pacman/local", "pacman"},
		{"nix/var/nix/db", "nix"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (exists(root, others[i].path))
			return error_set(err, STATUS_UNSUPPORTED, -1,
					 "the packages are %s's, whose records "
					 "are not read",
					 others[i].name);
	return error_set(err, STATUS_UNSUPPORTED, -1,
			 "no package database was found");
}

static bool is_our_root(int root)
{
	struct stat a, b;

	return fstat(root, &a) == 0 && stat("/", &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static enum status ask_others(int root, struct slice path, struct text *out,
			      struct error *err)
{
	if (!rpm_has_database(root))
		return no_database(root, err);
	if (!is_our_root(root))
		return error_set(err, STATUS_UNSUPPORTED, -1,
				 "an rpm database of another system");
	return rpm_owner(NULL, path, out, err);
}

enum status package_owner(int root, struct slice path, struct text *out,
			  struct error *err)
{
	struct search *s;
	enum status status;
	int dpkg;

	if (!slice_starts(path, "/"))
		return error_set(err, STATUS_USAGE, -1,
				 "expected an absolute path");
	dpkg = openat(root, DPKG, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dpkg < 0)
		return ask_others(root, path, out, err);
	s = calloc(1, sizeof(*s));
	if (!s) {
		(void)close(dpkg);
		return error_set(err, STATUS_MEMORY, -1, "no memory");
	}
	s->root = root;
	s->info = openat(dpkg, "info", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	find_candidates(s, path);
	if (!load(dpkg, "diversions", PACKAGE_LIST_BYTES_MAX, &s->diversions,
		  &s->diversions_len, NULL))
		for (size_t i = 0; i < s->count; i++)
			divert(&s->candidates[i],
			       slice_of(s->diversions, s->diversions_len));
	status = s->info < 0 ? no_database(root, err) : look_into_all(s, err);
	if (!status && s->owner_count)
		write_owners(s, dpkg, out);
	else if (!status && s->unread)
		status = error_set(err, STATUS_IO, -1,
				   "some of dpkg's lists could not be read");
	else if (!status)
		status = error_set(err, STATUS_NOT_FOUND, -1,
				   "no package has this file");
	free(s->diversions);
	if (s->info >= 0)
		(void)close(s->info);
	free(s);
	(void)close(dpkg);
	return status;
}
