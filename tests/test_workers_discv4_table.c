/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/id.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"
#include "tests/sockets.h"

/* A node with one other in its table. */
struct pair {
	struct discovery_scene scene;
	dt_discv4 *node;
	struct dt_node other;
	struct dt_table table;
	struct sockets_op op;
};

/* @plan: of the other; NULL: the usual one. */
static void open_pair_with(struct pair *pair, int64_t timeout_ms,
			   struct discovery_plan *plan)
{
	struct dt_discv4_counters counters;

	discovery_scene_open(&pair->scene);
	pair->other = dt_discv4_self(discovery_scene_start(&pair->scene, plan));
	pair->node = discovery_scene_start(&pair->scene, NULL);
	pair->table = dt_discv4_table(pair->node);
	AWAIT_DISCOVERY(pair->node, counters, counters.entries == 1);
	sockets_op_init(&pair->op, timeout_ms);
}

static void open_pair(struct pair *pair, int64_t timeout_ms)
{
	struct dt_node node;

	open_pair_with(pair, timeout_ms, NULL);
	while (pair->table.random_nodes(pair->table.context, &node, 1) == 0)
		sched_yield();
}

static void close_pair(struct pair *pair)
{
	sockets_op_fini(&pair->op);
	discovery_scene_close(&pair->scene);
}

Test(workers_discv4_table, random_nodes_are_those_of_the_table, .timeout = 60)
{
	struct dt_node out[4];
	struct pair pair;

	open_pair(&pair, 60000);
	cr_assert_eq(pair.table.random_nodes(pair.table.context, out, 4), 1);
	cr_assert(dti_node_id_equal(&out[0].id, &pair.other.id));
	cr_assert_eq(out[0].endpoint.tcp_port, pair.other.endpoint.tcp_port);
	cr_assert_eq(pair.table.random_nodes(pair.table.context, out, 0), 0);
	close_pair(&pair);
}

Test(workers_discv4_table, a_node_is_resolved, .timeout = 60)
{
	struct dt_node_id nobody = {.bytes = {1, 2}};
	struct dt_endpoint out = {.udp_port = 77};
	struct pair pair;

	open_pair(&pair, 60000);
	cr_assert_not(pair.table.resolve(pair.table.context, &pair.op.op, &out,
					 &nobody));
	cr_assert_eq(out.udp_port, 77);
	cr_assert(pair.table.resolve(pair.table.context, &pair.op.op, &out,
				     &pair.other.id));
	cr_assert_eq(out.udp_port, pair.other.endpoint.udp_port);
	close_pair(&pair);
}

Test(workers_discv4_table, who_takes_no_connections_is_not_resolved,
     .timeout = 60)
{
	struct discovery_plan plan;
	struct dt_endpoint out;
	struct pair pair;

	discovery_plan_init(&plan, 0);
	plan.config.announce_tcp = false;
	open_pair_with(&pair, 60000, &plan);
	cr_assert_eq(pair.other.endpoint.tcp_port, 0);
	cr_assert_not(pair.table.resolve(pair.table.context, &pair.op.op, &out,
					 &pair.other.id));
	close_pair(&pair);
}

Test(workers_discv4_table, a_lookup_brings_nodes, .timeout = 60)
{
	struct dt_node_id target = {.bytes = {1, 2}};
	struct dt_node out[16];
	size_t count = 99;
	struct pair pair;

	open_pair(&pair, 60000);
	cr_assert(pair.table.lookup(pair.table.context, &pair.op.op, out, 16,
				    &count, &target));
	cr_assert_geq(count, 1);
	cr_assert_leq(count, 16);
	cr_assert(pair.table.lookup(pair.table.context, &pair.op.op, out, 0,
				    &count, &target));
	cr_assert_eq(count, 0);
	close_pair(&pair);
}

/* What a dialer does when it stops. */
Test(workers_discv4_table, a_cancel_ends_it_and_leaves_the_table_to_others,
     .timeout = 60)
{
	struct dt_node_id target = {.bytes = {1, 2}};
	struct sockets_op other;
	struct dt_endpoint endpoint;
	struct dt_node out[16];
	size_t count = 99;
	struct pair pair;

	open_pair(&pair, 60000);
	dti_cancel_raise(&pair.op.cancel);
	cr_assert_not(pair.table.lookup(pair.table.context, &pair.op.op, out,
					16, &count, &target));
	cr_assert_not(pair.table.resolve(pair.table.context, &pair.op.op,
					 &endpoint, &target));
	cr_assert_eq(count, 99);
	cr_assert_null(pair.table.close);
	sockets_op_init(&other, 60000);
	cr_assert(pair.table.lookup(pair.table.context, &other.op, out, 16,
				    &count, &target));
	sockets_op_fini(&other);
	close_pair(&pair);
}

Test(workers_discv4_table, a_closed_node_answers_nothing_more, .timeout = 60)
{
	struct dt_node_id target = {.bytes = {1, 2}};
	struct dt_endpoint endpoint;
	struct dt_node out[16];
	size_t count;
	struct pair pair;

	open_pair(&pair, 60000);
	dt_discv4_close(pair.node);
	cr_assert_not(pair.table.lookup(pair.table.context, &pair.op.op, out,
					16, &count, &target));
	cr_assert_not(pair.table.resolve(pair.table.context, &pair.op.op,
					 &endpoint, &pair.other.id));
	close_pair(&pair);
}
