#include "linux.h"

#include <errno.h>

#include "../parse/proc_flatpak.h"

static void tell_claim(struct telling *t, enum told_fact id, const char *claim)
{
	/* What was read where it cannot be chosen counts more. */
	if (t->entry->kept_state[id] == FACT_KNOWN)
		return;
	if (*claim)
		tell(t, id, FACT_INFERRED, value_text(t->probe->pool, claim),
		     WHY_CGROUP_NAME);
	else
		tell_gap(t, id, FACT_ABSENT, WHY_NOT_THAT);
}

static void tell_container(struct telling *t, const struct cgroup_info *info)
{
	struct value_pool *pool = t->probe->pool;

	if (!info->engine) {
		tell_gap(t, TOLD_CONTAINER_ENGINE, FACT_ABSENT, WHY_NOT_THAT);
		tell_gap(t, TOLD_CONTAINER_ID, FACT_ABSENT, WHY_NOT_THAT);
		return;
	}
	tell(t, TOLD_CONTAINER_ENGINE, FACT_INFERRED,
	     value_text(pool, info->engine), WHY_CGROUP_NAME);
	tell(t, TOLD_CONTAINER_ID, FACT_INFERRED,
	     value_text(pool, info->container), WHY_CGROUP_NAME);
}

static void tell_group(struct telling *t, const struct cgroup_info *info)
{
	struct value_pool *pool = t->probe->pool;

	if (info->path.len)
		tell_value(t, TOLD_CGROUP, value_string(pool, info->path));
	else
		tell_gap(t, TOLD_CGROUP, FACT_ABSENT, WHY_NOT_THAT);
	if (info->unit[0])
		tell_value(t, TOLD_UNIT, value_text(pool, info->unit));
	else
		tell_gap(t, TOLD_UNIT, FACT_ABSENT, WHY_NO_UNIT);
}

static void fail_cgroup(struct telling *t, int error)
{
	static const enum told_fact of_cgroup[] = {
		TOLD_CGROUP,
		TOLD_UNIT,
		TOLD_CONTAINER_ENGINE,
		TOLD_CONTAINER_ID,
	};
	enum why why;
	enum fact_state state = facts_error(t->probe, error, &why);

	for (size_t i = 0; i < sizeof(of_cgroup) / sizeof(*of_cgroup); i++)
		tell_gap(t, of_cgroup[i], state, why);
}

void facts_cgroup(struct telling *t, const struct raw *raw)
{
	struct cgroup_info info;

	if (raw->parts[PART_CGROUP].error) {
		fail_cgroup(t, raw->parts[PART_CGROUP].error);
		return;
	}
	cgroup_parse(raw_slice(raw, PART_CGROUP), &info);
	tell_group(t, &info);
	if (t->entry->flags & ENTRY_KERNEL_THREAD)
		return;
	tell_container(t, &info);
	tell_claim(t, TOLD_SNAP, info.snap);
	/* Without a claim its own file has to say that it is none. */
	if (info.flatpak[0])
		tell_claim(t, TOLD_FLATPAK_APP, info.flatpak);
	else if (t->entry->kept_state[TOLD_FLATPAK_APP] == FACT_INFERRED)
		tell_gap(t, TOLD_FLATPAK_APP, FACT_PENDING, WHY_NONE);
}

/* {"Context": {"shared": "network;ipc;", ...}, ...} */
static struct value make_permissions(struct probe *p,
				     const struct flatpak_info *info)
{
	struct value groups[64], dicts[64];
	size_t count = 0;
	size_t i = 0;

	while (i < info->count && count < 64) {
		static const size_t most = FLATPAK_PERMISSIONS_MAX;
		struct slice group = info->permissions[i].group;
		struct value keys[FLATPAK_PERMISSIONS_MAX];
		struct value vals[FLATPAK_PERMISSIONS_MAX];
		size_t n = 0;

		for (; i < info->count && n < most &&
		       slice_equal(info->permissions[i].group, group);
		     i++, n++) {
			keys[n] =
				value_string(p->pool, info->permissions[i].key);
			vals[n] = value_string(p->pool,
					       info->permissions[i].value);
		}
		groups[count] = value_string(p->pool, group);
		dicts[count++] = value_dict(p->pool, keys, vals, n);
	}
	return value_dict(p->pool, groups, dicts, count);
}

static void tell_flatpak_file(struct telling *t, const struct raw *raw)
{
	struct probe *p = t->probe;
	struct flatpak_info info;

	if (raw->parts[PART_FLATPAK].cut ||
	    flatpak_info_parse(raw_slice(raw, PART_FLATPAK), &info, NULL)) {
		tell_gap(t, TOLD_FLATPAK_APP, FACT_FAILED, WHY_MALFORMED);
		tell_gap(t, TOLD_FLATPAK_PERMISSIONS, FACT_FAILED,
			 WHY_MALFORMED);
		return;
	}
	tell_value(t, TOLD_FLATPAK_APP, value_string(p->pool, info.app));
	tell_value(t, TOLD_FLATPAK_PERMISSIONS, make_permissions(p, &info));
}

static void tell_no_flatpak(struct telling *t)
{
	if (t->entry->kept_state[TOLD_FLATPAK_APP] != FACT_INFERRED)
		tell_gap(t, TOLD_FLATPAK_APP, FACT_ABSENT, WHY_NOT_THAT);
	tell_gap(t, TOLD_FLATPAK_PERMISSIONS, FACT_ABSENT, WHY_NOT_THAT);
}

static void tell_flatpak_error(struct telling *t, int error)
{
	enum why why;
	enum fact_state state = facts_error(t->probe, error, &why);

	/* What is there but is no file of flatpak's. */
	if (error == ENOTDIR && t->probe->reader.foreign) {
		state = FACT_FAILED;
		why = WHY_NOT_IN_COPY;
	} else if (error == EINVAL || error == ELOOP || error == ENOTDIR) {
		state = FACT_FAILED;
		why = WHY_MALFORMED;
	} else if (t->entry->root_kind == ROOT_EMPTY) {
		state = FACT_FAILED;
		why = WHY_ROOT_GONE;
	}
	if (t->entry->kept_state[TOLD_FLATPAK_APP] != FACT_INFERRED)
		tell_gap(t, TOLD_FLATPAK_APP, state, why);
	tell_gap(t, TOLD_FLATPAK_PERMISSIONS, state, why);
}

void facts_flatpak(struct telling *t, const struct raw *raw)
{
	const struct entry *e = t->entry;
	const struct probe *p = t->probe;
	int error = raw->parts[PART_FLATPAK].error;

	if (raw->have & WANT_FLATPAK) {
		if (!error)
			tell_flatpak_file(t, raw);
		else if (error == ENOENT)
			tell_no_flatpak(t);
		else
			tell_flatpak_error(t, error);
		return;
	}
	/* With our root and mounts it has our file or, like us, none. */
	if (!p->reader.own_flatpak && e->namespace_state == READING_OK &&
	    e->root_kind == ROOT_OURS &&
	    e->namespaces[NAMESPACE_MNT] == p->own_namespaces[NAMESPACE_MNT])
		tell_no_flatpak(t);
}
