/*
 * Two threads that read what a process's owner can make block. The owner of
 * the pool hands out jobs (a few processes each) and takes back what was read;
 * nothing is shared but the queue.
 *
 * A job that stands at one process for WORKER_PATIENCE_NS is given up: what it
 * has read so far counts, its thread is left to itself until it wakes, and
 * another takes its place; at most WORKERS_LOST_MAX are left so at a time.
 */
#ifndef PROBES_LINUX_WORKERS_H
#define PROBES_LINUX_WORKERS_H

#include "reader.h"

enum {
	WORKER_COUNT = 2,
	WORKERS_LOST_MAX = 16,
	JOB_ITEMS_MAX = 64,
};

#define WORKER_PATIENCE_NS INT64_C(2000000000)

/* Which process: serial is the owner's, to know it again. */
struct job_item {
	int32_t pid;
	uint32_t serial;
	uint32_t inode;
	unsigned want;
};

/*
 * results: one struct raw after the other, each padded to 8 bytes, for the
 * first `done` items. stuck: the item after those is the one that did not
 * answer; the items after it were not tried. name: the answer for a job that
 * asks for the name of an account; name_error an errno, ENOENT for nobody.
 */
struct job {
	struct job *next;
	bool wants_user;
	uint32_t uid;
	int name_error;
	char name[256];

	size_t count, done;
	bool stuck;
	struct job_item items[JOB_ITEMS_MAX];
	uint8_t *results;
	size_t result_bytes, result_cap;
};

struct job *job_new(void);
void job_free(struct job *j);
/* The results one by one: *pos starts at 0; NULL at the end. */
const struct raw *job_next_result(const struct job *j, size_t *pos);

struct workers;

/* The reader's descriptor is duplicated. */
enum status workers_start(const struct reader *reader, struct workers **out,
			  struct error *err);
/* Does not wait for threads that are stuck: they end when they wake up. */
void workers_stop(struct workers *w);

/* Readable when a job is finished. */
int workers_descriptor(const struct workers *w);
/* Takes over the job. urgent: before all others. */
void workers_submit(struct workers *w, struct job *j, bool urgent);
/* A finished job, the caller's now, or NULL; jobs that are stuck at now_ns
 * (CLOCK_MONOTONIC) are given up and come too. */
struct job *workers_take(struct workers *w, int64_t now_ns);
/* When the next job may have to be given up, INT64_MAX for none. */
int64_t workers_deadline(struct workers *w);
/* Jobs handed in and not taken back. */
size_t workers_open_jobs(struct workers *w);
/* How many threads are stuck and given up. */
int workers_lost(struct workers *w);
/* Whether nobody is left to do anything: WORKERS_LOST_MAX are lost, or no
 * thread can be started. What is handed in then comes back undone; it is tried
 * anew each time. */
bool workers_none_left(struct workers *w);

#endif
