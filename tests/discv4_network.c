/* SPDX-License-Identifier: MIT */
#include "tests/discv4_network.h"

#include <stdio.h>
#include <string.h>

#include "tests/require.h"

static dt_discv4 *open_node(const struct discv4_network *network, size_t index)
{
	struct dt_config config;
	struct dt_error error;
	dt_discv4 *node = NULL;
	char listen[64];

	snprintf(listen, sizeof(listen), "127.41.%u.%u:0",
		 (unsigned int)(index / 250), (unsigned int)(index % 250 + 1));
	dt_config_init(&config, sizeof(config));
	config.listen = listen;
	config.bootnodes = network->bootnode;
	config.refresh_interval_ms = 1000;
	config.check_interval_ms = 50;
	require(dt_discv4_create(&node, &config, network->host, &error) ==
				DT_OK &&
			dt_discv4_start(node, &error) == DT_OK,
		"a node of a discv4 network");
	dt_config_fini(&config);
	return node;
}

void discv4_network_open(struct discv4_network *network, size_t count)
{
	struct dt_error error;
	struct dt_node first;

	*network = (struct discv4_network){.count = count};
	require(count <= DISCV4_NETWORK_MAX, "not so many nodes");
	require(dt_discv4_host_create(&network->host, &error) == DT_OK,
		"a host for nodes");
	for (size_t i = 0; i < count; i++) {
		network->nodes[i] = open_node(network, i);
		if (i > 0)
			continue;
		first = dt_discv4_self(network->nodes[0]);
		require(dt_enode_format(network->bootnode,
					sizeof(network->bootnode),
					&first) == DT_OK,
			"the bootnode's URL");
	}
}

void discv4_network_stop(struct discv4_network *network, size_t index)
{
	dt_discv4_destroy(network->nodes[index]);
	network->nodes[index] = NULL;
}

void discv4_network_close(struct discv4_network *network)
{
	for (size_t i = 0; i < network->count; i++)
		discv4_network_stop(network, i);
	dt_discv4_host_destroy(network->host);
}

/* A look for all of the others; it waits for answers, so this does not spin. */
static void look_around(dt_discv4 *node)
{
	struct dt_node self = dt_discv4_self(node);
	struct dt_node found[16];
	size_t count;

	(void)(dt_discv4_lookup(node, found, 16, &count, NULL, &self.id,
				5000) == DT_OK);
}

void discv4_network_settle(const struct discv4_network *network)
{
	struct dt_discv4_counters counters = {0};

	while (counters.verified + 1 < network->count) {
		look_around(network->nodes[0]);
		dt_discv4_counters(network->nodes[0], &counters,
				   sizeof(counters));
	}
}

struct dt_node discv4_network_node(const struct discv4_network *network,
				   size_t index)
{
	return dt_discv4_self(network->nodes[index]);
}

struct discv4_network_id discv4_network_id(const struct dt_node *node)
{
	struct discv4_network_id id = {{0}};

	for (size_t i = 0; i < sizeof(node->id.bytes); i++)
		snprintf(id.text + 2 * i, 3, "%02x", node->id.bytes[i]);
	return id;
}

const char *discv4_network_nobody(void)
{
	/* The key 1's id: the curve's generator. Port 1 is nobody's. */
	return "enode://"
	       "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f817"
	       "98483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10"
	       "d4b8@127.99.99.99:2001";
}
