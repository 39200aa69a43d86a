#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/base/plist_in.h"
#include "inspect_internal.h"
#include "parse/info_plist.h"
#include "parse/seal.h"

/* One bundle while it is read; what belongs to it is in memory. */
struct bundle_reading {
	struct inspecting *in;
	size_t index; /* in bundles */
	const struct bundle *b;
	size_t node;
	char display[ENTRY_PATH_MAX];
	uint8_t *info_memory, *seal_memory;
	struct value info;
	struct profile profile;
	bool has_profile;
	struct surroundings around;
	const struct entry *executable;
};

/* The ticket of the outermost bundle, which covers all that is in it. */
struct stapled {
	uint8_t *memory;
	struct ticket ticket;
	bool read;
	char display[ENTRY_PATH_MAX];
	size_t display_len;
};

static void load_info(struct bundle_reading *r)
{
	struct inspecting *in = r->in;
	char buffer[ENTRY_PATH_MAX];
	struct report report;
	struct error why;
	size_t len;

	if (!r->b->info.len ||
	    inspect_load(in, r->b->info, INFO_PLIST_BYTES_MAX, &r->info_memory,
			 &len, NULL))
		return;
	r->around.info_plist = slice_of(r->info_memory, len);
	if (plist_read(in->pool, r->around.info_plist, NULL, &r->info, &why)) {
		report = inspect_report(
			in, inspect_display(in, r->b->info, buffer));
		REPORT(&report, "info_plist_malformed", SEVERITY_ERROR,
		       why.offset, "no property list: %s", why.message);
	}
	r->around.info = r->info;
}

static void load_profile(struct bundle_reading *r)
{
	struct inspecting *in = r->in;
	char buffer[ENTRY_PATH_MAX];
	struct report report;
	struct error why;
	uint8_t *memory;
	size_t len;

	if (!r->b->profile.len ||
	    inspect_load(in, r->b->profile, PROFILE_BYTES_MAX, &memory, &len,
			 NULL))
		return;
	report = inspect_report(in, inspect_display(in, r->b->profile, buffer));
	if (profile_read(in->pool, slice_of(memory, len), &report, &r->profile,
			 &why)) {
		REPORT(&report, "profile_malformed", SEVERITY_ERROR, why.offset,
		       "%s", why.message);
	} else {
		r->has_profile = true;
		r->around.profile = &r->profile;
		in->out->nodes[r->node].profile = profile_describe(&r->profile);
	}
	free(memory);
}

static void load_seal(struct bundle_reading *r)
{
	size_t len;

	if (r->b->seal.len && !inspect_load(r->in, r->b->seal, SEAL_BYTES_MAX,
					    &r->seal_memory, &len, NULL))
		r->around.seal = slice_of(r->seal_memory, len);
}

static void load_ticket(struct inspecting *in, struct stapled *s)
{
	const struct bundle *root = &in->bundles.items[0];
	struct report report;
	struct error why;
	struct slice shown;
	size_t len;

	if (!root->ticket.len ||
	    inspect_load(in, root->ticket, TICKET_BYTES_MAX, &s->memory, &len,
			 NULL))
		return;
	shown = inspect_display(in, root->ticket, s->display);
	s->display_len = shown.len;
	report = inspect_report(in, shown);
	if (ticket_read(slice_of(s->memory, len), &s->ticket, &why))
		REPORT(&report, "ticket_malformed", SEVERITY_ERROR, why.offset,
		       "%s", why.message);
	else
		s->read = true;
}

/* The program, when there is one and it can be read. What is wrong with it is
 * a finding: the other parts of the bundle are still worth reading. */
static enum status read_program(struct inspecting *in, struct slice path,
				size_t node, const struct surroundings *around,
				struct error *err)
{
	char buffer[ENTRY_PATH_MAX];
	struct slice display = inspect_display(in, path, buffer);
	struct report report = inspect_report(in, display);
	struct error why;
	struct file f;
	enum status status = file_open_below(in->root, path, &f, &why);

	if (!status) {
		status = inspect_program(in, &f, display, node, around, &why);
		file_close(&f);
	}
	if (status == STATUS_CANCELLED || status == STATUS_MEMORY) {
		if (err)
			*err = why;
		return status;
	}
	if (status)
		REPORT(&report,
		       status == STATUS_UNSUPPORTED ? "program_unknown"
						    : "program_unreadable",
		       status == STATUS_UNSUPPORTED ? SEVERITY_WARNING
						    : SEVERITY_ERROR,
		       why.offset, "%s", why.message);
	return STATUS_OK;
}

