#include "constraint.h"

#include "../../model/base/text.h"

enum { CONSTRAINT_TEXT_MAX = 64 << 10, CONSTRAINT_KEYS_MAX = 64 };

static const char *const categories[] = {
	NULL,        "platform",   "testflight",   "development",
	"app_store", "enterprise", "developer_id", "local_signing",
	"rosetta",   "oopjit",     "none",
};

const char *validation_category_text(int64_t category)
{
	if (category < 0 ||
	    category >= (int64_t)(sizeof(categories) / sizeof(*categories)))
		return NULL;
	return categories[category];
}

const char *constraint_slot_text(uint32_t slot)
{
	static const char *const texts[] = {"self", "parent", "responsible",
					    "library"};

	if (slot < 8 || slot > 11)
		return NULL;
	return texts[slot - 8];
}

static void add_requirement(struct text *t, struct value dict,
			    const char *joint, unsigned depth);

static void add_plain(struct text *t, struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		text_add_text(t, v.as.boolean ? "true" : "false");
		break;
	case VALUE_INT:
		text_addf(t, "%lld", (long long)v.as.integer);
		break;
	case VALUE_STRING:
		text_add_byte(t, '"');
		text_add_escaped(t, value_slice(v));
		text_add_byte(t, '"');
		break;
	case VALUE_BYTES:
		text_add_text(t, "H\"");
		for (size_t i = 0; i < value_slice(v).len; i++)
			text_addf(t, "%02x", value_slice(v).ptr[i]);
		text_add_byte(t, '"');
		break;
	case VALUE_LIST:
		text_add_byte(t, '[');
		for (size_t i = 0; i < value_count(v); i++) {
			if (i)
				text_add_text(t, ", ");
			if (value_at(v, i).type == VALUE_LIST ||
			    value_at(v, i).type == VALUE_DICT)
				text_add_text(t, "...");
			else
				add_plain(t, value_at(v, i));
		}
		text_add_byte(t, ']');
		break;
	default:
		text_add_text(t, "{...}");
		break;
	}
}

/* validation-category 6 says more as a word. */
static void add_known(struct text *t, struct slice key, struct value v)
{
	const char *word = NULL;

	if (slice_is(key, "validation-category") && v.type == VALUE_INT)
		word = validation_category_text(v.as.integer);
	add_plain(t, v);
	if (word)
		text_addf(t, " (%s)", word);
}

/* key = value, key op value for { "$op": value }, or a group of either. */
static void add_pair(struct text *t, struct slice key, struct value v,
		     unsigned depth)
{
	if (slice_starts(key, "$") && v.type == VALUE_DICT) {
		text_add_byte(t, '(');
		add_requirement(t, v,
				slice_starts(key, "$or") ? " or " : " and ",
				depth + 1);
		text_add_byte(t, ')');
		return;
	}
	text_add_escaped(t, key);
	if (v.type == VALUE_DICT && value_count(v) == 1 &&
	    slice_starts(value_slice(value_key(v, 0)), "$") &&
	    value_at(v, 0).type != VALUE_DICT) {
		struct slice op = value_slice(value_key(v, 0));

		text_add_byte(t, ' ');
		text_add_escaped(t, slice_part(op, 1, op.len));
		text_add_byte(t, ' ');
		add_known(t, key, value_at(v, 0));
	} else if (v.type == VALUE_DICT) {
		text_add_text(t, " (");
		add_requirement(t, v, " and ", depth + 1);
		text_add_byte(t, ')');
	} else {
		text_add_text(t, " = ");
		add_known(t, key, v);
	}
}

static void add_requirement(struct text *t, struct value dict,
			    const char *joint, unsigned depth)
{
	if (depth > ENTITLEMENTS_DEPTH_MAX)
		return;
	for (size_t i = 0; i < value_count(dict); i++) {
		if (i)
			text_add_text(t, joint);
		add_pair(t, value_slice(value_key(dict, i)), value_at(dict, i),
			 depth);
	}
}

static struct value requirement_line(struct value_pool *pool,
				     struct value requirements)
{
	struct text t;
	struct value v;

	text_init(&t, CONSTRAINT_TEXT_MAX);
	add_requirement(&t, requirements, " and ", 0);
	if (t.cut) {
		text_reset(&t);
		text_add_text(&t, "(too long for a line)");
	} else if (!t.len) {
		text_add_text(&t, "(nothing)");
	}
	v = value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

/* What the keys of the blob stand for; others keep their name. */
static const char *long_name(struct slice key)
{
	static const char *const names[][2] = {
		{"ccat", "category"},
		{"comp", "compatibility"},
		{"reqs", "requirements"},
		{"vers", "version"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (slice_is(key, names[i][0]))
			return names[i][1];
	return NULL;
}

static enum status rename_keys(struct value blob, uint64_t file_offset,
			       struct value_pool *pool,
			       const struct report *report, struct value *out,
			       struct error *err)
{
	struct value keys[CONSTRAINT_KEYS_MAX + 1];
	struct value vals[CONSTRAINT_KEYS_MAX + 1];
	struct value requirements = value_get(blob, "reqs");
	size_t n = 0;

	if (value_count(blob) > CONSTRAINT_KEYS_MAX)
		return error_set(err, STATUS_LIMIT, (int64_t)file_offset,
				 "a constraint of %zu keys, at most %d are "
				 "read",
				 value_count(blob), CONSTRAINT_KEYS_MAX);
	for (size_t i = 0; i < value_count(blob); i++) {
		struct value key = value_key(blob, i);
		const char *name = long_name(value_slice(key));

		keys[n] = name ? value_text(pool, name) : value_retain(key);
		vals[n++] = value_retain(value_at(blob, i));
	}
	if (requirements.type == VALUE_DICT) {
		keys[n] = value_text(pool, "text");
		vals[n++] = requirement_line(pool, requirements);
	} else {
		REPORT(report, "constraint_empty", SEVERITY_ERROR, file_offset,
		       "The constraint has no dictionary of requirements.");
	}
	*out = value_dict(pool, keys, vals, n);
	if (out->type == VALUE_NONE)
		return error_set(err, STATUS_MALFORMED, (int64_t)file_offset,
				 "the constraint names a key twice, or memory "
				 "is out");
	return STATUS_OK;
}

enum status constraint_read(struct slice der, uint64_t file_offset,
			    struct value_pool *pool,
			    const struct report *report, struct value *out,
			    struct error *err)
{
	struct value blob = value_none, made = value_none;
	enum status status = entitlements_der_read(der, file_offset, pool,
						   report, &blob, err);

	if (status != STATUS_OK)
		return status;
	status = rename_keys(blob, file_offset, pool, report, &made, err);
	value_release(pool, blob);
	if (status == STATUS_OK)
		*out = made;
	return status;
}
