#include "../../../../probes/probe.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER                                                                 \
	"{\"schema\":\"sandtree/recording/1\",\"label\":\"made\","             \
	"\"host\":{\"os\":\"linux\"},\"start\":\"1970-01-01T00:00:10Z\"}\n"
#define LISTED(at) "{\"type\":\"listed\",\"at\":" at "}\n"

static const int64_t second_ns = 1000000000;
static const int64_t millisecond_ns = 1000000;

struct fixture {
	struct value_pool *pool;
	struct probe *probe;
	int pipe[2];
	size_t count;
	struct event last;
	struct event_sink sink;
};

static void count_event(void *context, const struct event *e)
{
	struct fixture *f = context;

	f->count++;
	f->last = *e;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->pool = value_pool_new();
	f->sink = (struct event_sink){count_event, f};
	if (pipe(f->pipe) < 0)
		return -1;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	replay_probe.close(f->probe);
	close(f->pipe[0]);
	if (f->pipe[1] >= 0)
		close(f->pipe[1]);
	value_pool_free(f->pool);
	free(f);
	return 0;
}

static void open_pipe(struct fixture *f, double speed)
{
	struct probe_options options = {
		.pool = f->pool, .fd = f->pipe[0], .speed = speed};

	assert_int_equal(replay_probe.open(&options, &f->probe, NULL),
			 STATUS_OK);
}

static void give(struct fixture *f, const char *text)
{
	assert_int_equal(write(f->pipe[1], text, strlen(text)), strlen(text));
}

static void end_input(struct fixture *f)
{
	close(f->pipe[1]);
	f->pipe[1] = -1;
}

static enum status pump(struct fixture *f, struct error *err)
{
	bool more;

	return replay_probe.pump(f->probe, INT64_MAX, &f->sink, &more, err);
}

static bool readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static void replay__all_at_once_ends_at_the_last_event(void **state)
{
	struct fixture *f = *state;

	give(f, HEADER LISTED("1") LISTED("90") LISTED("3"));
	end_input(f);
	open_pipe(f, 0);
	assert_int_equal(pump(f, NULL), STATUS_CANCELLED);
	assert_int_equal(f->count, 4);
	assert_int_equal(replay_probe.now(f->probe), 100 * second_ns);
	assert_int_equal(pump(f, NULL), STATUS_CANCELLED);
	assert_int_equal(f->count, 4);
	assert_int_equal(replay_probe.deadline(f->probe), INT64_MAX);
}

static void replay__a_pipe_is_never_waited_for(void **state)
{
	struct fixture *f = *state;

	open_pipe(f, 0);
	assert_int_equal(pump(f, NULL), STATUS_OK);
	assert_false(readable(replay_probe.descriptor(f->probe)));
	give(f, HEADER "{\"type\":\"lis");
	assert_true(readable(replay_probe.descriptor(f->probe)));
	assert_int_equal(pump(f, NULL), STATUS_OK);
	assert_int_equal(f->count, 1);
	give(f, "ted\",\"at\":2}\n");
	assert_int_equal(pump(f, NULL), STATUS_OK);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->last.time_ns, 12 * second_ns);
}

static void replay__the_last_line_needs_no_newline(void **state)
{
	struct fixture *f = *state;

	give(f, HEADER "{\"type\":\"listed\",\"at\":2}");
	end_input(f);
	open_pipe(f, 0);
	assert_int_equal(pump(f, NULL), STATUS_CANCELLED);
	assert_int_equal(f->count, 2);
}

static void replay__a_cut_line_is_an_error_with_its_place(void **state)
{
	struct fixture *f = *state;
	struct error err;

	give(f, HEADER LISTED("1") "{\"type\":\"lis");
	end_input(f);
	open_pipe(f, 0);
	assert_int_equal(pump(f, &err), STATUS_MALFORMED);
	assert_int_equal(err.line, 3);
	assert_true(err.column > 1);
	assert_int_equal(f->count, 2);
}

static void replay__an_empty_input_is_no_recording(void **state)
{
	struct fixture *f = *state;
	struct error err;

	end_input(f);
	open_pipe(f, 0);
	assert_int_equal(pump(f, &err), STATUS_MALFORMED);
	assert_int_equal(err.line, 1);
}

