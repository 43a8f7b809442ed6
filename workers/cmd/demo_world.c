/* SPDX-License-Identifier: MIT */
#include "workers/cmd/demo_world.h"

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/text.h"

bool cmd_demo_world_open(struct cmd_demo_world *world,
			 const struct cmd_network_plan *plan)
{
	struct dt_error error;

	*world = (struct cmd_demo_world){0};
	world->network = cmd_network_create(plan, &error);
	if (world->network != NULL &&
	    cmd_network_start(world->network, &error) == DT_OK)
		return true;
	cmd_complain("demo: the network of %zu nodes cannot be made: %s",
		     plan->size, error.text);
	cmd_demo_world_close(world);
	return false;
}

void cmd_demo_world_close(struct cmd_demo_world *world)
{
	cmd_own_node_hang_up(&world->own);
	cmd_own_node_close(&world->own);
	cmd_network_destroy(world->network);
	world->network = NULL;
}

/* The first node of a character after @index; the count if none. */
static size_t find(const struct cmd_network_node *nodes, size_t count,
		   size_t index, enum cmd_character character)
{
	while (index < count &&
	       (nodes[index].is_static || nodes[index].character != character))
		index++;
	return index;
}

/* How many there are: the network may have nobody who refuses. */
static size_t choose_bootnodes(const struct cmd_demo_world *world,
			       struct dt_node out[CMD_DEMO_BOOTNODES])
{
	static const enum cmd_character wanted[CMD_DEMO_BOOTNODES] = {
		CMD_CHARACTER_REFUSE,
		CMD_CHARACTER_ACCEPT,
		CMD_CHARACTER_ACCEPT,
	};
	size_t count;
	const struct cmd_network_node *nodes =
		cmd_network_nodes(world->network, &count);
	size_t index = 0;
	size_t chosen = 0;

	for (int i = 0; i < CMD_DEMO_BOOTNODES; i++) {
		size_t found = find(nodes, count, index, wanted[i]);

		if (found == count)
			continue;
		out[chosen++] = nodes[found].node;
		index = found + 1;
	}
	return chosen;
}

/* As the option bootnodes has it. */
static bool list_bootnodes(struct cmd_text *out,
			   const struct cmd_demo_world *world)
{
	struct dt_node bootnodes[CMD_DEMO_BOOTNODES];
	size_t count = choose_bootnodes(world, bootnodes);

	for (size_t i = 0; i < count; i++) {
		char url[DT_ENODE_URL_SIZE];

		cmd_node_url(url, &bootnodes[i]);
		cmd_text_printf(out, "%s%s", i > 0 ? "," : "", url);
	}
	return !out->cut && out->bytes != NULL;
}

/* Whoever the user is elsewhere, and knows from there, has no place here. */
static int open_own_node(struct cmd_demo_world *world, struct dt_config *own)
{
	struct cmd_text list = {0};
	int exit_code = CMD_EXIT_SYSTEM;

	world->own.has_rlpx = true;
	world->own.has_discovery = true;
	own->node_key_file = "";
	own->node_database = "";
	if (list_bootnodes(&list, world)) {
		own->bootnodes = list.bytes;
		exit_code = cmd_own_node_open(&world->own, own);
	} else {
		cmd_complain("demo: there is no memory for the bootnodes");
	}
	cmd_text_fini(&list);
	return exit_code;
}

int cmd_demo_world_configure(struct cmd_demo_world *world,
			     struct dt_config *config)
{
	struct dt_config own = *config;
	int exit_code = open_own_node(world, &own);

	config->has_self = own.has_self;
	config->self = own.self;
	config->table = own.table;
	config->transport = own.transport;
	return exit_code;
}

static dt_err give_bootnodes(const struct cmd_demo_world *world,
			     dt_dialer *dialer)
{
	struct dt_node bootnodes[CMD_DEMO_BOOTNODES];
	size_t count = choose_bootnodes(world, bootnodes);
	dt_err err = DT_OK;

	for (size_t i = 0; i < count && err == DT_OK; i++) {
		if (i == 1)
			bootnodes[i].endpoint = (struct dt_endpoint){0};
		err = dt_dialer_add_bootnode(dialer, &bootnodes[i]);
	}
	return err;
}

dt_err cmd_demo_world_give_nodes(const struct cmd_demo_world *world,
				 dt_dialer *dialer)
{
	size_t count;
	const struct cmd_network_node *nodes =
		cmd_network_nodes(world->network, &count);
	dt_err err = give_bootnodes(world, dialer);

	for (size_t i = 0; i < count && err == DT_OK; i++) {
		struct dt_node node = {.id = nodes[i].node.id};

		if (nodes[i].is_static)
			err = dt_dialer_add_static(dialer, &node, 1);
	}
	return err;
}
