#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/files/file.h"
#include "probes/files/walk.h"

/* A directory of its own for each test, removed with all in it. */
struct scene {
	char path[64];
	int fd;
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	(void)snprintf(s->path, sizeof(s->path), "/tmp/file_test.XXXXXX");
	assert_non_null(mkdtemp(s->path));
	assert_int_equal(directory_open(s->path, &s->fd, NULL), STATUS_OK);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	char command[128];

	(void)close(s->fd);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", s->path);
	assert_int_equal(system(command), 0);
	free(s);
	return 0;
}

static void put(const struct scene *s, const char *name, const char *content)
{
	int fd = openat(s->fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	(void)close(fd);
}

static const char *in(const struct scene *s, const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", s->path, name);
	return path;
}

static void file__reads_ranges_and_refuses_what_leaves_it(void **state)
{
	struct scene *s = *state;
	struct error err = {.offset = -1};
	struct file f;
	struct bytes b;
	uint8_t buffer[8];

	put(s, "a", "0123456789");
	assert_int_equal(file_open(in(s, "a"), &f, NULL), STATUS_OK);
	b = file_bytes(&f);
	assert_int_equal(b.size, 10);
	assert_int_equal(b.read(&b, 3, 4, buffer, NULL), STATUS_OK);
	assert_memory_equal(buffer, "3456", 4);
	assert_int_equal(b.read(&b, 7, 4, buffer, &err), STATUS_MALFORMED);
	assert_int_equal(err.offset, 7);
	assert_int_equal(b.read(&b, UINT64_MAX, 4, buffer, &err),
			 STATUS_MALFORMED);
	file_close(&f);
	file_close(&f);
}

static void file__names_what_is_no_regular_file(void **state)
{
	struct scene *s = *state;
	struct error err;
	struct file f;

	assert_int_equal(mkfifo(in(s, "fifo"), 0600), 0);
	assert_int_equal(file_open(in(s, "fifo"), &f, &err), STATUS_IO);
	assert_non_null(strstr(err.message, "a FIFO"));
	assert_int_equal(file_open(s->path, &f, &err), STATUS_IO);
	assert_non_null(strstr(err.message, "a directory"));
	assert_int_equal(file_open("/dev/null", &f, &err), STATUS_IO);
	assert_non_null(strstr(err.message, "a character device"));
	assert_int_equal(file_open(in(s, "none"), &f, &err), STATUS_NOT_FOUND);
}

static void file__that_shrinks_or_changes_says_so(void **state)
{
	struct scene *s = *state;
	struct timespec later[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	struct error err;
	struct file f;
	struct bytes b;
	uint8_t buffer[8];

	put(s, "a", "0123456789");
	assert_int_equal(file_open(in(s, "a"), &f, NULL), STATUS_OK);
	b = file_bytes(&f);
	assert_int_equal(file_unchanged(&f, &err), STATUS_OK);
	assert_int_equal(truncate(in(s, "a"), 5), 0);
	assert_int_equal(b.read(&b, 2, 8, buffer, &err), STATUS_MALFORMED);
	assert_int_equal(err.offset, 5);
	assert_int_equal(file_unchanged(&f, &err), STATUS_IO);
	assert_non_null(strstr(err.message, "10 bytes at first, 5 now"));
	file_close(&f);

	put(s, "b", "0123456789");
	assert_int_equal(file_open(in(s, "b"), &f, NULL), STATUS_OK);
	assert_int_equal(futimens(f.fd, later), 0);
	assert_int_equal(file_unchanged(&f, &err), STATUS_IO);
	file_close(&f);
}

static void file__below_follows_no_link_and_stays_inside(void **state)
{
	struct scene *s = *state;
	struct file f;

	put(s, "a", "x");
	assert_int_equal(mkdirat(s->fd, "d", 0700), 0);
	put(s, "d/b", "xy");
	assert_int_equal(symlinkat("d", s->fd, "e"), 0);
	assert_int_equal(symlinkat("a", s->fd, "l"), 0);
	assert_int_equal(file_open_below(s->fd, SLICE_LITERAL("d/b"), &f, NULL),
			 STATUS_OK);
	assert_int_equal(f.size, 2);
	file_close(&f);
	assert_int_not_equal(
		file_open_below(s->fd, SLICE_LITERAL("e/b"), &f, NULL),
		STATUS_OK);
	assert_int_equal(file_open_below(s->fd, SLICE_LITERAL("l"), &f, NULL),
			 STATUS_IO);
	assert_int_equal(
		file_open_below(s->fd, SLICE_LITERAL("d/../a"), &f, NULL),
		STATUS_MALFORMED);
	assert_int_equal(
		file_open_below(s->fd, SLICE_LITERAL("/etc/passwd"), &f, NULL),
		STATUS_MALFORMED);
	assert_int_equal(file_open_below(s->fd, SLICE_LITERAL(""), &f, NULL),
			 STATUS_MALFORMED);
}

static void file__is_loaded_up_to_a_maximum(void **state)
{
	struct scene *s = *state;
	struct file f;
	uint8_t *memory;
	size_t len;

	put(s, "a", "0123456789");
	assert_int_equal(file_open(in(s, "a"), &f, NULL), STATUS_OK);
	assert_int_equal(file_load(&f, 9, &memory, &len, NULL), STATUS_LIMIT);
	assert_int_equal(file_load(&f, 10, &memory, &len, NULL), STATUS_OK);
	assert_int_equal(len, 10);
	assert_string_equal((const char *)memory, "0123456789");
	free(memory);
	file_close(&f);
}

static void walk__lists_sorted_and_follows_no_link(void **state)
{
	struct scene *s = *state;
	struct entries e = {.items = NULL};
	const struct entry *link;

	assert_int_equal(mkdirat(s->fd, "b", 0700), 0);
	put(s, "b/x", "");
	put(s, "b.c", "");
	put(s, "a", "");
	assert_int_equal(symlinkat("/etc", s->fd, "etc"), 0);
	assert_int_equal(mkfifo(in(s, "fifo"), 0600), 0);
	assert_int_equal(directory_walk(s->fd, NULL, NULL, &e, NULL),
			 STATUS_OK);
	assert_int_equal(e.count, 6);
	assert_string_equal((const char *)e.items[0].path.ptr, "a");
	assert_string_equal((const char *)e.items[1].path.ptr, "b");
	assert_string_equal((const char *)e.items[2].path.ptr, "b.c");
	assert_string_equal((const char *)e.items[3].path.ptr, "b/x");
	link = entries_find(&e, SLICE_LITERAL("etc"));
	assert_non_null(link);
	assert_int_equal(link->kind, ENTRY_LINK);
	assert_true(slice_is(link->target, "/etc"));
	assert_int_equal(entries_find(&e, SLICE_LITERAL("fifo"))->kind,
			 ENTRY_OTHER);
	entries_release(&e);
}

static void walk__stops_at_its_depth(void **state)
{
	struct scene *s = *state;
	struct entries e = {.items = NULL};
	char path[256] = "";
	size_t deep = 0;

	for (int i = 0; i < 70; i++) {
		(void)snprintf(path + strlen(path), sizeof(path) - strlen(path),
			       "%sd", i ? "/" : "");
		assert_int_equal(mkdirat(s->fd, path, 0700), 0);
	}
	assert_int_equal(directory_walk(s->fd, NULL, NULL, &e, NULL),
			 STATUS_OK);
	assert_int_equal(e.count, ENTRIES_DEPTH_MAX + 1);
	for (size_t i = 0; i < e.count; i++)
		deep += e.items[i].unreadable;
	assert_int_equal(deep, 1);
	entries_release(&e);
}

static bool always(void *context)
{
	(void)context;
	return true;
}

static void walk__is_cancelled(void **state)
{
	struct scene *s = *state;
	struct entries e = {.items = NULL};
	char name[16];

	for (int i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		put(s, name, "");
	}
	assert_int_equal(directory_walk(s->fd, always, NULL, &e, NULL),
			 STATUS_CANCELLED);
	assert_true(e.count < 300);
	entries_release(&e);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(file__reads_ranges_and_refuses_what_leaves_it),
		TEST(file__names_what_is_no_regular_file),
		TEST(file__that_shrinks_or_changes_says_so),
		TEST(file__below_follows_no_link_and_stays_inside),
		TEST(file__is_loaded_up_to_a_maximum),
		TEST(walk__lists_sorted_and_follows_no_link),
		TEST(walk__stops_at_its_depth),
		TEST(walk__is_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
