/*
 * Everything a probe can say. An event is made by a probe, borrowed by the
 * store while it applies it, and can be written to and read from a recording
 * (recording.h). Live, replay and tests differ only in who makes the events.
 *
 * An event names its process by pid: the store takes the process that had
 * that pid at the event's time.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "denial.h"
#include "fact.h"
#include "source.h"

enum event_type {
	EVENT_HOST,   /* whom the events speak of; the first of a stream */
	EVENT_SOURCE, /* a source's state, told whenever it changes */
	EVENT_LISTED, /* all processes that existed were told */
	EVENT_SPAWN,
	EVENT_EXEC,
	EVENT_REPARENT, /* its parent ended, another took it */
	EVENT_EXIT,
	EVENT_FACTS, /* some facts of one process, read at one time */
	EVENT_NAME_REGISTERED,
	EVENT_NAME_REMOVED,
	EVENT_DENIAL,
	EVENT_MESSAGE, /* a line of output or log that is no denial */
	EVENT_LOST,    /* a source lost n records */
	EVENT_TYPE_COUNT,
};

enum exit_kind {
	EXIT_UNKNOWN = 0, /* gone when we looked: nobody saw how */
	EXIT_CODE,
	EXIT_SIGNAL,
};

struct event_host {
	struct value os; /* STRING: "linux", "macos" */
	struct value release, name, machine;
	/* "" live; else what the file says of itself: "made" or "recorded" */
	struct value label;
};

struct event_source {
	enum source_id source;
	enum source_state state;
	struct value why;  /* STRING: why it is not live; what it takes */
	struct value note; /* STRING: what is special about it being live */
};

struct event_spawn {
	int64_t ppid;       /* who holds it now; 0 none */
	int64_t birth_ppid; /* who forked it; 0 not seen */
	int64_t started_ns; /* 0 unknown */
	/* Seen as a fork: the child starts with what its parent had. Else it
	 * was found in a listing. */
	bool forked;
};

struct event_exit {
	enum exit_kind kind;
	int value; /* exit code or signal number */
	bool core; /* it left a core dump */
};

struct event_fact {
	enum fact_id id;
	struct fact fact; /* value borrowed; source and read_ns are ignored:
			     the event's count */
};

struct event_facts {
	const struct event_fact *items;
	size_t count;
};

struct event_name {
	struct value name; /* STRING */
	struct value kind; /* STRING: "mach", "dbus", "unix", "tcp", ... */
};

struct event_message {
	struct value text; /* STRING, one line */
};

struct event_lost {
	int64_t count; /* records; 0: some, nobody knows how many */
};

struct event {
	enum event_type type;
	enum source_id source;
	int64_t time_ns; /* since the epoch */
	int64_t pid;     /* 0: of no process */
	union {
		struct event_host host;
		struct event_source source;
		struct event_spawn spawn;
		struct event_spawn reparent; /* only ppid */
		struct event_exit exit;
		struct event_facts facts;
		struct event_name name;
		struct denial denial;
		struct event_message message;
		struct event_lost lost;
	} as;
};

const char *event_type_id(enum event_type type);
/* EVENT_TYPE_COUNT for a word that is none. */
enum event_type event_type_by_id(struct slice id);

/* Whoever wants events. emit borrows the event for the call. */
struct event_sink {
	void (*emit)(void *context, const struct event *event);
	void *context;
};

static inline void event_emit(const struct event_sink *sink,
			      const struct event *event)
{
	sink->emit(sink->context, event);
}

#endif
