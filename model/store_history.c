/* Denials, names and messages: what happened, in a bounded history. */
#include "store_internal.h"

#include <stdlib.h>

#include "base/vec.h"

static void retain(const struct happening *h)
{
	if (h->type == EVENT_DENIAL) {
		value_retain(h->as.denial.process);
		value_retain(h->as.denial.operation);
		value_retain(h->as.denial.target);
		value_retain(h->as.denial.raw);
	} else if (h->type == EVENT_MESSAGE) {
		value_retain(h->as.message.text);
	} else {
		value_retain(h->as.name.name);
		value_retain(h->as.name.kind);
	}
}

static void drop(struct store *s, const struct happening *h)
{
	if (h->type == EVENT_DENIAL) {
		value_release(s->pool, h->as.denial.process);
		value_release(s->pool, h->as.denial.operation);
		value_release(s->pool, h->as.denial.target);
		value_release(s->pool, h->as.denial.raw);
	} else if (h->type == EVENT_MESSAGE) {
		value_release(s->pool, h->as.message.text);
	} else {
		value_release(s->pool, h->as.name.name);
		value_release(s->pool, h->as.name.kind);
	}
}

void store_history_release(struct store *s)
{
	free(s->happenings);
}

/* The place for one more; the oldest gives way when the ring is full. */
static struct happening *next_place(struct store *s)
{
	struct happening *place;

	if (s->happening_count < STORE_EVENTS_KEPT) {
		if (!vec_reserve((void **)&s->happenings, &s->happening_cap,
				 s->happening_count + 1, sizeof(*s->happenings),
				 STORE_EVENTS_KEPT))
			return NULL;
		return &s->happenings[s->happening_count++];
	}
	place = &s->happenings[s->happening_first];
	drop(s, place);
	s->happening_first = (s->happening_first + 1) % STORE_EVENTS_KEPT;
	s->counts.events_forgotten++;
	return place;
}

static struct value name_entry(struct store *s, const struct event *e)
{
	struct value keys[] = {
		value_text(s->pool, "name"),
		value_text(s->pool, "kind"),
		value_text(s->pool, "state"),
	};
	struct value vals[] = {
		value_retain(e->as.name.name),
		value_retain(e->as.name.kind),
		value_text(s->pool, e->type == EVENT_NAME_REMOVED
					    ? "removed"
					    : "registered"),
	};

	return value_dict(s->pool, keys, vals, 3);
}

static bool same_name(struct value entry, const struct event *e)
{
	return value_equal(value_get(entry, "name"), e->as.name.name) &&
	       value_equal(value_get(entry, "kind"), e->as.name.kind);
}

/* The names fact: its list with this name's state brought up to date. */
static enum status update_names(struct store *s, struct process *p,
				const struct event *e, struct error *err)
{
	struct fact f = {.state = FACT_KNOWN,
			 .source = (uint8_t)e->source,
			 .read_ns = e->time_ns};
	struct value old = slot_value(&p->slots[FACT_NAMES - FACT_FIRST_SLOT]);
	size_t n = value_count(old), count = 0;
	struct value *items = calloc(n + 1, sizeof(*items));

	if (!items)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (!same_name(value_at(old, i), e))
			items[count++] = value_retain(value_at(old, i));
	if (count < STORE_NAMES_MAX)
		items[count++] = name_entry(s, e);
	f.value = value_list(s->pool, items, count);
	free(items);
	if (f.value.type == VALUE_NONE)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	store_set_slot(s, p, FACT_NAMES, &f);
	return STATUS_OK;
}

enum status store_apply_happening(struct store *s, struct process *p,
				  const struct event *e, struct error *err)
{
	struct happening *place = next_place(s);
	struct happening h = {
		.type = e->type,
		.source = e->source,
		.time_ns = e->time_ns,
		.pid = e->pid,
		.process = p ? p->serial : 0,
	};

	if (!place)
		return error_set(err, STATUS_MEMORY, -1,
				 "out of memory in the history");
	if (e->type == EVENT_DENIAL) {
		int64_t n = e->as.denial.count > 0 ? e->as.denial.count : 1;

		h.as.denial = e->as.denial;
		h.as.denial.count = n;
		s->counts.denials += n;
		if (p) {
			p->denial_count += n;
			p->last_denial_ns = e->time_ns;
			s->fact_generation[FACT_DENIALS]++;
		}
	} else if (e->type == EVENT_MESSAGE) {
		h.as.message = e->as.message;
	} else {
		h.as.name = e->as.name;
	}
	retain(&h);
	*place = h;
	if (!p) {
		/* What names no process, like a line of a log, misses none. */
		s->counts.unplaced += e->pid > 0;
		s->generation++;
		return STATUS_OK;
	}
	store_touch(s, p);
	if (e->type == EVENT_NAME_REGISTERED || e->type == EVENT_NAME_REMOVED)
		return update_names(s, p, e, err);
	return STATUS_OK;
}
