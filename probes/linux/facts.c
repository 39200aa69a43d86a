/* From the bytes of one process to what is told of it. */
#include "linux.h"

#include <errno.h>
#include <stdlib.h>

/* 60 s doubled 20 times are two years. */
enum { SLOW_WAIT_S = 60, SLOW_DOUBLINGS_MAX = 20 };

enum fact_state facts_error(const struct probe *p, int error, enum why *why)
{
	switch (error) {
	case EACCES:
	case EPERM:
		*why = p->may_trace ? WHY_REFUSED : WHY_PTRACE;
		return FACT_NEEDS_PRIVILEGE;
	case EINVAL:
	case EOPNOTSUPP:
		*why = WHY_OLD_KERNEL;
		return FACT_UNSUPPORTED;
	case ENOENT:
		*why = p->reader.foreign ? WHY_NOT_IN_COPY : WHY_READ_FAILED;
		return FACT_FAILED;
	default:
		*why = WHY_READ_FAILED;
		return FACT_FAILED;
	}
}

static void tell_error(struct telling *t, enum told_fact id, int error)
{
	enum why why;
	enum fact_state state = facts_error(t->probe, error, &why);

	tell_gap(t, id, state, why);
}

static void tell_executable(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_EXE];
	struct slice path;
	bool deleted;

	if (part->error == ENOENT && !t->probe->reader.foreign) {
		tell_gap(t, TOLD_EXECUTABLE, FACT_ABSENT, WHY_NO_PROGRAM);
		tell_gap(t, TOLD_EXECUTABLE_DELETED, FACT_ABSENT,
			 WHY_NO_PROGRAM);
		return;
	}
	if (part->error) {
		tell_error(t, TOLD_EXECUTABLE, part->error);
		tell_error(t, TOLD_EXECUTABLE_DELETED, part->error);
		return;
	}
	path = proc_link_path(raw_slice(raw, PART_EXE), &deleted);
	tell_value(t, TOLD_EXECUTABLE, value_string(t->probe->pool, path));
	tell_value(t, TOLD_EXECUTABLE_DELETED, value_bool(deleted));
}

static struct value make_arguments(struct probe *p, struct slice cmdline,
				   bool *cut)
{
	static const size_t some = 64;
	struct value few[64];
	struct value *items = few;
	size_t count = proc_cmdline_count(cmdline, cut);
	struct value list;

	if (count > some)
		items = malloc(count * sizeof(*items));
	if (!items)
		return value_none;
	for (size_t i = 0; i < count; i++)
		items[i] = value_string(p->pool, slice_take(&cmdline, 0));
	list = value_list(p->pool, items, count);
	if (items != few)
		free(items);
	return list;
}

static void tell_arguments(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_CMDLINE];
	bool cut = false;
	struct value list;

	if (part->error) {
		tell_error(t, TOLD_ARGUMENTS, part->error);
		return;
	}
	if (!part->length) {
		tell_gap(t, TOLD_ARGUMENTS, FACT_ABSENT, WHY_NO_ARGUMENTS);
		return;
	}
	list = make_arguments(t->probe, raw_slice(raw, PART_CMDLINE), &cut);
	if (cut || part->cut)
		tell(t, TOLD_ARGUMENTS, FACT_INFERRED, list, WHY_CUT);
	else
		tell_value(t, TOLD_ARGUMENTS, list);
}

static void tell_architecture(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_ELF];
	const char *word;

	if (part->error == ENOENT) {
		tell_gap(t, TOLD_ARCHITECTURE, FACT_ABSENT, WHY_NO_PROGRAM);
		return;
	}
	if (part->error) {
		tell_error(t, TOLD_ARCHITECTURE, part->error);
		return;
	}
	word = proc_elf_machine(raw_slice(raw, PART_ELF));
	if (word)
		tell_value(t, TOLD_ARCHITECTURE,
			   value_text(t->probe->pool, word));
	else
		tell_gap(t, TOLD_ARCHITECTURE, FACT_FAILED, WHY_NOT_ELF);
}

