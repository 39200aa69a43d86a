#include "show.h"

#include <inttypes.h>
#include <time.h>

#include "../model/capability.h"

static const int64_t second_ns = 1000000000;
static const int64_t day_ns = 86400 * (int64_t)1000000000;

/* A list in a cell is written out up to this many items, then counted. */
enum { CELL_ITEMS_MAX = 64, BYTES_SHOWN_MAX = 64, NESTING_SHOWN_MAX = 8 };

struct sign {
	const char *utf8, *ascii;
};

static const struct sign state_signs[] = {
	[FACT_PENDING] = {"…", "."},         [FACT_KNOWN] = {"", ""},
	[FACT_INFERRED] = {"~", "~"},        [FACT_ABSENT] = {"–", "-"},
	[FACT_NEEDS_PRIVILEGE] = {"?", "?"}, [FACT_UNSUPPORTED] = {"?", "?"},
	[FACT_FAILED] = {"?", "?"},
};

_Static_assert(sizeof(state_signs) / sizeof(state_signs[0]) == FACT_STATE_COUNT,
	       "a sign for every state");

static void add_hex(struct text *t, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len && i < BYTES_SHOWN_MAX; i++)
		text_addf(t, "%02x", bytes.ptr[i]);
	if (bytes.len > BYTES_SHOWN_MAX)
		text_addf(t, "... (%zu bytes)", bytes.len);
}

static void add_local_time(struct text *t, int64_t time_ns, const char *format)
{
	int64_t rest = time_ns % second_ns;
	time_t seconds = (time_t)(time_ns / second_ns - (rest < 0));
	char words[64];
	struct tm tm;

	/* Without a time zone that knows it, the neutral form is right. */
	if (!localtime_r(&seconds, &tm) ||
	    !strftime(words, sizeof(words), format, &tm))
		text_add_time(t, time_ns);
	else
		text_add_text(t, words);
}

static void add_value(struct text *t, struct value v, enum show_style style,
		      int depth);

static void add_list(struct text *t, struct value v, enum show_style style,
		     int depth)
{
	size_t count = value_count(v);
	size_t shown = count;

	if (!count) {
		text_add_text(t, "none");
		return;
	}
	if (style == SHOW_CELL && count > CELL_ITEMS_MAX)
		shown = CELL_ITEMS_MAX;
	for (size_t i = 0; i < shown; i++) {
		if (i)
			text_add_text(t, style == SHOW_CELL ? " " : ", ");
		add_value(t, value_at(v, i), style, depth + 1);
	}
	if (shown < count)
		text_addf(t, " (%zu)", count);
}

static void add_dict(struct text *t, struct value v, enum show_style style,
		     int depth)
{
	size_t count = value_count(v);

	if (!count)
		text_add_text(t, "none");
	for (size_t i = 0; i < count; i++) {
		if (style == SHOW_CELL && i == CELL_ITEMS_MAX) {
			text_addf(t, " (%zu)", count);
			return;
		}
		if (i)
			text_add_text(t, style == SHOW_CELL ? " " : ", ");
		text_add_escaped(t, value_slice(value_key(v, i)));
		if (style == SHOW_CELL)
			continue;
		text_add_byte(t, ' ');
		add_value(t, value_at(v, i), style, depth + 1);
	}
}

static void add_value(struct text *t, struct value v, enum show_style style,
		      int depth)
{
	if (depth > NESTING_SHOWN_MAX) {
		text_add_text(t, "...");
		return;
	}
	switch (v.type) {
	case VALUE_BOOL:
		text_add_text(t, v.as.boolean ? "yes" : "no");
		break;
	case VALUE_INT:
		text_addf(t, "%" PRId64, v.as.integer);
		break;
	case VALUE_DATE:
		add_local_time(t, v.as.integer, "%Y-%m-%d %H:%M:%S");
		break;
	case VALUE_REAL:
		text_addf(t, "%g", v.as.real);
		break;
	case VALUE_STRING:
		/* A name that is empty is not the same as none. */
		if (value_slice(v).len)
			text_add_escaped(t, value_slice(v));
		else
			text_add_text(t, "\"\"");
		break;
	case VALUE_BYTES:
		add_hex(t, value_slice(v));
		break;
	case VALUE_LIST:
		add_list(t, v, style, depth);
		break;
	case VALUE_DICT:
		add_dict(t, v, style, depth);
		break;
	case VALUE_NONE:
	case VALUE_TYPE_COUNT:
		text_add_byte(t, '-');
		break;
	}
}

