#include "bundle.h"

#include <stdlib.h>

#include "../../model/base/vec.h"

static const char *const kind_ids[] = {
	[BUNDLE_APP] = "app",
	[BUNDLE_FRAMEWORK] = "framework",
	[BUNDLE_XPC] = "xpc",
	[BUNDLE_APPEX] = "appex",
	[BUNDLE_SYSTEM_EXTENSION] = "systemextension",
	[BUNDLE_DRIVER_EXTENSION] = "dext",
	[BUNDLE_KERNEL_EXTENSION] = "kext",
	[BUNDLE_PLUGIN] = "plugin",
	[BUNDLE_BUNDLE] = "bundle",
	[BUNDLE_LOGIN_ITEM] = "login_item",
	[BUNDLE_LOOSE] = "file",
};

_Static_assert(sizeof(kind_ids) / sizeof(*kind_ids) == BUNDLE_KIND_COUNT,
	       "every kind of bundle has an id");

const char *bundle_kind_id(enum bundle_kind kind)
{
	return (unsigned)kind < BUNDLE_KIND_COUNT ? kind_ids[kind] : "";
}

/* The bytes after the last dot of a name; empty where there is none. */
static struct slice extension_of(struct slice name)
{
	for (size_t i = name.len; i > 0; i--)
		if (name.ptr[i - 1] == '.')
			return slice_part(name, i, name.len);
	return slice_of(NULL, 0);
}

enum bundle_kind bundle_kind_of(struct slice name)
{
	static const struct {
		const char *extension;
		enum bundle_kind kind;
	} kinds[] = {
		{"app", BUNDLE_APP},
		{"framework", BUNDLE_FRAMEWORK},
		{"xpc", BUNDLE_XPC},
		{"appex", BUNDLE_APPEX},
		{"systemextension", BUNDLE_SYSTEM_EXTENSION},
		{"dext", BUNDLE_DRIVER_EXTENSION},
		{"kext", BUNDLE_KERNEL_EXTENSION},
		{"plugin", BUNDLE_PLUGIN},
		{"bundle", BUNDLE_BUNDLE},
		{"component", BUNDLE_PLUGIN},
		{"mdimporter", BUNDLE_PLUGIN},
		{"qlgenerator", BUNDLE_PLUGIN},
		{"saver", BUNDLE_PLUGIN},
		{"prefPane", BUNDLE_PLUGIN},
		{"action", BUNDLE_PLUGIN},
		{"driver", BUNDLE_PLUGIN},
	};
	struct slice extension = extension_of(name);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (slice_is(extension, kinds[i].extension))
			return kinds[i].kind;
	return BUNDLE_KIND_COUNT;
}

/* dir + "/" + name with links followed; NULL where it is not of that kind. */
static const struct entry *find(const struct entries *tree, struct slice dir,
				const char *name, enum entry_kind kind)
{
	char path[ENTRY_PATH_MAX], real[ENTRY_PATH_MAX];
	size_t n = strlen(name), slash = dir.len ? 1 : 0, len;
	const struct entry *entry;

	if (dir.len + slash + n > sizeof(path))
		return NULL;
	if (dir.len) {
		memcpy(path, dir.ptr, dir.len);
		path[dir.len] = '/';
	}
	memcpy(path + dir.len + slash, name, n);
	if (entries_resolve(tree, slice_of(path, dir.len + slash + n), real,
			    &len, NULL))
		return NULL;
	entry = entries_find(tree, slice_of(real, len));
	return entry && entry->kind == kind ? entry : NULL;
}

static struct slice file_in(const struct entries *tree, struct slice dir,
			    const char *name)
{
	const struct entry *entry = find(tree, dir, name, ENTRY_FILE);

	return entry ? entry->path : slice_of(NULL, 0);
}

static void fill(const struct entries *tree, struct bundle *b, const char *info)
{
	const struct entry *seal = find(
		tree, b->content, "_CodeSignature/CodeResources", ENTRY_FILE);
	const struct entry *ticket =
		entries_find_in(tree, b->content, "CodeResources");

	b->info = file_in(tree, b->content, info);
	b->profile = file_in(tree, b->content, "embedded.provisionprofile");
	if (!b->profile.len)
		b->profile =
			file_in(tree, b->content, "embedded.mobileprovision");
	if (ticket && ticket->kind == ENTRY_FILE)
		b->ticket = ticket->path;
	if (seal)
		b->seal = seal->path;
}

