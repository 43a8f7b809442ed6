/* SPDX-License-Identifier: MIT */
/*
 * The discv4 nodes of the demo's network. Each begins with its acquaintances as
 * bootnodes and never looks around by itself: that takes four packets for each
 * of them, which are signed, where a look around takes hundreds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "workers/cmd/discovery_fates.h"
#include "workers/cmd/network_state.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/text.h"

#define MAX_QUERIES 1  /* the greeting's */
#define MAX_PROOFS  64 /* its acquaintances, twice as many know it, and us */
#define ANSWER_MS   1000

static dt_err no_memory(struct dt_error *error)
{
	error->code = DT_ERR_NO_MEMORY;
	(void)snprintf(error->text, sizeof(error->text), "no memory for them");
	return error->code;
}

/* Keys are not secret here: the same seed gives the same network. */
static dt_err make_ids(struct cmd_network *network, struct dt_node_id *ids)
{
	for (size_t i = 0; i < network->count; i++) {
		struct dt_node_key *key = &network->keys[i];
		dt_err err;

		cmd_dice_fill(&network->dice, key->bytes, sizeof(key->bytes));
		err = dt_node_key_id(&ids[i], key);
		if (err != DT_OK)
			return err;
		network->nodes[i].node.id = ids[i];
	}
	return DT_OK;
}

static bool make_acquaintances(struct cmd_network *network)
{
	struct dt_node_id *ids = calloc(network->count, sizeof(*ids));
	bool made;

	network->keys = calloc(network->count, sizeof(*network->keys));
	made = ids != NULL && network->keys != NULL &&
	       make_ids(network, ids) == DT_OK &&
	       cmd_acquaintances_make(&network->acquaintances, ids,
				      network->count, &network->dice);
	free(ids);
	return made;
}

dt_err cmd_network_prepare_discovery(struct cmd_network *network,
				     struct dt_error *error)
{
	for (size_t i = 0; i < CMD_NETWORK_HOSTS; i++) {
		dt_err err = dt_discv4_host_create(&network->hosts[i], error);

		if (err != DT_OK)
			return err;
	}
	return make_acquaintances(network) ? DT_OK : no_memory(error);
}

/* As the option bootnodes has it. */
static bool list_acquaintances(struct cmd_text *out,
			       const struct cmd_network *network, size_t index)
{
	size_t count;
	const struct cmd_acquaintance *pairs =
		cmd_acquaintances_of(&network->acquaintances, index, &count);

	for (size_t i = 0; i < count; i++) {
		char url[DT_ENODE_URL_SIZE];

		cmd_node_url(url, &network->nodes[pairs[i].known].node);
		cmd_text_printf(out, "%s%s", i > 0 ? "," : "", url);
	}
	return !out->cut;
}

dt_err cmd_network_make_discv4(struct cmd_network *network, size_t index,
			       struct dt_error *error)
{
	struct cmd_network_node *node = &network->nodes[index];
	char listen[DT_ENDPOINT_TEXT_SIZE];
	struct cmd_text bootnodes = {0};
	struct dt_config config;
	dt_err err;

	dt_endpoint_format(listen, &node->node.endpoint);
	dt_config_init(&config, sizeof(config));
	config.listen = listen;
	config.node_key = &network->keys[index];
	config.max_queries = MAX_QUERIES;
	config.max_proofs = MAX_PROOFS;
	config.refresh_interval_ms = 0;
	if (list_acquaintances(&bootnodes, network, index)) {
		if (bootnodes.length > 0)
			config.bootnodes = bootnodes.bytes;
		err = dt_discv4_create(
			&node->discv4, &config,
			network->hosts[index % CMD_NETWORK_HOSTS], error);
	} else {
		err = no_memory(error);
	}
	cmd_text_fini(&bootnodes);
	return err;
}

dt_err cmd_network_join_next(struct cmd_network *network,
			     struct dt_error *error)
{
	size_t index = network->joined;
	dt_discv4 *discv4 = network->nodes[index].discv4;
	const struct cmd_acquaintance *pairs;
	struct dt_discv4_pong pong;
	size_t count;
	dt_err err = dt_discv4_start(discv4, error);

	if (err != DT_OK)
		return err;
	network->joined++;
	pairs = cmd_acquaintances_of(&network->acquaintances, index, &count);
	/* An answer that was lost is no harm: it has others. */
	if (count > 0)
		(void)!dt_discv4_ping(discv4, &pong,
				      &network->nodes[pairs[0].known].node,
				      ANSWER_MS);
	return DT_OK;
}

size_t cmd_network_joined(const struct cmd_network *network)
{
	return network->joined;
}

static void add_traffic(struct cmd_network_traffic *traffic,
			const dt_discv4 *discv4)
{
	struct dt_discv4_counters counters;

	dt_discv4_counters(discv4, &counters, sizeof(counters));
	traffic->received += counters.received;
	for (int i = 0; i < DT_DISCV4_TYPES; i++)
		traffic->sent += counters.sent[i];
	traffic->adds_up &= cmd_discovery_adds_up(&counters);
}

void cmd_network_bury(struct cmd_network *network)
{
	for (size_t i = 0; i < network->count; i++) {
		struct cmd_network_node *node = &network->nodes[i];

		if (!node->killed || node->discv4 == NULL)
			continue;
		add_traffic(&network->of_the_dead, node->discv4);
		dt_discv4_destroy(node->discv4);
		node->discv4 = NULL;
	}
}

struct cmd_network_traffic
cmd_network_traffic(const struct cmd_network *network)
{
	struct cmd_network_traffic traffic = network->of_the_dead;

	for (size_t i = 0; i < network->count; i++) {
		if (network->nodes[i].discv4 != NULL)
			add_traffic(&traffic, network->nodes[i].discv4);
	}
	return traffic;
}

void cmd_network_close_discovery(struct cmd_network *network)
{
	for (size_t i = 0; i < network->count; i++)
		dt_discv4_destroy(network->nodes[i].discv4);
	for (size_t i = 0; i < CMD_NETWORK_HOSTS; i++)
		dt_discv4_host_destroy(network->hosts[i]);
	cmd_acquaintances_fini(&network->acquaintances);
	free(network->keys);
}
