/* Writes events to a file as sandtree/recording/1. */
#ifndef TUI_CLI_RECORD_H
#define TUI_CLI_RECORD_H

#include "../../model/event.h"

struct recorder;

/* The file must not exist. STATUS_IO, STATUS_PRIVILEGE, ... */
enum status recorder_open(const char *path, struct recorder **out,
			  struct error *err);
/* Writes the event; what fails is told by recorder_close. */
void recorder_write(struct recorder *r, const struct event *e);
/* STATUS_IO when anything could not be written. Frees r in any case; NULL is
 * fine. */
enum status recorder_close(struct recorder *r, struct error *err);

#endif
