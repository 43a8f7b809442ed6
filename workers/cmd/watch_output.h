/* SPDX-License-Identifier: MIT */
#ifndef CMD_WATCH_OUTPUT_H
#define CMD_WATCH_OUTPUT_H

/*
 * What a watch (watch.c) shows, in the way that was asked for. What cannot be
 * written for want of a reader sets watch->output_gone.
 */

#include "workers/cmd/watch.h"

/** All notices that have come. */
void cmd_watch_show_notices(struct cmd_watch *watch);
/** All events and notices that have come. */
void cmd_watch_show_events(struct cmd_watch *watch);
/** A frame of the live view. */
void cmd_watch_draw(struct cmd_watch *watch);
/** A line or an object that says how it stands. */
void cmd_watch_show_status(struct cmd_watch *watch);
/** The file of metrics; a failure is said once. */
void cmd_watch_write_metrics(struct cmd_watch *watch);
/** The lines that stand in watch->text go out. */
void cmd_watch_flush(struct cmd_watch *watch);

#endif /* CMD_WATCH_OUTPUT_H */
