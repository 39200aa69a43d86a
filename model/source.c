#include "source.h"

const struct source_info source_table[SOURCE_COUNT] = {
	[SOURCE_NONE] = {"none", "none", "No source: nothing was read."},
	[SOURCE_DERIVED] = {"derived", "derived",
			    "Worked out by sandtree from other facts."},
	[SOURCE_PROC] = {"proc", "/proc",
			 "The kernel's process files under /proc."},
	[SOURCE_PROC_CONNECTOR] = {"proc_connector", "connector",
				   "The kernel's messages about forks, execs, "
				   "user changes and exits."},
	[SOURCE_FILE] = {"file", "file", "The file the program was run from."},
	[SOURCE_PACKAGES] = {"packages", "packages",
			     "The package manager's list of files."},
	[SOURCE_AUDIT] = {"audit", "audit",
			  "The kernel's audit records, which tell denials of "
			  "seccomp, Landlock, AppArmor and SELinux."},
	[SOURCE_JOURNAL] = {"journal", "journal", "The system's journal."},
	[SOURCE_KMSG] = {"kmsg", "kernel log", "The kernel's own log."},
	[SOURCE_TRACE] = {"trace", "tracing",
			  "System calls that were refused, as the kernel's "
			  "tracing tells them."},
	[SOURCE_DBUS] = {"dbus", "D-Bus",
			 "The message buses, for the names programs own."},
	[SOURCE_SOCK_DIAG] = {"sock_diag", "sockets",
			      "The kernel's list of listening sockets."},
	[SOURCE_LIBPROC] = {"libproc", "libproc",
			    "The process calls of macOS."},
	[SOURCE_CSOPS] = {"csops", "code signing",
			  "What the kernel holds of a running program's code "
			  "signature."},
	[SOURCE_SANDBOX_CHECK] = {"sandbox_check", "sandbox check",
				  "The kernel's answer whether a process is "
				  "sandboxed."},
	[SOURCE_KQUEUE] = {"kqueue", "kqueue",
			   "The kernel's notes of forks, execs and exits."},
	[SOURCE_LAUNCHD] = {"launchd", "launchd",
			    "Services and names launchd knows."},
	[SOURCE_UNIFIED_LOG] = {"unified_log", "unified log",
				"The log of macOS, which tells denials."},
	[SOURCE_CRASH_REPORTS] = {"crash_reports", "crash reports",
				  "Crash reports that the system wrote."},
	[SOURCE_STDERR] = {"stderr", "stderr",
			   "What the program wrote to its own output."},
	[SOURCE_OTHER] = {"other", "other",
			  "A recording's source that this version does not "
			  "know."},
};

enum source_id source_by_id(struct slice id)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++)
		if (slice_is(id, source_table[i].id))
			return (enum source_id)i;
	return SOURCE_OTHER;
}

static const char *const state_ids[] = {
	[SOURCE_UNUSED] = "unused",
	[SOURCE_STARTING] = "starting",
	[SOURCE_LIVE] = "live",
	[SOURCE_RECORDED] = "recorded",
	[SOURCE_NEEDS_PRIVILEGE] = "needs_privilege",
	[SOURCE_UNSUPPORTED] = "unsupported",
	[SOURCE_FAILED] = "failed",
};

_Static_assert(sizeof(state_ids) / sizeof(*state_ids) == SOURCE_STATE_COUNT,
	       "every state of a source has an id");

const char *source_state_id(enum source_state state)
{
	return (unsigned)state < SOURCE_STATE_COUNT ? state_ids[state] : "";
}

enum source_state source_state_by_id(struct slice id)
{
	for (size_t i = 0; i < SOURCE_STATE_COUNT; i++)
		if (slice_is(id, state_ids[i]))
			return (enum source_state)i;
	return SOURCE_STATE_COUNT;
}
