/* A file that is asked about alone: what lies around it is looked for only
 * where a bundle has it. */
#include <stdlib.h>
#include <unistd.h>

#include "../model/base/plist_in.h"
#include "inspect_internal.h"
#include "parse/info_plist.h"
#include "parse/seal.h"

bool inspect_is_process(const char *path)
{
	unsigned pid;
	int end = 0;

	return sscanf(path, "/proc/%u/exe%n", &pid, &end) == 1 && end > 0 &&
	       !path[end];
}

/* The path that the system has for it: of /proc/PID/exe what the kernel says
 * it leads to, of another one the path without links. The caller frees it;
 * NULL where there is none. */
char *inspect_system_path(const char *path)
{
	char target[ENTRY_PATH_MAX];
	ssize_t n;

	if (!inspect_is_process(path))
		return realpath(path, NULL);
	n = readlink(path, target, sizeof(target) - 1);
	return n > 0 ? strndup(target, (size_t)n) : NULL;
}

/* What was signed together with the main program of X.app, also when the
 * program is asked about alone. */
struct neighbours {
	uint8_t *info_memory, *seal_memory;
	struct value info;
	struct profile profile;
	bool has_profile;
};

/* folder + "/../" + name; false where there is no such file. */
static bool load_beside(struct slice folder, const char *name, size_t max,
			uint8_t **memory, size_t *len)
{
	char path[ENTRY_PATH_MAX];
	struct file f;
	enum status status;

	if (folder.len + strlen(name) + sizeof("/../") > sizeof(path))
		return false;
	(void)snprintf(path, sizeof(path), "%.*s/../%s", (int)folder.len,
		       (const char *)folder.ptr, name);
	if (file_open(path, &f, NULL))
		return false;
	status = file_load(&f, max, memory, len, NULL);
	file_close(&f);
	return !status;
}

static void load_profile(struct inspecting *in, struct slice folder,
			 struct neighbours *n, struct surroundings *around)
{
	struct report report = inspect_report(
		in, SLICE_LITERAL("../embedded.provisionprofile"));
	struct error why;
	uint8_t *memory;
	size_t len;

	if (!load_beside(folder, "embedded.provisionprofile", PROFILE_BYTES_MAX,
			 &memory, &len))
		return;
	if (profile_read(in->pool, slice_of(memory, len), &report, &n->profile,
			 &why)) {
		REPORT(&report, "profile_malformed", SEVERITY_ERROR, why.offset,
		       "%s", why.message);
	} else {
		n->has_profile = true;
		around->profile = &n->profile;
	}
	free(memory);
}

/* path: without links. Only for the program that Info.plist names. */
static void find_neighbours(struct inspecting *in, const char *path,
			    struct neighbours *n, struct surroundings *around)
{
	struct slice folder = slice_dir_name(slice_text(path));
	size_t len;

	if (!slice_is(slice_base_name(folder), "MacOS") ||
	    !slice_is(slice_base_name(slice_dir_name(folder)), "Contents") ||
	    !load_beside(folder, "Info.plist", INFO_PLIST_BYTES_MAX,
			 &n->info_memory, &len) ||
	    plist_read(in->pool, slice_of(n->info_memory, len), NULL, &n->info,
		       NULL) ||
	    !slice_equal(info_plist_text(n->info, "CFBundleExecutable"),
			 slice_base_name(slice_text(path))))
		return;
	around->in_bundle = true;
	around->info = n->info;
	around->info_plist = slice_of(n->info_memory, len);
	if (load_beside(folder, "_CodeSignature/CodeResources", SEAL_BYTES_MAX,
			&n->seal_memory, &len))
		around->seal = slice_of(n->seal_memory, len);
	load_profile(in, folder, n, around);
}

static void release(struct inspecting *in, struct neighbours *n)
{
	if (n->has_profile)
		profile_release(&n->profile);
	value_release(in->pool, n->info);
	free(n->info_memory);
	free(n->seal_memory);
}

static enum status read_program(struct inspecting *in, const struct file *f,
				const char *real, struct error *err)
{
	struct surroundings around = {.info = value_none};
	struct neighbours n = {.info = value_none};
	enum status status;
	size_t node;

	status = inspect_add_node(in, in->top, "file", SIZE_MAX, &node, err);
	if (status)
		return status;
	if (real) {
		around.system_path = slice_text(real);
		find_neighbours(in, real, &n, &around);
	}
	around.alone = !around.in_bundle;
	if (n.has_profile)
		in->out->nodes[node].profile = profile_describe(&n.profile);
	in->work.total = f->size;
	status = inspect_program(in, f, in->top, node, &around, err);
	release(in, &n);
	return status;
}

enum status inspect_file(struct inspecting *in, const char *path,
			 struct error *err)
{
	struct file f;
	enum status status = file_open(path, &f, err);
	char *real;

	if (status)
		return status;
	real = inspect_system_path(path);
	status = inspect_is_program(&f)
			 ? read_program(in, &f, real, err)
			 : inspect_document(in, &f, in->top, err);
	free(real);
	file_close(&f);
	return status;
}
