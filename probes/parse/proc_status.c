#include "proc_status.h"

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The next number of a line of numbers; false at its end. */
static bool take_number(struct slice *line, int64_t *out, bool *broken)
{
	size_t start = 0;
	size_t end;

	while (start < line->len && blank(line->ptr[start]))
		start++;
	end = start;
	while (end < line->len && !blank(line->ptr[end]))
		end++;
	if (end == start)
		return false;
	if (!slice_to_int(slice_part(*line, start, end - start), out)) {
		*broken = true;
		return false;
	}
	*line = slice_part(*line, end, line->len);
	return true;
}

static bool one_number(struct slice line, int64_t *out)
{
	bool broken = false;
	int64_t rest;

	return take_number(&line, out, &broken) &&
	       !take_number(&line, &rest, &broken) && !broken;
}

static bool take_hex(struct slice line, uint64_t *out)
{
	uint64_t n = 0;
	size_t i = 0;

	while (i < line.len && blank(line.ptr[i]))
		i++;
	if (line.len - i == 0 || line.len - i > 16)
		return false;
	for (; i < line.len; i++) {
		uint8_t c = line.ptr[i];

		if (c >= '0' && c <= '9')
			n = n << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			n = n << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = n;
	return true;
}

static bool take_uid(struct slice line, struct proc_status *s)
{
	bool broken = false;
	int64_t real;

	return take_number(&line, &real, &broken) &&
	       take_number(&line, &s->uid, &broken);
}

static bool take_nspid(struct slice line, struct proc_status *s)
{
	bool broken = false;
	int64_t pid;

	s->nspid_count = 0;
	while (take_number(&line, &pid, &broken)) {
		if (s->nspid_count == PROC_NSPID_MAX)
			return false;
		s->nspid[s->nspid_count++] = pid;
	}
	return !broken;
}

static bool take_flag(struct slice line, bool *out)
{
	int64_t n;

	if (!one_number(line, &n) || n > 1)
		return false;
	*out = n != 0;
	return true;
}

static bool take_mode(struct slice line, struct proc_status *s)
{
	int64_t n;

	if (!one_number(line, &n) || n > 2)
		return false;
	s->seccomp = (int)n;
	return true;
}

static const struct {
	const char *key;
	enum proc_status_field field;
} fields[] = {
	{"Uid", PROC_STATUS_UID},
	{"NSpid", PROC_STATUS_NSPID},
	{"CapEff", PROC_STATUS_CAP_EFF},
	{"CapBnd", PROC_STATUS_CAP_BND},
	{"NoNewPrivs", PROC_STATUS_NO_NEW_PRIVS},
	{"Seccomp", PROC_STATUS_SECCOMP},
	{"Seccomp_filters", PROC_STATUS_SECCOMP_FILTERS},
};

static unsigned field_of(struct slice key)
{
	/* Most lines are none of ours: their first letter says so. */
	if (!key.len || !memchr("UNCS", key.ptr[0], 4))
		return 0;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (slice_is(key, fields[i].key))
			return fields[i].field;
	return 0;
}

static bool keep_value(unsigned field, struct slice value,
		       struct proc_status *s)
{
	switch (field) {
	case PROC_STATUS_UID:
		return take_uid(value, s);
	case PROC_STATUS_NSPID:
		return take_nspid(value, s);
	case PROC_STATUS_CAP_EFF:
		return take_hex(value, &s->cap_eff);
	case PROC_STATUS_CAP_BND:
		return take_hex(value, &s->cap_bnd);
	case PROC_STATUS_NO_NEW_PRIVS:
		return take_flag(value, &s->no_new_privs);
	case PROC_STATUS_SECCOMP:
		return take_mode(value, s);
	default:
		return one_number(value, &s->seccomp_filters);
	}
}

/* The kernel escapes newlines in the name, so that no process can write a
 * line of its own; the first line of a field counts all the same. */
enum status proc_status_parse(struct slice text, struct proc_status *out,
			      struct error *err)
{
	size_t pos = 0;

	memset(out, 0, sizeof(*out));
	while (pos < text.len) {
		struct slice rest = slice_part(text, pos, text.len);
		size_t end = slice_find_byte(rest, '\n');
		struct slice line = slice_part(rest, 0, end);
		size_t colon = slice_find_byte(line, ':');
		unsigned field = field_of(slice_part(line, 0, colon));

		if (end == rest.len)
			break;
		if (field && !(out->has & field)) {
			struct slice value =
				slice_part(line, colon + 1, line.len);

			if (!keep_value(field, value, out))
				return error_set(err, STATUS_MALFORMED,
						 (int64_t)pos,
						 "a line of status is not what "
						 "its field allows");
			out->has |= field;
		}
		pos += end + 1;
	}
	return STATUS_OK;
}
