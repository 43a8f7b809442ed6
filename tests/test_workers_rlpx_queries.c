/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"

Test(workers_rlpx_queries, there_are_no_more_peers_than_asked_for,
     .timeout = 20)
{
	struct rlpx_remote remotes[3];
	struct dt_peer peers[4];
	struct rlpx_scene scene;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	for (uint8_t i = 0; i < 3; i++) {
		rlpx_remote_init(&remotes[i], (uint8_t)(i + 9));
		rlpx_remote_open(&remotes[i], &node);
	}
	memset(peers, 7, sizeof(peers));

	cr_assert_eq(dt_rlpx_peers(scene.rlpx, peers, 0), 0);
	cr_assert_eq(dt_rlpx_peers(scene.rlpx, peers, 2), 2);
	cr_assert_eq(peers[2].flags, 0x07070707);
	cr_assert_eq(dt_rlpx_peers(scene.rlpx, peers, 4), 3);
	for (uint8_t i = 0; i < 3; i++) {
		struct dt_node_id id = rlpx_remote_id(&remotes[i]);

		cr_assert(dti_node_id_equal(&peers[i].node.id, &id));
		cr_assert_geq(peers[i].age_ms, 0);
		cr_assert_null(peers[i].node.host_name);
		cr_assert_eq(peers[i].hello.capability_count, 2);
		rlpx_remote_fini(&remotes[i]);
	}
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_queries, counters_are_copied_as_far_as_both_know_them)
{
	struct {
		struct dt_rlpx_counters counters;
		uint64_t newer;
	} longer;
	struct dt_rlpx_counters shorter;
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, false);
	memset(&longer, 7, sizeof(longer));
	memset(&shorter, 7, sizeof(shorter));
	dt_rlpx_counters(scene.rlpx, &longer.counters, sizeof(longer));
	dt_rlpx_counters(scene.rlpx, &shorter, sizeof(uint64_t));

	cr_assert_eq(longer.newer, 0);
	cr_assert_eq(longer.counters.peers, 0);
	cr_assert_eq(shorter.accepted, 0);
	cr_assert_neq(shorter.throttled, 0);
	rlpx_scene_fini(&scene);
}

/* What one has to say goes to the other, until neither has anything. */
static void exchange(dt_session *from, dt_session *to)
{
	static uint8_t bytes[DT_SESSION_WRITE_SIZE];
	size_t length = dt_session_write(from, bytes, sizeof(bytes));
	const uint8_t *input = bytes;
	struct dt_message message;

	if (length == 0 && !dt_session_owes(to))
		return;
	while (dt_session_take(to, &input, &length, &message) !=
	       DT_SESSION_MORE)
		;
	exchange(to, from);
}

Test(workers_rlpx_queries, embedders_have_sessions_of_their_own)
{
	struct rlpx_scene scenes[2];
	dt_session *caller;
	dt_session *answerer;
	struct dt_node node;
	struct dt_node_id none = {{0}};

	for (uint16_t i = 0; i < 2; i++) {
		rlpx_scene_init(&scenes[i], (uint16_t)(i + 1));
		rlpx_scene_create(&scenes[i], false);
	}
	node = rlpx_scene_node(&scenes[1]);
	cr_assert_eq(dt_rlpx_call(scenes[0].rlpx, &caller, &none),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_rlpx_call(scenes[0].rlpx, &caller, &node.id), DT_OK);
	cr_assert_eq(dt_rlpx_answer(scenes[1].rlpx, &answerer), DT_OK);
	exchange(caller, answerer);

	cr_assert(dt_session_info(caller)->is_open);
	cr_assert(dt_session_info(answerer)->is_open);
	cr_assert_eq(rlpx_counters(&scenes[0]).outbound.begun, 0);
	dt_session_destroy(caller);
	dt_session_destroy(answerer);
	rlpx_scene_fini(&scenes[0]);
	rlpx_scene_fini(&scenes[1]);
}
