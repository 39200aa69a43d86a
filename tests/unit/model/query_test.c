#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "scene.h"

#include "model/query.h"

static struct query *parse(const char *text)
{
	struct query *q = NULL;
	struct error err = {0};

	if (query_parse(slice_text(text), &q, &err))
		fail_msg("%s: %s", text, err.message);
	assert_true(slice_is(query_text(q), text));
	return q;
}

/* A renderer about which much is known, and a process of another user's. */
static void make_scene(struct scene *scene)
{
	struct value_pool *pool;
	struct value keys[2], vals[2];

	scene_init(scene);
	pool = store_pool(scene->store);
	scene_found(scene, 100, 1);
	SCENE_PROGRAM(scene, 100, "/usr/lib/chromium/chromium", "chromium",
		      "--type=renderer", "--lang=en-US");
	scene_text(scene, 100, FACT_USER, "Founder");
	scene_text(scene, 100, FACT_SANDBOX, "userns pid net + seccomp");
	SCENE_LIST(scene, 100, FACT_SANDBOX_MECHANISMS, "userns", "pid ns",
		   "seccomp");
	scene_int(scene, 100, FACT_SECCOMP_FILTERS, 1);
	scene_value(scene, 100, FACT_NO_NEW_PRIVS, value_bool(true));
	keys[0] = value_text(pool, "user");
	keys[1] = value_text(pool, "net");
	vals[0] = value_int(4026532310);
	vals[1] = value_int(4026532313);
	scene_value(scene, 100, FACT_NAMESPACES,
		    value_dict(pool, keys, vals, 2));
	scene_fact(scene, 100, FACT_FLATPAK_APP, fact_gap(FACT_ABSENT, NULL));

	scene_found(scene, 200, 1);
	scene_text(scene, 200, FACT_NAME, "secret-agent");
	scene_int(scene, 200, FACT_UID, 0);
	scene_fact(scene, 200, FACT_EXECUTABLE,
		   fact_gap(FACT_NEEDS_PRIVILEGE, "CAP_SYS_PTRACE"));
	scene_wait(scene, 3 * SECOND);
	store_set_now(scene->store, scene->now_ns);
}

struct question {
	const char *query;
	int64_t pid;
	enum answer answer;
};

#define NO   ANSWER_NO
#define OPEN ANSWER_UNKNOWN
#define YES  ANSWER_YES

