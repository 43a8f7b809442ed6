/* SPDX-License-Identifier: MIT */
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"

Test(workers_rlpx_inbound, who_connects_becomes_a_peer, .timeout = 20)
{
	struct rlpx_scene scene;
	struct rlpx_remote remote;
	struct dt_node_id id;
	struct dt_rlpx_counters counters;
	struct dt_peer peer;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);

	id = rlpx_remote_id(&remote);
	cr_assert_eq(dt_rlpx_peers(scene.rlpx, &peer, 1), 1);
	cr_assert(dti_node_id_equal(&peer.node.id, &id));
	cr_assert_eq(peer.flags, DT_PEER_INBOUND);
	cr_assert_eq(peer.node.endpoint.ip[0], 127);
	cr_assert_eq(peer.hello.listen_port, 30303);
	cr_assert_eq(peer.rtt_ms, -1);
	counters = rlpx_counters(&scene);
	cr_assert_null(rlpx_broken(&counters));
	cr_assert_eq(counters.accepted, 1);
	cr_assert_eq(counters.inbound.opened, 1);
	cr_assert_eq(counters.peers, 1);
	cr_assert_eq(counters.peers_inbound, 1);
	rlpx_remote_fini(&remote);
	rlpx_await_removed(&scene, 1);
	cr_assert_eq(scene.endings[0], DT_ENDING_CLOSED);
	rlpx_scene_fini(&scene);
}
