/* SPDX-License-Identifier: MIT */
#ifndef CMD_PRINT_H
#define CMD_PRINT_H

#include "workers/cmd/text.h"

/**
 * cmd_print - write all of @out to stdout, and free it.
 * Returns CMD_EXIT_OK, or CMD_EXIT_SYSTEM after saying why not.
 */
int cmd_print(struct cmd_text *out);

#endif /* CMD_PRINT_H */
