/*
 * What a process is to its app, from its program and arguments. An argument is
 * a hint, not a measurement: all answers are inferred, and say from what.
 */
#ifndef MODEL_ROLE_H
#define MODEL_ROLE_H

#include "base/value.h"

enum role_family {
	ROLE_FAMILY_NONE = 0,
	ROLE_CHROMIUM, /* and Electron, which looks the same */
	ROLE_FIREFOX,
	ROLE_BWRAP,
	ROLE_FIREJAIL,
	ROLE_FLATPAK,
	ROLE_SNAP,
	ROLE_SYSTEMD,
	ROLE_CONTAINER,
};

enum role_kind {
	ROLE_UNKNOWN = 0,
	ROLE_MAIN,   /* an app's first process, when it is known as one */
	ROLE_HELPER, /* belongs to the main process above it */
	ROLE_CRASH_HANDLER, /* belongs to an app, but may hang elsewhere */
	ROLE_LAUNCHER,      /* bwrap, firejail, ...: what is below is one app */
	ROLE_SERVICE,       /* of the system: systemd and its like; no app */
};

struct role_answer {
	enum role_family family;
	enum role_kind kind;
	char role[48];      /* "renderer", "network", "crash"; "" unknown */
	const char *reason; /* static; "argument --type", ... */
	char app_name[64];  /* what the app calls itself, "" unknown */
	int64_t crash_handler_pid; /* --crashpad-handler-pid, 0 none */
};

/* executable: path or VALUE_NONE; name: the kernel's short name;
 * arguments: LIST of STRING or VALUE_NONE. */
void role_infer(struct value executable, struct value name,
		struct value arguments, struct role_answer *out);

#endif
