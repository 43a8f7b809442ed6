/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "workers/clock.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"

/* A node, and somebody who sends it things. */
struct stage {
	struct discovery_scene scene;
	dt_discv4 *node;
	struct dt_endpoint at;
	struct stranger *stranger;
};

static void open_stage(struct stage *stage)
{
	discovery_scene_open(&stage->scene);
	stage->node = discovery_scene_start(&stage->scene, NULL);
	stage->at = dt_discv4_self(stage->node).endpoint;
	stage->stranger = stranger_open(1);
}

static void close_stage(struct stage *stage)
{
	stranger_close(stage->stranger);
	discovery_scene_close(&stage->scene);
}

/* One datagram more has been dropped, for this reason, and none accepted. */
static void check_dropped(struct stage *stage, enum dt_discv4_drop drop,
			  struct dt_discv4_counters *before)
{
	struct dt_discv4_counters after;

	AWAIT_DISCOVERY(stage->node, after,
			after.received == before->received + 1);
	before->received++;
	before->dropped[drop]++;
	cr_assert_arr_eq(after.dropped, before->dropped, sizeof(after.dropped));
	cr_assert_arr_eq(after.accepted, before->accepted,
			 sizeof(after.accepted));
	cr_assert_null(discovery_broken(&after));
}

/* A good ping as it is on the wire. */
static size_t make_ping(struct stage *stage, uint8_t out[DTI_PACKET_MAX],
			int64_t expires_in_s)
{
	struct dti_packet ping = {
		.type = DTI_PACKET_PING,
		.expiration = (uint64_t)(dti_clock_unix_s() + expires_in_s),
	};
	size_t length;

	cr_assert(dti_packet_encode(out, &length, &ping,
				    &stage->stranger->signer.key,
				    &stage->stranger->signer.secp));
	return length;
}

Test(workers_discovery_receive, each_datagram_is_dropped_for_one_reason,
     .timeout = 60)
{
	struct dt_discv4_counters counters = {.received = 0};
	uint8_t bytes[DTI_PACKET_MAX + 1] = {0};
	struct stage stage;
	size_t length;

	open_stage(&stage);
	stranger_send_bytes(stage.stranger, &stage.at, bytes, 0);
	check_dropped(&stage, DT_DISCV4_DROP_SIZE, &counters);
	stranger_send_bytes(stage.stranger, &stage.at, bytes,
			    DTI_PACKET_MIN - 1);
	check_dropped(&stage, DT_DISCV4_DROP_SIZE, &counters);
	stranger_send_bytes(stage.stranger, &stage.at, bytes, sizeof(bytes));
	check_dropped(&stage, DT_DISCV4_DROP_SIZE, &counters);
	stranger_send_bytes(stage.stranger, &stage.at, bytes, 200);
	check_dropped(&stage, DT_DISCV4_DROP_TYPE, &counters);

	length = make_ping(&stage, bytes, 20);
	bytes[length - 1] ^= 1;
	stranger_send_bytes(stage.stranger, &stage.at, bytes, length);
	check_dropped(&stage, DT_DISCV4_DROP_HASH, &counters);

	length = make_ping(&stage, bytes, 20);
	bytes[98] = 0x80; /* a string, where the list should be */
	packet_repair_hash(bytes, length);
	stranger_send_bytes(stage.stranger, &stage.at, bytes, length);
	check_dropped(&stage, DT_DISCV4_DROP_SHAPE, &counters);

	length = make_ping(&stage, bytes, -2);
	stranger_send_bytes(stage.stranger, &stage.at, bytes, length);
	check_dropped(&stage, DT_DISCV4_DROP_EXPIRED, &counters);

	length = make_ping(&stage, bytes, 20);
	bytes[96] = 77; /* the recovery id */
	packet_repair_hash(bytes, length);
	stranger_send_bytes(stage.stranger, &stage.at, bytes, length);
	check_dropped(&stage, DT_DISCV4_DROP_SIGNATURE, &counters);
	close_stage(&stage);
}

