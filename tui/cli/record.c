#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../model/recording.h"

struct recorder {
	FILE *file;
	bool header_written, no_memory;
	int errnum;
};

enum status recorder_open(const char *path, struct recorder **out,
			  struct error *err)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int fd;

	if (!r)
		return error_set(err, STATUS_MEMORY, -1, "out of memory");
	/* Command lines hold secrets: the file is its owner's alone. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		r->file = fdopen(fd, "w");
	if (!r->file) {
		int errnum = errno;

		if (fd >= 0)
			close(fd);
		free(r);
		return error_set(err, status_from_errno(errnum), -1, "%s",
				 strerror(errnum));
	}
	*out = r;
	return STATUS_OK;
}

static void write_line(struct recorder *r, json_t *json)
{
	if (!json)
		r->no_memory = true;
	else if (!r->errnum && (json_dumpf(json, r->file, JSON_COMPACT) < 0 ||
				fputc('\n', r->file) == EOF))
		r->errnum = errno ? errno : EIO;
	json_decref(json);
}

void recorder_write(struct recorder *r, const struct event *e)
{
	errno = 0;
	if (!r->header_written && e->type == EVENT_HOST) {
		r->header_written = true;
		write_line(r, recording_header(&e->as.host, e->time_ns,
					       "recorded"));
		return;
	}
	write_line(r, recording_event(e));
}

enum status recorder_close(struct recorder *r, struct error *err)
{
	enum status status = STATUS_OK;

	if (!r)
		return STATUS_OK;
	errno = 0;
	if (fclose(r->file) && !r->errnum)
		r->errnum = errno ? errno : EIO;
	if (r->errnum)
		status = error_set(err, STATUS_IO, -1, "recording: %s",
				   strerror(r->errnum));
	else if (r->no_memory)
		status = error_set(err, STATUS_MEMORY, -1,
				   "recording: out of memory");
	else if (!r->header_written)
		status = error_set(err, STATUS_IO, -1,
				   "recording: nothing was told of the host");
	free(r);
	return status;
}
