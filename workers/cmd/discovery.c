/* SPDX-License-Identifier: MIT */
#include "workers/cmd/discovery.h"

#include <stdio.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/known_networks.h"
#include "workers/cmd/node_option.h"

struct cmd_flag cmd_discovery_network_flag(const char **network)
{
	return (struct cmd_flag){
		.name = "network",
		.argument = "NAME",
		.help = "Begin with the bootnodes of a public network: "
			"mainnet, sepolia, holesky or hoodi.",
		.text = network,
	};
}

struct cmd_flag cmd_discovery_nodes_flag(const char **path)
{
	return (struct cmd_flag){
		.name = "nodes",
		.argument = "FILE",
		.help = "Begin with these nodes: an enode URL or node record a "
			"line.",
		.text = path,
	};
}

int cmd_discovery_exit_code(dt_err err)
{
	switch (err) {
	case DT_OK:
		return CMD_EXIT_OK;
	case DT_ERR_CONFIG:
	case DT_ERR_PARSE:
	case DT_ERR_FILE:
		return CMD_EXIT_USAGE;
	default:
		return CMD_EXIT_SYSTEM;
	}
}

static dt_err add_list(struct dt_config *config, const dt_node_list *list,
		       struct dt_error *error)
{
	struct cmd_text bootnodes = {0};
	dt_err err;

	cmd_text_add(&bootnodes, config->bootnodes);
	err = cmd_node_option_join(&bootnodes, list, error);
	if (err == DT_OK)
		err = dt_config_set(config, "bootnodes", bootnodes.bytes,
				    error);
	cmd_text_fini(&bootnodes);
	return err;
}

static dt_err add_network(struct dt_config *config, const char *name,
			  struct dt_error *error)
{
	const struct cmd_known_network *network = cmd_known_network_find(name);
	dt_node_list *list = NULL;
	char names[256];
	dt_err err;

	if (network == NULL) {
		cmd_known_network_names(names, sizeof(names));
		(void)snprintf(error->text, sizeof(error->text),
			       "--network: '%s' is not known; known are %s",
			       name, names);
		return DT_ERR_CONFIG;
	}
	err = cmd_node_option_parse(&list, network->bootnodes, name, error);
	if (err == DT_OK)
		err = add_list(config, list, error);
	dt_node_list_destroy(list);
	return err;
}

static dt_err add_file(struct dt_config *config, const char *path,
		       struct dt_error *error)
{
	dt_node_list *list = NULL;
	dt_err err = dt_node_list_read(&list, path, error);

	if (err == DT_OK)
		err = add_list(config, list, error);
	dt_node_list_destroy(list);
	return err;
}

int cmd_discovery_add_bootnodes(struct dt_config *config, const char *network,
				const char *path)
{
	struct dt_error error;
	dt_err err = DT_OK;

	if (network != NULL)
		err = add_network(config, network, &error);
	if (err == DT_OK && path != NULL)
		err = add_file(config, path, &error);
	if (err != DT_OK)
		cmd_complain("%s", error.text);
	return cmd_discovery_exit_code(err);
}

static dt_err create_and_start(dt_discv4 **out, const struct dt_config *config,
			       struct dt_error *error)
{
	dt_discv4 *discv4;
	dt_err err = dt_discv4_create(&discv4, config, NULL, error);

	if (err != DT_OK)
		return err;
	err = dt_discv4_start(discv4, error);
	if (err == DT_OK)
		*out = discv4;
	else
		dt_discv4_destroy(discv4);
	return err;
}

dt_err cmd_discovery_open(dt_discv4 **out, const struct dt_config *config,
			  const dt_node_list *const *more, size_t count,
			  struct dt_error *error)
{
	/* A copy whose texts stay the original's, but for one. */
	struct dt_config own = *config;
	struct cmd_text bootnodes = {0};
	dt_err err = DT_OK;

	cmd_text_add(&bootnodes, config->bootnodes);
	for (size_t i = 0; i < count && err == DT_OK; i++)
		err = cmd_node_option_join(&bootnodes, more[i], error);
	if (err == DT_OK) {
		if (bootnodes.bytes != NULL)
			own.bootnodes = bootnodes.bytes;
		err = create_and_start(out, &own, error);
	}
	cmd_text_fini(&bootnodes);
	return err;
}

int cmd_discovery_start(dt_discv4 **out, const struct dt_config *config,
			const dt_node_list *const *more, size_t count)
{
	struct dt_error error;
	dt_err err = cmd_discovery_open(out, config, more, count, &error);

	if (err != DT_OK)
		cmd_complain("%s", error.text);
	return cmd_discovery_exit_code(err);
}
