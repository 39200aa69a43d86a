#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct setting {
	const char *key;
	bool (*parse)(struct config *c, struct slice value, struct error *err);
	/* False when there is nothing worth a line. */
	bool (*add)(struct text *t, const struct config *c);
};

static const char *const mode_ids[] = {
	[TREE_BY_APP] = "app",
	[TREE_BY_PARENT] = "parent",
	[TREE_LIST] = "list",
};

enum { MODES = sizeof(mode_ids) / sizeof(mode_ids[0]) };

static bool parse_linux(struct config *c, struct slice value, struct error *err)
{
	return !columns_parse(value, &c->linux_columns, err);
}

static bool parse_macos(struct config *c, struct slice value, struct error *err)
{
	return !columns_parse(value, &c->macos_columns, err);
}

static bool parse_mode(struct config *c, struct slice value, struct error *err)
{
	for (int i = 0; i < MODES; i++) {
		if (slice_is(value, mode_ids[i])) {
			c->mode = (enum tree_mode)i;
			return true;
		}
	}
	error_set(err, STATUS_MALFORMED, -1, "mode is app, parent or list");
	return false;
}

static bool parse_sort(struct config *c, struct slice value, struct error *err)
{
	bool descending = slice_starts(value, "-");
	struct slice id = slice_part(value, descending, value.len);
	enum fact_id fact = fact_by_id(id);

	if (fact == FACT_NONE && !slice_is(id, "none")) {
		error_set(err, STATUS_MALFORMED, -1,
			  "sort wants a column's id or none");
		return false;
	}
	c->sort = fact;
	c->descending = descending;
	return true;
}

static bool parse_theme(struct config *c, struct slice value, struct error *err)
{
	enum theme_kind kind = theme_kind_by_id(value);

	if (kind == THEME_KIND_COUNT) {
		error_set(err, STATUS_MALFORMED, -1,
			  "theme is auto, dark or light");
		return false;
	}
	c->theme = kind;
	return true;
}

static bool parse_yes(bool *out, struct slice value, struct error *err)
{
	bool yes = slice_is(value, "yes");

	if (!yes && !slice_is(value, "no")) {
		error_set(err, STATUS_MALFORMED, -1, "expected yes or no");
		return false;
	}
	*out = yes;
	return true;
}

static bool parse_threads(struct config *c, struct slice value,
			  struct error *err)
{
	return parse_yes(&c->kernel_threads, value, err);
}

static bool parse_exited(struct config *c, struct slice value,
			 struct error *err)
{
	return parse_yes(&c->exited, value, err);
}

static bool add_linux(struct text *t, const struct config *c)
{
	columns_add_text(t, &c->linux_columns);
	return c->linux_columns.count > 0;
}

static bool add_macos(struct text *t, const struct config *c)
{
	columns_add_text(t, &c->macos_columns);
	return c->macos_columns.count > 0;
}

static bool add_mode(struct text *t, const struct config *c)
{
	text_add_text(t, mode_ids[c->mode]);
	return true;
}

static bool add_sort(struct text *t, const struct config *c)
{
	if (c->descending)
		text_add_byte(t, '-');
	text_add_text(t,
		      c->sort == FACT_NONE ? "none" : fact_table[c->sort].id);
	return true;
}

static bool add_theme(struct text *t, const struct config *c)
{
	text_add_text(t, theme_kind_id(c->theme));
	return true;
}

static bool add_threads(struct text *t, const struct config *c)
{
	text_add_text(t, c->kernel_threads ? "yes" : "no");
	return true;
}

static bool add_exited(struct text *t, const struct config *c)
{
	text_add_text(t, c->exited ? "yes" : "no");
	return true;
}

static const struct setting settings[] = {
	{"columns.linux", parse_linux, add_linux},
	{"columns.macos", parse_macos, add_macos},
	{"mode", parse_mode, add_mode},
	{"sort", parse_sort, add_sort},
	{"theme", parse_theme, add_theme},
	{"kernel_threads", parse_threads, add_threads},
	{"exited", parse_exited, add_exited},
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static char *find_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	struct text path;

	text_init(&path, PATH_MAX);
	/* The base directory specification: a path that is not absolute is
	 * as good as none. */
	if (base && base[0] == '/')
		text_add_text(&path, base);
	else if (home && home[0] == '/')
		text_addf(&path, "%s/.config", home);
	if (path.len)
		text_add_text(&path, "/sandtree/config");
	if (!path.len || path.cut) {
		text_release(&path);
		return NULL;
	}
	return path.ptr;
}

void config_init(struct config *c)
{
	*c = (struct config){.sort = FACT_NONE, .exited = true};
	text_init(&c->as_read, CONFIG_BYTES_MAX);
}

void config_release(struct config *c)
{
	free(c->path);
	text_release(&c->as_read);
	*c = (struct config){0};
}

static struct slice trim(struct slice s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = slice_part(s, 1, s.len);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t' ||
			 s.ptr[s.len - 1] == '\r'))
		s.len--;
	return s;
}

/* The setting a line is about, SETTINGS for none; *value is what follows the
 * equals sign. */
static int setting_of(struct slice line, struct slice *value)
{
	size_t equals = slice_find_byte(line, '=');
	struct slice key = trim(slice_part(line, 0, equals));
	int i = 0;

	*value = trim(slice_part(line, equals + 1, line.len));
	if (equals == line.len)
		return SETTINGS;
	while (i < SETTINGS && !slice_is(key, settings[i].key))
		i++;
	return i;
}

static bool is_empty(struct slice line)
{
	line = trim(line);
	return !line.len || line.ptr[0] == '#';
}

