/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_WORLD_H
#define CMD_DEMO_WORLD_H

/*
 * What the demo dials, and as whom: its network; an own node that begins with
 * three nodes of it, finds others by discv4 and makes peers of them by RLPx;
 * bootnodes and static nodes.
 */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/network.h"
#include "workers/cmd/own_node.h"

#define CMD_DEMO_BOOTNODES 3

struct cmd_demo_world {
	struct cmd_network *network;
	struct cmd_own_node own; /* the dialer's */
};

/**
 * Make the network and serve its listeners; cmd_network_join_next() is still to
 * be called for each node. False: said on stderr; nothing to close. Else pair
 * with close, after the dialer is destroyed.
 */
bool cmd_demo_world_open(struct cmd_demo_world *world,
			 const struct cmd_network_plan *plan);
void cmd_demo_world_close(struct cmd_demo_world *world);

/**
 * Make the own node and start its discovery; put its id, its table and its
 * transport into a configuration. Returns an exit code; what fails is said on
 * stderr.
 */
int cmd_demo_world_configure(struct cmd_demo_world *world,
			     struct dt_config *config);
/**
 * Three bootnodes: one that refuses (and answers in discovery), one that is
 * known by its id alone, and one that is well; and static nodes that are known
 * by their ids alone. DT_OK, or what the dialer said.
 */
dt_err cmd_demo_world_give_nodes(const struct cmd_demo_world *world,
				 dt_dialer *dialer);

#endif /* CMD_DEMO_WORLD_H */
