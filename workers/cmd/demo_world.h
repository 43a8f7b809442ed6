/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_WORLD_H
#define CMD_DEMO_WORLD_H

/* What the demo dials: its network, a table over it, a transport, bootnodes. */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/demo_table.h"
#include "workers/cmd/greeting.h"
#include "workers/cmd/network.h"

#define CMD_DEMO_BOOTNODES 3

struct cmd_demo_world {
	struct cmd_network *network;
	struct cmd_demo_table *table;
	struct cmd_greeting greeting;
};

/**
 * Make it and start to serve it. False: said on stderr; nothing to close. Else
 * pair with close, after the dialer is destroyed.
 */
bool cmd_demo_world_open(struct cmd_demo_world *world,
			 const struct cmd_network_plan *plan);
void cmd_demo_world_close(struct cmd_demo_world *world);

/** Put the own id, table and transport into a configuration. */
void cmd_demo_world_configure(struct cmd_demo_world *world,
			      struct dt_config *config);
/**
 * Three bootnodes: one that refuses, one that is known by its id alone, and one
 * that is well. DT_OK, or what dt_dialer_add_bootnode() said.
 */
dt_err cmd_demo_world_give_bootnodes(const struct cmd_demo_world *world,
				     dt_dialer *dialer);
/** The private nodes, known by their ids alone, as static nodes. */
dt_err cmd_demo_world_give_statics(const struct cmd_demo_world *world,
				   dt_dialer *dialer);

#endif /* CMD_DEMO_WORLD_H */
