/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/id.h"

#include "workers/clock.h"
#include "workers/discv4.h"

#include "tests/discovery_scene.h"
#include "tests/folder.h"
#include "tests/harness.h"

Test(workers_discovery_turn, who_was_there_before_is_asked_first, .timeout = 60)
{
	static const struct dt_allocator libc_allocator;
	struct folder folder = folder_make();
	struct dti_node_database_options options = {
		.path = folder_file(&folder, "nodes"),
		.capacity = 100,
		.allocator = &libc_allocator,
	};
	struct stranger *seed = stranger_open(1);
	struct dti_node_fact fact = {
		.node = seed->node,
		.alive_unix_s = dti_clock_unix_s() - 60,
	};
	struct dti_node_database *database;
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	struct discovery_plan plan;
	struct dti_packet packet;
	struct dt_node self;
	dt_discv4 *node;

	cr_assert_eq(dti_node_database_open(&database, &options, NULL), DT_OK);
	cr_assert_eq(
		dti_node_database_store(database, &fact, 1, dti_clock_unix_s()),
		DT_OK);
	dti_node_database_close(database);
	discovery_scene_open(&scene);
	discovery_plan_init(&plan, 0);
	plan.config.node_database = options.path;
	node = discovery_scene_start(&scene, &plan);
	self = dt_discv4_self(node);
	stranger_await(seed, &self.endpoint, &packet, DTI_PACKET_PING);

	cr_assert(dti_node_id_equal(&packet.sender, &self.id));
	counters = discovery_counters(node);
	cr_assert_eq(counters.database_nodes, 1);
	discovery_scene_close(&scene);
	stranger_close(seed);
	folder_remove(&folder);
}

/* The machine's figures are in the same picture. */
Test(workers_discovery_turn, counters_say_what_the_machine_says, .timeout = 60)
{
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	(void)discovery_scene_start(&scene, NULL);
	node = discovery_scene_start(&scene, NULL);
	AWAIT_DISCOVERY(node, counters,
			counters.entries == 1 && counters.refreshes == 1);

	cr_assert_gt(counters.requests_sent, 0);
	cr_assert_gt(counters.proofs, 0);
	cr_assert_null(discovery_broken(&counters));
	discovery_scene_close(&scene);
}

/* Each of its nodes is checked again and again, or so it says. */
Test(workers_discovery_turn, what_is_due_is_done, .timeout = 60)
{
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	struct discovery_plan plan;
	struct dt_node bootnode;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	bootnode = dt_discv4_self(discovery_scene_start(&scene, NULL));
	discovery_plan_init(&plan, 1);
	discovery_plan_set_bootnode(&plan, &bootnode);
	plan.config.check_interval_ms = 10;
	node = discovery_scene_start(&scene, &plan);
	AWAIT_DISCOVERY(node, counters, counters.checks > 5);

	AWAIT_DISCOVERY(node, counters, counters.verified == 1);
	discovery_scene_close(&scene);
}

/* Somebody we know waits behind hundreds of strangers. */
Test(workers_discovery_turn, a_flood_of_strangers_is_not_served_before_others,
     .timeout = 60)
{
	struct dti_packet ping = {.type = DTI_PACKET_PING};
	struct stranger *flood = stranger_open(1);
	struct stranger *known = stranger_open(2);
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	struct discovery_hold hold;
	uint64_t before;
	struct dti_packet pong;
	struct dt_endpoint at;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	at = dt_discv4_self(node).endpoint;
	stranger_bond(known, &at);
	AWAIT_DISCOVERY(node, counters,
			counters.accepted[DTI_PACKET_PONG] == 1);
	before = counters.received;

	discovery_hold(&hold, scene.host);
	for (uint64_t i = 0; i < 540; i++)
		stranger_send(flood, &at, &ping);
	stranger_send(known, &at, &ping);
	discovery_release(&hold);
	do
		stranger_await(known, &at, &pong, DTI_PACKET_PONG);
	while (memcmp(pong.pong.token, ping.hash, sizeof(ping.hash)) != 0);
	AWAIT_DISCOVERY(node, counters, counters.received >= before + 541);

	/* A burst is not yet a flood. */
	cr_assert_gt(counters.accepted[DTI_PACKET_PING], 450);
	cr_assert_gt(counters.dropped[DT_DISCV4_DROP_LIMITED], 40);
	cr_assert_null(discovery_broken(&counters));
	discovery_scene_close(&scene);
	stranger_close(flood);
	stranger_close(known);
}
