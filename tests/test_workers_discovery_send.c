/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/id.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"

Test(workers_discovery_send, what_was_sent_is_signed_and_counted, .timeout = 60)
{
	struct stranger *stranger = stranger_open(1);
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	struct dti_packet ping;
	struct dti_packet pong;
	struct dt_node self;
	dt_discv4 *node;

	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);
	self = dt_discv4_self(node);
	stranger_ping(stranger, &self.endpoint, &ping);
	stranger_await(stranger, &self.endpoint, &pong, DTI_PACKET_PONG);

	cr_assert(dti_node_id_equal(&pong.sender, &self.id));
	cr_assert_arr_eq(pong.pong.token, ping.hash, sizeof(ping.hash));
	AWAIT_DISCOVERY(node, counters, counters.sent[DTI_PACKET_PONG] == 1);
	cr_assert_eq(counters.sent[DTI_PACKET_PING], 1); /* it asks back */
	cr_assert_eq(counters.send_failed, 0);
	stranger_close(stranger);
	discovery_scene_close(&scene);
}

/* Not even signed: that would be work for whoever names such addresses. */
Test(workers_discovery_send, an_address_of_another_family_fails_and_times_out,
     .timeout = 60)
{
	struct dt_node far = {
		.endpoint = {.ip = {0x20, 0x01, 0x0d, 0xb8, [15] = 1},
			     .family = 6,
			     .udp_port = 30303},
	};
	struct dt_node_key key = {.bytes = {9}};
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	struct dt_discv4_pong pong;
	dt_discv4 *node;

	cr_assert_eq(dt_node_key_id(&far.id, &key), DT_OK);
	discovery_scene_open(&scene);
	node = discovery_scene_start(&scene, NULL);

	cr_assert_eq(dt_discv4_ping(node, &pong, &far, 60000),
		     DT_ERR_TIMED_OUT);

	counters = discovery_counters(node);
	cr_assert_eq(counters.send_failed, 1);
	cr_assert_eq(counters.sent[DTI_PACKET_PING], 0);
	cr_assert_eq(counters.requests_timed_out, 1);
	discovery_scene_close(&scene);
}

/* A broadcast, which this socket may not send. */
Test(workers_discovery_send, what_the_system_refuses_is_counted, .timeout = 60)
{
	struct discovery_plan plan;
	struct dt_discv4_counters counters;
	struct discovery_scene scene;
	struct dt_node everyone = {
		.endpoint = {.ip = {255, 255, 255, 255},
			     .family = 4,
			     .udp_port = 9},
	};
	struct dt_node_key key = {.bytes = {9}};
	struct dt_discv4_pong pong;
	dt_discv4 *node;

	cr_assert_eq(dt_node_key_id(&everyone.id, &key), DT_OK);
	discovery_scene_open(&scene);
	discovery_plan_init(&plan, 0);
	node = discovery_scene_start(&scene, &plan);

	cr_assert_eq(dt_discv4_ping(node, &pong, &everyone, 60000),
		     DT_ERR_TIMED_OUT);

	counters = discovery_counters(node);
	cr_assert_eq(counters.send_failed, 1);
	discovery_scene_close(&scene);
}
