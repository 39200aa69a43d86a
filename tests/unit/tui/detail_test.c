#include <locale.h>
#include <stdio.h>

#include "../model/scene.h"
#include "tui/detail.h"

struct fixture {
	struct scene scene;
	struct detail detail;
	struct process *process;
};

static void host(struct scene *s, const char *os)
{
	struct value_pool *pool = store_pool(s->store);
	struct event e = {.type = EVENT_HOST};

	e.as.host.os = value_text(pool, os);
	scene_apply(s, e);
	value_release(pool, e.as.host.os);
}

static void setup(struct fixture *f, const char *os)
{
	scene_init(&f->scene);
	host(&f->scene, os);
	f->process = scene_forked(&f->scene, 100, 1);
	scene_listed(&f->scene);
	detail_init(&f->detail);
	f->detail.utf8 = true;
}

static void teardown(struct fixture *f)
{
	detail_release(&f->detail);
	scene_release(&f->scene);
}

static void show(struct fixture *f, enum fact_group tab)
{
	detail_set_tab(&f->detail, tab);
	store_set_now(f->scene.store, f->scene.now_ns);
	detail_build(&f->detail, f->scene.store, f->process);
}

static bool words_are(const struct fixture *f, size_t at, size_t len,
		      const char *text)
{
	return slice_is(slice_part(text_slice(&f->detail.words), at, len),
			text);
}

/* The item with a label, NULL for none. */
static const struct item *find(const struct fixture *f, const char *label)
{
	for (size_t i = 0; i < f->detail.count; i++) {
		const struct item *item = &f->detail.items[i];

		if (words_are(f, item->label, item->label_len, label))
			return item;
	}
	return NULL;
}

static void says(const struct fixture *f, const char *label, const char *value,
		 const char *note)
{
	const struct item *item = find(f, label);
	struct slice words = text_slice(&f->detail.words);
	char whole[512], expected[512];

	if (!item)
		fail_msg("no item %s", label);
	snprintf(whole, sizeof(whole), "%.*s",
		 (int)(item->value_len + item->note_len),
		 (const char *)words.ptr + item->value);
	snprintf(expected, sizeof(expected), "%s%s", value, note);
	assert_string_equal(whole, expected);
}

static void source(struct fixture *f, enum source_id id,
		   enum source_state state, const char *why)
{
	struct value_pool *pool = store_pool(f->scene.store);
	struct event e = {.type = EVENT_SOURCE, .source = id};

	e.as.source.source = id;
	e.as.source.state = state;
	e.as.source.why = why ? value_text(pool, why) : value_none;
	scene_apply(&f->scene, e);
	value_release(pool, e.as.source.why);
}

static void detail__shows_every_state_with_its_reason(void **state)
{
	struct fixture f;
	struct fact inferred = {.state = FACT_INFERRED,
				.reason = "argument --type"};

	(void)state;
	setup(&f, "linux");
	scene_text(&f.scene, 100, FACT_USER, "somebody");
	scene_fact(&f.scene, 100, FACT_EXECUTABLE,
		   fact_gap(FACT_NEEDS_PRIVILEGE, "CAP_SYS_PTRACE"));
	inferred.value = value_text(store_pool(f.scene.store), "sleeping");
	scene_fact(&f.scene, 100, FACT_STATE, inferred);
	value_release(store_pool(f.scene.store), inferred.value);
	show(&f, GROUP_OVERVIEW);
	says(&f, "User", "somebody", "");
	says(&f, "Executable", "?", "  needs CAP_SYS_PTRACE");
	says(&f, "State", "~sleeping", "  from argument --type");
	says(&f, "Arguments", "…", "  not read yet");
	/* Nothing of its end while it lives. */
	assert_null(find(&f, "Exit"));
	scene_exit(&f.scene, 100, EXIT_SIGNAL, 11);
	show(&f, GROUP_OVERVIEW);
	says(&f, "Exit", "SIGSEGV", "");
	teardown(&f);
}

static void detail__says_between_which_readings_it_became_confined(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const some[] = {"seccomp", NULL};
	struct fixture f;

	(void)state;
	setup(&f, "linux");
	scene_wait(&f.scene, 12 * SECOND / 1000);
	scene_list(&f.scene, 100, FACT_SANDBOX_MECHANISMS, none);
	scene_wait(&f.scene, 8 * SECOND / 1000);
	scene_list(&f.scene, 100, FACT_SANDBOX_MECHANISMS, some);
	show(&f, GROUP_SANDBOX);
	says(&f, "Confined since",
	     "seccomp between 12 ms and 20 ms after its start", "");
	teardown(&f);
}

