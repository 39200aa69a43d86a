/* The live probe of Linux: what is due, within the time that is given. */
#include "connector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../../model/base/vec.h"

enum {
	RELIST_S = 30,
	POLL_BUSY_MS = 20,
	POLL_QUIET_MS = 50,
	BUSY_FOR_MS = 2000,
	ROLLING_CYCLE_S = 600, /* everything is read again in this time */
	ROLLING_LEAST = 4,     /* a second */
	SCREEN_MAX = 4096,
	JOBS_AHEAD = 2 * WORKER_COUNT,
	WHOLE_EVERY_TICKS = 4,
};

static void watch(struct probe *p, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static void probe_close(struct probe *p)
{
	if (!p)
		return;
	connector_close(p);
	job_free(p->slow);
	workers_stop(p->workers);
	table_free(p);
	names_free(p);
	value_release(p->pool, p->own_label);
	value_release(p->pool, p->own_container);
	confinement_release(&p->confinement);
	free(p->young.items);
	free(p->screen);
	free(p->scratch);
	if (p->listing.active)
		close(p->listing.fd);
	if (p->epoll_fd >= 0)
		close(p->epoll_fd);
	if (p->reader.proc_fd >= 0)
		close(p->reader.proc_fd);
	free(p);
}

static enum status open_proc(struct probe *p, const char *root,
			     struct error *err)
{
	int error;

	p->reader.foreign = root != NULL;
	if (!root)
		root = "/proc";
	p->reader.proc_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (p->reader.proc_fd >= 0)
		return STATUS_OK;
	error = errno;
	return error_set(err, status_from_errno(error), -1,
			 "cannot open %s: %s", root, strerror(error));
}

static enum status start(struct probe *p, struct error *err)
{
	enum status status;
	int fd = -1;

	/* Before anything is listed: what is born meanwhile is told then. */
	if (!p->reader.foreign && !p->no_connector) {
		connector_open(p, &fd);
		if (fd >= 0)
			watch(p, fd);
	}
	status = baseline_read(p, err);
	if (status)
		return status;
	if (!p->reader.foreign) {
		names_load_users(p);
		p->hidepid = sources_hidepid(p);
	}
	status = workers_start(&p->reader, &p->workers, err);
	if (status)
		return status;
	watch(p, workers_descriptor(p->workers));
	return STATUS_OK;
}

static enum status probe_open(const struct probe_options *options,
			      struct probe **out, struct error *err)
{
	struct probe *p = calloc(1, sizeof(*p));
	enum status status;

	if (!p)
		return error_set(err, STATUS_MEMORY, -1, "no memory");
	p->pool = options->pool;
	p->no_connector = options->no_connector;
	p->reader.proc_fd = -1;
	p->listing.round = 1;
	confinement_init(&p->confinement);
	p->scratch = raw_new();
	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	probe_update_clock(p);
	if (!p->scratch || p->epoll_fd < 0)
		status = error_set(err, STATUS_MEMORY, -1,
				   "no memory or descriptor");
	else
		status = open_proc(p, options->proc_root, err);
	if (!status)
		status = start(p, err);
	if (status)
		probe_close(p);
	else
		*out = p;
	return status;
}

static int probe_descriptor(struct probe *p)
{
	return p->epoll_fd;
}

static void first_pump(struct probe *p)
{
	if (p->started)
		return;
	p->started = true;
	emit_host(p);
	sources_tell(p);
	p->rolling_ns = clock_monotonic_ns() + NS_PER_S;
	listing_begin(p);
}

/* What is wanted of a process that has just been stat'ed. */
static unsigned whole(const struct entry *e)
{
	if (e->flags & ENTRY_KERNEL_THREAD)
		return WANT_STATUS | WANT_CGROUP;
	return (WANT_QUICK | WANT_SLOW) & ~(unsigned)WANT_STAT;
}

static void add_whole(struct probe *p, struct job **j, struct entry *e)
{
	e->flags &= ~(uint32_t)ENTRY_NEEDS_ALL;
	p->unread--;
	if (e->flags & ENTRY_HIDDEN)
		return;
	if (!*j)
		*j = job_new();
	if (!*j)
		return;
	(*j)->items[(*j)->count++] =
		(struct job_item){e->pid, e->serial, e->inode_seen, whole(e)};
}

/* First readings are handed out a few jobs ahead, the screen's rows first. */
static void hand_out(struct probe *p)
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

/* The processes of a job that was given up: one is stuck, the others are
 * asked for again. */
static void resubmit(struct probe *p, const struct job *j)
{
	bool none_left = workers_lost(p->workers) >= WORKERS_LOST_MAX;

	for (size_t i = j->done; i < j->count; i++) {
		struct entry *e = table_find(p, j->items[i].pid);

		if (!e || e->serial != j->items[i].serial)
			continue;
		e->flags &= ~(uint32_t)ENTRY_SLOW_ASKED;
		if (!facts_read(p, e, WANT_QUICK))
			continue;
		if (none_left)
			facts_fail_slow(p, e, WHY_NO_WORKERS);
		else if (i == j->done && j->stuck)
			facts_fail_slow(p, e, WHY_TIMED_OUT);
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
		e->flags &= ~(uint32_t)ENTRY_SLOW_ASKED;
		facts_digest(p, e, raw);
	}
	resubmit(p, j);
}

/* False: stopped because of the time. */
static bool take_jobs(struct probe *p, int64_t stop_ns)
{
	struct job *j;

	for (;;) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns >= stop_ns)
			return false;
		j = workers_take(p->workers, now_ns);
		if (!j)
			return true;
		hand_out(p);
		digest_job(p, j);
		job_free(j);
	}
}

