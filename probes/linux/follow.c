/* What the connector's events mean for the table. */
#include "linux.h"

#include <errno.h>

#include "../parse/proc_event.h"

/* A start time is counted in ticks and rounded down: an event that is older
 * than that is of an earlier process with this pid. */
static bool is_before(const struct probe *p, const struct entry *e,
		      int64_t event_wall_ns)
{
	return e->start_ticks && event_wall_ns + p->ns_per_tick <
					 probe_tick_time_ns(p, e->start_ticks);
}

/* The kernel's birth of a process that a listing found before its event was
 * read: the start time is the tick before the event. */
static bool is_birth_of(const struct probe *p, const struct entry *e,
			int64_t event_wall_ns)
{
	int64_t start = probe_tick_time_ns(p, e->start_ticks);

	return e->start_ticks && event_wall_ns - start < 3 * p->ns_per_tick &&
	       start - event_wall_ns < p->ns_per_tick;
}

/* Its start time is its identity; a helper may be gone before it is read. */
static void read_birth(struct probe *p, struct entry *e, int64_t event_wall_ns)
{
	struct stat_read s;
	struct telling t;

	life_read_stat(p, e->pid, &s);
	if (s.error && life_is_hidden(p, e->pid)) {
		life_hide(p, e);
		return;
	}
	if (s.error || probe_tick_time_ns(p, s.stat.start_ticks) >
			       event_wall_ns + p->ns_per_tick)
		return;
	telling_begin(&t, p, e, linux_now(p));
	life_stat(&t, &s.stat);
	tell_no_signature(&t);
	telling_end(&t);
}

static void took_fork(struct probe *p, const struct proc_event_read *ev)
{
	struct entry *e = table_find(p, ev->pid);
	int64_t wall_ns = probe_wall_ns(p, ev->time_ns);

	if (e && !(e->flags & (ENTRY_EXIT_TOLD | ENTRY_FORKED)) &&
	    (is_birth_of(p, e, wall_ns) || is_before(p, e, wall_ns)))
		return;
	if (e)
		life_gone(p, e);
	e = table_add(p, ev->pid);
	if (!e) {
		emit_lost(p, SOURCE_PROC_CONNECTOR, 1);
		return;
	}
	e->flags |= ENTRY_FORKED;
	e->round = p->listing.round;
	e->started_ns = wall_ns;
	table_set_parent(p, e, ev->value);
	emit_spawn(p, e, ev->value, wall_ns, SOURCE_PROC_CONNECTOR);
	read_birth(p, e, wall_ns);
	young_schedule(p, e, ev->time_ns);
}

static void took_exec(struct probe *p, struct entry *e,
		      const struct proc_event_read *ev)
{
	struct telling t;

	kept_forget_exec(p, e);
	emit_plain(p, EVENT_EXEC, e->pid, probe_wall_ns(p, ev->time_ns),
		   SOURCE_PROC_CONNECTOR);
	telling_begin(&t, p, e, probe_wall_ns(p, ev->time_ns));
	tell_no_signature(&t);
	telling_end(&t);
	/* A reading that was under way may be of the program before. */
	e->flags &= ~(uint32_t)ENTRY_SLOW_ASKED;
	e->serial = ++p->next_serial;
	young_schedule(p, e, ev->time_ns);
	if (facts_read(p, e, WANT_QUICK))
		facts_ask_slow(p, e);
}

static void took_rename(struct probe *p, struct entry *e,
			const struct proc_event_read *ev)
{
	struct telling t;

	telling_begin(&t, p, e, linux_now(p));
	tell_value(&t, TOLD_NAME, value_text(p->pool, ev->name));
	telling_end(&t);
}

/*
 * The first thread of a process has ended. Mostly that is the end of all; but
 * the others may live on, or one of them has just become the first by an exec.
 */
static void took_exit(struct probe *p, struct entry *e,
		      const struct proc_event_read *ev)
{
	int64_t wall_ns = probe_wall_ns(p, ev->time_ns);
	struct stat_read s;
	bool there;

	life_read_stat(p, e->pid, &s);
	there = !s.error && s.stat.start_ticks == e->start_ticks;
	if (there && s.stat.state != 'Z' && s.stat.state != 'X')
		return;
	if (there && s.stat.threads > 1) {
		e->exit_pending = true;
		e->exit_status = ev->value;
		e->exit_ns = wall_ns;
		young_schedule(p, e, ev->time_ns);
		return;
	}
	life_ended(p, e, ev->value, wall_ns, SOURCE_PROC_CONNECTOR);
	if (there)
		young_schedule(p, e, ev->time_ns);
	else
		table_remove(p, e);
}

void follow_event(struct probe *p, const struct proc_event_read *ev)
{
	struct entry *e;

	if (ev->kind == PROC_EVENT_FORKED) {
		took_fork(p, ev);
		return;
	}
	e = table_find(p, ev->pid);
	if (!e || e->flags & ENTRY_EXIT_TOLD ||
	    is_before(p, e, probe_wall_ns(p, ev->time_ns)))
		return;
	switch (ev->kind) {
	case PROC_EVENT_EXECED:
		took_exec(p, e, ev);
		break;
	case PROC_EVENT_ID_CHANGED:
		facts_read(p, e, WANT_STAT | WANT_STATUS);
		break;
	case PROC_EVENT_RENAMED:
		took_rename(p, e, ev);
		break;
	case PROC_EVENT_EXITED:
		took_exit(p, e, ev);
		break;
	default:
		break;
	}
}
