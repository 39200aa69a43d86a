#include "linux.h"

#include <sys/utsname.h>

static const enum fact_id fact_ids[] = {
	[TOLD_NAME] = FACT_NAME,
	[TOLD_STATE] = FACT_STATE,
	[TOLD_UID] = FACT_UID,
	[TOLD_USER] = FACT_USER,
	[TOLD_EXECUTABLE] = FACT_EXECUTABLE,
	[TOLD_EXECUTABLE_DELETED] = FACT_EXECUTABLE_DELETED,
	[TOLD_ARGUMENTS] = FACT_ARGUMENTS,
	[TOLD_ARCHITECTURE] = FACT_ARCHITECTURE,
	[TOLD_BUILD_ID] = FACT_BUILD_ID,
	[TOLD_PACKAGE] = FACT_PACKAGE,
	[TOLD_SECCOMP_MODE] = FACT_SECCOMP_MODE,
	[TOLD_SECCOMP_FILTERS] = FACT_SECCOMP_FILTERS,
	[TOLD_NO_NEW_PRIVS] = FACT_NO_NEW_PRIVS,
	[TOLD_CAPABILITIES_EFFECTIVE] = FACT_CAPABILITIES_EFFECTIVE,
	[TOLD_CAPABILITIES_BOUNDING] = FACT_CAPABILITIES_BOUNDING,
	[TOLD_NAMESPACES] = FACT_NAMESPACES,
	[TOLD_NAMESPACE_PIDS] = FACT_NAMESPACE_PIDS,
	[TOLD_ROOT_DIRECTORY] = FACT_ROOT_DIRECTORY,
	[TOLD_LSM_LABEL] = FACT_LSM_LABEL,
	[TOLD_LANDLOCK] = FACT_LANDLOCK,
	[TOLD_CGROUP] = FACT_CGROUP,
	[TOLD_UNIT] = FACT_UNIT,
	[TOLD_SNAP] = FACT_SNAP,
	[TOLD_FLATPAK_APP] = FACT_FLATPAK_APP,
	[TOLD_FLATPAK_PERMISSIONS] = FACT_FLATPAK_PERMISSIONS,
	[TOLD_CONTAINER_ENGINE] = FACT_CONTAINER_ENGINE,
	[TOLD_CONTAINER_ID] = FACT_CONTAINER_ID,
	[TOLD_SANDBOX] = FACT_SANDBOX,
	[TOLD_SANDBOX_MECHANISMS] = FACT_SANDBOX_MECHANISMS,
};

_Static_assert(sizeof(fact_ids) / sizeof(fact_ids[0]) == TOLD_COUNT,
	       "each fact that is told has its id");

const char *const why_texts[WHY_COUNT] = {
	[WHY_NONE] = NULL,
	[WHY_PTRACE] = "its owner or CAP_SYS_PTRACE",
	[WHY_REFUSED] = "more than CAP_SYS_PTRACE",
	[WHY_HIDDEN] = "its owner or CAP_SYS_PTRACE (/proc is mounted with "
		       "hidepid)",
	[WHY_KERNEL_THREAD] = "a kernel thread",
	[WHY_ZOMBIE] = "it has ended; its parent has not collected it yet",
	[WHY_NO_PROGRAM] = "it runs no program's file",
	[WHY_NO_ARGUMENTS] = "it has none, or took them away",
	[WHY_CUT] = "only its first 131,072 bytes",
	[WHY_TIMED_OUT] = "timed out (its owner blocks the reader)",
	[WHY_NO_WORKERS] = "too many processes block their readers",
	[WHY_READ_FAILED] = "reading it failed",
	[WHY_ROOT_GONE] = "its root is a directory that is gone",
	[WHY_MALFORMED] = "the kernel's text is not what we expect",
	[WHY_NOT_IN_COPY] = "not in this copy of /proc",
	[WHY_OLD_KERNEL] = "this kernel does not tell",
	[WHY_LANDLOCK] = "the kernel does not tell",
	[WHY_OUR_PID_NAMESPACE] = "it is in no pid namespace below ours",
	[WHY_NO_LABEL] = "no security module labels it",
	[WHY_CGROUP_NAME] = "the name of its control group",
	[WHY_NO_UNIT] = "its control group is no unit's",
	[WHY_NOT_THAT] = "nothing says so",
	[WHY_NO_ACCOUNT] = "no account has this number",
	[WHY_FOREIGN_ACCOUNTS] = "the accounts of another system",
	[WHY_NOT_ELF] = "its program is no ELF file of a known machine",
	[WHY_NO_BASELINE] = "no entry of our own to compare with",
	[WHY_VERDICT] = NULL, /* confinement_derive() says */
	[WHY_CODE] = NULL,    /* linux_code_event_facts() says */
};

