/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_TABLE_H
#define CMD_DEMO_TABLE_H

/*
 * The demo's node table: a discovery over its network, with look-ups that take
 * their time (50 to 200 ms). It asks its peers' neighbours, so until somebody
 * has been met every look-up is empty. Random nodes are those that look-ups
 * have brought so far.
 *
 * Like real tables it gives out nodes that are down, repeats, and us.
 */

#include <dialtone.h>

#include "workers/cmd/greeting.h"
#include "workers/cmd/network.h"

struct cmd_demo_table;

/**
 * Both arguments must outlive it. @seed: of the random nodes. NULL: no memory.
 */
struct cmd_demo_table *
cmd_demo_table_create(const struct cmd_network *network,
		      const struct cmd_greeting *greeting, uint64_t seed);
/** After the dialer. NULL is allowed. */
void cmd_demo_table_destroy(struct cmd_demo_table *table);
struct dt_table cmd_demo_table_functions(struct cmd_demo_table *table);

#endif /* CMD_DEMO_TABLE_H */
