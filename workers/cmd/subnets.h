/* SPDX-License-Identifier: MIT */
#ifndef CMD_SUBNETS_H
#define CMD_SUBNETS_H

/* Nodes by the network that they are in: /24 of IPv4, /64 of IPv6. */

#include <dialtone.h>
#include <stdbool.h>
#include <stddef.h>

#include "workers/cmd/crawl_nodes.h"

struct cmd_subnet {
	uint8_t family; /* 4 or 6 */
	uint8_t prefix[8];
	size_t nodes;
	size_t answered;
};

struct cmd_subnets {
	struct cmd_subnet *all; /* owned; those with most nodes first */
	size_t count;
};

#define CMD_SUBNET_TEXT_SIZE 56
void cmd_subnet_text(char out[CMD_SUBNET_TEXT_SIZE],
		     const struct cmd_subnet *subnet);

/** Nodes without an address are left out. False: no memory. Pair with fini. */
bool cmd_subnets_make(struct cmd_subnets *out,
		      const struct cmd_crawl_node *nodes, size_t count);
void cmd_subnets_fini(struct cmd_subnets *subnets);

#endif /* CMD_SUBNETS_H */
