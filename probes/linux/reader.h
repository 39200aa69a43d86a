/*
 * Reads the files of one process below /proc into one block of bytes. Runs on
 * any thread: it touches nothing but its arguments.
 *
 * All files of a process are opened below one descriptor of its directory:
 * that is bound to the very process, and after its end gives ESRCH, never a
 * later process with the same pid.
 */
#ifndef PROBES_LINUX_READER_H
#define PROBES_LINUX_READER_H

#include "../../model/base/error.h"
#include "../../model/base/slice.h"
#include "../parse/proc_text.h"

enum proc_part {
	PART_STAT,
	PART_STATUS,
	PART_CGROUP,
	PART_LABEL,
	PART_EXE,     /* a link */
	PART_ROOT,    /* a link */
	PART_CMDLINE, /* its owner can make reading it block */
	PART_FLATPAK, /* a file below its root: so can this */
	PART_ELF,     /* the first bytes of its program: and this */
	PART_CODE,    /* a struct linux_code of its program; some 20 ms */
	PART_COUNT,
};

/* What is wanted of a process: bits. */
enum proc_want {
	WANT_STAT = 1 << PART_STAT,
	WANT_STATUS = 1 << PART_STATUS,
	WANT_CGROUP = 1 << PART_CGROUP,
	WANT_LABEL = 1 << PART_LABEL,
	WANT_EXE = 1 << PART_EXE,
	WANT_ROOT = 1 << PART_ROOT,
	WANT_CMDLINE = 1 << PART_CMDLINE,
	WANT_FLATPAK = 1 << PART_FLATPAK,
	WANT_ELF = 1 << PART_ELF,
	WANT_CODE = 1 << PART_CODE,
	WANT_NAMESPACES = 1 << PART_COUNT,

	/* Never blocks: read on the calling thread. */
	WANT_QUICK = WANT_STAT | WANT_STATUS | WANT_CGROUP | WANT_LABEL |
		     WANT_EXE | WANT_ROOT | WANT_NAMESPACES,
	/* What changes without exec or uid events. */
	WANT_SANDBOX = WANT_STAT | WANT_STATUS | WANT_LABEL | WANT_ROOT |
		       WANT_NAMESPACES,
	WANT_SLOW = WANT_CMDLINE | WANT_FLATPAK | WANT_ELF,
};

enum { RAW_BYTES_MAX = 256 << 10, ELF_BYTES = 20 };

/* error: an errno, 0 for a part that was read. cut: there was more. */
struct raw_part {
	uint32_t offset, length;
	int16_t error;
	bool cut;
};

/*
 * What was read. `have` is what was wanted and tried. gone: the process ended
 * meanwhile, and nothing else in here counts. Namespaces: 0 for a link that
 * is not there; namespace_error for all of them.
 */
struct raw {
	int32_t pid;
	uint32_t inode; /* of its directory: another process has another */
	unsigned have;
	bool gone;
	int16_t namespace_error;
	uint32_t namespaces[NAMESPACE_COUNT];
	struct raw_part parts[PART_COUNT];
	uint32_t length; /* of bytes */
	uint8_t bytes[];
};

/* A raw with room for everything. */
struct raw *raw_new(void);

static inline size_t raw_bytes(const struct raw *r)
{
	return sizeof(*r) + r->length;
}

/* The bytes of a part that was read, else empty. */
static inline struct slice raw_slice(const struct raw *r, enum proc_part part)
{
	const struct raw_part *p = &r->parts[part];

	return slice_of(r->bytes + p->offset, p->error ? 0 : p->length);
}

/*
 * proc_fd: where /proc is. foreign: not the kernel's own but a copy. own_mount
 * and own_flatpak say when /.flatpak-info can only be our own: a process with
 * our mount namespace and root has our file or, like us, none.
 */
struct reader {
	int proc_fd;
	bool foreign;
	bool own_flatpak;
	uint32_t own_mount;
};

/* pid 0: ourselves. out has room for RAW_BYTES_MAX. Where the directory is not
 * the one that had this inode, stat is read too, wanted or not, so that the
 * start time can tell whose files these are. */
void reader_read(const struct reader *r, int32_t pid, uint32_t inode,
		 unsigned want, struct raw *out);

/* A file of /proc itself, such as "loadavg": the bytes read, or -errno. */
int reader_file(const struct reader *r, const char *name, void *to,
		size_t bytes);

#endif
