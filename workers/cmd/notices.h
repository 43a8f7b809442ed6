/* SPDX-License-Identifier: MIT */
#ifndef CMD_NOTICES_H
#define CMD_NOTICES_H

/*
 * Sentences that the library wants an operator to read, on their way from
 * whatever thread they come from to the main thread, which writes them. Few;
 * beyond CMD_NOTICES_MAX that wait, the newer ones are dropped.
 */

#include <dialtone.h>
#include <stdbool.h>

#define CMD_NOTICES_MAX 32
#define CMD_NOTICE_SIZE 512

struct cmd_notices;

/** NULL: no memory or no descriptor. Pair with destroy. */
struct cmd_notices *cmd_notices_create(void);
/** Nobody pushes any more. NULL is allowed. */
void cmd_notices_destroy(struct cmd_notices *notices);

/** A dt_warning_fn: @context is the notices. Any thread; a short lock. */
void cmd_notices_push(void *context, const char *sentence);
/** Polls readable when there are some. */
int cmd_notices_fd(const struct cmd_notices *notices);
/** The oldest one into @out; false: there is none. Main thread. */
bool cmd_notices_take(struct cmd_notices *notices, char out[CMD_NOTICE_SIZE]);

#endif /* CMD_NOTICES_H */
