#include "error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const status_texts[] = {
	[STATUS_OK] = "no error",
	[STATUS_MALFORMED] = "malformed input",
	[STATUS_LIMIT] = "too large or too deep",
	[STATUS_NOT_FOUND] = "not found",
	[STATUS_PRIVILEGE] = "more privilege is needed",
	[STATUS_UNSUPPORTED] = "not supported by this system",
	[STATUS_IO] = "input or output failed",
	[STATUS_TIMEOUT] = "timed out",
	[STATUS_CANCELLED] = "cancelled",
	[STATUS_MEMORY] = "out of memory",
	[STATUS_USAGE] = "wrong usage",
};

_Static_assert(sizeof(status_texts) / sizeof(*status_texts) == STATUS_COUNT,
	       "every status has a text");

/* Drops the last UTF-8 sequence, which the end may have cut in two. */
static void end_between_characters(char *message, size_t len)
{
	size_t lead = len;

	while (lead > 0 && len - lead < 4 && (message[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead > 0 && (message[lead - 1] & 0xc0) == 0xc0)
		message[lead - 1] = '\0';
}

/* The words may quote err->message itself, so they are made aside first. */
static void fill(struct error *err, enum status status, int64_t offset,
		 size_t line, size_t column, const char *format, va_list args)
	__attribute__((format(printf, 6, 0)));

static void fill(struct error *err, enum status status, int64_t offset,
		 size_t line, size_t column, const char *format, va_list args)
{
	char message[ERROR_MESSAGE_BYTES];
	int n;

	if (!err)
		return;
	n = vsnprintf(message, sizeof(message), format, args);
	if (n < 0)
		message[0] = '\0';
	else if ((size_t)n >= sizeof(message))
		end_between_characters(message, sizeof(message) - 1);
	memcpy(err->message, message, sizeof(message));
	err->status = status;
	err->offset = offset;
	err->line = line;
	err->column = column;
}

enum status error_set(struct error *err, enum status status, int64_t offset,
		      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(err, status, offset, 0, 0, format, args);
	va_end(args);
	return status;
}

enum status error_set_line(struct error *err, enum status status, size_t line,
			   size_t column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(err, status, -1, line, column, format, args);
	va_end(args);
	return status;
}

enum status status_from_errno(int errnum)
{
	switch (errnum) {
	case 0:
		return STATUS_OK;
	case EPERM:
	case EACCES:
		return STATUS_PRIVILEGE;
	case ENOENT:
	case ESRCH:
		return STATUS_NOT_FOUND;
	case ENOMEM:
		return STATUS_MEMORY;
	case ETIMEDOUT:
		return STATUS_TIMEOUT;
	default:
		return STATUS_IO;
	}
}

const char *status_text(enum status status)
{
	if ((unsigned)status >= STATUS_COUNT)
		return "unknown error";
	return status_texts[status];
}