void show_value(struct text *t, struct value v, enum show_style style)
{
	add_value(t, v, style, 0);
}

/* "1 filter", "12 names": units stand in the fact table in the singular. */
static void add_count(struct text *t, int64_t n, const char *unit)
{
	text_addf(t, "%" PRId64, n);
	if (*unit)
		text_addf(t, " %s%s", unit, n == 1 ? "" : "s");
}

/* A moment in a cell: the time of a day when that is not long ago. */
static void add_moment(struct text *t, const struct store *s, int64_t time_ns)
{
	int64_t now = store_now(s);
	bool near = time_ns <= now && now - time_ns < day_ns;

	add_local_time(t, time_ns, near ? "%H:%M:%S" : "%Y-%m-%d");
}

/* Lists that have a form of their own. */
static bool add_special(struct text *t, enum fact_id id, struct value v,
			enum show_style style)
{
	size_t missing;

	if (v.type != VALUE_LIST || !value_count(v))
		return false;
	if (id == FACT_ARGUMENTS) {
		show_command_line(
			t, v, style == SHOW_CELL ? CELL_ITEMS_MAX : SIZE_MAX);
		return true;
	}
	if (id != FACT_CAPABILITIES_EFFECTIVE &&
	    id != FACT_CAPABILITIES_BOUNDING)
		return false;
	missing = show_capabilities_missing(v);
	if (style == SHOW_CELL ? missing > 0 : missing > CAPABILITY_COUNT / 2)
		return false;
	show_capabilities_but(t, v);
	return true;
}

static void add_fact_value(struct text *t, const struct store *s,
			   enum fact_id id, struct value v,
			   enum show_style style)
{
	const char *unit = fact_table[id].unit;

	if (add_special(t, id, v, style))
		return;
	if (v.type == VALUE_INT && !strcmp(unit, "ns"))
		text_add_span(t, v.as.integer);
	else if (v.type == VALUE_INT)
		add_count(t, v.as.integer, unit);
	else if (v.type == VALUE_DATE && style == SHOW_CELL)
		add_moment(t, s, v.as.integer);
	else if (style == SHOW_CELL && *unit && value_count(v))
		add_count(t, (int64_t)value_count(v), unit);
	else
		add_value(t, v, style, 0);
}

void show_fact(struct text *t, const struct store *s, const struct process *p,
	       enum fact_id id, enum show_style style, bool ascii)
{
	struct fact f = process_fact(s, p, id);
	const struct sign *sign = &state_signs[f.state];

	text_add_text(t, ascii ? sign->ascii : sign->utf8);
	if (!fact_has_value(&f))
		return;
	if (id == FACT_EXIT)
		show_exit(t, value_slice(store_host(s)->os), &p->how);
	else
		add_fact_value(t, s, id, f.value, style);
}

void show_reason(struct text *t, const struct fact *f)
{
	struct slice reason = slice_text(f->reason);

	switch (f->state) {
	case FACT_KNOWN:
	case FACT_STATE_COUNT:
		return;
	case FACT_INFERRED:
		text_add_text(t, reason.len ? "from " : "inferred");
		break;
	case FACT_NEEDS_PRIVILEGE:
		text_add_text(t,
			      reason.len ? "needs " : "needs more privilege");
		break;
	case FACT_FAILED:
		text_add_text(t, reason.len ? "failed: " : "failed");
		break;
	case FACT_PENDING:
		text_add_text(t,
			      reason.len ? "not read yet: " : "not read yet");
		break;
	case FACT_ABSENT:
		text_add_text(t,
			      reason.len ? "none: " : "looked, there is none");
		break;
	case FACT_UNSUPPORTED:
		text_add_text(t, reason.len ? "" : "this system does not tell");
		break;
	}
	text_add_escaped(t, reason);
}
