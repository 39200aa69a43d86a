#include "../probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../model/recording.h"

enum { READ_BYTES = 64 << 10, LINES_PER_LOOK = 32 };

static const int64_t second_ns = 1000000000;

/*
 * bytes[start..end) is what was read and not yet dealt with; up to `scanned`
 * it holds no newline. The clock: at monotonic mono_ns it was recorded_ns; it
 * stands still where speed is 0, while paused and after the end.
 */
struct probe {
	struct value_pool *pool;
	struct recording_reader *reader;
	int fd;
	bool close_fd, regular;
	int quiet[2]; /* a pipe that nobody writes to */
	uint8_t *bytes;
	size_t start, end, scanned, cap;
	bool input_ended; /* the last byte was read */
	bool done;        /* and the last line dealt with */

	double speed;
	bool started, paused;
	int64_t recorded_ns, mono_ns;
	int64_t last_ns; /* the latest event's time */
	int64_t wait_ns; /* the time of the event that is not due yet; 0 none */
};

static int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * second_ns + t.tv_nsec;
}

static int64_t replay_now(struct probe *p)
{
	if (p->speed <= 0 || p->done)
		return p->last_ns;
	if (p->paused || !p->started)
		return p->recorded_ns;
	return p->recorded_ns +
	       (int64_t)((double)(monotonic_ns() - p->mono_ns) * p->speed);
}

/* A path of a recording: a file or a pipe, never a device or a socket. */
static enum status check_kind(struct probe *p, struct error *err)
{
	struct stat st;

	if (fstat(p->fd, &st) < 0)
		return error_set(err, status_from_errno(errno), -1, "%s",
				 strerror(errno));
	p->regular = S_ISREG(st.st_mode);
	if (S_ISDIR(st.st_mode))
		return error_set(err, STATUS_UNSUPPORTED, -1,
				 "expected a recording, found a directory");
	if (p->close_fd && !p->regular && !S_ISFIFO(st.st_mode))
		return error_set(err, STATUS_UNSUPPORTED, -1,
				 "expected a file or a pipe");
	return STATUS_OK;
}

static void replay_close(struct probe *p)
{
	if (!p)
		return;
	recording_reader_free(p->reader);
	if (p->close_fd && p->fd >= 0)
		close(p->fd);
	for (size_t i = 0; i < 2; i++) {
		if (p->quiet[i] >= 0)
			close(p->quiet[i]);
	}
	free(p->bytes);
	free(p);
}

static enum status open_input(struct probe *p,
			      const struct probe_options *options,
			      struct error *err)
{
	if (!options->path) {
		p->fd = options->fd;
	} else if (!strcmp(options->path, "-")) {
		p->fd = STDIN_FILENO;
	} else {
		p->close_fd = true;
		p->fd = open(options->path,
			     O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
		if (p->fd < 0)
			return error_set(err, status_from_errno(errno), -1,
					 "%s", strerror(errno));
	}
	return check_kind(p, err);
}

static enum status replay_open(const struct probe_options *options,
			       struct probe **out, struct error *err)
{
	struct probe *p = calloc(1, sizeof(*p));
	enum status status;

	if (!p)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	p->fd = p->quiet[0] = p->quiet[1] = -1;
	p->pool = options->pool;
	p->speed = options->speed;
	status = open_input(p, options, err);
	if (status != STATUS_OK)
		goto fail;
	if (pipe(p->quiet) < 0) {
		status = error_set(err, status_from_errno(errno), -1,
				   "pipe: %s", strerror(errno));
		goto fail;
	}
	for (size_t i = 0; i < 2; i++)
		fcntl(p->quiet[i], F_SETFD, FD_CLOEXEC);
	p->reader = recording_reader_new(options->pool);
	if (!p->reader) {
		status = error_set(err, STATUS_MEMORY, -1, "out of memory");
		goto fail;
	}
	*out = p;
	return STATUS_OK;
fail:
	replay_close(p);
	return status;
}

/* Room for one read more; what was dealt with makes way. */
static enum status make_room(struct probe *p, struct error *err)
{
	size_t held = p->end - p->start;
	uint8_t *bytes;

