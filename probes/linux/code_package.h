/*
 * Which installed package a file belongs to, from dpkg's own records
 * (/var/lib/dpkg: info/ *.list, diversions, status; dpkg(1), deb(5)). With a
 * merged /usr the records may say /bin/x where the file is /usr/bin/x. Without
 * dpkg, rpm is asked (code_rpm.h).
 */
#ifndef PROBES_LINUX_CODE_PACKAGE_H
#define PROBES_LINUX_CODE_PACKAGE_H

#include "../../model/base/text.h"

enum {
	PACKAGE_LIST_BYTES_MAX = 32 << 20,
	PACKAGE_STATUS_BYTES_MAX = 64 << 20,
	PACKAGE_OWNERS_MAX = 4,
	PACKAGE_TEXT_MAX = 256,
};

/*
 * path: absolute, without symbolic links, as it is below `root` (an open
 * directory, "/" in earnest). Appends "bash 5.2.15-2+b7" to out. Takes about
 * 20 ms where 800 packages are installed: not for the screen's thread.
 * STATUS_NOT_FOUND: the records were read, no package has it.
 * STATUS_UNSUPPORTED: no database that we can read; the message says which
 * there is.
 */
enum status package_owner(int root, struct slice path, struct text *out,
			  struct error *err);

#endif
