#include <stdlib.h>

#include "../../model/base/text.h"
#include "seal.h"

struct comparing {
	const struct seal *seal;
	const struct entries *tree;
	struct slice base, executable;
	const struct report *report;
	const struct seal_watch *watch;
	bool *seen; /* of each sealed entry */
};

struct slice seal_display_path(struct slice root, struct slice path,
			       char buffer[ENTRY_PATH_MAX])
{
	size_t len = root.len < ENTRY_PATH_MAX ? root.len : ENTRY_PATH_MAX;

	if (len)
		memcpy(buffer, root.ptr, len);
	if (path.len && len && len < ENTRY_PATH_MAX)
		buffer[len++] = '/';
	if (path.len > ENTRY_PATH_MAX - len)
		path.len = ENTRY_PATH_MAX - len;
	if (path.len)
		memcpy(buffer + len, path.ptr, path.len);
	return slice_of(buffer, len + path.len);
}

/* A finding about a path relative to the sealed directory. */
static void tell(const struct comparing *c, struct slice path, const char *id,
		 enum severity severity, const char *message)
{
	char inner[ENTRY_PATH_MAX], whole[ENTRY_PATH_MAX];
	struct report report = *c->report;

	report.path = seal_display_path(c->report->path,
					seal_display_path(c->base, path, inner),
					whole);
	REPORT(&report, id, severity, -1, "%s", message);
}

/* What Security never seals: the signature itself, the App Store's receipt,
 * and the main executable, which carries the signature. */
static bool is_excluded(const struct comparing *c, struct slice path)
{
	return slice_is(path, "_CodeSignature") ||
	       slice_starts(path, "_CodeSignature/") ||
	       slice_is(path, "CodeResources") ||
	       slice_is(path, "_MASReceipt") ||
	       slice_starts(path, "_MASReceipt/") ||
	       slice_equal(path, c->executable);
}

static bool name_has_dot(struct slice path)
{
	struct slice name = slice_base_name(path);

	return slice_find_byte(name, '.') != name.len;
}

/* The sealed entry of a path, which is then no longer missing. */
static const struct seal_entry *take(const struct comparing *c,
				     struct slice path)
{
	const struct seal_entry *sealed = seal_find(c->seal, path);

	if (sealed)
		c->seen[sealed - c->seal->entries] = true;
	return sealed;
}

static bool offer(const struct comparing *c, const struct seal_entry *sealed,
		  const struct entry *entry)
{
	struct seal_match match = {sealed, entry};

	return c->watch->found(c->watch->context, &match);
}

/* Whether a link leads to a place that strict verification allows: inside the
 * sealed directory, or the system's own. */
static bool link_is_allowed(const struct comparing *c,
			    const struct entry *entry)
{
	struct slice target = entry->target, rest;
	struct slice at = slice_dir_name(
		slice_part(entry->path, c->base.len + (c->base.len ? 1 : 0),
			   entry->path.len));
	size_t depth = at.len ? 1 : 0;

	if (slice_starts(target, "/"))
		return slice_starts(target, "/System/") ||
		       slice_starts(target, "/Library/");
	for (size_t i = 0; i < at.len; i++)
		depth += at.ptr[i] == '/';
	for (rest = target; rest.len;) {
		size_t slash = slice_find_byte(rest, '/');
		struct slice part = slice_part(rest, 0, slash);

		rest = slice_part(rest, slash + 1, rest.len);
		if (slice_is(part, "..")) {
			if (!depth--)
				return false;
		} else if (part.len && !slice_is(part, ".")) {
			depth++;
		}
	}
	return true;
}

static void compare_link(const struct comparing *c, struct slice path,
			 const struct seal_entry *sealed,
			 const struct entry *entry)
{
	if (!slice_equal(sealed->target, entry->target))
		tell(c, path, "seal_link_changed", SEVERITY_ERROR,
		     "this symbolic link leads elsewhere than the sealed one");
	else if (!link_is_allowed(c, entry))
		tell(c, path, "seal_link_leaves", SEVERITY_WARNING,
		     "this symbolic link leaves the bundle: strict "
		     "verification refuses it");
}

