#include "../../../tui/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../../model/capability.h"

enum { TEXT_MAX = 4096 };

static const int64_t second = 1000000000;

struct fixture {
	struct store *store;
	struct value_pool *pool;
	struct text text;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	setenv("TZ", "UTC", 1);
	f->store = store_new();
	f->pool = store_pool(f->store);
	text_init(&f->text, TEXT_MAX);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	text_release(&f->text);
	store_free(f->store);
	free(f);
	return 0;
}

static const char *shown(struct fixture *f)
{
	return f->text.len ? f->text.ptr : "";
}

static void apply(struct fixture *f, struct event e)
{
	assert_int_equal(store_apply(f->store, &e, NULL), STATUS_OK);
}

static struct process *spawn(struct fixture *f, int64_t pid)
{
	struct event e = {.type = EVENT_SPAWN,
			  .source = SOURCE_PROC,
			  .time_ns = 100 * second,
			  .pid = pid};

	e.as.spawn.ppid = 1;
	e.as.spawn.started_ns = 100 * second;
	apply(f, e);
	return store_by_pid(f->store, pid);
}

static void tell(struct fixture *f, int64_t pid, enum fact_id id,
		 struct fact fact)
{
	struct event_fact item = {id, fact};
	struct event e = {.type = EVENT_FACTS,
			  .source = SOURCE_PROC,
			  .time_ns = 101 * second,
			  .pid = pid};

	e.as.facts = (struct event_facts){&item, 1};
	apply(f, e);
	value_release(f->pool, fact.value);
}

static const char *cell(struct fixture *f, const struct process *p,
			enum fact_id id)
{
	text_reset(&f->text);
	show_fact(&f->text, f->store, p, id, SHOW_CELL, false);
	return shown(f);
}

static void show__every_state_has_its_sign(void **state)
{
	static const struct {
		enum fact_state state;
		const char *utf8, *ascii;
	} cases[] = {
		{FACT_PENDING, "…", "."},         {FACT_ABSENT, "–", "-"},
		{FACT_NEEDS_PRIVILEGE, "?", "?"}, {FACT_UNSUPPORTED, "?", "?"},
		{FACT_FAILED, "?", "?"},
	};
	struct fixture *f = *state;
	struct process *p = spawn(f, 7);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tell(f, 7, FACT_TEAM_ID, fact_gap(cases[i].state, "why"));
		p = store_by_pid(f->store, 7);
		assert_string_equal(cell(f, p, FACT_TEAM_ID), cases[i].utf8);
		text_reset(&f->text);
		show_fact(&f->text, f->store, p, FACT_TEAM_ID, SHOW_CELL, true);
		assert_string_equal(shown(f), cases[i].ascii);
	}
}

static void show__inferred_is_marked(void **state)
{
	struct fixture *f = *state;
	struct process *p = spawn(f, 7);
	struct fact fact = fact_known(value_text(f->pool, "renderer"));

	fact.state = FACT_INFERRED;
	fact.reason = "argument --type";
	tell(f, 7, FACT_ROLE, fact);
	p = store_by_pid(f->store, 7);
	assert_string_equal(cell(f, p, FACT_ROLE), "~renderer");
	fact = process_fact(f->store, p, FACT_ROLE);
	text_reset(&f->text);
	show_reason(&f->text, &fact);
	assert_string_equal(shown(f), "from argument --type");
}

static void show__counts_have_units(void **state)
{
	struct fixture *f = *state;
	struct process *p = spawn(f, 7);

	tell(f, 7, FACT_SECCOMP_FILTERS, fact_known(value_int(1)));
	assert_string_equal(cell(f, p, FACT_SECCOMP_FILTERS), "1 filter");
	tell(f, 7, FACT_SECCOMP_FILTERS, fact_known(value_int(3)));
	assert_string_equal(cell(f, p, FACT_SECCOMP_FILTERS), "3 filters");
	tell(f, 7, FACT_CAPABILITIES_EFFECTIVE,
	     fact_known(value_list(f->pool, NULL, 0)));
	assert_string_equal(cell(f, p, FACT_CAPABILITIES_EFFECTIVE), "none");
}

