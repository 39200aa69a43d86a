#include <stdio.h>

#include "../model/scene.h"
#include "tui/held.h"

struct seen {
	enum event_type types[64];
	size_t count;
	char reason[64];
	char text[64];
};

static void see(void *context, const struct event *e)
{
	struct seen *s = context;

	assert_in_range(s->count, 0, 63);
	s->types[s->count++] = e->type;
	if (e->type == EVENT_FACTS && e->as.facts.items[0].fact.reason)
		snprintf(s->reason, sizeof(s->reason), "%s",
			 e->as.facts.items[0].fact.reason);
	if (e->type == EVENT_MESSAGE)
		snprintf(s->text, sizeof(s->text), "%.*s",
			 (int)value_slice(e->as.message.text).len,
			 (const char *)value_slice(e->as.message.text).ptr);
}

static void hold_text(struct held *h, struct value_pool *pool)
{
	struct event_sink sink = held_sink(h);
	struct event e = {.type = EVENT_MESSAGE, .pid = 1};

	e.as.message.text = value_text(pool, "what it said");
	event_emit(&sink, &e);
	/* The probe's own reference goes. */
	value_release(pool, e.as.message.text);
}

static void hold_fact(struct held *h, struct value_pool *pool)
{
	struct event_sink sink = held_sink(h);
	char reason[] = "from what";
	struct event_fact item = {
		.id = FACT_ROLE,
		.fact = {.state = FACT_INFERRED, .reason = reason}};
	struct event e = {
		.type = EVENT_FACTS, .pid = 1, .as.facts = {&item, 1}};

	item.fact.value = value_text(pool, "renderer");
	event_emit(&sink, &e);
	value_release(pool, item.fact.value);
	/* Whoever made the event uses its memory again. */
	memset(reason, 'x', sizeof(reason) - 1);
}

static void held__gives_events_back_in_order_and_whole(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct seen seen = {.count = 0};
	struct event_sink sink = {see, &seen};
	struct held h;

	(void)state;
	held_init(&h, pool);
	hold_text(&h, pool);
	hold_fact(&h, pool);
	assert_int_equal(h.count, 2);
	held_flush(&h, 0, &sink);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.types[0], EVENT_MESSAGE);
	assert_int_equal(seen.types[1], EVENT_FACTS);
	assert_string_equal(seen.text, "what it said");
	assert_string_equal(seen.reason, "from what");
	assert_int_equal(h.count, 0);
	/* Nothing is held any more. */
	assert_int_equal(value_pool_count(pool), 0);
	held_release(&h);
	value_pool_free(pool);
}

static void held__gives_values_back_when_it_is_dropped(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct held h;

	(void)state;
	held_init(&h, pool);
	hold_text(&h, pool);
	hold_fact(&h, pool);
	held_release(&h);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static void held__says_when_it_is_full(void **state)
{
	struct event e = {.type = EVENT_EXIT, .pid = 1};
	struct value_pool *pool = value_pool_new();
	struct event_sink sink;
	struct held h;

	(void)state;
	held_init(&h, pool);
	sink = held_sink(&h);
	for (int i = 0; i < HELD_EVENTS_MAX; i++) {
		assert_false(h.full);
		event_emit(&sink, &e);
	}
	assert_true(h.full);
	held_release(&h);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held__gives_events_back_in_order_and_whole),
		cmocka_unit_test(held__gives_values_back_when_it_is_dropped),
		cmocka_unit_test(held__says_when_it_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
