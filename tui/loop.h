/*
 * The loop: one pselect over the terminal, the probe and a timer. Keys are
 * answered before anything else; the probe works in small portions; rows and
 * screen are made anew at most ten times a second unless a key asked.
 */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include "app.h"

/* Runs until the person quits, a signal ends us, or the terminal is gone. */
enum status loop_run(struct app *app, struct error *err);

#endif
