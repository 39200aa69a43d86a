/*
 * What the parts of the Linux probe share. One table holds every process that
 * was told and what was told of it, so that only what changed is told again.
 */
#ifndef PROBES_LINUX_LINUX_H
#define PROBES_LINUX_LINUX_H

#include "../../model/fact.h"
#include "../probe.h"
#include "../parse/cgroup.h"
#include "../parse/proc_stat.h"
#include "confinement.h"
#include "reader.h"
#include "workers.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

enum {
	ENTRIES_MAX = 1 << 20,
	LISTING_BUFFER_BYTES = 32 << 10,
	CAPABILITY_CACHE = 32,
	USERS_MAX = 1 << 16,
	YOUNG_READS = 5,
	/* A listing's price is paid at most once in this many times. */
	LISTING_SHARE = 8,
	LISTING_RETRY_MS = 1000, /* after a failure */
};

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/* The facts this probe tells, in the order they are told. */
enum told_fact {
	TOLD_NAME,
	TOLD_STATE,
	TOLD_UID,
	TOLD_USER,
	TOLD_EXECUTABLE,
	TOLD_EXECUTABLE_DELETED,
	TOLD_ARGUMENTS,
	TOLD_ARCHITECTURE,
	TOLD_BUILD_ID,
	TOLD_PACKAGE,
	TOLD_SECCOMP_MODE,
	TOLD_SECCOMP_FILTERS,
	TOLD_NO_NEW_PRIVS,
	TOLD_CAPABILITIES_EFFECTIVE,
	TOLD_CAPABILITIES_BOUNDING,
	TOLD_NAMESPACES,
	TOLD_NAMESPACE_PIDS,
	TOLD_ROOT_DIRECTORY,
	TOLD_LSM_LABEL,
	TOLD_LANDLOCK,
	TOLD_CGROUP,
	TOLD_UNIT,
	TOLD_SNAP,
	TOLD_FLATPAK_APP,
	TOLD_FLATPAK_PERMISSIONS,
	TOLD_CONTAINER_ENGINE,
	TOLD_CONTAINER_ID,
	TOLD_SANDBOX,
	TOLD_SANDBOX_MECHANISMS,
	TOLD_COUNT,
};

/* Why there is no value, or only an inferred one. */
enum why {
	WHY_NONE = 0,
	WHY_PTRACE,
	WHY_REFUSED, /* although we may trace others */
	WHY_HIDDEN,
	WHY_KERNEL_THREAD,
	WHY_ZOMBIE,
	WHY_NO_PROGRAM,
	WHY_NO_ARGUMENTS,
	WHY_CUT,
	WHY_TIMED_OUT,
	WHY_NO_WORKERS,
	WHY_READ_FAILED,
	WHY_ROOT_GONE,
	WHY_MALFORMED,
	WHY_NOT_IN_COPY,
	WHY_OLD_KERNEL,
	WHY_LANDLOCK,
	WHY_OUR_PID_NAMESPACE,
	WHY_NO_LABEL,
	WHY_CGROUP_NAME,
	WHY_NO_UNIT,
	WHY_NOT_THAT,
	WHY_NO_ACCOUNT,
	WHY_FOREIGN_ACCOUNTS,
	WHY_NOT_ELF,
	WHY_NO_BASELINE,
	WHY_VERDICT,
	WHY_CODE,
	WHY_COUNT,
};

extern const char *const why_texts[WHY_COUNT];

enum entry_flag {
	ENTRY_KERNEL_THREAD = 1 << 0,
	ENTRY_ZOMBIE = 1 << 1,
	ENTRY_EXIT_TOLD = 1 << 2, /* kept until its pid is free again */
	ENTRY_FORKED = 1 << 3,    /* its fork was seen */
	ENTRY_ON_SCREEN = 1 << 4,
	ENTRY_NEEDS_ALL = 1 << 5,  /* waits for its first whole reading */
	ENTRY_SLOW_ASKED = 1 << 6, /* a worker has it */
	ENTRY_READABLE = 1 << 7,   /* its namespaces were not refused */
	ENTRY_HIDDEN = 1 << 8,     /* hidepid: only its number is seen */
	ENTRY_MISSED = 1 << 9,     /* was not in the last listing */
};

/* One process. started_ns is what was told; start_ticks is the identity, 0
 * not read yet. kept: values held, one reference each. */
