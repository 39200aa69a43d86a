#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "../../model/base/vec.h"

enum {
	WORKER_STACK_BYTES = 8 << 20,
	RESULT_BYTES_MAX = 64 << 20,
	STOP_WAIT_MS = 100,
};

/* What a thread is at. job is NULL while it waits. */
struct worker {
	struct workers *pool;
	struct job *job;
	int64_t since_ns; /* when it began its item */
	bool lost;        /* given up: frees all it holds when it wakes */
	struct raw *scratch;
};

/* Held by its owner and by every thread: the last one frees it. */
struct workers {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct reader reader;
	int event_fd;
	int holders;
	bool stopping;
	struct job *first, *last; /* to do */
	struct job *finished, *finished_last;
	size_t open_jobs;
	struct worker *slots[WORKER_COUNT]; /* NULL: none left for it */
	int lost; /* threads given up that have not ended yet */
};

struct job *job_new(void)
{
	return calloc(1, sizeof(struct job));
}

void job_free(struct job *j)
{
	if (!j)
		return;
	free(j->results);
	free(j);
}

static size_t padded(size_t bytes)
{
	return (bytes + 7) & ~(size_t)7;
}

const struct raw *job_next_result(const struct job *j, size_t *pos)
{
	const struct raw *r;

	if (*pos >= j->result_bytes)
		return NULL;
	r = (const struct raw *)(const void *)(j->results + *pos);
	*pos += padded(raw_bytes(r));
	return r;
}

static int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* With the lock held; gives it back. */
static void drop(struct workers *w)
{
	bool last = --w->holders == 0;

	pthread_mutex_unlock(&w->lock);
	if (!last)
		return;
	while (w->first) {
		struct job *j = w->first;

		w->first = j->next;
		job_free(j);
	}
	while (w->finished) {
		struct job *j = w->finished;

		w->finished = j->next;
		job_free(j);
	}
	close(w->event_fd);
	close(w->reader.proc_fd);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static void append(struct job **first, struct job **last, struct job *j)
{
	j->next = NULL;
	if (*first)
		(*last)->next = j;
	else
		*first = j;
	*last = j;
}

static void finish(struct workers *w, struct job *j)
{
	uint64_t one = 1;
	bool wake = !w->finished;

	append(&w->finished, &w->finished_last, j);
	if (wake && write(w->event_fd, &one, sizeof(one)) < 0)
		return; /* full: it is readable already */
}

static bool keep_result(struct job *j, const struct raw *r)
{
	size_t bytes = padded(raw_bytes(r));

	if (!vec_reserve((void **)&j->results, &j->result_cap,
			 j->result_bytes + bytes, 1, RESULT_BYTES_MAX))
		return false;
	memcpy(j->results + j->result_bytes, r, raw_bytes(r));
	j->result_bytes += bytes;
	return true;
}

/* Asking for an account's name may ask a server. */
static void read_user(struct job *j)
{
	struct passwd entry, *found = NULL;
	char buffer[4096];
	int error = getpwuid_r(j->uid, &entry, buffer, sizeof(buffer), &found);

	j->name_error = error ? error : found ? 0 : ENOENT;
	if (found)
		for (size_t i = 0; i + 1 < sizeof(j->name) && entry.pw_name[i];
		     i++)
			j->name[i] = entry.pw_name[i];
}

/* One item, without the lock, into the thread's own room: the job belongs to
 * whoever gives this thread up. False when that happened. */
static bool do_item(struct worker *me)
{
	struct workers *w = me->pool;
	struct job_item item = me->job->items[me->job->done];
	struct reader reader = w->reader;

	me->since_ns = monotonic_ns();
	pthread_mutex_unlock(&w->lock);
	reader_read(&reader, item.pid, item.inode, item.want, me->scratch);
	pthread_mutex_lock(&w->lock);
	if (me->lost)
		return false;
	/* What does not fit into memory is as if it had not answered. */
	if (!keep_result(me->job, me->scratch)) {
		me->job->stuck = true;
		return true;
	}
	me->job->done++;
	return true;
}

static bool do_user(struct worker *me)
{
	struct workers *w = me->pool;
	struct job mine = {.uid = me->job->uid};

	me->since_ns = monotonic_ns();
	pthread_mutex_unlock(&w->lock);
	read_user(&mine);
	pthread_mutex_lock(&w->lock);
	if (me->lost)
		return false;
	me->job->name_error = mine.name_error;
	memcpy(me->job->name, mine.name, sizeof(mine.name));
	return true;
}

/* With the lock held. False: this thread was given up. */
static bool do_job(struct worker *me)
{
	struct job *j = me->job;

	if (j->wants_user) {
		if (!do_user(me))
			return false;
	} else {
		while (j->done < j->count && !j->stuck && !me->pool->stopping)
			if (!do_item(me))
				return false;
	}
	me->job = NULL;
	finish(me->pool, j);
	return true;
}

static void worker_free(struct worker *me)
{
	free(me->scratch);
	free(me);
}

static void *run(void *argument)
{
	struct worker *me = argument;
	struct workers *w = me->pool;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		if (!w->first) {
			pthread_cond_wait(&w->work, &w->lock);
			continue;
		}
		me->job = w->first;
		w->first = me->job->next;
		if (!do_job(me))
			break;
	}
	if (me->lost)
		w->lost--;
	for (int i = 0; i < WORKER_COUNT; i++)
		if (w->slots[i] == me)
			w->slots[i] = NULL;
	worker_free(me);
	drop(w);
	return NULL;
}

