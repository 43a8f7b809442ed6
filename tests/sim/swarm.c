/* SPDX-License-Identifier: MIT */
#include "tests/sim/swarm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/node/id.h"

#include "tests/require.h"

#define TICK_MS 100 /* nodes come and go at its multiples */

/* What the program has. Other nodes have less, which saves memory; all who come
 * ask these four. */
#define BOOTNODE_PROOFS   8192
#define BOOTNODE_REQUESTS 560

/* Replacements are drawn: room for more than are expected. */
static size_t most_nodes(const struct swarm_plan *plan)
{
	double leave = 0;

	if (plan->session_ms > 0)
		leave = (double)plan->nodes * (double)plan->live_ms /
			(double)plan->session_ms;
	return plan->nodes + plan->guests + (size_t)(leave * 1.1) + 1000;
}

static struct world_node *add(struct swarm *swarm)
{
	struct dt_endpoint endpoint =
		world_endpoint((uint32_t)world_count(swarm->world));

	return world_add(swarm->world, &endpoint);
}

struct swarm *swarm_create(const struct swarm_plan *plan)
{
	struct swarm *swarm = calloc(1, sizeof(*swarm));
	struct world_plan world_plan =
		world_plan_usual(plan->seed, most_nodes(plan));

	require(swarm && plan->nodes >= SWARM_BOOTNODES, "a network");
	swarm->plan = *plan;
	swarm->up = calloc(plan->nodes, sizeof(struct world_node *));
	require(swarm->up != NULL, "room for nodes");
	world_plan.loss_per_mille = plan->loss_per_mille;
	if (plan->check_ms > 0)
		world_plan.config.check_ms = plan->check_ms;
	swarm->world = world_create(&world_plan);
	for (size_t i = 0; i < SWARM_BOOTNODES; i++) {
		swarm->up[i] = add(swarm);
		swarm->up[i]->max_proofs = BOOTNODE_PROOFS;
		swarm->up[i]->max_requests = BOOTNODE_REQUESTS;
		swarm->bootnodes[i] = swarm->up[i]->node;
	}
	for (size_t i = 0; i < SWARM_BOOTNODES; i++)
		world_up(swarm->up[i], swarm->bootnodes, SWARM_BOOTNODES);
	swarm->up_count = SWARM_BOOTNODES;
	return swarm;
}

void swarm_destroy(struct swarm *swarm)
{
	world_destroy(swarm->world);
	free(swarm->up);
	free(swarm);
}

static void come(struct swarm *swarm)
{
	struct world_node *node = add(swarm);

	world_up(node, swarm->bootnodes, SWARM_BOOTNODES);
	swarm->up[swarm->up_count++] = node;
}

static void leave(struct swarm *swarm)
{
	uint32_t others = (uint32_t)(swarm->up_count - SWARM_BOOTNODES);
	size_t place = SWARM_BOOTNODES +
		       dti_random_below(world_random(swarm->world), others);

	world_down(swarm->up[place]);
	swarm->up[place] = swarm->up[--swarm->up_count];
	swarm->left++;
}

static double uniform(struct swarm *swarm)
{
	uint32_t number = dti_random_below(world_random(swarm->world), 1 << 30);

	return ((double)number + 0.5) / (1 << 30);
}

/* How many leave in a tick: of each session's end nobody knows before. */
static size_t leavers(struct swarm *swarm)
{
	size_t others = swarm->up_count - SWARM_BOOTNODES;
	double mean = (double)others * TICK_MS;
	double time = 0;
	size_t count = 0;

	if (swarm->plan.session_ms == 0)
		return 0;
	mean /= (double)swarm->plan.session_ms;
	while ((time -= log(uniform(swarm))) < mean)
		count++;
	return count < others ? count : others;
}

/* How many should have come by now. */
static size_t wanted(const struct swarm *swarm)
{
	const struct swarm_plan *plan = &swarm->plan;
	int64_t now_ms = world_now_ms(swarm->world);

	if (now_ms >= plan->join_ms)
		return plan->nodes;
	return (size_t)((double)plan->nodes * (double)now_ms /
			(double)plan->join_ms);
}

void swarm_run(struct swarm *swarm, int64_t until_ms)
{
	int64_t now_ms;

	while ((now_ms = world_now_ms(swarm->world)) < until_ms) {
		int64_t next_ms = now_ms - now_ms % TICK_MS + TICK_MS;

		if (now_ms % TICK_MS == 0) {
			for (size_t i = leavers(swarm); i > 0; i--)
				leave(swarm);
			while (swarm->up_count < wanted(swarm))
				come(swarm);
		}
		world_run(swarm->world,
			  next_ms < until_ms ? next_ms : until_ms);
	}
}

void swarm_settle(struct swarm *swarm)
{
	swarm->plan.session_ms = 0;
}

struct world_node *swarm_any(struct swarm *swarm)
{
	return swarm->up[dti_random_below(world_random(swarm->world),
					  (uint32_t)swarm->up_count)];
}

struct world_node *swarm_guest(struct swarm *swarm)
{
	return add(swarm);
}

bool swarm_is_up(const struct swarm *swarm, const struct dt_node *node)
{
	const struct world_node *there =
		world_find(swarm->world, &node->endpoint);

	return there && there->discv4 &&
	       dti_node_id_equal(&there->node.id, &node->id);
}