static void replay__live_sources_become_recorded(void **state)
{
	struct fixture *f = *state;

	give(f, HEADER "{\"type\":\"source\",\"at\":0,\"id\":\"proc\","
		       "\"state\":\"live\"}\n");
	open_pipe(f, 0);
	pump(f, NULL);
	assert_int_equal(f->last.as.source.state, SOURCE_RECORDED);
	give(f, "{\"type\":\"source\",\"at\":0,\"id\":\"audit\","
		"\"state\":\"needs_privilege\"}\n");
	pump(f, NULL);
	assert_int_equal(f->last.as.source.state, SOURCE_NEEDS_PRIVILEGE);
}

static void replay__what_was_passed_over_is_told(void **state)
{
	struct fixture *f = *state;

	give(f, HEADER "{\"type\":\"dream\",\"at\":0}\n");
	end_input(f);
	open_pipe(f, 0);
	assert_int_equal(pump(f, NULL), STATUS_CANCELLED);
	assert_int_equal(f->last.type, EVENT_SOURCE);
	assert_int_equal(f->last.as.source.source, SOURCE_OTHER);
}

static void replay__the_clock_holds_events_back(void **state)
{
	struct fixture *f = *state;
	struct timespec nap = {0, 60 * millisecond_ns};
	int64_t now;

	give(f, HEADER LISTED("0.2") LISTED("500"));
	open_pipe(f, 10);
	assert_int_equal(pump(f, NULL), STATUS_OK);
	assert_int_equal(f->count, 1);
	/* What waits is neither readable nor due. */
	assert_false(readable(replay_probe.descriptor(f->probe)));
	assert_true(replay_probe.deadline(f->probe) < INT64_MAX);
	nanosleep(&nap, NULL);
	assert_int_equal(pump(f, NULL), STATUS_OK);
	assert_int_equal(f->count, 2);
	now = replay_probe.now(f->probe);
	assert_true(now >= 10 * second_ns + 600 * millisecond_ns);
	assert_true(now < 100 * second_ns);
}

static void replay__pause_stops_the_clock(void **state)
{
	struct fixture *f = *state;
	struct timespec nap = {0, 30 * millisecond_ns};
	int64_t now;

	give(f, HEADER LISTED("0.1"));
	open_pipe(f, 10);
	pump(f, NULL);
	replay_probe.pause(f->probe, true);
	now = replay_probe.now(f->probe);
	nanosleep(&nap, NULL);
	assert_int_equal(replay_probe.now(f->probe), now);
	assert_int_equal(pump(f, NULL), STATUS_OK);
	assert_int_equal(f->count, 1);
	assert_int_equal(replay_probe.deadline(f->probe), INT64_MAX);
	replay_probe.pause(f->probe, false);
	nanosleep(&nap, NULL);
	pump(f, NULL);
	assert_int_equal(f->count, 2);
}

static void replay__only_files_and_pipes_are_opened(void **state)
{
	static const struct {
		const char *path;
		enum status status;
	} cases[] = {
		{"/nowhere/at/all", STATUS_NOT_FOUND},
		{"/", STATUS_UNSUPPORTED},
		{"/dev/zero", STATUS_UNSUPPORTED},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct probe_options options = {.pool = f->pool,
						.path = cases[i].path};
		struct error err;

		assert_int_equal(replay_probe.open(&options, &f->probe, &err),
				 cases[i].status);
	}
}

int main(void)
{
#define WITH_PIPE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_PIPE(replay__all_at_once_ends_at_the_last_event),
		WITH_PIPE(replay__a_pipe_is_never_waited_for),
		WITH_PIPE(replay__the_last_line_needs_no_newline),
		WITH_PIPE(replay__a_cut_line_is_an_error_with_its_place),
		WITH_PIPE(replay__an_empty_input_is_no_recording),
		WITH_PIPE(replay__live_sources_become_recorded),
		WITH_PIPE(replay__what_was_passed_over_is_told),
		WITH_PIPE(replay__the_clock_holds_events_back),
		WITH_PIPE(replay__pause_stops_the_clock),
		WITH_PIPE(replay__only_files_and_pipes_are_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
