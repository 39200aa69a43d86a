#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "probes/parse/proc_event.h"

/* Messages as Linux 6.18 sends them: nlmsghdr, cn_msg, proc_event. */
struct message {
	uint32_t length;
	uint16_t type, flags;
	uint32_t sequence, port;
	uint32_t idx, val, seq, ack;
	uint16_t data_length, cn_flags;
	uint32_t what, cpu;
	uint32_t time_low, time_high;
	uint32_t data[6];
};

static struct message make(uint32_t what, uint32_t a, uint32_t b, uint32_t c,
			   uint32_t d)
{
	return (struct message){
		.length = sizeof(struct message),
		.type = 3,
		.idx = 1,
		.val = 1,
		.data_length = 40,
		.what = what,
		.time_low = 7,
		.time_high = 1,
		.data = {a, b, c, d},
	};
}

static struct proc_event_read take(const struct message *m, size_t n)
{
	uint8_t *copy = cut_copy(slice_of(m, sizeof(*m)), n);
	struct slice bytes = slice_of(copy, n);
	struct proc_event_read e;

	if (!proc_event_take(&bytes, &e))
		e.kind = PROC_EVENT_OTHER;
	free(copy);
	return e;
}

static void proc_event__reads_births_and_ends(void **state)
{
	struct message m = make(1, 100, 90, 200, 200);
	struct proc_event_read e = take(&m, sizeof(m));

	(void)state;
	assert_int_equal(e.kind, PROC_EVENT_FORKED);
	assert_int_equal(e.pid, 200);
	/* The process that forked, not the thread. */
	assert_int_equal(e.value, 90);
	assert_true(e.time_ns == ((int64_t)1 << 32 | 7));
	m = make(0x80000000, 200, 200, 0x8b, 17);
	e = take(&m, sizeof(m));
	assert_int_equal(e.kind, PROC_EVENT_EXITED);
	assert_int_equal(e.value, 0x8b);
	m = make(2, 200, 200, 0, 0);
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_EXECED);
	m = make(4, 200, 200, 0, 0);
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_ID_CHANGED);
	m = make(0, 111, 0, 0, 0);
	e = take(&m, sizeof(m));
	assert_int_equal(e.kind, PROC_EVENT_ACK);
	assert_int_equal(e.value, 111);
}

static void proc_event__threads_are_no_processes(void **state)
{
	struct message m = make(1, 100, 90, 201, 200);

	(void)state;
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
	m = make(0x80000000, 201, 200, 0, 0);
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
	m = make(0x200, 201, 200, 0x41414141, 0x41414141);
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
}

static void proc_event__names_end(void **state)
{
	struct message m = make(0x200, 200, 200, 0x41414141, 0x41414141);
	struct proc_event_read e;

	(void)state;
	m.data[4] = m.data[5] = 0x41414141;
	e = take(&m, sizeof(m));
	assert_int_equal(e.kind, PROC_EVENT_RENAMED);
	assert_string_equal(e.name, "AAAAAAAAAAAAAAA");
}

static void proc_event__cut_anywhere_is_nothing(void **state)
{
	struct message m = make(1, 100, 90, 200, 200);

	(void)state;
	for (size_t n = 0; n < sizeof(m); n++)
		assert_int_equal(take(&m, n).kind, PROC_EVENT_OTHER);
	/* A length that promises more or less than there is. */
	m.length = 200;
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
	m.length = 15;
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
	m.length = 60;
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
	m = make(1, 100, 90, 200, 200);
	m.idx = 2;
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
	m = make(1, 100, 90, 0x80000001, 0x80000001);
	assert_int_equal(take(&m, sizeof(m)).kind, PROC_EVENT_OTHER);
}

static void proc_event__several_in_one_datagram(void **state)
{
	struct message both[2] = {make(1, 1, 1, 200, 200),
				  make(2, 200, 200, 0, 0)};
	struct slice bytes = slice_of(both, sizeof(both));
	struct proc_event_read e;

	(void)state;
	assert_true(proc_event_take(&bytes, &e));
	assert_int_equal(e.kind, PROC_EVENT_FORKED);
	assert_true(proc_event_take(&bytes, &e));
	assert_int_equal(e.kind, PROC_EVENT_EXECED);
	assert_false(proc_event_take(&bytes, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proc_event__reads_births_and_ends),
		cmocka_unit_test(proc_event__threads_are_no_processes),
		cmocka_unit_test(proc_event__names_end),
		cmocka_unit_test(proc_event__cut_anywhere_is_nothing),
		cmocka_unit_test(proc_event__several_in_one_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
