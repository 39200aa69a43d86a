#include "info_plist.h"

#include "dict.h"

struct slice info_plist_text(struct value plist, const char *key)
{
	struct value v = value_get(plist, key);

	return v.type == VALUE_STRING ? value_slice(v) : slice_of(NULL, 0);
}

/* Only where the plist has that type: a number as bundle id is none. */
static void copy(struct dict *m, struct value from, const char *key,
		 const char *as, enum value_type type)
{
	struct value v = value_get(from, key);

	if (v.type == type)
		dict_put(m, as, value_retain(v));
}

/* Some plists write "1" or YES for true. */
static void copy_bool(struct dict *m, struct value from, const char *key,
		      const char *as)
{
	struct value v = value_get(from, key);

	if (v.type == VALUE_BOOL)
		dict_put(m, as, v);
	else if (v.type == VALUE_INT)
		dict_put(m, as, value_bool(v.as.integer != 0));
	else if (v.type == VALUE_STRING)
		dict_put(m, as,
			 value_bool(slice_is(value_slice(v), "1") ||
				    slice_is(value_slice(v), "YES")));
}

/* A dictionary that would be empty is none. */
static struct value end(struct dict *m)
{
	return m->count ? dict_end(m) : value_none;
}

static struct value document_type(struct value_pool *pool, struct value type)
{
	struct dict m = {.pool = pool};

	copy(&m, type, "CFBundleTypeName", "name", VALUE_STRING);
	copy(&m, type, "CFBundleTypeRole", "role", VALUE_STRING);
	copy(&m, type, "CFBundleTypeExtensions", "extensions", VALUE_LIST);
	copy(&m, type, "LSItemContentTypes", "types", VALUE_LIST);
	copy_bool(&m, type, "NSIsRelatedItemType", "related_item");
	return end(&m);
}

enum { ITEMS_MAX = 256 };

static struct value document_types(struct value_pool *pool, struct value plist)
{
	struct value list = value_get(plist, "CFBundleDocumentTypes");
	struct value items[ITEMS_MAX];
	size_t n = 0;

	if (list.type != VALUE_LIST)
		return value_none;
	for (size_t i = 0; i < value_count(list) && n < ITEMS_MAX; i++) {
		struct value item = document_type(pool, value_at(list, i));

		if (item.type != VALUE_NONE)
			items[n++] = item;
	}
	return n ? value_list(pool, items, n) : value_none;
}

static struct value url_schemes(struct value_pool *pool, struct value plist)
{
	struct value list = value_get(plist, "CFBundleURLTypes");
	struct value items[ITEMS_MAX];
	size_t n = 0;

	for (size_t i = 0; list.type == VALUE_LIST && i < value_count(list);
	     i++) {
		struct value schemes =
			value_get(value_at(list, i), "CFBundleURLSchemes");

		for (size_t k = 0; schemes.type == VALUE_LIST &&
				   k < value_count(schemes) && n < ITEMS_MAX;
		     k++)
			items[n++] = value_retain(value_at(schemes, k));
	}
	return n ? value_list(pool, items, n) : value_none;
}

static struct value xpc_service(struct value_pool *pool, struct value plist)
{
	struct value from = value_get(plist, "XPCService");
	struct dict m = {.pool = pool};

	copy(&m, from, "ServiceType", "type", VALUE_STRING);
	copy(&m, from, "RunLoopType", "run_loop", VALUE_STRING);
	copy_bool(&m, from, "JoinExistingSession", "joins_session");
	return end(&m);
}

static struct value extension(struct value_pool *pool, struct value plist)
{
	struct value from = value_get(plist, "NSExtension");
	struct dict m = {.pool = pool};

	copy(&m, from, "NSExtensionPointIdentifier", "point", VALUE_STRING);
	copy(&m, from, "NSExtensionPrincipalClass", "principal_class",
	     VALUE_STRING);
	return end(&m);
}

/* NSCameraUsageDescription and its like: what TCC shows the user. */
static struct value usage(struct value_pool *pool, struct value plist)
{
	struct dict m = {.pool = pool};

	for (size_t i = 0; i < value_count(plist); i++) {
		struct slice key = value_slice(value_key(plist, i));
		struct value v = value_at(plist, i);
		struct slice tail = slice_part(
			key, key.len < 16 ? 0 : key.len - 16, key.len);

		if (v.type != VALUE_STRING ||
		    !slice_is(tail, "UsageDescription") ||
		    m.count == DICT_KEYS_MAX)
			continue;
		m.keys[m.count] = value_retain(value_key(plist, i));
		m.vals[m.count++] = value_retain(v);
	}
	return end(&m);
}

struct value info_plist_describe(struct value_pool *pool, struct value plist)
{
	static const struct {
		const char *key, *as;
	} texts[] = {
		{"CFBundleIdentifier", "bundle_id"},
		{"CFBundleName", "name"},
		{"CFBundleExecutable", "executable"},
		{"CFBundlePackageType", "package_type"},
		{"CFBundleShortVersionString", "version"},
		{"CFBundleVersion", "build"},
		{"LSMinimumSystemVersion", "minimum_system"},
		{"LSApplicationCategoryType", "category"},
		{"ElectronTeamID", "electron_team_id"},
	};
	struct dict m = {.pool = pool};

	if (plist.type != VALUE_DICT)
		return value_none;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		copy(&m, plist, texts[i].key, texts[i].as, VALUE_STRING);
	copy_bool(&m, plist, "LSUIElement", "agent");
	dict_put(&m, "document_types", document_types(pool, plist));
	dict_put(&m, "url_schemes", url_schemes(pool, plist));
	dict_put(&m, "xpc_service", xpc_service(pool, plist));
	dict_put(&m, "extension", extension(pool, plist));
	dict_put(&m, "usage", usage(pool, plist));
	return end(&m);
}