/* A file that Security would take for code: told only when it is. */
static enum status read_loose(struct inspecting *in, size_t index,
			      const struct stapled *ticket, struct error *err)
{
	const struct bundle *b = &in->bundles.items[index];
	struct surroundings around = {
		.info = value_none,
		.ticket = ticket->read ? &ticket->ticket : NULL,
		.ticket_path = slice_of(ticket->display, ticket->display_len),
	};
	char buffer[ENTRY_PATH_MAX];
	struct file f;
	size_t node;
	bool is_program;
	enum status status;

	if (file_open_below(in->root, b->path, &f, NULL))
		return STATUS_OK; /* the seal tells what is missing */
	is_program = inspect_is_program(&f);
	file_close(&f);
	if (!is_program)
		return STATUS_OK;
	status = inspect_add_node(in, inspect_display(in, b->path, buffer),
				  "file", in->node_of[b->parent], &node, err);
	if (status)
		return status;
	in->node_of[index] = node;
	return read_program(in, b->path, node, &around, err);
}

static void tell_no_executable(struct bundle_reading *r, struct slice named)
{
	struct report report = inspect_report(
		r->in, inspect_display(r->in, r->b->path, r->display));

	/* A bundle of resources has none, and names none. */
	if (named.len)
		REPORT(&report, "executable_missing", SEVERITY_ERROR, -1,
		       "the executable that Info.plist names is not there");
}

/* Electron takes the team from Info.plist for the name of its app group, which
 * then is another than the signature's. */
static void check_electron_team(struct bundle_reading *r)
{
	struct slice claimed = info_plist_text(r->info, "ElectronTeamID");
	const struct inspect_node *n = &r->in->out->nodes[r->node];
	char buffer[ENTRY_PATH_MAX];
	struct report report = inspect_report(
		r->in, inspect_display(r->in, r->b->info, buffer));

	for (size_t i = 0; claimed.len && i < n->code_count; i++) {
		const struct code *c = &r->in->out->codes[n->first_code + i];
		struct value team = c->facts[FACT_TEAM_ID].value;

		if (team.type != VALUE_STRING ||
		    slice_equal(value_slice(team), claimed))
			continue;
		REPORT(&report, "electron_team_differs", SEVERITY_WARNING, -1,
		       "ElectronTeamID is not the team that signed this: "
		       "Electron will use an app group of another team");
		return;
	}
}

static enum status read_parts(struct bundle_reading *r, struct error *err)
{
	struct inspecting *in = r->in;
	struct slice named = info_plist_text(r->info, "CFBundleExecutable");
	struct slice name =
		slice_base_name(r->b->path.len ? r->b->path : in->top);
	enum status status;

	/* Versions/B is named for its framework. */
	if (r->b->versioned && r->b->parent != SIZE_MAX &&
	    slice_is(slice_base_name(slice_dir_name(r->b->path)), "Versions"))
		name = slice_base_name(
			slice_dir_name(slice_dir_name(r->b->path)));
	r->executable = bundle_executable(&in->tree, r->b, named, name);
	in->out->nodes[r->node].facts = info_plist_describe(in->pool, r->info);
	if (!r->executable) {
		tell_no_executable(r, named);
		return STATUS_OK;
	}
	status =
		read_program(in, r->executable->path, r->node, &r->around, err);
	check_electron_team(r);
	return status;
}

static void release(struct bundle_reading *r)
{
	if (r->has_profile)
		profile_release(&r->profile);
	value_release(r->in->pool, r->info);
	free(r->info_memory);
	free(r->seal_memory);
}

static enum status read_bundle(struct inspecting *in, size_t index,
			       const struct stapled *ticket, struct error *err)
{
	const struct bundle *b = &in->bundles.items[index];
	struct bundle_reading r = {
		.in = in, .index = index, .b = b, .info = value_none};
	size_t parent =
		b->parent == SIZE_MAX ? SIZE_MAX : in->node_of[b->parent];
	struct slice content;
	enum status status;

	status =
		inspect_add_node(in, inspect_display(in, b->path, r.display),
				 bundle_kind_id(b->kind), parent, &r.node, err);
	if (status)
		return status;
	in->node_of[index] = r.node;
	r.around = (struct surroundings){
		.in_bundle = true,
		.info = value_none,
		.ticket = ticket->read ? &ticket->ticket : NULL,
		.ticket_path = slice_of(ticket->display, ticket->display_len),
	};
	load_info(&r);
	load_profile(&r);
	load_seal(&r);
	status = read_parts(&r, err);
	content = r.around.seal;
	if (!status && in->o->verify && content.ptr)
		status = inspect_seal(in, index, content,
				      r.executable ? r.executable->path
						   : slice_of(NULL, 0),
				      err);
	release(&r);
	return status;
}

