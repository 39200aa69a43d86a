#include <stdlib.h>

#include "../model/base/plist_in.h"
#include "inspect_internal.h"
#include "parse/entitlement_rules.h"
#include "parse/filekind.h"
#include "parse/info_plist.h"

static enum status read_profile(struct inspecting *in, struct slice bytes,
				struct slice display, struct error *err)
{
	struct report report = inspect_report(in, display);
	struct profile p;
	size_t node;
	enum status status =
		inspect_add_node(in, display, "profile", SIZE_MAX, &node, err);

	if (status)
		return status;
	status = profile_read(in->pool, bytes, &report, &p, err);
	if (status)
		return status;
	in->out->nodes[node].profile = profile_describe(&p);
	profile_release(&p);
	return STATUS_OK;
}

static bool has_prefix_key(struct value dict, const char *prefix)
{
	for (size_t i = 0; i < value_count(dict); i++)
		if (slice_starts(value_slice(value_key(dict, i)), prefix))
			return true;
	return false;
}

static const char *kind_of_plist(struct value plist)
{
	if (value_get(plist, "CFBundleIdentifier").type == VALUE_STRING)
		return "info_plist";
	if (value_get(plist, "rules2").type == VALUE_DICT ||
	    value_get(plist, "rules").type == VALUE_DICT)
		return "seal";
	if (has_prefix_key(plist, "com.apple.") ||
	    has_prefix_key(plist, "keychain-access-groups") ||
	    !value_count(plist))
		return "entitlements";
	return "property_list";
}

/* Entitlements that are in no signature yet: what a program signed with them
 * would claim. */
static enum status add_entitlements(struct inspecting *in, size_t node,
				    struct value plist, struct slice display,
				    struct error *err)
{
	struct code *code = inspect_add_code(in, node, display, err);
	/* Without a signature nobody refuses anything. */
	struct report quiet = {NULL, display};

	if (!code)
		return STATUS_MEMORY;
	code_set(in->pool, code, FACT_ENTITLEMENTS, value_retain(plist));
	code_set(in->pool, code, FACT_ENTITLEMENT_AUTHORIZATION,
		 entitlement_marks(in->pool, plist, NULL, SIGNING_UNSIGNED,
				   slice_of(NULL, 0), &quiet));
	return STATUS_OK;
}

static enum status read_plist(struct inspecting *in, struct slice bytes,
			      struct slice display, struct error *err)
{
	struct value plist = value_none;
	struct inspect_node *n;
	const char *kind;
	size_t node;
	enum status status = plist_read(in->pool, bytes, NULL, &plist, err);

	if (status)
		return status;
	kind = kind_of_plist(plist);
	status = inspect_add_node(in, display, kind, SIZE_MAX, &node, err);
	if (!status) {
		n = &in->out->nodes[node];
		if (!strcmp(kind, "info_plist"))
			n->facts = info_plist_describe(in->pool, plist);
		else if (!strcmp(kind, "entitlements"))
			status =
				add_entitlements(in, node, plist, display, err);
		else
			n->facts = value_retain(plist);
	}
	value_release(in->pool, plist);
	return status;
}

enum status inspect_document(struct inspecting *in, const struct file *f,
			     struct slice display, struct error *err)
{
	uint8_t *memory;
	struct slice bytes;
	size_t len;
	enum status status;

	if (f->size > INSPECT_SMALL_FILE_MAX)
		return error_set(err, STATUS_UNSUPPORTED, 0,
				 "expected a program, a bundle, a profile or "
				 "a property list; this file is none");
	status = file_load(f, INSPECT_SMALL_FILE_MAX, &memory, &len, err);
	if (status)
		return status;
	bytes = slice_of(memory, len);
	if (profile_is_likely(bytes))
		status = read_profile(in, bytes, display, err);
	else if (plist_is_likely(bytes))
		status = read_plist(in, bytes, display, err);
	else
		status = error_set(err, STATUS_UNSUPPORTED, 0,
				   "expected a program, a bundle, a profile "
				   "or a property list, found %s",
				   file_kind_text(file_kind_of(slice_part(
					   bytes, 0, FILE_KIND_BYTES))));
	free(memory);
	if (!status)
		status = file_unchanged(f, err);
	return status;
}
