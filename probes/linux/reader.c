#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../parse/cgroup.h"
#include "../parse/proc_flatpak.h"
#include "../parse/proc_stat.h"
#include "../parse/proc_status.h"
#include "code_reader.h"

enum { LINK_BYTES_MAX = 4096, LABEL_BYTES_MAX = 4096 };

struct raw *raw_new(void)
{
	return malloc(sizeof(struct raw) + RAW_BYTES_MAX);
}

/* Reads to the end or the maximum; the bytes, or -errno. */
static ssize_t read_up_to(int fd, uint8_t *to, size_t bytes)
{
	size_t n = 0;

	while (n < bytes) {
		ssize_t got = read(fd, to + n, bytes - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return n ? (ssize_t)n : -errno;
		n += (size_t)got;
		/* The files of /proc give all they have at once. */
		if (got == 0 || n < bytes)
			break;
	}
	return (ssize_t)n;
}

static void set_part(struct raw *out, enum proc_part part, ssize_t got,
		     size_t max)
{
	struct raw_part *p = &out->parts[part];

	p->offset = out->length;
	p->error = (int16_t)(got < 0 ? -got : 0);
	p->length = got < 0 ? 0 : (uint32_t)got;
	p->cut = got > 0 && (size_t)got == max;
	out->length += p->length;
	out->have |= 1u << part;
}

static size_t room(const struct raw *out, size_t max)
{
	size_t left = RAW_BYTES_MAX - out->length;

	return left < max ? left : max;
}

static void read_file(int dir, const char *name, enum proc_part part,
		      size_t max, struct raw *out)
{
	int fd =
		openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t got = -errno;

	max = room(out, max);
	if (fd >= 0) {
		got = read_up_to(fd, out->bytes + out->length, max);
		close(fd);
	}
	set_part(out, part, got, max);
}

static void read_link(int dir, const char *name, enum proc_part part,
		      struct raw *out)
{
	size_t max = room(out, LINK_BYTES_MAX);
	ssize_t got =
		readlinkat(dir, name, (char *)(out->bytes + out->length), max);

	set_part(out, part, got < 0 ? -errno : got, max);
}

static void read_namespaces(int dir, struct raw *out)
{
	static const char *const links[NAMESPACE_COUNT] = {
		[NAMESPACE_USER] = "ns/user",     [NAMESPACE_PID] = "ns/pid",
		[NAMESPACE_NET] = "ns/net",       [NAMESPACE_MNT] = "ns/mnt",
		[NAMESPACE_IPC] = "ns/ipc",       [NAMESPACE_UTS] = "ns/uts",
		[NAMESPACE_CGROUP] = "ns/cgroup", [NAMESPACE_TIME] = "ns/time",
	};

	out->have |= WANT_NAMESPACES;
	for (int i = 0; i < NAMESPACE_COUNT; i++) {
		char text[64];
		ssize_t got = readlinkat(dir, links[i], text, sizeof(text));

		out->namespaces[i] = 0;
		/* One refusal is all: they are granted together. */
		if (got < 0 && errno != ENOENT) {
			out->namespace_error = (int16_t)errno;
			return;
		}
		if (got > 0)
			proc_namespace_parse(slice_of(text, (size_t)got),
					     (enum proc_namespace)i,
					     &out->namespaces[i]);
	}
	/* A zombie has left all of them; a kernel has at least these. */
	if (!out->namespaces[NAMESPACE_MNT] && !out->namespaces[NAMESPACE_NET])
		out->namespace_error = ENOENT;
}

/* A file that others made: never a device or a pipe, never the end of a link
 * out of their root. */
static ssize_t read_in_root(int root, const char *name, uint8_t *to, size_t max)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	struct stat st;
	ssize_t got;
	int fd = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		got = -errno;
	else if (!S_ISREG(st.st_mode))
		got = -EINVAL;
	else
		got = pread(fd, to, max, 0);
	if (got < 0 && got != -EINVAL)
		got = -errno;
	close(fd);
	return got;
}

/* Whether its root is ours, as far as its namespaces and links were read. */
static bool has_our_root(const struct reader *r, const struct raw *out)
{
	return (out->have & WANT_NAMESPACES) && !out->namespace_error &&
	       out->namespaces[NAMESPACE_MNT] == r->own_mount &&
	       slice_is(raw_slice(out, PART_ROOT), "/");
}

static void read_flatpak(const struct reader *r, int dir, struct raw *out)
{
	size_t max = room(out, FLATPAK_INFO_BYTES_MAX);
	ssize_t got;
	int root;

	if (!r->own_flatpak && has_our_root(r, out)) {
		set_part(out, PART_FLATPAK, -ENOENT, max);
		return;
	}
	/* In a copy a link would lead into the system that reads it. */
	root = openat(dir, "root",
		      O_PATH | O_DIRECTORY | O_CLOEXEC |
			      (r->foreign ? O_NOFOLLOW : 0));
	if (root < 0) {
		got = r->foreign ? -ENOTDIR : -errno;
	} else {
		got = read_in_root(root, ".flatpak-info",
				   out->bytes + out->length, max);
		close(root);
	}
	set_part(out, PART_FLATPAK, got, max);
}

