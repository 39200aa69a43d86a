/* What the workers are given and what comes back. */
#include "linux.h"

enum { JOBS_AHEAD = 2 * WORKER_COUNT };

/* What is wanted of a process that has just been stat'ed. */
static unsigned whole(const struct entry *e)
{
	unsigned quick = WANT_QUICK & ~(unsigned)WANT_STAT;

	if (e->flags & ENTRY_KERNEL_THREAD)
		return WANT_STATUS | WANT_CGROUP;
	return facts_may_ask_slow(e) ? quick | WANT_SLOW : quick;
}

static void add_whole(struct probe *p, struct job **j, struct entry *e)
{
	unsigned want;

	e->flags &= ~(uint32_t)ENTRY_NEEDS_ALL;
	p->unread--;
	if (e->flags & ENTRY_HIDDEN)
		return;
	if (!*j)
		*j = job_new();
	if (!*j)
		return;
	want = whole(e);
	if (want & WANT_SLOW)
		e->flags |= ENTRY_SLOW_ASKED;
	(*j)->items[(*j)->count++] =
		(struct job_item){e->pid, e->serial, e->inode_seen, want};
}

/* First readings are handed out a few jobs ahead, the screen's rows first. */
void jobs_hand_out(struct probe *p)
{
	while (p->unread && workers_open_jobs(p->workers) < JOBS_AHEAD) {
		struct job *j = NULL;
		struct entry *e;

		for (size_t i = 0; i < p->screen_count; i++) {
			e = table_find(p, p->screen[i]);
			if (e && e->flags & ENTRY_NEEDS_ALL &&
			    (!j || j->count < JOB_ITEMS_MAX))
				add_whole(p, &j, e);
		}
		e = table_find(p, p->unread_pid);
		for (e = e ? e : p->entries;
		     e && (!j || j->count < JOB_ITEMS_MAX); e = e->hh.next) {
			if (e->flags & ENTRY_NEEDS_ALL)
				add_whole(p, &j, e);
			p->unread_pid = e->pid;
		}
		if (!e)
			p->unread_pid = 0;
		if (!j)
			return;
		workers_submit(p->workers, j, false);
	}
}

static void answered(struct entry *e, const struct job_item *item)
{
	if (item->want & WANT_SLOW)
		e->flags &= ~(uint32_t)ENTRY_SLOW_ASKED;
}

/* The processes of a job that was given up: one is stuck, the others are
 * asked for again. */
static void resubmit(struct probe *p, const struct job *j)
{
	bool none_left = workers_none_left(p->workers);

	for (size_t i = j->done; i < j->count; i++) {
		struct entry *e = table_find(p, j->items[i].pid);
		bool timed_out = i == j->done && j->stuck;

		if (!e || e->serial != j->items[i].serial)
			continue;
		answered(e, &j->items[i]);
		if (timed_out)
			facts_put_off_slow(e);
		if (!facts_read(p, e, WANT_QUICK))
			continue;
		if (timed_out)
			facts_fail_slow(p, e, WHY_TIMED_OUT);
		else if (none_left)
			facts_fail_slow(p, e, WHY_NO_WORKERS);
		else
			facts_ask_slow(p, e);
	}
}

static void digest_job(struct probe *p, const struct job *j)
{
	const struct raw *raw;
	size_t pos = 0;

	if (j->wants_user) {
		names_user_answered(p, j);
		return;
	}
	for (size_t i = 0; (raw = job_next_result(j, &pos)); i++) {
		struct entry *e = table_find(p, j->items[i].pid);

		if (!e || e->serial != j->items[i].serial)
			continue;
		answered(e, &j->items[i]);
		facts_digest(p, e, raw);
	}
	resubmit(p, j);
}

bool jobs_take(struct probe *p, int64_t stop_ns)
{
	struct job *j;

	for (;;) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns >= stop_ns)
			return false;
		j = workers_take(p->workers, now_ns);
		if (!j)
			return true;
		jobs_hand_out(p);
		digest_job(p, j);
		job_free(j);
	}
}
