#include "linux.h"

#include <errno.h>

#include "../parse/proc_status.h"

/* What is not in a text that breaks off is not missing in the kernel. */
static void tell_missing(struct telling *t, enum told_fact id, bool whole)
{
	if (whole)
		tell_gap(t, id, FACT_UNSUPPORTED, WHY_OLD_KERNEL);
	else
		tell_gap(t, id, FACT_FAILED, WHY_MALFORMED);
}

static void tell_seccomp(struct telling *t, const struct proc_status *s,
			 bool whole)
{
	static const char *const modes[] = {"disabled", "strict", "filter"};
	struct entry *e = t->entry;

	if (s->has & PROC_STATUS_SECCOMP) {
		e->seccomp = (uint8_t)s->seccomp;
		tell_value(t, TOLD_SECCOMP_MODE,
			   value_text(t->probe->pool, modes[s->seccomp]));
	} else {
		tell_missing(t, TOLD_SECCOMP_MODE, whole);
	}
	if (s->has & PROC_STATUS_SECCOMP_FILTERS)
		tell_value(t, TOLD_SECCOMP_FILTERS,
			   value_int(s->seccomp_filters));
	else
		tell_missing(t, TOLD_SECCOMP_FILTERS, whole);
	if (s->has & PROC_STATUS_NO_NEW_PRIVS) {
		e->no_new_privs = s->no_new_privs;
		tell_value(t, TOLD_NO_NEW_PRIVS, value_bool(s->no_new_privs));
	} else {
		tell_missing(t, TOLD_NO_NEW_PRIVS, whole);
	}
}

static void tell_capabilities(struct telling *t, const struct proc_status *s)
{
	struct probe *p = t->probe;

	if (s->has & PROC_STATUS_CAP_EFF)
		tell_value(t, TOLD_CAPABILITIES_EFFECTIVE,
			   names_capabilities(p, s->cap_eff));
	else
		tell_gap(t, TOLD_CAPABILITIES_EFFECTIVE, FACT_FAILED,
			 WHY_MALFORMED);
	if (s->has & PROC_STATUS_CAP_BND) {
		t->entry->cap_bounding = s->cap_bnd;
		tell_value(t, TOLD_CAPABILITIES_BOUNDING,
			   names_capabilities(p, s->cap_bnd));
	} else {
		t->entry->cap_bounding = p->own_bounding;
		tell_gap(t, TOLD_CAPABILITIES_BOUNDING, FACT_FAILED,
			 WHY_MALFORMED);
	}
}

static void tell_inner_pids(struct telling *t, const struct proc_status *s,
			    bool whole)
{
	struct value items[PROC_NSPID_MAX];
	size_t count = 0;

	if (!(s->has & PROC_STATUS_NSPID)) {
		tell_missing(t, TOLD_NAMESPACE_PIDS, whole);
		return;
	}
	t->entry->nested_pid = s->nspid_count > 1;
	if (s->nspid_count <= 1) {
		tell_gap(t, TOLD_NAMESPACE_PIDS, FACT_ABSENT,
			 WHY_OUR_PID_NAMESPACE);
		return;
	}
	for (size_t i = 1; i < s->nspid_count; i++)
		items[count++] = value_int(s->nspid[i]);
	tell_value(t, TOLD_NAMESPACE_PIDS,
		   value_list(t->probe->pool, items, count));
}

/* What the verdict cannot take into account, and why. */
static void refuse(struct entry *e, uint8_t *reading, enum fact_state state,
		   enum why why)
{
	*reading = READING_REFUSED;
	e->refused_state = (uint8_t)state;
	e->refused_why = (uint8_t)why;
}

static void fail_status(struct telling *t, enum fact_state state, enum why why)
{
	static const enum told_fact of_status[] = {
		TOLD_UID,
		TOLD_USER,
		TOLD_SECCOMP_MODE,
		TOLD_SECCOMP_FILTERS,
		TOLD_NO_NEW_PRIVS,
		TOLD_CAPABILITIES_EFFECTIVE,
		TOLD_CAPABILITIES_BOUNDING,
		TOLD_NAMESPACE_PIDS,
	};

	refuse(t->entry, &t->entry->status_state, state, why);
	for (size_t i = 0; i < sizeof(of_status) / sizeof(*of_status); i++)
		tell_gap(t, of_status[i], state, why);
}

