#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <stdio.h>

#include "cut.h"
#include "probes/parse/proc_flatpak.h"

/* Written from flatpak-metadata(5) and flatpak's common/flatpak-run.c. */
static const char maps[] =
	"[Application]\n"
	"name=org.gnome.Maps\n"
	"runtime=runtime/org.gnome.Platform/x86_64/45\n"
	"\n"
	"[Instance]\n"
	"instance-id=1264313459\n"
	"app-path=/var/lib/flatpak/app/org.gnome.Maps/x86_64/stable/f/files\n"
	"\n"
	"[Context]\n"
	"shared=network;ipc;\n"
	"sockets=x11;wayland;fallback-x11;\n"
	"filesystems=xdg-run/dconf;home:ro;\n"
	"\n"
	"[Session Bus Policy]\n"
	"org.freedesktop.GeoClue2=talk\n"
	"# a comment = none\n";

static void flatpak__reads_name_and_permissions(void **state)
{
	struct flatpak_info info;

	(void)state;
	assert_int_equal(flatpak_info_parse(slice_text(maps), &info, NULL), 0);
	assert_true(slice_is(info.app, "org.gnome.Maps"));
	assert_true(slice_is(info.instance, "1264313459"));
	assert_int_equal(info.count, 4);
	assert_true(slice_is(info.permissions[0].group, "Context"));
	assert_true(slice_is(info.permissions[0].key, "shared"));
	assert_true(slice_is(info.permissions[0].value, "network;ipc;"));
	assert_true(slice_is(info.permissions[3].group, "Session Bus Policy"));
}

static void flatpak__cut_anywhere_reads_nothing_else(void **state)
{
	struct slice text = slice_text(maps);

	(void)state;
	for (size_t n = 0; n <= text.len; n++) {
		uint8_t *copy = cut_copy(text, n);
		struct flatpak_info info;

		if (!flatpak_info_parse(slice_of(copy, n), &info, NULL))
			assert_true(info.count <= 4);
		free(copy);
	}
}

static void flatpak__broken_files_have_a_line(void **state)
{
	static const struct {
		const char *text;
		size_t line;
	} broken[] = {
		{"", 0},
		{"name=x\n", 1},
		{"[Application]\nname\n", 2},
		{"[Application]\n=x\n", 2},
		{"[Application\nname=x\n", 1},
		{"[Context]\nshared=network;\n", 2},
		{"[Application]\nname=\n", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct flatpak_info info;
		struct error err;

		assert_int_equal(flatpak_info_parse(slice_text(broken[i].text),
						    &info, &err),
				 STATUS_MALFORMED);
		assert_int_equal(err.line, broken[i].line);
	}
}

static void flatpak__too_many_permissions_are_refused(void **state)
{
	size_t n = 64 << 10;
	char *text = malloc(n);
	size_t used;
	struct flatpak_info info;

	(void)state;
	used = (size_t)snprintf(text, n, "[Application]\nname=x\n[Context]\n");
	for (int i = 0; i <= FLATPAK_PERMISSIONS_MAX; i++)
		used += (size_t)snprintf(text + used, n - used, "k%d=v\n", i);
	assert_int_equal(flatpak_info_parse(slice_of(text, used), &info, NULL),
			 STATUS_LIMIT);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flatpak__reads_name_and_permissions),
		cmocka_unit_test(flatpak__cut_anywhere_reads_nothing_else),
		cmocka_unit_test(flatpak__broken_files_have_a_line),
		cmocka_unit_test(flatpak__too_many_permissions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
