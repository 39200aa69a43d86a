/*
 * The walk over a binary property list. Objects may be referred to from many
 * places, so its real size is that of the tree with every reference written
 * out: each object is walked once and its tree's size kept, and only when the
 * whole is within bounds may libplist build it.
 */
#include "plist_guard.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <utf8proc.h>

#include "cursor.h"

enum { TRAILER_BYTES = 32, HEADER_BYTES = 8 };

enum object_type {
	OBJECT_SIMPLE = 0x0, /* null, false, true, fill */
	OBJECT_INT = 0x1,
	OBJECT_REAL = 0x2,
	OBJECT_DATE = 0x3,
	OBJECT_DATA = 0x4,
	OBJECT_ASCII = 0x5,
	OBJECT_UTF16 = 0x6,
	OBJECT_UID = 0x8,
	OBJECT_LIST = 0xa,
	OBJECT_ORDERED_SET = 0xb,
	OBJECT_SET = 0xc,
	OBJECT_DICT = 0xd,
};

enum walk_state { WALK_NEW = 0, WALK_OPEN, WALK_DONE };

/* The tree below one object. */
struct extent {
	uint8_t state, depth; /* containers on the longest way down */
	bool odd;             /* there is an odd scalar in it */
	uint32_t nodes, keys, text;
};

_Static_assert(PLIST_DEPTH_MAX < UINT8_MAX, "a depth fits into a byte");

struct binary {
	struct plist_guard *guard;
	struct slice bytes;
	size_t table; /* where the offset table begins: objects end before */
	size_t count;
	uint8_t offset_bytes, ref_bytes;
	struct extent *extents;
};

/* One object's header: what it is and where its content lies. */
struct object {
	size_t at;      /* of its marker */
	size_t content; /* of what follows marker and count */
	uint8_t type, low;
	uint64_t count; /* bytes, characters, items or pairs */
};

static enum status malformed(struct error *err, size_t offset,
			     const char *message)
{
	return error_set(err, STATUS_MALFORMED, (int64_t)offset, "%s", message);
}

static enum status read_trailer(struct binary *b, struct error *err)
{
	struct cursor c = cursor_of(b->bytes);
	uint64_t count, root, table;

	if (b->bytes.len < HEADER_BYTES + TRAILER_BYTES + 1)
		return malformed(err, b->bytes.len,
				 "a binary property list has at least 41 "
				 "bytes");
	cursor_seek(&c, b->bytes.len - TRAILER_BYTES + 6);
	b->offset_bytes = cursor_u8(&c);
	b->ref_bytes = cursor_u8(&c);
	count = cursor_be(&c, 8);
	root = cursor_be(&c, 8);
	table = cursor_be(&c, 8);
	if (!b->offset_bytes || b->offset_bytes > 8 || !b->ref_bytes ||
	    b->ref_bytes > 8)
		return malformed(err, b->bytes.len - TRAILER_BYTES + 6,
				 "offsets and references of 1 to 8 bytes were "
				 "expected");
	if (table < HEADER_BYTES || table > b->bytes.len - TRAILER_BYTES)
		return malformed(err, b->bytes.len - 8,
				 "the offset table is outside the property "
				 "list");
	if (!count ||
	    count > (b->bytes.len - TRAILER_BYTES - table) / b->offset_bytes)
		return malformed(err, b->bytes.len - 24,
				 "the number of objects does not fit the "
				 "offset table");
	if (root >= count)
		return malformed(err, b->bytes.len - 16,
				 "the top object is not in the offset table");
	if (count > 2 * b->guard->limits.nodes)
		return error_set(
			err, STATUS_LIMIT, (int64_t)(b->bytes.len - 24),
			"a property list of %" PRIu64 " objects", count);
	b->table = (size_t)table;
	b->count = (size_t)count;
	return STATUS_OK;
}

static uint64_t root_index(const struct binary *b)
{
	struct cursor c = cursor_of(b->bytes);

	cursor_seek(&c, b->bytes.len - 16);
	return cursor_be(&c, 8);
}

