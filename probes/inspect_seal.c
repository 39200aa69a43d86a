#include <stdlib.h>

#include "../model/base/plist_in.h"
#include "../model/base/text.h"
#include "../model/base/vec.h"
#include "inspect_internal.h"
#include "parse/info_plist.h"
#include "parse/seal.h"
#include "parse/signing_class.h"

/* A sealed file to hash. */
struct seal_task {
	struct seal_match match;
	enum status status;
	enum seal_verdict verdict;
	struct error error;
	uint64_t bytes;
};

struct sealing {
	struct inspecting *in;
	size_t bundle;
	struct seal_task *tasks;
	size_t count, cap;
	bool out_of_memory;
};

static void hash(void *context, size_t index)
{
	struct sealing *s = context;
	struct seal_task *t = &s->tasks[index];
	struct seal_hash_watch watch = {work_cancelled, work_done,
					&s->in->work};
	struct bytes content;
	struct file f;

	t->status = file_open_below(s->in->root, t->match.entry->path, &f,
				    &t->error);
	if (t->status)
		return;
	content = file_bytes(&f);
	t->status = seal_verify_content(t->match.sealed, &content, &watch,
					&t->verdict, &t->error);
	if (!t->status)
		t->status = file_unchanged(&f, &t->error);
	t->bytes = f.size;
	file_close(&f);
}

static void tell_task(struct sealing *s, const struct seal_task *t)
{
	char buffer[ENTRY_PATH_MAX];
	struct report report = inspect_report(
		s->in, inspect_display(s->in, t->match.entry->path, buffer));

	s->in->out->bytes_hashed += t->bytes;
	if (t->status == STATUS_CANCELLED)
		return;
	if (t->status)
		REPORT(&report, "file_unreadable", SEVERITY_ERROR,
		       t->error.offset, "could not be read: %s",
		       t->error.message);
	else if (t->verdict == SEAL_DIFFERS)
		REPORT(&report, "seal_file_changed", SEVERITY_ERROR, -1,
		       "this file is not the one that was sealed");
}

/* What a requirement is asked of: nested code, read once more. */
struct nested {
	struct signature sig;
	struct cms cms;
	struct code code;
	struct value info;
};

/* The program of a nested bundle, or the file itself. */
static const struct entry *program_of(struct inspecting *in,
				      const struct entry *entry,
				      struct value *info)
{
	const struct bundle *b = NULL;
	uint8_t *memory;
	size_t len;

	if (entry->kind == ENTRY_FILE)
		return entry;
	for (size_t i = 0; i < in->bundles.count && !b; i++)
		if (slice_equal(in->bundles.items[i].path, entry->path))
			b = &in->bundles.items[i];
	if (!b)
		return NULL;
	if (b->info.len && !inspect_load(in, b->info, INFO_PLIST_BYTES_MAX,
					 &memory, &len, NULL)) {
		(void)plist_read(in->pool, slice_of(memory, len), NULL, info,
				 NULL);
		free(memory);
	}
	return bundle_executable(&in->tree, b,
				 info_plist_text(*info, "CFBundleExecutable"),
				 slice_base_name(b->path));
}

/* A requirement is asked of each architecture; Security asks of the one that
 * would run, which may be any. */
static enum truth ask(struct slice blob, const struct nested *n)
{
	struct slice cdhashes[SIGNATURE_DIRECTORIES_MAX];
	const struct code_directory *cd = &n->sig.directories[0];
	struct requirement_subject subject = {
		.cdhashes = cdhashes,
		.cdhash_count = signature_cdhashes(&n->sig, cdhashes),
		.chain = n->cms.verdict == CMS_UNUSABLE ? NULL : &n->cms.chain,
		.info = n->info,
		.entitlements = n->code.facts[FACT_ENTITLEMENTS].value,
		.platform_binary = TRUTH_UNKNOWN,
		.notarized = TRUTH_UNKNOWN,
	};
	enum truth answer = TRUTH_UNKNOWN;

	if (n->sig.kind != SIGNATURE_PRESENT)
		return TRUTH_FALSE;
	/* A signature that does not hold proves no certificate. */
	if (n->cms.verdict == CMS_INVALID)
		return TRUTH_FALSE;
	subject.identifier = cd->identifier;
	subject.platform = cd->platform;
	if (requirement_evaluate(blob, &subject, &answer, NULL))
		return TRUTH_UNKNOWN;
	return answer;
}

static enum truth ask_slice(struct inspecting *in, const struct bytes *file,
			    const struct macho_slice *s, struct slice blob,
			    struct value info)
{
	struct report quiet = {NULL, slice_of(NULL, 0)};
	struct nested n = {.info = info};
	struct bytes_part part;
	struct bytes slice;
	enum truth answer = TRUTH_UNKNOWN;

	if (bytes_part_of(file, s->offset, s->size, &part, &slice, NULL))
		return TRUTH_UNKNOWN;
	code_init(&n.code);
	(void)code_read_slice(&slice, s->offset, in->pool, &quiet, &n.code,
			      &n.sig, NULL);
	if (!signing_fill(&n.sig, in->pool, &quiet, &n.code, &n.cms, NULL))
		answer = ask(blob, &n);
	cms_release(&n.cms);
	signature_release(&n.sig);
	code_release(in->pool, &n.code);
	return answer;
}

