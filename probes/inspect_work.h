/*
 * Hashing on two threads while the caller's waits, tells how far it is and
 * asks whether to go on. A task touches nothing but its own slot and the
 * counter.
 */
#ifndef PROBES_INSPECT_WORK_H
#define PROBES_INSPECT_WORK_H

#include <stdatomic.h>

#include "inspect.h"

enum { WORK_THREADS = 2 };

struct work_shared {
	const struct inspect_options *o;
	atomic_bool cancelled;
	atomic_uint_fast64_t done; /* bytes hashed */
	uint64_t total;            /* bytes expected, as far as is known */
};

/* Both for the watches of the hashing functions; context: a work_shared. */
bool work_cancelled(void *context);
void work_done(void *context, uint64_t bytes);

/* Runs task(context, 0) to task(context, count - 1), in any order, two at a
 * time. STATUS_CANCELLED when it was; STATUS_MEMORY when no thread could be
 * started. */
enum status work_run(struct work_shared *w, size_t count,
		     void (*task)(void *context, size_t index), void *context,
		     struct error *err);

#endif