/* Sizes of 15 and more follow as an integer object. */
static bool read_count(const struct binary *b, struct object *o)
{
	uint8_t marker;
	size_t len;
	struct cursor c;

	o->count = o->low;
	if (o->low != 0xf)
		return true;
	c = cursor_of(slice_part(b->bytes, 0, b->table));
	cursor_seek(&c, o->content);
	marker = cursor_u8(&c);
	len = (size_t)1 << (marker & 0xf);
	if (c.failed || marker >> 4 != OBJECT_INT || len > 8)
		return false;
	o->count = cursor_be(&c, len);
	o->content = c.pos;
	return !c.failed;
}

static enum status read_object(const struct binary *b, uint64_t index,
			       struct object *o, struct error *err)
{
	struct cursor c = cursor_of(b->bytes);
	uint64_t at;

	cursor_seek(&c, b->table + (size_t)index * b->offset_bytes);
	at = cursor_be(&c, b->offset_bytes);
	if (at < HEADER_BYTES || at >= b->table)
		return error_set(
			err, STATUS_MALFORMED,
			(int64_t)(b->table + (size_t)index * b->offset_bytes),
			"object %" PRIu64 " is at %" PRIu64
			", outside the objects",
			index, at);
	*o = (struct object){
		.at = (size_t)at,
		.content = (size_t)at + 1,
		.type = b->bytes.ptr[at] >> 4,
		.low = b->bytes.ptr[at] & 0xf,
	};
	switch (o->type) {
	case OBJECT_DATA:
	case OBJECT_ASCII:
	case OBJECT_UTF16:
	case OBJECT_LIST:
	case OBJECT_DICT:
		if (!read_count(b, o))
			return malformed(err, o->at,
					 "an object's size is cut off or no "
					 "integer");
		break;
	default:
		break;
	}
	return STATUS_OK;
}

/* The object's content, count items of item_bytes each. */
static enum status content_of(const struct binary *b, const struct object *o,
			      size_t item_bytes, struct slice *out,
			      struct error *err)
{
	size_t left = b->table - o->content;

	if (o->count > left / item_bytes)
		return error_set(err, STATUS_MALFORMED, (int64_t)o->at,
				 "an object of %" PRIu64
				 " times %zu bytes, %zu bytes left",
				 o->count, item_bytes, left);
	*out = slice_of(b->bytes.ptr + o->content,
			(size_t)o->count * item_bytes);
	return STATUS_OK;
}

/* UTF-16 as UTF-8 at the end of out, which may be NULL to check only. Returns
 * the number of UTF-8 bytes, or SIZE_MAX for a lone surrogate or a NUL. */
static size_t utf16_to_utf8(struct slice s, struct text *out)
{
	size_t total = 0;

	for (size_t i = 0; i + 1 < s.len; i += 2) {
		int32_t c = s.ptr[i] << 8 | s.ptr[i + 1];
		utf8proc_uint8_t buffer[4];
		utf8proc_ssize_t n;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < s.len &&
		    (s.ptr[i + 2] & 0xfc) == 0xdc) {
			i += 2;
			c = 0x10000 + ((c & 0x3ff) << 10) +
			    ((s.ptr[i] & 3) << 8 | s.ptr[i + 1]);
		}
		if (!c || (c >= 0xd800 && c < 0xe000))
			return SIZE_MAX;
		n = utf8proc_encode_char(c, buffer);
		total += (size_t)n;
		if (out)
			text_add(out, slice_of(buffer, (size_t)n));
	}
	return total;
}

/* Checks a string and gives the bytes it has as UTF-8; appends it to out when
 * that is given. */
static enum status read_string(const struct binary *b, const struct object *o,
			       struct text *out, size_t *len, struct error *err)
{
	struct slice s;
	size_t bad;
	enum status st =
		content_of(b, o, o->type == OBJECT_UTF16 ? 2 : 1, &s, err);

