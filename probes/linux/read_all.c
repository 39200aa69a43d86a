/* Everything of everybody, as fast as can be: for text and snapshots. */
#include "connector.h"

#include <errno.h>
#include <sys/epoll.h>

/* Marks what is to be read; what is read already counts as fresh while the
 * first listing goes on. */
static void mark_all(struct probe *p, const int64_t *pids, size_t count)
{
	for (struct entry *e = p->entries; e; e = e->hh.next) {
		bool wanted = !count;

		for (size_t i = 0; i < count && !wanted; i++)
			wanted = pids[i] == e->pid;
		if (!wanted || e->flags & (ENTRY_NEEDS_ALL | ENTRY_EXIT_TOLD))
			continue;
		e->flags |= ENTRY_NEEDS_ALL;
		p->unread++;
	}
	p->unread_pid = 0;
}

/* What has not answered when the time is over. */
static void fail_rest(struct probe *p)
{
	for (struct entry *e = p->entries; e; e = e->hh.next)
		if (!e->kept_state[TOLD_ARGUMENTS] &&
		    !(e->flags & ENTRY_EXIT_TOLD))
			facts_fail_slow(p, e, WHY_TIMED_OUT);
}

/* Who was born while the others were read. */
static void read_newborn(struct probe *p)
{
	struct entry *e, *next;

	HASH_ITER(hh, p->entries, e, next)
	{
		if (!e->kept_state[TOLD_UID] && facts_read(p, e, WANT_QUICK))
			facts_ask_slow(p, e);
	}
}

static bool is_busy(const struct probe *p)
{
	return p->unread || workers_open_jobs(p->workers) ||
	       connector_deadline(p) != INT64_MAX;
}

/* Sleeps until something is finished or told, or a job is to be given up. */
static void wait_for_more(struct probe *p, int64_t until_ns)
{
	struct epoll_event event;
	int64_t due_ns = workers_deadline(p->workers);
	int64_t left_ms;

	if (connector_deadline(p) < due_ns)
		due_ns = connector_deadline(p);
	if (due_ns > until_ns)
		due_ns = until_ns;
	left_ms = (due_ns - clock_monotonic_ns()) / NS_PER_MS + 1;
	if (left_ms > 0)
		epoll_wait(p->epoll_fd, &event, 1,
			   left_ms < 1000 ? (int)left_ms : 1000);
}

static void read_until(struct probe *p, int64_t until_ns)
{
	for (;;) {
		jobs_hand_out(p);
		facts_flush_slow(p);
		jobs_take(p, INT64_MAX);
		connector_drain(p, INT64_MAX);
		facts_flush_slow(p);
		if (!is_busy(p) || clock_monotonic_ns() >= until_ns)
			return;
		wait_for_more(p, until_ns);
	}
}

/* No source of processes at all. */
static enum status not_listed(const struct probe *p, struct error *err)
{
	int error = p->listing.error;
	bool refused = error == EACCES || error == EPERM;

	return error_set(err, refused ? STATUS_PRIVILEGE : STATUS_UNSUPPORTED,
			 -1, "cannot list the processes of %s: %s",
			 p->reader.foreign ? "this copy of /proc" : "/proc",
			 listing_why(error));
}

enum status linux_read_all(struct probe *p, const int64_t *pids, size_t count,
			   int64_t timeout_ns, const struct event_sink *sink,
			   struct error *err)
{
	int64_t until_ns = linux_stop_after(timeout_ns);
	bool fresh = !p->listed;

	p->sink = sink;
	probe_update_clock(p);
	linux_start_telling(p);
	if (p->listing.error)
		listing_begin(p);
	/* The listing is cut into slices so that the workers begin at once. */
	while (!listing_step(p, clock_monotonic_ns() + NS_PER_MS)) {
		jobs_hand_out(p);
		jobs_take(p, clock_monotonic_ns() + NS_PER_MS);
	}
	if (!p->listed) {
		sources_tell(p);
		p->sink = NULL;
		return not_listed(p, err);
	}
	if (!fresh || count)
		mark_all(p, pids, count);
	read_until(p, until_ns);
	if (!count) {
		read_newborn(p);
		read_until(p, until_ns);
	}
	if (clock_monotonic_ns() >= until_ns)
		fail_rest(p);
	sources_tell(p);
	p->sink = NULL;
	return STATUS_OK;
}
