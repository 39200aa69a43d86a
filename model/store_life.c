#include "store_internal.h"

#include <stdlib.h>

#include "base/vec.h"

enum { PARENTS_MAX = 100000 };

static void link_child(struct process *parent, struct process *p)
{
	p->parent = parent;
	if (!parent)
		return;
	p->next_sibling = parent->first_child;
	p->previous_sibling = NULL;
	if (parent->first_child)
		parent->first_child->previous_sibling = p;
	parent->first_child = p;
}

void process_unlink_child(struct process *p)
{
	if (!p->parent)
		return;
	if (p->previous_sibling)
		p->previous_sibling->next_sibling = p->next_sibling;
	else
		p->parent->first_child = p->next_sibling;
	if (p->next_sibling)
		p->next_sibling->previous_sibling = p->previous_sibling;
	p->parent = p->next_sibling = p->previous_sibling = NULL;
}

void process_free(struct store *s, struct process *p)
{
	if (!p)
		return;
	for (int i = 0; i < FACT_SLOTS; i++)
		value_release(s->pool, slot_value(&p->slots[i]));
	value_release(s->pool, p->exit_text);
	for (size_t i = 0; i < p->step_count; i++)
		value_release(s->pool, p->steps[i].mechanism);
	free(p->steps);
	free(p);
}

void store_count_confinement(struct store *s, const struct process *p, bool add)
{
	size_t *count = p->confined == CONFINED_YES ? &s->counts.confined
			: p->confined == CONFINED_UNKNOWN
				? &s->counts.confinement_unknown
				: NULL;

	if (count)
		*count += add ? 1 : (size_t)-1;
}

/* What a forked child has until it is read itself. */
static void inherit(struct store *s, struct process *p,
		    const struct process *from, int64_t time_ns)
{
	for (int i = 0; i < FACT_SLOTS; i++) {
		const struct fact_slot *slot = &from->slots[i];
		enum fact_id id = (enum fact_id)(i + FACT_FIRST_SLOT);
		struct fact f = {
			.state = FACT_INFERRED,
			.source = SOURCE_DERIVED,
			.read_ns = time_ns,
			.reason = "its parent's when it was forked",
		};

		if (!(fact_table[id].flags & FACT_FORK_KEEPS) ||
		    (slot->state != FACT_KNOWN && slot->state != FACT_INFERRED))
			continue;
		f.value = value_retain(slot_value(slot));
		store_set_slot(s, p, id, &f);
	}
}

/* An id given twice without an exit between: nobody saw the first one end. */
static void end_unseen(struct store *s, struct process *p, int64_t time_ns)
{
	struct event gone = {
		.type = EVENT_EXIT,
		.time_ns = time_ns,
		.pid = p->pid,
	};

	store_apply_exit(s, p, &gone);
}

static struct pid_entry *entry_of(struct store *s, int64_t pid)
{
	struct pid_entry *entry = store_pid_entry(s, pid);

	if (entry)
		return entry;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->pid = pid;
	entry->incarnations = s->incarnation_floor;
	HASH_ADD(hh, s->by_pid, pid, sizeof(entry->pid), entry);
	if (!entry->hh.tbl) {
		free(entry);
		return NULL;
	}
	return entry;
}

enum status store_apply_spawn(struct store *s, const struct event *e,
			      struct error *err)
{
	const struct event_spawn *spawn = &e->as.spawn;
	struct pid_entry *entry;
	struct process *p;