static enum status parse_line(struct config *c, struct slice line,
			      size_t number, struct error *err)
{
	struct error why = {.message = ""};
	struct slice value;
	int i;

	if (is_empty(line))
		return STATUS_OK;
	i = setting_of(line, &value);
	if (i == SETTINGS)
		return error_set_line(err, STATUS_MALFORMED, number, 1,
				      "not a setting of sandtree");
	if (settings[i].parse(c, value, &why))
		return STATUS_OK;
	return error_set_line(err, STATUS_MALFORMED, number,
			      (size_t)(value.ptr - line.ptr) + 1, "%s",
			      why.message);
}

enum status config_parse(struct config *c, struct slice text, struct error *err)
{
	enum status first = STATUS_OK;
	size_t number = 0;

	while (text.ptr) {
		struct slice line = slice_take(&text, '\n');
		enum status status =
			parse_line(c, line, ++number, first ? NULL : err);

		if (!first)
			first = status;
	}
	return first;
}

static enum status read_file(struct config *c, struct error *err)
{
	enum status status = STATUS_OK;
	struct stat info;
	int fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? STATUS_OK
			       : error_set(err, status_from_errno(errno), -1,
					   "%s", strerror(errno));
	if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
		status = error_set(err, STATUS_MALFORMED, -1,
				   "not a regular file");
		goto out;
	}
	for (;;) {
		char bytes[4096];
		ssize_t n = read(fd, bytes, sizeof(bytes));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			status = error_set(err, STATUS_IO, -1, "%s",
					   strerror(errno));
		if (n <= 0)
			break;
		text_add(&c->as_read, slice_of(bytes, (size_t)n));
	}
	if (!status && c->as_read.cut)
		status = error_set(err, STATUS_LIMIT, -1,
				   "larger than %d bytes", CONFIG_BYTES_MAX);
out:
	close(fd);
	return status;
}

enum status config_load(struct config *c, struct error *err)
{
	enum status status;

	c->path = find_path();
	if (!c->path)
		return STATUS_OK;
	status = read_file(c, err);
	if (status) {
		/* What could not be read is not written over. */
		free(c->path);
		c->path = NULL;
		return status;
	}
	return config_parse(c, text_slice(&c->as_read), err);
}

static void add_setting(struct text *t, const struct config *c, int i)
{
	struct text value;

	text_init(&value, CONFIG_BYTES_MAX);
	if (settings[i].add(&value, c)) {
		text_addf(t, "%s = ", settings[i].key);
		text_add(t, text_slice(&value));
		text_add_byte(t, '\n');
	}
	text_release(&value);
}

void config_add_text(struct text *t, const struct config *c)
{
	struct slice rest = text_slice(&c->as_read);
	bool done[SETTINGS] = {false};

	if (!rest.len)
		text_add_text(t, "# The screen of sandtree; written when "
				 "something is changed in it.\n");
	while (rest.len) {
		struct slice line = slice_take(&rest, '\n'), value;
		int i = is_empty(line) ? SETTINGS : setting_of(line, &value);

		if (i == SETTINGS) {
			text_add(t, line);
			text_add_byte(t, '\n');
		} else if (!done[i]) {
			add_setting(t, c, i);
			done[i] = true;
		}
	}
	for (int i = 0; i < SETTINGS; i++) {
		if (!done[i])
			add_setting(t, c, i);
	}
}

/* Makes the folders above a path. */
static void make_folders(char *path)
{
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		/* The specification's mode. Whether it is there then shows
		 * when the file is opened. */
		mkdir(path, 0700);
		*at = '/';
	}
}

static bool write_all(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = slice_part(bytes, (size_t)n, bytes.len);
	}
	return true;
}

static enum status replace(const char *path, struct slice bytes,
			   struct error *err)
{
	struct text new_path;
	int fd = -1;
	bool done = false;

	text_init(&new_path, PATH_MAX);
	text_addf(&new_path, "%s.XXXXXX", path);
	if (!new_path.cut && new_path.len)
		fd = mkstemp(new_path.ptr);
	if (fd >= 0) {
		done = write_all(fd, bytes) && !fsync(fd);
		done = !close(fd) && done;
		done = done && !rename(new_path.ptr, path);
		if (!done)
			unlink(new_path.ptr);
	}
	if (!done)
		error_set(err, STATUS_IO, -1, "%s", strerror(errno));
	text_release(&new_path);
	return done ? STATUS_OK : STATUS_IO;
}

enum status config_save(struct config *c, struct error *err)
{
	enum status status;
	struct text text;
	char *real;

	if (!c->changed || !c->path)
		return STATUS_OK;
	c->changed = false;
	text_init(&text, CONFIG_BYTES_MAX);
	config_add_text(&text, c);
	status = text_status(&text, err);
	if (!status) {
		make_folders(c->path);
		/* A link is followed: who keeps the file elsewhere meant it. */
		real = realpath(c->path, NULL);
		status = replace(real ? real : c->path, text_slice(&text), err);
		free(real);
	}
	text_release(&text);
	return status;
}

const struct columns *config_columns(const struct config *c, unsigned platform)
{
	const struct columns *columns = platform == PLATFORM_MACOS
						? &c->macos_columns
						: &c->linux_columns;

	return columns->count ? columns : NULL;
}

void config_set_columns(struct config *c, unsigned platform,
			const struct columns *columns)
{
	if (platform == PLATFORM_MACOS)
		c->macos_columns = *columns;
	else
		c->linux_columns = *columns;
	c->changed = true;
}
