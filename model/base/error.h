/*
 * How a function that can fail says so: it returns an enum status, and fills
 * the struct error its caller may have passed as the last argument.
 */
#ifndef MODEL_BASE_ERROR_H
#define MODEL_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum status {
	STATUS_OK = 0,
	STATUS_MALFORMED,   /* the input is not what its format allows */
	STATUS_LIMIT,       /* the input is larger or deeper than we accept */
	STATUS_NOT_FOUND,   /* a file, process or key that is not there */
	STATUS_PRIVILEGE,   /* the system refused: more privilege is needed */
	STATUS_UNSUPPORTED, /* this system cannot do that */
	STATUS_IO,          /* reading or writing failed */
	STATUS_TIMEOUT,
	STATUS_CANCELLED, /* by the person at the terminal */
	STATUS_MEMORY,
	STATUS_USAGE, /* the caller's words are wrong: a query, an option */
	STATUS_COUNT,
};

enum { ERROR_MESSAGE_BYTES = 256 };

/*
 * offset: the byte in the input where it went wrong, -1 where that means
 * nothing. line and column count from 1; 0 where they mean nothing. message:
 * what was expected and what was found, without a final newline; bytes that
 * came from outside are escaped in it.
 */
struct error {
	enum status status;
	int64_t offset;
	size_t line, column;
	char message[ERROR_MESSAGE_BYTES];
};

/* Fills err (which may be NULL) and returns status, so that a caller can
 * `return error_set(err, ...)`. Unless offset is -1 it is kept in err->offset;
 * line and column become 0. */
enum status error_set(struct error *err, enum status status, int64_t offset,
		      const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for text input, where people count lines. */
enum status error_set_line(struct error *err, enum status status, size_t line,
			   size_t column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* STATUS_PRIVILEGE for EPERM and EACCES, STATUS_NOT_FOUND for ENOENT and
 * ESRCH, STATUS_MEMORY for ENOMEM, STATUS_TIMEOUT for ETIMEDOUT, else
 * STATUS_IO. */
enum status status_from_errno(int errnum);

/* "malformed input", "out of memory": for a message that has nothing better. */
const char *status_text(enum status status);

#endif
