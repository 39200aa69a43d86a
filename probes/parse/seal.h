/*
 * The seal of a bundle: _CodeSignature/CodeResources, which lists every file
 * beside the main executable (Security resources.cpp, bundlediskrep.cpp,
 * StaticCode.cpp). Version 2 has rules2 and files2, version 1 rules and files;
 * version 2 counts where both are there.
 */
#ifndef PROBES_PARSE_SEAL_H
#define PROBES_PARSE_SEAL_H

#include "../../model/base/value.h"
#include "bytes.h"
#include "entries.h"
#include "ere.h"
#include "report.h"

enum {
	SEAL_RULES_MAX = 256,
	SEAL_BYTES_MAX = 32 << 20,
	SEAL_NODES_MAX = 1 << 19, /* of its property list */
};

struct seal_rule {
	struct slice text; /* borrowed from the plist */
	struct ere *pattern;
	double weight;
	bool omit, optional, nested;
};

enum seal_kind { SEAL_FILE, SEAL_LINK, SEAL_NESTED };

/* One file as it was sealed; slices borrow from the plist and are empty where
 * the seal has none. path: relative to the directory that the seal is for. */
struct seal_entry {
	struct slice path;
	enum seal_kind kind;
	bool optional;
	struct slice sha1, sha256;
	struct slice target;              /* of a link */
	struct slice cdhash, requirement; /* of nested code */
};

struct seal {
	struct value_pool *pool;
	struct value plist;
	int version;
	struct seal_rule *rules;
	size_t rule_count;
	struct seal_entry *entries; /* sorted by path */
	size_t entry_count;
};

/* bytes: the file CodeResources. An entry or a rule that cannot be understood
 * is a finding; an error means that it is no seal at all. The caller releases
 * *out in any case. */
enum status seal_read(struct value_pool *pool, struct slice bytes,
		      const struct report *report, struct seal *out,
		      struct error *err);
void seal_release(struct seal *s);

/* The rule of the highest weight that matches; NULL where none does. */
const struct seal_rule *seal_rule_for(const struct seal *s, struct slice path);
const struct seal_entry *seal_find(const struct seal *s, struct slice path);

/* Findings about the rules: what strict verification calls weak. */
void seal_check_rules(const struct seal *s, const struct report *report);

/*
 * Which files there are, against which were sealed: missing, added, of another
 * kind, links that lead elsewhere: findings. What has to be read is told to
 * `found`: a file to hash, or nested code to check.
 *
 * base: the sealed directory in the tree ("Contents", "" for the tree's own
 * root, "F.framework/Versions/A"). executable: the main executable relative to
 * it, which the signature covers and the seal does not. report->path: the name
 * that the tree's root is shown by, which every finding's path begins with.
 */
struct seal_match {
	const struct seal_entry *sealed;
	const struct entry *entry;
};

struct seal_watch {
	/* false ends it: STATUS_CANCELLED. */
	bool (*found)(void *context, const struct seal_match *match);
	/* Asked for every file; may be NULL. */
	bool (*cancelled)(void *context);
	void *context;
};

enum status seal_compare(const struct seal *s, const struct entries *tree,
			 struct slice base, struct slice executable,
			 const struct report *report,
			 const struct seal_watch *watch, struct error *err);

enum { SEAL_SHA1_BYTES = 20, SEAL_SHA256_BYTES = 32 };

/* Asked and told about every quarter megabyte, on the calling thread; both
 * functions may be NULL. */
struct seal_hash_watch {
	bool (*cancelled)(void *context);
	void (*done)(void *context, uint64_t bytes);
	void *context;
};

enum seal_verdict { SEAL_MATCHES, SEAL_DIFFERS, SEAL_NO_HASH };

/* Hashes a file's content and compares it with the best hash the seal has of
 * it. Runs on any thread. STATUS_CANCELLED, or what reading says. */
enum status seal_verify_content(const struct seal_entry *sealed,
				const struct bytes *content,
				const struct seal_hash_watch *watch,
				enum seal_verdict *out, struct error *err);

/* root + "/" + path for a finding, cut at its end where it is too long. */
struct slice seal_display_path(struct slice root, struct slice path,
			       char buffer[ENTRY_PATH_MAX]);

#endif
