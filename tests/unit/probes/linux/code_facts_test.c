#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probes/probe.h"

struct seen {
	struct value_pool *pool;
	int64_t pid;
	enum fact_state build_id, package;
	char text[256];
	size_t others; /* build-ids of processes nobody looks at */
};

static void emit(void *context, const struct event *e)
{
	struct seen *s = context;

	if (e->type != EVENT_FACTS)
		return;
	for (size_t i = 0; i < e->as.facts.count; i++) {
		const struct event_fact *f = &e->as.facts.items[i];

		if (f->id != FACT_BUILD_ID && f->id != FACT_PACKAGE)
			continue;
		if (e->pid != s->pid) {
			s->others += f->fact.state == FACT_KNOWN;
		} else if (f->id == FACT_BUILD_ID) {
			s->build_id = f->fact.state;
		} else {
			struct slice v = value_slice(f->fact.value);

			s->package = f->fact.state;
			(void)snprintf(s->text, sizeof(s->text), "%.*s",
				       (int)v.len, (const char *)v.ptr);
		}
	}
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until both facts were told of the process in the detail, at most 10 s:
 * others' births wake us as well. */
static void watch(struct seen *s)
{
	const struct probe_ops *ops = probe_live();
	struct probe_options options = {.pool = s->pool};
	struct event_sink sink = {emit, s};
	int64_t until = now_ms() + 10000;
	struct probe *p;
	bool more;

	assert_int_equal(ops->open(&options, &p, NULL), STATUS_OK);
	ops->look_at(p, &s->pid, 1, s->pid);
	for (int i = 0; now_ms() < until && !(s->build_id && s->package); i++) {
		struct pollfd fd = {ops->descriptor(p), POLLIN, 0};

		if (i % 10 == 0)
			ops->tick(p);
		assert_int_equal(ops->pump(p, 5000000, &sink, &more, NULL),
				 STATUS_OK);
		(void)poll(&fd, 1, 10);
	}
	ops->close(p);
}

static void code_facts__of_the_process_in_the_detail(void **state)
{
	struct seen s = {.pool = value_pool_new()};
	pid_t child = fork();

	(void)state;
	if (!child) {
		execl("/bin/sleep", "sleep", "60", (char *)NULL);
		_exit(1);
	}
	assert_true(child > 0);
	s.pid = child;
	watch(&s);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	assert_int_equal(s.build_id, FACT_KNOWN);
	assert_int_equal(s.others, 0);
	if (access("/var/lib/dpkg/info/coreutils.list", R_OK) == 0) {
		assert_int_equal(s.package, FACT_KNOWN);
		assert_int_equal(strncmp(s.text, "coreutils ", 10), 0);
	} else {
		assert_int_not_equal(s.package, FACT_PENDING);
	}
	value_pool_free(s.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_facts__of_the_process_in_the_detail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