static void show__outside_bytes_are_escaped(void **state)
{
	struct fixture *f = *state;
	struct process *p = spawn(f, 7);

	tell(f, 7, FACT_NAME,
	     fact_known(value_text(f->pool, "a\033[31m\nb\xff")));
	assert_string_equal(cell(f, p, FACT_NAME), "a\\x1b[31m\\nb\\xff");
	tell(f, 7, FACT_NAME, fact_known(value_text(f->pool, "")));
	assert_string_equal(cell(f, p, FACT_NAME), "\"\"");
}

static void show__reasons_are_escaped(void **state)
{
	struct fixture *f = *state;
	struct fact gap = fact_gap(FACT_NEEDS_PRIVILEGE, "\033c root");

	show_reason(&f->text, &gap);
	assert_string_equal(shown(f), "needs \\x1bc root");
}

static void show__lists_and_dicts(void **state)
{
	static const char *const words[] = {"user", "pid"};
	struct fixture *f = *state;
	struct value keys[2] = {value_text(f->pool, "user"),
				value_text(f->pool, "pid")};
	struct value numbers[2] = {value_int(4026), value_int(4027)};
	struct value list = value_list_of_text(f->pool, words, 2);
	struct value dict = value_dict(f->pool, keys, numbers, 2);

	show_value(&f->text, list, SHOW_DETAIL);
	assert_string_equal(shown(f), "user, pid");
	text_reset(&f->text);
	show_value(&f->text, dict, SHOW_DETAIL);
	assert_string_equal(shown(f), "user 4026, pid 4027");
	text_reset(&f->text);
	show_value(&f->text, dict, SHOW_CELL);
	assert_string_equal(shown(f), "user pid");
	value_release(f->pool, list);
	value_release(f->pool, dict);
}

static void show__a_date_near_now_is_a_time_of_day(void **state)
{
	struct fixture *f = *state;
	struct process *p = spawn(f, 7);

	store_set_now(f->store, 200 * second);
	assert_string_equal(cell(f, p, FACT_STARTED), "00:01:40");
	store_set_now(f->store, 200000 * second);
	assert_string_equal(cell(f, p, FACT_STARTED), "1970-01-01");
}

static void show__signals_differ_by_system(void **state)
{
	struct fixture *f = *state;

	show_signal(&f->text, slice_text("linux"), 10);
	assert_string_equal(shown(f), "SIGUSR1");
	text_reset(&f->text);
	show_signal(&f->text, slice_text("macos"), 10);
	assert_string_equal(shown(f), "SIGBUS");
	text_reset(&f->text);
	show_signal(&f->text, slice_text("linux"), 77);
	assert_string_equal(shown(f), "signal 77");
	text_reset(&f->text);
	show_signal(&f->text, slice_text("linux"), -3);
	assert_string_equal(shown(f), "signal -3");
}

static void show__exits(void **state)
{
	struct fixture *f = *state;
	struct event_exit how = {
		.kind = EXIT_SIGNAL, .value = 11, .core = true};

	show_exit(&f->text, slice_text("linux"), &how);
	assert_string_equal(shown(f), "SIGSEGV, core dumped");
	text_reset(&f->text);
	how = (struct event_exit){.kind = EXIT_CODE, .value = 3};
	show_exit(&f->text, slice_text("linux"), &how);
	assert_string_equal(shown(f), "exit 3");
	text_reset(&f->text);
	how = (struct event_exit){.kind = EXIT_UNKNOWN};
	show_exit(&f->text, slice_text("linux"), &how);
	assert_string_equal(shown(f), "exit unseen");
}

static void show_width__wide_and_combining(void **state)
{
	(void)state;
	assert_int_equal(show_width(slice_text("abc")), 3);
	assert_int_equal(show_width(slice_text("日本")), 4);
	assert_int_equal(show_width(slice_text("e\xcc\x81x")), 2);
	assert_int_equal(show_width(slice_text("")), 0);
}

static const char *fitted(struct fixture *f, const char *text, size_t columns,
			  bool ascii, size_t used)
{
	text_reset(&f->text);
	assert_int_equal(show_fit(&f->text, slice_text(text), columns, ascii),
			 used);
	return shown(f);
}