/* What a strict verification refuses: anything beside Contents, or beside
 * Versions and the links into it. */
static void check_root(struct inspecting *in, const struct bundle *b)
{
	char buffer[ENTRY_PATH_MAX];
	size_t first, end, skip = b->path.len + (b->path.len ? 1 : 0);
	struct slice top = slice_part(b->content, skip, b->content.len);

	top = slice_part(top, 0, slice_find_byte(top, '/'));
	if (!top.len)
		return; /* a flat bundle: all of it is sealed */
	entries_below(&in->tree, b->path, &first, &end);
	for (size_t i = first; i < end; i++) {
		const struct entry *e = &in->tree.items[i];
		struct slice name = slice_part(e->path, skip, e->path.len);
		struct report report;

		if (slice_find_byte(name, '/') != name.len ||
		    slice_equal(name, top) ||
		    (b->versioned && e->kind == ENTRY_LINK))
			continue;
		report = inspect_report(in,
					inspect_display(in, e->path, buffer));
		REPORT(&report, "bundle_root_unsealed", SEVERITY_WARNING, -1,
		       "this lies outside what is sealed: strict verification "
		       "refuses the bundle");
	}
}

/* What is to be read, for the progress: every file once. */
static uint64_t total_bytes(const struct inspecting *in)
{
	uint64_t total = 0;
	struct stat st;

	for (size_t i = 0; i < in->tree.count; i++)
		if (in->tree.items[i].kind == ENTRY_FILE &&
		    !fstatat(in->root, (const char *)in->tree.items[i].path.ptr,
			     &st, AT_SYMLINK_NOFOLLOW))
			total += (uint64_t)st.st_size;
	return total;
}

/* A bundle comes before its files, so that its executable has been read. */
static bool is_main_executable(const struct inspecting *in, struct slice path)
{
	char buffer[ENTRY_PATH_MAX];
	struct slice display = inspect_display(in, path, buffer);

	for (size_t i = 0; i < in->out->code_count; i++)
		if (slice_equal(value_slice(in->out->codes[i].path), display))
			return true;
	return false;
}

static enum status read_all(struct inspecting *in, struct error *err)
{
	struct stapled ticket = {.memory = NULL};
	enum status status = STATUS_OK;

	load_ticket(in, &ticket);
	for (size_t i = 0; !status && i < in->bundles.count; i++) {
		const struct bundle *b = &in->bundles.items[i];

		in->node_of[i] = SIZE_MAX;
		if (inspect_cancelled(in)) {
			status = error_set(err, STATUS_CANCELLED, -1,
					   "cancelled");
			break;
		}
		if (b->kind != BUNDLE_LOOSE) {
			check_root(in, b);
			status = read_bundle(in, i, &ticket, err);
		} else if (!is_main_executable(in, b->path)) {
			status = read_loose(in, i, &ticket, err);
		}
	}
	if (ticket.read)
		ticket_release(&ticket.ticket);
	free(ticket.memory);
	return status;
}

static enum status walk_and_read(struct inspecting *in, struct error *err)
{
	struct report report = inspect_report(in, in->top);
	struct error why;
	enum status status = directory_walk(in->root, in->o->cancelled,
					    in->o->context, &in->tree, &why);

	if (status == STATUS_CANCELLED || status == STATUS_MEMORY) {
		if (err)
			*err = why;
		return status;
	}
	if (status)
		REPORT(&report, "bundle_too_large", SEVERITY_ERROR, -1,
		       "not all of it was looked at: %s", why.message);
	status = bundle_find_all(&in->tree, in->top, &in->bundles, err);
	if (status)
		return status;
	if (in->bundles.cut)
		REPORT(&report, "bundle_too_large", SEVERITY_ERROR, -1,
		       "more than %d bundles and programs: the rest was not "
		       "looked at",
		       (int)BUNDLE_NODES_MAX);
	in->node_of = calloc(in->bundles.count, sizeof(*in->node_of));
	if (!in->node_of)
		return error_set(err, STATUS_MEMORY, -1, "no memory");
	if (in->o->verify)
		in->work.total = total_bytes(in);
	return read_all(in, err);
}

enum status inspect_bundle(struct inspecting *in, const char *path,
			   struct error *err)
{
	enum status status = directory_open(path, &in->root, err);

	if (status)
		return status;
	status = walk_and_read(in, err);
	free(in->node_of);
	bundle_list_release(&in->bundles);
	entries_release(&in->tree);
	(void)close(in->root);
	return status;
}
