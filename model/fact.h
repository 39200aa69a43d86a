/*
 * What can be known about a process. ONE const table says it all: columns,
 * detail tabs, JSON, property lists, search, diff and redaction are derived
 * from it. Ids are what users and files write; they never change meaning.
 */
#ifndef MODEL_FACT_H
#define MODEL_FACT_H

#include "base/value.h"

enum fact_id {
	/* Fields of struct process, not slots: see process_fact(). */
	FACT_PID,
	FACT_PPID,
	FACT_STARTED,
	FACT_AGE,
	FACT_EXITED,
	FACT_EXIT,
	/* Slots, on every platform. */
	FACT_NAME,
	FACT_ROLE,
	FACT_APP,
	FACT_USER,
	FACT_UID,
	FACT_STATE,
	FACT_EXECUTABLE,
	FACT_ARGUMENTS,
	FACT_RESPONSIBLE_PID,
	FACT_BUNDLE_ID,
	FACT_ARCHITECTURE,
	FACT_SANDBOX,
	FACT_SANDBOX_MECHANISMS,
	FACT_CODE_IDENTIFIER,
	FACT_TEAM_ID,
	FACT_CDHASH,
	FACT_SIGNING_CLASS,
	FACT_SIGNING_FLAGS,
	FACT_AUTHORITIES,
	FACT_ENTITLEMENTS,
	FACT_NAMES,
	FACT_DENIALS,
	/* Linux. */
	FACT_SECCOMP_MODE,
	FACT_SECCOMP_FILTERS,
	FACT_NO_NEW_PRIVS,
	FACT_CAPABILITIES_EFFECTIVE,
	FACT_CAPABILITIES_BOUNDING,
	FACT_NAMESPACES,
	FACT_NAMESPACE_PIDS,
	FACT_ROOT_DIRECTORY,
	FACT_LSM_LABEL,
	FACT_LANDLOCK,
	FACT_FLATPAK_APP,
	FACT_FLATPAK_PERMISSIONS,
	FACT_SNAP,
	FACT_CONTAINER_ENGINE,
	FACT_CONTAINER_ID,
	FACT_CGROUP,
	FACT_UNIT,
	FACT_BUILD_ID,
	FACT_PACKAGE,
	FACT_EXECUTABLE_DELETED,
	/* macOS. */
	FACT_CONTAINER_PATH,
	FACT_APP_GROUPS,
	FACT_PROFILE,
	FACT_HARDENED_RUNTIME,
	FACT_LIBRARY_VALIDATION,
	FACT_GET_TASK_ALLOW,
	FACT_LAUNCHD_LABEL,
	FACT_SLOT_END,
	/* Of code only (struct code), no slots in a process. */
	FACT_FILE_TYPE = FACT_SLOT_END,
	FACT_PLATFORM,
	FACT_MINIMUM_OS,
	FACT_SDK,
	FACT_UUID,
	FACT_LIBRARIES,
	FACT_RPATHS,
	FACT_ENCRYPTED,
	FACT_CODE_DIRECTORIES,
	FACT_CDHASHES,
	FACT_EXEC_SEGMENT_FLAGS,
	FACT_RUNTIME_VERSION,
	FACT_ENTITLEMENTS_DER,
	FACT_REQUIREMENTS,
	FACT_LAUNCH_CONSTRAINTS,
	FACT_CERTIFICATES,
	FACT_CMS,
	FACT_SIGNING_TIME,
	FACT_TIMESTAMP,
	FACT_NOTARIZATION_TICKET,
	FACT_INFO_PLIST,
	FACT_ENTITLEMENT_AUTHORIZATION,
	FACT_SET_ID,
	FACT_FILE_CAPABILITIES,
	FACT_COUNT,
	FACT_FIRST_SLOT = FACT_NAME,
	FACT_SLOTS = FACT_SLOT_END - FACT_FIRST_SLOT,
	FACT_NONE = -1,
};