static const struct question questions[] = {
	{"", 100, YES},
	{"   ", 100, YES},
	{"chromium", 100, YES},
	{"CHROMium", 100, YES},
	{"\"lang=en\"", 100, YES},
	{"--type=renderer", 100, YES},
	{"founder", 100, YES},
	{"+", 100, YES},
	{"firefox", 100, NO},
	{"not firefox", 100, YES},
	{"100", 100, YES},
	{"10", 100, NO},
	/* What cannot be read of a process does not hide it from "not". */
	{"not firefox", 200, YES},
	{"role=renderer", 100, YES},
	{"role=Renderer", 100, YES},
	{"role=render", 100, NO},
	{"role!=renderer", 100, NO},
	{"role!=gpu", 100, YES},
	{"role = renderer", 100, YES},
	{"role~ender", 100, YES},
	{"role!~ender", 100, NO},
	{"role=\"renderer\"", 100, YES},
	/* Unknown is neither. */
	{"executable=/x", 200, OPEN},
	{"executable!=/x", 200, OPEN},
	{"executable~x", 200, OPEN},
	{"executable!~x", 200, OPEN},
	{"executable=?", 200, YES},
	{"executable!=?", 200, NO},
	{"executable=?", 100, NO},
	{"executable!=?", 100, YES},
	{"seccomp_filters=?", 200, YES},
	{"executable=-", 200, OPEN},
	{"executable!=-", 200, OPEN},
	{"not executable=/x", 200, OPEN},
	/* Absent is known, and equal to nothing. */
	{"flatpak_app=-", 100, YES},
	{"flatpak_app!=-", 100, NO},
	{"flatpak_app=?", 100, NO},
	{"flatpak_app!=?", 100, YES},
	{"flatpak_app=org.x.Y", 100, NO},
	{"flatpak_app!=org.x.Y", 100, NO},
	{"not flatpak_app=org.x.Y", 100, YES},
	{"name!=-", 100, YES},
	/* Quoted signs are text. */
	{"name=\"?\"", 100, NO},
	{"name=\"-\"", 100, NO},
	/* Numbers, truth, spans, times. */
	{"pid=100", 100, YES},
	{"pid!=100", 100, NO},
	{"uid>=1000", 100, YES},
	{"uid>1000", 100, NO},
	{"uid<=1000", 100, YES},
	{"uid<1000", 100, NO},
	{"uid<1000", 200, YES},
	{"uid>-1", 200, YES},
	{"seccomp_filters>0", 200, OPEN},
	{"no_new_privs=yes", 100, YES},
	{"no_new_privs=false", 100, NO},
	{"age<5s", 100, YES},
	{"age>2", 100, YES},
	{"age>2.5s", 100, YES},
	{"age<2999ms", 100, NO},
	{"age=3s", 100, YES},
	{"age<1m", 100, YES},
	{"age>1h", 100, NO},
	{"started<4s", 100, YES},
	{"started<2s", 100, NO},
	{"started>=2023-11-14T22:13:20Z", 100, YES},
	{"started>2023-11-14T22:13:20Z", 100, NO},
	/* Lists and dicts. */
	{"sandbox_mechanisms=seccomp", 100, YES},
	{"sandbox_mechanisms=\"PID ns\"", 100, YES},
	{"sandbox_mechanisms=sec", 100, NO},
	{"sandbox_mechanisms~sec", 100, YES},
	{"sandbox_mechanisms!=chroot", 100, YES},
	{"sandbox_mechanisms!=seccomp", 100, NO},
	{"arguments~lang", 100, YES},
	{"arguments!~lang", 100, NO},
	{"namespaces~user", 100, YES},
	{"namespaces~us", 100, YES},
	{"namespaces=us", 100, NO},
	{"namespaces~pid", 100, NO},
	{"namespaces~4026532313", 100, YES},
	{"namespaces=4026532313", 100, YES},
	/* Kleene: one "no" decides and, one "yes" or. */
	{"executable=/x and role=nothing", 200, OPEN},
	{"executable=/x and uid=5", 200, NO},
	{"uid=5 and executable=/x", 200, NO},
	{"executable=/x and uid=0", 200, OPEN},
	{"executable=/x or uid=0", 200, YES},
	{"uid=0 or executable=/x", 200, YES},
	{"executable=/x or uid=5", 200, OPEN},
	{"not (executable=/x or uid=5)", 200, OPEN},
	{"not (executable=/x and uid=5)", 200, YES},
	/* `and` binds closer; terms beside each other mean `and`. */
	{"uid=1000 or uid=5 and uid=6", 100, YES},
	{"(uid=1000 or uid=5) and uid=6", 100, NO},
	{"uid=5 uid=6 or chromium", 100, YES},
	{"chromium renderer", 100, YES},
	{"chromium gpu", 100, NO},
	{"chromium not gpu", 100, YES},
	{"not gpu chromium", 100, YES},
	{"not not chromium", 100, YES},
	{"NOT gpu AND chromium OR nothing", 100, YES},
	{"\"not\"", 100, NO},
	{"(chromium)(renderer)", 100, YES},
};

static void query__answers_in_three_values(void **state)
{
	struct scene scene;
	size_t wrong = 0;

	(void)state;
	make_scene(&scene);
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		const struct question *ask = &questions[i];
		struct query *q = parse(ask->query);
		enum answer a = query_ask(q, scene.store,
					  store_by_pid(scene.store, ask->pid));

		if (a != ask->answer) {
			print_error("%s of %d: %d, expected %d\n", ask->query,
				    (int)ask->pid, a, ask->answer);
			wrong++;
		}
		query_free(q);
	}
	assert_int_equal(wrong, 0);
	scene_release(&scene);
}

static enum answer ask_once(const struct scene *scene, const char *text,
			    const struct process *p)
{
	struct query *q = parse(text);
	enum answer a = query_ask(q, scene->store, p);

	query_free(q);
	return a;
}

static void query__knows_exits_and_signals(void **state)
{
	struct scene scene;
	struct process *trap, *one, *bus;

	(void)state;
	scene_init(&scene);
	scene_apply(&scene,
		    (struct event){.type = EVENT_HOST,
				   .as.host = {.os = value_text(
						       store_pool(scene.store),
						       "macos")}});
	trap = scene_found(&scene, 1, 0);
	one = scene_found(&scene, 2, 0);
	bus = scene_found(&scene, 3, 0);
	scene_exit(&scene, 1, EXIT_SIGNAL, 5);
	scene_exit(&scene, 2, EXIT_CODE, 5);
	scene_exit(&scene, 3, EXIT_SIGNAL, 10);
	assert_int_equal(ask_once(&scene, "exit=SIGTRAP", trap), YES);
	assert_int_equal(ask_once(&scene, "exit=SIGTRAP", one), NO);
	assert_int_equal(ask_once(&scene, "exit=\"signal 5\"", trap), YES);
	assert_int_equal(ask_once(&scene, "exit~signal", trap), YES);
	assert_int_equal(ask_once(&scene, "exit=5", one), YES);
	assert_int_equal(ask_once(&scene, "exit=5", trap), NO);
	/* 10 is SIGBUS there and SIGUSR1 on Linux. */
	assert_int_equal(ask_once(&scene, "exit=sigbus", bus), YES);
	assert_int_equal(ask_once(&scene, "exit=SIGUSR1", bus), NO);
	assert_int_equal(ask_once(&scene, "exited<1s", bus), YES);
	scene_release(&scene);
}

