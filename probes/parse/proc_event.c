#include "proc_event.h"

#include "../../model/base/cursor.h"

/* struct nlmsghdr and struct cn_msg. */
enum { NETLINK_HEADER = 16, CONNECTOR_HEADER = 20, IDX_PROC = 1, VAL_PROC = 1 };

/* enum proc_cn_event. */
enum {
	EVENT_NONE = 0x00000000,
	EVENT_FORK = 0x00000001,
	EVENT_EXEC = 0x00000002,
	EVENT_UID = 0x00000004,
	EVENT_COMM = 0x00000200,
	EVENT_EXIT = 0x80000000,
};

static uint32_t take_u32(struct cursor *c)
{
	struct slice s = cursor_take(c, 4);
	uint32_t v = 0;

	if (s.len)
		memcpy(&v, s.ptr, sizeof(v));
	return v;
}

static uint64_t take_u64(struct cursor *c)
{
	struct slice s = cursor_take(c, 8);
	uint64_t v = 0;

	if (s.len)
		memcpy(&v, s.ptr, sizeof(v));
	return v;
}

/* The pids of a thread and its process; a thread of its own is no process. */
static bool take_process(struct cursor *c, struct proc_event_read *out)
{
	uint32_t pid = take_u32(c);
	uint32_t tgid = take_u32(c);

	out->pid = (int32_t)tgid;
	return pid == tgid && tgid > 0 && tgid <= INT32_MAX;
}

static enum proc_event_kind take_data(struct cursor *c, uint32_t what,
				      struct proc_event_read *out)
{
	struct slice name;

	switch (what) {
	case EVENT_NONE:
		out->value = (int32_t)take_u32(c);
		return PROC_EVENT_ACK;
	case EVENT_FORK:
		take_u32(c);
		out->value = (int32_t)take_u32(c);
		return take_process(c, out) ? PROC_EVENT_FORKED
					    : PROC_EVENT_OTHER;
	case EVENT_EXEC:
		return take_process(c, out) ? PROC_EVENT_EXECED
					    : PROC_EVENT_OTHER;
	case EVENT_UID:
		return take_process(c, out) ? PROC_EVENT_ID_CHANGED
					    : PROC_EVENT_OTHER;
	case EVENT_COMM:
		if (!take_process(c, out))
			return PROC_EVENT_OTHER;
		name = cursor_take(c, sizeof(out->name));
		if (name.len)
			memcpy(out->name, name.ptr, sizeof(out->name) - 1);
		return PROC_EVENT_RENAMED;
	case EVENT_EXIT:
		if (!take_process(c, out))
			return PROC_EVENT_OTHER;
		out->value = (int32_t)take_u32(c);
		return PROC_EVENT_EXITED;
	default:
		return PROC_EVENT_OTHER;
	}
}

static void read_message(struct slice message, struct proc_event_read *out)
{
	struct cursor c = cursor_of(message);
	uint32_t what, idx, val;

	cursor_take(&c, NETLINK_HEADER);
	idx = take_u32(&c);
	val = take_u32(&c);
	cursor_take(&c, CONNECTOR_HEADER - 8);
	if (c.failed || idx != IDX_PROC || val != VAL_PROC)
		return;
	what = take_u32(&c);
	take_u32(&c); /* cpu */
	out->time_ns = (int64_t)take_u64(&c);
	out->kind = take_data(&c, what, out);
	if (c.failed)
		out->kind = PROC_EVENT_OTHER;
}

bool proc_event_take(struct slice *bytes, struct proc_event_read *out)
{
	struct cursor c = cursor_of(*bytes);
	uint32_t length = take_u32(&c);

	memset(out, 0, sizeof(*out));
	if (c.failed || length < NETLINK_HEADER || length > bytes->len)
		return false;
	read_message(slice_part(*bytes, 0, length), out);
	*bytes = slice_part(*bytes, (length + 3) & ~(size_t)3, bytes->len);
	return true;
}
