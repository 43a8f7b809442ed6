/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_H
#define COMMANDS_H

/*
 * What a node of the interoperability tests is told to do, a line at a time;
 * the protocol is that of tests/interop/driver/process.go.
 */

#include <stdio.h>

#include "tests/interop/dialtone/node.h"

#define ANSWER_MS 20000 /* that a command may take */

/** One line, split at its blanks; what is missing is "". */
struct command {
	const char *tag;
	const char *verb;
	const char *node;   /* an enode URL, or for lookup an id */
	const char *target; /* an id */
};

/** Do it, and write its answer, a line of JSON, to @out. */
void obey(struct node *node, const struct command *command, FILE *out);

#endif /* COMMANDS_H */
