/* SPDX-License-Identifier: MIT */
/*
 * As whom the nodes of the demo's network answer on TCP. Their dt_rlpx are never
 * started: identities without a thread, whose sessions the network's thread
 * drives.
 */
#include <stdio.h>

#include "workers/cmd/network_state.h"

static bool speaks(enum cmd_character character)
{
	return character != CMD_CHARACTER_REFUSE &&
	       character != CMD_CHARACTER_SWALLOW &&
	       character != CMD_CHARACTER_RESET &&
	       character != CMD_CHARACTER_SILENT;
}

dt_err cmd_network_make_rlpx(struct cmd_network *network, size_t index,
			     struct dt_error *error)
{
	struct cmd_network_node *node = &network->nodes[index];
	bool is_impostor = node->character == CMD_CHARACTER_IMPOSTOR;
	struct dt_config config;
	char client[64];

	if (!speaks(node->character))
		return DT_OK;
	/* An impostor has the key of its neighbour. */
	if (is_impostor)
		index = (index + 1) % network->count;
	(void)snprintf(client, sizeof(client), "demo-%s/v%s",
		       cmd_character_name(node->character), dt_version());
	dt_config_init(&config, sizeof(config));
	config.node_key = &network->keys[index];
	config.client = client;
	config.max_active_dials = 1; /* it has room for no more sessions */
	config.capabilities = node->character == CMD_CHARACTER_USELESS
				      ? CMD_NETWORK_USELESS
				      : CMD_NETWORK_CAPABILITY;
	return dt_rlpx_create(&node->rlpx, &config, error);
}
