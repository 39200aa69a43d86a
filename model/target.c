#include "target.h"

#include <stdlib.h>

#include "base/vec.h"
#include "tree.h"

enum {
	NEAR_WORD_MAX = 64,     /* longer words are nobody's slip of a key */
	NEAR_NAMES_MAX = 65536, /* names looked at for an error message */
	CLIMB_MAX = 1000,
	COMM_BYTES = 15, /* Linux cuts a process's short name: proc(5) */
	SHOWN_WORD_MAX = 64,
};

void targets_release(struct targets *t)
{
	free(t->serials);
	*t = (struct targets){.serials = NULL};
}

static uint8_t fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool same_word(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (fold(a.ptr[i]) != fold(b.ptr[i]))
			return false;
	}
	return true;
}

/*
 * Edit distance: a byte more, less or another one, or two neighbours
 * swapped. `most` and above are all the same to the caller.
 */
static size_t distance(struct slice a, struct slice b, size_t most)
{
	size_t row[3][NEAR_WORD_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3];
		const size_t *twice = row[(i + 1) % 3];
		size_t least = now[0] = i;

		for (size_t j = 1; j <= b.len; j++) {
			uint8_t x = fold(a.ptr[i - 1]), y = fold(b.ptr[j - 1]);
			size_t best = before[j - 1] + (x != y);

			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x == fold(b.ptr[j - 2]) &&
			    y == fold(a.ptr[i - 2]) && twice[j - 2] + 1 < best)
				best = twice[j - 2] + 1;
			now[j] = best;
			if (best < least)
				least = best;
		}
		if (least >= most)
			return most;
	}
	return row[a.len % 3][b.len];
}

/* How far a candidate is, SIZE_MAX when it is not near: one slip in three
 * bytes, or the one begins with the other. */
static size_t nearness(struct slice word, struct slice candidate)
{
	size_t allowed = word.len < 3 ? 1 : 1 + word.len / 3, d;
	struct slice a = word, b = candidate;

	if (!word.len || !candidate.len || word.len > NEAR_WORD_MAX ||
	    candidate.len > NEAR_WORD_MAX)
		return SIZE_MAX;
	if (a.len > b.len) {
		a = candidate;
		b = word;
	}
	if (a.len >= 3 && same_word(a, slice_part(b, 0, a.len)))
		return 1;
	if (b.len - a.len > allowed)
		return SIZE_MAX;
	d = distance(word, candidate, allowed + 1);
	return d <= allowed && d < b.len ? d : SIZE_MAX;
}

struct near_list {
	struct slice words[TARGET_NEAR_MAX];
	size_t distances[TARGET_NEAR_MAX];
	size_t count;
};

static void near_add(struct near_list *n, struct slice word, size_t d)
{
	size_t at = n->count;

	for (size_t i = 0; i < n->count; i++) {
		if (same_word(n->words[i], word))
			return;
	}
	while (at > 0 && n->distances[at - 1] > d)
		at--;
	if (at >= TARGET_NEAR_MAX)
		return;
	if (n->count < TARGET_NEAR_MAX)
		n->count++;
	for (size_t i = n->count - 1; i > at; i--) {
		n->words[i] = n->words[i - 1];
		n->distances[i] = n->distances[i - 1];
	}
	n->words[at] = word;
	n->distances[at] = d;
}

bool near_words(struct text *out, struct slice word,
		const struct slice *candidates, size_t count)
{
	struct near_list near = {.count = 0};

	for (size_t i = 0; i < count; i++) {
		size_t d = nearness(word, candidates[i]);

		if (d != SIZE_MAX)
			near_add(&near, candidates[i], d);
	}
	for (size_t i = 0; i < near.count; i++) {
		if (i)
			text_add_text(out, ", ");
		text_add_escaped(out, near.words[i]);
	}
	return near.count > 0;
}

static struct slice fact_text(const struct store *s, const struct process *p,
			      enum fact_id id)
{
	struct fact f = process_fact(s, p, id);

	return fact_has_value(&f) ? value_slice(f.value) : slice_of(NULL, 0);
}

/* "18530.1", as --json and snapshots write it. */
static bool is_id(const struct process *p, struct slice word)
{
	struct slice rest = word, pid = slice_take(&rest, '.');
	int64_t number, incarnation;

	return slice_to_int(pid, &number) && number == p->pid &&
	       slice_to_int(rest, &incarnation) &&
	       incarnation == p->incarnation;
}

/* "/Applications/MyApp.app", "MyApp.app" and both with a final '/', for
 * ".../MyApp.app/Contents/MacOS/MyApp". */
static bool in_bundle(struct slice executable, struct slice word)
{
	size_t at;

	while (word.len && word.ptr[word.len - 1] == '/')
		word.len--;
	if (word.len < 5 || !same_word(slice_part(word, word.len - 4, 4),
				       SLICE_LITERAL(".app")))
		return false;
	at = slice_find(executable, word, true);
	if (at >= executable.len || at + word.len >= executable.len ||
	    executable.ptr[at + word.len] != '/')
		return false;
	return at == 0 || executable.ptr[at - 1] == '/';
}

static bool is_named(const struct store *s, const struct process *p,
		     struct slice word)
{
	static const enum fact_id ids[] = {
		FACT_APP,  FACT_BUNDLE_ID,  FACT_FLATPAK_APP,
		FACT_SNAP, FACT_EXECUTABLE, FACT_CONTAINER_ID,
	};
	struct slice name = fact_text(s, p, FACT_NAME);
	struct slice executable = fact_text(s, p, FACT_EXECUTABLE);

