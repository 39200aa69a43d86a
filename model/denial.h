/* One denial: who was refused what, and how sure we are. */
#ifndef MODEL_DENIAL_H
#define MODEL_DENIAL_H

#include "base/value.h"
#include "source.h"

enum denial_class {
	DENIAL_APP_SANDBOX,
	DENIAL_SYSTEM_POLICY,
	DENIAL_AMFI,
	DENIAL_GATEKEEPER,
	DENIAL_TCC,
	DENIAL_CONTAINER,
	DENIAL_BOOTSTRAP, /* an app's own report of a refused name */
	DENIAL_SECCOMP,
	DENIAL_LANDLOCK,
	DENIAL_APPARMOR,
	DENIAL_SELINUX,
	DENIAL_REFUSED_CALL, /* an EPERM or EACCES seen by tracing */
	DENIAL_CLASS_COUNT,
};

/* How the denial found its process. */
enum attribution {
	ATTRIBUTED_NOT,
	ATTRIBUTED_PID,     /* the record names a pid that lived then */
	ATTRIBUTED_NAME,    /* only the name fits: assumed */
	ATTRIBUTED_CHANNEL, /* it came through the process's own output */
	ATTRIBUTION_COUNT,
};

/* Strings are borrowed from whoever made the event, kept by the store. Empty
 * where the record does not say. */
struct denial {
	enum denial_class class;
	enum attribution attribution;
	struct value process; /* STRING: the name as the record wrote it */
	struct value operation;
	struct value target;
	struct value raw;
	int64_t count; /* 1, or what a "duplicate reports" line says */
};

const char *denial_class_id(enum denial_class class);
/* DENIAL_CLASS_COUNT for a word that is none. */
enum denial_class denial_class_by_id(struct slice id);
const char *attribution_id(enum attribution a);
enum attribution attribution_by_id(struct slice id);

#endif
