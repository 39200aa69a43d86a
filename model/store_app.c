/*
 * Which app a process belongs to. Facts decide where there are any
 * (responsible pid, flatpak and snap ids); else roles and births do, and the
 * answer is inferred.
 */
#include "store_internal.h"

#include <stdio.h>

#include "base/vec.h"

enum {
	CLIMB_MAX = 1000, /* parents looked at; a recording may be circular */
	CRASH_HANDLER_NEAR_S = 10,
};

static struct value fact_value(const struct process *p, enum fact_id id)
{
	const struct fact_slot *slot = &p->slots[id - FACT_FIRST_SLOT];

	return slot->state == FACT_KNOWN || slot->state == FACT_INFERRED
		       ? slot_value(slot)
		       : value_none;
}

/* Whom it comes from: who forked it, also when that one has ended since. */
static struct process *above(const struct process *p)
{
	struct process *up = p->birth ? p->birth : p->parent;

	return up == p ? NULL : up;
}

static void push(struct store *s, struct process *p)
{
	/* Out of memory leaves an app a little stale until the next event of
	 * that process. */
	if (!vec_reserve((void **)&s->app_work, &s->app_work_cap,
			 s->app_work_count + 1, sizeof(struct process *),
			 STORE_PROCESSES_MAX * 4))
		return;
	s->app_work[s->app_work_count++] = p;
}

/* "/x/MyApp.app" of "/x/MyApp.app/Contents/...", else the directory. */
static struct slice home_of(struct slice executable)
{
	size_t bundle = slice_find(executable, SLICE_LITERAL(".app/"), false);

	if (bundle < executable.len)
		return slice_part(executable, 0, bundle + 4);
	return slice_dir_name(executable);
}

static bool same_home(const struct process *a, const struct process *b)
{
	struct value x = fact_value(a, FACT_EXECUTABLE);
	struct value y = fact_value(b, FACT_EXECUTABLE);

	if (x.type == VALUE_STRING && y.type == VALUE_STRING)
		return slice_equal(home_of(value_slice(x)),
				   home_of(value_slice(y)));
	x = fact_value(a, FACT_NAME);
	y = fact_value(b, FACT_NAME);
	return x.type == VALUE_STRING && value_equal(x, y);
}

/* The process a helper was started for: the first above that is no helper,
 * and comes from the same place on the disk. */
static struct process *main_above(struct store *s, struct process *helper)
{
	struct process *p = above(helper);

	for (int i = 0; p && i < CLIMB_MAX; i++, p = above(p))
		if (p->role_kind != ROLE_HELPER)
			break;
	if (!p || p->role_kind == ROLE_SERVICE || !same_home(p, helper))
		return NULL;
	if (p->role_kind == ROLE_UNKNOWN && !p->main_by_helper) {
		p->main_by_helper = true;
		push(s, p);
	}
	return p;
}

static bool is_main(const struct process *p)
{
	return p->role_kind == ROLE_MAIN || p->role_kind == ROLE_LAUNCHER ||
	       p->main_by_helper;
}

static struct process *app_of(const struct process *p)
{
	return p ? p->app : NULL;
}

/* The topmost above p that carries the same identity, launchers between and
 * directly above included. */
static struct process *top_with(struct process *p, enum fact_id id)
{
	struct value identity = fact_value(p, id);
	struct process *top = p, *up = above(p);

	for (int i = 0; up && i < CLIMB_MAX; i++, up = above(up)) {
		if (!value_equal(fact_value(up, id), identity) &&
		    up->role_kind != ROLE_LAUNCHER)
			break;
		top = up;
	}
	return top;
}

/* The living main process a crash handler was most likely started by: same
 * place on the disk, same user, begun shortly before. */