struct entry {
	UT_hash_handle hh;
	int32_t pid, ppid;
	uint32_t serial;
	uint32_t flags;
	uint32_t inode_seen; /* of its directory in /proc */
	uint32_t round;      /* of the last listing that had it */
	uint64_t start_ticks;
	int64_t started_ns;
	int64_t young_since_ns; /* CLOCK_MONOTONIC, of birth or exec */
	uint8_t young_step;
	bool exit_pending; /* its first thread ended, others may live on */
	int exit_status;   /* as wait(2) has it */
	int64_t exit_ns;
	/* It did not answer: not asked again before, unless by an exec, which
	 * gives another serial. */
	int64_t slow_after_ns; /* CLOCK_MONOTONIC */
	uint32_t slow_serial;
	uint8_t slow_timeouts; /* with this serial, at most the doublings */
	struct entry *parent, *first_child, *next_sibling, *previous_sibling;

	/* What the verdict on its confinement is made from. */
	uint32_t namespaces[NAMESPACE_COUNT];
	uint64_t cap_bounding;
	int64_t sandbox_read_ns; /* since the epoch, when last read */
	uint8_t namespace_state; /* enum reading */
	uint8_t status_state;    /* enum reading */
	uint8_t label_state;     /* enum reading */
	uint8_t root_state;      /* enum reading */
	uint8_t refused_state;   /* enum fact_state of what was not readable */
	uint8_t refused_why;     /* enum why */
	uint8_t root_kind;       /* enum root_kind */
	uint8_t seccomp;
	bool no_new_privs, nested_pid;

	int64_t kept[TOLD_COUNT];
	uint8_t kept_type[TOLD_COUNT];
	uint8_t kept_state[TOLD_COUNT];
	uint8_t kept_why[TOLD_COUNT];
};

enum reading { READING_NONE = 0, READING_OK, READING_REFUSED };

/* A re-reading that is due. Stale when serial or step is not the entry's. */
struct due {
	int64_t at_ns, since_ns;
	int32_t pid;
	uint32_t serial;
	uint8_t step;
};

struct due_heap {
	struct due *items;
	size_t count, cap;
};

struct user {
	UT_hash_handle hh;
	uint32_t uid;
	bool asked, absent;
	struct value name;
};

struct capability_set {
	uint64_t mask;
	struct value list;
};

/* A walk through the directory /proc, in slices. */
struct listing {
	int fd;
	bool active;
	int error; /* an errno: the last one failed, its retry is due */
	uint32_t round;
	int64_t unread;  /* processes of this round that could not be read */
	int64_t cost_ns; /* so far */
	int64_t last_ns; /* CLOCK_MONOTONIC, when the last one ended or failed
			  */
	int64_t last_cost_ns;
	size_t used, filled;
	_Alignas(8) uint8_t buffer[LISTING_BUFFER_BYTES];
};

struct source_told {
	enum source_state state;
	const char *why, *note; /* as long as the probe; told anew when another
				   pointer */
};

struct connector;

struct probe {
	struct value_pool *pool;
	struct reader reader;
	bool no_connector;
	int epoll_fd;
	struct workers *workers;
	struct connector *connector; /* NULL: listing only */
	struct raw *scratch;
	const struct event_sink *sink; /* during a call */

	struct entry *entries;
	uint32_t next_serial;
	size_t unread; /* entries with ENTRY_NEEDS_ALL */
	int32_t own_pid;

	/* Clocks: wall = monotonic + wall_offset_ns. boot_ns: the epoch time of
	 * the start of the machine, fixed, so that a start time stays one. */
	int64_t wall_offset_ns, boot_ns;
	int64_t ns_per_tick;

	/* Ourselves: what others are compared with. */
	bool baseline_known;
	uint32_t own_namespaces[NAMESPACE_COUNT];
	uint64_t own_bounding;
	struct value own_label, own_container;
	bool selinux_permissive;
	/* Which of our namespaces are not the machine's first; "" for none. */
	char baseline_note[160];

