/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_WORLD_H
#define CMD_DEMO_WORLD_H

/*
 * What the demo dials: its network, an own discv4 node that begins with three
 * nodes of it, a transport, bootnodes, static nodes.
 */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/greeting.h"
#include "workers/cmd/network.h"

#define CMD_DEMO_BOOTNODES 3

struct cmd_demo_world {
	struct cmd_network *network;
	dt_discv4 *discv4; /* of the dialer; NULL: not yet */
	struct cmd_greeting greeting;
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
 * Start the own discovery; put the own id, the table and the transport into a
 * configuration. Returns an exit code; what fails is said on stderr.
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
