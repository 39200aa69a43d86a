/*
 * What code is signed as and may do, as facts with the ids of fact.h: of one
 * architecture of one file. `inspect` prints it; a live process whose program
 * it is shows it in its Code and Entitlements tabs.
 */
#ifndef MODEL_CODE_H
#define MODEL_CODE_H

#include "fact.h"
#include "source.h"

enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR, /* the only one that makes exit status 1 */
	SEVERITY_COUNT,
};

/* Something that is wrong, or worth knowing, with where. */
struct finding {
	const char *id; /* static, snake_case: "page_hash_differs" */
	enum severity severity;
	struct value path;    /* STRING, owned */
	struct value message; /* STRING, owned: a sentence */
	int64_t offset;       /* in the file; -1 of no place */
};

enum { FINDINGS_MAX = 10000, CODES_MAX = 4096, CODE_SLICES_MAX = 100 };

struct findings {
	struct value_pool *pool;
	struct finding *items;
	size_t count, cap;
	int64_t dropped; /* over FINDINGS_MAX */
};

void findings_init(struct findings *f, struct value_pool *pool);
void findings_release(struct findings *f);
/* message is a format for outside text too: what %s brings is escaped by the
 * caller (text_add_escaped). Out of memory counts as dropped. */
void findings_add(struct findings *f, const char *id, enum severity severity,
		  struct slice path, int64_t offset, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
bool findings_have_error(const struct findings *f);
const char *severity_id(enum severity s);

/* One architecture of one file. facts[id] is pending where nobody looked;
 * values and reasons are owned by the struct's pool and the program's text:
 * a reason is a static string. */
struct code {
	struct value path; /* STRING */
	struct fact facts[FACT_COUNT];
};

void code_init(struct code *c);
void code_release(struct value_pool *pool, struct code *c);
/* Takes over v; a VALUE_NONE becomes FACT_FAILED "out of memory". */
void code_set(struct value_pool *pool, struct code *c, enum fact_id id,
	      struct value v);
void code_set_gap(struct value_pool *pool, struct code *c, enum fact_id id,
		  enum fact_state state, const char *reason);

#endif