struct mistake {
	const char *query;
	int64_t offset;
	const char *says;
};

static const struct mistake mistakes[] = {
	{"rolle=gpu", 0, "near: role"},
	{"a rloe=gpu", 2, "near: role"},
	{"xyzzyxyzzy=1", 0, "no fact is called 'xyzzyxyzzy'"},
	{"Role=gpu", 0, "near: role"},
	{"(a", 0, "not closed"},
	{"a (b (c)", 2, "not closed"},
	{"a)", 1, "closes nothing"},
	{"()", 1, "found ')'"},
	{"a or", 4, "found the end"},
	{"and a", 0, "found 'and'"},
	{"a and or b", 6, "found 'or'"},
	{"not", 3, "found the end"},
	{"\"abc", 0, "not closed"},
	{"role=\"abc", 5, "not closed"},
	{"role=", 5, "expected a value after 'role'"},
	{"role= (a)", 6, "expected a value"},
	{"uid=root", 4, "expected a number, found 'root'"},
	{"uid>", 4, "expected a value"},
	{"age<long", 4, "expected a span"},
	{"age<5parsecs", 4, "expected a span"},
	{"age<99999999999d", 4, "expected a span"},
	{"started<yesterday", 8, "expected a time"},
	{"no_new_privs=perhaps", 13, "expected yes or no"},
	{"name<x", 5, "only numbers"},
	{"name<?", 5, "only = and !="},
	{"name~?", 5, "only = and !="},
	{"name!~-", 6, "only = and !="},
	{"uid=\x1b[2J", 4, "found '\\x1b[2J'"},
};

static void query__says_where_it_went_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		const struct mistake *m = &mistakes[i];
		struct query *q = NULL;
		struct error err = {0};

		if (query_parse(slice_text(m->query), &q, &err) !=
			    STATUS_USAGE ||
		    err.offset != m->offset || !strstr(err.message, m->says))
			fail_msg("'%s': status %d, offset %d, '%s'", m->query,
				 err.status, (int)err.offset, err.message);
		assert_null(q);
	}
}

static void query__has_limits(void **state)
{
	char text[QUERY_BYTES_MAX + 2];
	struct query *q = NULL;
	struct error err = {0};

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(
		query_parse(slice_of(text, sizeof(text) - 1), &q, &err),
		STATUS_LIMIT);
	assert_int_equal(query_parse(slice_of(text, QUERY_BYTES_MAX), &q, &err),
			 STATUS_OK);
	query_free(q);
	q = NULL;
	memset(text, '(', sizeof(text));
	assert_int_equal(
		query_parse(slice_of(text, QUERY_DEPTH_MAX + 1), &q, &err),
		STATUS_LIMIT);
	assert_int_equal(err.offset, QUERY_DEPTH_MAX);
	for (size_t i = 0; i + 4 < QUERY_BYTES_MAX; i += 4)
		memcpy(text + i, "not ", 4);
	assert_int_equal(query_parse(slice_of(text, 4000), &q, &err),
			 STATUS_LIMIT);
	for (size_t i = 0; i + 2 < QUERY_BYTES_MAX; i += 2)
		memcpy(text + i, "a ", 2);
	assert_int_equal(
		query_parse(slice_of(text, 2 * QUERY_TERMS_MAX), &q, &err),
		STATUS_OK);
	query_free(q);
	q = NULL;
	assert_int_equal(
		query_parse(slice_of(text, 2 * QUERY_TERMS_MAX + 2), &q, &err),
		STATUS_LIMIT);
	assert_null(q);
}

static void find(const char *query, const char *shown, size_t from, size_t at,
		 size_t length)
{
	struct query *q = parse(query);
	size_t start = SIZE_MAX, n = 0;
	bool found = query_find(q, slice_text(shown), from, &start, &n);

	if (found != (length > 0) || (found && (start != at || n != length)))
		fail_msg("'%s' in '%s' from %zu: %d at %zu, %zu", query, shown,
			 from, found, start, n);
	query_free(q);
}

