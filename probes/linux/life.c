#include "linux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

void life_read_stat(struct probe *p, int32_t pid, struct stat_read *out)
{
	char name[32];
	int got;

	snprintf(name, sizeof(name), "%d/stat", pid);
	got = reader_file(&p->reader, name, out->text, sizeof(out->text));
	out->error = got < 0 ? -got : 0;
	if (got >= 0 &&
	    proc_stat_parse(slice_of(out->text, (size_t)got), &out->stat, NULL))
		out->error = EBADMSG;
}

struct event_exit life_how(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return (struct event_exit){
			.kind = EXIT_SIGNAL,
			.value = WTERMSIG(wait_status),
			.core = WCOREDUMP(wait_status),
		};
	return (struct event_exit){
		.kind = EXIT_CODE,
		.value = WEXITSTATUS(wait_status),
	};
}

/* Those that hang under it go to another parent. */
static void follow_children(struct probe *p, struct entry *e)
{
	struct entry *child = e->first_child;

	while (child) {
		struct entry *next = child->next_sibling;
		struct stat_read s;

		life_read_stat(p, child->pid, &s);
		if (!s.error && s.stat.start_ticks == child->start_ticks &&
		    s.stat.ppid != child->ppid && s.stat.ppid <= INT32_MAX) {
			table_set_parent(p, child, (int32_t)s.stat.ppid);
			emit_reparent(p, child, linux_now(p));
		}
		child = next;
	}
}

static void tell_exit(struct probe *p, struct entry *e, struct event_exit how,
		      int64_t time_ns, enum source_id source)
{
	if (e->flags & ENTRY_EXIT_TOLD)
		return;
	e->flags |= ENTRY_EXIT_TOLD;
	e->exit_pending = false;
	if (e->flags & ENTRY_NEEDS_ALL) {
		e->flags &= ~(uint32_t)ENTRY_NEEDS_ALL;
		p->unread--;
	}
	emit_exit(p, e, how, time_ns, source);
	follow_children(p, e);
}

void life_gone(struct probe *p, struct entry *e)
{
	struct event_exit unseen = {.kind = EXIT_UNKNOWN};

	if (e->exit_pending)
		tell_exit(p, e, life_how(e->exit_status), e->exit_ns,
			  SOURCE_PROC_CONNECTOR);
	else
		tell_exit(p, e, unseen, linux_now(p), SOURCE_PROC);
	table_remove(p, e);
}

void life_ended(struct probe *p, struct entry *e, int wait_status,
		int64_t time_ns, enum source_id source)
{
	tell_exit(p, e, life_how(wait_status), time_ns, source);
}

static void set_start(struct probe *p, struct entry *e,
		      const struct proc_stat *s)
{
	e->start_ticks = s->start_ticks;
	if (!e->started_ns)
		e->started_ns = probe_tick_time_ns(p, s->start_ticks);
	if (s->flags & PROC_STAT_KERNEL_THREAD)
		e->flags |= ENTRY_KERNEL_THREAD;
}

/* A zombie that we have seen alive has ended; one that was there before us is
 * an entry of the kernel's table like others. The kernel writes the status 0
 * for those it does not trust, so 0 counts only from where we may look. */
static void found_ended(struct telling *t, const struct proc_stat *s)
{
	struct probe *p = t->probe;
	struct entry *e = t->entry;

	if (e->flags & (ENTRY_EXIT_TOLD | ENTRY_ZOMBIE))
		return;
	if (s->threads > 1)
		return;
	telling_end(t);
	if (e->exit_pending)
		tell_exit(p, e, life_how(e->exit_status), e->exit_ns,
			  SOURCE_PROC_CONNECTOR);
	else if (s->has_wait_status &&
		 (s->wait_status || e->flags & ENTRY_READABLE))
		tell_exit(p, e, life_how(s->wait_status), t->time_ns,
			  SOURCE_PROC);
	else if (!p->connector_live)
		tell_exit(p, e, (struct event_exit){.kind = EXIT_UNKNOWN},
			  t->time_ns, SOURCE_PROC);
}