void facts_status(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_STATUS];
	struct slice text = raw_slice(raw, PART_STATUS);
	struct proc_status s;
	enum fact_state state;
	enum why why;
	bool whole;

	if (part->error) {
		state = facts_error(t->probe, part->error, &why);
		fail_status(t, state, why);
		return;
	}
	if (proc_status_parse(text, &s, NULL)) {
		fail_status(t, FACT_FAILED, WHY_MALFORMED);
		return;
	}
	whole = text.len && text.ptr[text.len - 1] == '\n';
	t->entry->status_state = READING_OK;
	if (!whole)
		refuse(t->entry, &t->entry->status_state, FACT_FAILED,
		       WHY_MALFORMED);
	if (s.has & PROC_STATUS_UID) {
		tell_value(t, TOLD_UID, value_int(s.uid));
		names_tell_user(t, (uint32_t)s.uid);
	}
	if (t->entry->flags & ENTRY_KERNEL_THREAD)
		return;
	tell_seccomp(t, &s, whole);
	tell_capabilities(t, &s);
	tell_inner_pids(t, &s, whole);
}

static unsigned differing(const struct probe *p, const struct entry *e)
{
	unsigned bits = 0;

	for (int i = 0; i < NAMESPACE_COUNT; i++)
		if (e->namespaces[i] && p->own_namespaces[i] &&
		    e->namespaces[i] != p->own_namespaces[i])
			bits |= 1u << i;
	return bits;
}

static void tell_namespaces(struct telling *t)
{
	struct probe *p = t->probe;
	struct value keys[NAMESPACE_COUNT], inodes[NAMESPACE_COUNT];
	unsigned bits = differing(p, t->entry);
	size_t count = 0;

	for (int i = 0; i < NAMESPACE_COUNT; i++) {
		if (!(bits >> i & 1))
			continue;
		keys[count] = value_text(p->pool, proc_namespace_names[i]);
		inodes[count++] = value_int(t->entry->namespaces[i]);
	}
	tell_value(t, TOLD_NAMESPACES,
		   value_dict(p->pool, keys, inodes, count));
}

void facts_namespaces(struct telling *t, const struct raw *raw)
{
	struct entry *e = t->entry;
	enum fact_state state;
	enum why why;

	if (raw->namespace_error) {
		e->flags &= ~(uint32_t)ENTRY_READABLE;
		state = facts_error(t->probe, raw->namespace_error, &why);
		refuse(e, &e->namespace_state, state, why);

		tell_gap(t, TOLD_NAMESPACES, state, why);
		return;
	}
	memcpy(e->namespaces, raw->namespaces, sizeof(e->namespaces));
	e->flags |= ENTRY_READABLE;
	if (!t->probe->baseline_known) {
		refuse(e, &e->namespace_state, FACT_FAILED, WHY_NO_BASELINE);
		tell_gap(t, TOLD_NAMESPACES, FACT_FAILED, WHY_NO_BASELINE);

		return;
	}
	e->namespace_state = READING_OK;
	tell_namespaces(t);
}

void facts_root(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_ROOT];
	struct slice root = raw_slice(raw, PART_ROOT);
	struct entry *e = t->entry;
	enum fact_state state;
	enum why why;

	/* A copy has a directory in place of a link that would lead astray. */
	if (t->probe->reader.foreign && part->error == EINVAL) {
		root = SLICE_LITERAL("/");
	} else if (part->error) {
		e->root_kind = ROOT_UNKNOWN;
		state = facts_error(t->probe, part->error, &why);
		refuse(e, &e->root_state, state, why);

		tell_gap(t, TOLD_ROOT_DIRECTORY, state, why);
		return;
	}
	e->root_state = READING_OK;
	e->root_kind = slice_is(root, "/")        ? ROOT_OURS
		       : proc_root_is_empty(root) ? ROOT_EMPTY
						  : ROOT_OTHER;
	tell_value(t, TOLD_ROOT_DIRECTORY, value_string(t->probe->pool, root));
}

void facts_label(struct telling *t, const struct raw *raw)
{
	const struct raw_part *part = &raw->parts[PART_LABEL];
	struct entry *e = t->entry;
	struct proc_label label;
	/* EINVAL: no security module that labels (fs/proc/base.c). */
	bool no_label = part->error == EINVAL || part->error == ENOENT;
	char snap[CGROUP_NAME_BYTES];
	enum fact_state state;
	enum why why;

	proc_label_parse(raw_slice(raw, PART_LABEL), &label);
	if (part->error && (!no_label || t->probe->reader.foreign)) {
		state = facts_error(t->probe, part->error, &why);
		refuse(e, &e->label_state, state, why);

		tell_gap(t, TOLD_LSM_LABEL, state, why);
		return;
	}
	e->label_state = READING_OK;
	if (!label.text.len) {
		tell_gap(t, TOLD_LSM_LABEL, FACT_ABSENT, WHY_NO_LABEL);
	} else {
		tell_value(t, TOLD_LSM_LABEL,
			   value_string(t->probe->pool, label.text));
	}
	if (label.kind == LABEL_APPARMOR && cgroup_snap_name(label.name, snap))
		tell_value(t, TOLD_SNAP, value_text(t->probe->pool, snap));
	else if (e->kept_state[TOLD_SNAP] == FACT_KNOWN)
		tell_gap(t, TOLD_SNAP, FACT_ABSENT, WHY_NOT_THAT);
}

