#include "role.h"

#include "base/text.h"
#include "role_rules.h"

struct role_words role_words_of(const struct role_program *p)
{
	struct role_words w = {.arguments = p->arguments, .index = 1};

	if (value_count(p->arguments) == 1) {
		w.title = slice_part(value_slice(value_at(p->arguments, 0)), 0,
				     ROLE_SCAN_BYTES_MAX);
	}
	return w;
}

bool role_word(struct role_words *w, struct slice *word)
{
	if (w->words++ >= ROLE_WORDS_MAX)
		return false;
	while (w->title.len) {
		*word = slice_take(&w->title, ' ');
		if (word->len)
			return true;
	}
	if (w->index >= value_count(w->arguments) ||
	    w->bytes > ROLE_SCAN_BYTES_MAX)
		return false;
	*word = value_slice(value_at(w->arguments, w->index++));
	w->bytes += word->len;
	return true;
}

bool role_value(struct slice word, const char *option, struct slice *value)
{
	if (!slice_starts(word, option))
		return false;
	*value = slice_part(word, strlen(option), word.len);
	return true;
}

bool role_has(const struct role_program *p, const char *word)
{
	struct role_words w = role_words_of(p);
	struct slice each;

	while (role_word(&w, &each)) {
		if (slice_is(each, word))
			return true;
	}
	return false;
}

static void append(char *text, size_t cap, const char *from, size_t len)
{
	size_t used = strlen(text);

	if (len > cap - 1 - used)
		len = cap - 1 - used;
	memcpy(text + used, from, len);
	text[used + len] = '\0';
}

void role_set(struct role_answer *a, enum role_family family,
	      enum role_kind kind, const char *role, const char *reason)
{
	a->family = family;
	a->kind = kind;
	a->role[0] = '\0';
	append(a->role, sizeof(a->role), role, strlen(role));
	a->reason = reason;
}

static bool is_word_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
	       c == '+';
}

void role_append(char *text, size_t cap, struct slice word)
{
	for (size_t i = 0; i < word.len && i < cap; i++) {
		char c = is_word_byte(word.ptr[i]) ? (char)word.ptr[i] : '?';

		append(text, cap, &c, 1);
	}
}

/* The longest start of valid UTF-8 that ends at a character and has at most
 * `room` bytes. */
static size_t whole_characters(struct slice text, size_t room)
{
	size_t n = text.len < room ? text.len : room;

	if (n == text.len)
		return n;
	while (n && (text.ptr[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void role_append_name(char *text, size_t cap, struct slice name)
{
	/* A name longer than any we keep is not looked at whole. */
	struct slice part = slice_part(
		name, 0, whole_characters(name, cap - 1 - strlen(text)));

	if (text_is_plain(part)) {
		append(text, cap, (const char *)part.ptr, part.len);
		return;
	}
	for (size_t i = 0; i < part.len; i++) {
		uint8_t b = part.ptr[i];
		char c = b >= 0x20 && b < 0x7f ? (char)b : '?';

		append(text, cap, &c, 1);
	}
}

static struct slice without_suffix(struct slice a, const char *suffix)
{
	size_t n = strlen(suffix);

	if (a.len < n || memcmp(a.ptr + a.len - n, suffix, n) != 0)
		return a;
	return slice_part(a, 0, a.len - n);
}

/* The program of argv[0]; of a title only what stands before its options. */
static struct slice first_argument(struct value arguments)
{
	struct slice first = slice_part(value_slice(value_at(arguments, 0)), 0,
					ROLE_SCAN_BYTES_MAX);

	if (value_count(arguments) == 1)
		first = slice_part(
			first, 0,
			slice_find(first, SLICE_LITERAL(" -"), false));
	return first;
}

/* The kernel's name is cut at 15 bytes and any thread can change it, the first
 * argument can be anything: the file comes first. */
static void find_program(struct role_program *p, struct value executable)
{
	p->path = without_suffix(value_slice(executable), " (deleted)");
	p->base = slice_base_name(p->path);
	p->base_reason = "program name";
	if (p->base.len)
		return;
	p->base = slice_base_name(first_argument(p->arguments));
	p->base_reason = "argument 0";
	if (p->base.len)
		return;
	p->base = p->name;
	p->base_reason = "process name";
}

/* /snap/NAME/REVISION/... */
static void snap_name(const struct role_program *p, struct role_answer *a)
{
	struct slice rest = p->path, name;

	if (!slice_starts(rest, "/snap/"))
		return;
	rest = slice_part(rest, strlen("/snap/"), rest.len);
	name = slice_take(&rest, '/');
	if (!name.len || !rest.len)
		return;
	a->app_name[0] = '\0';
	role_append(a->app_name, sizeof(a->app_name), name);
}

void role_infer(struct value executable, struct value name,
		struct value arguments, struct role_answer *out)
{
	static bool (*const families[])(const struct role_program *,
					struct role_answer *) = {
		role_chromium, role_firefox, role_launcher,
		role_service,  role_bundle,
	};
	struct role_program p = {.name = value_slice(name)};

	*out = (struct role_answer){.reason = ""};
	if (arguments.type == VALUE_LIST)
		p.arguments = arguments;
	find_program(&p, executable);
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (families[i](&p, out))
			break;
	}
	if (out->kind != ROLE_SERVICE && out->kind != ROLE_LAUNCHER)
		snap_name(&p, out);
}