bool life_stat(struct telling *t, const struct proc_stat *s)
{
	struct probe *p = t->probe;
	struct entry *e = t->entry;
	const char *word = proc_state_word(s->state);

	if (e->start_ticks && e->start_ticks != s->start_ticks)
		return false;
	if (!e->start_ticks)
		set_start(p, e, s);
	if (s->ppid != e->ppid && s->ppid >= 0 && s->ppid <= INT32_MAX) {
		table_set_parent(p, e, (int32_t)s->ppid);
		emit_reparent(p, e, t->time_ns);
	}
	if (s->comm.len)
		tell_value(t, TOLD_NAME, value_string(p->pool, s->comm));
	if (word)
		tell_value(t, TOLD_STATE, value_text(p->pool, word));
	else
		tell_gap(t, TOLD_STATE, FACT_FAILED, WHY_MALFORMED);
	if (s->state == 'Z' || s->state == 'X')
		found_ended(t, s);
	return true;
}

bool life_is_hidden(const struct probe *p, int32_t pid)
{
	return p->hidepid != HIDEPID_OFF && !p->may_trace &&
	       kill(pid, 0) != 0 && errno == EPERM;
}

void life_hide(struct probe *p, struct entry *e)
{
	struct telling t;

	e->flags |= ENTRY_HIDDEN;
	telling_begin(&t, p, e, linux_now(p));
	for (int i = 0; i < TOLD_COUNT; i++)
		tell_gap(&t, (enum told_fact)i, FACT_NEEDS_PRIVILEGE,
			 WHY_HIDDEN);
	tell_no_signature(&t);
	telling_end(&t);
}

/* hidepid=noaccess: a number is all that can be seen. */
static struct entry *found_hidden(struct probe *p, int32_t pid)
{
	struct entry *e = table_add(p, pid);

	if (!e)
		return NULL;
	emit_spawn(p, e, 0, linux_now(p), SOURCE_PROC);
	life_hide(p, e);
	return e;
}

/* Only these say that nobody is there. In a copy a file may have a number for
 * its name. */
static bool is_nobody(int error)
{
	return error == ENOENT || error == ESRCH || error == ENOTDIR;
}

int life_found(struct probe *p, int32_t pid, uint32_t inode, struct entry **out)
{
	struct stat_read s;
	struct telling t;
	struct entry *e;

	*out = NULL;
	life_read_stat(p, pid, &s);
	if (is_nobody(s.error))
		return 0;
	if (s.error == EPERM || s.error == EACCES) {
		e = found_hidden(p, pid);
		if (!e)
			return ENOSPC;
	} else {
		if (s.error)
			return s.error;
		e = table_add(p, pid);
		if (!e)
			return ENOSPC;
		set_start(p, e, &s.stat);
		if (s.stat.ppid >= 0 && s.stat.ppid <= INT32_MAX)
			table_set_parent(p, e, (int32_t)s.stat.ppid);
		if (s.stat.state == 'Z' || s.stat.state == 'X')
			e->flags |= ENTRY_ZOMBIE;
		emit_spawn(p, e, 0, linux_now(p), SOURCE_PROC);
		telling_begin(&t, p, e, linux_now(p));
		life_stat(&t, &s.stat);
		tell_no_signature(&t);
		telling_end(&t);
	}
	e->inode_seen = inode;
	*out = e;
	return 0;
}

void life_check(struct probe *p, struct entry *e)
{
	struct stat_read s;

	life_read_stat(p, e->pid, &s);
	if (s.error == ENOENT || s.error == ESRCH ||
	    (!s.error && s.stat.start_ticks != e->start_ticks))
		life_gone(p, e);
	else if (!s.error && e->exit_pending && s.stat.threads <= 1)
		tell_exit(p, e, life_how(e->exit_status), e->exit_ns,
			  SOURCE_PROC_CONNECTOR);
}