static void query__finds_what_to_highlight(void **state)
{
	(void)state;
	find("chrom", "a Chromium, chromium", 0, 2, 5);
	find("chrom", "a Chromium, chromium", 3, 12, 5);
	find("chrom", "a Chromium, chromium", 13, 0, 0);
	find("ium chrom", "a chromium", 0, 2, 5);
	find("chrom chromium", "a chromium", 0, 2, 8);
	find("not chrom", "a chromium", 0, 0, 0);
	find("not (a or not chrom)", "a chromium", 0, 2, 5);
	find("name=chromium", "chromium", 0, 0, 0);
	find("", "chromium", 0, 0, 0);
	find("\"\"", "chromium", 0, 0, 0);
	find("x", "", 0, 0, 0);
	find("m", "chromium", 8, 0, 0);
	find("m", "chromium", 9, 0, 0);
	find("\xc3\xa9t", "un \xc3\xa9T\xc3\xa9", 0, 3, 3);
	find("\xc3\x89", "\xc3\xa9", 0, 0, 0);
	find("aab", "aaab", 0, 1, 3);
	find("abab", "abacabab", 0, 4, 4);
}

/* The quick search says what a slow one says. */
static void query__finds_like_a_naive_search(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[25], word[6];
		size_t slow, at = 0, n = 0, len = 1 + (size_t)round % 5;
		struct query *q;

		for (size_t i = 0; i < 24 + len; i++) {
			char c;

			seed = seed * 1103515245u + 12345u;
			c = "abAB"[seed >> 16 & 3];
			if (i < 24)
				text[i] = c;
			else
				word[i - 24] = c;
		}
		text[24] = word[len] = '\0';
		slow = slice_find(slice_text(text), slice_text(word), true);
		q = parse(word);
		if (query_find(q, slice_text(text), 0, &at, &n))
			assert_int_equal(at, slow);
		else
			assert_int_equal(slow, 24);
		query_free(q);
	}
}

static void query__survives_any_text(void **state)
{
	static const char *const parts[] = {
		"(",    ")",   " ", "not ", "and", "or ",     "\"",  "\\",
		"role", "uid", "=", "!=",   "~",   "<",       ">=",  "?",
		"-",    "5s",  "x", "\xff", "age", "started", "1e9", "exit=SIG",
	};
	struct scene scene;
	uint64_t seed = 11;
	int parsed = 0;

	(void)state;
	make_scene(&scene);
	for (int round = 0; round < 50000; round++) {
		char text[256];
		size_t len = 0;
		struct query *q = NULL;
		struct error err = {0};

		for (int n = 0; n < 1 + round % 12; n++) {
			const char *part;

			seed = seed * UINT64_C(6364136223846793005) + 1;
			part = parts[(seed >> 33) %
				     (sizeof(parts) / sizeof(*parts))];
			memcpy(text + len, part, strlen(part));
			len += strlen(part);
		}
		if (query_parse(slice_of(text, len), &q, &err)) {
			assert_true(err.offset >= 0 &&
				    (size_t)err.offset <= len);
			assert_true(err.message[0]);
			continue;
		}
		parsed++;
		(void)query_ask(q, scene.store, store_at(scene.store, 0));
		(void)query_ask(q, scene.store, store_at(scene.store, 1));
		query_free(q);
	}
	assert_true(parsed > 1000);
	scene_release(&scene);
}

static void query__is_quick_over_20000(void **state)
{
	enum { MANY = 20000 };
	struct query *q = parse("firefox or uid>=1000 role=gpu");
	struct timespec begun, done;
	struct scene scene;
	double ms;
	size_t yes = 0;

	(void)state;
	scene_init(&scene);
	for (int64_t pid = 1; pid <= MANY; pid++) {
		char word[64];

		scene_found(&scene, pid, 1);
		snprintf(word, sizeof(word), "--user-data-dir=/tmp/profile/%d",
			 (int)pid);
		SCENE_PROGRAM(&scene, pid, "/usr/lib/some/where/program",
			      "program", word, "--some-flag", "--another=value",
			      "--and-a-longer-argument=with/some/path/in/it");
	}
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (size_t i = 0; i < store_count(scene.store); i++)
		yes += query_ask(q, scene.store, store_at(scene.store, i)) ==
		       ANSWER_YES;
	clock_gettime(CLOCK_MONOTONIC, &done);
	ms = (double)(done.tv_sec - begun.tv_sec) * 1e3 +
	     (double)(done.tv_nsec - begun.tv_nsec) / 1e6;
	print_message("20000 processes asked in %.1f ms\n", ms);
	assert_int_equal(yes, 0);
	/* Ten times what is asked for: this also runs under sanitizers. */
	assert_true(ms < 100);
	query_free(q);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(query__answers_in_three_values),
		cmocka_unit_test(query__knows_exits_and_signals),
		cmocka_unit_test(query__says_where_it_went_wrong),
		cmocka_unit_test(query__has_limits),
		cmocka_unit_test(query__finds_what_to_highlight),
		cmocka_unit_test(query__finds_like_a_naive_search),
		cmocka_unit_test(query__survives_any_text),
		cmocka_unit_test(query__is_quick_over_20000),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
