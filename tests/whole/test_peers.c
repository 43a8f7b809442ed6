/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/whole/threads.h"

/* Nodes that all know each other as static nodes, and dial at the same time. */

#define NODES_MAX 20

struct crowd {
	size_t count;
	struct rlpx_scene scenes[NODES_MAX];
};

static struct crowd *gather(size_t count)
{
	struct crowd *crowd = calloc(1, sizeof(*crowd));

	cr_assert_not_null(crowd);
	crowd->count = count;
	for (size_t i = 0; i < count; i++) {
		rlpx_scene_init(&crowd->scenes[i], (uint16_t)(i + 1));
		rlpx_scene_create(&crowd->scenes[i], true);
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct dt_node node =
				rlpx_scene_node(&crowd->scenes[j]);

			if (i != j)
				cr_assert_eq(dt_dialer_add_static(
						     crowd->scenes[i].dialer,
						     &node, 1),
					     DT_OK);
		}
	}
	return crowd;
}

static void meet(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		rlpx_scene_start(&crowd->scenes[i]);
}

static void check_counters(const struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++) {
		struct dt_rlpx_counters counters =
			rlpx_counters(&crowd->scenes[i]);

		cr_assert_null(rlpx_broken(&counters), "%zu: %s", i,
			       rlpx_broken(&counters));
	}
}

/* Until each has all others, and nobody shakes hands any more. */
static void await_quiet(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++) {
		const struct rlpx_scene *scene = &crowd->scenes[i];
		struct dt_rlpx_counters counters;

		AWAIT_RLPX(scene, counters,
			   counters.peers == crowd->count - 1 &&
				   counters.inbound.running == 0 &&
				   counters.outbound.running == 0);
		check_counters(crowd);
	}
}

/* How @scene is connected with @id; 0: it is not. */
static uint32_t flags_of(const struct rlpx_scene *scene,
			 const struct dt_node_id *id)
{
	static struct dt_peer peers[2 * NODES_MAX];
	size_t count = dt_rlpx_peers(scene->rlpx, peers, 2 * NODES_MAX);
	uint32_t flags = 0;

	for (size_t i = 0; i < count; i++) {
		if (!dti_node_id_equal(&peers[i].node.id, id))
			continue;
		cr_assert_eq(flags, 0, "it is connected twice");
		flags = peers[i].flags;
	}
	return flags;
}

/* One side of each pair has dialed the other. */
static void check_pairs(const struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++) {
		struct dt_node one = rlpx_scene_node(&crowd->scenes[i]);

		for (size_t j = 0; j < i; j++) {
			struct dt_node other =
				rlpx_scene_node(&crowd->scenes[j]);
			uint32_t here = flags_of(&crowd->scenes[i], &other.id);
			uint32_t there = flags_of(&crowd->scenes[j], &one.id);

			cr_assert_eq(
				here | there, DT_PEER_STATIC | DT_PEER_INBOUND,
				"%zu and %zu: %x and %x", i, j, here, there);
			cr_assert_eq(here & there, 0);
		}
	}
}

static void part(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++) {
		struct rlpx_scene *scene = &crowd->scenes[i];
		struct dt_rlpx_counters counters;

		rlpx_scene_stop(scene);
		counters = rlpx_counters(scene);
		cr_assert_null(rlpx_broken(&counters), "%zu: %s", i,
			       rlpx_broken(&counters));
		cr_assert_eq(counters.peers, 0);
		cr_assert_eq(counters.inbound.running, 0);
		cr_assert_eq(counters.outbound.running, 0);
		cr_assert_eq(scene->added, scene->removed);
	}
	for (size_t i = 0; i < crowd->count; i++)
		rlpx_scene_fini(&crowd->scenes[i]);
	free(crowd);
}

static void meet_and_part(size_t count)
{
	struct crowd *crowd = gather(count);

	meet(crowd);
	await_quiet(crowd);

	check_pairs(crowd);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(crowd->scenes[i].removed, 0,
			     "%zu had one too many: %s", i,
			     dt_ending_name(crowd->scenes[i].endings[0]));
	part(crowd);
}

Test(whole_peers, two_that_dial_each_other_end_with_one_connection,
     .timeout = 120)
{
	for (int i = 0; i < 30; i++)
		meet_and_part(2);
}

Test(whole_peers, twenty_that_dial_each_other_end_with_one_each, .timeout = 120)
{
	meet_and_part(NODES_MAX);
}

Test(whole_peers, without_a_thread_it_says_so_and_may_be_tried_again,
     .timeout = 20)
{
	struct dt_error error = {.code = DT_OK};
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, false);
	threads_fail_at(1);
	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, &error), DT_ERR_NO_THREAD);
	cr_assert_eq(error.code, DT_ERR_NO_THREAD);
	threads_fail_at(0);

	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, &error), DT_OK);
	rlpx_scene_fini(&scene);
}

Test(whole_peers, one_that_could_not_be_started_can_be_destroyed, .timeout = 20)
{
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, false);
	threads_fail_at(1);
	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, NULL), DT_ERR_NO_THREAD);
	threads_fail_at(0);

	rlpx_scene_fini(&scene);
}