/* With everything it needs: a thread that runs does not fail. */
static struct worker *worker_new(struct workers *w)
{
	struct worker *me = calloc(1, sizeof(*me));

	if (!me)
		return NULL;
	me->pool = w;
	me->scratch = raw_new();
	if (me->scratch)
		return me;
	free(me);
	return NULL;
}

/* With the lock held. */
static bool start_one(struct workers *w, int slot)
{
	struct worker *me = worker_new(w);
	pthread_attr_t attributes;
	static const int crashes[] = {SIGSEGV, SIGBUS,  SIGFPE,
				      SIGILL,  SIGABRT, SIGSYS};
	sigset_t all, before;
	pthread_t thread;
	bool ok;

	if (!me)
		return false;
	w->slots[slot] = me;
	w->holders++;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	/* Signals are for the thread that owns the terminal; but those a crash
	 * raises are its own, or nobody would restore the terminal. */
	sigfillset(&all);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		sigdelset(&all, crashes[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ok = pthread_create(&thread, &attributes, run, me) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (!ok) {
		w->slots[slot] = NULL;
		w->holders--;
		worker_free(me);
	}
	return ok;
}

/* With the lock held. A slot whose thread was given up, or could not be
 * started, gets one, as long as not too many are lost. False: nobody is there
 * to do anything. */
static bool refill(struct workers *w)
{
	bool some = false;

	if (w->lost >= WORKERS_LOST_MAX)
		return false;
	for (int i = 0; i < WORKER_COUNT; i++)
		some = w->slots[i] || start_one(w, i) || some;
	return some;
}

enum status workers_start(const struct reader *reader, struct workers **out,
			  struct error *err)
{
	struct workers *w = calloc(1, sizeof(*w));
	bool ok;

	if (!w)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for workers");
	w->reader = *reader;
	w->reader.proc_fd = fcntl(reader->proc_fd, F_DUPFD_CLOEXEC, 3);
	w->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->holders = 1;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_mutex_lock(&w->lock);
	ok = refill(w);
	if (w->event_fd < 0 || w->reader.proc_fd < 0 || !ok) {
		w->stopping = true;
		pthread_cond_broadcast(&w->work);
		drop(w);
		return error_set(err, STATUS_IO, -1, "cannot start threads: %d",
				 errno);
	}
	pthread_mutex_unlock(&w->lock);
	*out = w;
	return STATUS_OK;
}

void workers_stop(struct workers *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->work);
	/* A moment for those who are not stuck, so that a quiet end leaves no
	 * thread behind. */
	for (int i = 0; i < STOP_WAIT_MS && w->holders - w->lost > 1; i++) {
		pthread_mutex_unlock(&w->lock);
		poll(NULL, 0, 1);
		pthread_mutex_lock(&w->lock);
	}
	/* Those still at it free what they hold. */
	for (int i = 0; i < WORKER_COUNT; i++)
		if (w->slots[i] && w->slots[i]->job) {
			job_free(w->slots[i]->job);
			w->slots[i]->job = NULL;
			w->slots[i]->lost = true;
			w->lost++;
		}
	drop(w);
}

int workers_descriptor(const struct workers *w)
{
	return w->event_fd;
}

/* Nobody has tried it: a name that was not asked for is not empty. */
static struct job *undone(struct job *j)
{
	if (j->wants_user)
		j->name_error = EAGAIN;
	return j;
}

void workers_submit(struct workers *w, struct job *j, bool urgent)
{
	pthread_mutex_lock(&w->lock);
	w->open_jobs++;
	if (!refill(w)) {
		finish(w, undone(j));
	} else if (urgent && w->first) {
		j->next = w->first;
		w->first = j;
	} else {
		append(&w->first, &w->last, j);
	}
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
}

/* With the lock held: the job of a stuck thread, which keeps nothing of it. */
static struct job *give_up(struct workers *w, int slot)
{
	struct worker *stuck = w->slots[slot];
	struct job *j = stuck->job;

	stuck->job = NULL;
	stuck->lost = true;
	w->slots[slot] = NULL;
	w->lost++;
	j->stuck = true;
	if (j->wants_user)
		j->name_error = ETIMEDOUT;
	return j;
}

struct job *workers_take(struct workers *w, int64_t now_ns)
{
	struct job *j = NULL;
	uint64_t count;
	bool some;

	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < WORKER_COUNT && !j; i++)
		if (w->slots[i] && w->slots[i]->job &&
		    now_ns - w->slots[i]->since_ns >= WORKER_PATIENCE_NS)
			j = give_up(w, i);
	some = refill(w);
	if (!j && w->finished) {
		j = w->finished;
		w->finished = j->next;
	}
	/* None left to do it: everything comes back undone. */
	if (!j && !some && w->first) {
		j = undone(w->first);
		w->first = j->next;
	}
	if (!w->finished && read(w->event_fd, &count, sizeof(count)) < 0)
		count = 0; /* it was not readable */
	if (j)
		w->open_jobs--;
	pthread_mutex_unlock(&w->lock);
	return j;
}

int64_t workers_deadline(struct workers *w)
{
	int64_t due = INT64_MAX;

	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < WORKER_COUNT; i++) {
		const struct worker *one = w->slots[i];

		if (one && one->job && one->since_ns + WORKER_PATIENCE_NS < due)
			due = one->since_ns + WORKER_PATIENCE_NS;
	}
	pthread_mutex_unlock(&w->lock);
	return due;
}

size_t workers_open_jobs(struct workers *w)
{
	size_t n;

	pthread_mutex_lock(&w->lock);
	n = w->open_jobs;
	pthread_mutex_unlock(&w->lock);
	return n;
}

int workers_lost(struct workers *w)
{
	int n;

	pthread_mutex_lock(&w->lock);
	n = w->lost;
	pthread_mutex_unlock(&w->lock);
	return n;
}

bool workers_none_left(struct workers *w)
{
	bool none;

	pthread_mutex_lock(&w->lock);
	none = !refill(w);
	pthread_mutex_unlock(&w->lock);
	return none;
}
