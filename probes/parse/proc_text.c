#include "proc_text.h"

#include "../../model/base/cursor.h"

const char *const proc_namespace_names[NAMESPACE_COUNT] = {
	[NAMESPACE_USER] = "user",     [NAMESPACE_PID] = "pid",
	[NAMESPACE_NET] = "net",       [NAMESPACE_MNT] = "mnt",
	[NAMESPACE_IPC] = "ipc",       [NAMESPACE_UTS] = "uts",
	[NAMESPACE_CGROUP] = "cgroup", [NAMESPACE_TIME] = "time",
};

uint32_t proc_namespace_first(enum proc_namespace kind)
{
	static const uint32_t first[NAMESPACE_COUNT] = {
		[NAMESPACE_USER] = 0xEFFFFFFDU,
		[NAMESPACE_PID] = 0xEFFFFFFCU,
		[NAMESPACE_IPC] = 0xEFFFFFFFU,
		[NAMESPACE_UTS] = 0xEFFFFFFEU,
		[NAMESPACE_CGROUP] = 0xEFFFFFFBU,
		[NAMESPACE_TIME] = 0xEFFFFFFAU,
	};

	return (unsigned)kind < NAMESPACE_COUNT ? first[kind] : 0;
}

bool proc_namespace_parse(struct slice link, enum proc_namespace kind,
			  uint32_t *inode)
{
	const char *name = proc_namespace_names[kind];
	size_t n = strlen(name);
	int64_t number;

	if (!slice_starts(link, name) || link.len < n + 4 ||
	    link.ptr[n] != ':' || link.ptr[n + 1] != '[' ||
	    link.ptr[link.len - 1] != ']' ||
	    !slice_to_int(slice_part(link, n + 2, link.len - n - 3), &number) ||
	    number <= 0 || number > UINT32_MAX)
		return false;
	*inode = (uint32_t)number;
	return true;
}

bool proc_loadavg_last_pid(struct slice text, int64_t *pid)
{
	size_t start;

	if (!text.len || text.ptr[text.len - 1] != '\n')
		return false;
	start = text.len - 1;
	while (start > 0 && text.ptr[start - 1] != ' ')
		start--;
	return start > 0 &&
	       slice_to_int(slice_part(text, start, text.len - 1 - start), pid);
}

struct slice proc_link_path(struct slice link, bool *deleted)
{
	struct slice mark = SLICE_LITERAL(" (deleted)");

	*deleted = link.len > mark.len &&
		   slice_equal(slice_part(link, link.len - mark.len, mark.len),
			       mark);
	return *deleted ? slice_part(link, 0, link.len - mark.len) : link;
}

bool proc_root_is_empty(struct slice root)
{
	bool deleted;
	struct slice rest = proc_link_path(root, &deleted);
	int64_t pid;

	if (!slice_starts(rest, "/proc/"))
		return false;
	rest = slice_part(rest, 6, rest.len);
	return slice_to_int(slice_take(&rest, '/'), &pid) &&
	       slice_is(rest, "fdinfo");
}

/* Domains of SELinux's reference policy to which it forbids nothing, and
 * where everything starts before a policy says more. */
static const char *const selinux_open_types[] = {
	"unconfined_t", "unconfined_service_t",
	"kernel_t",     "init_t",
	"initrc_t",     "spc_t",
};

static bool parse_selinux(struct slice text, struct proc_label *out)
{
	struct slice rest = text;
	struct slice user = slice_take(&rest, ':');
	struct slice role = slice_take(&rest, ':');
	struct slice type = slice_take(&rest, ':');

	if (!user.len || !role.len || !type.len)
		return false;
	out->kind = LABEL_SELINUX;
	out->name = type;
	out->confines = true;
	for (size_t i = 0; i < sizeof(selinux_open_types) / sizeof(char *); i++)
		if (slice_is(type, selinux_open_types[i]))
			out->confines = false;
	return true;
}

static bool parse_apparmor(struct slice text, struct proc_label *out)
{
	size_t open = text.len;
	struct slice mode;

	if (!text.len || text.ptr[text.len - 1] != ')')
		return false;
	while (open > 0 && text.ptr[open - 1] != '(')
		open--;
	if (open < 3 || text.ptr[open - 2] != ' ')
		return false;
	mode = slice_part(text, open, text.len - 1 - open);
	out->kind = LABEL_APPARMOR;
	out->name = slice_part(text, 0, open - 2);
	out->confines =
		!slice_is(mode, "complain") && !slice_is(mode, "unconfined");
	return true;
}

