/* What the live tests share: an open probe, programs to look at, and /proc
 * read a second time by other means. */
#ifndef TESTS_LIVE_LIVE_H
#define TESTS_LIVE_LIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/types.h>

#include "collect.h"

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

struct live {
	struct collect c;
	struct probe *p;
};

void live_open(struct live *l, bool connector);
void live_close(struct live *l);
/* Listed, and the connector has shown what it can do. */
void live_settle(struct live *l);
/* Everything of these processes (all for count 0), by read_all. */
void live_read(struct live *l, const int64_t *pids, size_t count);

int64_t live_now_ns(void); /* since the epoch */

/* Starts a program as that user (0: as we are), in a process group of its own;
 * output goes to /dev/null. */
pid_t live_start(uid_t uid, const char *const *argv);
/* fork(2) for a child that ends with us, and with its test. */
pid_t live_fork(void);
/* Ends the group and collects its leader. */
void live_stop(pid_t pid);
/* A test's teardown: ends whatever it left running, also when it failed. */
int live_teardown(void **state);
/* An ordinary user with a directory of its own; 0 where there is none. */
uid_t live_user(void);

/* A line of /proc/PID/status without its key, "" for none. */
void live_status(pid_t pid, const char *key, char *out, size_t bytes);
/* The inode of a namespace, 0 when it cannot be read. */
uint32_t live_namespace(pid_t pid, const char *name);
/* Whether lsns(8) lists that namespace for the process; -1 without lsns. */
int live_lsns(pid_t pid, uint32_t inode);
/* Every fact of the process that can be read a second way: fails the test. */
void live_compare(const struct collect *c, pid_t pid);

#endif
