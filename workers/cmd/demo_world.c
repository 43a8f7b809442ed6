/* SPDX-License-Identifier: MIT */
#include "workers/cmd/demo_world.h"

#include <errno.h>
#include <string.h>

#include "workers/cmd/complain.h"
#include "workers/cmd/dice.h"

static bool make(struct cmd_demo_world *world,
		 const struct cmd_network_plan *plan)
{
	struct cmd_dice dice = {.state = plan->seed ^ UINT64_C(0x5e1f)};

	*world = (struct cmd_demo_world){0};
	cmd_dice_fill(&dice, world->greeting.self.bytes,
		      sizeof(world->greeting.self.bytes));
	world->network = cmd_network_create(plan);
	if (world->network == NULL)
		return false;
	world->table = cmd_demo_table_create(world->network, &world->greeting,
					     plan->seed);
	if (world->table == NULL) {
		errno = ENOMEM;
		return false;
	}
	return cmd_network_start(world->network);
}

bool cmd_demo_world_open(struct cmd_demo_world *world,
			 const struct cmd_network_plan *plan)
{
	if (make(world, plan))
		return true;
	cmd_complain("demo: the network of %zu nodes cannot be made: %s",
		     plan->size, strerrordesc_np(errno));
	cmd_demo_world_close(world);
	return false;
}

void cmd_demo_world_close(struct cmd_demo_world *world)
{
	cmd_network_destroy(world->network);
	cmd_demo_table_destroy(world->table);
	world->network = NULL;
	world->table = NULL;
}

void cmd_demo_world_configure(struct cmd_demo_world *world,
			      struct dt_config *config)
{
	config->has_self = true;
	config->self = world->greeting.self;
	config->table = cmd_demo_table_functions(world->table);
	config->transport = cmd_greeting_transport(&world->greeting);
}

/* The first public node of a character after @index; the count if none. */
static size_t find(const struct cmd_network_node *nodes, size_t count,
		   size_t index, enum cmd_character character)
{
	while (index < count &&
	       (nodes[index].is_private || nodes[index].character != character))
		index++;
	return index;
}

dt_err cmd_demo_world_give_bootnodes(const struct cmd_demo_world *world,
				     dt_dialer *dialer)
{
	static const enum cmd_character wanted[CMD_DEMO_BOOTNODES] = {
		CMD_CHARACTER_REFUSE,
		CMD_CHARACTER_ACCEPT,
		CMD_CHARACTER_ACCEPT,
	};
	size_t count;
	const struct cmd_network_node *nodes =
		cmd_network_nodes(world->network, &count);
	dt_err err = DT_OK;
	size_t index = 0;

	for (int i = 0; i < CMD_DEMO_BOOTNODES && err == DT_OK; i++) {
		size_t found = find(nodes, count, index, wanted[i]);
		struct dt_node node;

		if (found == count)
			continue;
		node = nodes[found].node;
		if (i == 1)
			node.endpoint = (struct dt_endpoint){0};
		err = dt_dialer_add_bootnode(dialer, &node);
		index = found + 1;
	}
	return err;
}

dt_err cmd_demo_world_give_statics(const struct cmd_demo_world *world,
				   dt_dialer *dialer)
{
	size_t count;
	const struct cmd_network_node *nodes =
		cmd_network_nodes(world->network, &count);
	dt_err err = DT_OK;

	for (size_t i = 0; i < count && err == DT_OK; i++) {
		struct dt_node node = {.id = nodes[i].node.id};

		if (nodes[i].is_private)
			err = dt_dialer_add_static(dialer, &node, 1);
	}
	return err;
}
