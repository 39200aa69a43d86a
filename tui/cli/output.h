/*
 * Standard output for the text commands: buffered, checked, quiet once nobody
 * reads any more.
 */
#ifndef TUI_CLI_OUTPUT_H
#define TUI_CLI_OUTPUT_H

#include "../../model/base/text.h"

enum output_ink {
	INK_PLAIN,
	INK_DIM,
	INK_GOOD,
	INK_WARN,
	INK_BAD,
	INK_HEAD,
	INK_COUNT,
};

/*
 * utf8: signs, lines and names may go beyond ASCII. color: a terminal that
 * nobody asked to leave plain. columns: its width, 0 where nothing is cut.
 * gone: the reader has closed its end; what is added from then on is dropped.
 */
struct output {
	struct text buffer;
	int fd;
	bool terminal, utf8, color, gone;
	size_t columns;
	int errnum; /* why writing failed, 0 */
};

/* Looks at the locale, TERM, NO_COLOR and the terminal's size. */
void output_init(struct output *o, int fd, bool no_color, bool ascii);

void output_text(struct output *o, const char *text);
void output_slice(struct output *o, struct slice bytes);
void output_format(struct output *o, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Text from outside: escaped for JSON's sake already or not, it leaves no
 * byte that this output cannot show. */
void output_shown(struct output *o, struct slice escaped, enum output_ink ink);

/* Writes what is buffered. STATUS_IO with a sentence when writing failed, also
 * earlier; a reader that has gone is no error. */
enum status output_end(struct output *o, struct error *err);
void output_release(struct output *o);

#endif
