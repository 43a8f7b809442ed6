/* SPDX-License-Identifier: MIT */
#ifndef CMD_DISCOVERY_H
#define CMD_DISCOVERY_H

/* A command's own node of a discv4 network. What fails is said on stderr. */

#include <dialtone.h>

#include "workers/cmd/command_line.h"

/** The flags --network and --nodes of a command that needs nodes to begin with */
struct cmd_flag cmd_discovery_network_flag(const char **network);
struct cmd_flag cmd_discovery_nodes_flag(const char **path);

/**
 * cmd_discovery_add_bootnodes - where to begin, beyond the option bootnodes.
 * @network: a public network's name; NULL: none.
 * @path: a file of nodes; NULL: none.
 * Returns an exit code.
 */
int cmd_discovery_add_bootnodes(struct dt_config *config, const char *network,
				const char *path);

/** What a program ends with that cannot have its node. */
int cmd_discovery_exit_code(dt_err err);

/** As start, but @error says what has failed, and nothing is said on stderr. */
dt_err cmd_discovery_open(dt_discv4 **out, const struct dt_config *config,
			  const dt_node_list *const *more, size_t count,
			  struct dt_error *error);
/**
 * cmd_discovery_start - make the node and begin to answer.
 * @out: to be destroyed with dt_discv4_destroy().
 * @more: lists of nodes to begin with, beyond the option bootnodes; one that is
 * NULL is empty.
 * Returns an exit code; there is nothing to destroy unless it is CMD_EXIT_OK.
 */
int cmd_discovery_start(dt_discv4 **out, const struct dt_config *config,
			const dt_node_list *const *more, size_t count);

#endif /* CMD_DISCOVERY_H */
