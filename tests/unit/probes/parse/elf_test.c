#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "probes/parse/elf.h"

enum { IMAGE = 512 };

/* A small ELF file made by hand: header, three program headers, a note, a
 * dynamic section and its strings. Offsets are addresses. */
struct made {
	uint8_t bytes[IMAGE];
	bool wide, big;
};

static void put(struct made *m, size_t at, size_t n, uint64_t v)
{
	for (size_t i = 0; i < n; i++)
		m->bytes[at + i] = (uint8_t)(v >> 8 * (m->big ? n - 1 - i : i));
}

static void segment(struct made *m, size_t at, uint32_t type, uint64_t offset,
		    uint64_t size)
{
	size_t w = m->wide ? 8 : 4, p = at + w;

	put(m, at, 4, type);
	if (!m->wide)
		p = at + 4;
	put(m, p, w, offset);
	put(m, p + w, w, offset);
	put(m, p + 3 * w, w, size);
	put(m, m->wide ? at + 48 : at + 28, w, 4);
}

static void dynamic(struct made *m, size_t *at, uint64_t tag, uint64_t value)
{
	size_t w = m->wide ? 8 : 4;

	put(m, *at, w, tag);
	put(m, *at + w, w, value);
	*at += 2 * w;
}

static struct made made(bool wide, bool big)
{
	struct made m = {.wide = wide, .big = big};
	size_t w = wide ? 8 : 4, at = 320, table = wide ? 64 : 52;
	size_t one = wide ? 56 : 32;

	memcpy(m.bytes, "\177ELF", 4);
	m.bytes[4] = wide ? 2 : 1;
	m.bytes[5] = big ? 2 : 1;
	put(&m, 16, 2, 3);
	put(&m, 18, 2, 62);
	put(&m, 24 + w, w, table);
	put(&m, 24 + 3 * w + 4, 2, table);
	put(&m, 24 + 3 * w + 6, 2, one);
	put(&m, 24 + 3 * w + 8, 2, 3);
	segment(&m, table, 1, 0, IMAGE);
	segment(&m, table + one, 4, 272, 24);
	segment(&m, table + 2 * one, 2, 320, 128);
	put(&m, 272, 4, 4);
	put(&m, 276, 4, 5);
	put(&m, 280, 4, 3);
	memcpy(m.bytes + 284, "GNU\0\1\2\3\4\xff", 9);
	dynamic(&m, &at, 1, 1);
	dynamic(&m, &at, 29, 9);
	dynamic(&m, &at, 5, 460);
	dynamic(&m, &at, 10, 20);
	dynamic(&m, &at, 0, 0);
	memcpy(m.bytes + 460, "\0libx.so\0/opt/l\0", 16);
	return m;
}

static enum status read_it(struct value_pool *pool, const struct made *m,
			   size_t len, struct elf *out, struct error *err)
{
	struct slice memory = slice_of(m->bytes, len);
	struct bytes b = bytes_of_slice(&memory);

	return elf_read(&b, pool, out, err);
}

static void elf__all_widths_and_orders(void **state)
{
	struct value_pool *pool = value_pool_new();

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct made m = made(i & 1, i & 2);
		struct code code;
		struct elf e;

		code_init(&code);
		assert_int_equal(read_it(pool, &m, IMAGE, &e, NULL), STATUS_OK);
		elf_facts(&e, pool, &code);
		assert_true(
			slice_is(value_slice(code.facts[FACT_BUILD_ID].value),
				 "01020304ff"));
		assert_true(
			slice_is(value_slice(code.facts[FACT_FILE_TYPE].value),
				 "shared library"));
		assert_true(
			slice_is(value_slice(value_at(
					 code.facts[FACT_LIBRARIES].value, 0)),
				 "libx.so"));
		assert_true(slice_is(
			value_slice(value_at(code.facts[FACT_RPATHS].value, 0)),
			"/opt/l"));
		elf_release(pool, &e);
		code_release(pool, &code);
	}
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static void elf__no_build_id_is_absent_not_unknown(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct made m = made(true, false);
	struct code code;
	struct elf e;

	(void)state;
	code_init(&code);
	put(&m, 280, 4, 1); /* another type of note */
	assert_int_equal(read_it(pool, &m, IMAGE, &e, NULL), STATUS_OK);
	elf_facts(&e, pool, &code);
	assert_int_equal(code.facts[FACT_BUILD_ID].state, FACT_ABSENT);
	elf_release(pool, &e);
	code_release(pool, &code);
	value_pool_free(pool);
}

/* Every length: never out of bounds, and what is there is told. */
static void elf__cut_short_at_every_byte(void **state)
{
	struct value_pool *pool = value_pool_new();
	size_t failed = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		for (size_t len = 0; len < IMAGE; len++) {
			struct made m = made(i & 1, i & 2);
			struct error err = {.offset = -1};
			uint8_t *copy = malloc(len + 1);
			struct slice memory = slice_of(copy, len);
			struct bytes b = bytes_of_slice(&memory);
			struct elf e;

			assert_non_null(copy);
			memcpy(copy, m.bytes, len);
			if (elf_read(&b, pool, &e, &err)) {
				failed++;
				assert_true(err.message[0] != 0);
			}
			elf_release(pool, &e);
			free(copy);
		}
	assert_true(failed > 4 * 400);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static void elf__hostile_counts_and_places(void **state)
{
	struct value_pool *pool = value_pool_new();
	struct error err;
	struct made m;
	struct elf e;

	(void)state;
	m = made(true, false);
	put(&m, 56, 2, 0xffff); /* program headers */
	assert_int_equal(read_it(pool, &m, IMAGE, &e, &err), STATUS_LIMIT);
	elf_release(pool, &e);
	m = made(true, false);
	put(&m, 32, 8, UINT64_MAX - 8); /* their place */
	assert_int_equal(read_it(pool, &m, IMAGE, &e, &err), STATUS_MALFORMED);
	elf_release(pool, &e);
	m = made(true, false);
	put(&m, 276, 4, UINT32_MAX); /* length of the build-id */
	assert_int_equal(read_it(pool, &m, IMAGE, &e, &err), STATUS_OK);
	assert_int_equal(e.build_id_len, 0);
	elf_release(pool, &e);
	m = made(true, false);
	put(&m, 328, 8, UINT64_MAX); /* a library's name */
	assert_int_equal(read_it(pool, &m, IMAGE, &e, &err), STATUS_MALFORMED);
	elf_release(pool, &e);
	m = made(true, false);
	put(&m, 120 + 32, 8, UINT64_MAX); /* size of the notes */
	assert_int_equal(read_it(pool, &m, IMAGE, &e, &err), STATUS_MALFORMED);
	elf_release(pool, &e);
	m = made(true, false);
	m.bytes[4] = 3;
	assert_int_equal(read_it(pool, &m, IMAGE, &e, &err), STATUS_MALFORMED);
	assert_int_equal(err.offset, 4);
	elf_release(pool, &e);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elf__all_widths_and_orders),
		cmocka_unit_test(elf__no_build_id_is_absent_not_unknown),
		cmocka_unit_test(elf__cut_short_at_every_byte),
		cmocka_unit_test(elf__hostile_counts_and_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
