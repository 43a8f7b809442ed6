/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/id.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"
#include "tests/instant.h"
#include "tests/scene.h"
#include "tests/sockets.h"
#include "tests/whole/threads.h"

/* Real nodes of discovery on loopback, alone and under dialers. */

#define CROWD      30
#define PATIENT_MS 60000

static void start_nodes(struct discovery_scene *scene, size_t count)
{
	discovery_scene_open(scene);
	for (size_t i = 0; i < count; i++)
		(void)discovery_scene_start(scene, NULL);
}

/* Until @asker finds @sought by asking others. */
static void await_resolved(dt_discv4 *asker, const dt_discv4 *sought)
{
	struct dt_node expected = dt_discv4_self(sought);
	struct dt_node found;
	dt_err err;

	while ((err = dt_discv4_resolve(asker, &found, &expected.id,
					PATIENT_MS)) != DT_OK)
		cr_assert(err == DT_ERR_NOT_FOUND || err == DT_ERR_TIMED_OUT,
			  "%s", dt_err_name(err));
	cr_assert(dti_node_id_equal(&found.id, &expected.id));
	cr_assert_eq(found.endpoint.udp_port, expected.endpoint.udp_port);
	cr_assert_arr_eq(found.endpoint.ip, expected.endpoint.ip, 4);
}

Test(whole_discovery, two_nodes_find_each_other, .timeout = 120)
{
	struct discovery_scene scene;

	start_nodes(&scene, 2);
	await_resolved(scene.nodes[1], scene.nodes[0]);
	await_resolved(scene.nodes[0], scene.nodes[1]);
	discovery_scene_close(&scene);
}

Test(whole_discovery, a_crowd_finds_itself_through_one_bootnode, .timeout = 240)
{
	struct discovery_scene scene;

	start_nodes(&scene, CROWD);
	for (size_t i = 0; i < CROWD; i++)
		await_resolved(scene.nodes[i],
			       scene.nodes[(i * 7 + 3) % CROWD]);
	discovery_scene_close(&scene);
}

Test(whole_discovery, the_counters_add_up_at_any_moment, .timeout = 240)
{
	struct dt_discv4_counters counters = {.received = 0};
	struct discovery_scene scene;

	start_nodes(&scene, 8);
	do {
		for (size_t i = 0; i < scene.count; i++) {
			counters = discovery_counters(scene.nodes[i]);
			cr_assert_null(discovery_broken(&counters), "%s",
				       discovery_broken(&counters));
		}
		sched_yield();
	} while (counters.received < 100);
	cr_assert_eq(counters.dropped[DT_DISCV4_DROP_HASH], 0);
	cr_assert_eq(counters.dropped[DT_DISCV4_DROP_SHAPE], 0);
	discovery_scene_close(&scene);
}

Test(whole_discovery, a_lookup_finds_the_closest_of_all, .timeout = 240)
{
	struct dt_node_id target = {.bytes = {42}};
	struct discovery_scene scene;
	struct dt_node out[16];
	size_t count = 0;

	start_nodes(&scene, 10);
	while (count < 9) {
		dt_err err = dt_discv4_lookup(scene.nodes[4], out, 16, &count,
					      NULL, &target, PATIENT_MS);

		cr_assert(err == DT_OK || err == DT_ERR_TIMED_OUT);
	}
	cr_assert_eq(count, 9);
	for (size_t i = 1; i < count; i++)
		cr_assert_leq(dt_node_distance(&target, &out[i - 1].id),
			      dt_node_distance(&target, &out[i].id));
	discovery_scene_close(&scene);
}

/* ---- under dialers ---- */

struct party {
	struct scene scene;
	struct instant instant;
};

static void start_dialer(struct party *party, dt_discv4 *node)
{
	scene_init(&party->scene);
	party->instant = (struct instant){.holds_peers = true};
	party->scene.config.max_dyn_dials = 16;
	party->scene.config.lookup_interval_ms = 10;
	party->scene.config.has_self = true;
	party->scene.config.self = dt_discv4_self(node).id;
	party->scene.config.table = dt_discv4_table(node);
	party->scene.config.transport = instant_transport(&party->instant);
	scene_create(&party->scene);
	party->instant.dialer = party->scene.dialer;
	scene_start(&party->scene);
}

static void await_peers(struct party *party, uint64_t count)
{
	struct dt_counters counters;

	AWAIT_COUNTERS(&party->scene, counters, counters.peers >= count);
	cr_assert_null(counters_broken(&counters));
}

static void end_dialer(struct party *party)
{
	scene_fini(&party->scene);
}

Test(whole_discovery, a_dialer_finds_its_peers_by_discovery_alone,
     .timeout = 240)
{
	struct discovery_scene scene;
	struct party party;

	start_nodes(&scene, 10);
	start_dialer(&party, scene.nodes[5]);
	await_peers(&party, 9);
	end_dialer(&party);
	discovery_scene_close(&scene);
}

static uint64_t lookups(const struct party *party)
{
	struct dt_counters counters = scene_counters(&party->scene);

	return counters.tasks[DT_TASK_LOOKUP].outcomes[DT_OUTCOME_FOUND];
}

Test(whole_discovery, one_dialer_stops_and_leaves_the_table_to_the_other,
     .timeout = 240)
{
	struct discovery_scene scene;
	struct party first;
	struct party second;
	uint64_t before;

	start_nodes(&scene, 4);
	start_dialer(&first, scene.nodes[1]);
	start_dialer(&second, scene.nodes[1]);
	await_peers(&first, 3);
	await_peers(&second, 3);
	end_dialer(&first);
	before = lookups(&second);
	while (lookups(&second) == before)
		sched_yield();
	end_dialer(&second);
	discovery_scene_close(&scene);
}

/* Lookups take long where nobody answers. */
Test(whole_discovery, a_dialer_stops_in_the_middle_of_a_lookup, .timeout = 120)
{
	struct stranger *silent = stranger_open(1);
	struct discovery_scene scene;
	struct discovery_plan plan;
	struct dt_counters counters;
	struct party party;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	discovery_plan_init(&plan, 0);
	discovery_plan_set_bootnode(&plan, &silent->node);
	node = discovery_scene_start(&scene, &plan);
	start_dialer(&party, node);
	scene_await_running(&party.scene, DT_TASK_LOOKUP, 1);
	scene_stop(&party.scene);

	counters = scene_counters(&party.scene);
	cr_assert_null(counters_unfinished(&counters));
	cr_assert_eq(counters.workers_overdue, 0);
	end_dialer(&party);
	stranger_close(silent);
	discovery_scene_close(&scene);
}

/* ---- what can be short ---- */

Test(whole_discovery, without_threads_there_is_no_node, .timeout = 60)
{
	size_t open = sockets_count_open();
	struct discovery_plan plan;
	struct dt_error error;
	dt_discv4_host *host;
	dt_discv4 *node;

	discovery_plan_init(&plan, 0);
	for (uint64_t number = 1; number <= 2; number++) {
		threads_fail_at(number);
		cr_assert_eq(
			dt_discv4_create(&node, &plan.config, NULL, &error),
			DT_ERR_NO_THREAD);
		cr_assert_eq(error.code, DT_ERR_NO_THREAD);
		threads_fail_at(number);
		cr_assert_eq(dt_discv4_host_create(&host, &error),
			     DT_ERR_NO_THREAD);
		cr_assert_eq(sockets_count_open(), open);
	}
	threads_fail_at(0);
	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL), DT_OK);
	dt_discv4_destroy(node);
	cr_assert_eq(sockets_count_open(), open);
}
