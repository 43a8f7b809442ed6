/* SPDX-License-Identifier: MIT */
#ifndef CMD_OUTPUT_FILE_H
#define CMD_OUTPUT_FILE_H

/* Files that a command writes in place of what is there. */

#include <dialtone.h>
#include <stdbool.h>

/**
 * cmd_output_file_follow - where a path leads, through links.
 * What is at the end need not be there. NULL: errno says why. To be freed.
 */
char *cmd_output_file_follow(const char *path);

/**
 * cmd_output_file_check - is @path neither node_key_file nor node_database?
 * @flag: what gave it; NULL as @path: nothing was given.
 * False: it is one of them, under whatever name; said on stderr.
 */
bool cmd_output_file_check(const char *flag, const char *path,
			   const struct dt_config *config);

#endif /* CMD_OUTPUT_FILE_H */
