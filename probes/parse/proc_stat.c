#include "proc_stat.h"

/* Fields counted as proc_pid_stat(5) counts them, from 1. */
enum {
	FIELD_PPID = 4,
	FIELD_SESSION = 6,
	FIELD_FLAGS = 9,
	FIELD_THREADS = 20,
	FIELD_START = 22,
	FIELD_WAIT_STATUS = 52,
};

/* One field with the blank or newline that ends it: a text cut in the middle
 * of a number must not pass as a smaller number. */
static bool take_field(struct slice text, size_t *pos, struct slice *field)
{
	size_t start = *pos;
	size_t end = start;

	while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\n')
		end++;
	if (end == text.len || end == start)
		return false;
	*field = slice_of(text.ptr + start, end - start);
	*pos = end + 1;
	return true;
}

static bool to_unsigned(struct slice digits, uint64_t *out)
{
	uint64_t n = 0;

	if (!digits.len)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		unsigned digit = (unsigned)digits.ptr[i] - '0';

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

static bool to_signed(struct slice digits, int64_t *out)
{
	bool minus = slice_starts(digits, "-");
	uint64_t n;

	if (!to_unsigned(slice_part(digits, minus, digits.len), &n) ||
	    n > INT64_MAX)
		return false;
	*out = minus ? -(int64_t)n : (int64_t)n;
	return true;
}

static bool keep_field(int number, struct slice field, struct proc_stat *s)
{
	int64_t n;

	switch (number) {
	case FIELD_PPID:
		return to_signed(field, &s->ppid);
	case FIELD_SESSION:
		return to_signed(field, &s->session);
	case FIELD_FLAGS:
		return to_unsigned(field, &s->flags);
	case FIELD_THREADS:
		return to_signed(field, &s->threads);
	case FIELD_START:
		return to_unsigned(field, &s->start_ticks);
	case FIELD_WAIT_STATUS:
		if (!to_signed(field, &n) || n < 0 || n > 0xffff)
			return false;
		s->wait_status = (int)n;
		s->has_wait_status = true;
		return true;
	default:
		return true;
	}
}

/* The last ')' ends the name: the name may hold any other, what follows
 * holds none. */
static bool split_name(struct slice text, struct proc_stat *s, size_t *pos)
{
	size_t open = slice_find_byte(text, '(');
	size_t close = text.len;

	while (close > open && text.ptr[close - 1] != ')')
		close--;
	if (close <= open + 1 || open < 2 || text.ptr[open - 1] != ' ' ||
	    !slice_to_int(slice_part(text, 0, open - 1), &s->pid))
		return false;
	s->comm = slice_part(text, open + 1, close - open - 2);
	*pos = close;
	return true;
}

enum status proc_stat_parse(struct slice text, struct proc_stat *out,
			    struct error *err)
{
	struct proc_stat s = {.pid = 0};
	struct slice field;
	size_t pos;

	if (!split_name(text, &s, &pos))
		return error_set(err, STATUS_MALFORMED, 0,
				 "expected \"pid (name) state\" in stat");
	if (text.len - pos < 3 || text.ptr[pos] != ' ' ||
	    text.ptr[pos + 2] != ' ')
		return error_set(err, STATUS_MALFORMED, (int64_t)pos,
				 "expected a state letter in stat");
	s.state = (char)text.ptr[pos + 1];
	pos += 3;
	for (int number = FIELD_PPID; number <= FIELD_WAIT_STATUS; number++) {
		size_t start = pos;

		if (!take_field(text, &pos, &field)) {
			if (number > FIELD_START)
				break;
			return error_set(err, STATUS_MALFORMED, (int64_t)pos,
					 "stat ends before field %d", number);
		}
		if (!keep_field(number, field, &s))
			return error_set(err, STATUS_MALFORMED, (int64_t)start,
					 "field %d of stat is no number that "
					 "fits",
					 number);
	}
	*out = s;
	return STATUS_OK;
}

const char *proc_state_word(char state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "disk sleep";
	case 'T':
		return "stopped";
	case 't':
		return "traced";
	case 'Z':
		return "zombie";
	case 'X':
	case 'x':
		return "dead";
	case 'I':
		return "idle";
	case 'P':
		return "parked";
	default:
		return NULL;
	}
}
