/* SPDX-License-Identifier: MIT */
#include "tests/discv4_network.h"

#include <stdio.h>
#include <string.h>

#include "tests/require.h"

struct discv4_network_address
discv4_network_next(const struct discv4_network *network)
{
	struct discv4_network_address address;
	unsigned int index = (unsigned int)network->count;

	snprintf(address.text, sizeof(address.text), "127.41.%u.%u",
		 index / 250 % 256, index % 250 + 1);
	return address;
}

void discv4_network_begin(struct discv4_network *network)
{
	struct dt_error error;

	*network = (struct discv4_network){0};
	require(dt_discv4_host_create(&network->host, &error) == DT_OK,
		"a host for nodes");
}

bool discv4_network_add(struct discv4_network *network, const char *listen,
			const struct dt_node_key *key)
{
	struct dt_config config;
	struct dt_error error;
	dt_discv4 *node = NULL;
	struct dt_node first;
	char own[32];

	require(network->count < DISCV4_NETWORK_MAX, "not so many nodes");
	snprintf(own, sizeof(own), "%s:0", discv4_network_next(network).text);
	dt_config_init(&config, sizeof(config));
	config.listen = listen != NULL ? listen : own;
	config.node_key = key;
	config.bootnodes = network->bootnode;
	config.refresh_interval_ms = 1000;
	config.check_interval_ms = 50;
	if (dt_discv4_create(&node, &config, network->host, &error) != DT_OK)
		return false;
	require(dt_discv4_start(node, &error) == DT_OK,
		"a node of a discv4 network");
	dt_config_fini(&config);
	network->nodes[network->count++] = node;
	first = dt_discv4_self(network->nodes[0]);
	require(dt_enode_format(network->bootnode, sizeof(network->bootnode),
				&first) == DT_OK,
		"the bootnode's URL");
	return true;
}

void discv4_network_open(struct discv4_network *network, size_t count)
{
	discv4_network_begin(network);
	for (size_t i = 0; i < count; i++)
		require(discv4_network_add(network, NULL, NULL),
			"a node of a discv4 network");
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

/* Of one in 60 networks of 24 nodes more than 16 belong into one bucket. */
static size_t count_that_fit(const struct discv4_network *network)
{
	struct dt_node first = dt_discv4_self(network->nodes[0]);
	size_t buckets[DT_DISCV4_BUCKETS] = {0};
	size_t fit = 0;

	for (size_t i = 1; i < network->count; i++) {
		struct dt_node node = dt_discv4_self(network->nodes[i]);
		unsigned int distance = dt_node_distance(&first.id, &node.id);
		size_t bucket = distance > 240 ? distance - 240 : 0;

		fit += buckets[bucket]++ < 16;
	}
	return fit;
}

void discv4_network_settle(const struct discv4_network *network)
{
	struct dt_discv4_counters counters = {0};
	size_t wanted = count_that_fit(network);

	while (counters.verified < wanted) {
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