	bool started, listed, connector_live;
	struct source_told proc_source, connector_source;
	const char *proc_limit; /* what proc_note was made of */
	char proc_note[400];
	enum proc_hidepid hidepid;
	bool may_trace;     /* we have CAP_SYS_PTRACE */
	bool missed;        /* entries wait for a second listing */
	int32_t unread_pid; /* where handing out goes on */
	struct listing listing;
	struct job *slow; /* gathered until the end of a call */
	struct due_heap young;
	int64_t last_pid; /* of loadavg */
	int64_t last_poll_ns;
	int64_t changed_ns; /* when the last pid last moved */
	int64_t rolling_ns; /* when the rolling re-reading is due */
	int32_t rolling_pid;
	bool relist; /* at once */
	bool tick_due;
	uint32_t ticks;
	int32_t *screen;
	size_t screen_count, screen_cap;
	int32_t detail;

	struct user *users;
	struct capability_set capabilities[CAPABILITY_CACHE];
	struct confinement confinement;
	struct value tag_none, list_empty;
	struct text line;
};

extern const struct probe_ops linux_probe;

/* clock.c */
int64_t clock_monotonic_ns(void);
int64_t probe_wall_ns(const struct probe *p, int64_t monotonic_ns);
void probe_update_clock(struct probe *p);
int64_t probe_tick_time_ns(const struct probe *p, uint64_t ticks);
int64_t linux_now(struct probe *p);

/* emit.c: events, and what was told of each fact. */
void emit_host(struct probe *p);
void emit_source(struct probe *p, enum source_id id, struct source_told *last,
		 struct source_told now);
void emit_plain(struct probe *p, enum event_type type, int32_t pid,
		int64_t time_ns, enum source_id source);
void emit_spawn(struct probe *p, struct entry *e, int32_t birth_ppid,
		int64_t time_ns, enum source_id source);
void emit_exit(struct probe *p, struct entry *e, struct event_exit how,
	       int64_t time_ns, enum source_id source);
void emit_reparent(struct probe *p, struct entry *e, int64_t time_ns);
void emit_lost(struct probe *p, enum source_id source, int64_t count);

enum { SIGNATURE_FACTS = 9 };

/* Facts of one process gathered for one event. */
struct telling {
	struct probe *probe;
	struct entry *entry;
	int64_t time_ns;
	struct event_fact items[TOLD_COUNT + SIGNATURE_FACTS];
	size_t count;
};

void telling_begin(struct telling *t, struct probe *p, struct entry *e,
		   int64_t time_ns);
/* Takes over the value. Nothing happens when that was told already. */
void tell(struct telling *t, enum told_fact id, enum fact_state state,
	  struct value v, enum why why);
/* The same with a (static) reason of its own. */
void tell_because(struct telling *t, enum told_fact id, enum fact_state state,
		  struct value v, enum why why, const char *reason);
/* Tells at once that what is kept was still so at that time. */
void tell_again(struct telling *t, enum told_fact id, int64_t time_ns);
void tell_value(struct telling *t, enum told_fact id, struct value v);
void tell_gap(struct telling *t, enum told_fact id, enum fact_state state,
	      enum why why);
/* What a signature or launchd would tell: Linux has neither. Not kept: told
 * with a birth and an exec. At the end of a telling. */
void tell_no_signature(struct telling *t);
void telling_end(struct telling *t);
/* What was told: borrowed; VALUE_NONE where there is none. */
struct value kept_value(const struct entry *e, enum told_fact id);
/* After an exec: what it clears is to be told again. */
void kept_forget_exec(struct probe *p, struct entry *e);
void kept_release(struct probe *p, struct entry *e);

/* table.c: who there is. */
struct entry *table_find(const struct probe *p, int32_t pid);
struct entry *table_add(struct probe *p, int32_t pid);
void table_remove(struct probe *p, struct entry *e);
void table_set_parent(struct probe *p, struct entry *e, int32_t ppid);
void table_free(struct probe *p);

/* young.c: re-readings of what was just born. */
void young_schedule(struct probe *p, struct entry *e, int64_t since_ns);
bool young_next(struct probe *p, int64_t now_ns, struct entry **out);
int64_t young_deadline(const struct probe *p);

/* facts.c: from bytes to facts. False when the process is gone or another:
 * then e may be no longer valid. */
bool facts_digest(struct probe *p, struct entry *e, const struct raw *raw);
/* Reads on this thread and digests; the same. */
bool facts_read(struct probe *p, struct entry *e, unsigned want);
/* Hands what can block to a worker: gathered until facts_flush_slow. */
void facts_ask_slow(struct probe *p, struct entry *e);
void facts_flush_slow(struct probe *p);
/* It did not answer in time, which cost a thread: it is asked again after a
 * minute, then two, then four. */
