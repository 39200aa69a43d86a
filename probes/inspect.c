#include "inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/base/vec.h"
#include "inspect_internal.h"
#include "parse/seal.h"

struct report inspect_report(struct inspecting *in, struct slice display)
{
	return (struct report){&in->out->findings, display};
}

struct slice inspect_display(const struct inspecting *in, struct slice path,
			     char buffer[ENTRY_PATH_MAX])
{
	return seal_display_path(in->top, path, buffer);
}

bool inspect_cancelled(const struct inspecting *in)
{
	return in->o->cancelled && in->o->cancelled(in->o->context);
}

enum status inspect_add_node(struct inspecting *in, struct slice display,
			     const char *kind, size_t parent, size_t *index,
			     struct error *err)
{
	struct inspection *out = in->out;

	if (!vec_reserve((void **)&out->nodes, &out->node_cap,
			 out->node_count + 1, sizeof(*out->nodes),
			 BUNDLE_NODES_MAX + 1))
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for %zu parts of a bundle",
				 out->node_count);
	*index = out->node_count++;
	out->nodes[*index] = (struct inspect_node){
		.path = value_string(in->pool, display),
		.kind = value_text(in->pool, kind),
		.facts = value_none,
		.parent = parent,
		.first_code = out->code_count,
		.profile = value_none,
	};
	return STATUS_OK;
}

struct code *inspect_add_code(struct inspecting *in, size_t node,
			      struct slice display, struct error *err)
{
	struct inspection *out = in->out;
	struct code *code;

	if (!vec_reserve((void **)&out->codes, &out->code_cap,
			 out->code_count + 1, sizeof(*out->codes), CODES_MAX)) {
		(void)error_set(err, STATUS_LIMIT, -1,
				"more than %d programs, counting each "
				"architecture",
				(int)CODES_MAX);
		return NULL;
	}
	code = &out->codes[out->code_count++];
	code_init(code);
	code->path = value_string(in->pool, display);
	out->nodes[node].code_count++;
	return code;
}

enum status inspect_load(struct inspecting *in, struct slice path, size_t max,
			 uint8_t **out, size_t *len, struct error *err)
{
	char buffer[ENTRY_PATH_MAX];
	struct report report;
	struct error why;
	struct file f;
	enum status status = file_open_below(in->root, path, &f, &why);

	if (!status) {
		status = file_load(&f, max, out, len, &why);
		if (!status) {
			status = file_unchanged(&f, &why);
			if (status)
				free(*out);
		}
		file_close(&f);
	}
	if (status) {
		report = inspect_report(in, inspect_display(in, path, buffer));
		REPORT(&report, "file_unreadable", SEVERITY_ERROR, why.offset,
		       "could not be read: %s", why.message);
		if (err)
			*err = why;
	}
	return status;
}

static bool is_unsigned(const struct code *c)
{
	return slice_is(value_slice(c->facts[FACT_SIGNING_CLASS].value),
			"unsigned");
}

/* Code that is not signed beside code that is. */
static void compare_codes(struct inspecting *in)
{
	const struct inspection *out = in->out;
	size_t first_unsigned = 0;

	for (size_t i = 0; i < out->node_count; i++) {
		const struct inspect_node *n = &out->nodes[i];
		struct report report;
		size_t without = 0;

		for (size_t k = 0; k < n->code_count; k++)
			without += is_unsigned(&out->codes[n->first_code + k]);
		if (i == 0)
			first_unsigned = without;
		if (!without)
			continue;
		report = inspect_report(
			in, value_slice(out->codes[n->first_code].path));
		if (without < n->code_count)
			REPORT(&report, "slice_unsigned", SEVERITY_WARNING, -1,
			       "%zu of its %zu architectures %s not signed",
			       without, n->code_count,
			       without == 1 ? "is" : "are");
		else if (i > 0 && !first_unsigned)
			REPORT(&report, "nested_unsigned", SEVERITY_WARNING, -1,
			       "this is not signed, and what it is in is");
	}
}

/* The last component, also of "dir/", "." and "..". */
static char *name_of(const char *path)
{
	struct slice s = slice_text(path);
	char *real;

	while (s.len > 1 && s.ptr[s.len - 1] == '/')
		s.len--;
	if (s.len == 1 && s.ptr[0] == '/')
		return strdup("/");
	s = slice_base_name(s);
	if (!slice_is(s, ".") && !slice_is(s, ".."))
		return strndup((const char *)s.ptr, s.len);
	real = realpath(path, NULL);
	if (!real)
		return strdup(path);
	s = slice_base_name(slice_text(real));
	memmove(real, s.ptr, s.len + 1);
	return real;
}

enum status inspect_path(const char *path, const struct inspect_options *o,
			 struct inspection *out, struct error *err)
{
	struct inspecting in = {
		.o = o, .out = out, .pool = o->pool, .root = -1};
	struct stat st;
	enum status status;
	char *name, *real;

	*out = (struct inspection){.pool = o->pool};
	findings_init(&out->findings, o->pool);
	in.work.o = o;
	atomic_init(&in.work.cancelled, false);
	atomic_init(&in.work.done, 0);
	if (stat(path, &st) < 0)
		return error_set(err, status_from_errno(errno), -1, "%s",
				 strerror(errno));
	real = inspect_system_path(path);
	name = name_of(inspect_is_process(path) && real ? real : path);
	free(real);
	if (!name)
		return error_set(err, STATUS_MEMORY, -1, "no memory");
	in.top = slice_text(name);
	status = S_ISDIR(st.st_mode) ? inspect_bundle(&in, path, err)
				     : inspect_file(&in, path, err);
	compare_codes(&in);
	free(name);
	return status;
}

#ifdef __linux__
enum status inspect_process(int64_t pid, const struct inspect_options *o,
			    struct inspection *out, struct error *err)
{
	char path[64];
	struct stat st;
	enum status status;

	(void)snprintf(path, sizeof(path), "/proc/%lld/exe", (long long)pid);
	status = inspect_path(path, o, out, err);
	if (status == STATUS_PRIVILEGE)
		return error_set(err, status, -1,
				 "the program of another user's process: its "
				 "owner or CAP_SYS_PTRACE may read it");
	if (status != STATUS_NOT_FOUND)
		return status;
	(void)snprintf(path, sizeof(path), "/proc/%lld", (long long)pid);
	return error_set(err, status, -1, "%s",
			 stat(path, &st) < 0
				 ? "there is no process of this number"
				 : "this process runs no program's file: a "
				   "kernel thread, or it is ending");
}
#else
enum status inspect_process(int64_t pid, const struct inspect_options *o,
			    struct inspection *out, struct error *err)
{
	(void)pid;
	*out = (struct inspection){.pool = o->pool};
	findings_init(&out->findings, o->pool);
	return error_set(err, STATUS_UNSUPPORTED, -1,
			 "a process's program is found by its pid on Linux "
			 "only; give its path");
}
#endif

void inspection_release(struct inspection *i)
{
	for (size_t k = 0; k < i->code_count; k++)
		code_release(i->pool, &i->codes[k]);
	for (size_t k = 0; k < i->node_count; k++) {
		value_release(i->pool, i->nodes[k].path);
		value_release(i->pool, i->nodes[k].kind);
		value_release(i->pool, i->nodes[k].facts);
		value_release(i->pool, i->nodes[k].profile);
	}
	free(i->codes);
	free(i->nodes);
	findings_release(&i->findings);
	*i = (struct inspection){.pool = i->pool};
}