/* A framework's version; version: its directory. */
static bool use_version(const struct entries *tree, struct slice version,
			struct bundle *b)
{
	b->content = b->programs = version;
	b->versioned = true;
	fill(tree, b, "Resources/Info.plist");
	return true;
}

/* The only directory in Versions/ where Current does not lead to one. */
static struct slice only_version(const struct entries *tree,
				 struct slice versions)
{
	struct slice found = {NULL, 0};
	size_t first, end;

	entries_below(tree, versions, &first, &end);
	for (size_t i = first; i < end; i++) {
		struct slice rest =
			slice_part(tree->items[i].path, versions.len + 1,
				   tree->items[i].path.len);

		if (tree->items[i].kind != ENTRY_DIRECTORY ||
		    slice_find_byte(rest, '/') != rest.len)
			continue;
		if (found.len)
			return slice_of(NULL, 0);
		found = tree->items[i].path;
	}
	return found;
}

/* Fills where its parts are; false when path has no bundle's layout. */
static bool lay_out(const struct entries *tree, struct bundle *b)
{
	const struct entry *entry, *programs;

	entry = find(tree, b->path, "Contents", ENTRY_DIRECTORY);
	if (entry) {
		b->content = entry->path;
		programs = find(tree, b->content, "MacOS", ENTRY_DIRECTORY);
		b->programs = programs ? programs->path : b->content;
		fill(tree, b, "Info.plist");
		return b->info.len || b->seal.len || programs;
	}
	entry = find(tree, b->path, "Versions/Current", ENTRY_DIRECTORY);
	if (entry)
		return use_version(tree, entry->path, b);
	entry = find(tree, b->path, "Versions", ENTRY_DIRECTORY);
	if (entry && only_version(tree, entry->path).len)
		return use_version(tree, only_version(tree, entry->path), b);
	b->content = b->programs = b->path;
	fill(tree, b, "Info.plist");
	if (!b->info.len)
		b->info = file_in(tree, b->content, "Resources/Info.plist");
	return b->info.len || b->seal.len;
}

static struct bundle *add(struct bundle_list *l, struct bundle b)
{
	if (l->count >= BUNDLE_NODES_MAX ||
	    !vec_reserve((void **)&l->items, &l->cap, l->count + 1,
			 sizeof(*l->items), BUNDLE_NODES_MAX)) {
		l->cut = true;
		return NULL;
	}
	l->items[l->count] = b;
	return &l->items[l->count++];
}

static bool is_in(struct slice path, struct slice directory)
{
	return !directory.len ||
	       (path.len > directory.len && path.ptr[directory.len] == '/' &&
		!memcmp(path.ptr, directory.ptr, directory.len));
}

/* The bundles that the place now looked at is in, outermost first: entries
 * come sorted, so that one is left for good when it is left. */
struct open_bundles {
	size_t items[ENTRIES_DEPTH_MAX + 2];
	size_t count;
};

static size_t innermost(struct open_bundles *o, const struct bundle_list *l,
			struct slice path)
{
	while (o->count && !is_in(path, l->items[o->items[o->count - 1]].path))
		o->count--;
	return o->count ? o->items[o->count - 1] : SIZE_MAX;
}

static void enter(struct open_bundles *o, size_t index)
{
	if (o->count < sizeof(o->items) / sizeof(*o->items))
		o->items[o->count++] = index;
}

static bool in_login_items(struct slice path)
{
	struct slice dir = slice_dir_name(path);

	return slice_is(slice_base_name(dir), "LoginItems");
}

/* Versions of a framework that Current does not lead to are code as well. */
static void add_versions(const struct entries *tree, struct bundle_list *l,
			 size_t framework)
{
	struct slice current = l->items[framework].content;
	struct slice versions = slice_dir_name(current);
	size_t first, end;

	entries_below(tree, versions, &first, &end);
	for (size_t i = first; i < end; i++) {
		struct slice path = tree->items[i].path;
		struct slice rest =
			slice_part(path, versions.len + 1, path.len);
		struct bundle b = {.kind = BUNDLE_FRAMEWORK,
				   .path = path,
				   .parent = framework};

		if (tree->items[i].kind != ENTRY_DIRECTORY ||
		    slice_find_byte(rest, '/') != rest.len ||
		    slice_equal(path, current))
			continue;
		if (use_version(tree, path, &b) && (b.info.len || b.seal.len))
			(void)add(l, b);
	}
}

