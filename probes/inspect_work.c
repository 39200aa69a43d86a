#include "inspect_work.h"

#include <pthread.h>
#include <time.h>

enum { TELL_EVERY_MS = 50, STACK_BYTES = 8 << 20 };

struct crew {
	struct work_shared *shared;
	void (*task)(void *context, size_t index);
	void *context;
	size_t count;
	atomic_size_t next;
	pthread_mutex_t mutex;
	pthread_cond_t ended;
	size_t running; /* under the mutex */
};

bool work_cancelled(void *context)
{
	struct work_shared *w = context;

	return atomic_load_explicit(&w->cancelled, memory_order_relaxed);
}

void work_done(void *context, uint64_t bytes)
{
	struct work_shared *w = context;

	atomic_fetch_add_explicit(&w->done, bytes, memory_order_relaxed);
}

static void *work(void *context)
{
	struct crew *c = context;

	for (;;) {
		size_t i = atomic_fetch_add(&c->next, 1);

		if (i >= c->count || work_cancelled(c->shared))
			break;
		c->task(c->context, i);
	}
	pthread_mutex_lock(&c->mutex);
	c->running--;
	pthread_cond_signal(&c->ended);
	pthread_mutex_unlock(&c->mutex);
	return NULL;
}

/* On the caller's thread, as options promise. */
static void tell(struct work_shared *w)
{
	uint64_t done = atomic_load(&w->done);

	if (w->o->progress)
		w->o->progress(w->o->context, done,
			       done > w->total ? done : w->total);
	if (w->o->cancelled && w->o->cancelled(w->o->context))
		atomic_store(&w->cancelled, true);
}

static void wait_for_all(struct crew *c)
{
	pthread_mutex_lock(&c->mutex);
	while (c->running) {
		struct timespec until;

		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += TELL_EVERY_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		(void)pthread_cond_timedwait(&c->ended, &c->mutex, &until);
		pthread_mutex_unlock(&c->mutex);
		tell(c->shared);
		pthread_mutex_lock(&c->mutex);
	}
	pthread_mutex_unlock(&c->mutex);
}

enum status work_run(struct work_shared *w, size_t count,
		     void (*task)(void *context, size_t index), void *context,
		     struct error *err)
{
	struct crew c = {
		.shared = w, .task = task, .context = context, .count = count};
	pthread_t threads[WORK_THREADS];
	pthread_attr_t attributes;
	size_t started = 0;

	if (!count)
		return STATUS_OK;
	atomic_init(&c.next, 0);
	pthread_mutex_init(&c.mutex, NULL);
	pthread_cond_init(&c.ended, NULL);
	pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
	c.running = count < WORK_THREADS ? count : WORK_THREADS;
	for (size_t i = c.running; i > 0; i--) {
		if (pthread_create(&threads[started], &attributes, work, &c)) {
			pthread_mutex_lock(&c.mutex);
			c.running--;
			pthread_mutex_unlock(&c.mutex);
		} else {
			started++;
		}
	}
	wait_for_all(&c);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_attr_destroy(&attributes);
	pthread_cond_destroy(&c.ended);
	pthread_mutex_destroy(&c.mutex);
	if (!started)
		return error_set(err, STATUS_MEMORY, -1,
				 "no thread to hash on could be started");
	if (work_cancelled(w))
		return error_set(err, STATUS_CANCELLED, -1, "cancelled");
	return STATUS_OK;
}