static bool compare_nested_directory(const struct comparing *c,
				     struct slice path,
				     const struct entry *entry)
{
	const struct seal_entry *sealed = take(c, path);

	if (!sealed)
		tell(c, path, "seal_file_added", SEVERITY_ERROR,
		     "this nested code is not in the seal: it was added after "
		     "signing");
	else if (sealed->kind != SEAL_NESTED)
		tell(c, path, "seal_type_changed", SEVERITY_ERROR,
		     "the seal has this as a file, it is a directory");
	else
		return offer(c, sealed, entry);
	return true;
}

static bool compare_file(const struct comparing *c, struct slice path,
			 const struct entry *entry)
{
	const struct seal_rule *rule = seal_rule_for(c->seal, path);
	const struct seal_entry *sealed = take(c, path);

	if (!sealed) {
		if (rule && !rule->omit)
			tell(c, path, "seal_file_added", SEVERITY_ERROR,
			     "this file is not in the seal: it was added after "
			     "signing");
		return true;
	}
	switch (entry->kind) {
	case ENTRY_LINK:
		if (sealed->kind != SEAL_LINK)
			tell(c, path, "seal_type_changed", SEVERITY_ERROR,
			     "this was no symbolic link when it was sealed");
		else
			compare_link(c, path, sealed, entry);
		return true;
	case ENTRY_FILE:
		if (sealed->kind == SEAL_LINK)
			tell(c, path, "seal_type_changed", SEVERITY_ERROR,
			     "this was a symbolic link when it was sealed");
		else
			return offer(c, sealed, entry);
		return true;
	default:
		tell(c, path, "seal_type_changed", SEVERITY_ERROR,
		     "this is neither a file nor a link, as it was when it "
		     "was sealed");
		return true;
	}
}

/* One entry; *skip becomes a directory whose content is not looked at. */
static bool compare_one(const struct comparing *c, const struct entry *entry,
			struct slice *skip)
{
	struct slice path =
		slice_part(entry->path, c->base.len + (c->base.len ? 1 : 0),
			   entry->path.len);
	const struct seal_rule *rule;

	if (is_excluded(c, path))
		return true;
	if (entry->kind != ENTRY_DIRECTORY)
		return compare_file(c, path, entry);
	if (entry->unreadable)
		tell(c, path, "seal_directory_unreadable", SEVERITY_ERROR,
		     "this directory could not be listed: what is in it is "
		     "not known");
	if (!name_has_dot(path))
		return true;
	rule = seal_rule_for(c->seal, path);
	if (!rule || !rule->nested)
		return true;
	*skip = entry->path;
	return compare_nested_directory(c, path, entry);
}

static bool is_below(struct slice path, struct slice directory)
{
	return directory.len && path.len > directory.len &&
	       path.ptr[directory.len] == '/' &&
	       !memcmp(path.ptr, directory.ptr, directory.len);
}

enum status seal_compare(const struct seal *s, const struct entries *tree,
			 struct slice base, struct slice executable,
			 const struct report *report,
			 const struct seal_watch *watch, struct error *err)
{
	struct comparing c = {s, tree, base, executable, report, watch, NULL};
	struct slice skip = {NULL, 0};
	size_t first, end;

	c.seen = calloc(s->entry_count + 1, sizeof(*c.seen));
	if (!c.seen)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for %zu sealed files",
				 s->entry_count);
	entries_below(tree, base, &first, &end);
	for (size_t i = first; i < end; i++) {
		const struct entry *entry = &tree->items[i];

		if (is_below(entry->path, skip))
			continue;
		if ((watch->cancelled && watch->cancelled(watch->context)) ||
		    !compare_one(&c, entry, &skip)) {
			free(c.seen);
			return error_set(err, STATUS_CANCELLED, -1,
					 "cancelled");
		}
	}
	for (size_t i = 0; i < s->entry_count; i++)
		if (!c.seen[i] && !s->entries[i].optional)
			tell(&c, s->entries[i].path, "seal_file_missing",
			     SEVERITY_ERROR,
			     "this file was sealed and is not there");
	free(c.seen);
	return STATUS_OK;
}
