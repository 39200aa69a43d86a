#include "code_program.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../parse/elf.h"
#include "../parse/file_capabilities.h"
#include "../parse/proc_text.h"

static void read_build_id(const struct file *f, struct linux_code *out)
{
	struct bytes b = file_bytes(f);
	uint8_t magic[4];
	struct elf e;

	out->elf = STATUS_UNSUPPORTED;
	if (b.size < sizeof(magic) || b.read(&b, 0, 4, magic, NULL) ||
	    !elf_is_likely(slice_of(magic, 4)))
		return;
	out->elf = elf_read(&b, NULL, &e, NULL);
	if (e.build_id_len) {
		memcpy(out->build_id, e.build_id, e.build_id_len);
		out->build_id_len = (uint32_t)e.build_id_len;
		out->elf = STATUS_OK;
	}
	elf_release(NULL, &e);
}

static void read_capabilities(const struct file *f, struct linux_code *out)
{
	ssize_t n = fgetxattr(f->fd, "security.capability", out->attribute,
			      sizeof(out->attribute));

	if (n >= 0) {
		out->capabilities = STATUS_OK;
		out->attribute_len = (uint32_t)n;
	} else if (errno == ENODATA || errno == ENOTSUP) {
		out->capabilities = STATUS_NOT_FOUND;
	} else {
		out->capabilities = status_from_errno(errno);
	}
}

static void read_set_id(const struct file *f, struct linux_code *out)
{
	struct statvfs fs;

	out->set_user_id = (f->mode & S_ISUID) != 0;
	/* Without the group's execute bit it is no set-group-id program. */
	out->set_group_id = (f->mode & S_ISGID) && (f->mode & S_IXGRP);
	out->uid = f->uid;
	out->gid = f->gid;
	out->nosuid = fstatvfs(f->fd, &fs) == 0 && (fs.f_flag & ST_NOSUID) != 0;
}

