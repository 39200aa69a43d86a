/* A Mach-O fixture in memory of its own, which a test may spoil, and what
 * code_read_slice says of one of its slices. */
#ifndef TESTS_UNIT_PROBES_PARSE_FIXTURE_H
#define TESTS_UNIT_PROBES_PARSE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "probes/parse/signature.h"

struct fixture {
	uint8_t *bytes;
	size_t len;
	struct slice memory;
	struct bytes file;
	struct bytes_part part;
	struct bytes slice;
	struct value_pool *pool;
	struct findings findings;
	struct report report;
	struct macho_file macho;
	struct code code;
	struct signature sig;
	struct error err;
	enum status status;
};

static inline void fixture_bytes(struct fixture *f, const void *bytes,
				 size_t len)
{
	memset(f, 0, sizeof(*f));
	f->bytes = malloc(len ? len : 1);
	assert_non_null(f->bytes);
	memcpy(f->bytes, bytes, len);
	f->len = len;
	f->pool = value_pool_new();
	assert_non_null(f->pool);
	findings_init(&f->findings, f->pool);
	f->report = (struct report){&f->findings, SLICE_LITERAL("fixture")};
	code_init(&f->code);
}

static inline void fixture_load(struct fixture *f, const char *name)
{
	static uint8_t buffer[1 << 20];
	char path[256];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "tests/fixtures/macho/%s", name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s: run the tests from the root of the project",
			 path);
	len = fread(buffer, 1, sizeof(buffer), file);
	fclose(file);
	assert_true(len > 0 && len < sizeof(buffer));
	fixture_bytes(f, buffer, len);
}

/* The file's slices, into f->macho. */
static inline enum status fixture_slices(struct fixture *f)
{
	f->memory = slice_of(f->bytes, f->len);
	f->file = bytes_of_slice(&f->memory);
	f->err = (struct error){.status = STATUS_OK};
	return macho_file_read(&f->file, &f->report, &f->macho, &f->err);
}

/* One slice, into f->code, f->sig, f->status. */
static inline void fixture_read(struct fixture *f, size_t i)
{
	f->status = fixture_slices(f);
	if (f->status != STATUS_OK)
		return;
	assert_true(i < f->macho.count);
	f->status = bytes_part_of(&f->file, f->macho.slices[i].offset,
				  f->macho.slices[i].size, &f->part, &f->slice,
				  &f->err);
	if (f->status == STATUS_OK)
		f->status = code_read_slice(
			&f->slice, f->macho.slices[i].offset, f->pool,
			&f->report, &f->code, &f->sig, &f->err);
}

static inline void fixture_release(struct fixture *f)
{
	code_release(f->pool, &f->code);
	signature_release(&f->sig);
	findings_release(&f->findings);
	assert_int_equal(value_pool_count(f->pool), 0);
	value_pool_free(f->pool);
	free(f->bytes);
}

static inline const struct finding *find_finding(const struct fixture *f,
						 const char *id)
{
	for (size_t i = 0; i < f->findings.count; i++)
		if (!strcmp(f->findings.items[i].id, id))
			return &f->findings.items[i];
	return NULL;
}

#define assert_finding(f, id)                                                  \
	do {                                                                   \
		if (!find_finding((f), (id)))                                  \
			fail_msg("no finding %s", (id));                       \
	} while (0)

/* What the finding says, to the letter. */
static inline void assert_message(const struct fixture *f, const char *id,
				  const char *message)
{
	const struct finding *found = find_finding(f, id);

	if (!found)
		fail_msg("no finding %s", id);
	else if (!slice_is(value_slice(found->message), message))
		fail_msg("\"%.*s\"", (int)value_slice(found->message).len,
			 (const char *)value_slice(found->message).ptr);
}

static inline void assert_no_findings(const struct fixture *f)
{
	for (size_t i = 0; i < f->findings.count; i++)
		print_message("%s at %lld\n", f->findings.items[i].id,
			      (long long)f->findings.items[i].offset);
	assert_int_equal(f->findings.count, 0);
}

static inline struct value known(const struct fixture *f, enum fact_id id)
{
	assert_int_equal(f->code.facts[id].state, FACT_KNOWN);
	return f->code.facts[id].value;
}

static inline void assert_text(struct value v, const char *text)
{
	if (v.type != VALUE_STRING || !slice_is(value_slice(v), text))
		fail_msg("\"%.*s\" is not \"%s\"", (int)value_slice(v).len,
			 (const char *)value_slice(v).ptr, text);
}

static inline void assert_slice(struct slice s, const char *text)
{
	if (!slice_is(s, text))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.len,
			 (const char *)s.ptr, text);
}

/* Big-endian, as all of a signature. */
static inline void put_be32(uint8_t *at, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(n >> (24 - 8 * i));
}

static inline uint32_t get_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

/* Where macho.py lets a signature begin in a thin file. */
enum { FIXTURE_SIGNATURE = 4112 };

/* The place of a blob in a thin fixture, by its slot. */
static inline uint8_t *fixture_blob(struct fixture *f, uint32_t slot)
{
	uint8_t *s = f->bytes + FIXTURE_SIGNATURE;

	for (uint32_t i = 0; i < get_be32(s + 8); i++)
		if (get_be32(s + 12 + 8 * i) == slot)
			return s + get_be32(s + 16 + 8 * i);
	fail_msg("no blob of slot %#x", slot);
	return NULL;
}

#endif
