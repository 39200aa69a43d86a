/*
 * Which rpm package a file belongs to. rpm's database has had four formats, so
 * rpm itself is asked (rpm(8), -qf): the one helper program that is run, from
 * its fixed place, with an environment of ours, for at most RPM_PATIENCE_MS.
 */
#ifndef PROBES_LINUX_CODE_RPM_H
#define PROBES_LINUX_CODE_RPM_H

#include "../../model/base/text.h"

enum { RPM_PATIENCE_MS = 5000 };

/* True where the system below root has an rpm database with something in it. */
bool rpm_has_database(int root);

/* As package_owner; only of the system we run in, as rpm reads that one.
 * program: NULL for /usr/bin/rpm. STATUS_TIMEOUT. */
enum status rpm_owner(const char *program, struct slice path, struct text *out,
		      struct error *err);

#endif
