/*
 * Real signed programs, profiles and tickets, where they have been fetched:
 * SANDTREE_SIGNED (/tmp/signed) and SANDTREE_PROFILES
 * (../shared/data/codesign). They are others' and never committed; without them
 * these tests are skipped. The oracle is the openssl command, where it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/base/plist_in.h"
#include "probes/parse/profile.h"
#include "probes/parse/signing_class.h"
#include "probes/parse/ticket.h"

enum { PATHS_MAX = 20000, FILE_MAX = 8 << 20, COMMAND_MAX = 4096 };

/* Filled by nftw(), which hands no context on. */
static char *paths[PATHS_MAX];
static size_t path_count;
static uint8_t file[FILE_MAX];
static char scratch[] = "/tmp/sandtree-real-XXXXXX";

static int collect(const char *path, const struct stat *s, int type,
		   struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F && S_ISREG(s->st_mode) && path_count < PATHS_MAX)
		paths[path_count++] = strdup(path);
	return 0;
}

static bool walk(const char *variable, const char *otherwise)
{
	const char *root = getenv(variable);

	for (size_t i = 0; i < path_count; i++)
		free(paths[i]);
	path_count = 0;
	return nftw(root ? root : otherwise, collect, 16, FTW_PHYS) == 0 &&
	       path_count > 0;
}

static size_t load(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t len;

	assert_non_null(f);
	len = fread(file, 1, sizeof(file), f);
	fclose(f);
	return len;
}

static void save(const char *name, struct slice bytes)
{
	char path[300];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", scratch, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	fclose(f);
}

static bool ends_with(const char *path, const char *end)
{
	size_t len = strlen(path), n = strlen(end);

	return len >= n && !strcmp(path + len - n, end);
}

/* openssl's word on $scratch/cms: with detached content, or what is attached,
 * which it then writes to $scratch/out. */
static bool openssl_verifies(bool detached)
{
	char command[COMMAND_MAX];

	(void)snprintf(command, sizeof(command),
		       "openssl cms -verify -binary -noverify -inform DER "
		       "-in %s/cms %s%s%s -out %s/out 2>/dev/null",
		       scratch, detached ? "-content " : "",
		       detached ? scratch : "", detached ? "/content" : "",
		       scratch);
	return system(command) == 0;
}

static bool have_openssl(void)
{
	return system("openssl version >/dev/null 2>&1") == 0;
}

static enum status read_at(const struct bytes *b, uint64_t offset, size_t len,
			   uint8_t *buffer, struct error *err)
{
	const int *fd = b->context;

	if (offset > b->size || len > b->size - offset ||
	    pread(*fd, buffer, len, (off_t)offset) != (ssize_t)len)
		return error_set(err, STATUS_MALFORMED, (int64_t)offset,
				 "cut off");
	return STATUS_OK;
}

struct tally {
	size_t signatures, agreed, trusted, stamped, classes[64];
};

/* Ours against openssl's, on the signature and on a changed content. */
static void compare(const struct signature *sig, const struct cms *cms,
		    struct tally *t)
{
	struct slice first = sig->directories[0].blob;
	uint8_t *changed = malloc(first.len);
	struct cms_directory directory = {slice_of(changed, first.len),
					  sig->directories[0].hash_type};
	struct cms again;

	t->signatures++;
	save("cms", sig->cms);
	save("content", first);
	if (openssl_verifies(true) == (cms->verdict == CMS_VALID))
		t->agreed++;
	memcpy(changed, first.ptr, first.len);
	changed[first.len / 2] ^= 1;
	assert_int_equal(cms_read(sig->cms, &directory, 1, &again, NULL),
			 STATUS_OK);
	assert_int_equal(again.verdict, CMS_INVALID);
	cms_release(&again);
	free(changed);
}

