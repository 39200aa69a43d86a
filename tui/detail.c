#include "detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "safe.h"
#include "show.h"
#include "../model/base/vec.h"

enum {
	SENTENCE_MAX = 512,
	/* Longer labels push their value to the right. */
	LABEL_WIDTH_MAX = 17,
	GAP = 2,           /* between label and value */
	TWO_COLUMNS = 76,  /* from this width on short items pair up */
	LABEL_ON_TOP = 36, /* below this width labels take less */
};

void detail_init(struct detail *d)
{
	*d = (struct detail){0};
	text_init(&d->words, DETAIL_TEXT_MAX);
}

void detail_release(struct detail *d)
{
	text_release(&d->words);
	free(d->items);
	free(d->lines);
	*d = (struct detail){0};
}

/* Appending text tells where it begins and ends. */
static size_t add_words(struct detail *d, struct slice escaped)
{
	size_t at = d->words.len;

	safe_add(&d->words, escaped, d->utf8);
	return at;
}

struct item *detail_add(struct detail *d, const char *label)
{
	struct item *item;

	/* The last place is for the sentence that more is left out. */
	if (d->count + 1 >= DETAIL_ITEMS_MAX ||
	    !vec_reserve((void **)&d->items, &d->cap, d->count + 1,
			 sizeof(*d->items), DETAIL_ITEMS_MAX)) {
		d->left_out++;
		return NULL;
	}
	item = &d->items[d->count++];
	*item = (struct item){0};
	item->label = add_words(d, slice_text(label));
	item->label_len = d->words.len - item->label;
	item->value = item->note = d->words.len;
	return item;
}

void detail_value_text(struct detail *d, struct slice escaped,
		       enum theme_role role)
{
	struct item *item = d->count ? &d->items[d->count - 1] : NULL;

	if (!item)
		return;
	add_words(d, escaped);
	item->value_len = d->words.len - item->value;
	item->note = d->words.len;
	item->role = role;
}

void detail_note_text(struct detail *d, struct slice escaped)
{
	struct item *item = d->count ? &d->items[d->count - 1] : NULL;

	if (!item || !escaped.len)
		return;
	if (item->value_len)
		text_add_text(&d->words, "  ");
	add_words(d, escaped);
	item->note_len = d->words.len - item->note;
}

void detail_sentence(struct detail *d, enum theme_role role, const char *format,
		     ...)
{
	char words[SENTENCE_MAX];
	struct item *item = detail_add(d, "");
	va_list args;

	if (!item)
		return;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	item->wide = true;
	detail_value_text(d, slice_text(words), role);
}

/* No and none are dim, so that what is there stands out. */
static bool says_no(const struct fact *f)
{
	struct value v = f->value;

	return (v.type == VALUE_BOOL && !v.as.boolean) ||
	       ((v.type == VALUE_LIST || v.type == VALUE_DICT) &&
		!value_count(v));
}

enum theme_role detail_fact_role(const struct fact *f)
{
	switch (f->state) {
	case FACT_KNOWN:
	case FACT_INFERRED:
		return says_no(f) ? THEME_DIM : THEME_NORMAL;
	case FACT_NEEDS_PRIVILEGE:
	case FACT_UNSUPPORTED:
	case FACT_FAILED:
		return THEME_WARN;
	case FACT_PENDING:
	case FACT_ABSENT:
	case FACT_STATE_COUNT:
		break;
	}
	return THEME_DIM;
}

void detail_add_fact(struct detail *d, const struct store *s,
		     const struct process *p, enum fact_id id)
{
	struct fact f = process_fact(s, p, id);
	struct text t;

	if (!detail_add(d, fact_table[id].label))
		return;
	text_init(&t, DETAIL_TEXT_MAX / 4);
	show_fact(&t, s, p, id, SHOW_DETAIL, d->ascii);
	detail_value_text(d, text_slice(&t), detail_fact_role(&f));
	text_reset(&t);
	/* The sign for "none" says it already. */
	if (f.state != FACT_ABSENT || f.reason)
		show_reason(&t, &f);
	detail_note_text(d, text_slice(&t));
	text_release(&t);
}

void detail_build(struct detail *d, const struct store *s,
		  const struct process *p)
{
	if (d->process != p->serial) {
		d->process = p->serial;
		d->cursor = d->top = 0;
	}
	text_reset(&d->words);
	d->count = 0;
	d->left_out = 0;
	detail_add_tab(d, s, p);
	if (d->left_out) {
		size_t left_out = d->left_out;

		d->left_out = 0;
		if (d->count == DETAIL_ITEMS_MAX - 1)
			d->count--;
		detail_sentence(d, THEME_WARN, "and %zu more, not shown",
				left_out + 1);
	}
	if (d->cursor >= d->count)
		d->cursor = d->count ? d->count - 1 : 0;
}

/* How many bytes of text go into `width` columns: up to a blank if there is
 * one, and at least one character. */