static struct process *likely_crashed(const struct store *s,
				      const struct process *handler)
{
	struct value uid = fact_value(handler, FACT_UID);
	struct process *best = NULL;

	if (uid.type != VALUE_INT || !handler->started_ns)
		return NULL;
	for (size_t i = 0; i < s->main_count; i++) {
		struct process *p = s->mains[i];
		int64_t earlier = handler->started_ns - p->started_ns;

		if (p == handler || !is_main(p) ||
		    p->role_kind == ROLE_LAUNCHER || !p->started_ns ||
		    earlier < 0 ||
		    earlier > CRASH_HANDLER_NEAR_S * INT64_C(1000000000) ||
		    !value_equal(fact_value(p, FACT_UID), uid) ||
		    !same_home(p, handler))
			continue;
		if (!best || best->started_ns < p->started_ns)
			best = p;
	}
	return best;
}

static struct process *named_handler_of(const struct store *s,
					const struct process *handler)
{
	const struct pid_entry *entry = store_pid_entry(s, handler->pid);
	struct process *app;

	if (!entry || !entry->handles_app)
		return NULL;
	app = store_by_serial(s, entry->handles_app);
	return app && app->app == app ? app : NULL;
}

static struct process *find_crash_handler(struct store *s, struct process *p,
					  const char **reason)
{
	struct process *app = app_of(above(p));

	if (app)
		return app;
	app = named_handler_of(s, p);
	*reason = "argument --crashpad-handler-pid of its app";
	if (app)
		return app;
	*reason = "same directory and user, begun just after it";
	return likely_crashed(s, p);
}

static struct process *find_responsible(struct store *s, struct process *p)
{
	struct value pid = fact_value(p, FACT_RESPONSIBLE_PID);
	struct process *r;

	if (pid.type != VALUE_INT || pid.as.integer == p->pid)
		return NULL;
	r = store_by_pid(s, pid.as.integer);
	if (!r || r == p)
		return NULL;
	if (!is_main(r)) {
		r->main_by_helper = true;
		push(s, r);
	}
	return r;
}

static struct process *find_app(struct store *s, struct process *p,
				const char **reason)
{
	struct process *up = above(p), *found = find_responsible(s, p);

	*reason = NULL;
	if (found)
		return found->app && found->app != p ? found->app : found;
	if (fact_value(p, FACT_FLATPAK_APP).type == VALUE_STRING)
		return top_with(p, FACT_FLATPAK_APP);
	if (fact_value(p, FACT_SNAP).type == VALUE_STRING)
		return top_with(p, FACT_SNAP);
	*reason = "its role and who started it";
	switch (p->role_kind) {
	case ROLE_SERVICE:
		return NULL;
	case ROLE_CRASH_HANDLER:
		return find_crash_handler(s, p, reason);
	case ROLE_HELPER:
		found = main_above(s, p);
		if (!found)
			return app_of(up);
		return found->app ? found->app : found;
	case ROLE_LAUNCHER:
		return app_of(up) ? app_of(up) : p;
	default:
		break;
	}
	if (p->role_kind == ROLE_MAIN || p->main_by_helper) {
		found = app_of(up);
		return found && (found->role_kind == ROLE_LAUNCHER ||
				 same_home(found, p))
			       ? found
			       : p;
	}
	*reason = "started by a process of that app";
	return app_of(up);
}

/* What people call it, from the strongest that is known. Owned by the caller.
 */
static struct value app_name(struct store *s, const struct process *app,
			     enum fact_state *state)
{
	static const enum fact_id ids[] = {FACT_FLATPAK_APP, FACT_SNAP};
	struct role_answer answer;
	struct value v;

	*state = FACT_KNOWN;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		v = fact_value(app, ids[i]);
		if (v.type == VALUE_STRING)
			return value_retain(v);
	}
	*state = FACT_INFERRED;
	role_infer(fact_value(app, FACT_EXECUTABLE), fact_value(app, FACT_NAME),
		   fact_value(app, FACT_ARGUMENTS), &answer);
	if (answer.app_name[0])
		return value_text(s->pool, answer.app_name);
	v = fact_value(app, FACT_EXECUTABLE);
	if (v.type == VALUE_STRING)
		return value_string(s->pool, slice_base_name(value_slice(v)));
	return value_retain(fact_value(app, FACT_NAME));
}