	if (st)
		return st;
	if (o->type == OBJECT_ASCII) {
		bad = plist_text_bad(s);
		if (bad < s.len)
			return malformed(err, o->content + bad,
					 "text with a NUL or a byte that is "
					 "not UTF-8");
		*len = s.len;
		if (out)
			text_add(out, s);
		return STATUS_OK;
	}
	/* libplist gives up at an empty one; Apple writes ASCII there. */
	*len = s.len ? utf16_to_utf8(s, out) : SIZE_MAX;
	if (*len == SIZE_MAX)
		return malformed(err, o->at,
				 "UTF-16 text that is empty or has a NUL or "
				 "half a surrogate pair");
	return STATUS_OK;
}

static enum status odd_integer(const struct binary *b, const struct object *o,
			       struct plist_odd *odd, bool *is_odd,
			       struct error *err)
{
	size_t len = (size_t)1 << o->low;
	uint64_t high = 0, low;
	struct cursor c = cursor_of(slice_part(b->bytes, 0, b->table));

	if (o->low > 4)
		return malformed(err, o->at,
				 "an integer of more than 16 bytes");
	cursor_seek(&c, o->content);
	if (len == 16)
		high = cursor_be(&c, 8);
	low = cursor_be(&c, len == 16 ? 8 : len);
	if (c.failed)
		return malformed(err, o->at, "an integer that is cut off");
	if (len < 16 || (!high && low <= INT64_MAX) ||
	    (high == UINT64_MAX && low > INT64_MAX))
		return STATUS_OK;
	if (high)
		return error_set(err, STATUS_LIMIT, (int64_t)o->at,
				 "an integer of more than 64 bits");
	odd->type = VALUE_STRING;
	(void)snprintf(odd->text, sizeof(odd->text), "%" PRIu64, low);
	*is_odd = true;
	return STATUS_OK;
}

static enum status odd_date(const struct binary *b, const struct object *o,
			    struct plist_odd *odd, bool *is_odd,
			    struct error *err)
{
	static const double epoch = 978307200.0; /* 2001-01-01 */
	struct cursor c = cursor_of(slice_part(b->bytes, 0, b->table));
	struct tm calendar;
	uint64_t bits;
	double seconds;
	time_t whole;

	cursor_seek(&c, o->content);
	bits = cursor_be(&c, 8);
	if (o->low != 3 || c.failed)
		return malformed(err, o->at, "a date has 8 bytes");
	memcpy(&seconds, &bits, sizeof(seconds));
	if (!isfinite(seconds))
		return malformed(err, o->at, "a date that is no number");
	if (seconds >= 0 && seconds < (double)INT32_MAX &&
	    seconds == floor(seconds))
		return STATUS_OK;
	*is_odd = true;
	odd->type = VALUE_DATE;
	seconds += epoch;
	if (fabs(seconds) < 9.2e9) {
		odd->number = (int64_t)floor(seconds) * 1000000000 +
			      (int64_t)((seconds - floor(seconds)) * 1e9);
		return STATUS_OK;
	}
	odd->type = VALUE_STRING;
	whole = (time_t)(fabs(seconds) < 1e15 ? seconds : 0);
	if (!whole || !gmtime_r(&whole, &calendar) ||
	    !strftime(odd->text, sizeof(odd->text), "%Y-%m-%dT%H:%M:%SZ",
		      &calendar))
		(void)snprintf(odd->text, sizeof(odd->text), "%.15g s",
			       seconds);
	return STATUS_OK;
}

