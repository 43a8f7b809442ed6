/* SPDX-License-Identifier: MIT */
#ifndef CMD_NODE_OPTION_H
#define CMD_NODE_OPTION_H

/* Lists of nodes as the library's options have them. */

#include <dialtone.h>

#include "workers/cmd/text.h"

/**
 * cmd_node_option_parse - read nodes, comma-separated.
 * @out: the list, to be destroyed; untouched if @text is empty.
 * @name: what errors call it.
 * Errors: DT_ERR_PARSE, DT_ERR_NO_MEMORY.
 */
dt_err cmd_node_option_parse(dt_node_list **out, const char *text,
			     const char *name, struct dt_error *error);

/**
 * cmd_node_option_join - add nodes to such a text.
 * @text: one that stands there already stays as it is.
 * @more: NULL: none.
 * Errors: as parse; the text is then of no use.
 */
dt_err cmd_node_option_join(struct cmd_text *text, const dt_node_list *more,
			    struct dt_error *error);

#endif /* CMD_NODE_OPTION_H */