/* A fact is a value and a state; the signs are the same in every view. */
enum fact_state {
	FACT_PENDING = 0,     /* not read yet            … */
	FACT_KNOWN,           /*                           */
	FACT_INFERRED,        /* from what: see reason   ~ */
	FACT_ABSENT,          /* looked, there is none   – */
	FACT_NEEDS_PRIVILEGE, /* which: see reason       ? */
	FACT_UNSUPPORTED,     /* this system cannot say  ? */
	FACT_FAILED,          /* why: see reason         ? */
	FACT_STATE_COUNT,
};

enum fact_group {
	GROUP_OVERVIEW,
	GROUP_SANDBOX,
	GROUP_CODE,
	GROUP_ENTITLEMENTS,
	GROUP_NAMES,
	GROUP_DENIALS,
	GROUP_COUNT,
};

enum platform {
	PLATFORM_LINUX = 1 << 0,
	PLATFORM_MACOS = 1 << 1,
	PLATFORM_ANY = PLATFORM_LINUX | PLATFORM_MACOS,
};

/* What redaction does with it when it leaves the machine. */
enum sensitivity {
	SENSITIVE_NOT,
	SENSITIVE_USER,  /* names a person or an account */
	SENSITIVE_PATH,  /* may hold a home directory */
	SENSITIVE_SECRET /* may hold tokens and passwords */
};

enum fact_flags {
	/* A fork's child starts with its parent's: what the parent had is
	 * the child's, inferred, until the child itself is read. */
	FACT_FORK_KEEPS = 1 << 0,
	/* An exec makes what was known of it worthless. */
	FACT_EXEC_CLEARS = 1 << 1,
	/* Changes without exec or uid events: read again by age and when
	 * seen. */
	FACT_AGES = 1 << 2,
	/* Computed by the model from other facts and events. */
	FACT_DERIVED = 1 << 3,
	FACT_ALIGN_RIGHT = 1 << 4,
};

/*
 * id: snake_case, for files, queries and --columns. heading: the column's, at
 * most `width` columns wide (0: takes what is left). label: in the detail.
 * help: one sentence for the column dialog and the manual. unit: "" or what a
 * number or the items of a list count, in the singular ("name", "12 names").
 */
struct fact_info {
	const char *id;
	const char *heading;
	const char *label;
	const char *help;
	const char *unit;
	enum value_type type;
	enum fact_group group;
	unsigned platforms; /* enum platform */
	enum sensitivity sensitivity;
	unsigned flags; /* enum fact_flags */
	int width;
};

extern const struct fact_info fact_table[FACT_COUNT];

/* FACT_NONE for an id nobody knows. */
enum fact_id fact_by_id(struct slice id);

/* A slot: 24 bytes. `payload` and `type` are a struct value taken apart. */
struct fact_slot {
	union {
		int64_t integer;
		struct value_node *node;
	} payload;
	int64_t read_ns; /* when it was read; 0 never */
	uint32_t reason; /* store_reason(); 0 none */
	uint8_t state;   /* enum fact_state */
	uint8_t type;    /* enum value_type */
	uint8_t source;  /* enum source_id */
	uint8_t unused;
};

_Static_assert(sizeof(struct fact_slot) == 24, "a slot is 24 bytes");

/* What views and probes handle: a fact on its own. The value is borrowed
 * unless said otherwise; reason may be NULL. */
struct fact {
	struct value value;
	enum fact_state state;
	uint8_t source;
	int64_t read_ns;
	const char *reason;
};

static inline struct fact fact_known(struct value v)
{
	return (struct fact){.value = v, .state = FACT_KNOWN};
}

static inline struct fact fact_gap(enum fact_state state, const char *reason)
{
	return (struct fact){.state = state, .reason = reason};
}

static inline bool fact_has_value(const struct fact *f)
{
	return f->state == FACT_KNOWN || f->state == FACT_INFERRED;
}

/* "known", "needs_privilege", ...: the words of --json. */
const char *fact_state_id(enum fact_state state);
/* FACT_STATE_COUNT for a word that is none. */
enum fact_state fact_state_by_id(struct slice id);

/* "overview", "sandbox", ...: the detail's tabs. */
const char *fact_group_label(enum fact_group group);

#endif
