#include "../../../model/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const header =
	"{\"schema\":\"sandtree/recording/1\",\"schema_minor\":0,"
	"\"label\":\"made\",\"host\":{\"os\":\"macos\",\"release\":\"15.6\"},"
	"\"start\":\"2025-09-01T09:00:00Z\"}";

/* 2025-09-01T09:00:00Z */
static const int64_t start_ns = INT64_C(1756717200000000000);
static const int64_t second_ns = 1000000000;

enum { SEEN_MAX = 16, FACTS_SEEN_MAX = 8 };

/* What came out, with its values kept. */
struct fixture {
	struct value_pool *pool;
	struct recording_reader *reader;
	struct event_sink sink;
	struct event seen[SEEN_MAX];
	struct event_fact facts[FACTS_SEEN_MAX];
	char reasons[FACTS_SEEN_MAX][64];
	size_t count;
};

static void keep(void *context, const struct event *e)
{
	struct fixture *f = context;

	assert_true(f->count < SEEN_MAX);
	f->seen[f->count++] = *e;
	if (e->type != EVENT_FACTS)
		return;
	assert_true(e->as.facts.count <= FACTS_SEEN_MAX);
	for (size_t i = 0; i < e->as.facts.count; i++) {
		f->facts[i] = e->as.facts.items[i];
		value_retain(f->facts[i].fact.value);
		if (!f->facts[i].fact.reason)
			continue;
		snprintf(f->reasons[i], sizeof(f->reasons[i]), "%s",
			 f->facts[i].fact.reason);
		f->facts[i].fact.reason = f->reasons[i];
	}
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->pool = value_pool_new();
	f->reader = recording_reader_new(f->pool);
	f->sink = (struct event_sink){keep, f};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	recording_reader_free(f->reader);
	value_pool_free(f->pool);
	free(f);
	return 0;
}

static enum status feed(struct fixture *f, const char *line, struct error *err)
{
	return recording_read_line(f->reader, slice_text(line), &f->sink, err);
}

static void feed_header(struct fixture *f)
{
	assert_int_equal(feed(f, header, NULL), STATUS_OK);
}

static void recording__header_tells_the_host(void **state)
{
	struct fixture *f = *state;

	feed_header(f);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->seen[0].type, EVENT_HOST);
	assert_int_equal(f->seen[0].time_ns, start_ns);
	assert_int_equal(recording_skipped(f->reader), 0);
}

static void recording__at_counts_from_the_start(void **state)
{
	struct fixture *f = *state;

	feed_header(f);
	assert_int_equal(feed(f, "{\"type\":\"listed\",\"at\":1.5}", NULL),
			 STATUS_OK);
	assert_int_equal(f->seen[1].time_ns, start_ns + 3 * second_ns / 2);
	assert_int_equal(feed(f,
			      "{\"type\":\"listed\","
			      "\"time\":\"2025-09-01T09:00:02.000000001Z\"}",
			      NULL),
			 STATUS_OK);
	assert_int_equal(f->seen[2].time_ns, start_ns + 2 * second_ns + 1);
}

static void recording__facts_have_their_states(void **state)
{
	struct fixture *f = *state;

	feed_header(f);
	assert_int_equal(
		feed(f,
		     "{\"type\":\"facts\",\"at\":0,\"pid\":5,"
		     "\"facts\":{\"name\":\"a\\\\x1bb\",\"role\":\"gpu\"},"
		     "\"absent\":[\"team_id\"],"
		     "\"inferred\":{\"role\":\"argument --type\"},"
		     "\"gaps\":{\"cdhash\":{\"state\":\"needs_privilege\","
		     "\"why\":\"root\"}}}",
		     NULL),
		STATUS_OK);
	assert_int_equal(f->seen[1].as.facts.count, 4);
	assert_int_equal(f->facts[0].id, FACT_NAME);
	assert_true(slice_is(value_slice(f->facts[0].fact.value), "a\033b"));
	assert_int_equal(f->facts[1].fact.state, FACT_INFERRED);
	assert_string_equal(f->reasons[1], "argument --type");
	assert_int_equal(f->facts[2].fact.state, FACT_ABSENT);
	assert_int_equal(f->facts[3].fact.state, FACT_NEEDS_PRIVILEGE);
	assert_string_equal(f->reasons[3], "root");
}