/* Checks a scalar and says how much text it is; fills odd when it is one. */
static enum status check_scalar(const struct binary *b, const struct object *o,
				size_t *text, struct plist_odd *odd,
				bool *is_odd, struct error *err)
{
	struct slice s;

	*text = 0;
	switch (o->type) {
	case OBJECT_SIMPLE:
		if (o->low == 8 || o->low == 9)
			return STATUS_OK;
		return malformed(err, o->at,
				 "null, or a marker that means nothing");
	case OBJECT_INT:
		return odd_integer(b, o, odd, is_odd, err);
	case OBJECT_REAL:
		if ((o->low == 2 || o->low == 3) &&
		    (size_t)1 << o->low <= b->table - o->content)
			return STATUS_OK;
		return malformed(err, o->at,
				 "a real has 4 or 8 bytes within the objects");
	case OBJECT_DATE:
		return odd_date(b, o, odd, is_odd, err);
	case OBJECT_DATA:
		*text = (size_t)o->count;
		return content_of(b, o, 1, &s, err);
	case OBJECT_ASCII:
	case OBJECT_UTF16:
		return read_string(b, o, NULL, text, err);
	case OBJECT_UID:
		return malformed(err, o->at,
				 "a uid, which only archives of objects have");
	case OBJECT_ORDERED_SET:
	case OBJECT_SET:
		return malformed(err, o->at, "a set");
	default:
		return malformed(err, o->at, "a marker that means nothing");
	}
}

static uint64_t reference(const struct binary *b, struct slice refs, size_t i)
{
	struct cursor c =
		cursor_of(slice_part(refs, i * b->ref_bytes, b->ref_bytes));

	return cursor_be(&c, b->ref_bytes);
}

static enum status check_key(struct binary *b, uint64_t index, size_t at,
			     struct extent *whole, struct error *err)
{
	size_t len, text = b->guard->decoded.len;
	struct object o;
	enum status st;

	if (index >= b->count)
		return malformed(err, at, "a key outside the offset table");
	st = read_object(b, index, &o, err);
	if (st)
		return st;
	if (o.type != OBJECT_ASCII && o.type != OBJECT_UTF16)
		return malformed(err, at, "a key that is no string");
	st = read_string(b, &o, &b->guard->decoded, &len, err);
	if (st)
		return st;
	if (len > VALUE_STRING_MAX ||
	    len > b->guard->limits.bytes - whole->text)
		return error_set(err, STATUS_LIMIT, (int64_t)at,
				 "a property list with more than %zu bytes of "
				 "text and data",
				 b->guard->limits.bytes);
	whole->text += (uint32_t)len;
	whole->keys++;
	return plist_guard_key(b->guard, text, at, err);
}

static enum status walk(struct binary *b, uint64_t index, unsigned depth,
			size_t from, struct error *err);

/* Adds the tree of one child to its container's, within bounds. */
static enum status add_child(struct binary *b, const struct object *o,
			     const struct extent *child, struct extent *whole,
			     struct error *err)
{
	const struct plist_limits *limits = &b->guard->limits;

	if (child->nodes + child->keys >
		    limits->nodes - whole->nodes - whole->keys ||
	    child->text > limits->bytes - whole->text)
		return error_set(err, STATUS_LIMIT, (int64_t)o->at,
				 "written out, more than %zu values and keys "
				 "or %zu bytes of text and data",
				 limits->nodes, limits->bytes);
	whole->nodes += child->nodes;
	whole->keys += child->keys;
	whole->text += child->text;
	whole->odd |= child->odd;
	if (child->depth >= whole->depth)
		whole->depth = (uint8_t)(child->depth + 1);
	return STATUS_OK;
}

static enum status walk_container(struct binary *b, const struct object *o,
				  unsigned depth, struct extent *whole,
				  struct error *err)
{
	bool is_dict = o->type == OBJECT_DICT;
	size_t first = b->guard->key_count;
	struct slice refs = {0};
	enum status st;

	if (o->count > VALUE_ITEMS_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)o->at,
				 "%" PRIu64 " items in one container, at most "
				 "%d are read",
				 o->count, VALUE_ITEMS_MAX);
	st = content_of(b, o, (size_t)b->ref_bytes * (is_dict ? 2 : 1), &refs,
			err);
	whole->depth = 1;
	for (size_t i = 0; !st && is_dict && i < o->count; i++)
		st = check_key(b, reference(b, refs, i),
			       o->content + i * b->ref_bytes, whole, err);
	if (!st)
		st = plist_guard_keys_end(b->guard, first, err);
	for (size_t i = 0; !st && i < o->count; i++) {
		size_t slot = is_dict ? i + (size_t)o->count : i;
		uint64_t child = reference(b, refs, slot);

		st = walk(b, child, depth + 1, o->content + slot * b->ref_bytes,
			  err);
		if (!st)
			st = add_child(b, o, &b->extents[child], whole, err);
	}
	return st;
}

