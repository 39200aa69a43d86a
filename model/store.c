#include "store.h"

#include <stdlib.h>

#include "base/vec.h"
#include "store_internal.h"

struct store *store_new(void)
{
	struct store *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->pool = value_pool_new();
	if (!s->pool) {
		free(s);
		return NULL;
	}
	/* Reason 0 is no reason. */
	store_add_reason(s, NULL);
	return s;
}

static void free_reasons(struct store *s)
{
	struct reason_entry *entry, *next;

	HASH_ITER(hh, s->reason_by_text, entry, next)
	{
		HASH_DEL(s->reason_by_text, entry);
		free(entry->text);
		free(entry);
	}
	free(s->reasons);
}

void store_free(struct store *s)
{
	struct pid_entry *entry, *next;

	if (!s)
		return;
	for (size_t i = 0; i < s->process_count; i++)
		process_free(s, s->processes[i]);
	HASH_ITER(hh, s->by_pid, entry, next)
	{
		HASH_DEL(s->by_pid, entry);
		free(entry);
	}
	store_history_release(s);
	free_reasons(s);
	free(s->processes);
	free(s->mains);
	free(s->app_work);
	value_pool_free(s->pool);
	free(s);
}

struct value_pool *store_pool(struct store *s)
{
	return s->pool;
}

uint32_t store_add_reason(struct store *s, const char *text)
{
	struct reason_entry *entry;

	if (!text || !*text)
		return 0;
	HASH_FIND_STR(s->reason_by_text, text, entry);
	if (entry)
		return entry->index;
	/* Number 0 is kept free; the bound is there because a recording can
	 * bring any number of different reasons. */
	if (!vec_reserve((void **)&s->reasons, &s->reason_cap,
			 s->reason_count + 2, sizeof(char *),
			 STORE_REASONS_MAX))
		return 0;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return 0;
	entry->text = strdup(text);
	entry->index = (uint32_t)s->reason_count + 1;
	if (entry->text)
		HASH_ADD_KEYPTR(hh, s->reason_by_text, entry->text,
				strlen(entry->text), entry);
	if (!entry->text || !entry->hh.tbl) {
		free(entry->text);
		free(entry);
		return 0;
	}
	s->reasons[entry->index] = entry->text;
	s->reason_count++;
	return entry->index;
}

const char *store_reason(const struct store *s, uint32_t reason)
{
	return reason && reason <= s->reason_count ? s->reasons[reason] : "";
}

struct value slot_value(const struct fact_slot *slot)
{
	struct value v = {.type = (enum value_type)slot->type};

	v.as.integer = slot->payload.integer;
	return v;
}

void store_touch(struct store *s, struct process *p)
{
	p->change = ++s->generation;
	p->changed_ns = s->now_ns;
}

bool store_set_slot(struct store *s, struct process *p, enum fact_id id,
		    const struct fact *f)
{
	struct fact_slot *slot = &p->slots[id - FACT_FIRST_SLOT];
	uint32_t reason = store_add_reason(s, f->reason);

	slot->read_ns = f->read_ns;
	slot->source = f->source;
	if (slot->state == f->state && slot->reason == reason &&
	    value_equal(slot_value(slot), f->value)) {
		value_release(s->pool, f->value);
		return false;
	}
	value_release(s->pool, slot_value(slot));
	slot->payload.integer = f->value.as.integer;
	slot->type = (uint8_t)f->value.type;
	slot->state = (uint8_t)f->state;
	slot->reason = reason;
	s->fact_generation[id]++;
	return true;
}

/* A mechanism that takes nothing away which the process could already do. */
static bool confines(struct value mechanism)
{
	static const char *const weak[] = {"no_new_privs"};

	for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++)
		if (slice_is(value_slice(mechanism), weak[i]))
			return false;
	return true;
}

static enum confinement confinement_of(const struct fact_slot *slot)
{
	struct value list = slot_value(slot);

	if (slot->state != FACT_KNOWN && slot->state != FACT_INFERRED)
		return slot->state == FACT_ABSENT ? CONFINED_NOT
						  : CONFINED_UNKNOWN;
	for (size_t i = 0; i < value_count(list); i++)
		if (confines(value_at(list, i)))
			return CONFINED_YES;
	return slot->state == FACT_KNOWN ? CONFINED_NOT : CONFINED_UNKNOWN;
}