static void read_slice(const struct bytes *slice, uint64_t offset,
		       const char *path, struct tally *t)
{
	struct value_pool *pool = value_pool_new();
	struct findings findings;
	struct report report;
	struct code code;
	struct signature sig;
	struct cms cms = {0};

	findings_init(&findings, pool);
	report = (struct report){&findings, slice_text(path)};
	code_init(&code);
	if (code_read_slice(slice, offset, pool, &report, &code, &sig, NULL) ==
	    STATUS_OK) {
		assert_int_equal(
			signing_fill(&sig, pool, &report, &code, &cms, NULL),
			STATUS_OK);
		for (int c = 0; c < SIGNING_CLASS_COUNT; c++)
			if (slice_is(value_slice(code.facts[FACT_SIGNING_CLASS]
							 .value),
				     signing_class_id((enum signing_class)c)))
				t->classes[c]++;
		if (sig.cms.len) {
			compare(&sig, &cms, t);
			t->trusted += cms.chain.state == CHAIN_APPLE &&
				      cms.chain.time_checked;
			t->stamped += cms.timestamp.trusted;
		}
		for (size_t i = 0; i < findings.count; i++)
			if (!strcmp(findings.items[i].id, "signature_invalid"))
				fail_msg("%s: %s", path,
					 (const char *)value_slice(
						 findings.items[i].message)
						 .ptr);
	}
	cms_release(&cms);
	signature_release(&sig);
	code_release(pool, &code);
	findings_release(&findings);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static void read_program(const char *path, struct tally *t)
{
	FILE *f = fopen(path, "rb");
	int fd = f ? fileno(f) : -1;
	struct bytes whole = {.read = read_at, .context = &fd};
	const struct report nobody = {0};
	struct macho_file macho;
	struct stat s;

	if (!f || fstat(fd, &s) != 0) {
		if (f)
			fclose(f);
		return;
	}
	whole.size = (uint64_t)s.st_size;
	if (macho_file_read(&whole, &nobody, &macho, NULL) == STATUS_OK)
		for (size_t i = 0; i < macho.count; i++) {
			struct bytes_part part;
			struct bytes slice;

			if (!bytes_part_of(&whole, macho.slices[i].offset,
					   macho.slices[i].size, &part, &slice,
					   NULL))
				read_slice(&slice, macho.slices[i].offset, path,
					   t);
		}
	fclose(f);
}

static void real__every_signature_agrees_with_openssl(void **state)
{
	struct tally t = {0};

	(void)state;
	if (!have_openssl() || !walk("SANDTREE_SIGNED", "/tmp/signed"))
		skip();
	for (size_t i = 0; i < path_count; i++)
		read_program(paths[i], &t);
	print_message("%zu signatures, %zu agree with openssl, %zu below "
		      "Apple's root at their time stamp's time\n",
		      t.signatures, t.agreed, t.trusted);
	for (int c = 0; c < SIGNING_CLASS_COUNT; c++)
		if (t.classes[c])
			print_message("  %s: %zu\n",
				      signing_class_id((enum signing_class)c),
				      t.classes[c]);
	if (!t.signatures)
		skip();
	assert_int_equal(t.agreed, t.signatures);
	/* All that is fetched is by Developer ID, with Apple's time stamp. */
	assert_int_equal(t.trusted, t.signatures);
	assert_int_equal(t.stamped, t.signatures);
	assert_int_equal(t.classes[SIGNING_DEVELOPER_ID], t.signatures);
	assert_int_equal(t.classes[SIGNING_OTHER], 0);
	assert_int_equal(t.classes[SIGNING_INVALID], 0);
}

/* What openssl took out of it is what we read. */
static void check_profile(const char *path)
{
	struct value_pool *pool = value_pool_new();
	struct value theirs = value_none;
	struct findings findings;
	struct report report;
	struct profile p;
	struct error err = {0};
	char out[300];
	size_t len = load(path);

	findings_init(&findings, pool);
	report = (struct report){&findings, slice_text(path)};
	save("cms", slice_of(file, len));
	if (profile_read(pool, slice_of(file, len), &report, &p, &err))
		fail_msg("%s: %s", path, err.message);
	assert_true(p.signature.holds && p.signature.trusted);
	assert_true(p.der_signature.holds && p.der_signature.trusted);
	assert_string_equal(p.signature.chain.anchor, "Apple Root CA");
	assert_string_equal(p.der_signature.chain.anchor, "Apple Root CA - G3");
	assert_int_equal(findings.count, 0);
	assert_int_not_equal(p.kind, PROFILE_UNKNOWN);
	assert_true(openssl_verifies(false));
	(void)snprintf(out, sizeof(out), "%s/out", scratch);
	len = load(out);
	assert_int_equal(
		plist_read(pool, slice_of(file, len), NULL, &theirs, &err),
		STATUS_OK);
	assert_true(value_equal(theirs, p.plist));
	value_release(pool, theirs);
	profile_release(&p);
	findings_release(&findings);
	assert_int_equal(value_pool_count(pool), 0);
	value_pool_free(pool);
}

static size_t check_profiles(const char *variable, const char *otherwise)
{
	size_t count = 0;

	if (!walk(variable, otherwise))
		return 0;
	for (size_t i = 0; i < path_count; i++)
		if (ends_with(paths[i], ".provisionprofile")) {
			check_profile(paths[i]);
			count++;
		}
	return count;
}

static void real__profiles_are_apple_s_and_read_as_openssl_does(void **state)
{
	size_t count;

	(void)state;
	if (!have_openssl())
		skip();
	count = check_profiles("SANDTREE_PROFILES", "../shared/data/codesign") +
		check_profiles("SANDTREE_SIGNED", "/tmp/signed");
	print_message("%zu profiles\n", count);
	if (!count)
		skip();
}

static void real__stapled_tickets_are_apple_s(void **state)
{
	size_t count = 0;

	(void)state;
	if (!walk("SANDTREE_SIGNED", "/tmp/signed"))
		skip();
	for (size_t i = 0; i < path_count; i++) {
		struct ticket t;
		size_t len;

		if (!ends_with(paths[i], "/Contents/CodeResources"))
			continue;
		len = load(paths[i]);
		if (!ticket_is_likely(slice_of(file, len)))
			continue;
		assert_int_equal(ticket_read(slice_of(file, len), &t, NULL),
				 STATUS_OK);
		assert_true(t.signature_holds && t.trusted);
		assert_true(t.chain.time_checked && t.count > 0);
		assert_string_equal(t.chain.anchor, "Apple Root CA - G3");
		ticket_release(&t);
		count++;
	}
	print_message("%zu tickets\n", count);
	if (!count)
		skip();
}

static int make_scratch(void **state)
{
	(void)state;
	return mkdtemp(scratch) ? 0 : -1;
}

static int remove_scratch(void **state)
{
	static const char *const names[] = {"cms", "content", "out"};
	char path[300];

	(void)state;
	for (size_t i = 0; i < path_count; i++)
		free(paths[i]);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", scratch, names[i]);
		(void)unlink(path);
	}
	return rmdir(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real__every_signature_agrees_with_openssl),
		cmocka_unit_test(
			real__profiles_are_apple_s_and_read_as_openssl_does),
		cmocka_unit_test(real__stapled_tickets_are_apple_s),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
