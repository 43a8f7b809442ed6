/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/discv4/protocol.h"

#include "tests/discv4_world.h"
#include "tests/harness.h"

/* A network whose nodes know node 0, up a second after the other's start. */
static struct world *grow(const struct world_plan *plan)
{
	struct world *world = world_create(plan);

	for (size_t i = 0; i < plan->nodes; i++) {
		struct dt_endpoint endpoint = world_endpoint((uint32_t)i);
		struct world_node *node = world_add(world, &endpoint);

		world_up(node, &world_node(world, 0)->node, 1);
		world_run(world, world_now_ms(world) + 100);
	}
	world_run(world, world_now_ms(world) + 60 * 1000);
	return world;
}

static struct world_node *random_node(struct world *world)
{
	uint32_t count = (uint32_t)world_count(world);

	return world_node(world, dti_random_below(world_random(world), count));
}

/* Is the answer the true sixteen? */
static bool looks_up_the_truth(struct world *world)
{
	const struct world_node *truth[16];
	struct world_node *asker = random_node(world);
	struct dti_discv4_question question = {.kind = DTI_QUERY_LOOKUP};
	struct world_answer answer;
	size_t count;

	dti_random_fill(world_random(world), &question.target,
			sizeof(question.target));
	world_ask_and_wait(asker, &answer, &question);
	count = world_closest(world, truth, 16, &question.target, asker);
	if (answer.err != DT_OK || answer.count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (memcmp(&answer.nodes[i].id, &truth[i]->node.id,
			   sizeof(struct dt_node_id)) != 0)
			return false;
	}
	return true;
}

Test(discv4_protocol, lookups_of_a_network_find_the_true_closest, .timeout = 60)
{
	struct world_plan plan = world_plan_usual(1, 300);
	struct world *world = grow(&plan);
	int right = 0;

	for (int i = 0; i < 50; i++)
		right += looks_up_the_truth(world);

	cr_assert_geq(right, 48, "%d of 50", right);
	world_destroy(world);
}

Test(discv4_protocol, a_node_is_resolved_from_anywhere, .timeout = 60)
{
	struct world_plan plan = world_plan_usual(2, 200);
	struct world *world = grow(&plan);

	for (int i = 0; i < 50; i++) {
		struct world_node *wanted = random_node(world);
		struct dti_discv4_question question = {
			.kind = DTI_QUERY_RESOLVE,
			.target = wanted->node.id,
		};
		struct world_answer answer;

		world_ask_and_wait(random_node(world), &answer, &question);

		cr_assert_eq(answer.err, DT_OK);
		cr_assert_arr_eq(&answer.nodes[0].endpoint,
				 &wanted->node.endpoint,
				 sizeof(struct dt_endpoint));
	}
	world_destroy(world);
}

/* Nodes come and go, packets get lost; every machine is whole at every step. */
Test(discv4_protocol, invariants_hold_while_nodes_come_and_go, .timeout = 120)
{
	struct world_plan plan = world_plan_usual(3, 40);
	struct world *world;

	plan.verify = true;
	plan.loss_per_mille = 100;
	world = grow(&plan);
	for (int i = 0; i < 40; i++) {
		struct world_node *node = random_node(world);
		struct world_answer answer;
		struct dti_discv4_question question = {
			.kind = i % 2 == 0 ? DTI_QUERY_LOOKUP
					   : DTI_QUERY_RESOLVE,
			.target = random_node(world)->node.id,
		};

		if (node->discv4)
			world_down(node);
		else
			world_up(node, &world_node(world, 0)->node, 1);
		do
			node = random_node(world);
		while (!node->discv4);
		world_ask_and_wait(node, &answer, &question);
	}
	cr_assert_gt(world_figures(world)->lost, 1000);
	cr_assert_gt(world_figures(world)->nowhere, 100);
	world_destroy(world);
}

Test(discv4_protocol, a_node_that_knows_nobody_takes_in_who_pings_it_once)
{
	struct world_plan plan = world_plan_usual(5, 2);
	struct world *world = world_create(&plan);
	struct dt_endpoint endpoints[2] = {world_endpoint(0),
					   world_endpoint(1)};
	struct world_node *first = world_add(world, &endpoints[0]);
	struct world_node *second = world_add(world, &endpoints[1]);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING};
	struct world_answer answer;

	world_up(first, NULL, 0);
	world_up(second, NULL, 0);
	question.node = first->node;
	world_ask_and_wait(second, &answer, &question);
	world_run(world, world_now_ms(world) + 500);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert_not_null(dti_table_find(dti_discv4_table(first->discv4),
					  &second->node.id));
	world_destroy(world);
}

Test(discv4_protocol, without_refreshes_bootnodes_are_greeted_and_all_is_quiet)
{
	struct world_plan plan = world_plan_usual(6, 3);
	const struct dti_table_entry *met[DTI_TABLE_ENTRIES_MAX];
	struct world_node *nodes[3];
	struct world *world;

	plan.config.refresh_ms = 0;
	world = world_create(&plan);
	for (uint32_t i = 0; i < 3; i++) {
		struct dt_endpoint endpoint = world_endpoint(i);

		nodes[i] = world_add(world, &endpoint);
	}
	world_up(nodes[0], NULL, 0);
	world_up(nodes[1], &nodes[0]->node, 1);
	world_up(nodes[2], &nodes[0]->node, 1);
	world_run(world, world_now_ms(world) + 500);

	cr_assert_eq(dti_table_closest(dti_discv4_table(nodes[0]->discv4), met,
				       16, &(struct dti_place){{0}}, true),
		     2, "they are there, and proven");
	cr_assert_eq(dti_table_closest(dti_discv4_table(nodes[1]->discv4), met,
				       16, &(struct dti_place){{0}}, true),
		     1);
	world_run(world, world_now_ms(world) + INT64_C(3600) * 1000);
	cr_assert_eq(world_figures(world)->by_type[DTI_PACKET_FIND_NODE], 0);
	cr_assert_eq(world_figures(world)->nowhere, 0);
	world_destroy(world);
}
