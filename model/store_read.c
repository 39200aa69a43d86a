/* What views ask of the store; nothing here changes it. */
#include "store.h"

#include "store_internal.h"

int64_t store_now(const struct store *s)
{
	return s->now_ns;
}

const struct store_counts *store_counts(const struct store *s)
{
	return &s->counts;
}

const struct event_host *store_host(const struct store *s)
{
	return &s->host;
}

const struct source_status *store_source(const struct store *s,
					 enum source_id id)
{
	return &s->sources[id];
}

bool store_listed(const struct store *s)
{
	return s->listed;
}

uint32_t store_generation(const struct store *s)
{
	return s->generation;
}

uint32_t store_shape(const struct store *s)
{
	return s->shape;
}

uint32_t store_fact_generation(const struct store *s, enum fact_id id)
{
	return s->fact_generation[id];
}

size_t store_count(const struct store *s)
{
	return s->process_count;
}

struct process *store_at(const struct store *s, size_t i)
{
	return i < s->process_count ? s->processes[i] : NULL;
}

struct pid_entry *store_pid_entry(const struct store *s, int64_t pid)
{
	struct pid_entry *entry;

	HASH_FIND(hh, s->by_pid, &pid, sizeof(pid), entry);
	return entry;
}

struct process *store_by_pid(const struct store *s, int64_t pid)
{
	struct pid_entry *entry = store_pid_entry(s, pid);
	struct process *p = entry ? entry->newest : NULL;

	return p && process_alive(p) ? p : NULL;
}

/* The newest that had begun by then. One found in a listing may be older than
 * the moment it was seen, so the oldest of a pid takes what is left. */
struct process *store_by_pid_at(const struct store *s, int64_t pid,
				int64_t time_ns)
{
	struct pid_entry *entry = store_pid_entry(s, pid);
	struct process *p = entry ? entry->newest : NULL;

	while (p && p->older_same_pid) {
		int64_t begun = p->started_ns ? p->started_ns : p->seen_ns;

		if (begun <= time_ns)
			break;
		p = p->older_same_pid;
	}
	return p;
}

struct process *store_by_serial(const struct store *s, uint32_t serial)
{
	size_t low = 0, high = s->process_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->processes[middle]->serial < serial)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->process_count && s->processes[low]->serial == serial
		       ? s->processes[low]
		       : NULL;
}

void process_add_id(struct text *t, const struct process *p)
{
	text_addf(t, "%lld.%u", (long long)p->pid, p->incarnation);
}

/* Counts of what only sources can tell: with none of them live, zero means
 * nothing. */
static bool any_live(const struct store *s, const enum source_id *ids,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum source_state state = s->sources[ids[i]].state;

		if (state == SOURCE_LIVE || state == SOURCE_RECORDED)
			return true;
	}
	return false;
}

static bool denials_seen_here(const struct store *s)
{
	static const enum source_id ids[] = {
		SOURCE_AUDIT,  SOURCE_JOURNAL,     SOURCE_KMSG,
		SOURCE_TRACE,  SOURCE_UNIFIED_LOG, SOURCE_CRASH_REPORTS,
		SOURCE_STDERR,
	};

	return any_live(s, ids, sizeof(ids) / sizeof(*ids));
}

static struct fact denials_fact(const struct store *s, const struct process *p)
{
	struct fact f = {.read_ns = p->last_denial_ns};

	if (!p->denial_count && !denials_seen_here(s))
		return fact_gap(FACT_UNSUPPORTED,
				"no source of denials is live");
	f.state = FACT_KNOWN;
	f.value = value_int(p->denial_count);
	return f;
}

static bool names_seen_here(const struct store *s)
{
	static const enum source_id ids[] = {
		SOURCE_LAUNCHD,
		SOURCE_DBUS,
		SOURCE_SOCK_DIAG,
	};

	return any_live(s, ids, sizeof(ids) / sizeof(*ids));
}

static struct fact slot_fact(const struct store *s, const struct process *p,
			     enum fact_id id)
{
	const struct fact_slot *slot = &p->slots[id - FACT_FIRST_SLOT];

	return (struct fact){
		.value = slot_value(slot),
		.state = (enum fact_state)slot->state,
		.source = slot->source,
		.read_ns = slot->read_ns,
		.reason = slot->reason ? store_reason(s, slot->reason) : NULL,
	};
}

/* How long it lives or lived. */
static struct fact age_fact(const struct store *s, const struct process *p)
{
	int64_t end = p->exited_ns ? p->exited_ns : s->now_ns;
	struct fact f;

	if (p->started_ns)
		return fact_known(value_int(
			end > p->started_ns ? end - p->started_ns : 0));
	if (!p->seen_birth)
		return fact_gap(FACT_FAILED, "its start time was not read");
	f = fact_known(value_int(end > p->seen_ns ? end - p->seen_ns : 0));
	f.state = FACT_INFERRED;
	f.reason = "counted from when its birth was seen";
	return f;
}

static struct fact started_fact(const struct process *p)
{
	struct fact f;

	if (p->started_ns)
		return fact_known(value_date(p->started_ns));
	if (!p->seen_birth)
		return fact_gap(FACT_FAILED, "its start time was not read");
	f = fact_known(value_date(p->seen_ns));
	f.state = FACT_INFERRED;
	f.reason = "when its birth was seen";
	return f;
}

struct fact process_fact(const struct store *s, const struct process *p,
			 enum fact_id id)
{
	struct fact f;

	switch (id) {
	case FACT_PID:
		return fact_known(value_int(p->pid));
	case FACT_PPID:
		return fact_known(value_int(p->ppid));
	case FACT_STARTED:
		return started_fact(p);
	case FACT_AGE:
		return age_fact(s, p);
	case FACT_EXITED:
		return p->exited_ns ? fact_known(value_date(p->exited_ns))
				    : fact_gap(FACT_ABSENT, "it lives");
	case FACT_EXIT:
		if (!p->exited_ns)
			return fact_gap(FACT_ABSENT, "it lives");
		if (p->how.kind == EXIT_UNKNOWN)
			return fact_gap(FACT_FAILED,
					"it was gone when we looked");
		return fact_known(p->exit_text);
	case FACT_NAMES:
		f = slot_fact(s, p, id);
		if (!fact_has_value(&f) && f.state != FACT_ABSENT &&
		    !names_seen_here(s))
			return fact_gap(FACT_UNSUPPORTED,
					"no source of names is live");
		return f;
	case FACT_DENIALS:
		return denials_fact(s, p);
	default:
		if ((int)id < FACT_FIRST_SLOT || id >= FACT_SLOT_END)
			return fact_gap(FACT_UNSUPPORTED, "no such fact");
		return slot_fact(s, p, id);
	}
}

size_t store_happenings(const struct store *s)
{
	return s->happening_count;
}

const struct happening *store_happening(const struct store *s, size_t i)
{
	if (i >= s->happening_count)
		return NULL;
	return &s->happenings[(s->happening_first + i) % STORE_EVENTS_KEPT];
}
