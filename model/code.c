#include "code.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/vec.h"

enum { FINDING_MESSAGE_MAX = 2048 };

void findings_init(struct findings *f, struct value_pool *pool)
{
	*f = (struct findings){.pool = pool};
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		value_release(f->pool, f->items[i].path);
		value_release(f->pool, f->items[i].message);
	}
	free(f->items);
	*f = (struct findings){.pool = f->pool};
}

void findings_add(struct findings *f, const char *id, enum severity severity,
		  struct slice path, int64_t offset, const char *format, ...)
{
	char message[FINDING_MESSAGE_MAX];
	struct finding *item;
	va_list args;

	if (!vec_reserve((void **)&f->items, &f->cap, f->count + 1,
			 sizeof(*f->items), FINDINGS_MAX)) {
		f->dropped++;
		return;
	}
	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	item = &f->items[f->count++];
	*item = (struct finding){
		.id = id,
		.severity = severity,
		.path = value_string(f->pool, path),
		.message = value_text(f->pool, message),
		.offset = offset,
	};
}

bool findings_have_error(const struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].severity == SEVERITY_ERROR)
			return true;
	return false;
}

const char *severity_id(enum severity s)
{
	static const char *const ids[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	_Static_assert(sizeof(ids) / sizeof(*ids) == SEVERITY_COUNT,
		       "every severity has an id");
	return (unsigned)s < SEVERITY_COUNT ? ids[s] : "";
}

void code_init(struct code *c)
{
	*c = (struct code){.path = value_none};
}

void code_release(struct value_pool *pool, struct code *c)
{
	value_release(pool, c->path);
	for (size_t i = 0; i < FACT_COUNT; i++)
		value_release(pool, c->facts[i].value);
	code_init(c);
}

void code_set(struct value_pool *pool, struct code *c, enum fact_id id,
	      struct value v)
{
	value_release(pool, c->facts[id].value);
	c->facts[id] = v.type == VALUE_NONE
			       ? fact_gap(FACT_FAILED, "out of memory")
			       : fact_known(v);
	c->facts[id].source = SOURCE_FILE;
}

void code_set_gap(struct value_pool *pool, struct code *c, enum fact_id id,
		  enum fact_state state, const char *reason)
{
	value_release(pool, c->facts[id].value);
	c->facts[id] = fact_gap(state, reason);
	c->facts[id].source = SOURCE_FILE;
}
