/*
 * What Linux says of a program's file: build-id, owning package, set-id bits,
 * file capabilities, and whether the file is still the one at its path.
 *
 * struct linux_code is plain bytes: a worker reads it, another thread makes
 * facts of it. None of this is a signature.
 */
#ifndef PROBES_LINUX_CODE_PROGRAM_H
#define PROBES_LINUX_CODE_PROGRAM_H

#include "../../model/code.h"
#include "../../model/event.h"
#include "../files/file.h"
#include "code_package.h"

enum linux_code_path {
	CODE_PATH_SAME = 0, /* the path leads to this very file */
	CODE_PATH_REMOVED,  /* nothing is there any more */
	CODE_PATH_REPLACED, /* another file is there */
	CODE_PATH_MEMORY,   /* a memfd: it never had a path */
	CODE_PATH_UNKNOWN,  /* could not be looked up, or no path */
};

struct linux_code {
	enum status elf; /* STATUS_UNSUPPORTED: no ELF file (a script) */
	uint8_t build_id[64];
	uint32_t build_id_len;
	enum status package;
	char package_text[PACKAGE_TEXT_MAX];
	enum linux_code_path path;
	bool set_user_id, set_group_id, nosuid;
	uint32_t uid, gid;
	enum status capabilities; /* STATUS_NOT_FOUND: none */
	uint8_t attribute[32];    /* security.capability */
	uint32_t attribute_len;
};

/*
 * f: the open program. path: as the system has it, without symbolic links; of
 * a live process the link /proc/PID/exe, with its " (deleted)". Empty: not
 * known. root: an open directory that path and the package database are
 * below, "/" in earnest. Takes some 20 ms: for a worker. Runs on any thread.
 */
void linux_code_read(const struct file *f, struct slice path, int root,
		     struct linux_code *out);

/* package, set_id, file_capabilities, executable_deleted and, where
 * build_id was not set by elf_facts, build_id. */
void linux_code_facts(const struct linux_code *c, struct value_pool *pool,
		      struct code *code);

enum { LINUX_CODE_EVENT_FACTS = 3 };

/* build_id, package and executable_deleted for a process's event. Returns how
 * many were written; the values are the caller's to release. */
size_t linux_code_event_facts(const struct linux_code *c,
			      struct value_pool *pool,
			      struct event_fact out[LINUX_CODE_EVENT_FACTS]);

#endif
