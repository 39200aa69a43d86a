#include "linux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../model/capability.h"

enum { PASSWD_BYTES_MAX = 1 << 20 };

static struct value make_capabilities(struct probe *p, uint64_t mask)
{
	struct value items[PROC_CAPABILITIES];
	size_t count = 0;

	for (unsigned bit = 0; bit < PROC_CAPABILITIES; bit++) {
		const char *name = capability_name(bit);
		char number[16];

		if (!(mask >> bit & 1))
			continue;
		if (!name) {
			snprintf(number, sizeof(number), "cap_%u", bit);
			name = number;
		}
		items[count++] = value_text(p->pool, name);
	}
	return value_list(p->pool, items, count);
}

/* Most processes share a few sets. */
struct value names_capabilities(struct probe *p, uint64_t mask)
{
	struct capability_set *set =
		&p->capabilities[(mask ^ mask >> 32) * 0x9e3779b9u %
				 UINT32_MAX % CAPABILITY_CACHE];

	if (set->list.type == VALUE_NONE || set->mask != mask) {
		value_release(p->pool, set->list);
		set->mask = mask;
		set->list = make_capabilities(p, mask);
	}
	return value_retain(set->list);
}

static struct user *find_user(const struct probe *p, uint32_t uid)
{
	struct user *u;

	HASH_FIND(hh, p->users, &uid, sizeof(uid), u);
	return u;
}

static struct user *add_user(struct probe *p, uint32_t uid)
{
	struct user *u;

	if (HASH_COUNT(p->users) >= USERS_MAX)
		return NULL;
	u = calloc(1, sizeof(*u));
	if (!u)
		return NULL;
	u->uid = uid;
	HASH_ADD(hh, p->users, uid, sizeof(u->uid), u);
	if (!u->hh.tbl) {
		free(u);
		return NULL;
	}
	return u;
}

/* "name:password:uid:..." of passwd(5). */
static void load_line(struct probe *p, struct slice line)
{
	struct slice name = slice_take(&line, ':');
	struct user *u;
	int64_t uid;

	slice_take(&line, ':');
	if (!name.len || !slice_to_int(slice_take(&line, ':'), &uid) ||
	    uid > UINT32_MAX || find_user(p, (uint32_t)uid))
		return;
	u = add_user(p, (uint32_t)uid);
	if (!u)
		return;
	u->asked = true;
	u->name = value_string(p->pool, name);
}

/* The local accounts answer at once; others are asked for by a worker, which
 * may have to wait for a server. */
void names_load_users(struct probe *p)
{
	FILE *f = fopen("/etc/passwd", "re");
	char *bytes = malloc(PASSWD_BYTES_MAX);
	struct slice text;

	if (f && bytes) {
		text = slice_of(bytes, fread(bytes, 1, PASSWD_BYTES_MAX, f));
		while (text.len)
			load_line(p, slice_take(&text, '\n'));
	}
	free(bytes);
	if (f)
		fclose(f);
}

static void ask(struct probe *p, struct user *u)
{
	struct job *j = p->workers ? job_new() : NULL;

	if (!j)
		return;
	j->wants_user = true;
	j->uid = u->uid;
	u->asked = true;
	workers_submit(p->workers, j, false);
}

void names_tell_user(struct telling *t, uint32_t uid)
{
	struct probe *p = t->probe;
	struct user *u = find_user(p, uid);

	if (p->reader.foreign) {
		tell_gap(t, TOLD_USER, FACT_UNSUPPORTED, WHY_FOREIGN_ACCOUNTS);
		return;
	}
	if (!u)
		u = add_user(p, uid);
	if (u && !u->asked)
		ask(p, u);
	if (u && u->name.type == VALUE_STRING)
		tell_value(t, TOLD_USER, value_retain(u->name));
	else if (u && u->absent)
		tell_gap(t, TOLD_USER, FACT_ABSENT, WHY_NO_ACCOUNT);
	else
		tell_gap(t, TOLD_USER, FACT_PENDING, WHY_NONE);
}

void names_user_answered(struct probe *p, const struct job *j)
{
	struct user *u = find_user(p, j->uid);
	struct telling t;

	if (!u)
		return;
	if (!j->name_error)
		u->name = value_text(p->pool, j->name);
	else
		u->absent = true;
	for (struct entry *e = p->entries; e; e = e->hh.next) {
		struct value uid = kept_value(e, TOLD_UID);

		if (uid.type != VALUE_INT || uid.as.integer != j->uid)
			continue;
		telling_begin(&t, p, e, linux_now(p));
		if (j->name_error && j->name_error != ENOENT)
			tell_gap(&t, TOLD_USER, FACT_FAILED,
				 j->name_error == ETIMEDOUT ? WHY_TIMED_OUT
							    : WHY_READ_FAILED);
		else
			names_tell_user(&t, j->uid);
		telling_end(&t);
	}
}

void names_free(struct probe *p)
{
	struct user *u, *next;

	HASH_ITER(hh, p->users, u, next)
	{
		HASH_DEL(p->users, u);
		value_release(p->pool, u->name);
		free(u);
	}
	for (int i = 0; i < CAPABILITY_CACHE; i++)
		value_release(p->pool, p->capabilities[i].list);
}