static void read_elf(int dir, struct raw *out)
{
	int fd = openat(dir, "exe",
			O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t max = room(out, ELF_BYTES);
	ssize_t got = -errno;

	if (fd >= 0) {
		got = pread(fd, out->bytes + out->length, max, 0);
		if (got < 0)
			got = -errno;
		close(fd);
	}
	set_part(out, PART_ELF, got, max);
}

static void read_code(int dir, struct raw *out)
{
	size_t max = room(out, sizeof(struct linux_code));
	struct linux_code code;
	ssize_t got = -ENOMEM;

	if (max == sizeof(code)) {
		got = code_read_process(dir, &code);
		if (!got) {
			memcpy(out->bytes + out->length, &code, sizeof(code));
			got = sizeof(code);
		}
	}
	set_part(out, PART_CODE, got, max);
}

static bool part_in_doubt(const struct raw *out, enum proc_part part)
{
	int error = out->parts[part].error;

	if (!(out->have & 1u << part))
		return false;
	/* No such file below its root, no label: common and plain. */
	if (error == ENOENT)
		return part != PART_FLATPAK && part != PART_LABEL;
	if (part == PART_CMDLINE && !out->parts[part].length)
		return true;
	return error == EACCES || error == EPERM || error == ESRCH;
}

/* A refusal, or nothing where something should be, is also what a process
 * shows that ends while it is read. */
static bool in_doubt(const struct raw *out)
{
	if (out->have & WANT_NAMESPACES && out->namespace_error)
		return true;
	for (int i = PART_STATUS; i < PART_COUNT; i++)
		if (part_in_doubt(out, (enum proc_part)i))
			return true;
	return false;
}

static void read_parts(const struct reader *r, int dir, unsigned want,
		       struct raw *out)
{
	if (want & WANT_NAMESPACES)
		read_namespaces(dir, out);
	if (want & WANT_ROOT)
		read_link(dir, "root", PART_ROOT, out);
	if (want & WANT_EXE)
		read_link(dir, "exe", PART_EXE, out);
	if (want & WANT_STATUS)
		read_file(dir, "status", PART_STATUS, PROC_STATUS_BYTES_MAX,
			  out);
	if (want & WANT_CGROUP)
		read_file(dir, "cgroup", PART_CGROUP, CGROUP_BYTES_MAX, out);
	if (want & WANT_LABEL)
		read_file(dir, "attr/current", PART_LABEL, LABEL_BYTES_MAX,
			  out);
	if (want & WANT_CMDLINE)
		read_file(dir, "cmdline", PART_CMDLINE, PROC_CMDLINE_BYTES_MAX,
			  out);
	if (want & WANT_FLATPAK)
		read_flatpak(r, dir, out);
	if (want & WANT_ELF && !r->foreign)
		read_elf(dir, out);
	if (want & WANT_CODE && !r->foreign)
		read_code(dir, out);
	/* Last: what it says of life holds for all that was read before. */
	if (want & WANT_STAT || in_doubt(out))
		read_file(dir, "stat", PART_STAT, PROC_STAT_BYTES_MAX, out);
}

/* "self", or the digits of the pid: this runs for each process. */
static const char *directory_name(int32_t pid, char digits[16])
{
	char *p = digits + 15;

	*p = '\0';
	if (!pid)
		return "self";
	for (; pid > 0; pid /= 10)
		*--p = (char)('0' + pid % 10);
	return p;
}

static bool is_gone(int errnum)
{
	return errnum == ENOENT || errnum == ESRCH;
}

void reader_read(const struct reader *r, int32_t pid, uint32_t inode,
		 unsigned want, struct raw *out)
{
	struct stat st;
	char digits[16];
	const char *name = directory_name(pid, digits);
	int dir;

	memset(out, 0, sizeof(*out));
	out->pid = pid;
	dir = openat(r->proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		int error = errno;

		out->gone = is_gone(error);
		set_part(out, PART_STAT, -error, 0);
		return;
	}
	if (!fstat(dir, &st))
		out->inode = (uint32_t)st.st_ino;
	if (out->inode != inode || !inode)
		want |= WANT_STAT;
	read_parts(r, dir, want, out);
	close(dir);
	out->gone =
		out->have & WANT_STAT && is_gone(out->parts[PART_STAT].error);
}

int reader_file(const struct reader *r, const char *name, void *to,
		size_t bytes)
{
	int fd = openat(r->proc_fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read_up_to(fd, to, bytes);
	close(fd);
	return (int)got;
}
