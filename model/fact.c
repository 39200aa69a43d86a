#include "fact.h"

/* In the order of struct fact_info: id, heading, label, help, unit; type,
 * group, platforms, sensitivity, flags, width. */
const struct fact_info fact_table[FACT_COUNT] = {
	[FACT_PID] = {"pid", "PID", "Process id",
		      "The process's number; the system uses it again for "
		      "another one later.",
		      "", VALUE_INT, GROUP_OVERVIEW, PLATFORM_ANY,
		      SENSITIVE_NOT, FACT_DERIVED | FACT_ALIGN_RIGHT, 7},
	[FACT_PPID] = {"ppid", "PPID", "Parent id",
		       "The number of the process that holds it now, as the "
		       "kernel says.",
		       "", VALUE_INT, GROUP_OVERVIEW, PLATFORM_ANY,
		       SENSITIVE_NOT, FACT_DERIVED | FACT_ALIGN_RIGHT, 7},
	[FACT_STARTED] = {"started", "STARTED", "Started",
			  "When the process was started.", "", VALUE_DATE,
			  GROUP_OVERVIEW, PLATFORM_ANY, SENSITIVE_NOT,
			  FACT_DERIVED | FACT_ALIGN_RIGHT, 8},
	[FACT_AGE] =
		{"age", "AGE", "Age",
		 "How long the process has lived, or lived before it ended.",
		 "ns", VALUE_INT, GROUP_OVERVIEW, PLATFORM_ANY, SENSITIVE_NOT,
		 FACT_DERIVED | FACT_ALIGN_RIGHT, 6},
	[FACT_EXITED] = {"exited", "EXITED", "Exited",
			 "When the process ended, where that was seen.", "",
			 VALUE_DATE, GROUP_OVERVIEW, PLATFORM_ANY,
			 SENSITIVE_NOT, FACT_DERIVED | FACT_ALIGN_RIGHT, 8},
	[FACT_EXIT] = {"exit", "EXIT", "Exit",
		       "How the process ended: its exit code, or the signal "
		       "that killed it.",
		       "", VALUE_DICT, GROUP_OVERVIEW, PLATFORM_ANY,
		       SENSITIVE_NOT, FACT_DERIVED, 9},
	[FACT_NAME] = {"name", "PROCESS", "Name",
		       "The short name the kernel has for it, which the "
		       "process may choose.",
		       "", VALUE_STRING, GROUP_OVERVIEW, PLATFORM_ANY,
		       SENSITIVE_NOT,
		       FACT_FORK_KEEPS | FACT_EXEC_CLEARS | FACT_AGES, 0},
	[FACT_ROLE] = {"role", "ROLE", "Role",
		       "What the process is to its app: browser, renderer, "
		       "gpu, zygote, crash handler and so on.",
		       "", VALUE_STRING, GROUP_OVERVIEW, PLATFORM_ANY,
		       SENSITIVE_NOT,
		       FACT_EXEC_CLEARS | FACT_AGES | FACT_DERIVED, 14},
	[FACT_APP] = {"app", "APP", "App",
		      "The app the process belongs to, with all its helpers.",
		      "", VALUE_STRING, GROUP_OVERVIEW, PLATFORM_ANY,
		      SENSITIVE_NOT, FACT_DERIVED, 18},
	[FACT_USER] = {"user", "USER", "User",
		       "The name of the account it runs as.", "", VALUE_STRING,
		       GROUP_OVERVIEW, PLATFORM_ANY, SENSITIVE_USER,
		       FACT_FORK_KEEPS, 9},
	[FACT_UID] = {"uid", "UID", "User id",
		      "The number of the account it runs as.", "", VALUE_INT,
		      GROUP_OVERVIEW, PLATFORM_ANY, SENSITIVE_USER,
		      FACT_FORK_KEEPS | FACT_ALIGN_RIGHT, 6},
	[FACT_STATE] = {"state", "STATE", "State",
			"What the scheduler says of it: running, sleeping, "
			"stopped, zombie.",
			"", VALUE_STRING, GROUP_OVERVIEW, PLATFORM_ANY,
			SENSITIVE_NOT, FACT_AGES, 8},
	[FACT_EXECUTABLE] = {"executable", "EXECUTABLE", "Executable",
			     "The path of the program it runs.", "",
			     VALUE_STRING, GROUP_OVERVIEW, PLATFORM_ANY,
			     SENSITIVE_PATH, FACT_FORK_KEEPS | FACT_EXEC_CLEARS,
			     0},
	[FACT_ARGUMENTS] = {"arguments", "ARGUMENTS", "Arguments",
			    "The words of its command line, which the process "
			    "can rewrite.",
			    "", VALUE_LIST, GROUP_OVERVIEW, PLATFORM_ANY,
			    SENSITIVE_SECRET,
			    FACT_FORK_KEEPS | FACT_EXEC_CLEARS | FACT_AGES, 0},
	[FACT_RESPONSIBLE_PID] =
		{"responsible_pid", "RESP", "Responsible process",
		 "The process that the system holds responsible for it: on "
		 "macOS its app's main process.",
		 "", VALUE_INT, GROUP_OVERVIEW, PLATFORM_ANY, SENSITIVE_NOT,
		 FACT_FORK_KEEPS | FACT_ALIGN_RIGHT, 7},
	[FACT_BUNDLE_ID] = {"bundle_id", "BUNDLE ID", "Bundle id",
			    "The identifier of its application bundle.", "",
			    VALUE_STRING, GROUP_CODE, PLATFORM_ANY,
			    SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_EXEC_CLEARS,
			    28},
	[FACT_ARCHITECTURE] = {"architecture", "ARCH", "Architecture",
			       "The instruction set it runs with.", "",
			       VALUE_STRING, GROUP_CODE, PLATFORM_ANY,
			       SENSITIVE_NOT,
			       FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 8},
	[FACT_SANDBOX] = {"sandbox", "SANDBOX", "Confined by",
			  "What confines it, in short: the mechanisms by name.",
			  "", VALUE_STRING, GROUP_SANDBOX, PLATFORM_ANY,
			  SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_AGES, 26},
	[FACT_SANDBOX_MECHANISMS] =
		{"sandbox_mechanisms", "MECHANISMS", "Mechanisms",
		 "Every mechanism that confines it, one by one; an empty list "
		 "where all were looked for and none was found.",
		 "", VALUE_LIST, GROUP_SANDBOX, PLATFORM_ANY, SENSITIVE_NOT,
		 FACT_FORK_KEEPS | FACT_AGES, 26},
	[FACT_CODE_IDENTIFIER] = {"code_identifier", "IDENTIFIER",
				  "Code identifier",
				  "The name its code signature gives it.", "",
				  VALUE_STRING, GROUP_CODE, PLATFORM_ANY,
				  SENSITIVE_NOT,
				  FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 28},
	[FACT_TEAM_ID] = {"team_id", "TEAM", "Team id",
			  "The developer team that its code signature names.",
			  "", VALUE_STRING, GROUP_CODE, PLATFORM_ANY,
			  SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_EXEC_CLEARS,
			  10},
	[FACT_CDHASH] = {"cdhash", "CDHASH", "Code directory hash",
			 "The hash that stands for exactly this signed code.",
			 "", VALUE_STRING, GROUP_CODE, PLATFORM_ANY,
			 SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 12},
	[FACT_SIGNING_CLASS] = {"signing_class", "SIGNED AS", "Signed as",
				"Who signed it: platform, app_store, "
				"developer_id, ad_hoc, unsigned and so on.",
				"", VALUE_STRING, GROUP_CODE, PLATFORM_ANY,
				SENSITIVE_NOT,
				FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 14},
	[FACT_SIGNING_FLAGS] =
		{"signing_flags", "FLAGS", "Signing flags",
		 "The flags of its code signature that the kernel enforces.",
		 "", VALUE_LIST, GROUP_CODE, PLATFORM_ANY, SENSITIVE_NOT,
		 FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 16},
	[FACT_AUTHORITIES] = {"authorities", "AUTHORITIES", "Authorities",
			      "The certificates behind its signature, from its "
			      "own to the root.",
			      "", VALUE_LIST, GROUP_CODE, PLATFORM_ANY,
			      SENSITIVE_USER,
			      FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 24},
	[FACT_ENTITLEMENTS] = {"entitlements", "ENTITLEMENTS", "Entitlements",
			       "What its code signature claims it may do.",
			       "entitlement", VALUE_DICT, GROUP_ENTITLEMENTS,
			       PLATFORM_ANY, SENSITIVE_NOT,
			       FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 16},
	[FACT_NAMES] =
		{"names", "NAMES", "Registered names",
		 "The service names it has registered, or tried to register.",
		 "name", VALUE_LIST, GROUP_NAMES, PLATFORM_ANY, SENSITIVE_NOT,
		 FACT_DERIVED | FACT_ALIGN_RIGHT, 8},
	[FACT_DENIALS] = {"denials", "DENIED", "Denials",
			  "How many times it was seen to be refused something.",
			  "", VALUE_INT, GROUP_DENIALS, PLATFORM_ANY,
			  SENSITIVE_NOT, FACT_DERIVED | FACT_ALIGN_RIGHT, 6},
	[FACT_SECCOMP_MODE] = {"seccomp_mode", "SECCOMP", "Seccomp",
			       "Whether its system calls are filtered: off, "
			       "strict or filter.",
			       "", VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
			       SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_AGES, 8},
	[FACT_SECCOMP_FILTERS] = {"seccomp_filters", "FILTERS",
				  "Seccomp filters",
				  "How many system call filters are installed; "
				  "each can only take away.",
				  "filter", VALUE_INT, GROUP_SANDBOX,
				  PLATFORM_LINUX, SENSITIVE_NOT,
				  FACT_FORK_KEEPS | FACT_AGES |
					  FACT_ALIGN_RIGHT,
				  10},
	[FACT_NO_NEW_PRIVS] =
		{"no_new_privs", "NNP", "No new privileges",
		 "Whether an exec can no longer give it privileges.", "",
		 VALUE_BOOL, GROUP_SANDBOX, PLATFORM_LINUX, SENSITIVE_NOT,
		 FACT_FORK_KEEPS | FACT_AGES, 3},
	[FACT_CAPABILITIES_EFFECTIVE] = {"capabilities_effective",
					 "CAPABILITIES", "Capabilities",
					 "The parts of root's power it has "
					 "now, in its own user namespace.",
					 "cap", VALUE_LIST, GROUP_SANDBOX,
					 PLATFORM_LINUX, SENSITIVE_NOT,
					 FACT_FORK_KEEPS | FACT_AGES, 16},
	[FACT_CAPABILITIES_BOUNDING] = {"capabilities_bounding", "BOUNDING",
					"Bounding capabilities",
					"The most capabilities it can get by "
					"an exec, in its own user namespace.",
					"cap", VALUE_LIST, GROUP_SANDBOX,
					PLATFORM_LINUX, SENSITIVE_NOT,
					FACT_FORK_KEEPS | FACT_AGES, 16},
	[FACT_NAMESPACES] = {"namespaces", "NAMESPACES", "Namespaces",
			     "The namespaces that differ from ours, each with "
			     "its inode number.",
			     "namespace", VALUE_DICT, GROUP_SANDBOX,
			     PLATFORM_LINUX, SENSITIVE_NOT,
			     FACT_FORK_KEEPS | FACT_AGES, 20},
	[FACT_NAMESPACE_PIDS] = {"namespace_pids", "INNER PID",
				 "Pids by namespace",
				 "Its process id in each pid namespace it is "
				 "in, outermost first.",
				 "", VALUE_LIST, GROUP_SANDBOX, PLATFORM_LINUX,
				 SENSITIVE_NOT, FACT_AGES, 10},
	[FACT_ROOT_DIRECTORY] = {"root_directory", "ROOT", "Root directory",
				 "The directory it sees as /.", "",
				 VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
				 SENSITIVE_PATH, FACT_FORK_KEEPS | FACT_AGES,
				 20},
	[FACT_LSM_LABEL] = {"lsm_label", "LABEL", "Security label",
			    "Its AppArmor profile or SELinux context.", "",
			    VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
			    SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_AGES, 24},
	[FACT_LANDLOCK] = {"landlock", "LANDLOCK", "Landlock",
			   "Whether it has restricted itself with Landlock.",
			   "", VALUE_BOOL, GROUP_SANDBOX, PLATFORM_LINUX,
			   SENSITIVE_NOT, FACT_FORK_KEEPS, 8},
	[FACT_FLATPAK_APP] = {"flatpak_app", "FLATPAK", "Flatpak app",
			      "The id of the Flatpak app it runs in.", "",
			      VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
			      SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_AGES, 24},
	[FACT_FLATPAK_PERMISSIONS] = {"flatpak_permissions", "PERMISSIONS",
				      "Flatpak permissions",
				      "What Flatpak lets the app use, by kind.",
				      "", VALUE_DICT, GROUP_SANDBOX,
				      PLATFORM_LINUX, SENSITIVE_PATH,
				      FACT_FORK_KEEPS | FACT_AGES, 20},
	[FACT_SNAP] = {"snap", "SNAP", "Snap",
		       "The snap, and its app, that it runs in.", "",
		       VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
		       SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_AGES, 18},
	[FACT_CONTAINER_ENGINE] = {"container_engine", "ENGINE",
				   "Container engine",
				   "The program that made the container it "
				   "runs in: docker, podman and so on.",
				   "", VALUE_STRING, GROUP_SANDBOX,
				   PLATFORM_LINUX, SENSITIVE_NOT,
				   FACT_FORK_KEEPS | FACT_AGES, 10},
	[FACT_CONTAINER_ID] = {"container_id", "CONTAINER", "Container id",
			       "The id of the container it runs in.", "",
			       VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
			       SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_AGES, 12},
	[FACT_CGROUP] = {"cgroup", "CGROUP", "Control group",
			 "The path of its control group.", "", VALUE_STRING,
			 GROUP_SANDBOX, PLATFORM_LINUX, SENSITIVE_USER,
			 FACT_FORK_KEEPS | FACT_AGES, 24},
	[FACT_UNIT] = {"unit", "UNIT", "Systemd unit",
		       "The systemd unit that its control group names.", "",
		       VALUE_STRING, GROUP_SANDBOX, PLATFORM_LINUX,
		       SENSITIVE_USER, FACT_FORK_KEEPS | FACT_AGES, 20},
	[FACT_BUILD_ID] =
		{"build_id", "BUILD ID", "Build id",
		 "The id its program was built with, which is no signature.",
		 "", VALUE_STRING, GROUP_CODE, PLATFORM_LINUX, SENSITIVE_NOT,
		 FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 12},
	[FACT_PACKAGE] = {"package", "PACKAGE", "Package",
			  "The installed package that its program belongs to.",
			  "", VALUE_STRING, GROUP_CODE, PLATFORM_LINUX,
			  SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_EXEC_CLEARS,
			  20},
	[FACT_EXECUTABLE_DELETED] =
		{"executable_deleted", "DELETED", "Executable deleted",
		 "Whether the file of its program was removed or replaced "
		 "while it ran.",
		 "", VALUE_BOOL, GROUP_CODE, PLATFORM_LINUX, SENSITIVE_NOT,
		 FACT_FORK_KEEPS | FACT_EXEC_CLEARS | FACT_AGES, 7},
	[FACT_CONTAINER_PATH] =
		{"container_path", "CONTAINER", "Container path",
		 "The directory that App Sandbox gave it as its home.", "",
		 VALUE_STRING, GROUP_SANDBOX, PLATFORM_MACOS, SENSITIVE_PATH,
		 FACT_FORK_KEEPS | FACT_EXEC_CLEARS | FACT_AGES, 24},
	[FACT_APP_GROUPS] = {"app_groups", "APP GROUPS", "App groups",
			     "The groups whose containers and names it shares.",
			     "group", VALUE_LIST, GROUP_SANDBOX, PLATFORM_MACOS,
			     SENSITIVE_NOT, FACT_FORK_KEEPS | FACT_EXEC_CLEARS,
			     20},
	[FACT_PROFILE] =
		{"profile", "PROFILE", "Provisioning profile",
		 "The provisioning profile that its bundle embeds, by name.",
		 "", VALUE_STRING, GROUP_CODE, PLATFORM_MACOS, SENSITIVE_USER,
		 FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 20},
	[FACT_HARDENED_RUNTIME] = {"hardened_runtime", "HARDENED",
				   "Hardened runtime",
				   "Whether it runs with the hardened runtime.",
				   "", VALUE_BOOL, GROUP_CODE, PLATFORM_MACOS,
				   SENSITIVE_NOT,
				   FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 8},
	[FACT_LIBRARY_VALIDATION] = {"library_validation", "LIBVAL",
				     "Library validation",
				     "Whether it can load only libraries of "
				     "its own team or of the system.",
				     "", VALUE_BOOL, GROUP_CODE, PLATFORM_MACOS,
				     SENSITIVE_NOT,
				     FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 6},
	[FACT_GET_TASK_ALLOW] = {"get_task_allow", "DEBUG", "Get task allow",
				 "Whether a debugger may take control of it.",
				 "", VALUE_BOOL, GROUP_CODE, PLATFORM_MACOS,
				 SENSITIVE_NOT,
				 FACT_FORK_KEEPS | FACT_EXEC_CLEARS, 5},
	[FACT_LAUNCHD_LABEL] =
		{"launchd_label", "LAUNCHD", "Launchd label",
		 "The name of the launchd job it was started as.", "",
		 VALUE_STRING, GROUP_OVERVIEW, PLATFORM_MACOS, SENSITIVE_NOT,
		 FACT_EXEC_CLEARS, 28},
};

