/*
 * Where a parser puts what it found wrong while it goes on reading: the list,
 * and the file's path for each entry. findings may be NULL: nobody listens.
 */
#ifndef PROBES_PARSE_REPORT_H
#define PROBES_PARSE_REPORT_H

#include "../../model/code.h"

struct report {
	struct findings *findings;
	struct slice path;
};

#define REPORT(report, id, severity, offset, ...)                              \
	do {                                                                   \
		if ((report)->findings)                                        \
			findings_add((report)->findings, (id), (severity),     \
				     (report)->path, (int64_t)(offset),        \
				     __VA_ARGS__);                             \
	} while (0)

#endif
