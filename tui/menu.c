#include "menu.h"

#include "show.h"

void menu_init(struct menu *m)
{
	*m = (struct menu){0};
	text_init(&m->words, MENU_TEXT_MAX);
}

void menu_release(struct menu *m)
{
	text_release(&m->words);
}

void menu_begin(struct menu *m, const char *title,
		void (*chosen)(struct app *app, int64_t value))
{
	text_reset(&m->words);
	m->title = title;
	m->chosen = chosen;
	m->count = m->cursor = m->top = 0;
	m->starts[0] = 0;
}

bool menu_add(struct menu *m, struct slice text, int64_t value)
{
	if (m->count == MENU_ENTRIES_MAX)
		return false;
	text_add(&m->words, text);
	if (m->words.cut)
		return false;
	m->values[m->count++] = value;
	m->starts[m->count] = m->words.len;
	return true;
}

void menu_open(struct menu *m, int64_t value)
{
	m->open = true;
	for (size_t i = 0; i < m->count; i++) {
		if (m->values[i] == value) {
			m->cursor = i;
			return;
		}
	}
}

static struct slice entry(const struct menu *m, size_t i)
{
	return slice_part(text_slice(&m->words), m->starts[i],
			  m->starts[i + 1] - m->starts[i]);
}

void menu_move(struct menu *m, int64_t entries)
{
	int64_t to = (int64_t)m->cursor + entries;

	if (to >= (int64_t)m->count)
		to = (int64_t)m->count - 1;
	m->cursor = to > 0 ? (size_t)to : 0;
}

void menu_jump(struct menu *m, int character)
{
	char c;

	if (character <= ' ' || character > '~')
		return;
	c = (char)character;
	for (size_t i = 1; i <= m->count; i++) {
		size_t at = (m->cursor + i) % m->count;

		if (!slice_find(entry(m, at), slice_of(&c, 1), true)) {
			m->cursor = at;
			return;
		}
	}
}

static int widest(const struct menu *m)
{
	size_t width = show_width(slice_text(m->title)) + 4;

	for (size_t i = 0; i < m->count; i++) {
		size_t w = show_width(entry(m, i));

		if (w > width)
			width = w;
	}
	return width > 200 ? 200 : (int)width;
}

void menu_draw(struct menu *m, struct view *v, struct area within)
{
	int width = widest(m) + 4, height = (int)m->count + 2;
	struct area box = {within.y, within.x, height, width};

	if (box.height > within.height)
		box.height = within.height;
	if (box.width > within.width)
		box.width = within.width;
	m->height = box.height > 2 ? (size_t)box.height - 2 : 1;
	if (m->cursor < m->top)
		m->top = m->cursor;
	if (m->cursor >= m->top + m->height)
		m->top = m->cursor - m->height + 1;
	view_box(v, box, m->title);
	for (size_t i = 0; i < m->height && m->top + i < m->count; i++) {
		size_t at = m->top + i;
		struct area line = {box.y + 1 + (int)i, box.x + 1, 1,
				    box.width - 2};
		enum theme_surface surface =
			at == m->cursor ? SURFACE_SELECTED : SURFACE_BOX;

		view_fill(v, line, ink(THEME_NORMAL, surface));
		view_put(v, line.y, line.x + 1, line.width - 2, entry(m, at),
			 ink(THEME_NORMAL, surface));
		view_hit(v, line, HIT_MENU, (int64_t)at);
	}
}
