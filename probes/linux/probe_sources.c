/* The state of our two sources, in words. */
#include "connector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOUNTINFO_BYTES_MAX = 1 << 20 };

static const char listing_note[] =
	"listed when a process was born, at most every 20 ms; helpers that "
	"live shorter can be missed";
static const char slow_note[] =
	"listed every 0.1 s or less often, since there are so many processes; "
	"helpers that live shorter are missed";
static const char hidden_note[] =
	"mounted with hidepid: processes of other users are not shown";
static const char hidden_listing_note[] =
	"mounted with hidepid: processes of other users are not shown; listed "
	"when a process was born: short-lived helpers can be missed";
static const char lost_note[] =
	"16 processes block their readers: command lines are no longer read";
static const char threads_note[] =
	"no thread can be started: command lines are not read";
static const char copy_note[] = "a copy, read as it stands";

enum proc_hidepid sources_hidepid(const struct probe *p)
{
	enum proc_hidepid mode = HIDEPID_OFF;
	char *text;
	int got;

	if (p->reader.foreign)
		return HIDEPID_OFF;
	text = malloc(MOUNTINFO_BYTES_MAX);
	if (!text)
		return HIDEPID_OFF;
	got = reader_file(&p->reader, "self/mountinfo", text,
			  MOUNTINFO_BYTES_MAX);
	if (got > 0)
		proc_hidepid_parse(slice_of(text, (size_t)got), "/proc", &mode);
	free(text);
	return mode;
}

static const char *proc_limit(const struct probe *p)
{
	bool hidden = p->hidepid != HIDEPID_OFF && !p->may_trace;

	if (p->reader.foreign)
		return copy_note;
	if (p->workers && workers_lost(p->workers) >= WORKERS_LOST_MAX)
		return lost_note;
	if (p->workers && workers_none_left(p->workers))
		return threads_note;
	if (p->connector_live || connector_state(p).state == SOURCE_STARTING)
		return hidden ? hidden_note : NULL;
	if (hidden)
		return hidden_listing_note;
	return p->listing.last_cost_ns * LISTING_SHARE > 100 * NS_PER_MS
		       ? slow_note
		       : listing_note;
}

/* Both what limits us and whom we compare with. */
static const char *proc_note(struct probe *p)
{
	const char *limit = proc_limit(p);

	if (!p->baseline_note[0])
		return limit;
	if (!limit)
		return p->baseline_note;
	if (p->proc_limit == limit)
		return p->proc_note;
	/* Told again although the buffer may be where it was. */
	p->proc_source.note = NULL;
	p->proc_limit = limit;
	(void)snprintf(p->proc_note, sizeof(p->proc_note), "%s; %s", limit,
		       p->baseline_note);
	return p->proc_note;
}

void sources_tell(struct probe *p)
{
	struct source_told proc = {SOURCE_LIVE, NULL, proc_note(p)};

	if (p->reader.foreign)
		proc.state = SOURCE_RECORDED;
	if (p->listing.error) {
		int error = p->listing.error;

		proc.state = error == EACCES || error == EPERM
				     ? SOURCE_NEEDS_PRIVILEGE
				     : SOURCE_FAILED;
		proc.why = listing_why(error);
	}
	emit_source(p, SOURCE_PROC, &p->proc_source, proc);
	emit_source(p, SOURCE_PROC_CONNECTOR, &p->connector_source,
		    connector_state(p));
}