static bool list_has(struct value list, struct value item)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (value_equal(value_at(list, i), item))
			return true;
	return false;
}

/* Out of memory loses a step, not the fact. */
static void add_step(struct process *p, struct value mechanism,
		     int64_t after_ns, int64_t by_ns)
{
	struct confinement_step *steps;

	if (p->step_count >= CONFINEMENT_STEPS_MAX)
		return;
	steps = realloc(p->steps, (p->step_count + 1) * sizeof(*steps));
	if (!steps)
		return;
	p->steps = steps;
	steps[p->step_count++] = (struct confinement_step){
		.mechanism = value_retain(mechanism),
		.after_ns = after_ns,
		.by_ns = by_ns,
	};
}

/* What is in the new list and was not in the old one came between the two
 * readings. */
static void add_steps(struct process *p, const struct fact_slot *old,
		      int64_t by_ns)
{
	struct value before = slot_value(old);
	struct value now = slot_value(
		&p->slots[FACT_SANDBOX_MECHANISMS - FACT_FIRST_SLOT]);

	if (before.type != VALUE_LIST || now.type != VALUE_LIST)
		return;
	for (size_t i = 0; i < value_count(now); i++)
		if (!list_has(before, value_at(now, i)))
			add_step(p, value_at(now, i), old->read_ns, by_ns);
}

static void update_confinement(struct store *s, struct process *p)
{
	enum confinement now = confinement_of(
		&p->slots[FACT_SANDBOX_MECHANISMS - FACT_FIRST_SLOT]);

	if (now == p->confined)
		return;
	if (process_alive(p))
		store_count_confinement(s, p, false);
	p->confined = now;
	if (process_alive(p))
		store_count_confinement(s, p, true);
	s->shape++; /* "confined only" may show or hide it */
}

/* As store_set_slot, for the list that says what confines it. */
static bool set_mechanisms(struct store *s, struct process *p,
			   const struct fact *f)
{
	struct fact_slot old =
		p->slots[FACT_SANDBOX_MECHANISMS - FACT_FIRST_SLOT];
	bool changed;

	value_retain(slot_value(&old));
	changed = store_set_slot(s, p, FACT_SANDBOX_MECHANISMS, f);
	if (changed) {
		add_steps(p, &old, f->read_ns);
		update_confinement(s, p);
	}
	value_release(s->pool, slot_value(&old));
	return changed;
}

