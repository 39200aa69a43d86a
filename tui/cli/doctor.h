/*
 * What could be read of how many processes, counted from a store that has just
 * been filled: measured here and now, not believed.
 */
#ifndef TUI_CLI_DOCTOR_H
#define TUI_CLI_DOCTOR_H

#include "output.h"
#include "session.h"

enum { SURVEY_REASONS_MAX = 8 };

/* A gap and how many processes have it; reason is the store's or static. */
struct survey_gap {
	enum fact_state state;
	const char *reason;
	size_t count;
};

/* read: known, inferred or absent. gaps: most frequent first; what is beyond
 * SURVEY_REASONS_MAX is counted in the last. */
struct survey_fact {
	size_t read;
	struct survey_gap gaps[SURVEY_REASONS_MAX];
	size_t gap_count;
};

/* processes: those that were read, whose facts are counted. unread: those that
 * reading did not come to before it was stopped. */
struct survey {
	size_t processes, unread;
	struct survey_fact facts[FACT_COUNT];
};

/* Counts over every living process but kernel threads. stopped: reading ended
 * before its time. */
enum status survey_take(struct survey *v, struct store *s, bool stopped,
			struct error *err);
/* The word for --json: known when every process could be read, else the state
 * of the most frequent gap. */
enum fact_state survey_state(const struct survey *v, enum fact_id id);

/* Told by spawn and exit events themselves: nothing that could be refused. */
bool survey_skips(enum fact_id id);

/* What doctor knows beside the survey. */
struct doctor {
	const struct session *session;
	const struct survey *survey;
	const struct process *self; /* our own process, NULL */
	enum status opened;         /* of the live probe */
	const char *open_message;
	int colors;
	bool term_known;
	const char *libraries[4];
	size_t library_count;
};

void doctor_print_text(struct output *out, const struct doctor *d);
enum status doctor_print_json(struct output *out, const struct doctor *d,
			      struct error *err);

#endif
