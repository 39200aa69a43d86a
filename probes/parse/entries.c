#include "entries.h"

#include <stdlib.h>

#include "../../model/base/vec.h"

enum { LINKS_FOLLOWED_MAX = 32 };

/* path, NUL, target, NUL in one piece of memory that path owns. */
static uint8_t *copy_two(struct slice path, struct slice target)
{
	uint8_t *memory = malloc(path.len + target.len + 2);

	if (!memory)
		return NULL;
	memcpy(memory, path.ptr, path.len);
	memory[path.len] = 0;
	if (target.len)
		memcpy(memory + path.len + 1, target.ptr, target.len);
	memory[path.len + 1 + target.len] = 0;
	return memory;
}

enum status entries_add(struct entries *e, struct slice path,
			enum entry_kind kind, struct slice target,
			struct error *err)
{
	uint8_t *memory;

	if (e->count >= ENTRIES_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "more than %d files in one directory tree",
				 (int)ENTRIES_MAX);
	if (path.len == 0 || path.len > ENTRY_PATH_MAX ||
	    target.len > ENTRY_TARGET_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "a path of %zu bytes: at most %d are read",
				 path.len, (int)ENTRY_PATH_MAX);
	memory = copy_two(path, target);
	if (!memory || !vec_reserve((void **)&e->items, &e->cap, e->count + 1,
				    sizeof(*e->items), ENTRIES_MAX)) {
		free(memory);
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for a list of %zu files", e->count);
	}
	e->items[e->count++] = (struct entry){
		.path = slice_of(memory, path.len),
		.target = slice_of(memory + path.len + 1, target.len),
		.kind = kind,
	};
	e->sorted = false;
	return STATUS_OK;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return slice_compare(x->path, y->path);
}

void entries_sort(struct entries *e)
{
	if (e->count)
		qsort(e->items, e->count, sizeof(*e->items), compare_entries);
	e->sorted = true;
}

void entries_release(struct entries *e)
{
	for (size_t i = 0; i < e->count; i++)
		free((void *)(uintptr_t)e->items[i].path.ptr);
	free(e->items);
	*e = (struct entries){.items = NULL};
}

/* The first entry that does not sort before path. */
static size_t lower_bound(const struct entries *e, struct slice path)
{
	size_t low = 0, high = e->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slice_compare(e->items[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct entry *entries_find(const struct entries *e, struct slice path)
{
	size_t i = lower_bound(e, path);

	if (i < e->count && slice_equal(e->items[i].path, path))
		return &e->items[i];
	return NULL;
}

/* dir + "/" + name; false where that is too long. */
static bool join(char *buffer, size_t size, struct slice dir, struct slice name,
		 size_t *len)
{
	size_t slash = dir.len ? 1 : 0;

	if (dir.len + slash + name.len > size)
		return false;
	if (dir.len) {
		memmove(buffer, dir.ptr, dir.len);
		buffer[dir.len] = '/';
	}
	if (name.len)
		memcpy(buffer + dir.len + slash, name.ptr, name.len);
	*len = dir.len + slash + name.len;
	return true;
}

const struct entry *entries_find_in(const struct entries *e, struct slice dir,
				    const char *name)
{
	char path[ENTRY_PATH_MAX];
	size_t len;

	if (!join(path, sizeof(path), dir, slice_text(name), &len))
		return NULL;
	return entries_find(e, slice_of(path, len));
}

void entries_below(const struct entries *e, struct slice dir, size_t *first,
		   size_t *end)
{
	char edge[ENTRY_PATH_MAX + 1];

	*first = 0;
	*end = e->count;
	if (!dir.len)
		return;
	if (dir.len > ENTRY_PATH_MAX) {
		*end = 0;
		return;
	}
	memcpy(edge, dir.ptr, dir.len);
	edge[dir.len] = '/';
	*first = lower_bound(e, slice_of(edge, dir.len + 1));
	edge[dir.len] = '/' + 1; /* what sorts after all that begin so */
	*end = lower_bound(e, slice_of(edge, dir.len + 1));
}

/* Takes the first component off *rest. */
static struct slice next_component(struct slice *rest)
{
	size_t slash;
	struct slice part;

	while (rest->len && rest->ptr[0] == '/')
		*rest = slice_part(*rest, 1, rest->len);
	slash = slice_find_byte(*rest, '/');
	part = slice_part(*rest, 0, slash);
	*rest = slice_part(*rest, slash, rest->len);
	return part;
}

/* What is still to be walked: the link's target, then the rest. */
static bool put_before(char *todo, size_t *todo_len, struct slice target,
		       struct slice rest)
{
	char after[ENTRY_PATH_MAX];
	size_t rest_len = rest.len;

	if (rest_len > sizeof(after))
		return false;
	if (rest_len)
		memcpy(after, rest.ptr, rest_len);
	return join(todo, ENTRY_PATH_MAX, target, slice_of(after, rest_len),
		    todo_len);
}

enum status entries_resolve(const struct entries *e, struct slice path,
			    char *out, size_t *len, struct error *err)
{
	char todo[ENTRY_PATH_MAX];
	size_t todo_len = 0, done = 0;
	int links = 0;

	if (!put_before(todo, &todo_len, slice_of(NULL, 0), path))
		return error_set(err, STATUS_LIMIT, -1, "the path is too long");
	for (;;) {
		struct slice rest = slice_of(todo, todo_len);
		struct slice part = next_component(&rest);
		const struct entry *entry;
		size_t joined;

		if (!part.len)
			break;
		if (slice_is(part, "..")) {
			if (!done)
				return error_set(err, STATUS_MALFORMED, -1,
						 "the path leaves the bundle");
			done = slice_dir_name(slice_of(out, done)).len;
		} else if (!slice_is(part, ".")) {
			if (!join(out, ENTRY_PATH_MAX, slice_of(out, done),
				  part, &joined))
				return error_set(err, STATUS_LIMIT, -1,
						 "the path is too long");
			entry = entries_find(e, slice_of(out, joined));
			if (!entry)
				return error_set(err, STATUS_NOT_FOUND, -1,
						 "there is no such file");
			if (entry->kind != ENTRY_LINK) {
				done = joined;
			} else if (++links > LINKS_FOLLOWED_MAX ||
				   !entry->target.len ||
				   entry->target.ptr[0] == '/') {
				return error_set(err, STATUS_MALFORMED, -1,
						 "a symbolic link leaves the "
						 "bundle or turns in a circle");
			} else {
				if (!put_before(todo, &todo_len, entry->target,
						rest))
					return error_set(err, STATUS_LIMIT, -1,
							 "a symbolic link is "
							 "too long");
				continue;
			}
		}
		memmove(todo, rest.ptr, rest.len);
		todo_len = rest.len;
	}
	*len = done;
	return STATUS_OK;
}
