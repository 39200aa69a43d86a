#include "command.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <utf8proc.h>

#include "doctor.h"
#include "exit.h"
#include "../terminal_info.h"

struct libraries {
	char jansson[64], utf8proc[64];
};

static void name_libraries(struct doctor *d, struct libraries *l)
{
	struct terminal_info info;

	terminal_info_read(&info, STDOUT_FILENO);
	d->term_known = info.known;
	d->colors = info.colors;
	snprintf(l->jansson, sizeof(l->jansson), "jansson %s",
		 jansson_version_str());
	snprintf(l->utf8proc, sizeof(l->utf8proc), "utf8proc %s",
		 utf8proc_version());
	d->libraries[d->library_count++] = info.library;
	d->libraries[d->library_count++] = l->jansson;
	d->libraries[d->library_count++] = l->utf8proc;
	/* Before 2.3 it has no call that tells its version. */
	d->libraries[d->library_count++] = "libplist (tells no version)";
}

static enum status print(const struct options *o, const struct doctor *d,
			 struct error *err)
{
	struct output out;
	enum status status = STATUS_OK;

	output_init(&out, STDOUT_FILENO, o->no_color, o->ascii);
	if (o->json)
		status = doctor_print_json(&out, d, err);
	else
		doctor_print_text(&out, d);
	if (status == STATUS_OK)
		status = output_end(&out, err);
	output_release(&out);
	return status;
}

/* Looks at the live system. What cannot be opened is told, not an end. */
static void examine(struct session *s, struct survey *survey, struct error *why,
		    struct doctor *d)
{
	d->opened = session_open(s, s->options, 0, why);
	if (d->opened == STATUS_OK)
		d->opened = session_load(s, why);
	if (d->opened == STATUS_OK)
		d->opened = survey_take(survey, s->store, s->stopped, why);
	if (d->opened == STATUS_OK)
		d->self = store_by_pid(s->store, getpid());
	d->open_message = why->message;
}

int cmd_doctor(const struct options *options)
{
	struct session session = {.options = options};
	struct survey *survey = calloc(1, sizeof(*survey));
	struct doctor d = {.session = &session, .survey = survey};
	struct libraries libraries;
	struct error why, err;
	int exit;

	if (!survey) {
		error_set(&err, STATUS_MEMORY, -1, "out of memory");
		return fail(&err);
	}
	if (options->word_count) {
		error_set(&err, STATUS_USAGE, -1,
			  "doctor takes no operand; it looks at this machine");
		exit = fail(&err);
		goto out;
	}
	examine(&session, survey, &why, &d);
	if (!session.store) {
		exit = fail(&why);
		goto out;
	}
	name_libraries(&d, &libraries);
	exit = print(options, &d, &err) == STATUS_OK
		       ? exit_from_status(d.opened)
		       : fail(&err);
out:
	session_close(&session);
	free(survey);
	return exit;
}
