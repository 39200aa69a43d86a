/* What a CodeDirectory says, as values for facts. */
#include <inttypes.h>
#include <stdio.h>

#include "../../model/base/text.h"
#include "codedirectory.h"

struct flag_word {
	uint64_t bit;
	const char *word;
};

/* Security SecCodeSigner.cpp and cs_blobs.h; the words are codesign's. */
static const struct flag_word flag_words[] = {
	{CD_FLAG_HOST, "host"},
	{CD_FLAG_ADHOC, "adhoc"},
	{CD_FLAG_FORCED_LIBRARY_VALIDATION, "forced-library-validation"},
	{CD_FLAG_HARD, "hard"},
	{CD_FLAG_KILL, "kill"},
	{CD_FLAG_EXPIRES, "expires"},
	{CD_FLAG_RESTRICT, "restrict"},
	{CD_FLAG_ENFORCEMENT, "enforcement"},
	{CD_FLAG_LIBRARY_VALIDATION, "library-validation"},
	{CD_FLAG_RUNTIME, "runtime"},
	{CD_FLAG_LINKER_SIGNED, "linker-signed"},
};

/* CS_EXECSEG_*. */
static const struct flag_word exec_words[] = {
	{CD_EXEC_MAIN_BINARY, "main-binary"},
	{CD_EXEC_ALLOW_UNSIGNED, "allow-unsigned"},
	{CD_EXEC_DEBUGGER, "debugger"},
	{CD_EXEC_JIT, "jit"},
	{CD_EXEC_SKIP_LIBRARY_VALIDATION, "skip-library-validation"},
	{CD_EXEC_CAN_LOAD_CDHASH, "can-load-cdhash"},
	{CD_EXEC_CAN_EXEC_CDHASH, "can-exec-cdhash"},
};

enum { FLAG_WORDS_MAX = 16 };

_Static_assert(sizeof(flag_words) / sizeof(*flag_words) < FLAG_WORDS_MAX,
	       "a list of flags has room for all and the rest");

static struct value words(struct value_pool *pool,
			  const struct flag_word *table, size_t count,
			  uint64_t flags)
{
	struct value items[FLAG_WORDS_MAX];
	char rest[24];
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!(flags & table[i].bit))
			continue;
		items[n++] = value_text(pool, table[i].word);
		flags &= ~table[i].bit;
	}
	if (flags) {
		(void)snprintf(rest, sizeof(rest), "0x%" PRIx64, flags);
		items[n++] = value_text(pool, rest);
	}
	return value_list(pool, items, n);
}

struct value code_directory_flags(struct value_pool *pool, uint32_t flags)
{
	return words(pool, flag_words, sizeof(flag_words) / sizeof(*flag_words),
		     flags);
}

struct value code_directory_exec_flags(struct value_pool *pool, uint64_t flags)
{
	return words(pool, exec_words, sizeof(exec_words) / sizeof(*exec_words),
		     flags);
}

struct value code_version(struct value_pool *pool, uint32_t packed)
{
	char buffer[24];
	unsigned major = packed >> 16, minor = packed >> 8 & 0xff;
	unsigned patch = packed & 0xff;

	if (patch)
		(void)snprintf(buffer, sizeof(buffer), "%u.%u.%u", major, minor,
			       patch);
	else
		(void)snprintf(buffer, sizeof(buffer), "%u.%u", major, minor);
	return value_text(pool, buffer);
}

struct value value_hex(struct value_pool *pool, struct slice bytes)
{
	struct text t;
	struct value v;

	text_init(&t, VALUE_STRING_MAX);
	for (size_t i = 0; i < bytes.len; i++)
		text_addf(&t, "%02x", bytes.ptr[i]);
	v = t.cut ? value_none : value_string(pool, text_slice(&t));
	text_release(&t);
	return v;
}

enum { PAIRS_MAX = 32 };

/* A dictionary being made; an entry that failed makes it fail at the end. */
struct pairs {
	struct value_pool *pool;
	struct value keys[PAIRS_MAX], vals[PAIRS_MAX];
	size_t count;
};

static void add(struct pairs *p, const char *key, struct value v)
{
	p->keys[p->count] = value_text(p->pool, key);
	p->vals[p->count++] = v;
}

