/* What is read again when: the young, the screen, a few of all, and listings.
 */
#include "connector.h"

enum {
	RELIST_S = 30,
	MISSED_MS = 50,
	POLL_BUSY_MS = 20,
	POLL_QUIET_MS = 50,
	BUSY_FOR_MS = 2000,
	ROLLING_CYCLE_S = 600, /* everything is read again in this time */
	ROLLING_LEAST = 4,     /* a second */
	WHOLE_EVERY_TICKS = 4,
};

void due_young(struct probe *p, int64_t stop_ns)
{
	int64_t now_ns = clock_monotonic_ns();
	struct entry *e;

	while (now_ns < stop_ns && young_next(p, now_ns, &e)) {
		if (e->exit_pending || e->flags & ENTRY_EXIT_TOLD)
			life_check(p, e);
		else if (facts_read(p, e, WANT_QUICK))
			facts_ask_slow(p, e);
		now_ns = clock_monotonic_ns();
	}
}

/* A few of all, each second, so that nothing stays wrong for ever. */
void due_rolling(struct probe *p, int64_t now_ns)
{
	size_t left = HASH_COUNT(p->entries) / ROLLING_CYCLE_S + ROLLING_LEAST;
	struct entry *e, *next;

	if (!p->listed || now_ns < p->rolling_ns || p->reader.foreign)
		return;
	p->rolling_ns = now_ns + NS_PER_S;
	e = table_find(p, p->rolling_pid);
	for (e = e ? e : p->entries; e && left; e = next, left--) {
		next = e->hh.next;
		p->rolling_pid = next ? next->pid : 0;
		if (e->flags & ENTRY_EXIT_TOLD)
			life_check(p, e);
		else if (facts_read(p, e, WANT_QUICK))
			facts_ask_slow(p, e);
	}
}

void due_screen(struct probe *p)
{
	bool whole_tick = p->ticks % WHOLE_EVERY_TICKS == 0;

	if (!p->tick_due)
		return;
	p->tick_due = false;
	p->ticks++;
	for (size_t i = 0; i < p->screen_count; i++) {
		struct entry *e = table_find(p, p->screen[i]);

		if (!e)
			continue;
		if (!facts_read(p, e,
				whole_tick ? WANT_SANDBOX
					   : WANT_STAT | WANT_STATUS))
			continue;
		if (whole_tick)
			facts_ask_slow(p, e);
	}
	if (p->detail) {
		struct entry *e = table_find(p, p->detail);

		if (e && facts_read(p, e, WANT_QUICK))
			facts_ask_slow(p, e);
	}
}

static int64_t poll_interval(const struct probe *p, int64_t now_ns)
{
	bool busy = now_ns - p->changed_ns < BUSY_FOR_MS * NS_PER_MS;
	int64_t wait = (busy ? POLL_BUSY_MS : POLL_QUIET_MS) * NS_PER_MS;
	int64_t dear = p->listing.last_cost_ns * LISTING_SHARE;

	return dear > wait ? dear : wait;
}

/* Without the connector: the last pid the kernel gave out tells for almost
 * nothing whether there can be anybody new. */
static void poll_births(struct probe *p, int64_t now_ns)
{
	char text[128];
	int64_t pid;
	int got;

	if (now_ns - p->last_poll_ns < poll_interval(p, now_ns))
		return;
	p->last_poll_ns = now_ns;
	got = reader_file(&p->reader, "loadavg", text, sizeof(text));
	if (got > 0 &&
	    proc_loadavg_last_pid(slice_of(text, (size_t)got), &pid) &&
	    pid != p->last_pid) {
		p->last_pid = pid;
		p->changed_ns = now_ns;
		p->relist = true;
	}
	if (now_ns - p->listing.last_ns >= NS_PER_S)
		p->relist = true;
}

static int64_t retry_ns(const struct probe *p)
{
	return p->listing.last_ns + LISTING_RETRY_MS * NS_PER_MS;
}

void due_listing(struct probe *p, int64_t now_ns)
{
	if (p->reader.foreign || p->listing.active)
		return;
	if (p->listing.error)
		p->relist = now_ns >= retry_ns(p);
	else if (!p->connector_live)
		poll_births(p, now_ns);
	else if (now_ns - p->listing.last_ns >= RELIST_S * NS_PER_S ||
		 (p->missed &&
		  now_ns - p->listing.last_ns >= MISSED_MS * NS_PER_MS))
		p->relist = true;
	if (p->relist)
		listing_begin(p);
}

static void earlier(int64_t *due_ns, int64_t at_ns)
{
	if (at_ns < *due_ns)
		*due_ns = at_ns;
}

static int64_t listing_deadline(const struct probe *p)
{
	const struct listing *l = &p->listing;

	if (l->error)
		return retry_ns(p);
	if (p->relist)
		return clock_monotonic_ns();
	if (!p->connector_live)
		return p->last_poll_ns + poll_interval(p, p->last_poll_ns);
	return l->last_ns +
	       (p->missed ? MISSED_MS * NS_PER_MS : RELIST_S * NS_PER_S);
}

int64_t due_deadline(struct probe *p)
{
	int64_t due_ns = young_deadline(p);

	if (!p->started || p->listing.active || p->tick_due)
		return clock_monotonic_ns();
	earlier(&due_ns, workers_deadline(p->workers));
	earlier(&due_ns, connector_deadline(p));
	if (p->reader.foreign)
		return due_ns;
	if (p->listed)
		earlier(&due_ns, p->rolling_ns);
	earlier(&due_ns, listing_deadline(p));
	return due_ns;
}