static bool decides_app(enum fact_id id)
{
	static const enum fact_id ids[] = {
		FACT_NAME,
		FACT_EXECUTABLE,
		FACT_ARGUMENTS,
		FACT_UID,
		FACT_FLATPAK_APP,
		FACT_SNAP,
		FACT_RESPONSIBLE_PID,
		FACT_BUNDLE_ID,
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void apply_facts(struct store *s, struct process *p,
			const struct event *e)
{
	const struct event_facts *facts = &e->as.facts;
	bool changed = false, app = false;

	for (size_t i = 0; i < facts->count; i++) {
		enum fact_id id = facts->items[i].id;
		struct fact f = facts->items[i].fact;
		bool news;

		if ((int)id < FACT_FIRST_SLOT || id >= FACT_SLOT_END)
			continue;
		/* What was read before comes after its end at times. */
		if (id == FACT_STATE && !process_alive(p))
			continue;
		f.value =
			fact_has_value(&f) ? value_retain(f.value) : value_none;
		f.source = (uint8_t)(e->source ? e->source : SOURCE_OTHER);
		f.read_ns = e->time_ns;
		news = id == FACT_SANDBOX_MECHANISMS
			       ? set_mechanisms(s, p, &f)
			       : store_set_slot(s, p, id, &f);
		changed = changed || news;
		app = app || (news && decides_app(id));
	}
	if (changed)
		store_touch(s, p);
	if (app)
		store_update_app(s, p, true);
}

static void replace(struct store *s, struct value *held, struct value v)
{
	value_retain(v);
	value_release(s->pool, *held);
	*held = v;
}

static void apply_host(struct store *s, const struct event_host *h)
{
	replace(s, &s->host.os, h->os);
	replace(s, &s->host.release, h->release);
	replace(s, &s->host.name, h->name);
	replace(s, &s->host.machine, h->machine);
	replace(s, &s->host.label, h->label);
	s->generation++;
}

static void apply_source(struct store *s, const struct event *e)
{
	const struct event_source *told = &e->as.source;
	struct source_status *status;

	if (told->source >= SOURCE_COUNT)
		return;
	status = &s->sources[told->source];
	status->state = told->state;
	status->changed_ns = e->time_ns;
	replace(s, &status->why, told->why);
	replace(s, &status->note, told->note);
	s->generation++;
}

/* A recording may say any number. */
static void add_count(int64_t *sum, int64_t n)
{
	*sum = *sum > INT64_MAX - n ? INT64_MAX : *sum + n;
}

static void apply_lost(struct store *s, const struct event *e)
{
	struct source_status *status = &s->sources[e->source];

	if (e->as.lost.count > 0) {
		add_count(&status->lost, e->as.lost.count);
		add_count(&s->counts.lost, e->as.lost.count);
	} else {
		status->lost_unknown = true;
	}
	s->generation++;
}

/* What speaks of one process. */
static enum status apply_to_process(struct store *s, const struct event *e,
				    struct error *err)
{
	struct process *p = store_by_pid(s, e->pid);
	bool happening = e->type == EVENT_DENIAL || e->type == EVENT_MESSAGE ||
			 e->type == EVENT_NAME_REGISTERED ||
			 e->type == EVENT_NAME_REMOVED;

	/* A log's record comes late and tells of a time; what a probe tells of
	 * a process it tells of the one that lives, whatever the clock did. */
	if (happening || !p)
		p = store_by_pid_at(s, e->pid, e->time_ns);
	if (happening)
		return store_apply_happening(s, p, e, err);
	if (!p) {
		s->counts.unplaced++;
		return STATUS_OK;
	}
	if (e->type == EVENT_EXEC)
		store_apply_exec(s, p, e);
	else if (e->type == EVENT_REPARENT)
		store_apply_reparent(s, p, e);
	else if (e->type == EVENT_EXIT)
		store_apply_exit(s, p, e);
	else if (e->type == EVENT_FACTS)
		apply_facts(s, p, e);
	return STATUS_OK;
}

enum status store_apply(struct store *s, const struct event *e,
			struct error *err)
{
	if (e->source >= SOURCE_COUNT)
		return error_set(err, STATUS_MALFORMED, -1,
				 "an event of source %d, there are %d",
				 (int)e->source, SOURCE_COUNT);
	if (e->time_ns > s->now_ns)
		s->now_ns = e->time_ns;
	switch (e->type) {
	case EVENT_HOST:
		apply_host(s, &e->as.host);
		return STATUS_OK;
	case EVENT_SOURCE:
		apply_source(s, e);
		return STATUS_OK;
	case EVENT_LISTED:
		s->listed = true;
		s->generation++;
		return STATUS_OK;
	case EVENT_LOST:
		apply_lost(s, e);
		return STATUS_OK;
	case EVENT_SPAWN:
		return store_apply_spawn(s, e, err);
	case EVENT_EXEC:
	case EVENT_REPARENT:
	case EVENT_EXIT:
	case EVENT_FACTS:
	case EVENT_NAME_REGISTERED:
	case EVENT_NAME_REMOVED:
	case EVENT_DENIAL:
	case EVENT_MESSAGE:
		return apply_to_process(s, e, err);
	case EVENT_TYPE_COUNT:
		break;
	}
	return error_set(err, STATUS_MALFORMED, -1, "no such event type: %d",
			 (int)e->type);
}

static void emit(void *context, const struct event *e)
{
	struct store *s = context;

	if (store_apply(s, e, &s->last_failure))
		s->failures++;
}

struct event_sink store_sink(struct store *s)
{
	return (struct event_sink){emit, s};
}

int64_t store_failures(const struct store *s, struct error *last)
{
	if (last && s->failures)
		*last = s->last_failure;
	return s->failures;
}

void store_set_now(struct store *s, int64_t now_ns)
{
	s->now_ns = now_ns;
}

void store_want(struct store *s, uint32_t serial)
{
	struct process *p = store_by_serial(s, serial);

	if (p)
		p->wanted = true;
}