static const char *const state_ids[] = {
	[FACT_PENDING] = "pending",
	[FACT_KNOWN] = "known",
	[FACT_INFERRED] = "inferred",
	[FACT_ABSENT] = "absent",
	[FACT_NEEDS_PRIVILEGE] = "needs_privilege",
	[FACT_UNSUPPORTED] = "unsupported",
	[FACT_FAILED] = "failed",
};

_Static_assert(sizeof(state_ids) / sizeof(*state_ids) == FACT_STATE_COUNT,
	       "every state of a fact has an id");

static const char *const group_labels[] = {
	[GROUP_OVERVIEW] = "Overview", [GROUP_SANDBOX] = "Sandbox",
	[GROUP_CODE] = "Code",         [GROUP_ENTITLEMENTS] = "Entitlements",
	[GROUP_NAMES] = "Names",       [GROUP_DENIALS] = "Denials",
};

_Static_assert(sizeof(group_labels) / sizeof(*group_labels) == GROUP_COUNT,
	       "every group has a label");

enum fact_id fact_by_id(struct slice id)
{
	for (int i = 0; i < FACT_COUNT; i++)
		if (slice_is(id, fact_table[i].id))
			return (enum fact_id)i;
	return FACT_NONE;
}

const char *fact_state_id(enum fact_state state)
{
	return (unsigned)state < FACT_STATE_COUNT ? state_ids[state] : "";
}

enum fact_state fact_state_by_id(struct slice id)
{
	for (size_t i = 0; i < FACT_STATE_COUNT; i++)
		if (slice_is(id, state_ids[i]))
			return (enum fact_state)i;
	return FACT_STATE_COUNT;
}

const char *fact_group_label(enum fact_group group)
{
	return (unsigned)group < GROUP_COUNT ? group_labels[group] : "";
}