static size_t break_at(struct slice text, size_t width)
{
	size_t pos = 0, used = 0, blank = 0;

	while (pos < text.len) {
		utf8proc_int32_t c = 0;
		utf8proc_ssize_t n = utf8proc_iterate(
			text.ptr + pos, (utf8proc_ssize_t)(text.len - pos), &c);
		int w;

		if (n <= 0) {
			n = 1;
			c = '?';
		}
		w = utf8proc_charwidth(c);
		if (used + (size_t)(w > 0 ? w : 0) > width && pos)
			return blank ? blank : pos;
		used += (size_t)(w > 0 ? w : 0);
		pos += (size_t)n;
		/* A blank at the very start would leave an empty line. */
		if (c == ' ' && pos > 1)
			blank = pos;
	}
	return text.len;
}

static struct slice whole(const struct detail *d, const struct item *item)
{
	return slice_part(text_slice(&d->words), item->value,
			  item->value_len + item->note_len);
}

static struct item_line *add_line(struct detail *d)
{
	struct item_line *line;

	if (!vec_reserve((void **)&d->lines, &d->line_cap, d->line_count + 1,
			 sizeof(*d->lines), DETAIL_LINES_MAX))
		return NULL;
	line = &d->lines[d->line_count++];
	line->left = line->right = (struct item_part){.item = SIZE_MAX};
	return line;
}

int detail_label_width(const struct detail *d, const struct item *item)
{
	int width = (int)show_width(slice_part(text_slice(&d->words),
					       item->label, item->label_len));

	if (item->wide)
		return 0;
	return (width > d->label_width ? width : d->label_width) + GAP;
}

static void wrap_item(struct detail *d, size_t i, size_t width)
{
	const struct item *item = &d->items[i];
	struct slice text = whole(d, item);
	size_t offset = 0, label = (size_t)detail_label_width(d, item);

	width = width > label ? width - label : 1;
	do {
		struct slice rest = slice_part(text, offset, text.len);
		size_t n = break_at(rest, width);
		struct item_line *line = add_line(d);

		if (!line)
			return;
		line->left = (struct item_part){i, offset, n, offset == 0};
		offset += n;
	} while (offset < text.len);
}

static bool is_short(const struct detail *d, size_t i, size_t width)
{
	return i < d->count && !d->items[i].wide &&
	       show_width(whole(d, &d->items[i])) + (size_t)d->label_width +
			       GAP <=
		       width;
}

static void measure_labels(struct detail *d, int width)
{
	int most = width < LABEL_ON_TOP ? width / 3 : LABEL_WIDTH_MAX;

	/* There the labels are what one reads. */
	if (d->tab == GROUP_ENTITLEMENTS)
		most = width * 2 / 3;

	d->label_width = 0;
	for (size_t i = 0; i < d->count; i++) {
		const struct item *item = &d->items[i];
		struct slice label = slice_part(text_slice(&d->words),
						item->label, item->label_len);
		int w = (int)show_width(label);

		if (!item->wide && w > d->label_width)
			d->label_width = w;
	}
	if (d->label_width > most)
		d->label_width = most;
}

void detail_wrap(struct detail *d, int width)
{
	size_t half;
	bool lists;

	if (width < 1)
		width = 1;
	measure_labels(d, width);
	d->line_count = 0;
	/* Lists read down, not across. */
	lists = d->tab >= GROUP_ENTITLEMENTS;
	d->half = width >= TWO_COLUMNS && !lists ? width / 2 : 0;
	half = d->half ? (size_t)d->half - 1 : 0;
	for (size_t i = 0; i < d->count; i++) {
		struct item_line *line;

		if (!d->half || !is_short(d, i, half) ||
		    !is_short(d, i + 1, half)) {
			wrap_item(d, i, (size_t)width);
			continue;
		}
		line = add_line(d);
		if (!line)
			return;
		line->left = (struct item_part){
			i, 0, whole(d, &d->items[i]).len, true};
		i++;
		line->right = (struct item_part){
			i, 0, whole(d, &d->items[i]).len, true};
	}
}

struct slice detail_value(const struct detail *d, size_t item)
{
	const struct item *it;

	if (item >= d->count)
		return (struct slice){NULL, 0};
	it = &d->items[item];
	/* An entitlement's key alone says little. */
	if (it->wide || !it->value_len)
		return whole(d, it);
	return slice_part(text_slice(&d->words), it->value, it->value_len);
}

void detail_set_tab(struct detail *d, enum fact_group tab)
{
	d->tab = tab;
	d->cursor = d->top = 0;
}

void detail_move(struct detail *d, int64_t items)
{
	int64_t to = (int64_t)d->cursor + items;

	if (to >= (int64_t)d->count)
		to = (int64_t)d->count - 1;
	d->cursor = to > 0 ? (size_t)to : 0;
}

void detail_show_cursor(struct detail *d)
{
	size_t first = SIZE_MAX, last = 0;
	size_t height = d->height > 0 ? (size_t)d->height : 1;

	for (size_t i = 0; i < d->line_count; i++) {
		if (d->lines[i].left.item != d->cursor &&
		    d->lines[i].right.item != d->cursor)
			continue;
		if (first == SIZE_MAX)
			first = i;
		last = i;
	}
	if (first == SIZE_MAX)
		return;
	if (last >= d->top + height)
		d->top = last - height + 1;
	if (first < d->top)
		d->top = first;
}
