/* SPDX-License-Identifier: MIT */
/*
 * What `make sim` shows of large networks, of small ones: discovery must not
 * become much worse. One seed is one run, and margins are wide.
 */
#include "lib/container.h"

#include "tests/harness.h"
#include "tests/sim/measure.h"
#include "tests/sim/victim.h"

#define SECOND_MS INT64_C(1000)

static struct swarm *grow(const struct swarm_plan *plan, int64_t until_ms)
{
	struct swarm *swarm = swarm_create(plan);

	swarm_run(swarm, until_ms);
	return swarm;
}

Test(sim_discovery, a_network_that_grows_becomes_whole, .timeout = 120)
{
	const struct swarm_plan plan = {
		.seed = 1, .nodes = 400, .join_ms = 30 * SECOND_MS};
	struct swarm *swarm = grow(&plan, 60 * SECOND_MS);
	struct traffic traffic = {0};
	double packets = measure_traffic(swarm, &traffic);
	struct table_figures tables = measure_tables(swarm, 100);
	struct lookup_figures lookups = measure_lookups(swarm, 100);

	cr_assert_eq(lookups.count, 100);
	cr_assert_gt(lookups.recall, 0.98);
	cr_assert_gt(lookups.exact, 0.9);
	cr_assert_gt(tables.verified, 0.8);
	cr_assert_gt(tables.near, 0.9);
	cr_assert_eq(tables.dead, 0);
	cr_assert_lt(packets, 30);
	cr_assert_lt(lookups.time_ms / measure_round_trip_ms(),
		     5 * measure_least_rounds(plan.nodes));
	swarm_destroy(swarm);
}

Test(sim_discovery, churn_and_loss_cost_something_but_not_much, .timeout = 120)
{
	const struct swarm_plan plan = {
		.seed = 2,
		.nodes = 300,
		.join_ms = 20 * SECOND_MS,
		.session_ms = 600 * SECOND_MS,
		.live_ms = 300 * SECOND_MS,
		.loss_per_mille = 50,
	};
	struct swarm *swarm = grow(&plan, 240 * SECOND_MS);
	struct table_figures tables = measure_tables(swarm, 100);
	struct lookup_figures lookups = measure_lookups(swarm, 100);

	cr_assert_gt(swarm->left, 50);
	cr_assert_gt(world_figures(swarm->world)->lost, 1000);
	cr_assert_gt(lookups.recall, 0.8);
	cr_assert_gt(tables.near, 0.8);
	cr_assert_gt(tables.dead, 0);
	cr_assert_lt(tables.dead, 0.3);
	swarm_destroy(swarm);
}

Test(sim_discovery, few_networks_do_not_take_a_node_for_themselves,
     .timeout = 120)
{
	const struct swarm_plan swarm_plan = {
		.seed = 3,
		.nodes = 200,
		.join_ms = 20 * SECOND_MS,
		.guests = VICTIM_KINDS * VICTIMS_OF_KIND,
	};
	const struct attack_plan attack_plan = {
		.ids = 100, .subnets = 4, .victim_per_s = 50};
	struct swarm *swarm = grow(&swarm_plan, 10 * SECOND_MS);
	struct victim_figures figures[VICTIM_KINDS];
	struct victims victims;
	struct attack *attack;

	victims_begin(&victims, swarm);
	swarm_run(swarm, 60 * SECOND_MS);
	attack = attack_create(swarm, &attack_plan);
	victims_suffer(&victims, attack, false);
	attack_run(attack, 100 * SECOND_MS);
	victims_measure(&victims, attack, figures);

	for (enum victim_kind kind = 0; kind < VICTIM_KINDS; kind++) {
		const struct victim_figures *kinds = &figures[kind];

		/* Ten of each network, and he has four. */
		cr_assert_leq(kinds->table * kinds->entries, 40);
		cr_assert_gt(kinds->table, 0, "%s", victim_name(kind));
		cr_assert_lt(kinds->table, 0.5, "%s", victim_name(kind));
		cr_assert_lt(kinds->candidates, 0.5, "%s", victim_name(kind));
		cr_assert_lt(kinds->captured, 0.3, "%s", victim_name(kind));
	}
	cr_assert_lt(figures[VICTIM_LONG].table, figures[VICTIM_FRESH].table);
	attack_destroy(attack);
	swarm_destroy(swarm);
}
