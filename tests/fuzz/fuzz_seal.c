/* CodeResources, compared with a small tree. */
#include "fuzz.h"

#include "probes/parse/seal.h"

static bool found(void *context, const struct seal_match *match)
{
	const struct seal *seal = context;

	FUZZ_CHECK(match->sealed >= seal->entries);
	FUZZ_CHECK(match->sealed < seal->entries + seal->entry_count);
	FUZZ_CHECK(slice_starts(match->entry->path, "Contents/"));
	return true;
}

static void grow(struct entries *tree)
{
	static const struct {
		const char *path, *target;
		enum entry_kind kind;
	} all[] = {
		{"Contents", NULL, ENTRY_DIRECTORY},
		{"Contents/Info.plist", NULL, ENTRY_FILE},
		{"Contents/MacOS", NULL, ENTRY_DIRECTORY},
		{"Contents/MacOS/MyApp", NULL, ENTRY_FILE},
		{"Contents/MacOS/tool", NULL, ENTRY_FILE},
		{"Contents/Resources", NULL, ENTRY_DIRECTORY},
		{"Contents/Resources/app.asar", NULL, ENTRY_FILE},
		{"Contents/Resources/link", "../../../x", ENTRY_LINK},
		{"Contents/Frameworks", NULL, ENTRY_DIRECTORY},
		{"Contents/Frameworks/H.app", NULL, ENTRY_DIRECTORY},
		{"Contents/Frameworks/H.app/x", NULL, ENTRY_FILE},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		(void)entries_add(tree, slice_text(all[i].path), all[i].kind,
				  slice_text(all[i].target), NULL);
	entries_sort(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value_pool *pool = value_pool_new();
	struct entries tree = {.items = NULL};
	struct findings findings;
	struct report report;
	struct seal seal;

	findings_init(&findings, pool);
	report = (struct report){&findings, SLICE_LITERAL("MyApp.app")};
	grow(&tree);
	if (seal_read(pool, slice_of(data, size), &report, &seal, NULL) ==
	    STATUS_OK) {
		struct seal_watch watch = {found, NULL, &seal};

		seal_check_rules(&seal, &report);
		FUZZ_CHECK(seal_compare(&seal, &tree, SLICE_LITERAL("Contents"),
					SLICE_LITERAL("MacOS/MyApp"), &report,
					&watch, NULL) == STATUS_OK);
		for (size_t i = 1; i < seal.entry_count; i++)
			FUZZ_CHECK(slice_compare(seal.entries[i - 1].path,
						 seal.entries[i].path) < 0);
	}
	seal_release(&seal);
	entries_release(&tree);
	findings_release(&findings);
	FUZZ_CHECK(value_pool_count(pool) == 0);
	value_pool_free(pool);
	return 0;
}
