#include "stall.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE "/tmp/sandtree-live-stall"

enum { FILE_INODE = 2, FILE_BYTES = 4096 };

static void answer(int fd, uint64_t unique, int error, const void *body,
		   size_t bytes)
{
	struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + bytes),
		.error = error,
		.unique = unique,
	};
	struct iovec parts[2] = {
		{&header, sizeof(header)},
		{(void *)(uintptr_t)body, bytes},
	};

	if (writev(fd, parts, bytes ? 2 : 1) < 0)
		_exit(1);
}

static struct fuse_attr attributes(uint64_t inode)
{
	return (struct fuse_attr){
		.ino = inode,
		.size = FILE_BYTES,
		.mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644,
		.nlink = 1,
		.blksize = FILE_BYTES,
	};
}

static void answer_init(int fd, const struct fuse_in_header *in)
{
	const struct fuse_init_in *asked = (const void *)(in + 1);
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = asked->max_readahead,
		.max_write = FILE_BYTES,
	};

	answer(fd, in->unique, 0, &out, sizeof(out));
}

static void answer_lookup(int fd, const struct fuse_in_header *in)
{
	struct fuse_entry_out out = {
		.nodeid = FILE_INODE,
		.entry_valid = 60,
		.attr_valid = 60,
		.attr = attributes(FILE_INODE),
	};

	answer(fd, in->unique, 0, &out, sizeof(out));
}

static void answer_getattr(int fd, const struct fuse_in_header *in)
{
	struct fuse_attr_out out = {
		.attr_valid = 60,
		.attr = attributes(in->nodeid),
	};

	answer(fd, in->unique, 0, &out, sizeof(out));
}

static void serve(int fd)
{
	static _Alignas(8) uint8_t buffer[FUSE_MIN_READ_BUFFER + 65536];
	const struct fuse_in_header *in = (const void *)buffer;
	struct fuse_open_out open_out = {.fh = 0};

	while (read(fd, buffer, sizeof(buffer)) > 0) {
		switch (in->opcode) {
		case FUSE_INIT:
			answer_init(fd, in);
			break;
		case FUSE_LOOKUP:
			answer_lookup(fd, in);
			break;
		case FUSE_GETATTR:
			answer_getattr(fd, in);
			break;
		case FUSE_OPEN:
			answer(fd, in->unique, 0, &open_out, sizeof(open_out));
			break;
		case FUSE_READ: /* never */
		case FUSE_FORGET:
		case FUSE_INTERRUPT:
			break;
		default:
			answer(fd, in->unique, -ENOSYS, NULL, 0);
		}
	}
	_exit(0);
}

static pid_t start_server(void)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[96];
	pid_t pid;

	if (fd < 0 || unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    (mkdir(PLACE, 0700) && errno != EEXIST))
		return -1;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (mount("stall", PLACE, "fuse", 0, options))
		return -1;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fd);
	}
	/* When the server goes, nobody else keeps the file system. */
	close(fd);
	return pid;
}

/* Reads the page from another process: that waits with the map held. */
static pid_t start_helper(pid_t victim, void *page)
{
	pid_t pid = fork();
	char path[64], byte;
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)victim);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, &byte, 1, (off_t)(uintptr_t)page) < 0)
		_exit(1);
	_exit(0);
}

static void be_victim(int pipe_fd)
{
	struct stall s = {.victim = getpid()};
	void *page = MAP_FAILED;
	int fd = -1;

	s.server = start_server();
	if (s.server > 0)
		fd = open(PLACE "/f", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		page = mmap(NULL, FILE_BYTES, PROT_READ, MAP_PRIVATE, fd, 0);
	if (page != MAP_FAILED)
		s.helper = start_helper(s.victim, page);
	if (write(pipe_fd, &s, sizeof(s)) < 0 || s.helper <= 0)
		_exit(1);
	usleep(200000);
	mmap(NULL, FILE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pause();
	_exit(0);
}

bool stall_start(struct stall *s)
{
	int ends[2];
	pid_t pid;

	memset(s, 0, sizeof(*s));
	if (getuid() != 0 || pipe(ends))
		return false;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		be_victim(ends[1]);
	}
	close(ends[1]);
	if (read(ends[0], s, sizeof(*s)) != sizeof(*s))
		s->helper = 0;
	close(ends[0]);
	s->victim = pid;
	usleep(500000);
	return s->helper > 0;
}

void stall_stop(struct stall *s)
{
	if (s->server > 0)
		kill(s->server, SIGKILL);
	if (s->helper > 0)
		kill(s->helper, SIGKILL);
	kill(s->victim, SIGKILL);
	waitpid(s->victim, NULL, 0);
	rmdir(PLACE);
}