/* Calls itself for children, at most PLIST_DEPTH_MAX deep. from: where the
 * reference is, for errors. */
static enum status walk(struct binary *b, uint64_t index, unsigned depth,
			size_t from, struct error *err)
{
	struct extent whole = {.state = WALK_OPEN, .nodes = 1};
	struct plist_odd odd;
	struct object o;
	enum status st;
	size_t text;

	if (index >= b->count)
		return malformed(err, from,
				 "a reference outside the offset table");
	if (b->extents[index].state == WALK_OPEN)
		return malformed(err, from, "an object within itself");
	if (b->extents[index].state == WALK_DONE) {
		if (depth + b->extents[index].depth > PLIST_DEPTH_MAX)
			goto deep;
		return STATUS_OK;
	}
	st = read_object(b, index, &o, err);
	if (st)
		return st;
	/* Each object is reached once at least, so this never refuses what
	 * the whole tree's size would let pass; it ends the walk early. */
	st = plist_guard_node(b->guard, o.at, err);
	if (st)
		return st;
	b->extents[index].state = WALK_OPEN;
	if (o.type == OBJECT_LIST || o.type == OBJECT_DICT) {
		if (depth >= PLIST_DEPTH_MAX)
			goto deep;
		st = walk_container(b, &o, depth, &whole, err);
	} else {
		st = check_scalar(b, &o, &text, &odd, &whole.odd, err);
		if (!st)
			st = plist_guard_text(b->guard, o.at, text, err);
		whole.text = (uint32_t)text;
	}
	whole.state = WALK_DONE;
	b->extents[index] = whole;
	return st;
deep:
	return error_set(err, STATUS_LIMIT, (int64_t)from,
			 "deeper than %d levels", PLIST_DEPTH_MAX);
}

/* Walks the written-out tree for the odd scalars' places in it. */
static enum status place_odds(struct binary *b, uint64_t index,
			      struct error *err)
{
	struct plist_odd odd = {0};
	bool is_odd = false;
	struct object o;
	struct slice refs = {0};
	enum status st;
	size_t text;

	if (!b->extents[index].odd) {
		b->guard->nodes += b->extents[index].nodes;
		return STATUS_OK;
	}
	st = read_object(b, index, &o, err);
	if (st)
		return st;
	b->guard->nodes++;
	if (o.type != OBJECT_LIST && o.type != OBJECT_DICT) {
		st = check_scalar(b, &o, &text, &odd, &is_odd, err);
		return st ? st : plist_guard_odd(b->guard, &odd, o.at, err);
	}
	st = content_of(b, &o,
			(size_t)b->ref_bytes * (o.type == OBJECT_DICT ? 2 : 1),
			&refs, err);
	for (size_t i = 0; !st && i < o.count; i++)
		st = place_odds(b,
				reference(b, refs,
					  o.type == OBJECT_DICT
						  ? i + (size_t)o.count
						  : i),
				err);
	return st;
}

enum status plist_guard_binary(struct plist_guard *g, struct error *err)
{
	struct binary b = {.guard = g, .bytes = g->bytes};
	uint64_t root;
	enum status st = read_trailer(&b, err);

	if (st)
		return st;
	root = root_index(&b);
	b.extents = calloc(b.count, sizeof(*b.extents));
	if (!b.extents)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory to read a property list");
	st = walk(&b, root, 0, g->bytes.len - 16, err);
	if (!st) {
		g->nodes = 0;
		st = place_odds(&b, root, err);
	}
	free(b.extents);
	return st;
}
