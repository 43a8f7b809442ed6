/* SPDX-License-Identifier: MIT */
#include "workers/cmd/known_networks.h"

#include <stdio.h>
#include <string.h>

static const struct cmd_known_network networks[] = {
#define CMD_NETWORK(name, bootnodes) {#name, bootnodes},
#include "workers/cmd/networks.def"
#undef CMD_NETWORK
};

#define NETWORK_COUNT (sizeof(networks) / sizeof(networks[0]))

const struct cmd_known_network *cmd_known_network_find(const char *name)
{
	for (size_t i = 0; i < NETWORK_COUNT; i++) {
		if (strcmp(networks[i].name, name) == 0)
			return &networks[i];
	}
	return NULL;
}

void cmd_known_network_names(char *out, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < NETWORK_COUNT && length < size; i++)
		length += (size_t)snprintf(out + length, size - length, "%s%s",
					   i > 0 ? ", " : "", networks[i].name);
}