	if (e->pid <= 0)
		return error_set(err, STATUS_MALFORMED, -1,
				 "a spawn needs a pid above 0, found %lld",
				 (long long)e->pid);
	p = store_by_pid(s, e->pid);
	if (p)
		end_unseen(s, p, e->time_ns);
	entry = entry_of(s, e->pid);
	p = entry ? calloc(1, sizeof(*p)) : NULL;
	if (!p)
		return error_set(err, STATUS_MEMORY, -1,
				 "out of memory at process %lld",
				 (long long)e->pid);
	if (!vec_reserve((void **)&s->processes, &s->process_cap,
			 s->process_count + 1, sizeof(struct process *),
			 STORE_PROCESSES_MAX)) {
		free(p);
		return error_set(err, STATUS_LIMIT, -1,
				 "more than %d processes", STORE_PROCESSES_MAX);
	}
	p->serial = ++s->last_serial;
	p->incarnation = ++entry->incarnations;
	p->older_same_pid = entry->newest;
	entry->newest = p;
	s->processes[s->process_count++] = p;
	p->pid = e->pid;
	p->ppid = spawn->ppid;
	p->started_ns = spawn->started_ns;
	p->seen_ns = e->time_ns;
	p->seen_fork = spawn->birth_ppid > 0;
	p->seen_birth = s->listed;
	link_child(store_by_pid(s, spawn->ppid), p);
	if (p->parent == p) /* its own parent: a recording may say so */
		process_unlink_child(p);
	if (spawn->birth_ppid > 0 && spawn->birth_ppid != p->pid)
		p->birth = store_by_pid(s, spawn->birth_ppid);
	p->wanted = (p->parent && p->parent->wanted) ||
		    (p->birth && p->birth->wanted);
	s->counts.alive++;
	s->counts.confinement_unknown++;
	s->counts.born += p->seen_birth;
	s->shape++;
	store_touch(s, p);
	if (spawn->forked && p->birth)
		inherit(s, p, p->birth, e->time_ns);
	else if (spawn->forked && p->parent)
		inherit(s, p, p->parent, e->time_ns);
	store_update_app(s, p, true);
	return STATUS_OK;
}

void store_apply_exec(struct store *s, struct process *p, const struct event *e)
{
	const struct fact pending = {.read_ns = e->time_ns};

	p->execs++;
	for (int i = 0; i < FACT_SLOTS; i++) {
		enum fact_id id = (enum fact_id)(i + FACT_FIRST_SLOT);

		if (fact_table[id].flags & FACT_EXEC_CLEARS)
			store_set_slot(s, p, id, &pending);
	}
	p->crash_handler_pid = 0;
	store_touch(s, p);
	store_update_app(s, p, true);
}

/* Whether p is ancestor or a birth-giver of it, or cannot be ruled out: parents
 * never form a circle here, whatever a recording says. */
static bool comes_from(const struct process *it, const struct process *p)
{
	const struct process *parent = it, *birth = it;

	for (int i = 0; i < PARENTS_MAX; i++) {
		if (!parent && !birth)
			return false;
		if (parent == p || birth == p)
			return true;
		parent = parent ? parent->parent : NULL;
		birth = birth ? birth->birth ? birth->birth : birth->parent
			      : NULL;
	}
	return true;
}

void store_apply_reparent(struct store *s, struct process *p,
			  const struct event *e)
{
	struct process *parent = store_by_pid(s, e->as.reparent.ppid);

	if (p->ppid == e->as.reparent.ppid && p->parent == parent)
		return;
	if (!p->birth)
		p->birth = p->parent;
	process_unlink_child(p);
	p->ppid = e->as.reparent.ppid;
	if (parent && !comes_from(parent, p))
		link_child(parent, p);
	s->fact_generation[FACT_PPID]++;
	s->shape++;
	store_touch(s, p);
	store_update_app(s, p, false);
}

static void set_exit_text(struct store *s, struct process *p)
{
	static const char *const words[] = {
		[EXIT_UNKNOWN] = "unseen",
		[EXIT_CODE] = "exit",
		[EXIT_SIGNAL] = "signal",
	};
	struct text t;

	text_init(&t, 64);
	text_add_text(&t, words[p->how.kind]);
	if (p->how.kind != EXIT_UNKNOWN)
		text_addf(&t, " %d", p->how.value);
	if (p->how.core)
		text_add_text(&t, ", core dumped");
	p->exit_text = value_string(s->pool, text_slice(&t));
	text_release(&t);
}

static void set_exited_state(struct store *s, struct process *p,
			     const struct event *e)
{
	struct fact exited = fact_known(value_text(s->pool, "exited"));

	exited.source = (uint8_t)e->source;
	exited.read_ns = p->exited_ns;
	store_set_slot(s, p, FACT_STATE, &exited);
}

