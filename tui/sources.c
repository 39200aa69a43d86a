#include "sources.h"

struct tab_sources {
	enum fact_group tab;
	unsigned platform;
	enum source_id ids[6];
};

static const struct tab_sources table[] = {
	{GROUP_CODE, PLATFORM_LINUX, {SOURCE_FILE, SOURCE_PACKAGES}},
	{GROUP_CODE, PLATFORM_MACOS, {SOURCE_CSOPS, SOURCE_FILE}},
	{GROUP_ENTITLEMENTS, PLATFORM_MACOS, {SOURCE_CSOPS, SOURCE_FILE}},
	{GROUP_NAMES, PLATFORM_LINUX, {SOURCE_DBUS, SOURCE_SOCK_DIAG}},
	{GROUP_NAMES, PLATFORM_MACOS, {SOURCE_LAUNCHD}},
	{GROUP_DENIALS,
	 PLATFORM_LINUX,
	 {SOURCE_AUDIT, SOURCE_KMSG, SOURCE_JOURNAL, SOURCE_TRACE,
	  SOURCE_STDERR}},
	{GROUP_DENIALS,
	 PLATFORM_MACOS,
	 {SOURCE_UNIFIED_LOG, SOURCE_CRASH_REPORTS, SOURCE_STDERR}},
};

static const char *const state_words[] = {
	[SOURCE_UNUSED] = "not in use",
	[SOURCE_STARTING] = "starting",
	[SOURCE_LIVE] = "live",
	[SOURCE_RECORDED] = "recorded",
	[SOURCE_NEEDS_PRIVILEGE] = "needs ",
	[SOURCE_UNSUPPORTED] = "not on this system",
	[SOURCE_FAILED] = "failed",
};

_Static_assert(sizeof(state_words) / sizeof(state_words[0]) ==
		       SOURCE_STATE_COUNT,
	       "words for every state of a source");

void sources_add_words(struct text *t, const struct source_status *status)
{
	struct slice why = value_slice(status->why);
	struct slice note = value_slice(status->note);
	bool seeing = source_is_seeing(status);

	text_add_text(t, state_words[status->state]);
	if (status->state == SOURCE_NEEDS_PRIVILEGE && !why.len)
		text_add_text(t, "more privilege");
	if (!seeing && why.len) {
		if (status->state != SOURCE_NEEDS_PRIVILEGE)
			text_add_text(t, ": ");
		text_add_escaped(t, why);
	}
	if (seeing && note.len) {
		text_add_text(t, ", ");
		text_add_escaped(t, note);
	}
	if (status->lost)
		text_addf(t, ", %lld lost", (long long)status->lost);
	else if (status->lost_unknown)
		text_add_text(t, ", some lost");
}

enum theme_role sources_role(const struct source_status *status)
{
	if (status->lost || status->lost_unknown)
		return THEME_WARN;
	if (source_is_seeing(status))
		return THEME_GOOD;
	return status->state == SOURCE_UNUSED ? THEME_DIM : THEME_WARN;
}

const enum source_id *sources_of_tab(enum fact_group tab, unsigned platform)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].tab == tab && table[i].platform == platform)
			return table[i].ids;
	}
	return NULL;
}

bool sources_see(const struct store *s, enum fact_group tab, unsigned platform)
{
	const enum source_id *ids = sources_of_tab(tab, platform);

	for (int i = 0; ids && ids[i] != SOURCE_NONE; i++) {
		if (source_is_seeing(store_source(s, ids[i])))
			return true;
	}
	return false;
}
