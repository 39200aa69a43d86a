/* Everything of everybody, as fast as can be: for text and snapshots. */
#include "connector.h"

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

static bool waits_for_proof(const struct probe *p)
{
	return connector_deadline(p) != INT64_MAX;
}

enum status linux_read_all(struct probe *p, const int64_t *pids, size_t count,
			   int64_t timeout_ns, const struct event_sink *sink,
			   struct error *err)
{
	int64_t until_ns = linux_stop_after(timeout_ns);
	bool fresh = !p->listed;

	(void)err;
	p->sink = sink;
	probe_update_clock(p);
	linux_start_telling(p);
	/* The listing is cut into slices so that the workers begin at once. */
	while (!listing_step(p, clock_monotonic_ns() + NS_PER_MS)) {
		jobs_hand_out(p);
		jobs_take(p, clock_monotonic_ns() + NS_PER_MS);
	}
	if (!fresh || count)
		mark_all(p, pids, count);
	do {
		jobs_hand_out(p);
		facts_flush_slow(p);
		workers_wait(p->workers, until_ns);
		jobs_take(p, INT64_MAX);
		facts_flush_slow(p);
		connector_drain(p, INT64_MAX);
	} while ((p->unread || workers_open_jobs(p->workers) ||
		  waits_for_proof(p)) &&
		 clock_monotonic_ns() < until_ns);
	fail_rest(p);
	sources_tell(p);
	p->sink = NULL;
	return STATUS_OK;
}