/* What neither a kernel thread nor a zombie has. */
static const enum told_fact programs_own[] = {
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
	TOLD_SNAP,
	TOLD_FLATPAK_APP,
	TOLD_FLATPAK_PERMISSIONS,
	TOLD_CONTAINER_ENGINE,
	TOLD_CONTAINER_ID,
	TOLD_SANDBOX,
	TOLD_SANDBOX_MECHANISMS,
};

static void tell_none_of(struct telling *t, enum fact_state state, enum why why)
{
	for (size_t i = 0; i < sizeof(programs_own) / sizeof(*programs_own);
	     i++)
		if (!t->entry->kept_state[programs_own[i]])
			tell_gap(t, programs_own[i], state, why);
}

static void digest_parts(struct telling *t, const struct raw *raw)
{
	struct entry *e = t->entry;
	bool kernel = e->flags & ENTRY_KERNEL_THREAD;

	if (raw->have & WANT_STATUS)
		facts_status(t, raw);
	if (kernel)
		tell_none_of(t, FACT_ABSENT, WHY_KERNEL_THREAD);
	if (raw->have & WANT_NAMESPACES && !kernel)
		facts_namespaces(t, raw);
	if (raw->have & WANT_EXE && !kernel)
		tell_executable(t, raw);
	if (raw->have & WANT_CMDLINE && !kernel)
		tell_arguments(t, raw);
	if (raw->have & WANT_ELF && !kernel)
		tell_architecture(t, raw);
	if (raw->have & WANT_CODE && !kernel)
		facts_code(t, raw);
	if (raw->have & WANT_ROOT && !kernel)
		facts_root(t, raw);
	if (raw->have & WANT_LABEL && !kernel)
		facts_label(t, raw);
	if (raw->have & WANT_CGROUP)
		facts_cgroup(t, raw);
	if (kernel)
		return;
	facts_flatpak(t, raw);
	tell_gap(t, TOLD_LANDLOCK, FACT_UNSUPPORTED, WHY_LANDLOCK);
	facts_verdict(t);
}

enum life { LIFE_ALIVE, LIFE_ZOMBIE, LIFE_NONE };

/* NONE: these are another process's files, or nobody's. */
static enum life digest_stat(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_STAT];
	struct proc_stat stat;

	if (!(raw->have & WANT_STAT))
		return LIFE_ALIVE;
	if (part->error == EACCES || part->error == EPERM)
		return LIFE_ALIVE;
	if (part->error ||
	    proc_stat_parse(raw_slice(raw, PART_STAT), &stat, NULL))
		return LIFE_NONE;
	if (!life_stat(t, &stat))
		return LIFE_NONE;
	t->entry->inode_seen = raw->inode;
	if (t->entry->flags & ENTRY_EXIT_TOLD)
		return LIFE_NONE;
	return stat.state == 'Z' || stat.state == 'X' ? LIFE_ZOMBIE
						      : LIFE_ALIVE;
}

static void digest(struct telling *t, const struct raw *raw)
{
	switch (digest_stat(t, raw)) {
	case LIFE_ALIVE:
		digest_parts(t, raw);
		return;
	case LIFE_ZOMBIE:
		if (raw->have & WANT_STATUS)
			facts_status(t, raw);
		if (raw->have & WANT_CGROUP)
			facts_cgroup(t, raw);
		tell_none_of(t, FACT_FAILED, WHY_ZOMBIE);
		return;
	case LIFE_NONE:
		return;
	}
}

static bool is_same(const struct entry *e, const struct raw *raw)
{
	struct proc_stat stat;

	if (raw->gone)
		return false;
	if (!(raw->have & WANT_STAT) || raw->parts[PART_STAT].error)
		return true;
	return proc_stat_parse(raw_slice(raw, PART_STAT), &stat, NULL) ||
	       !e->start_ticks || stat.start_ticks == e->start_ticks;
}

