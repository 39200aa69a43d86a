/*
 * usage: loop few|all
 *
 * The bare loop that sandtree is compared with: lists /proc and reads, without
 * looking at a byte, `few` (stat and status) or `all` that `sandtree tree
 * --json` reads of each process (run.sh compares this list with what strace
 * sees).
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_BYTES = 128 << 10, HEAD_BYTES = 20 };

static const char *const links[] = {
	"ns/user", "ns/pid",    "ns/net",  "ns/mnt", "ns/ipc",
	"ns/uts",  "ns/cgroup", "ns/time", "root",   "exe",
};

static const char *const files[] = {"stat", "status", "cgroup", "attr/current",
				    "cmdline"};

static char buffer[BUFFER_BYTES];
static unsigned long total;

static void read_file(int dir, const char *name, size_t most)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, buffer, most);
	total += n > 0 ? (unsigned long)n : 0;
	close(fd);
}

static void read_link(int dir, const char *name)
{
	ssize_t n = readlinkat(dir, name, buffer, sizeof(buffer));

	total += n > 0 ? (unsigned long)n : 0;
}

static void read_process(int proc, const char *pid, int all)
{
	int dir = openat(proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (all || i < 2)
			read_file(dir, files[i], sizeof(buffer));
	}
	for (size_t i = 0; all && i < sizeof(links) / sizeof(*links); i++)
		read_link(dir, links[i]);
	if (all)
		read_file(dir, "exe", HEAD_BYTES);
	close(dir);
}

static void print_list(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		puts(files[i]);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		puts(links[i]);
}

int main(int argc, char **argv)
{
	int all = argc > 1 && !strcmp(argv[1], "all");
	const struct dirent *entry;
	DIR *proc;

	if (argc > 1 && !strcmp(argv[1], "list")) {
		print_list();
		return 0;
	}
	proc = opendir("/proc");
	if (!proc) {
		perror("loop: /proc");
		return 1;
	}
	while ((entry = readdir(proc))) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			read_process(dirfd(proc), entry->d_name, all);
	}
	closedir(proc);
	printf("%lu\n", total);
	return 0;
}
