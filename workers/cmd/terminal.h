/* SPDX-License-Identifier: MIT */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

/*
 * The terminal while it shows the live view: the alternate screen, no cursor,
 * no echo. Everything is put back by leave.
 */

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "workers/cmd/text.h"

struct cmd_terminal {
	bool entered;
	bool has_keys; /* stdin is a terminal too and is set to single keys */
	struct termios before;
};

/** Can stdout show a live view (a capable terminal, in the foreground)? */
bool cmd_terminal_is_live(void);

struct cmd_terminal_size {
	size_t columns;
	size_t rows;
};
struct cmd_terminal_size cmd_terminal_size(void);

void cmd_terminal_enter(struct cmd_terminal *terminal);
/** Idempotent. */
void cmd_terminal_leave(struct cmd_terminal *terminal);
/** A key that was pressed, 0: none. Does not block. */
char cmd_terminal_key(const struct cmd_terminal *terminal);

/**
 * Write @lines (each ends in a newline) over what is shown, cut to the screen's
 * size, in one go. False: errno says why.
 */
bool cmd_terminal_show(const struct cmd_text *lines, struct cmd_text *frame);

#endif /* CMD_TERMINAL_H */
