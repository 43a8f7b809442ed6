/* SPDX-License-Identifier: MIT */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

/*
 * Signals, read by the main thread from a descriptor: blocked before any other
 * thread is made, so that none of them is ever interrupted.
 */

#include <signal.h>
#include <stdbool.h>

/**
 * Block SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGWINCH, ignore SIGPIPE.
 * Returns a descriptor that delivers them, -1: errno says why.
 */
int cmd_signals_open(void);
/** The next signal from the descriptor; 0: none waits. Does not block. */
int cmd_signals_next(int fd);
/**
 * From now on SIGINT and SIGTERM end the program at once, also one that waits
 * already: for the time when it is stopping.
 */
void cmd_signals_let_through(void);

#endif /* CMD_SIGNALS_H */