/* Whether the directory is a version that add_versions has told already. */
static bool enter_version(struct open_bundles *o, const struct bundle_list *l,
			  size_t in, struct slice path)
{
	if (in == SIZE_MAX || !l->items[in].versioned)
		return false;
	for (size_t i = in + 1; i < l->count && l->items[i].parent == in; i++)
		if (slice_equal(l->items[i].path, path)) {
			enter(o, i);
			return true;
		}
	return false;
}

static void look_at_directory(const struct entries *tree, struct bundle_list *l,
			      struct open_bundles *o, const struct entry *entry)
{
	size_t in = innermost(o, l, entry->path), index = l->count;
	struct bundle b = {
		.kind = bundle_kind_of(slice_base_name(entry->path)),
		.path = entry->path,
		.parent = in,
	};

	if (enter_version(o, l, in, entry->path))
		return;
	if (b.kind == BUNDLE_KIND_COUNT || !lay_out(tree, &b))
		return;
	if (b.kind == BUNDLE_APP && in_login_items(b.path))
		b.kind = BUNDLE_LOGIN_ITEM;
	if (!add(l, b))
		return;
	enter(o, index);
	if (b.versioned)
		add_versions(tree, l, index);
}

/* Where Security looks for nested code, and what is code by its name. */
static bool may_be_program(struct slice relative)
{
	static const char *const places[] = {
		"Frameworks/", "SharedFrameworks/", "PlugIns/",
		"Plug-ins/",   "XPCServices/",      "Helpers/",
		"MacOS/",      "Libraries/",        "Library/",
	};
	static const char *const extensions[] = {"dylib", "so", "node",
						 "jnilib"};
	struct slice extension = extension_of(slice_base_name(relative));

	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++)
		if (slice_is(extension, extensions[i]))
			return true;
	if (slice_find_byte(relative, '/') == relative.len)
		return !extension.len;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (slice_starts(relative, places[i]))
			return true;
	return false;
}

static void look_at_file(struct bundle_list *l, struct open_bundles *o,
			 const struct entry *entry)
{
	size_t in = innermost(o, l, entry->path);
	struct slice content;

	if (in == SIZE_MAX)
		return;
	content = l->items[in].content;
	if (!is_in(entry->path, content) ||
	    !may_be_program(slice_part(entry->path,
				       content.len + (content.len ? 1 : 0),
				       entry->path.len)))
		return;
	(void)add(l, (struct bundle){.kind = BUNDLE_LOOSE,
				     .path = entry->path,
				     .parent = in});
}

enum status bundle_find_all(const struct entries *tree, struct slice name,
			    struct bundle_list *out, struct error *err)
{
	struct bundle root = {.kind = bundle_kind_of(name), .parent = SIZE_MAX};

	struct open_bundles open = {.count = 0};

	*out = (struct bundle_list){.items = NULL};
	if (root.kind == BUNDLE_KIND_COUNT)
		root.kind = BUNDLE_BUNDLE;
	if (!lay_out(tree, &root))
		return error_set(err, STATUS_UNSUPPORTED, -1,
				 "expected a bundle, found a directory without "
				 "Contents, Versions or Info.plist");
	if (!add(out, root))
		return error_set(err, STATUS_MEMORY, -1, "no memory");
	enter(&open, 0);
	if (root.versioned)
		add_versions(tree, out, 0);
	for (size_t i = 0; i < tree->count; i++) {
		const struct entry *entry = &tree->items[i];

		if (entry->kind == ENTRY_DIRECTORY)
			look_at_directory(tree, out, &open, entry);
		else if (entry->kind == ENTRY_FILE)
			look_at_file(out, &open, entry);
	}
	return STATUS_OK;
}

void bundle_list_release(struct bundle_list *l)
{
	free(l->items);
	*l = (struct bundle_list){.items = NULL};
}

const struct entry *bundle_executable(const struct entries *tree,
				      const struct bundle *b,
				      struct slice named, struct slice name)
{
	struct slice extension = extension_of(name);
	char file[256];

	if (!named.len)
		named = slice_part(name, 0,
				   extension.len ? name.len - extension.len - 1
						 : name.len);
	if (!named.len || named.len >= sizeof(file) ||
	    slice_find_byte(named, '/') != named.len || slice_is(named, "..") ||
	    slice_is(named, "."))
		return NULL;
	memcpy(file, named.ptr, named.len);
	file[named.len] = 0;
	return find(tree, b->programs, file, ENTRY_FILE);
}
