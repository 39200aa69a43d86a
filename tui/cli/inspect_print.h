/* Between the parts of `sandtree inspect`. */
#ifndef TUI_CLI_INSPECT_PRINT_H
#define TUI_CLI_INSPECT_PRINT_H

#include "output.h"
#include "../../probes/inspect.h"

enum { INSPECT_INPUTS_MAX = 64 };

/* One operand and what came of it. */
struct inspected {
	const char *word; /* as it was typed */
	struct inspection inspection;
	enum status status;
	struct error error; /* where status is not STATUS_OK */
};

struct inspected_list {
	struct inspected items[INSPECT_INPUTS_MAX];
	size_t count;
	bool verify;
};

void inspect_print_text(struct output *out, const struct inspected *i,
			bool verify);

/* The programs of one inspection side by side, differences first; nothing
 * where there are not at least two that claim entitlements. */
void inspect_print_table(struct output *out, const struct inspection *i);

/* What is wrong, the worst first, and what was looked at. */
void inspect_print_findings(struct output *out, const struct inspected *i,
			    bool verify);

/* One sandtree/inspect/1 object of all of them. */
void inspect_print_json(struct output *out, const struct inspected_list *l);

/* "Contents/Frameworks/MyApp Helper.app" for a node that stands below the
 * first: without what all paths begin with. */
struct slice inspect_short_path(const struct inspection *i, struct slice path);

/* Text from outside. */
void inspect_print_escaped(struct output *out, struct slice bytes,
			   enum output_ink ink);

#endif
