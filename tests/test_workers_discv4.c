/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/node/id.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"
#include "tests/sockets.h"

#define CALLERS 5

static dt_err resolve(dt_discv4 *node, int64_t timeout_ms)
{
	struct dt_node_id id = {.bytes = {1, 2, 3}};
	struct dt_node out;

	return dt_discv4_resolve(node, &out, &id, timeout_ms);
}

Test(workers_discv4, a_node_is_asked_between_start_and_close, .timeout = 60)
{
	struct discovery_scene scene;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_add(&scene, NULL);
	cr_assert_eq(resolve(node, 60000), DT_ERR_NOT_STARTED);
	cr_assert_eq(dt_discv4_start(node, NULL), DT_OK);
	cr_assert_eq(resolve(node, 60000), DT_ERR_NOT_FOUND);
	dt_discv4_close(node);
	cr_assert_eq(resolve(node, 60000), DT_ERR_STOPPED);
	dt_discv4_close(node);
	cr_assert_eq(resolve(node, 60000), DT_ERR_STOPPED);
	discovery_scene_close(&scene);
}

Test(workers_discv4, a_node_is_started_once, .timeout = 60)
{
	struct discovery_scene scene;
	struct dt_error error;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	cr_assert_eq(dt_discv4_start(node, &error), DT_ERR_STARTED);
	cr_assert_eq(error.code, DT_ERR_STARTED);
	dt_discv4_close(node);
	cr_assert_eq(dt_discv4_start(node, &error), DT_ERR_STOPPED);
	cr_assert_eq(error.code, DT_ERR_STOPPED);

	node = discovery_scene_add(&scene, NULL);
	dt_discv4_close(node);
	cr_assert_eq(dt_discv4_start(node, NULL), DT_ERR_STOPPED);
	discovery_scene_close(&scene);
}

Test(workers_discv4, nothing_is_destroyed_without_complaint)
{
	dt_discv4_destroy(NULL);
	dt_discv4_host_destroy(NULL);
}

Test(workers_discv4, a_closed_node_still_answers_others, .timeout = 60)
{
	struct stranger *stranger = stranger_open(1);
	struct discovery_scene scene;
	struct dti_packet packet;
	struct dt_node self;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	self = dt_discv4_self(node);
	dt_discv4_close(node);
	stranger_ping(stranger, &self.endpoint, &packet);
	stranger_await(stranger, &self.endpoint, &packet, DTI_PACKET_PONG);

	cr_assert(dti_node_id_equal(&packet.sender, &self.id));
	stranger_close(stranger);
	discovery_scene_close(&scene);
}

/* ---- callers that block ---- */

struct caller {
	dt_discv4 *node;
	struct dt_node silent; /* whom it asks for what never comes */
	_Atomic pid_t thread_id;
	dt_err err;
	pthread_t thread;
};

static void *ask(void *argument)
{
	struct caller *caller = argument;
	struct dt_discv4_pong pong;

	atomic_store(&caller->thread_id, sockets_thread_id());
	caller->err =
		dt_discv4_ping(caller->node, &pong, &caller->silent, INT64_MAX);
	return NULL;
}

/* Until all of them sleep. */
static void start_callers(struct caller callers[CALLERS], dt_discv4 *node,
			  const struct dt_node *silent)
{
	for (size_t i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){.node = node, .silent = *silent};
		cr_assert_eq(pthread_create(&callers[i].thread, NULL, ask,
					    &callers[i]),
			     0);
	}
	for (size_t i = 0; i < CALLERS; i++) {
		pid_t thread_id;

		while ((thread_id = atomic_load(&callers[i].thread_id)) == 0)
			sched_yield();
		sockets_until_asleep(thread_id);
	}
}

static void check_cancelled(struct caller callers[CALLERS])
{
	for (size_t i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		cr_assert_eq(callers[i].err, DT_ERR_CANCELLED);
	}
}

Test(workers_discv4, close_wakes_all_who_are_blocked, .timeout = 60)
{
	struct stranger *silent = stranger_open(1);
	struct caller callers[CALLERS];
	struct discovery_scene scene;
	struct discovery_hold hold;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	discovery_hold(&hold, scene.host);
	start_callers(callers, node, &silent->node);
	dt_discv4_close(node);
	discovery_release(&hold);

	check_cancelled(callers);
	stranger_close(silent);
	discovery_scene_close(&scene);
}

Test(workers_discv4, destroy_waits_for_all_who_are_blocked, .timeout = 60)
{
	struct stranger *silent = stranger_open(1);
	struct caller callers[CALLERS];
	struct discovery_scene scene;
	struct discovery_hold hold;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	discovery_hold(&hold, scene.host);
	start_callers(callers, node, &silent->node);
	discovery_release(&hold);
	discovery_scene_destroy(&scene, 0);

	for (size_t i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		cr_assert(callers[i].err == DT_ERR_CANCELLED ||
			  callers[i].err == DT_ERR_TIMED_OUT);
	}
	stranger_close(silent);
	discovery_scene_close(&scene);
}

/* ---- what it says of itself ---- */

Test(workers_discv4, counters_of_any_size_are_filled_in, .timeout = 60)
{
	struct {
		struct dt_discv4_counters counters;
		uint64_t later_member;
	} newer;
	struct discovery_scene scene;
	uint64_t older;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	memset(&newer, 0xff, sizeof(newer));
	dt_discv4_counters(node, &newer.counters, sizeof(newer));
	cr_assert_eq(newer.later_member, 0);
	dt_discv4_counters(node, (struct dt_discv4_counters *)(void *)&older,
			   sizeof(older));
	cr_assert_eq(older, newer.counters.received);
	discovery_scene_close(&scene);
}

Test(workers_discv4, who_answers_is_among_the_entries, .timeout = 60)
{
	struct discovery_scene scene;
	struct dt_discv4_entry entries[4];
	struct dt_node bootnode;
	dt_discv4 *node;
	size_t count;

	discovery_scene_open(&scene);
	(void)discovery_scene_start(&scene, NULL);
	node = discovery_scene_start(&scene, NULL);
	bootnode = dt_discv4_self(scene.nodes[0]);
	while ((count = dt_discv4_entries(node, entries, 4)) == 0)
		sched_yield();

	cr_assert_eq(count, 1);
	cr_assert(dti_node_id_equal(&entries[0].node.id, &bootnode.id));
	cr_assert_lt(entries[0].bucket, DT_DISCV4_BUCKETS);
	cr_assert_geq(entries[0].age_ms, 0);
	cr_assert_null(entries[0].node.host_name);
	discovery_scene_close(&scene);
}
