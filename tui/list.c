#include "list.h"

#include <stdlib.h>

#include "../model/base/vec.h"

enum status list_init(struct list *l, struct error *err)
{
	*l = (struct list){
		.home = true,
		.height = 1,
		.options = {.sort = FACT_NONE, .gone = true, .uid = -1},
	};
	l->tree = tree_new();
	if (!l->tree)
		return error_set(err, STATUS_MEMORY, -1, "no memory for rows");
	return STATUS_OK;
}

void list_release(struct list *l)
{
	tree_free(l->tree);
	free(l->serials);
	*l = (struct list){0};
}

static size_t last_top(const struct list *l)
{
	return l->count > l->height ? l->count - l->height : 0;
}

static void clamp_top(struct list *l)
{
	if (l->top > last_top(l))
		l->top = last_top(l);
}

static bool cursor_shown(const struct list *l)
{
	return l->cursor >= l->top && l->cursor - l->top < l->height;
}

static void show_cursor(struct list *l)
{
	if (l->cursor < l->top)
		l->top = l->cursor;
	else if (l->cursor - l->top >= l->height)
		l->top = l->cursor - l->height + 1;
	clamp_top(l);
}

static size_t row_of(const struct list *l, const struct store *s,
		     uint32_t serial)
{
	struct process *p = serial ? store_by_serial(s, serial) : NULL;

	return p ? tree_find(l->tree, p) : SIZE_MAX;
}

/* Moves top so that a row that was at `was` and is at `is` stays on its line,
 * unless it went too far for the eye. */
static void anchor(struct list *l, size_t was, size_t is, bool always)
{
	size_t distance = was > is ? was - is : is - was;

	if (!always && distance > l->height)
		return;
	if (is > was)
		l->top += distance;
	else
		l->top -= distance < l->top ? distance : l->top;
}

static enum status read_serials(struct list *l, struct error *err)
{
	size_t count = tree_count(l->tree);

	if (!vec_reserve((void **)&l->serials, &l->cap, count,
			 sizeof(*l->serials), STORE_PROCESSES_MAX))
		return error_set(err, STATUS_MEMORY, -1, "no memory for rows");
	for (size_t i = 0; i < count; i++)
		l->serials[i] = tree_row(l->tree, i)->process->serial;
	l->count = count;
	return STATUS_OK;
}

/* The selected process has no row any more: the one that took its place is
 * selected. */
static void select_near(struct list *l)
{
	if (l->cursor >= l->count)
		l->cursor = l->count ? l->count - 1 : 0;
	l->selected = l->count ? l->serials[l->cursor] : 0;
}

enum status list_update(struct list *l, struct store *s, struct error *err)
{
	bool shown = cursor_shown(l), changed = false;
	uint32_t first = l->top < l->count ? l->serials[l->top] : 0;
	enum status status;
	size_t row;

	status = tree_update(l->tree, s, &l->options, &changed, err);
	l->updated = store_generation(s);
	if (status || !changed)
		return status;
	status = read_serials(l, err);
	if (status)
		return status;
	if (l->home) {
		l->cursor = l->top = 0;
		select_near(l);
		l->wanted = l->selected;
		return STATUS_OK;
	}
	row = row_of(l, s, l->wanted);
	if (row != SIZE_MAX && l->wanted != l->selected) {
		/* It is back. */
		l->selected = l->wanted;
		l->cursor = row;
		show_cursor(l);
		return STATUS_OK;
	}
	row = row_of(l, s, l->selected);
	if (row == SIZE_MAX) {
		select_near(l);
		clamp_top(l);
		return STATUS_OK;
	}
	if (shown) {
		anchor(l, l->cursor, row, l->follow);
	} else {
		size_t top = row_of(l, s, first);

		if (top != SIZE_MAX)
			anchor(l, l->top, top, false);
	}
	l->cursor = row;
	clamp_top(l);
	if (l->follow)
		show_cursor(l);
	return STATUS_OK;
}

struct process *list_process(const struct list *l, const struct store *s,
			     size_t row)
{
	if (row >= l->count)
		return NULL;
	/* Nothing was forgotten since: the row's own pointer is good. */
	if (l->updated == store_generation(s))
		return tree_row(l->tree, row)->process;
	return store_by_serial(s, l->serials[row]);
}

struct process *list_selected(const struct list *l, const struct store *s)
{
	return l->selected ? store_by_serial(s, l->selected) : NULL;
}

void list_select(struct list *l, size_t row)
{
	l->cursor = row;
	l->home = false;
	select_near(l);
	l->wanted = l->selected;
	show_cursor(l);
}

void list_move(struct list *l, int64_t rows)
{
	int64_t to = (int64_t)l->cursor + rows;

	list_select(l, to > 0 ? (size_t)to : 0);
}

void list_scroll(struct list *l, int64_t rows)
{
	int64_t to = (int64_t)l->top + rows;

	l->home = false;
	l->top = to > 0 ? (size_t)to : 0;
	clamp_top(l);
}

void list_set_height(struct list *l, size_t height)
{
	bool shown = cursor_shown(l);

	if (!height)
		height = 1;
	if (l->height == height)
		return;
	l->height = height;
	clamp_top(l);
	if (shown)
		show_cursor(l);
}

static size_t tag_of(const struct list *l, uint32_t serial)
{
	size_t i = 0;

	while (i < l->tag_count && l->tags[i] != serial)
		i++;
	return i;
}

bool list_tagged(const struct list *l, uint32_t serial)
{
	return tag_of(l, serial) < l->tag_count;
}

bool list_tag(struct list *l, uint32_t serial, bool tagged)
{
	size_t at = tag_of(l, serial);

	if (tagged == (at < l->tag_count))
		return true;
	if (!tagged) {
		l->tags[at] = l->tags[--l->tag_count];
		return true;
	}
	if (l->tag_count == LIST_TAGS_MAX)
		return false;
	l->tags[l->tag_count++] = serial;
	return true;
}