static void detail__does_not_say_none_where_nobody_looked(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, "linux");
	show(&f, GROUP_DENIALS);
	says(&f, "",
	     "Nothing here tells of denials: whether there are any is not "
	     "known.",
	     "");
	source(&f, SOURCE_KMSG, SOURCE_LIVE, NULL);
	source(&f, SOURCE_AUDIT, SOURCE_NEEDS_PRIVILEGE, "CAP_AUDIT_READ");
	show(&f, GROUP_DENIALS);
	says(&f, "",
	     "No denials seen by kernel log; audit, journal, tracing and "
	     "stderr not available.",
	     "");
	says(&f, "audit", "needs CAP_AUDIT_READ", "");
	teardown(&f);
}

static void deny(struct fixture *f, const char *operation, int64_t count,
		 enum attribution attribution)
{
	struct value_pool *pool = store_pool(f->scene.store);
	struct event e = {
		.type = EVENT_DENIAL, .source = SOURCE_AUDIT, .pid = 100};

	e.as.denial.class = DENIAL_SECCOMP;
	e.as.denial.attribution = attribution;
	e.as.denial.operation = value_text(pool, operation);
	e.as.denial.count = count;
	scene_apply(&f->scene, e);
	value_release(pool, e.as.denial.operation);
}

static void detail__lists_denials_newest_first(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, "linux");
	scene_wait(&f.scene, SECOND / 8);
	deny(&f, "open", 1, ATTRIBUTED_PID);
	scene_wait(&f.scene, SECOND);
	deny(&f, "ptrace", 3, ATTRIBUTED_NAME);
	show(&f, GROUP_DENIALS);
	assert_true(f.detail.items + 0 == find(&f, "+1.125 s"));
	says(&f, "+1.125 s", "~ptrace",
	     "  3 times, seccomp, told by audit, matched by name only");
	says(&f, "+0.125 s", "open", "  seccomp, told by audit");
	teardown(&f);
}

static void detail__lists_entitlements_by_key(void **state)
{
	struct value_pool *pool;
	struct value key, yes = value_bool(true);
	struct fixture f;

	(void)state;
	setup(&f, "macos");
	pool = store_pool(f.scene.store);
	key = value_text(pool, "com.apple.security.app-sandbox");
	scene_value(&f.scene, 100, FACT_ENTITLEMENTS,
		    value_dict(pool, &key, &yes, 1));
	show(&f, GROUP_ENTITLEMENTS);
	says(&f, "com.apple.security.app-sandbox", "yes", "");
	teardown(&f);
}

/* Every byte of an item comes out once, in lines that fit. */
static void wrapped(struct fixture *f, size_t item, int width)
{
	size_t at = 0, whole = f->detail.items[item].value_len +
			       f->detail.items[item].note_len;

	detail_wrap(&f->detail, width);
	for (size_t i = 0; i < f->detail.line_count; i++) {
		const struct item_line *line = &f->detail.lines[i];
		const struct item_part *part =
			line->left.item == item ? &line->left : &line->right;

		if (part->item != item)
			continue;
		assert_int_equal(part->offset, at);
		at += part->len;
	}
	assert_int_equal(at, whole);
}

static void detail__wraps_without_loss_at_any_width(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, "linux");
	scene_text(&f.scene, 100, FACT_EXECUTABLE,
		   "/usr/lib/a folder with blanks/日本語日本語日本語/"
		   "averyveryveryverylongnamewithoutanyblankatall");
	show(&f, GROUP_OVERVIEW);
	for (int width = 0; width < 200; width++) {
		for (size_t i = 0; i < f.detail.count; i++)
			wrapped(&f, i, width);
	}
	teardown(&f);
}

static void detail__counts_what_has_no_room(void **state)
{
	enum { MANY = DETAIL_ITEMS_MAX + 100 };
	static struct value keys[MANY], vals[MANY];
	struct value_pool *pool;
	struct fixture f;

	(void)state;
	setup(&f, "macos");
	pool = store_pool(f.scene.store);
	for (int i = 0; i < MANY; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%d", i);
		keys[i] = value_text(pool, key);
		vals[i] = value_bool(true);
	}
	scene_value(&f.scene, 100, FACT_ENTITLEMENTS,
		    value_dict(pool, keys, vals, MANY));
	show(&f, GROUP_ENTITLEMENTS);
	assert_int_equal(f.detail.count, DETAIL_ITEMS_MAX - 1);
	/* What is shown and what is not make all of them. */
	says(&f, "", "and 102 more, not shown", "");
	detail_wrap(&f.detail, 80);
	teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detail__shows_every_state_with_its_reason),
		cmocka_unit_test(
			detail__says_between_which_readings_it_became_confined),
		cmocka_unit_test(detail__does_not_say_none_where_nobody_looked),
		cmocka_unit_test(detail__lists_denials_newest_first),
		cmocka_unit_test(detail__lists_entitlements_by_key),
		cmocka_unit_test(detail__wraps_without_loss_at_any_width),
		cmocka_unit_test(detail__counts_what_has_no_room),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8") &&
	    !setlocale(LC_CTYPE, "en_US.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
