/* SPDX-License-Identifier: MIT */
#ifndef CMD_NODE_OPTION_H
#define CMD_NODE_OPTION_H

/* Lists of nodes as the library's options have them. */

#include <dialtone.h>
#include <stdbool.h>

/**
 * cmd_node_option_parse - read enode URLs, comma-separated.
 * @out: the list, to be destroyed; untouched if @text is empty.
 * @name: what errors call it.
 * False: @error says why.
 */
bool cmd_node_option_parse(dt_node_list **out, const char *text,
			   const char *name, struct dt_error *error);

/**
 * cmd_node_option_add_bootnodes - put nodes behind those of the option
 * bootnodes; one that stands there already stays as it is.
 * @more: NULL: none. False: @error says why, nothing has changed.
 */
bool cmd_node_option_add_bootnodes(struct dt_config *config,
				   const dt_node_list *more,
				   struct dt_error *error);

#endif /* CMD_NODE_OPTION_H */