void proc_label_parse(struct slice text, struct proc_label *out)
{
	while (text.len && (text.ptr[text.len - 1] == '\n' ||
			    text.ptr[text.len - 1] == '\0'))
		text.len--;
	*out = (struct proc_label){.text = text, .name = text};
	if (!text.len)
		return;
	if (slice_is(text, "unconfined")) {
		out->kind = LABEL_APPARMOR;
		return;
	}
	if (parse_apparmor(text, out) || parse_selinux(text, out))
		return;
	/* Smack's "_" is what every process of the system has. */
	out->kind = LABEL_OTHER;
	out->confines = !slice_is(text, "_") && !slice_is(text, "kernel");
}

size_t proc_cmdline_count(struct slice cmdline, bool *cut)
{
	size_t count = 0;
	size_t empty = 0;

	*cut = false;
	while (cmdline.ptr && cmdline.len) {
		size_t end = slice_find_byte(cmdline, 0);

		if (count == PROC_ARGUMENTS_MAX) {
			*cut = true;
			return count;
		}
		count++;
		empty = end ? 0 : empty + 1;
		cmdline = slice_part(cmdline, end + 1, cmdline.len);
	}
	return empty >= PROC_ARGUMENT_PADDING ? count - empty : count;
}

static void parse_option(struct slice option, enum proc_hidepid *out)
{
	static const struct {
		const char *text;
		enum proc_hidepid mode;
	} words[] = {
		{"hidepid=0", HIDEPID_OFF},
		{"hidepid=off", HIDEPID_OFF},
		{"hidepid=1", HIDEPID_NOACCESS},
		{"hidepid=noaccess", HIDEPID_NOACCESS},
		{"hidepid=2", HIDEPID_INVISIBLE},
		{"hidepid=invisible", HIDEPID_INVISIBLE},
		{"hidepid=4", HIDEPID_PTRACEABLE},
		{"hidepid=ptraceable", HIDEPID_PTRACEABLE},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_is(option, words[i].text))
			*out = words[i].mode;
}

/* "22 27 0:21 / /proc rw,relatime shared:1 - proc proc rw,hidepid=2" */
static bool parse_mount(struct slice line, const char *mount_point,
			enum proc_hidepid *out)
{
	struct slice field = {NULL, 0};

	for (int i = 0; i < 5; i++)
		field = slice_take(&line, ' ');
	if (!slice_is(field, mount_point))
		return false;
	while (line.len && !slice_is(slice_take(&line, ' '), "-"))
		;
	if (!slice_is(slice_take(&line, ' '), "proc"))
		return false;
	slice_take(&line, ' ');
	*out = HIDEPID_OFF;
	while (line.len)
		parse_option(slice_take(&line, ','), out);
	return true;
}

bool proc_hidepid_parse(struct slice mountinfo, const char *mount_point,
			enum proc_hidepid *out)
{
	bool found = false;

	while (mountinfo.len)
		if (parse_mount(slice_take(&mountinfo, '\n'), mount_point, out))
			found = true;
	return found;
}

/* elf(5) e_machine, include/uapi/linux/elf-em.h. */
static const char *machine_word(unsigned machine, bool wide)
{
	switch (machine) {
	case 3:
		return "i386";
	case 8:
		return wide ? "mips64" : "mips";
	case 21:
		return "ppc64";
	case 22:
		return "s390x";
	case 40:
		return "arm";
	case 62:
		return wide ? "x86_64" : "x32";
	case 183:
		return "arm64";
	case 243:
		return wide ? "riscv64" : "riscv32";
	case 258:
		return "loongarch64";
	default:
		return NULL;
	}
}

const char *proc_elf_machine(struct slice header)
{
	struct cursor c = cursor_of(header);
	struct slice ident = cursor_take(&c, 16);
	bool wide;
	bool big;
	uint64_t machine;

	cursor_take(&c, 2);
	machine = cursor_le(&c, 2);
	if (c.failed || memcmp(ident.ptr, "\177ELF", 4) != 0)
		return NULL;
	wide = ident.ptr[4] == 2;
	big = ident.ptr[5] == 2;
	if (big)
		machine = (machine & 0xff) << 8 | machine >> 8;
	return machine_word((unsigned)machine, wide);
}
