/* SPDX-License-Identifier: MIT */
#include "workers/cmd/own_node.h"

#include <stdio.h>
#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/discovery.h"

#define PORTS_TRIED 20

/* A key that is forgotten; both parts have the same. */
static dt_err make_key(struct cmd_own_node *own, struct dt_config *config,
		       struct dt_error *error)
{
	dt_err err;

	if (config->node_key_file[0] != '\0')
		return DT_OK;
	err = dt_node_key_generate(&own->key);
	if (err == DT_OK)
		config->node_key = &own->key;
	else
		(void)snprintf(error->text, sizeof(error->text),
			       "the system gives no random bytes for a node "
			       "key");
	return err;
}

/* Both have one key, whatever becomes of the file, which is read once. */
static dt_err keep_key(struct cmd_own_node *own, struct dt_config *config,
		       struct dt_error *error)
{
	dt_err err;

	if (config->node_key != NULL)
		return DT_OK;
	err = dt_node_key_read(&own->key, config->node_key_file, error);
	if (err == DT_OK)
		config->node_key = &own->key;
	return err;
}

/*
 * Discovery listens at the port that peers connect to: a node has one. If that
 * was for the system to choose, somebody else may have it on UDP.
 */
static dt_err open_both(struct cmd_own_node *own, struct dt_config *config,
			struct dt_error *error)
{
	struct dt_config at_port;
	struct dt_endpoint endpoint;
	dt_err err = dt_rlpx_create(&own->rlpx, config, error);

	if (err != DT_OK)
		return err;
	err = keep_key(own, config, error);
	if (err != DT_OK)
		goto fail;
	at_port = *config;
	endpoint = dt_rlpx_self(own->rlpx).endpoint;
	if (endpoint.family != 0) {
		dt_endpoint_format(own->listen, &endpoint);
		at_port.listen = own->listen;
	}
	err = cmd_discovery_open(&own->discv4, &at_port, own->more,
				 own->more_count, error);
	if (err == DT_OK)
		return DT_OK;

fail:
	cmd_own_node_hang_up(own);
	return err;
}

static bool chooses_port(const struct dt_config *config)
{
	size_t length = strlen(config->listen);

	return config->inbound && length > 2 &&
	       strcmp(config->listen + length - 2, ":0") == 0;
}

static dt_err open_parts(struct cmd_own_node *own, struct dt_config *config,
			 struct dt_error *error)
{
	unsigned int tries = chooses_port(config) ? PORTS_TRIED : 1;
	dt_err err;

	if (!own->has_rlpx)
		return cmd_discovery_open(&own->discv4, config, own->more,
					  own->more_count, error);
	if (!own->has_discovery)
		return dt_rlpx_create(&own->rlpx, config, error);
	do {
		err = open_both(own, config, error);
	} while (err == DT_ERR_SYSTEM && --tries > 0);
	return err;
}

int cmd_own_node_open(struct cmd_own_node *own, struct dt_config *config)
{
	struct dt_error error;
	dt_err err = make_key(own, config, &error);

	if (err == DT_OK)
		err = open_parts(own, config, &error);
	if (err != DT_OK) {
		cmd_complain("%s", error.text);
		return cmd_discovery_exit_code(err);
	}
	config->has_self = true;
	config->self = cmd_own_node_self(own).id;
	if (own->rlpx != NULL)
		config->transport = dt_rlpx_transport(own->rlpx);
	if (own->discv4 != NULL)
		config->table = dt_discv4_table(own->discv4);
	return CMD_EXIT_OK;
}

struct dt_node cmd_own_node_self(const struct cmd_own_node *own)
{
	return own->discv4 != NULL ? dt_discv4_self(own->discv4)
				   : dt_rlpx_self(own->rlpx);
}

void cmd_own_node_hang_up(struct cmd_own_node *own)
{
	dt_rlpx_destroy(own->rlpx);
	own->rlpx = NULL;
}

void cmd_own_node_close(struct cmd_own_node *own)
{
	dt_discv4_destroy(own->discv4);
	own->discv4 = NULL;
	dt_node_key_wipe(&own->key);
}
