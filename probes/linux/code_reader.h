/* What the program of a live process is, on a worker's thread. */
#ifndef PROBES_LINUX_CODE_READER_H
#define PROBES_LINUX_CODE_READER_H

#include "code_program.h"

/* process: its directory in /proc, open. 0, or -errno. */
int code_read_process(int process, struct linux_code *out);

#endif