void facts_put_off_slow(struct entry *e);
/* Whether what can block may be asked of it now. */
bool facts_may_ask_slow(const struct entry *e);
/* What did not answer. */
void facts_fail_slow(struct probe *p, struct entry *e, enum why why);
/* Whether a gap of that error is the reader's lack of privilege. */
enum fact_state facts_error(const struct probe *p, int error, enum why *why);

/* facts_sandbox.c */
void facts_status(struct telling *t, const struct raw *raw);
void facts_namespaces(struct telling *t, const struct raw *raw);
void facts_root(struct telling *t, const struct raw *raw);
void facts_label(struct telling *t, const struct raw *raw);
void facts_verdict(struct telling *t);

/* facts_identity.c */
void facts_cgroup(struct telling *t, const struct raw *raw);
void facts_flatpak(struct telling *t, const struct raw *raw);

/* code_facts.c: build-id and package of the process in the detail. */
void facts_code(struct telling *t, const struct raw *raw);
/* Whether they are still to be read of it. */
bool facts_wants_code(const struct probe *p, const struct entry *e);

/* names.c: values that many processes share. */
struct value names_capabilities(struct probe *p, uint64_t mask);
void names_load_users(struct probe *p);
void names_tell_user(struct telling *t, uint32_t uid);
void names_user_answered(struct probe *p, const struct job *j);
void names_free(struct probe *p);

/* life.c: births, ends and what is found out of them. */
struct stat_read {
	struct proc_stat stat;
	int error; /* an errno; EBADMSG for a text that is none */
	char text[PROC_STAT_BYTES_MAX];
};

void life_read_stat(struct probe *p, int32_t pid, struct stat_read *out);
/* A process a listing shows; *out is NULL when it is gone already. An errno
 * when that could not be found out, or there is no room for it: *out is NULL.
 */
int life_found(struct probe *p, int32_t pid, uint32_t inode,
	       struct entry **out);
/* Its directory has gone, or is another's. */
void life_gone(struct probe *p, struct entry *e);
/* hidepid: whether the process is there although /proc does not show it; and
 * what is told of it then. */
bool life_is_hidden(const struct probe *p, int32_t pid);
void life_hide(struct probe *p, struct entry *e);
/* What stat says of an entry: false when it is no longer this process. */
bool life_stat(struct telling *t, const struct proc_stat *s);
void life_ended(struct probe *p, struct entry *e, int wait_status,
		int64_t time_ns, enum source_id source);
/* Looks whether one that has ended is gone from the table of the kernel. */
void life_check(struct probe *p, struct entry *e);
struct event_exit life_how(int wait_status);

/* follow.c: what the connector tells. */
struct proc_event_read;
void follow_event(struct probe *p, const struct proc_event_read *ev);

/* listing.c */
void listing_begin(struct probe *p);
/* Why there is no list: a static text, for an errno. */
const char *listing_why(int error);
/* A part of it, until stop_ns; true when it ended. */
bool listing_step(struct probe *p, int64_t stop_ns);

/* jobs.c. False: stopped because of the time. */
void jobs_hand_out(struct probe *p);
bool jobs_take(struct probe *p, int64_t stop_ns);

/* due.c */
void due_young(struct probe *p, int64_t stop_ns);
void due_rolling(struct probe *p, int64_t now_ns);
void due_screen(struct probe *p);
void due_listing(struct probe *p, int64_t now_ns);
int64_t due_deadline(struct probe *p);

/* linux_probe.c and read_all.c */
void linux_start_telling(struct probe *p);
int64_t linux_stop_after(int64_t budget_ns);
enum status linux_read_all(struct probe *p, const int64_t *pids, size_t count,
			   int64_t timeout_ns, const struct event_sink *sink,
			   struct error *err);

/* probe_sources.c */
enum proc_hidepid sources_hidepid(const struct probe *p);
void sources_tell(struct probe *p);

/* signal.c */
enum status linux_signal(struct probe *p, int64_t pid, int64_t started_ns,
			 int signal, struct error *err);

/* baseline.c: ourselves. */
enum status baseline_read(struct probe *p, struct error *err);

#endif
