#include "confinement.h"

enum { TAG_BYTES_MAX = 1024, MECHANISM_BYTES_MAX = 8192, SHORT_ID = 8 };

static const char *const namespace_mechanisms[NAMESPACE_COUNT] = {
	[NAMESPACE_USER] = "userns",     [NAMESPACE_PID] = "pidns",
	[NAMESPACE_NET] = "netns",       [NAMESPACE_MNT] = "mntns",
	[NAMESPACE_IPC] = "ipcns",       [NAMESPACE_UTS] = "utsns",
	[NAMESPACE_CGROUP] = "cgroupns", [NAMESPACE_TIME] = "timens",
};

void confinement_init(struct confinement *c)
{
	text_init(&c->tag, TAG_BYTES_MAX);
	text_init(&c->mechanisms, MECHANISM_BYTES_MAX);
	c->count = 0;
	c->state = FACT_PENDING;
	c->reason = NULL;
}

void confinement_release(struct confinement *c)
{
	text_release(&c->tag);
	text_release(&c->mechanisms);
}

static void add_mechanism(struct confinement *c, const char *word,
			  struct slice id)
{
	text_add_text(&c->mechanisms, word);
	text_add(&c->mechanisms, id);
	text_add_byte(&c->mechanisms, '\0');
	c->count++;
}

static void add_word(struct confinement *c, const char *separator,
		     const char *word)
{
	if (c->tag.len)
		text_add_text(&c->tag, separator);
	text_add_text(&c->tag, word);
}

static void add_identity(struct confinement *c, const char *word,
			 struct slice id)
{
	/* One name is enough for the tag; the list has them all. */
	if (c->tag.len)
		return;
	text_add_text(&c->tag, word);
	text_add(&c->tag, id);
}

/* Something of the kernel's stands behind a name: a name alone does not
 * confine, and anyone can give one to a control group. */
static bool has_walls(const struct confinement_input *in)
{
	return !in->namespaces_known || in->differs || in->root == ROOT_OTHER ||
	       in->root == ROOT_EMPTY ||
	       (in->label.kind != LABEL_NONE && in->label.confines);
}

/* Returns whether one of them was only claimed. */
static bool derive_identities(const struct confinement_input *in,
			      struct confinement *c)
{
	bool claimed = false;

	if (in->flatpak.len && has_walls(in)) {
		add_identity(c, "flatpak ", in->flatpak);
		add_mechanism(c, "flatpak:", in->flatpak);
		claimed = claimed || !in->flatpak_sure;
	}
	if (in->snap.len && has_walls(in)) {
		add_identity(c, "snap ", in->snap);
		add_mechanism(c, "snap:", in->snap);
		claimed = claimed || !in->snap_sure;
	}
	if (in->engine.len && has_walls(in)) {
		if (!c->tag.len) {
			text_add(&c->tag, in->engine);
			text_add_byte(&c->tag, ' ');
			text_add(&c->tag,
				 slice_part(in->container, 0, SHORT_ID));
		}
		add_mechanism(c, "container:", in->engine);
		claimed = true;
	}
	return claimed;
}

static void derive_label(const struct confinement_input *in,
			 struct confinement *c)
{
	static const char *const words[] = {
		[LABEL_NONE] = "",
		[LABEL_APPARMOR] = "apparmor:",
		[LABEL_SELINUX] = "selinux:",
		[LABEL_OTHER] = "label:",
	};
	const struct proc_label *label = &in->label;

	if (label->kind == LABEL_NONE || !label->confines)
		return;
	add_identity(c, words[label->kind], label->name);
	add_mechanism(c, words[label->kind], label->name);
}

static void derive_namespaces(const struct confinement_input *in, bool named,
			      struct confinement *c)
{
	for (int i = 0; i < NAMESPACE_COUNT; i++) {
		bool other = in->differs >> i & 1;

		if (i == NAMESPACE_PID && in->nested_pid)
			other = true;
		if (!other)
			continue;
		add_mechanism(c, namespace_mechanisms[i], slice_text(""));
		if (!named)
			add_word(c, " ",
				 i == NAMESPACE_USER ? "userns"
						     : proc_namespace_names[i]);
	}
}

static void derive_rest(const struct confinement_input *in, bool named,
			struct confinement *c)
{
	bool moved = in->differs >> NAMESPACE_MNT & 1;

	if (in->seccomp == 1) {
		add_mechanism(c, "seccomp-strict", slice_text(""));
		add_word(c, " + ", "seccomp strict");
	} else if (in->seccomp == 2) {
		add_mechanism(c, "seccomp", slice_text(""));
		add_word(c, " + ", "seccomp");
	}
	if (in->root == ROOT_EMPTY || (in->root == ROOT_OTHER && !moved)) {
		add_mechanism(c, "chroot", slice_text(""));
		if (!named)
			add_word(c, " + ", "chroot");
	}
	if (in->fewer_capabilities && !(in->differs >> NAMESPACE_USER & 1)) {
		add_mechanism(c, "fewer_capabilities", slice_text(""));
		if (!named)
			add_word(c, " + ", "fewer caps");
	}
	if (in->no_new_privs) {
		add_mechanism(c, "no_new_privs", slice_text(""));
		if (!c->tag.len)
			text_add_text(&c->tag, "no-new-privs");
	}
}

void confinement_derive(const struct confinement_input *in,
			struct confinement *out)
{
	bool unknown = !in->namespaces_known || in->root == ROOT_UNKNOWN ||
		       !in->status_known || !in->label_known;
	bool claimed, named;

	text_reset(&out->tag);
	text_reset(&out->mechanisms);
	out->count = 0;
	out->state = FACT_KNOWN;
	out->reason = NULL;
	claimed = derive_identities(in, out);
	derive_label(in, out);
	named = out->tag.len > 0;
	derive_namespaces(in, named, out);
	derive_rest(in, named, out);
	if (unknown && !out->tag.len) {
		out->state = FACT_NEEDS_PRIVILEGE;
	} else if (unknown) {
		text_add_text(&out->tag, " + ?");
		out->state = FACT_INFERRED;
		out->reason = "its namespaces or root could not be read";
	} else if (claimed) {
		out->state = FACT_INFERRED;
		out->reason = "the name of its control group";
	} else if (!out->tag.len) {
		text_add_text(&out->tag, "none");
	}
}