/* Facts a recording brought itself are not overruled. */
static bool given(const struct process *p, enum fact_id id)
{
	const struct fact_slot *slot = &p->slots[id - FACT_FIRST_SLOT];

	return slot->state != FACT_PENDING && slot->source != SOURCE_DERIVED &&
	       slot->source != SOURCE_NONE;
}

/* Without its arguments nobody can tell its role or app: the same gap. */
static struct fact gap_of_arguments(const struct store *s,
				    const struct process *p, const char *absent)
{
	const struct fact_slot *slot =
		&p->slots[FACT_ARGUMENTS - FACT_FIRST_SLOT];

	if (slot->state == FACT_NEEDS_PRIVILEGE || slot->state == FACT_FAILED ||
	    slot->state == FACT_PENDING)
		return fact_gap((enum fact_state)slot->state,
				store_reason(s, slot->reason));
	return fact_gap(FACT_ABSENT, absent);
}

static void set_derived(struct store *s, struct process *p, enum fact_id id,
			struct fact f)
{
	if (given(p, id)) {
		value_release(s->pool, f.value);
		return;
	}
	f.source = SOURCE_DERIVED;
	f.read_ns = s->now_ns;
	store_set_slot(s, p, id, &f);
}

/* A helper or crash handler is somebody's: where its program could not be
 * read, whose stays as unknown as that. */
static struct fact gap_of_app(const struct store *s, const struct process *p)
{
	const struct fact_slot *slot =
		&p->slots[FACT_EXECUTABLE - FACT_FIRST_SLOT];
	bool of_some_app = p->role_kind == ROLE_CRASH_HANDLER ||
			   p->role_kind == ROLE_HELPER;

	if (of_some_app && slot->state == FACT_NEEDS_PRIVILEGE)
		return fact_gap(FACT_NEEDS_PRIVILEGE,
				store_reason(s, slot->reason));
	return gap_of_arguments(s, p, "it belongs to no app");
}

static void set_app_fact(struct store *s, struct process *p)
{
	enum fact_state state;
	struct fact f;

	if (p->app) {
		f = fact_known(app_name(s, p->app, &state));
		f.state = p->app_reason ? FACT_INFERRED : state;
		f.reason = p->app_reason;
		if (f.state == FACT_INFERRED && !f.reason)
			f.reason = "the program's name";
	} else {
		f = gap_of_app(s, p);
	}
	set_derived(s, p, FACT_APP, f);
}

/* Keeps the list of those that are their own app. Out of memory: it is not
 * found for a crash handler that hangs elsewhere. */
static void list_main(struct store *s, struct process *p, bool is_app)
{
	if (is_app) {
		if (vec_reserve((void **)&s->mains, &s->main_cap,
				s->main_count + 1, sizeof(struct process *),
				STORE_PROCESSES_MAX))
			s->mains[s->main_count++] = p;
		return;
	}
	for (size_t i = 0; i < s->main_count; i++) {
		if (s->mains[i] != p)
			continue;
		s->mains[i] = s->mains[--s->main_count];
		return;
	}
}

void store_set_app(struct store *s, struct process *p, struct process *app,
		   const char *reason)
{
	if (p->app == app) {
		p->app_reason = reason;
		return;
	}
	if (process_alive(p)) {
		if (p->app && p->app->app_alive > 0 && --p->app->app_alive == 0)
			s->counts.apps--;
		if (app && app->app_alive++ == 0)
			s->counts.apps++;
	}
	if (p->app == p || app == p)
		list_main(s, p, app == p);
	p->app = app;
	p->app_reason = reason;
	s->shape++;
}

/* A main process that forked without an exec (yet): the copy is not a second
 * app, whatever its arguments look like. */
static bool is_copy_of_main(const struct process *p)
{
	const struct process *up = above(p);
	struct value arguments = fact_value(p, FACT_ARGUMENTS);

	return up && up->role_kind == ROLE_MAIN && p->execs == 0 &&
	       arguments.type == VALUE_LIST &&
	       value_equal(arguments, fact_value(up, FACT_ARGUMENTS));
}

