/*
 * A process whose command line cannot be read for as long as its owner likes:
 * a file system of ours (FUSE, no library) promises a file and never delivers
 * its content; a helper reads that page out of the process's memory and so
 * holds its memory map; the process asks to change the map and waits; and
 * every later reader waits behind it.
 */
#ifndef TESTS_LIVE_STALL_H
#define TESTS_LIVE_STALL_H

#include <stdbool.h>
#include <sys/types.h>

struct stall {
	pid_t victim, server, helper;
};

/* False where it is not possible: no FUSE, not root. */
bool stall_start(struct stall *s);
void stall_stop(struct stall *s);

#endif