Test(workers_discovery_receive, replies_that_nobody_waits_for_are_dropped,
     .timeout = 60)
{
	static const enum dti_packet_type types[] = {
		DTI_PACKET_PONG,
		DTI_PACKET_NEIGHBORS,
		DTI_PACKET_RECORD_RESPONSE,
	};
	struct dt_discv4_counters counters = {.received = 0};
	struct stage stage;

	open_stage(&stage);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct dti_packet packet = {.type = types[i]};

		if (types[i] == DTI_PACKET_RECORD_RESPONSE) {
			packet.record_response.record[0] = 0xc0;
			packet.record_response.length = 1;
		}
		stranger_send(stage.stranger, &stage.at, &packet);
		check_dropped(&stage, DT_DISCV4_DROP_UNSOLICITED, &counters);
	}
	close_stage(&stage);
}

/* Sent back to us, it would be a node that we know. */
Test(workers_discovery_receive, our_own_packets_are_dropped, .timeout = 60)
{
	struct dt_discv4_counters counters = {.received = 0};
	struct dt_node_key key = {.bytes = {42}};
	struct discovery_plan plan;
	struct dti_packet ping = {
		.type = DTI_PACKET_PING,
		.expiration = (uint64_t)dti_clock_unix_s() + 20,
	};
	uint8_t bytes[DTI_PACKET_MAX];
	struct stage stage;
	size_t length;

	discovery_scene_open(&stage.scene);
	discovery_plan_init(&plan, 0);
	plan.config.node_key = &key;
	stage.node = discovery_scene_start(&stage.scene, &plan);
	stage.at = dt_discv4_self(stage.node).endpoint;
	stage.stranger = stranger_open(1);
	cr_assert(dti_packet_encode(bytes, &length, &ping, &key,
				    &stage.stranger->signer.secp));
	stranger_send_bytes(stage.stranger, &stage.at, bytes, length);

	check_dropped(&stage, DT_DISCV4_DROP_SIGNATURE, &counters);
	close_stage(&stage);
}

Test(workers_discovery_receive, good_packets_are_counted_by_their_type,
     .timeout = 60)
{
	struct dt_discv4_counters counters;
	struct dti_packet packet;
	struct stage stage;

	open_stage(&stage);
	stranger_bond(stage.stranger, &stage.at);
	AWAIT_DISCOVERY(stage.node, counters,
			counters.accepted[DTI_PACKET_PONG] == 1);
	cr_assert_eq(counters.accepted[DTI_PACKET_PING], 1);
	packet = (struct dti_packet){.type = DTI_PACKET_FIND_NODE};
	stranger_send(stage.stranger, &stage.at, &packet);
	packet = (struct dti_packet){.type = DTI_PACKET_RECORD_REQUEST};
	stranger_send(stage.stranger, &stage.at, &packet);
	AWAIT_DISCOVERY(stage.node, counters,
			counters.accepted[DTI_PACKET_RECORD_REQUEST] == 1);

	cr_assert_eq(counters.accepted[DTI_PACKET_FIND_NODE], 1);
	cr_assert_null(discovery_broken(&counters));
	close_stage(&stage);
}

/* One network sends more than a node is willing to look at. */
Test(workers_discovery_receive, a_flood_is_limited_and_counted, .timeout = 60)
{
	struct dt_discv4_counters counters;
	uint8_t bytes[DTI_PACKET_MAX];
	struct stage stage;
	size_t length;

	open_stage(&stage);
	length = make_ping(&stage, bytes, 1000);
	do {
		for (int i = 0; i < 100; i++)
			stranger_send_bytes(stage.stranger, &stage.at, bytes,
					    length);
		counters = discovery_counters(stage.node);
		cr_assert_null(discovery_broken(&counters));
	} while (counters.dropped[DT_DISCV4_DROP_LIMITED] == 0);
	cr_assert_gt(counters.accepted[DTI_PACKET_PING], 0);
	close_stage(&stage);
}
