/*
 * Who there is, from the directory /proc alone: getdents(2) gives pid and
 * inode, and the inode of a process's directory is another one for a later
 * process with the same pid (fs/proc/base.c, proc_pid_make_inode). So a walk
 * that finds nothing new reads no file.
 */
#include "linux.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct linux_dirent64, getdents(2). */
struct entry_record {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

const char *listing_why(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "the directory may not be listed";
	case EMFILE:
		return "too many open files (ulimit -n)";
	case ENFILE:
		return "the system has too many open files";
	case ENOMEM:
		return "out of memory";
	default:
		return "the directory cannot be listed";
	}
}

/* Those who were told stay told: nothing was learned of them. Who was born or
 * ended meanwhile is missed until a listing ends well. */
static void fail(struct probe *p, int error)
{
	struct listing *l = &p->listing;

	if (l->error != error)
		emit_lost(p, SOURCE_PROC, 0);
	l->error = error;
	l->last_ns = clock_monotonic_ns();
}

void listing_begin(struct probe *p)
{
	struct listing *l = &p->listing;

	if (l->active)
		return;
	p->relist = false;
	l->fd = openat(p->reader.proc_fd, ".",
		       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->fd < 0) {
		fail(p, errno);
		return;
	}
	l->active = true;
	l->round++;
	l->cost_ns = 0;
	l->unread = 0;
	l->used = l->filled = 0;
}

static bool to_pid(const char *name, int32_t *pid)
{
	int64_t n;

	if (!slice_to_int(slice_text(name), &n) || n <= 0 || n > INT32_MAX)
		return false;
	*pid = (int32_t)n;
	return true;
}

static void start_reading(struct probe *p, struct entry *e)
{
	if (!p->listed) {
		e->flags |= ENTRY_NEEDS_ALL;
		p->unread++;
		return;
	}
	young_schedule(p, e, clock_monotonic_ns());
	if (facts_read(p, e, WANT_QUICK))
		facts_ask_slow(p, e);
}

/* What every other reading would meet too. */
static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* An errno that ends this round, or 0. */
static int see(struct probe *p, int32_t pid, uint32_t inode)
{
	struct entry *e = table_find(p, pid);
	int error;

	if (e && e->inode_seen && inode != e->inode_seen) {
		life_check(p, e);
		e = table_find(p, pid);
		if (e)
			e->inode_seen = inode;
	}
	if (e && !e->inode_seen)
		e->inode_seen = inode;
	if (!e) {
		error = life_found(p, pid, inode, &e);
		if (is_shortage(error))
			return error;
		if (error)
			p->listing.unread++;
		if (e)
			start_reading(p, e);
		e = table_find(p, pid);
	}
	if (e)
		e->round = p->listing.round;
	return 0;
}

/* The next record of the buffer; false when it has to be filled again. */
static bool take_record(struct listing *l, const struct entry_record **out)
{
	const struct entry_record *r;

	if (l->filled - l->used < sizeof(*r))
		return false;
	r = (const void *)(l->buffer + l->used);
	if (r->length < sizeof(*r) || r->length > l->filled - l->used)
		return false;
	l->used += r->length;
	*out = r;
	return true;
}

/* False at the end, and for an error. */
static bool fill(struct listing *l, int *error)
{
	long got = syscall(SYS_getdents64, l->fd, l->buffer, sizeof(l->buffer));

	*error = got < 0 ? errno : 0;
	l->used = 0;
	l->filled = got > 0 ? (size_t)got : 0;
	return got > 0;
}

/* Its end may be on the way to us with all it tells: the connector sends it a
 * moment after the directory has gone. A second listing decides. */
static bool wait_for_event(struct probe *p, struct entry *e)
{
	if (!p->connector_live || e->flags & (ENTRY_MISSED | ENTRY_EXIT_TOLD))
		return false;
	e->flags |= ENTRY_MISSED;
	p->missed = true;
	return true;
}

/* Whoever was not in it is gone; whoever hung under nobody may find its
 * parent now. */
static void sweep(struct probe *p)
{
	struct entry *e, *next;

	p->missed = false;
	HASH_ITER(hh, p->entries, e, next)
	{
		if (e->flags & ENTRY_HIDDEN && life_is_hidden(p, e->pid))
			continue;
		if (e->round == p->listing.round) {
			/* Pids wrap: a child may be listed before its parent.
			 */
			if (!e->parent && e->ppid) {
				table_set_parent(p, e, e->ppid);
				if (e->parent)
					emit_reparent(p, e, linux_now(p));
			}
		} else if (!wait_for_event(p, e)) {
			life_gone(p, e);
		}
	}
}

static void end(struct probe *p)
{
	struct listing *l = &p->listing;
	bool first = !p->listed;

	close(l->fd);
	l->active = false;
	l->error = 0;
	if (l->unread)
		emit_lost(p, SOURCE_PROC, l->unread);
	sweep(p);
	l->last_ns = clock_monotonic_ns();
	l->last_cost_ns = l->cost_ns;
	if (!first)
		return;
	p->listed = true;
	emit_plain(p, EVENT_LISTED, 0, linux_now(p), SOURCE_PROC);
}

/* In its midst: whoever was not seen yet may well be there. */
static void abandon(struct probe *p, int error)
{
	close(p->listing.fd);
	p->listing.active = false;
	fail(p, error);
}

bool listing_step(struct probe *p, int64_t stop_ns)
{
	struct listing *l = &p->listing;
	int64_t begun = clock_monotonic_ns();
	const struct entry_record *r;
	unsigned seen = 0;
	int error = 0;
	int32_t pid;

	if (!l->active)
		return true;
	for (;;) {
		if (!take_record(l, &r)) {
			if (fill(l, &error))
				continue;
			break;
		}
		if (to_pid(r->name, &pid))
			error = see(p, pid, (uint32_t)r->inode);
		if (error)
			break;
		if (++seen % 16 == 0 && clock_monotonic_ns() >= stop_ns) {
			l->cost_ns += clock_monotonic_ns() - begun;
			return false;
		}
	}
	l->cost_ns += clock_monotonic_ns() - begun;
	if (error)
		abandon(p, error);
	else
		end(p);
	return true;
}
