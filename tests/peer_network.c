/* SPDX-License-Identifier: MIT */
#include "tests/peer_network.h"

#include <stdio.h>

#include "tests/require.h"

#define PORTS_TRIED 20

static dt_rlpx *open_peer(const char *listen, const char *client,
			  const struct dt_node_key *key)
{
	struct dt_config config;
	struct dt_error error;
	dt_rlpx *peer = NULL;

	dt_config_init(&config, sizeof(config));
	config.listen = listen;
	config.node_key = key;
	config.inbound = true;
	config.client = client;
	config.capabilities = "eth/68,snap/1";
	require(dt_rlpx_create(&peer, &config, &error) == DT_OK &&
			dt_rlpx_start(peer, NULL, &error) == DT_OK,
		"a peer of a network");
	dt_config_fini(&config);
	return peer;
}

/* False: its port is taken on UDP. */
static bool open_both(struct peer_network *network, size_t index,
		      const char *client, const struct dt_node_key *key)
{
	char listen[DT_ENDPOINT_TEXT_SIZE];
	struct dt_node self;

	snprintf(listen, sizeof(listen), "%s:0",
		 discv4_network_next(&network->discovery).text);
	network->peers[index] = open_peer(listen, client, key);
	self = dt_rlpx_self(network->peers[index]);
	dt_endpoint_format(listen, &self.endpoint);
	if (discv4_network_add(&network->discovery, listen, key))
		return true;
	peer_network_hang_up(network, index);
	return false;
}

void peer_network_open(struct peer_network *network, const char *const *clients,
		       size_t count)
{
	*network = (struct peer_network){0};
	discv4_network_begin(&network->discovery);
	for (size_t i = 0; i < count; i++) {
		struct dt_node_key key;
		int tries = PORTS_TRIED;

		require(dt_node_key_generate(&key) == DT_OK, "a node key");
		while (!open_both(network, i, clients[i], &key))
			require(--tries > 0, "a port for a peer");
	}
}

void peer_network_hang_up(struct peer_network *network, size_t index)
{
	dt_rlpx_destroy(network->peers[index]);
	network->peers[index] = NULL;
}

void peer_network_close(struct peer_network *network)
{
	for (size_t i = 0; i < network->discovery.count; i++)
		peer_network_hang_up(network, i);
	discv4_network_close(&network->discovery);
}
