#include "proc_flatpak.h"

static struct slice trim(struct slice s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = slice_part(s, 1, s.len);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t' ||
			 s.ptr[s.len - 1] == '\r'))
		s.len--;
	return s;
}

/* Groups that say what the sandbox lets through (flatpak-metadata(5)). */
static bool is_permission_group(struct slice group)
{
	return slice_is(group, "Context") ||
	       slice_is(group, "Session Bus Policy") ||
	       slice_is(group, "System Bus Policy") ||
	       slice_is(group, "Environment") || slice_starts(group, "Policy ");
}

static enum status keep_entry(struct flatpak_info *info, struct slice group,
			      struct slice key, struct slice value, size_t line,
			      struct error *err)
{
	bool named =
		slice_is(group, "Application") || slice_is(group, "Runtime");

	if (named && slice_is(key, "name") && !info->app.len)
		info->app = value;
	else if (slice_is(group, "Instance") && slice_is(key, "instance-id"))
		info->instance = value;
	else if (is_permission_group(group)) {
		if (info->count == FLATPAK_PERMISSIONS_MAX)
			return error_set_line(err, STATUS_LIMIT, line, 1,
					      "more than %d permissions",
					      FLATPAK_PERMISSIONS_MAX);
		info->permissions[info->count++] =
			(struct flatpak_permission){group, key, value};
	}
	return STATUS_OK;
}

enum status flatpak_info_parse(struct slice text, struct flatpak_info *out,
			       struct error *err)
{
	struct slice group = {NULL, 0};
	size_t number = 0;
	enum status status;

	out->app = out->instance = (struct slice){NULL, 0};
	out->count = 0;
	while (text.len) {
		struct slice line = trim(slice_take(&text, '\n'));
		size_t equal = slice_find_byte(line, '=');

		number++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (line.ptr[0] == '[' && line.ptr[line.len - 1] == ']') {
			group = slice_part(line, 1, line.len - 2);
			continue;
		}
		if (equal == 0 || equal == line.len || !group.len)
			return error_set_line(err, STATUS_MALFORMED, number, 1,
					      "expected [group] or key=value");
		status =
			keep_entry(out, group, trim(slice_part(line, 0, equal)),
				   trim(slice_part(line, equal + 1, line.len)),
				   number, err);
		if (status)
			return status;
	}
	if (!out->app.len)
		return error_set_line(err, STATUS_MALFORMED, number, 0,
				      "no name in [Application]");
	return STATUS_OK;
}
