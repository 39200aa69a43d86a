/*
 * usage: replay [-t] FILE|FOLDER...
 *
 * Gives each file to a fuzz target, in a process of its own and in memory that
 * ends where the file ends, so that any compiler and valgrind can replay a
 * corpus. With -t also the file cut after each of its bytes (of a long one:
 * after so many of them as TRUNCATIONS). Ends with "fuzz-replay: N passed, N
 * failed, N skipped".
 *
 * Without sanitizers a file fails as well when it takes more than a second or
 * 64 MB above what the target needs for nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

enum {
	FILE_BYTES_MAX = 4 << 20,
	MEMORY_KB_MAX = 64 << 10,
	SECONDS_MAX = 1,
	TRUNCATIONS = 6000,
	HANGS_SECONDS = 120,
};

struct counts {
	unsigned long passed, failed, skipped;
	long base_kb; /* what the target takes for no input */
	bool truncate;
};

static uint8_t *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = file ? malloc(FILE_BYTES_MAX + 1) : NULL;

	*len = bytes ? fread(bytes, 1, FILE_BYTES_MAX + 1, file) : 0;
	if (file)
		fclose(file);
	return bytes;
}

/* A copy that ends where the allocation ends. */
static void run_prefix(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void run_truncated(const uint8_t *bytes, size_t len)
{
	size_t step = len / TRUNCATIONS + 1;

	for (size_t n = 0; n < len; n += step)
		run_prefix(bytes, n);
}

/* Runs one input in a child; its end and what it used come back. */
static bool run_child(const uint8_t *bytes, size_t len, bool truncate,
		      struct rusage *used, int *status)
{
	pid_t child = fork();

	if (child < 0)
		return false;
	if (!child) {
		alarm(HANGS_SECONDS);
		if (truncate)
			run_truncated(bytes, len);
		else
			run_prefix(bytes, len);
		_exit(0);
	}
	while (wait4(child, status, 0, used) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

static bool within_limits(const struct counts *c, const struct rusage *used,
			  const char *path)
{
#ifdef SANITIZED
	(void)c, (void)used, (void)path;
	return true;
#else
	long kb = used->ru_maxrss - c->base_kb;
	double seconds = (double)used->ru_utime.tv_sec +
			 (double)used->ru_utime.tv_usec / 1e6;

	if (kb <= MEMORY_KB_MAX && seconds <= SECONDS_MAX)
		return true;
	printf("%s: %ld kB and %.2f s, at most %d kB and %d s are allowed\n",
	       path, kb, seconds, MEMORY_KB_MAX, SECONDS_MAX);
	return false;
#endif
}

static void replay(struct counts *c, const char *path, const uint8_t *bytes,
		   size_t len, bool truncate)
{
	struct rusage used;
	int status = 0;

	if (!run_child(bytes, len, truncate, &used, &status)) {
		printf("%s: cannot start a process: %s\n", path,
		       strerror(errno));
		c->failed++;
	} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		printf("%s%s: %s %d\n", path, truncate ? " (cut)" : "",
		       WIFSIGNALED(status) ? "signal" : "exit status",
		       WIFSIGNALED(status) ? WTERMSIG(status)
					   : WEXITSTATUS(status));
		c->failed++;
	} else if (!truncate && !within_limits(c, &used, path)) {
		c->failed++;
	} else {
		c->passed++;
	}
}

static void replay_file(struct counts *c, const char *path)
{
	size_t len;
	uint8_t *bytes = read_file(path, &len);

	if (!bytes || len > FILE_BYTES_MAX) {
		printf("%s: %s\n", path,
		       bytes ? "too large to replay" : strerror(errno));
		c->skipped += bytes != NULL;
		c->failed += bytes == NULL;
	} else {
		replay(c, path, bytes, len, false);
		if (c->truncate)
			replay(c, path, bytes, len, true);
	}
	free(bytes);
}

static void replay_path(struct counts *c, const char *path)
{
	struct dirent *entry;
	struct stat info;
	DIR *folder;

	if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
		replay_file(c, path);
		return;
	}
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		char inner[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(inner, sizeof(inner), "%s/%s", path,
			       entry->d_name);
		replay_path(c, inner);
	}
	if (folder)
		closedir(folder);
}

/* What a process of this program takes that has read nothing. */
static long measure_base(void)
{
	struct rusage used = {.ru_maxrss = 0};
	int status;

	run_child((const uint8_t *)"", 0, false, &used, &status);
	return used.ru_maxrss;
}

int main(int argc, char **argv)
{
	struct counts c = {.base_kb = measure_base()};

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-t"))
			c.truncate = true;
		else
			replay_path(&c, argv[i]);
	}
	printf("fuzz-replay: %lu passed, %lu failed, %lu skipped\n", c.passed,
	       c.failed, c.skipped);
	return c.failed ? 1 : 0;
}