bool facts_digest(struct probe *p, struct entry *e, const struct raw *raw)
{
	struct telling t;

	if (e->flags & (ENTRY_EXIT_TOLD | ENTRY_HIDDEN))
		return true;
	if (!is_same(e, raw)) {
		/* The connector says how it ended. */
		if (p->connector_live)
			return false;
		life_gone(p, e);
		return false;
	}
	telling_begin(&t, p, e, linux_now(p));
	digest(&t, raw);
	telling_end(&t);
	return true;
}

bool facts_read(struct probe *p, struct entry *e, unsigned want)
{
	if (e->flags & (ENTRY_EXIT_TOLD | ENTRY_HIDDEN))
		return true;
	if (e->flags & ENTRY_KERNEL_THREAD)
		want &= WANT_STAT | WANT_STATUS | WANT_CGROUP;
	reader_read(&p->reader, e->pid, e->inode_seen, want, p->scratch);
	return facts_digest(p, e, p->scratch);
}

/* Only a process with another root can have a file there that is not ours. */
static bool may_be_flatpak(const struct probe *p, const struct entry *e)
{
	return p->reader.own_flatpak || e->root_kind != ROOT_OURS ||
	       e->namespace_state != READING_OK ||
	       e->namespaces[NAMESPACE_MNT] != p->own_namespaces[NAMESPACE_MNT];
}

void facts_flush_slow(struct probe *p)
{
	if (p->slow)
		workers_submit(p->workers, p->slow, true);
	p->slow = NULL;
}

void facts_put_off_slow(struct entry *e)
{
	if (e->slow_serial != e->serial)
		e->slow_timeouts = 0;
	e->slow_serial = e->serial;
	e->slow_after_ns = clock_monotonic_ns() +
			   (SLOW_WAIT_S * NS_PER_S << e->slow_timeouts);
	if (e->slow_timeouts < SLOW_DOUBLINGS_MAX)
		e->slow_timeouts++;
}

bool facts_may_ask_slow(const struct entry *e)
{
	if (e->flags & (ENTRY_EXIT_TOLD | ENTRY_HIDDEN | ENTRY_KERNEL_THREAD |
			ENTRY_SLOW_ASKED))
		return false;
	return !e->slow_timeouts || e->slow_serial != e->serial ||
	       clock_monotonic_ns() >= e->slow_after_ns;
}

void facts_ask_slow(struct probe *p, struct entry *e)
{
	unsigned want = WANT_CMDLINE;

	if (!p->workers || !facts_may_ask_slow(e))
		return;
	if (!e->kept_state[TOLD_ARCHITECTURE])
		want |= WANT_ELF;
	if (may_be_flatpak(p, e))
		want |= WANT_FLATPAK;
	if (facts_wants_code(p, e))
		want |= WANT_CODE;
	if (!p->slow)
		p->slow = job_new();
	if (!p->slow)
		return;
	e->flags |= ENTRY_SLOW_ASKED;
	p->slow->items[p->slow->count++] =
		(struct job_item){e->pid, e->serial, e->inode_seen, want};
	if (p->slow->count == JOB_ITEMS_MAX)
		facts_flush_slow(p);
}

void facts_fail_slow(struct probe *p, struct entry *e, enum why why)
{
	static const enum told_fact slow[] = {
		TOLD_ARGUMENTS,
		TOLD_ARCHITECTURE,
		TOLD_FLATPAK_APP,
		TOLD_FLATPAK_PERMISSIONS,
	};
	struct telling t;
	bool code = facts_wants_code(p, e);

	telling_begin(&t, p, e, linux_now(p));
	for (size_t i = 0; i < sizeof(slow) / sizeof(*slow); i++)
		if (!e->kept_state[slow[i]] || slow[i] == TOLD_ARGUMENTS)
			tell_gap(&t, slow[i], FACT_FAILED, why);
	if (code) {
		tell_gap(&t, TOLD_BUILD_ID, FACT_FAILED, why);
		tell_gap(&t, TOLD_PACKAGE, FACT_FAILED, why);
	}
	telling_end(&t);
}