static void show_fit__cuts_with_an_ellipsis(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(fitted(f, "chromium", 8, false, 8), "chromium");
	assert_string_equal(fitted(f, "chromium", 5, false, 5), "chro…");
	assert_string_equal(fitted(f, "chromium", 5, true, 5), "chro~");
	assert_string_equal(fitted(f, "chromium", 1, false, 1), "…");
	assert_string_equal(fitted(f, "chromium", 0, false, 0), "");
	/* A wide character that would be halved is left out. */
	assert_string_equal(fitted(f, "日本語", 4, false, 3), "日…");
	assert_string_equal(fitted(f, "日本", 4, false, 4), "日本");
	/* A combining mark stays with its letter. */
	assert_string_equal(fitted(f, "e\xcc\x81yz", 2, false, 2),
			    "e\xcc\x81…");
}

static const char *detail(struct fixture *f, int64_t pid, enum fact_id id,
			  struct value v)
{
	tell(f, pid, id, fact_known(v));
	text_reset(&f->text);
	show_fact(&f->text, f->store, store_by_pid(f->store, pid), id,
		  SHOW_DETAIL, false);
	return shown(f);
}

static void show__a_command_line_can_be_copied(void **state)
{
	static const char *const words[] = {
		"/opt/My App/app", "--type=gpu",  "",         "it's",    "a*b",
		"$HOME",           "back\\slash", "\x1b[31m", "don't\n", "~",
		"\xc3\xa9",
	};
	struct fixture *f = *state;
	size_t n = sizeof(words) / sizeof(*words);

	spawn(f, 7);
	assert_string_equal(
		detail(f, 7, FACT_ARGUMENTS,
		       value_list_of_text(f->pool, words, n)),
		"'/opt/My App/app' --type=gpu '' 'it'\\''s' 'a*b' '$HOME' "
		"$'back\\\\slash' $'\\x1b[31m' $'don\\'t\\n' '~' \xc3\xa9");
	assert_string_equal(
		cell(f, store_by_pid(f->store, 7), FACT_ARGUMENTS),
		"'/opt/My App/app' --type=gpu '' 'it'\\''s' 'a*b' '$HOME' "
		"$'back\\\\slash' $'\\x1b[31m' $'don\\'t\\n' '~' \xc3\xa9");
}

/* The capabilities from bit `from` on, and one more word. */
static struct value capabilities(struct fixture *f, unsigned from,
				 const char *more)
{
	const char *words[CAPABILITY_COUNT + 1];
	size_t n = 0;

	for (unsigned c = from; c < CAPABILITY_COUNT; c++)
		words[n++] = capability_name(c);
	if (more)
		words[n++] = more;
	return value_list_of_text(f->pool, words, n);
}

static void show__most_capabilities_are_all_but_few(void **state)
{
	static const enum fact_id id = FACT_CAPABILITIES_EFFECTIVE;
	struct fixture *f = *state;
	struct process *p = spawn(f, 7);

	assert_string_equal(detail(f, 7, id, capabilities(f, 0, NULL)),
			    "all 41");
	assert_string_equal(cell(f, p, id), "all 41");
	assert_string_equal(detail(f, 7, id, capabilities(f, 2, NULL)),
			    "all 41 but cap_chown, cap_dac_override");
	assert_string_equal(cell(f, p, id), "39 caps");
	assert_string_equal(detail(f, 7, id, capabilities(f, 39, NULL)),
			    "cap_bpf, cap_checkpoint_restore");
	assert_string_equal(detail(f, 7, id, capabilities(f, 41, NULL)),
			    "none");
	/* A newer kernel's: what all are is not ours to say. */
	assert_non_null(strstr(detail(f, 7, id, capabilities(f, 1, "cap_41")),
			       "cap_dac_override, "));
	assert_non_null(strstr(shown(f), ", cap_41"));
}

int main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_STORE(show__every_state_has_its_sign),
		WITH_STORE(show__inferred_is_marked),
		WITH_STORE(show__counts_have_units),
		WITH_STORE(show__outside_bytes_are_escaped),
		WITH_STORE(show__reasons_are_escaped),
		WITH_STORE(show__lists_and_dicts),
		WITH_STORE(show__a_date_near_now_is_a_time_of_day),
		WITH_STORE(show__signals_differ_by_system),
		WITH_STORE(show__exits),
		WITH_STORE(show_fit__cuts_with_an_ellipsis),
		cmocka_unit_test(show_width__wide_and_combining),
		WITH_STORE(show__a_command_line_can_be_copied),
		WITH_STORE(show__most_capabilities_are_all_but_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
