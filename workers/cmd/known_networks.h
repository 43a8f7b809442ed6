/* SPDX-License-Identifier: MIT */
#ifndef CMD_KNOWN_NETWORKS_H
#define CMD_KNOWN_NETWORKS_H

/* Public networks whose bootnodes the program knows (networks.def). */

#include <stddef.h>

struct cmd_known_network {
	const char *name;
	const char *bootnodes; /* enode URLs, comma-separated */
};

/** NULL: there is no such network. */
const struct cmd_known_network *cmd_known_network_find(const char *name);
/** "mainnet, sepolia, ...", as far as it fits. */
void cmd_known_network_names(char *out, size_t size);

#endif /* CMD_KNOWN_NETWORKS_H */
