#include "event.h"

static const char *const type_ids[] = {
	[EVENT_HOST] = "host",
	[EVENT_SOURCE] = "source",
	[EVENT_LISTED] = "listed",
	[EVENT_SPAWN] = "spawn",
	[EVENT_EXEC] = "exec",
	[EVENT_REPARENT] = "reparent",
	[EVENT_EXIT] = "exit",
	[EVENT_FACTS] = "facts",
	[EVENT_NAME_REGISTERED] = "name_registered",
	[EVENT_NAME_REMOVED] = "name_removed",
	[EVENT_DENIAL] = "denial",
	[EVENT_MESSAGE] = "message",
	[EVENT_LOST] = "lost",
};

_Static_assert(sizeof(type_ids) / sizeof(*type_ids) == EVENT_TYPE_COUNT,
	       "every type of event has an id");

const char *event_type_id(enum event_type type)
{
	return (unsigned)type < EVENT_TYPE_COUNT ? type_ids[type] : "";
}

enum event_type event_type_by_id(struct slice id)
{
	for (size_t i = 0; i < EVENT_TYPE_COUNT; i++)
		if (slice_is(id, type_ids[i]))
			return (enum event_type)i;
	return EVENT_TYPE_COUNT;
}
