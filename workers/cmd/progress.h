/* SPDX-License-Identifier: MIT */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

/*
 * One line on the standard error output that is written over again and again,
 * so that the standard output has results only. Nothing where that is no
 * terminal.
 */

#include <stdbool.h>

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"

struct cmd_progress {
	bool live;
	struct cmd_style style;
	struct cmd_text line; /* what is to be shown: put it here */
	struct cmd_text frame;
	bool shown;
};

/** Pair with fini. */
void cmd_progress_init(struct cmd_progress *progress);
/** Show the line, cut to the terminal's width, and clear it. */
void cmd_progress_show(struct cmd_progress *progress);
/** Take it away: something else is written next. */
void cmd_progress_hide(struct cmd_progress *progress);
void cmd_progress_fini(struct cmd_progress *progress);

/** A sign that turns, so that one sees that it goes on. */
const char *cmd_progress_spinner(const struct cmd_progress *progress);

#endif /* CMD_PROGRESS_H */