static void read_young(struct probe *p, int64_t stop_ns)
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
static void read_rolling(struct probe *p, int64_t now_ns)
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

static void read_screen(struct probe *p)
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

static void begin_listing(struct probe *p, int64_t now_ns)
{
	if (p->reader.foreign || !p->listed || p->listing.active)
		return;
	if (!p->connector_live)
		poll_births(p, now_ns);
	else if (now_ns - p->listing.last_ns >= RELIST_S * NS_PER_S ||
		 (p->missed &&
		  now_ns - p->listing.last_ns >= POLL_QUIET_MS * NS_PER_MS))
		p->relist = true;
	if (p->relist)
		listing_begin(p);
}

static int64_t stop_after(int64_t budget_ns)
{
	int64_t now_ns = clock_monotonic_ns();

	return budget_ns < INT64_MAX - now_ns ? now_ns + budget_ns : INT64_MAX;
}

static enum status probe_pump(struct probe *p, int64_t budget_ns,
			      const struct event_sink *sink, bool *more,
			      struct error *err)
{
	int64_t stop_ns = stop_after(budget_ns);
	bool done;

	(void)err;
	p->sink = sink;
	probe_update_clock(p);
	first_pump(p);
	done = connector_drain(p, stop_ns);
	begin_listing(p, clock_monotonic_ns());
	done = listing_step(p, stop_ns) && done;
	hand_out(p);
	read_young(p, stop_ns);
	read_screen(p);
	read_rolling(p, clock_monotonic_ns());
	facts_flush_slow(p);
	done = take_jobs(p, stop_ns) && done;
	facts_flush_slow(p);
	sources_tell(p);
	p->sink = NULL;
	if (more)
		*more = !done;
	return STATUS_OK;
}

static void earlier(int64_t *due_ns, int64_t at_ns)
{
	if (at_ns < *due_ns)
		*due_ns = at_ns;
}

static int64_t probe_deadline(struct probe *p)
{
	int64_t due_ns = young_deadline(p);

	if (!p->started || p->listing.active || p->tick_due || p->relist)
		return clock_monotonic_ns();
	earlier(&due_ns, workers_deadline(p->workers));
	earlier(&due_ns, connector_deadline(p));
	if (p->reader.foreign)
		return due_ns;
	earlier(&due_ns, p->rolling_ns);
	if (p->connector_live)
		earlier(&due_ns, p->listing.last_ns +
					 (p->missed ? POLL_QUIET_MS * NS_PER_MS
						    : RELIST_S * NS_PER_S));
	else
		earlier(&due_ns,
			p->last_poll_ns + poll_interval(p, p->last_poll_ns));
	return due_ns;
}

static void probe_look_at(struct probe *p, const int64_t *pids, size_t count,
			  int64_t detail)
{
	if (count > SCREEN_MAX)
		count = SCREEN_MAX;
	if (!vec_reserve((void **)&p->screen, &p->screen_cap, count,
			 sizeof(*p->screen), SCREEN_MAX))
		count = 0;
	for (size_t i = 0; i < count; i++)
		p->screen[i] = pids[i] > 0 && pids[i] <= INT32_MAX
				       ? (int32_t)pids[i]
				       : 0;
	p->screen_count = count;
	p->detail = detail > 0 && detail <= INT32_MAX ? (int32_t)detail : 0;
}

static void probe_tick(struct probe *p)
{
	p->tick_due = true;
}

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

static enum status probe_read_all(struct probe *p, const int64_t *pids,
				  size_t count, int64_t timeout_ns,
				  const struct event_sink *sink,
				  struct error *err)
{
	int64_t until_ns = stop_after(timeout_ns);
	bool fresh = !p->listed;

	(void)err;
	p->sink = sink;
	probe_update_clock(p);
	first_pump(p);
	/* The listing is cut into slices so that the workers begin at once. */
	while (!listing_step(p, clock_monotonic_ns() + NS_PER_MS)) {
		hand_out(p);
		take_jobs(p, clock_monotonic_ns() + NS_PER_MS);
	}
	if (!fresh || count)
		mark_all(p, pids, count);
	do {
		hand_out(p);
		facts_flush_slow(p);
		workers_wait(p->workers, until_ns);
		take_jobs(p, INT64_MAX);
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

const struct probe_ops linux_probe = {
	.name = "linux",
	.open = probe_open,
	.close = probe_close,
	.descriptor = probe_descriptor,
	.deadline = probe_deadline,
	.pump = probe_pump,
	.look_at = probe_look_at,
	.tick = probe_tick,
	.read_all = probe_read_all,
	.now = linux_now,
	.signal = linux_signal,
};