static void recording__what_is_newer_is_counted(void **state)
{
	struct fixture *f = *state;

	feed_header(f);
	assert_int_equal(feed(f, "{\"type\":\"telepathy\",\"at\":0}", NULL),
			 STATUS_OK);
	assert_int_equal(recording_skipped(f->reader), 1);
	assert_int_equal(feed(f,
			      "{\"type\":\"facts\",\"at\":0,\"pid\":5,"
			      "\"facts\":{\"aura\":7},\"mood\":1}",
			      NULL),
			 STATUS_OK);
	assert_int_equal(recording_skipped(f->reader), 3);
	assert_int_equal(feed(f,
			      "{\"type\":\"denial\",\"at\":0,"
			      "\"class\":\"new\",\"operation\":\"x\"}",
			      NULL),
			 STATUS_OK);
	assert_int_equal(recording_skipped(f->reader), 4);
	assert_int_equal(f->count, 2);
}

struct bad_line {
	const char *line;
	size_t column;
	const char *words;
};

static void recording__errors_name_line_and_column(void **state)
{
	static const struct bad_line cases[] = {
		{"{\"type\":", 8, "JSON"},
		{"[]", 1, "an object"},
		{"{}", 1, "type"},
		{"{\"type\":5}", 9, "type"},
		{"{\"type\":\"listed\"}", 1, "time"},
		{"{\"type\":\"listed\",\"at\":\"x\"}", 23, "seconds"},
		{"{\"type\":\"listed\",\"at\":1e300}", 23, "seconds"},
		{"{\"type\":\"listed\",\"time\":\"noon\"}", 25, "time"},
		{"{\"type\":\"exec\",\"at\":0}", 1, "pid"},
		{"{\"type\":\"exec\",\"at\":0,\"pid\":-1}", 29, "pid"},
		{"{\"type\":\"exec\",\"at\":0,\"pid\":4294967296}", 29, "pid"},
		{"{\"type\":\"exit\",\"at\":0,\"pid\":1,\"code\":1,"
		 "\"signal\":1}",
		 49, "either"},
		{"{\"type\":\"message\",\"at\":0,\"text\":\"\\\\q\"}", 33,
		 "text"},
		/* é is one character of two bytes. */
		{"{\"type\":\"listed\",\"é\":0,\"at\":true}", 29, "seconds"},
		{"{\"type\":\"facts\",\"at\":0,\"pid\":1,"
		 "\"facts\":{\"uid\":\"x\"}}",
		 47, "expected int"},
		{"{\"type\":\"facts\",\"at\":0,\"pid\":1,"
		 "\"facts\":{\"uid\":1},\"absent\":[\"uid\"]}",
		 59, "twice"},
		{"{\"type\":\"facts\",\"at\":0,\"pid\":1,"
		 "\"inferred\":{\"role\":\"x\"}}",
		 51, "no value"},
		{"{\"type\":\"facts\",\"at\":0,\"pid\":1,"
		 "\"facts\":{\"pid\":1}}",
		 47, "not as a fact"},
		{"{\"type\":\"facts\",\"at\":0,\"pid\":1,"
		 "\"gaps\":{\"uid\":{\"state\":\"known\"}}}",
		 46, "no value"},
	};
	struct fixture *f = *state;

	feed_header(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = {0};

		assert_int_equal(feed(f, cases[i].line, &err),
				 STATUS_MALFORMED);
		assert_int_equal(err.line, i + 2);
		if (err.column != cases[i].column ||
		    !strstr(err.message, cases[i].words))
			fail_msg("%s: column %zu: %s", cases[i].line,
				 err.column, err.message);
	}
	assert_int_equal(f->count, 1);
}

