/*
 * Code requirements: the compiled form of a signature and of `csreq`, the text
 * that people and CodeResources write, and whether a program fulfils one
 * (Security requirement.h, reqreader.cpp, reqdumper.cpp, reqinterp.cpp,
 * requirements.grammar).
 */
#ifndef PROBES_PARSE_REQUIREMENT_H
#define PROBES_PARSE_REQUIREMENT_H

#include "../../model/base/text.h"
#include "../../model/base/value.h"
#include "certificate.h"
#include "report.h"

enum {
	REQUIREMENT_DEPTH_MAX = 500,
	REQUIREMENT_OPS_MAX = 4096,
	REQUIREMENT_BYTES_MAX = 256 << 10,
	REQUIREMENT_TEXT_MAX = 256 << 10,
	REQUIREMENT_SET_MAX = 16,
};

/*
 * blob: a requirement with its header (0xfade0c00); its text is appended to
 * out, outside strings as they came. file_offset: of the blob, for errors. One
 * that is no expression (kind 2, a lightweight code requirement in DER) is
 * STATUS_UNSUPPORTED.
 */
enum status requirement_text(struct slice blob, uint64_t file_offset,
			     struct text *out, struct error *err);

/*
 * The set of slot 2 (0xfade0c01): a DICT of "host", "guest", "designated",
 * "library", "plugin" (or "type 9") to the text. One that cannot be read is a
 * finding, and its error's sentence in brackets stands for it. Owned by the
 * caller.
 */
enum status requirements_read(struct slice set_blob, uint64_t file_offset,
			      struct value_pool *pool,
			      const struct report *report, struct value *out,
			      struct error *err);

enum requirement_type {
	REQUIREMENT_HOST = 1,
	REQUIREMENT_GUEST = 2,
	REQUIREMENT_DESIGNATED = 3,
	REQUIREMENT_LIBRARY = 4,
	REQUIREMENT_PLUGIN = 5,
};

/* The blob of one type in a set; empty where there is none. */
struct slice requirements_find(struct slice set_blob,
			       enum requirement_type type);

/*
 * Compiles text to a blob with its header in memory of its own, which the
 * caller frees. STATUS_MALFORMED with the offset in the text.
 */
enum status requirement_compile(struct slice text, uint8_t **blob, size_t *len,
				struct error *err);

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN };

/*
 * The program that is asked. chain: from the leaf to the root; NULL: there is
 * a signature that nobody could read, so every question about certificates is
 * unknown; of no certificates: ad hoc. info, entitlements: VALUE_NONE when not
 * read; an empty DICT when there are none. platform_binary: whether it is in a
 * trust cache, for which "anchor apple" holds as well and which a file cannot
 * show.
 */
struct requirement_subject {
	struct slice identifier;
	const struct slice *cdhashes;
	size_t cdhash_count;
	const struct certificate_chain *chain;
	struct value info, entitlements;
	uint8_t platform;
	enum truth platform_binary;
	enum truth notarized;
};

/* TRUTH_UNKNOWN where the answer hangs on what is not known (trust settings,
 * notarization, an operation of a later system). */
enum status requirement_evaluate(struct slice blob,
				 const struct requirement_subject *subject,
				 enum truth *out, struct error *err);

#endif
