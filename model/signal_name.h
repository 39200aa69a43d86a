/*
 * The names of signals. Their numbers are those of the system the processes
 * run on, which need not be ours: Linux as signal(7) lists them for x86 and
 * ARM, macOS as its signal(3) does. They differ from 7 on.
 */
#ifndef MODEL_SIGNAL_NAME_H
#define MODEL_SIGNAL_NAME_H

#include "base/slice.h"

/* "SIGTERM"; NULL for a number without a name. */
const char *signal_name(int number, bool macos);

/* The number of "sigterm", whatever its case; 0 where that system has none of
 * the name. */
int signal_number(struct slice name, bool macos);

#endif
