/* SPDX-License-Identifier: MIT */
#ifndef CMD_NODE_TEXT_H
#define CMD_NODE_TEXT_H

/* Nodes as people write and read them. */

#include <dialtone.h>
#include <stdbool.h>

#define CMD_NODE_ID_SIZE 129 /* 128 hex digits and a NUL */

void cmd_node_id_text(char out[CMD_NODE_ID_SIZE], const struct dt_node_id *id);
/** Its enode URL. */
void cmd_node_url(char out[DT_ENODE_URL_SIZE], const struct dt_node *node);
/** "3f2a..9c01", enough for people to tell nodes apart. */
#define CMD_NODE_SHORT_SIZE 13
void cmd_node_id_short(char out[CMD_NODE_SHORT_SIZE],
		       const struct dt_node_id *id);

/**
 * cmd_node_read - read a node that was given on the command line: an enode URL,
 * an id, or a node record ("enr:...").
 * @host_name: DT_HOST_NAME_SIZE bytes, for a host that is a name.
 * False: @error says why.
 */
bool cmd_node_read(struct dt_node *out, char *host_name, const char *text,
		   struct dt_error *error);

#endif /* CMD_NODE_TEXT_H */