/* False when one architecture is: that one could be run. */
static enum truth ask_file(struct inspecting *in, const struct entry *program,
			   struct slice blob, struct value info)
{
	struct report quiet = {NULL, slice_of(NULL, 0)};
	struct macho_file m = {.count = 0};
	enum truth all = TRUTH_TRUE;
	struct bytes b;
	struct file f;

	if (file_open_below(in->root, program->path, &f, NULL))
		return TRUTH_UNKNOWN;
	b = file_bytes(&f);
	if (macho_file_read(&b, &quiet, &m, NULL) || !m.count)
		all = TRUTH_UNKNOWN;
	for (size_t i = 0; i < m.count && all != TRUTH_FALSE; i++) {
		enum truth one = ask_slice(in, &b, &m.slices[i], blob, info);

		if (one != TRUTH_TRUE)
			all = one;
	}
	file_close(&f);
	return all;
}

static void tell_nested(const struct sealing *s, const struct entry *entry,
			enum truth answer, struct slice requirement)
{
	char buffer[ENTRY_PATH_MAX];
	struct report report = inspect_report(
		s->in, inspect_display(s->in, entry->path, buffer));
	struct text shown;

	text_init(&shown, 600);
	text_add_escaped(&shown, slice_part(requirement, 0, 400));
	if (answer == TRUTH_FALSE)
		REPORT(&report, "seal_nested_requirement", SEVERITY_ERROR, -1,
		       "this nested code is not what was sealed: it does not "
		       "fulfil \"%s\"",
		       shown.len ? shown.ptr : "");
	else if (answer == TRUTH_UNKNOWN)
		REPORT(&report, "seal_nested_unknown", SEVERITY_WARNING, -1,
		       "whether this nested code fulfils \"%s\" cannot be "
		       "told from its file",
		       shown.len ? shown.ptr : "");
	text_release(&shown);
}

static void check_nested(struct sealing *s, const struct seal_match *match)
{
	struct inspecting *in = s->in;
	struct slice requirement = match->sealed->requirement;
	struct value info = value_none;
	const struct entry *program = program_of(in, match->entry, &info);
	enum truth answer = TRUTH_UNKNOWN;
	uint8_t *blob;
	size_t len;

	if (!program) {
		answer = TRUTH_FALSE;
	} else if (!requirement_compile(requirement, &blob, &len, NULL)) {
		answer = ask_file(in, program, slice_of(blob, len), info);
		free(blob);
	}
	tell_nested(s, match->entry, answer, requirement);
	value_release(in->pool, info);
}

static bool cancelled(void *context)
{
	struct sealing *s = context;

	return inspect_cancelled(s->in);
}

static bool found(void *context, const struct seal_match *match)
{
	struct sealing *s = context;

	if (match->sealed->kind == SEAL_NESTED) {
		check_nested(s, match);
		return true;
	}
	if (!vec_reserve((void **)&s->tasks, &s->cap, s->count + 1,
			 sizeof(*s->tasks), ENTRIES_MAX)) {
		s->out_of_memory = true;
		return false;
	}
	s->tasks[s->count++] = (struct seal_task){.match = *match};
	return true;
}

/* The executable relative to the sealed directory. */
static struct slice inside(const struct bundle *b, struct slice executable)
{
	size_t skip = b->content.len + (b->content.len ? 1 : 0);

	return executable.len > skip
		       ? slice_part(executable, skip, executable.len)
		       : slice_of(NULL, 0);
}

static enum status compare(struct sealing *s, const struct seal *seal,
			   struct slice executable, struct error *err)
{
	const struct bundle *b = &s->in->bundles.items[s->bundle];
	struct report report = inspect_report(s->in, s->in->top);
	struct seal_watch watch = {found, cancelled, s};
	enum status status =
		seal_compare(seal, &s->in->tree, b->content,
			     inside(b, executable), &report, &watch, err);

	if (s->out_of_memory)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for %zu sealed files", s->count);
	if (!status)
		status = work_run(&s->in->work, s->count, hash, s, err);
	for (size_t i = 0; i < s->count; i++)
		tell_task(s, &s->tasks[i]);
	return status;
}

enum status inspect_seal(struct inspecting *in, size_t bundle,
			 struct slice content, struct slice executable,
			 struct error *err)
{
	const struct bundle *b = &in->bundles.items[bundle];
	struct sealing s = {.in = in, .bundle = bundle};
	char buffer[ENTRY_PATH_MAX];
	struct report report =
		inspect_report(in, inspect_display(in, b->seal, buffer));
	struct error why;
	struct seal seal;
	enum status status;

	if (seal_read(in->pool, content, &report, &seal, &why)) {
		REPORT(&report, "seal_malformed", SEVERITY_ERROR, why.offset,
		       "%s", why.message);
		status = STATUS_OK;
	} else {
		seal_check_rules(&seal, &report);
		status = compare(&s, &seal, executable, err);
	}
	seal_release(&seal);
	free(s.tasks);
	return status;
}
