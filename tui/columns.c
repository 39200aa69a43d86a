#include "columns.h"

#include "../model/target.h"

/* In the order they are shown. `from` is the terminal width from which a
 * column is in the default set. */
struct default_column {
	enum fact_id id;
	unsigned platforms;
	size_t from;
};

enum { WIDE = 140 };

static const struct default_column defaults[] = {
	{FACT_PID, PLATFORM_ANY, 0},
	{FACT_NAME, PLATFORM_ANY, 0},
	{FACT_ROLE, PLATFORM_ANY, 0},
	{FACT_SANDBOX, PLATFORM_ANY, 0},
	{FACT_SECCOMP_MODE, PLATFORM_LINUX, 0},
	{FACT_SIGNING_CLASS, PLATFORM_MACOS, 0},
	{FACT_NAMES, PLATFORM_MACOS, 0},
	{FACT_DENIALS, PLATFORM_ANY, 0},
	{FACT_EXIT, PLATFORM_ANY, 0},
	{FACT_USER, PLATFORM_ANY, WIDE},
	{FACT_AGE, PLATFORM_ANY, WIDE},
	{FACT_TEAM_ID, PLATFORM_MACOS, WIDE},
	{FACT_ARGUMENTS, PLATFORM_ANY, WIDE},
};

/* What even a narrow terminal shows, least important first. */
static const enum fact_id kept_longest[] = {FACT_DENIALS, FACT_PID,
					    FACT_SANDBOX, FACT_NAME};

enum { NAME_WIDTH_MIN = 16, REST_WIDTH_MIN = 12 };

void columns_default(struct columns *c, unsigned platform, size_t width)
{
	size_t n = sizeof(defaults) / sizeof(defaults[0]);

	c->count = 0;
	for (size_t i = 0; i < n; i++) {
		if ((defaults[i].platforms & platform) &&
		    width >= defaults[i].from)
			c->ids[c->count++] = defaults[i].id;
	}
}

static size_t columns_find(const struct columns *c, enum fact_id id)
{
	size_t i = 0;

	while (i < c->count && c->ids[i] != id)
		i++;
	return i;
}

static void columns_remove(struct columns *c, enum fact_id id)
{
	size_t at = columns_find(c, id);

	if (at == c->count)
		return;
	c->count--;
	memmove(&c->ids[at], &c->ids[at + 1],
		(c->count - at) * sizeof(c->ids[0]));
}

static enum status unknown_column(struct slice id, size_t offset,
				  struct error *err)
{
	struct slice known[FACT_COUNT];
	struct text word, near;
	enum status status;

	for (int i = 0; i < FACT_COUNT; i++)
		known[i] = slice_text(fact_table[i].id);
	text_init(&word, 64);
	text_init(&near, 128);
	text_add_escaped(&word, id);
	if (near_words(&near, id, known, FACT_COUNT))
		status = error_set(err, STATUS_USAGE, (int64_t)offset,
				   "no column \"%s\"; near: %s",
				   word.len ? word.ptr : "",
				   near.len ? near.ptr : "");
	else
		status = error_set(err, STATUS_USAGE, (int64_t)offset,
				   "no column \"%s\"; `sandtree tree --columns "
				   "help` lists them",
				   word.len ? word.ptr : "");
	text_release(&word);
	text_release(&near);
	return status;
}

enum status columns_parse(struct slice text, struct columns *c,
			  struct error *err)
{
	struct slice rest = text;
	struct columns made = *c;
	bool first = true;

	while (rest.ptr) {
		size_t offset = (size_t)(rest.ptr - text.ptr);
		struct slice entry = slice_take(&rest, ',');
		bool add = slice_starts(entry, "+");
		bool take = slice_starts(entry, "-");
		enum fact_id id;

		if (add || take)
			entry = slice_part(entry, 1, entry.len);
		else if (first)
			made.count = 0;
		first = false;
		id = fact_by_id(entry);
		if (id == FACT_NONE)
			return unknown_column(entry, offset, err);
		if (take) {
			columns_remove(&made, id);
			continue;
		}
		if (columns_find(&made, id) < made.count)
			continue;
		if (made.count == COLUMNS_MAX)
			return error_set(err, STATUS_USAGE, (int64_t)offset,
					 "at most %d columns", COLUMNS_MAX);
		made.ids[made.count++] = id;
	}
	if (!made.count)
		return error_set(err, STATUS_USAGE, 0,
				 "at least one column must be left");
	*c = made;
	return STATUS_OK;
}

void columns_add_text(struct text *t, const struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (i)
			text_add_byte(t, ',');
		text_add_text(t, fact_table[c->ids[i]].id);
	}
}

/* The least width at which a column is of use. */
static size_t least_width(enum fact_id id)
{
	int fixed = fact_table[id].width;

	if (fixed > 0)
		return (size_t)fixed;
	return id == FACT_NAME ? NAME_WIDTH_MIN : REST_WIDTH_MIN;
}

static size_t total_width(const size_t *widths, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		if (widths[i])
			total += widths[i] + (total ? 1 : 0);
	}
	return total;
}

/* 0: dropped first. */
static size_t drop_rank(enum fact_id id)
{
	size_t n = sizeof(kept_longest) / sizeof(kept_longest[0]);

	for (size_t i = 0; i < n; i++) {
		if (kept_longest[i] == id)
			return i + 1;
	}
	return 0;
}

/* Drops columns until the rest fits; the last one stays, cut to fit. */
static void drop_columns(const struct columns *c, size_t total, size_t *widths)
{
	while (total_width(widths, c->count) > total) {
		size_t worst = c->count, left = 0;

		for (size_t i = 0; i < c->count; i++) {
			if (!widths[i])
				continue;
			left++;
			if (worst == c->count ||
			    drop_rank(c->ids[i]) <= drop_rank(c->ids[worst]))
				worst = i;
		}
		if (left == 1) {
			widths[worst] = total;
			return;
		}
		widths[worst] = 0;
	}
}

/* Gives the columns without a width of their own what is left: half of it to
 * the name, the rest in equal parts to the others. */
static void share_rest(const struct columns *c, size_t rest, size_t *widths)
{
	size_t others = 0, name = c->count, last = c->count;

	for (size_t i = 0; i < c->count; i++) {
		if (!widths[i] || fact_table[c->ids[i]].width > 0)
			continue;
		if (c->ids[i] == FACT_NAME) {
			name = i;
		} else {
			others++;
			last = i;
		}
	}
	if (name < c->count) {
		size_t part = others ? rest / 2 : rest;

		widths[name] += part;
		rest -= part;
	}
	for (size_t i = 0; others && i < c->count; i++) {
		if (!widths[i] || fact_table[c->ids[i]].width > 0 || i == name)
			continue;
		widths[i] += i == last ? rest - rest / others * (others - 1)
				       : rest / others;
	}
}

void columns_layout(const struct columns *c, size_t total, size_t *widths)
{
	size_t used;

	for (size_t i = 0; i < c->count; i++)
		widths[i] = least_width(c->ids[i]);
	drop_columns(c, total, widths);
	used = total_width(widths, c->count);
	if (used < total)
		share_rest(c, total - used, widths);
}