/* A whole number of 64 bits; beyond int64 it is text. */
static struct value whole(struct value_pool *pool, uint64_t n)
{
	char buffer[24];

	if (n <= INT64_MAX)
		return value_int((int64_t)n);
	(void)snprintf(buffer, sizeof(buffer), "%" PRIu64, n);
	return value_text(pool, buffer);
}

static struct value hash_name(struct value_pool *pool, uint8_t hash_type)
{
	const char *text = cd_hash_text(hash_type);
	char buffer[24];

	if (text)
		return value_text(pool, text);
	(void)snprintf(buffer, sizeof(buffer), "type %u", hash_type);
	return value_text(pool, buffer);
}

static struct value hex_number(struct value_pool *pool, uint64_t n)
{
	char buffer[24];

	(void)snprintf(buffer, sizeof(buffer), "0x%" PRIx64, n);
	return value_text(pool, buffer);
}

/* The special hashes that are there, by slot. */
static struct value specials(struct value_pool *pool,
			     const struct code_directory *cd)
{
	struct pairs p = {.pool = pool};
	struct slice hash;
	char name[24];

	/* Where they do not fit, the count may be any number. */
	for (uint32_t n = 1;
	     cd->specials_ok && n <= cd->special_count && p.count < PAIRS_MAX;
	     n++)
		if (code_directory_special(cd, n, &hash))
			add(&p, blob_slot_text(n, name), value_hex(pool, hash));
	return value_dict(pool, p.keys, p.vals, p.count);
}

static void add_exec_segment(struct pairs *p, const struct code_directory *cd)
{
	if (cd->version < 0x20400)
		return;
	add(p, "exec_segment_base", whole(p->pool, cd->exec_base));
	add(p, "exec_segment_limit", whole(p->pool, cd->exec_limit));
	add(p, "exec_segment_flags",
	    code_directory_exec_flags(p->pool, cd->exec_flags));
	if (cd->version < 0x20500)
		return;
	if (cd->runtime_version)
		add(p, "runtime_version",
		    code_version(p->pool, cd->runtime_version));
	if (cd->pre_encrypt_offset)
		add(p, "pre_encrypt_offset", value_int(cd->pre_encrypt_offset));
	if (cd->version < 0x20600)
		return;
	add(p, "linkage_hash_type", value_int(cd->linkage_hash_type));
	add(p, "linkage_application_type",
	    value_int(cd->linkage_application_type));
	add(p, "linkage_application_subtype",
	    value_int(cd->linkage_application_subtype));
	add(p, "linkage_size", value_int(cd->linkage_size));
}

struct value code_directory_value(struct value_pool *pool,
				  const struct code_directory *cd)
{
	struct pairs p = {.pool = pool};
	char name[24];

	add(&p, "slot", value_text(pool, blob_slot_text(cd->slot, name)));
	add(&p, "offset", whole(pool, cd->file_offset));
	add(&p, "version", hex_number(pool, cd->version));
	add(&p, "hash_type", hash_name(pool, cd->hash_type));
	if (cd->digest_bytes) {
		add(&p, "cdhash", value_hex(pool, code_directory_cdhash(cd)));
		add(&p, "digest",
		    value_hex(pool, slice_of(cd->digest, cd->digest_bytes)));
	}
	if (cd->identifier.ptr)
		add(&p, "identifier", value_string(pool, cd->identifier));
	if (cd->team.ptr)
		add(&p, "team_id", value_string(pool, cd->team));
	add(&p, "flags", code_directory_flags(pool, cd->flags));
	add(&p, "platform", value_int(cd->platform));
	add(&p, "page_bytes",
	    value_int(cd->page_shift && cd->page_shift <= CD_PAGE_SHIFT_MAX
			      ? (int64_t)1 << cd->page_shift
			      : 0));
	add(&p, "pages", value_int(cd->page_count));
	add(&p, "code_limit", whole(pool, cd->code_limit));
	add(&p, "special_slots", value_int(cd->special_count));
	add(&p, "special_hashes", specials(pool, cd));
	if (cd->scatter_offset)
		add(&p, "scatter_offset", value_int(cd->scatter_offset));
	add_exec_segment(&p, cd);
	return value_dict(pool, p.keys, p.vals, p.count);
}