static void recording__the_header_comes_first(void **state)
{
	static const char *const bad[] = {
		"{\"type\":\"listed\",\"at\":0}",
		"{\"schema\":\"sandtree/recording/2\"}",
		"{\"schema\":\"sandtree/recording/1\"}",
		("{\"schema\":\"sandtree/recording/1\","
		 "\"start\":\"2025-09-01T09:00:00Z\"}"),
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(feed(f, bad[i], NULL), STATUS_MALFORMED);
	assert_int_equal(f->count, 0);
}

static void recording__depth_and_length_have_limits(void **state)
{
	struct fixture *f = *state;
	size_t depth = 100000, big = JSON_LINE_MAX + 1;
	char *line = malloc(big + 1);
	struct error err;

	feed_header(f);
	memset(line, ' ', big);
	line[big] = 0;
	assert_int_equal(feed(f, line, &err), STATUS_LIMIT);
	assert_int_equal(err.line, 2);
	memset(line, '[', depth);
	line[depth] = 0;
	assert_int_equal(feed(f, line, &err), STATUS_MALFORMED);
	assert_int_equal(err.line, 3);
	free(line);
}

/* Reads back what was written and writes it again: nothing may change. */
static void again(struct fixture *f, const struct event *e)
{
	json_t *json = recording_event(e);
	char *first, *second;

	assert_non_null(json);
	first = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	f->count = 0;
	assert_int_equal(feed(f, first, NULL), STATUS_OK);
	assert_int_equal(f->count, 1);
	assert_int_equal(recording_skipped(f->reader), 0);
	if (e->type == EVENT_FACTS)
		f->seen[0].as.facts.items = f->facts;
	if (e->type == EVENT_FACTS || e->type == EVENT_EXIT ||
	    e->type == EVENT_SPAWN || e->type == EVENT_LOST) {
		json = recording_event(&f->seen[0]);
		second = json_dumps(json, JSON_COMPACT);
		json_decref(json);
		assert_string_equal(first, second);
		free(second);
	}
	free(first);
}

static void recording__written_events_are_read_back(void **state)
{
	struct fixture *f = *state;
	struct value odd = value_string(f->pool, slice_of("\xff\0\n\"", 4));
	struct event_fact facts[] = {
		{FACT_NAME, fact_known(odd)},
		{FACT_TEAM_ID, fact_gap(FACT_ABSENT, NULL)},
		{FACT_ROLE, fact_known(odd)},
		{FACT_LANDLOCK, fact_gap(FACT_UNSUPPORTED, "no \033 word")},
		{FACT_ENTITLEMENTS,
		 fact_known(value_dict(f->pool, NULL, NULL, 0))},
	};
	struct event e = {.type = EVENT_FACTS,
			  .source = SOURCE_PROC,
			  .time_ns = start_ns + 12345,
			  .pid = 77};

	facts[2].fact.state = FACT_INFERRED;
	facts[2].fact.reason = "argument";
	feed_header(f);
	e.as.facts = (struct event_facts){facts, 5};
	again(f, &e);
	e.type = EVENT_SPAWN;
	e.as.spawn = (struct event_spawn){3, 2, start_ns, true};
	again(f, &e);
	e.type = EVENT_EXIT;
	e.as.exit = (struct event_exit){EXIT_SIGNAL, 5, true};
	again(f, &e);
	e.as.exit = (struct event_exit){EXIT_CODE, -1, false};
	again(f, &e);
	e.type = EVENT_LOST;
	e.as.lost.count = 9;
	again(f, &e);
	e.type = EVENT_DENIAL;
	e.as.denial = (struct denial){.class = DENIAL_SECCOMP,
				      .attribution = ATTRIBUTED_PID,
				      .operation = odd,
				      .count = 3};
	again(f, &e);
	assert_int_equal(f->seen[0].as.denial.class, DENIAL_SECCOMP);
	assert_int_equal(f->seen[0].as.denial.attribution, ATTRIBUTED_PID);
	assert_int_equal(f->seen[0].as.denial.count, 3);
	assert_int_equal(f->seen[0].as.denial.target.type, VALUE_NONE);
	e.type = EVENT_SOURCE;
	e.as.source = (struct event_source){.source = SOURCE_AUDIT,
					    .state = SOURCE_NEEDS_PRIVILEGE,
					    .why = odd};
	again(f, &e);
	assert_int_equal(f->seen[0].as.source.source, SOURCE_AUDIT);
	assert_int_equal(f->seen[0].as.source.state, SOURCE_NEEDS_PRIVILEGE);
}

static void recording__line_time_needs_no_reading(void **state)
{
	struct fixture *f = *state;
	int64_t time_ns = 0;

	assert_false(
		recording_line_time(f->reader, slice_text(header), &time_ns));
	feed_header(f);
	assert_true(recording_line_time(
		f->reader, slice_text("{\"type\":\"new\",\"at\":2}"),
		&time_ns));
	assert_int_equal(time_ns, start_ns + 2 * second_ns);
	assert_false(recording_line_time(f->reader, slice_text("{\"at\":"),
					 &time_ns));
	assert_false(recording_line_time(f->reader, slice_text(""), &time_ns));
	assert_int_equal(recording_lines(f->reader), 1);
}

int main(void)
{
#define READING(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		READING(recording__header_tells_the_host),
		READING(recording__at_counts_from_the_start),
		READING(recording__facts_have_their_states),
		READING(recording__what_is_newer_is_counted),
		READING(recording__errors_name_line_and_column),
		READING(recording__the_header_comes_first),
		READING(recording__depth_and_length_have_limits),
		READING(recording__written_events_are_read_back),
		READING(recording__line_time_needs_no_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