static void fill_input(const struct probe *p, const struct entry *e,
		       struct confinement_input *in)
{
	struct value label = kept_value(e, TOLD_LSM_LABEL);
	struct value container = kept_value(e, TOLD_CONTAINER_ID);

	*in = (struct confinement_input){
		.namespaces_known = e->namespace_state == READING_OK,
		.nested_pid = e->nested_pid,
		.root = (enum root_kind)e->root_kind,
		.status_known = e->status_state == READING_OK,
		.seccomp = e->seccomp,
		.no_new_privs = e->no_new_privs,
		.label_known = e->label_state == READING_OK,
		.flatpak = value_slice(kept_value(e, TOLD_FLATPAK_APP)),
		.flatpak_sure = e->kept_state[TOLD_FLATPAK_APP] == FACT_KNOWN,
		.snap = value_slice(kept_value(e, TOLD_SNAP)),
		.snap_sure = e->kept_state[TOLD_SNAP] == FACT_KNOWN,
	};
	if (in->namespaces_known) {
		in->differs = differing(p, e);
		/* Sets of two user namespaces cannot be compared. */
		in->fewer_capabilities =
			!(in->differs >> NAMESPACE_USER & 1) &&
			(p->own_bounding & ~e->cap_bounding) != 0;
	}
	if (!value_equal(label, p->own_label))
		proc_label_parse(value_slice(label), &in->label);
	if (in->label.kind == LABEL_SELINUX && p->selinux_permissive)
		in->label.confines = false;
	if (!value_equal(container, p->own_container)) {
		in->engine = value_slice(kept_value(e, TOLD_CONTAINER_ENGINE));
		in->container = value_slice(container);
	}
}

static struct value make_mechanisms(struct probe *p,
				    const struct confinement *c)
{
	struct value items[64];
	struct slice rest = text_slice(&c->mechanisms);
	size_t count = 0;

	if (c->mechanisms.cut)
		return value_none;
	while (rest.len && count < sizeof(items) / sizeof(*items))
		items[count++] = value_string(p->pool, slice_take(&rest, 0));
	return value_list(p->pool, items, count);
}

static bool all_read(const struct entry *e)
{
	return e->namespace_state && e->status_state && e->label_state &&
	       e->root_state;
}

/* What confines it changed: before this it was still as it was when it was
 * last read, and that makes the interval short. */
static void tell_interval(struct telling *t, struct value mechanisms)
{
	struct entry *e = t->entry;

	if (e->kept_state[TOLD_SANDBOX_MECHANISMS] == FACT_KNOWN &&
	    e->sandbox_read_ns &&
	    !value_equal(kept_value(e, TOLD_SANDBOX_MECHANISMS), mechanisms))
		tell_again(t, TOLD_SANDBOX_MECHANISMS, e->sandbox_read_ns);
}

void facts_verdict(struct telling *t)
{
	struct probe *p = t->probe;
	struct confinement *c = &p->confinement;
	struct confinement_input in;
	struct value tag, mechanisms;
	enum fact_state state;
	enum why why;

	if (!all_read(t->entry))
		return;
	fill_input(p, t->entry, &in);
	confinement_derive(&in, c);
	if (c->state == FACT_NEEDS_PRIVILEGE) {
		state = (enum fact_state)t->entry->refused_state;
		why = (enum why)t->entry->refused_why;
		tell_gap(t, TOLD_SANDBOX, state, why);
		tell_gap(t, TOLD_SANDBOX_MECHANISMS, state, why);

		return;
	}
	tag = value_string(p->pool, text_slice(&c->tag));
	mechanisms = make_mechanisms(p, c);
	tell_interval(t, mechanisms);
	t->entry->sandbox_read_ns = t->time_ns;
	tell_because(t, TOLD_SANDBOX, c->state, tag, WHY_VERDICT, c->reason);
	tell_because(t, TOLD_SANDBOX_MECHANISMS, c->state, mechanisms,
		     WHY_VERDICT, c->reason);
}