	if (same_word(name, word) ||
	    same_word(slice_base_name(executable), word))
		return true;
	/* Without the executable, a long name is known by its start alone. */
	if (!executable.len && name.len == COMM_BYTES &&
	    same_word(name, slice_part(word, 0, COMM_BYTES)))
		return true;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		struct slice text = fact_text(s, p, ids[i]);

		if (text.len && same_word(text, word))
			return true;
	}
	return in_bundle(executable, word) || is_id(p, word);
}

bool target_fits(const struct store *s, const struct process *p,
		 struct slice word)
{
	int64_t pid;

	return slice_to_int(word, &pid) ? p->pid == pid : is_named(s, p, word);
}

/* Serials ascend with the index: a sorted list, found by halves. */
static bool has_serial(const uint32_t *serials, size_t count, uint32_t serial)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (serials[middle] < serial)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && serials[low] == serial;
}

static bool hangs_under(const struct store *s, const struct process *p,
			const uint32_t *serials, size_t count)
{
	for (size_t i = 0; i < CLIMB_MAX; i++) {
		p = tree_parent(s, p, TREE_BY_APP);
		if (!p)
			return false;
		if (has_serial(serials, count, p->serial))
			return true;
	}
	return false;
}

static enum status add_target(struct targets *t, uint32_t serial,
			      struct error *err)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->serials[i] == serial)
			return STATUS_OK;
	}
	if (t->count >= TARGETS_MAX)
		return error_set(err, STATUS_LIMIT, -1,
				 "at most %d processes can be looked at by "
				 "name, more fit",
				 TARGETS_MAX);
	if (!vec_reserve((void **)&t->serials, &t->cap, t->count + 1,
			 sizeof(*t->serials), TARGETS_MAX))
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	t->serials[t->count++] = serial;
	return STATUS_OK;
}

struct found {
	uint32_t *serials;
	size_t count, cap;
};

/* pid: the process with that number, not one so named; -1: by name. */
static enum status collect(struct found *f, const struct store *s,
			   struct slice word, int64_t pid, bool alive)
{
	for (size_t i = 0; i < store_count(s); i++) {
		struct process *p = store_at(s, i);

		if (process_alive(p) != alive)
			continue;
		if (pid >= 0 ? p->pid != pid : !is_named(s, p, word))
			continue;
		if (!vec_reserve((void **)&f->serials, &f->cap, f->count + 1,
				 sizeof(*f->serials), STORE_PROCESSES_MAX))
			return STATUS_MEMORY;
		f->serials[f->count++] = p->serial;
	}
	return STATUS_OK;
}

/* A number is a pid first, and a name only when no process has it. */
static enum status search(struct found *f, const struct store *s,
			  struct slice word)
{
	enum status status = STATUS_OK;
	int64_t pid;

	if (slice_to_int(word, &pid)) {
		status = collect(f, s, word, pid, true);
		if (status == STATUS_OK && !f->count)
			status = collect(f, s, word, pid, false);
		/* Of several gone ones with one pid the last is meant. */
		if (f->count > 1) {
			f->serials[0] = f->serials[f->count - 1];
			f->count = 1;
		}
	}
	if (status == STATUS_OK && !f->count)
		status = collect(f, s, word, -1, true);
	if (status == STATUS_OK && !f->count)
		status = collect(f, s, word, -1, false);
	return status;
}

static enum status not_found(const struct store *s, struct slice word,
			     struct error *err)
{
	static const enum fact_id ids[] = {FACT_NAME, FACT_APP, FACT_BUNDLE_ID,
					   FACT_FLATPAK_APP, FACT_SNAP};
	enum { IDS = sizeof(ids) / sizeof(*ids) };
	size_t count = store_count(s), used = 0;
	struct slice *names;
	struct text near, shown;
	int64_t pid;

	if (count > NEAR_NAMES_MAX / IDS)
		count = NEAR_NAMES_MAX / IDS;
	names = malloc((count * IDS + 1) * sizeof(*names));
	for (size_t i = 0; names && i < count; i++) {
		for (size_t k = 0; k < IDS; k++)
			names[used++] = fact_text(s, store_at(s, i), ids[k]);
	}
	text_init(&near, ERROR_MESSAGE_BYTES / 2);
	text_init(&shown, SHOWN_WORD_MAX);
	text_add_escaped(&shown, word);
	if (slice_to_int(word, &pid))
		error_set(err, STATUS_NOT_FOUND, -1,
			  "no process has the pid %s", shown.ptr);
	else if (names && near_words(&near, word, names, used))
		error_set(err, STATUS_NOT_FOUND, -1,
			  "no process or app is called '%s'; near: %s",
			  shown.ptr, near.ptr);
	else
		error_set(err, STATUS_NOT_FOUND, -1,
			  "no process or app is called '%s'", shown.ptr);
	text_release(&shown);
	text_release(&near);
	free(names);
	return STATUS_NOT_FOUND;
}

enum status target_find(struct targets *t, const struct store *s,
			struct slice word, struct error *err)
{
	struct found found = {.serials = NULL};
	enum status status = search(&found, s, word);

	if (status != STATUS_OK) {
		status = error_set(err, status, -1, "out of memory");
		goto out;
	}
	if (!found.count) {
		status = not_found(s, word, err);
		goto out;
	}
	for (size_t i = 0; status == STATUS_OK && i < found.count; i++) {
		struct process *p = store_by_serial(s, found.serials[i]);

		if (!hangs_under(s, p, found.serials, found.count))
			status = add_target(t, p->serial, err);
	}
out:
	free(found.serials);
	return status;
}
