/* Build-id and package of the process in the detail: what a process's program
 * is costs some 20 ms, so it is read of the one that somebody looks at. */
#include "code_program.h"
#include "linux.h"

#include <errno.h>

bool facts_wants_code(const struct probe *p, const struct entry *e)
{
	return e->pid == p->detail && !e->kept_state[TOLD_BUILD_ID] &&
	       !(e->flags & ENTRY_KERNEL_THREAD);
}

static void tell_fact(struct telling *t, enum told_fact id,
		      const struct fact *f)
{
	tell_because(t, id, f->state, f->value, WHY_CODE, f->reason);
}

void facts_code(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_CODE];
	struct slice bytes = raw_slice(raw, PART_CODE);
	struct event_fact facts[LINUX_CODE_EVENT_FACTS];
	struct linux_code code;
	enum fact_state state = FACT_ABSENT;
	enum why why = WHY_NO_PROGRAM;

	if (part->error || bytes.len != sizeof(code)) {
		if (part->error != ENOENT)
			state = facts_error(t->probe, part->error, &why);
		tell_gap(t, TOLD_BUILD_ID, state, why);
		tell_gap(t, TOLD_PACKAGE, state, why);
		return;
	}
	memcpy(&code, bytes.ptr, sizeof(code));
	(void)linux_code_event_facts(&code, t->probe->pool, facts);
	tell_fact(t, TOLD_BUILD_ID, &facts[0].fact);
	tell_fact(t, TOLD_PACKAGE, &facts[1].fact);
	value_release(t->probe->pool, facts[2].fact.value);
}
