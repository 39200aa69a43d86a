#include "linux.h"

#include <stdlib.h>

struct entry *table_find(const struct probe *p, int32_t pid)
{
	struct entry *e;

	HASH_FIND(hh, p->entries, &pid, sizeof(pid), e);
	return e;
}

struct entry *table_add(struct probe *p, int32_t pid)
{
	struct entry *e;

	if (HASH_COUNT(p->entries) >= ENTRIES_MAX)
		return NULL;
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->pid = pid;
	e->serial = ++p->next_serial;
	HASH_ADD(hh, p->entries, pid, sizeof(e->pid), e);
	if (!e->hh.tbl) {
		free(e);
		return NULL;
	}
	return e;
}

static void unlink_child(struct entry *e)
{
	if (!e->parent)
		return;
	if (e->previous_sibling)
		e->previous_sibling->next_sibling = e->next_sibling;
	else
		e->parent->first_child = e->next_sibling;
	if (e->next_sibling)
		e->next_sibling->previous_sibling = e->previous_sibling;
	e->parent = e->next_sibling = e->previous_sibling = NULL;
}

void table_set_parent(struct probe *p, struct entry *e, int32_t ppid)
{
	struct entry *parent = ppid ? table_find(p, ppid) : NULL;

	e->ppid = ppid;
	if (parent == e->parent || parent == e)
		return;
	unlink_child(e);
	if (!parent)
		return;
	e->parent = parent;
	e->next_sibling = parent->first_child;
	if (parent->first_child)
		parent->first_child->previous_sibling = e;
	parent->first_child = e;
}

void table_remove(struct probe *p, struct entry *e)
{
	while (e->first_child)
		unlink_child(e->first_child);
	unlink_child(e);
	if (e->flags & ENTRY_NEEDS_ALL)
		p->unread--;
	HASH_DEL(p->entries, e);
	kept_release(p, e);
	free(e);
}

void table_free(struct probe *p)
{
	struct entry *e, *next;

	HASH_ITER(hh, p->entries, e, next)
	{
		HASH_DEL(p->entries, e);
		kept_release(p, e);
		free(e);
	}
}