/* Whether the path leads to the file that is open. */
static enum linux_code_path compare_path(const struct file *f,
					 struct slice path, int root,
					 bool deleted)
{
	char name[4096];
	struct stat st;

	if (slice_starts(path, "/memfd:"))
		return CODE_PATH_MEMORY;
	if (path.len < 2 || path.ptr[0] != '/' || path.len >= sizeof(name))
		return CODE_PATH_UNKNOWN;
	memcpy(name, path.ptr + 1, path.len - 1);
	name[path.len - 1] = 0;
	/* Unless the kernel says that it was removed, a path that leads
	 * elsewhere is one of another mount namespace. */
	deleted = deleted || !f->links;
	if (fstatat(root, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if ((uint64_t)st.st_dev == f->device &&
		    (uint64_t)st.st_ino == f->inode)
			return CODE_PATH_SAME;
		return deleted ? CODE_PATH_REPLACED : CODE_PATH_UNKNOWN;
	}
	if (deleted && (errno == ENOENT || errno == ENOTDIR))
		return CODE_PATH_REMOVED;
	return CODE_PATH_UNKNOWN;
}

/* A path that leads elsewhere says nothing of the file that is open. */
static void read_package(struct slice path, int root, struct linux_code *out)
{
	struct text t;

	out->package = STATUS_NOT_FOUND;
	if (out->path == CODE_PATH_MEMORY)
		return;
	if (out->path != CODE_PATH_SAME) {
		out->package = STATUS_IO;
		return;
	}
	text_init(&t, PACKAGE_TEXT_MAX - 1);
	out->package = package_owner(root, path, &t, NULL);
	if (!out->package)
		memcpy(out->package_text, t.ptr, t.len);
	text_release(&t);
}

void linux_code_read(const struct file *f, struct slice path, int root,
		     struct linux_code *out)
{
	bool deleted = false;
	struct slice plain = proc_link_path(path, &deleted);

	*out = (struct linux_code){.elf = STATUS_OK};
	/* A file may really be named "x (deleted)". */
	if (deleted && compare_path(f, path, root, false) == CODE_PATH_SAME) {
		plain = path;
		deleted = false;
	}
	out->path = compare_path(f, plain, root, deleted);
	/* The old file's number may be given to the new one. */
	if (deleted && out->path == CODE_PATH_SAME)
		out->path = CODE_PATH_REPLACED;
	read_build_id(f, out);
	read_capabilities(f, out);
	read_set_id(f, out);
	read_package(plain, root, out);
}

static struct fact build_id_fact(const struct linux_code *c,
				 struct value_pool *pool)
{
	char hex[2 * sizeof(c->build_id) + 1] = "";

	for (size_t i = 0; i < c->build_id_len; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", c->build_id[i]);
	if (c->build_id_len)
		return fact_known(value_text(pool, hex));
	if (c->elf == STATUS_UNSUPPORTED)
		return fact_gap(FACT_ABSENT, "not an ELF file");
	if (c->elf)
		return fact_gap(FACT_FAILED,
				"its ELF headers could not be read");
	return fact_gap(FACT_ABSENT, NULL);
}

static struct fact package_fact(const struct linux_code *c,
				struct value_pool *pool)
{
	switch (c->package) {
	case STATUS_OK:
		return fact_known(value_text(pool, c->package_text));
	case STATUS_NOT_FOUND:
		return fact_gap(FACT_ABSENT, NULL);
	case STATUS_UNSUPPORTED:
		return fact_gap(FACT_UNSUPPORTED,
				"no package database that can be read");
	case STATUS_PRIVILEGE:
		return fact_gap(FACT_NEEDS_PRIVILEGE, "the package database");
	default:
		break;
	}
	switch (c->path) {
	case CODE_PATH_REMOVED:
	case CODE_PATH_REPLACED:
		return fact_gap(FACT_FAILED, "its file is no longer the one "
					     "that is installed");
	case CODE_PATH_UNKNOWN:
		return fact_gap(FACT_FAILED, "its path leads to no file here: "
					     "another mount namespace");
	default:
		return fact_gap(FACT_FAILED,
				"the package database could not be read");
	}
}

static struct fact deleted_fact(const struct linux_code *c)
{
	switch (c->path) {
	case CODE_PATH_SAME:
		return fact_known(value_bool(false));
	case CODE_PATH_UNKNOWN:
		return fact_gap(FACT_FAILED, "its path leads to no file here: "
					     "another mount namespace");
	default:
		return fact_known(value_bool(true));
	}
}

size_t linux_code_event_facts(const struct linux_code *c,
			      struct value_pool *pool,
			      struct event_fact out[LINUX_CODE_EVENT_FACTS])
{
	out[0] = (struct event_fact){FACT_BUILD_ID, build_id_fact(c, pool)};
	out[1] = (struct event_fact){FACT_PACKAGE, package_fact(c, pool)};
	out[2] = (struct event_fact){FACT_EXECUTABLE_DELETED, deleted_fact(c)};
	return LINUX_CODE_EVENT_FACTS;
}

static void set(struct value_pool *pool, struct code *code, enum fact_id id,
		struct fact fact)
{
	if (fact_has_value(&fact))
		code_set(pool, code, id, fact.value);
	else
		code_set_gap(pool, code, id, fact.state, fact.reason);
}

static void set_ids(const struct linux_code *c, struct value_pool *pool,
		    struct code *code)
{
	const char *note = c->nosuid ? " (ignored: nosuid mount)" : "";
	struct value items[2];
	char text[64];
	size_t n = 0;

	if (c->set_user_id) {
		(void)snprintf(text, sizeof(text), "setuid %u%s",
			       (unsigned)c->uid, note);
		items[n++] = value_text(pool, text);
	}
	if (c->set_group_id) {
		(void)snprintf(text, sizeof(text), "setgid %u%s",
			       (unsigned)c->gid, note);
		items[n++] = value_text(pool, text);
	}
	if (n)
		code_set(pool, code, FACT_SET_ID, value_list(pool, items, n));
	else
		code_set_gap(pool, code, FACT_SET_ID, FACT_ABSENT, NULL);
}

static void set_capabilities(const struct linux_code *c,
			     struct value_pool *pool, struct code *code)
{
	struct file_capabilities parsed;

	if (c->capabilities == STATUS_NOT_FOUND)
		code_set_gap(pool, code, FACT_FILE_CAPABILITIES, FACT_ABSENT,
			     NULL);
	else if (c->capabilities)
		code_set_gap(pool, code, FACT_FILE_CAPABILITIES, FACT_FAILED,
			     "the attribute security.capability could not be "
			     "read");
	else if (file_capabilities_parse(
			 slice_of(c->attribute, c->attribute_len), &parsed,
			 NULL))
		code_set_gap(pool, code, FACT_FILE_CAPABILITIES, FACT_FAILED,
			     "the attribute security.capability is damaged");
	else
		code_set(pool, code, FACT_FILE_CAPABILITIES,
			 file_capabilities_value(pool, &parsed));
}

void linux_code_facts(const struct linux_code *c, struct value_pool *pool,
		      struct code *code)
{
	if (code->facts[FACT_BUILD_ID].state == FACT_PENDING)
		set(pool, code, FACT_BUILD_ID, build_id_fact(c, pool));
	set(pool, code, FACT_PACKAGE, package_fact(c, pool));
	set(pool, code, FACT_EXECUTABLE_DELETED, deleted_fact(c));
	code->facts[FACT_PACKAGE].source = SOURCE_PACKAGES;
	set_ids(c, pool, code);
	set_capabilities(c, pool, code);
}
