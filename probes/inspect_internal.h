/* Between the parts of inspect. */
#ifndef PROBES_INSPECT_INTERNAL_H
#define PROBES_INSPECT_INTERNAL_H

#include "files/file.h"
#include "files/walk.h"
#include "inspect.h"
#include "inspect_work.h"
#include "parse/bundle.h"
#include "parse/profile.h"
#include "parse/requirement.h"
#include "parse/signature.h"
#include "parse/ticket.h"

enum { INSPECT_SMALL_FILE_MAX = 16 << 20 };

/* One call of inspect_path. */
struct inspecting {
	const struct inspect_options *o;
	struct inspection *out;
	struct value_pool *pool;
	struct slice top; /* the name it is shown by: "MyApp.app" */
	struct work_shared work;

	/* Of a directory: */
	int root;
	struct entries tree;
	struct bundle_list bundles;
	size_t *node_of; /* of each bundle; SIZE_MAX: it is none */
};

/* What lies around a program and was signed with it. Everything is borrowed;
 * empty or NULL: there is none, or nobody knows. */
struct surroundings {
	struct slice system_path; /* absolute, for the package that has it */
	struct slice info_plist;  /* content; ptr NULL: there is none */
	bool in_bundle;           /* there should be one, and a seal */
	bool alone;               /* nobody knows what lies around it */
	struct value info;        /* it, parsed */
	struct slice seal;        /* content of CodeResources */
	const struct profile *profile;
	const struct ticket *ticket;
	struct slice ticket_path;
};

/* The findings of one path, shown below `top`. */
struct report inspect_report(struct inspecting *in, struct slice display);

/* "MyApp.app/Contents/Info.plist" of a path in the tree. */
struct slice inspect_display(const struct inspecting *in, struct slice path,
			     char buffer[ENTRY_PATH_MAX]);

/* Appends; *index is where. The node's values are filled by the caller. */
enum status inspect_add_node(struct inspecting *in, struct slice display,
			     const char *kind, size_t parent, size_t *index,
			     struct error *err);
/* A code of the node, which must be the last one added. */
struct code *inspect_add_code(struct inspecting *in, size_t node,
			      struct slice display, struct error *err);

bool inspect_cancelled(const struct inspecting *in);

/* Loads a file of the tree, finding "file_unreadable" when that fails. The
 * caller frees *out. */
enum status inspect_load(struct inspecting *in, struct slice path, size_t max,
			 uint8_t **out, size_t *len, struct error *err);

/* inspect_program.c. STATUS_UNSUPPORTED, with the sentence, for what is no
 * program; then nothing was added. */
bool inspect_is_program(const struct file *f);
enum status inspect_program(struct inspecting *in, const struct file *f,
			    struct slice display, size_t node,
			    const struct surroundings *around,
			    struct error *err);

/* inspect_file.c: a path that is no directory. */
enum status inspect_file(struct inspecting *in, const char *path,
			 struct error *err);
/* /proc/PID/exe */
bool inspect_is_process(const char *path);
/* The path without links, the caller's to free; NULL where there is none. */
char *inspect_system_path(const char *path);

/* inspect_document.c: a profile or a property list that stands alone. */
enum status inspect_document(struct inspecting *in, const struct file *f,
			     struct slice display, struct error *err);

/* inspect_bundle.c */
enum status inspect_bundle(struct inspecting *in, const char *path,
			   struct error *err);

/* inspect_seal.c: one bundle's seal against the tree. */
enum status inspect_seal(struct inspecting *in, size_t bundle,
			 struct slice content, struct slice executable,
			 struct error *err);

/* inspect_pages.c: the page hashes of every directory of one architecture. */
enum status inspect_pages(struct inspecting *in, const struct bytes *slice,
			  const struct signature *sig,
			  const struct report *report, struct error *err);

#endif
