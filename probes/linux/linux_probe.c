/* The live probe of Linux: what is due, within the time that is given. */
#include "connector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../../model/base/vec.h"

enum { SCREEN_MAX = 4096 };

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

	status = baseline_read(p, err);
	if (status)
		return status;
	/* Before anything is listed: what is born meanwhile is told then. */
	if (!p->reader.foreign && !p->no_connector) {
		connector_open(p, &fd);
		if (fd >= 0)
			watch(p, fd);
	}
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

void linux_start_telling(struct probe *p)
{
	if (p->started)
		return;
	p->started = true;
	emit_host(p);
	sources_tell(p);
	p->rolling_ns = clock_monotonic_ns() + NS_PER_S;
	listing_begin(p);
}

int64_t linux_stop_after(int64_t budget_ns)
{
	int64_t now_ns = clock_monotonic_ns();

	return budget_ns < INT64_MAX - now_ns ? now_ns + budget_ns : INT64_MAX;
}

static enum status probe_pump(struct probe *p, int64_t budget_ns,
			      const struct event_sink *sink, bool *more,
			      struct error *err)
{
	int64_t stop_ns = linux_stop_after(budget_ns);
	bool done;

	(void)err;
	p->sink = sink;
	probe_update_clock(p);
	linux_start_telling(p);
	done = connector_drain(p, stop_ns);
	due_listing(p, clock_monotonic_ns());
	done = listing_step(p, stop_ns) && done;
	jobs_hand_out(p);
	due_young(p, stop_ns);
	due_screen(p);
	due_rolling(p, clock_monotonic_ns());
	facts_flush_slow(p);
	done = jobs_take(p, stop_ns) && done;
	facts_flush_slow(p);
	sources_tell(p);
	p->sink = NULL;
	if (more)
		*more = !done;
	return STATUS_OK;
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

const struct probe_ops linux_probe = {
	.name = "linux",
	.open = probe_open,
	.close = probe_close,
	.descriptor = probe_descriptor,
	.deadline = due_deadline,
	.pump = probe_pump,
	.look_at = probe_look_at,
	.tick = probe_tick,
	.read_all = linux_read_all,
	.now = linux_now,
	.signal = linux_signal,
};