/* Unlinks what is doomed from everyone who is kept. */
static void unlink_doomed(struct store *s, struct process *p)
{
	if (p->doomed) {
		store_set_app(s, p, NULL, NULL);
		while (p->first_child)
			process_unlink_child(p->first_child);
		process_unlink_child(p);
		return;
	}
	if (p->birth && p->birth->doomed)
		p->birth = NULL;
	if (p->app && p->app->doomed)
		store_set_app(s, p, NULL, NULL);
	while (p->older_same_pid && p->older_same_pid->doomed)
		p->older_same_pid = p->older_same_pid->older_same_pid;
}

/* Ids stay unique: a pid that comes again counts on from the floor. */
static void forget_pid(struct store *s, struct pid_entry *entry)
{
	if (entry->incarnations > s->incarnation_floor)
		s->incarnation_floor = entry->incarnations;
	HASH_DEL(s->by_pid, entry);
	free(entry);
}

/* What is missed least goes first: of no app and nobody's target, then by how
 * long ago it ended. */
static int compare_missed(const void *a, const void *b)
{
	const struct process *x = *(struct process *const *)a;
	const struct process *y = *(struct process *const *)b;
	int rank_x = x->wanted ? 2 : x->app != NULL;
	int rank_y = y->wanted ? 2 : y->app != NULL;

	if (rank_x != rank_y)
		return rank_x < rank_y ? -1 : 1;
	if (x->exited_ns != y->exited_ns)
		return x->exited_ns < y->exited_ns ? -1 : 1;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

/* An app's main process with living helpers stays. Without memory for the
 * choice nothing is forgotten; the next exit tries again. */
static void doom(struct store *s, size_t excess)
{
	struct process **gone = calloc(s->counts.gone, sizeof(*gone));
	size_t count = 0;

	if (!gone)
		return;
	for (size_t i = 0; i < s->process_count; i++) {
		struct process *p = s->processes[i];

		if (!process_alive(p) && p->app_alive == 0 &&
		    count < s->counts.gone)
			gone[count++] = p;
	}
	qsort(gone, count, sizeof(struct process *), compare_missed);
	for (size_t i = 0; i < count && i < excess; i++)
		gone[i]->doomed = true;
	free(gone);
}

/* Forgets exited ones, many at once: it takes a walk over all. */
static void forget_gone(struct store *s)
{
	size_t kept = 0;

	doom(s, s->counts.gone - STORE_GONE_KEPT * 9 / 10);
	for (size_t i = 0; i < s->process_count; i++)
		unlink_doomed(s, s->processes[i]);
	for (size_t i = 0; i < s->process_count; i++) {
		struct process *p = s->processes[i];
		struct pid_entry *entry;

		if (!p->doomed) {
			s->processes[kept++] = p;
			continue;
		}
		entry = store_pid_entry(s, p->pid);
		if (entry && entry->newest == p)
			forget_pid(s, entry);
		s->counts.gone--;
		s->counts.forgotten++;
		process_free(s, p);
	}
	s->process_count = kept;
	s->shape++;
}

void store_apply_exit(struct store *s, struct process *p, const struct event *e)
{
	if (!process_alive(p))
		return;
	p->exited_ns = e->time_ns > 0 ? e->time_ns : 1;
	p->how = e->as.exit;
	set_exit_text(s, p);
	set_exited_state(s, p, e);
	s->counts.alive--;
	s->counts.gone++;
	store_count_confinement(s, p, false);
	if (p->app && p->app->app_alive > 0 && --p->app->app_alive == 0)
		s->counts.apps--;
	for (int i = 0; i < FACT_SLOTS; i++) {
		const struct fact missed = fact_gap(
			FACT_FAILED, "it ended before this could be read");

		if (p->slots[i].state == FACT_PENDING)
			store_set_slot(s, p,
				       (enum fact_id)(i + FACT_FIRST_SLOT),
				       &missed);
	}
	s->fact_generation[FACT_EXITED]++;
	s->fact_generation[FACT_EXIT]++;
	s->shape++;
	store_touch(s, p);
	if (s->counts.gone > STORE_GONE_KEPT)
		forget_gone(s);
}
