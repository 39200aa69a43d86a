/*
 * Writes the seeds of fuzz_cms: signatures made by tests/unit's pki.h, whose
 * keys are forgotten at once. From the root of the project:
 *
 *	cc -std=c11 -I. -o build/seeds_pki tests/fuzz/seeds_pki.c \
 *	   $(pkg-config --cflags --libs libcrypto cmocka) && build/seeds_pki
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tests/unit/probes/parse/pki.h"

static void write_file(const char *path, uint8_t *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
	free(bytes);
}

int main(void)
{
	struct pki_chain pki;
	struct pki_signature s;
	size_t len = 0;
	uint8_t *bytes;

	pki_chain_make(&pki);
	/* What fuzz_cms takes for the CodeDirectory. */
	s = (struct pki_signature){
		.signer = &pki.leaf,
		.others = {&pki.issuer, &pki.root},
		.cdhashes = SLICE_LITERAL(
			"<plist><dict><key>cdhashes</key><array><data>AAAA"
			"AAAAAAAAAAAAAAAAAAAAAAA=</data></array></dict>"
			"</plist>"),
		.authority = &pki.authority,
	};
	bytes = pki_sign(&s, SLICE_LITERAL("not a CodeDirectory"), &len);
	write_file("tests/fuzz/corpus/cms/stamped", bytes, len);
	s.authority = NULL;
	s.indefinite = true;
	s.others[0] = NULL;
	bytes = pki_sign(&s, SLICE_LITERAL("not a CodeDirectory"), &len);
	write_file("tests/fuzz/corpus/cms/indefinite", bytes, len);
	s = (struct pki_signature){.signer = &pki.leaf,
				   .others = {&pki.issuer, &pki.root},
				   .attached = true};
	bytes = pki_sign(
		&s,
		SLICE_LITERAL("<plist><dict><key>Name</key><string>a</string>"
			      "<key>Platform</key><array><string>OSX</string>"
			      "</array><key>Entitlements</key><dict><key>"
			      "keychain-access-groups</key><array><string>"
			      "TESTTEAM01.*</string></array></dict></dict>"
			      "</plist>"),
		&len);
	write_file("tests/fuzz/corpus/profile/made", bytes, len);
	pki_chain_release(&pki);
	return 0;
}