	if (p->cap - p->end >= READ_BYTES)
		return STATUS_OK;
	if (p->start) {
		memmove(p->bytes, p->bytes + p->start, held);
		p->scanned -= p->start;
		p->start = 0;
		p->end = held;
	}
	if (p->cap - p->end >= READ_BYTES)
		return STATUS_OK;
	if (held > JSON_LINE_MAX)
		return error_set_line(
			err, STATUS_LIMIT, recording_lines(p->reader) + 1, 1,
			"a line of more than %d bytes", JSON_LINE_MAX);
	bytes = realloc(p->bytes, p->cap * 2 + READ_BYTES);
	if (!bytes)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	p->bytes = bytes;
	p->cap = p->cap * 2 + READ_BYTES;
	return STATUS_OK;
}

/* One read that does not wait, whatever the descriptor's flags are: those are
 * shared with whoever gave it to us. *got false: nothing there now. */
static enum status read_some(struct probe *p, bool *got, struct error *err)
{
	struct pollfd wait = {.fd = p->fd, .events = POLLIN};
	enum status status = make_room(p, err);
	ssize_t n;

	*got = false;
	if (status != STATUS_OK)
		return status;
	if (!p->regular && poll(&wait, 1, 0) <= 0)
		return STATUS_OK;
	n = read(p->fd, p->bytes + p->end, READ_BYTES);
	if (n < 0 &&
	    (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return STATUS_OK;
	if (n < 0)
		return error_set(err, STATUS_IO, -1, "%s", strerror(errno));
	*got = true;
	if (n == 0)
		p->input_ended = true;
	p->end += (size_t)n;
	return STATUS_OK;
}

/* The next whole line, without taking it; at the end of the input also one
 * that no newline ends. False: read more first. */
static bool next_line(struct probe *p, struct slice *line)
{
	struct slice fresh = slice_part(slice_of(p->bytes, p->end), p->scanned,
					p->end - p->scanned);
	size_t at = slice_find_byte(fresh, '\n');

	if (at == fresh.len && !(p->input_ended && p->end > p->start)) {
		p->scanned = p->end;
		return false;
	}
	*line = slice_of(p->bytes + p->start, p->scanned + at - p->start);
	return true;
}

static void take_line(struct probe *p, struct slice line)
{
	p->start += line.len + 1;
	if (p->start > p->end)
		p->start = p->end;
	p->scanned = p->start;
}

struct relay {
	struct probe *probe;
	const struct event_sink *sink;
};

/* What was live when it was recorded is "recorded" now. */
static void relay_emit(void *context, const struct event *event)
{
	const struct relay *relay = context;
	struct probe *p = relay->probe;
	struct event e = *event;

	if (e.type == EVENT_SOURCE && (e.as.source.state == SOURCE_LIVE ||
				       e.as.source.state == SOURCE_STARTING))
		e.as.source.state = SOURCE_RECORDED;
	if (e.time_ns > p->last_ns)
		p->last_ns = e.time_ns;
	if (!p->started) {
		p->started = true;
		p->recorded_ns = e.time_ns;
		p->mono_ns = monotonic_ns();
	}
	event_emit(relay->sink, &e);
}

/* True when the line's time has not come. */
static bool too_early(struct probe *p, struct slice line)
{
	int64_t time_ns;

	p->wait_ns = 0;
	if (p->speed <= 0 || !recording_line_time(p->reader, line, &time_ns))
		return false;
	if (p->paused || time_ns > replay_now(p)) {
		p->wait_ns = time_ns;
		return true;
	}
	return false;
}

/* At the end: what this version did not know is told, not swallowed. */
static enum status tell_skipped(struct probe *p, const struct event_sink *sink,
				struct error *err)
{
	struct event e = {.type = EVENT_SOURCE,
			  .source = SOURCE_OTHER,
			  .time_ns = p->last_ns};
	size_t skipped = recording_skipped(p->reader);
	char words[96];

	if (p->done || !skipped)
		return STATUS_OK;
	snprintf(words, sizeof(words),
		 "%zu %s unknown to this version passed over", skipped,
		 skipped == 1 ? "entry" : "entries");
	e.as.source.source = SOURCE_OTHER;
	e.as.source.state = SOURCE_RECORDED;
	e.as.source.note = value_text(p->pool, words);
	if (e.as.source.note.type == VALUE_NONE)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	event_emit(sink, &e);
	value_release(p->pool, e.as.source.note);
	return STATUS_OK;
}

static enum status replay_end(struct probe *p, const struct event_sink *sink,
			      struct error *err)
{
	enum status status;

	if (!p->started)
		return error_set_line(err, STATUS_MALFORMED, 1, 1,
				      "expected a recording, found an empty "
				      "file");
	status = tell_skipped(p, sink, err);
	if (status != STATUS_OK)
		return status;
	p->done = true;
	return STATUS_CANCELLED;
}

static enum status replay_pump(struct probe *p, int64_t budget_ns,
			       const struct event_sink *sink, bool *more,
			       struct error *err)
{
	struct relay relay = {p, sink};
	struct event_sink through = {relay_emit, &relay};
	int64_t begin = monotonic_ns();
	enum status status;
	size_t lines = 0;

	*more = false;
	for (;;) {
		struct slice line;
		bool got;

		if (next_line(p, &line)) {
			if (too_early(p, line))
				return STATUS_OK;
			status = recording_read_line(p->reader, line, &through,
						     err);
			take_line(p, line);
			if (status != STATUS_OK)
				return status;
			if (++lines % LINES_PER_LOOK == 0 &&
			    monotonic_ns() - begin >= budget_ns) {
				*more = true;
				return STATUS_OK;
			}
			continue;
		}
		if (p->input_ended)
			return replay_end(p, sink, err);
		status = read_some(p, &got, err);
		if (status != STATUS_OK || !got)
			return status;
	}
}

static int replay_descriptor(struct probe *p)
{
	bool waits = p->wait_ns || p->input_ended || p->regular;

	return waits ? p->quiet[0] : p->fd;
}

static int64_t replay_deadline(struct probe *p)
{
	double left;

	if (p->done || (p->wait_ns && p->paused))
		return INT64_MAX;
	if (!p->wait_ns)
		return p->regular ? 0 : INT64_MAX;
	left = (double)(p->wait_ns - p->recorded_ns) / p->speed;
	/* A file may speak of a time that never comes. */
	if (left > (double)(INT64_MAX / 2))
		return INT64_MAX;
	return p->mono_ns + (int64_t)left + 1;
}

static void replay_pause(struct probe *p, bool paused)
{
	if (p->speed <= 0 || paused == p->paused)
		return;
	p->recorded_ns = replay_now(p);
	p->mono_ns = monotonic_ns();
	p->paused = paused;
}

static void replay_look_at(struct probe *p, const int64_t *pids, size_t count,
			   int64_t detail)
{
	(void)p;
	(void)pids;
	(void)count;
	(void)detail;
}

static void replay_tick(struct probe *p)
{
	(void)p;
}

/* A recording holds what it holds: there is nothing to read again. */
static enum status replay_read_all(struct probe *p, const int64_t *pids,
				   size_t count, int64_t timeout_ns,
				   const struct event_sink *sink,
				   struct error *err)
{
	(void)p;
	(void)pids;
	(void)count;
	(void)timeout_ns;
	(void)sink;
	(void)err;
	return STATUS_OK;
}

const struct probe_ops replay_probe = {
	.name = "recording",
	.open = replay_open,
	.close = replay_close,
	.descriptor = replay_descriptor,
	.deadline = replay_deadline,
	.pump = replay_pump,
	.look_at = replay_look_at,
	.tick = replay_tick,
	.read_all = replay_read_all,
	.pause = replay_pause,
	.now = replay_now,
	/* A process of a recording cannot be signalled. */
	.signal = NULL,
};
