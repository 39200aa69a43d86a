/*
 * Private to plist_*.c: the walk over a property list's bytes that decides
 * whether libplist may see them, and remembers what libplist would not hand
 * back as it is written.
 */
#ifndef MODEL_BASE_PLIST_GUARD_H
#define MODEL_BASE_PLIST_GUARD_H

#include "plist_in.h"
#include "text.h"

/* A scalar that libplist reads differently: an integer beyond int64 or with a
 * leading zero, a date that is no whole second or far from 2001. node: its
 * place among all values (keys not counted), parents before children. */
struct plist_odd {
	size_t node;
	enum value_type type; /* INT, DATE, or STRING: text */
	int64_t number;
	char text[48];
};

struct plist_guard {
	struct slice bytes;
	struct plist_limits limits;
	size_t nodes;      /* values, each time they are referred to */
	size_t key_total;  /* keys so far; of limits.nodes too */
	size_t text_bytes; /* of strings, keys and data, the same */
	uint64_t digest;   /* of XML's text and data, in its order */
	struct plist_odd *odds;
	size_t odd_count, odd_cap;
	struct text decoded; /* keys of the open dicts */
	struct plist_key *keys;
	size_t key_count, key_cap;
};

/* text: in `decoded`; offset: in the input. */
struct plist_key {
	size_t text, len, offset;
	const char *ptr; /* while sorting only */
};

enum status plist_guard_xml(struct plist_guard *g, struct error *err);
enum status plist_guard_binary(struct plist_guard *g, struct error *err);

/* Counts one value, and text of it; STATUS_LIMIT when it is too much. */
enum status plist_guard_node(struct plist_guard *g, size_t offset,
			     struct error *err);
enum status plist_guard_text(struct plist_guard *g, size_t offset, size_t len,
			     struct error *err);

/* The last value counted is this one. */
enum status plist_guard_odd(struct plist_guard *g, const struct plist_odd *odd,
			    size_t offset, struct error *err);

/* A key whose text was appended to g->decoded from `text` on. */
enum status plist_guard_key(struct plist_guard *g, size_t text, size_t offset,
			    struct error *err);
/* Ends a dict whose keys begin at `first`: each once, or STATUS_MALFORMED at
 * the second. Forgets them. */
enum status plist_guard_keys_end(struct plist_guard *g, size_t first,
				 struct error *err);

/* A scalar's characters, without blanks around it, at an offset of the input.
 * *len: of what data decodes to (RFC 4648, blanks between). */
enum status plist_scalar_integer(struct plist_guard *g, struct slice s,
				 size_t at, struct error *err);
enum status plist_scalar_real(struct slice s, size_t at, struct error *err);
enum status plist_scalar_date(struct plist_guard *g, struct slice s, size_t at,
			      struct error *err);
enum status plist_scalar_data(struct slice s, size_t at, size_t *len,
			      struct error *err);

/* The blanks of XML 1.0. */
static inline bool plist_is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* STATUS_MALFORMED at the offset. */
static inline enum status plist_bad(struct error *err, size_t offset,
				    const char *message)
{
	return error_set(err, STATUS_MALFORMED, (int64_t)offset, "%s", message);
}

/* Adds one text to a digest, by which what the guard has read and what libplist
 * gives are compared (FNV-1a: no secret, two parsers that differ by mistake do
 * not meet in it). */
void plist_digest_add(uint64_t *digest, struct slice text);
/* The same for data, of which the guard knows the length alone. */
void plist_digest_add_length(uint64_t *digest, size_t len);

/* The index of the first byte that is not UTF-8 (or is a NUL), or len. */
size_t plist_text_bad(struct slice text);

/* Seconds of a date since 2001-01-01, as libplist can return them. */
bool plist_date_fits(int64_t seconds);

#endif
