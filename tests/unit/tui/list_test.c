#include "../model/scene.h"
#include "tui/list.h"

enum { FIRST = 100, COUNT = 50 };

struct fixture {
	struct scene scene;
	struct list list;
};

static void update(struct fixture *f)
{
	assert_int_equal(list_update(&f->list, f->scene.store, NULL),
			 STATUS_OK);
}

/* 50 processes without parents, in the order of their pids, 10 lines. */
static void setup(struct fixture *f)
{
	scene_init(&f->scene);
	assert_int_equal(list_init(&f->list, NULL), STATUS_OK);
	for (int i = 0; i < COUNT; i++) {
		scene_found(&f->scene, FIRST + i, 0);
		scene_wait(&f->scene, SECOND);
	}
	scene_listed(&f->scene);
	f->list.options.mode = TREE_LIST;
	list_set_height(&f->list, 10);
	update(f);
	assert_int_equal(f->list.count, COUNT);
}

static void teardown(struct fixture *f)
{
	list_release(&f->list);
	scene_release(&f->scene);
}

static int64_t selected_pid(const struct fixture *f)
{
	return list_selected(&f->list, f->scene.store)->pid;
}

static void list__stays_with_the_first_row_until_someone_moves(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(selected_pid(&f), FIRST);
	f.list.options.descending = true;
	update(&f);
	assert_int_equal(selected_pid(&f), FIRST + COUNT - 1);
	assert_int_equal(f.list.cursor, 0);
	list_move(&f.list, 1);
	f.list.options.descending = false;
	update(&f);
	assert_int_equal(selected_pid(&f), FIRST + COUNT - 2);
	teardown(&f);
}

static void list__keeps_the_selected_row_on_its_line(void **state)
{
	struct fixture f;
	size_t line;

	(void)state;
	setup(&f);
	list_select(&f.list, 30);
	list_scroll(&f.list, 4);
	line = f.list.cursor - f.list.top;
	/* Three rows above it go. */
	f.list.options.gone = false;
	for (int i = 0; i < 3; i++)
		scene_exit(&f.scene, FIRST + i, EXIT_CODE, 0);
	update(&f);
	assert_int_equal(f.list.count, COUNT - 3);
	assert_int_equal(selected_pid(&f), FIRST + 30);
	assert_int_equal(f.list.cursor, 27);
	assert_int_equal(f.list.cursor - f.list.top, line);
	teardown(&f);
}

static void list__stays_where_it_is_when_a_sort_takes_the_row_away(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	list_select(&f.list, 2);
	f.list.options.descending = true;
	update(&f);
	assert_int_equal(f.list.cursor, COUNT - 3);
	assert_int_equal(f.list.top, 0);
	/* Following, it goes along. */
	f.list.follow = true;
	f.list.options.descending = false;
	update(&f);
	assert_int_equal(f.list.cursor, 2);
	assert_in_range(f.list.cursor, f.list.top, f.list.top + 9);
	f.list.options.descending = true;
	update(&f);
	assert_in_range(f.list.cursor, f.list.top, f.list.top + 9);
	teardown(&f);
}

static void list__takes_a_filtered_selection_back(void **state)
{
	struct query *none = NULL;
	struct fixture f;

	(void)state;
	setup(&f);
	list_select(&f.list, 20);
	assert_int_equal(query_parse(SLICE_LITERAL("pid=103"), &none, NULL),
			 STATUS_OK);
	f.list.options.filter = none;
	update(&f);
	assert_int_equal(f.list.count, 1);
	assert_int_equal(selected_pid(&f), 103);
	f.list.options.filter = NULL;
	update(&f);
	assert_int_equal(selected_pid(&f), FIRST + 20);
	assert_in_range(f.list.cursor, f.list.top, f.list.top + 9);
	query_free(none);
	teardown(&f);
}

static void list__has_no_row_out_of_range(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	list_move(&f.list, INT32_MAX);
	assert_int_equal(f.list.cursor, COUNT - 1);
	assert_int_equal(f.list.top, COUNT - 10);
	list_scroll(&f.list, INT32_MAX);
	assert_int_equal(f.list.top, COUNT - 10);
	list_set_height(&f.list, 1000);
	assert_int_equal(f.list.top, 0);
	list_set_height(&f.list, 0);
	assert_int_equal(f.list.height, 1);
	list_move(&f.list, INT32_MIN);
	assert_int_equal(f.list.cursor, 0);
	assert_null(list_process(&f.list, f.scene.store, COUNT));
	teardown(&f);
}

static void list__knows_nothing_of_a_forgotten_process(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	scene_exit(&f.scene, FIRST, EXIT_CODE, 0);
	update(&f);
	/* So many end that the store forgets the first. */
	for (int i = 0; i < STORE_GONE_KEPT + 10; i++) {
		scene_found(&f.scene, 1000 + i, 0);
		scene_exit(&f.scene, 1000 + i, EXIT_CODE, 0);
	}
	assert_int_equal(store_counts(f.scene.store)->forgotten > 0, 1);
	assert_null(list_process(&f.list, f.scene.store, 0));
	assert_non_null(list_process(&f.list, f.scene.store, 1));
	teardown(&f);
}

static void list__tags_each_once_and_not_too_many(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	assert_true(list_tag(&f.list, 7, true));
	assert_true(list_tag(&f.list, 7, true));
	assert_int_equal(f.list.tag_count, 1);
	assert_true(list_tagged(&f.list, 7));
	assert_true(list_tag(&f.list, 7, false));
	assert_false(list_tagged(&f.list, 7));
	for (uint32_t i = 0; i < LIST_TAGS_MAX; i++)
		assert_true(list_tag(&f.list, 1 + i, true));
	assert_false(list_tag(&f.list, 1 + LIST_TAGS_MAX, true));
	teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			list__stays_with_the_first_row_until_someone_moves),
		cmocka_unit_test(list__keeps_the_selected_row_on_its_line),
		cmocka_unit_test(
			list__stays_where_it_is_when_a_sort_takes_the_row_away),
		cmocka_unit_test(list__takes_a_filtered_selection_back),
		cmocka_unit_test(list__has_no_row_out_of_range),
		cmocka_unit_test(list__knows_nothing_of_a_forgotten_process),
		cmocka_unit_test(list__tags_each_once_and_not_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