static void send(struct probe *p, const struct event *e)
{
	if (p->sink)
		event_emit(p->sink, e);
}

void emit_host(struct probe *p)
{
	struct utsname u;
	struct event e = {
		.type = EVENT_HOST,
		.source = SOURCE_PROC,
		.time_ns = linux_now(p),
	};
	struct event_host *h = &e.as.host;

	if (uname(&u))
		memset(&u, 0, sizeof(u));
	h->os = value_text(p->pool, "linux");
	h->release = value_text(p->pool, u.release);
	h->name = value_text(p->pool, u.nodename);
	h->machine = value_text(p->pool, u.machine);
	h->label = value_text(p->pool, p->reader.foreign ? "recorded" : "");
	send(p, &e);
	value_release(p->pool, h->os);
	value_release(p->pool, h->release);
	value_release(p->pool, h->name);
	value_release(p->pool, h->machine);
	value_release(p->pool, h->label);
}

void emit_source(struct probe *p, enum source_id id, struct source_told *last,
		 struct source_told now)
{
	struct event e = {
		.type = EVENT_SOURCE,
		.source = id,
		.time_ns = linux_now(p),
		.as.source = {.source = id, .state = now.state},
	};

	if (last->state == now.state && last->why == now.why &&
	    last->note == now.note)
		return;
	*last = now;
	e.as.source.why = now.why ? value_text(p->pool, now.why) : value_none;
	e.as.source.note =
		now.note ? value_text(p->pool, now.note) : value_none;
	send(p, &e);
	value_release(p->pool, e.as.source.why);
	value_release(p->pool, e.as.source.note);
}

void emit_plain(struct probe *p, enum event_type type, int32_t pid,
		int64_t time_ns, enum source_id source)
{
	struct event e = {
		.type = type,
		.source = source,
		.time_ns = time_ns,
		.pid = pid,
	};

	send(p, &e);
}

void emit_spawn(struct probe *p, struct entry *entry, int32_t birth_ppid,
		int64_t time_ns, enum source_id source)
{
	struct event e = {
		.type = EVENT_SPAWN,
		.source = source,
		.time_ns = time_ns,
		.pid = entry->pid,
		.as.spawn = {.ppid = entry->ppid,
			     .birth_ppid = birth_ppid,
			     .started_ns = entry->started_ns,
			     .forked = birth_ppid != 0},
	};

	send(p, &e);
}

void emit_exit(struct probe *p, struct entry *entry, struct event_exit how,
	       int64_t time_ns, enum source_id source)
{
	struct event e = {
		.type = EVENT_EXIT,
		.source = source,
		.time_ns = time_ns,
		.pid = entry->pid,
		.as.exit = how,
	};

	send(p, &e);
}

void emit_reparent(struct probe *p, struct entry *entry, int64_t time_ns)
{
	struct event e = {
		.type = EVENT_REPARENT,
		.source = SOURCE_PROC,
		.time_ns = time_ns,
		.pid = entry->pid,
		.as.reparent = {.ppid = entry->ppid},
	};

	send(p, &e);
}

void emit_lost(struct probe *p, enum source_id source, int64_t count)
{
	struct event e = {
		.type = EVENT_LOST,
		.source = source,
		.time_ns = linux_now(p),
		.as.lost = {.count = count},
	};

	send(p, &e);
}

struct value kept_value(const struct entry *e, enum told_fact id)
{
	struct value v = {.type = (enum value_type)e->kept_type[id]};

	v.as.integer = e->kept[id];
	return v;
}

static void keep(struct probe *p, struct entry *e, enum told_fact id,
		 enum fact_state state, struct value v, enum why why)
{
	value_release(p->pool, kept_value(e, id));
	e->kept[id] = v.as.integer;
	e->kept_type[id] = (uint8_t)v.type;
	e->kept_state[id] = (uint8_t)state;
	e->kept_why[id] = (uint8_t)why;
}