static void update_role(struct store *s, struct process *p)
{
	struct role_answer answer;
	struct fact f;

	role_infer(fact_value(p, FACT_EXECUTABLE), fact_value(p, FACT_NAME),
		   fact_value(p, FACT_ARGUMENTS), &answer);
	if (answer.kind == ROLE_MAIN && is_copy_of_main(p)) {
		answer.kind = ROLE_UNKNOWN;
		answer.reason = "a copy of the main process, forked by it";
		(void)snprintf(answer.role, sizeof(answer.role), "fork");
	}
	p->role_kind = (uint8_t)answer.kind;
	p->role_family = (uint8_t)answer.family;
	p->crash_handler_pid = answer.crash_handler_pid;
	if (answer.role[0]) {
		f = fact_known(value_text(s->pool, answer.role));
		f.state = FACT_INFERRED;
		f.reason = answer.reason;
	} else if (p->main_by_helper) {
		f = fact_known(value_text(s->pool, "main"));
		f.state = FACT_INFERRED;
		f.reason = "its helpers hang under it";
	} else {
		f = gap_of_arguments(s, p, "no role is known for it");
	}
	set_derived(s, p, FACT_ROLE, f);
}

static void push_children(struct store *s, struct process *p, bool helpers)
{
	for (struct process *c = p->first_child; c; c = c->next_sibling)
		if (!helpers || c->role_kind == ROLE_HELPER)
			push(s, c);
}

/* Those who hang on p although they are no longer its children: found by a
 * walk, which only a new app or a new name for it is worth. Whoever has ended
 * belonged to another app or to none. */
static void push_distant(struct store *s, const struct process *p)
{
	for (size_t i = 0; i < s->process_count; i++) {
		struct process *q = s->processes[i];

		if (q->parent == p || q == p)
			continue;
		if (q->app == p ||
		    (process_alive(q) && (q->role_kind == ROLE_CRASH_HANDLER ||
					  (q->birth && !q->app))))
			push(s, q);
	}
}

/* p's arguments name the crash handler of its app. */
static void name_handler(struct store *s, const struct process *p)
{
	struct pid_entry *entry = store_pid_entry(s, p->crash_handler_pid);

	if (!entry)
		return;
	entry->handles_app = p->app->serial;
	if (entry->newest && process_alive(entry->newest) &&
	    !entry->newest->app)
		push(s, entry->newest);
}

static void update_one(struct store *s, struct process *p)
{
	const struct process *old = p->app;
	struct value name = fact_value(p, FACT_APP);
	const char *reason;
	struct process *app = find_app(s, p, &reason);

	if (app && app != p && app->app != app) {
		/* Whoever is pointed at is its own app. */
		if (app->app && app->app->app == app->app)
			app = app->app;
		else if (!app->app)
			push(s, app);
	}
	if (p->main_by_helper)
		update_role(s, p);
	store_set_app(s, p, app, reason);
	value_retain(name);
	set_app_fact(s, p);
	if (p->app != old) {
		store_touch(s, p);
		push_children(s, p, false);
		if (p->app == p)
			push_distant(s, p);
	} else if (p->app == p && p->app_alive > 1 &&
		   !value_equal(name, fact_value(p, FACT_APP))) {
		push_children(s, p, false);
		push_distant(s, p);
	}
	value_release(s->pool, name);
	if (p->app && p->crash_handler_pid)
		name_handler(s, p);
}

void store_update_app(struct store *s, struct process *p, bool facts_changed)
{
	/* A circular recording must not keep this going. */
	size_t budget = 4 * s->process_count + 64;

	if (facts_changed)
		update_role(s, p);
	s->app_work_count = 0;
	push(s, p);
	if (facts_changed)
		push_children(s, p, true);
	while (s->app_work_count > 0 && budget-- > 0)
		update_one(s, s->app_work[--s->app_work_count]);
}
