#include "collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>

#include "model/base/vec.h"

enum { MOST = 1 << 24, TEXTS = 8, TEXT_BYTES = 8192 };

void collect_init(struct collect *c)
{
	memset(c, 0, sizeof(*c));
	c->pool = value_pool_new();
	if (!c->pool)
		abort();
}

void collect_release(struct collect *c)
{
	for (size_t i = 0; i < c->fact_count; i++)
		value_release(c->pool, c->facts[i].value);
	free(c->facts);
	free(c->events);
	value_pool_free(c->pool);
}

static void copy_text(char *to, size_t bytes, struct slice from)
{
	size_t n = from.len < bytes - 1 ? from.len : bytes - 1;

	if (n)
		memcpy(to, from.ptr, n);
	to[n] = '\0';
}

static void keep_facts(struct collect *c, const struct event *e)
{
	for (size_t i = 0; i < e->as.facts.count; i++) {
		const struct event_fact *f = &e->as.facts.items[i];
		struct collected_fact *to;

		if (!vec_reserve((void **)&c->facts, &c->fact_cap,
				 c->fact_count + 1, sizeof(*c->facts), MOST))
			abort();
		to = &c->facts[c->fact_count++];
		*to = (struct collected_fact){
			.pid = e->pid,
			.time_ns = e->time_ns,
			.id = f->id,
			.state = f->fact.state,
			.value = value_retain(f->fact.value),
		};
		copy_text(to->reason, sizeof(to->reason),
			  slice_text(f->fact.reason));
	}
}

static void keep_source(struct collect *c, const struct event_source *s)
{
	c->sources[s->source] = s->state;
	copy_text(c->why[s->source], sizeof(c->why[0]), value_slice(s->why));
	copy_text(c->note[s->source], sizeof(c->note[0]), value_slice(s->note));
}

static void keep(void *context, const struct event *e)
{
	struct collect *c = context;
	struct collected_event *to;

	if (!vec_reserve((void **)&c->events, &c->event_cap, c->event_count + 1,
			 sizeof(*c->events), MOST))
		abort();
	to = &c->events[c->event_count++];
	*to = (struct collected_event){
		.type = e->type,
		.source = e->source,
		.pid = e->pid,
		.time_ns = e->time_ns,
	};
	switch (e->type) {
	case EVENT_SPAWN:
	case EVENT_REPARENT:
		to->spawn = e->as.spawn;
		break;
	case EVENT_EXIT:
		to->exit = e->as.exit;
		break;
	case EVENT_LOST:
		to->lost = e->as.lost.count;
		break;
	case EVENT_FACTS:
		keep_facts(c, e);
		break;
	case EVENT_SOURCE:
		keep_source(c, &e->as.source);
		break;
	case EVENT_LISTED:
		c->listed = true;
		break;
	default:
		break;
	}
}

struct event_sink collect_sink(struct collect *c)
{
	return (struct event_sink){keep, c};
}

const struct collected_fact *collect_fact(const struct collect *c, int64_t pid,
					  enum fact_id id)
{
	for (size_t i = c->fact_count; i > 0; i--)
		if (c->facts[i - 1].pid == pid && c->facts[i - 1].id == id)
			return &c->facts[i - 1];
	return NULL;
}

static void add_value(char *to, size_t bytes, struct value v)
{
	size_t n = strlen(to);

	switch (v.type) {
	case VALUE_BOOL:
		snprintf(to + n, bytes - n, "%s", v.as.boolean ? "yes" : "no");
		break;
	case VALUE_INT:
		snprintf(to + n, bytes - n, "%lld", (long long)v.as.integer);
		break;
	case VALUE_LIST:
	case VALUE_DICT:
		for (size_t i = 0; i < value_count(v); i++) {
			n = strlen(to);
			snprintf(to + n, bytes - n, "%s", i ? " " : "");
			if (v.type == VALUE_DICT) {
				add_value(to, bytes, value_key(v, i));
				n = strlen(to);
				snprintf(to + n, bytes - n, "=");
			}
			add_value(to, bytes, value_at(v, i));
		}
		break;
	default:
		copy_text(to + n, bytes - n, value_slice(v));
	}
}

const char *collect_text(const struct collect *c, int64_t pid, enum fact_id id)
{
	static char texts[TEXTS][TEXT_BYTES];
	static unsigned next;
	const struct collected_fact *f = collect_fact(c, pid, id);
	char *text = texts[next++ % TEXTS];

	text[0] = '\0';
	if (!f || (f->state != FACT_KNOWN && f->state != FACT_INFERRED &&
		   f->state != FACT_ABSENT))
		return "?";
	if (f->state == FACT_ABSENT)
		return "-";
	add_value(text, TEXT_BYTES, f->value);
	return text;
}

size_t collect_event(const struct collect *c, enum event_type type, int64_t pid,
		     size_t from)
{
	while (from < c->event_count && (c->events[from].type != type ||
					 (pid && c->events[from].pid != pid)))
		from++;
	return from;
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Sleeps as the program's own loop does: for the descriptor, the deadline. */
static void sleep_for(struct probe *p, int64_t until_ns)
{
	const struct probe_ops *ops = probe_live();
	int64_t due_ns = ops->deadline(p);
	int64_t left;
	struct timespec t;
	fd_set fds;
	int fd = ops->descriptor(p);

	if (due_ns > until_ns)
		due_ns = until_ns;
	left = due_ns - now_ns();
	if (left <= 0)
		return;
	t = (struct timespec){left / 1000000000, left % 1000000000};
	FD_ZERO(&fds);
	FD_SET(fd, &fds);
	pselect(fd + 1, &fds, NULL, NULL, &t, NULL);
}

bool collect_until(struct collect *c, struct probe *p, int64_t timeout_ns,
		   bool (*done)(const struct collect *c, void *context),
		   void *context)
{
	const struct probe_ops *ops = probe_live();
	struct event_sink sink = collect_sink(c);
	int64_t until_ns = now_ns() + timeout_ns;
	bool more = false;

	for (;;) {
		ops->pump(p, 5000000, &sink, &more, NULL);
		if (done && done(c, context))
			return true;
		if (now_ns() >= until_ns)
			return false;
		if (!more)
			sleep_for(p, until_ns);
	}
}

void collect_for(struct collect *c, struct probe *p, int64_t span_ns)
{
	collect_until(c, p, span_ns, NULL, NULL);
}