void kept_forget_exec(struct probe *p, struct entry *e)
{
	for (int i = 0; i < TOLD_COUNT; i++)
		if (fact_table[fact_ids[i]].flags & FACT_EXEC_CLEARS)
			keep(p, e, (enum told_fact)i, FACT_PENDING, value_none,
			     WHY_NONE);
}

void kept_release(struct probe *p, struct entry *e)
{
	for (int i = 0; i < TOLD_COUNT; i++)
		keep(p, e, (enum told_fact)i, FACT_PENDING, value_none,
		     WHY_NONE);
}

void telling_begin(struct telling *t, struct probe *p, struct entry *e,
		   int64_t time_ns)
{
	t->probe = p;
	t->entry = e;
	t->time_ns = time_ns;
	t->count = 0;
}

static void add_item(struct telling *t, enum told_fact id, const char *reason)
{
	struct entry *e = t->entry;
	struct event_fact *item = NULL;

	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].id == fact_ids[id])
			item = &t->items[i];
	if (!item)
		item = &t->items[t->count++];
	*item = (struct event_fact){
		.id = fact_ids[id],
		.fact = {.value = kept_value(e, id),
			 .state = (enum fact_state)e->kept_state[id],
			 .reason = reason},
	};
}

void tell_because(struct telling *t, enum told_fact id, enum fact_state state,
		  struct value v, enum why why, const char *reason)
{
	struct entry *e = t->entry;
	bool wants_value = state == FACT_KNOWN || state == FACT_INFERRED;

	/* A value that could not be made: memory, or over a limit. */
	if (wants_value && v.type == VALUE_NONE) {
		state = FACT_FAILED;
		why = WHY_READ_FAILED;
		reason = why_texts[why];
	}
	if (e->kept_state[id] == state && e->kept_why[id] == why &&
	    value_equal(kept_value(e, id), v)) {
		value_release(t->probe->pool, v);
		return;
	}
	keep(t->probe, e, id, state, v, why);
	add_item(t, id, reason);
}

void tell(struct telling *t, enum told_fact id, enum fact_state state,
	  struct value v, enum why why)
{
	tell_because(t, id, state, v, why, why_texts[why]);
}

void tell_value(struct telling *t, enum told_fact id, struct value v)
{
	tell(t, id, FACT_KNOWN, v, WHY_NONE);
}

void tell_gap(struct telling *t, enum told_fact id, enum fact_state state,
	      enum why why)
{
	tell(t, id, state, value_none, why);
}

void tell_again(struct telling *t, enum told_fact id, int64_t time_ns)
{
	struct entry *entry = t->entry;
	struct event_fact item = {
		.id = fact_ids[id],
		.fact = {.value = kept_value(entry, id),
			 .state = (enum fact_state)entry->kept_state[id]},
	};
	struct event e = {
		.type = EVENT_FACTS,
		.source = SOURCE_PROC,
		.time_ns = time_ns,
		.pid = entry->pid,
		.as.facts = {&item, 1},
	};

	send(t->probe, &e);
}

void tell_no_signature(struct telling *t)
{
	static const enum fact_id ids[] = {
		FACT_RESPONSIBLE_PID, FACT_BUNDLE_ID,   FACT_CODE_IDENTIFIER,
		FACT_TEAM_ID,         FACT_CDHASH,      FACT_SIGNING_CLASS,
		FACT_SIGNING_FLAGS,   FACT_AUTHORITIES, FACT_ENTITLEMENTS,
	};

	_Static_assert(sizeof(ids) / sizeof(*ids) == SIGNATURE_FACTS,
		       "room for all of them");
	for (size_t i = 0; i < SIGNATURE_FACTS; i++)
		t->items[t->count++] = (struct event_fact){
			.id = ids[i],
			.fact = fact_gap(FACT_ABSENT, "Linux has none"),
		};
}

void telling_end(struct telling *t)
{
	struct event e = {
		.type = EVENT_FACTS,
		.source = SOURCE_PROC,
		.time_ns = t->time_ns,
		.pid = t->entry->pid,
		.as.facts = {t->items, t->count},
	};

	if (t->count)
		send(t->probe, &e);
	t->count = 0;
}
