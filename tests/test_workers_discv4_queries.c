/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/node/record.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"

#define PATIENT_MS 60000

/* Two nodes, of which each knows the other, and a stranger who says nothing. */
struct trio {
	struct discovery_scene scene;
	dt_discv4 *node;
	struct dt_node other;
	struct stranger *silent;
};

static void open_trio(struct trio *trio)
{
	struct dt_discv4_entry entry;

	discovery_scene_open(&trio->scene);
	trio->other = dt_discv4_self(discovery_scene_start(&trio->scene, NULL));
	trio->node = discovery_scene_start(&trio->scene, NULL);
	trio->silent = stranger_open(1);
	while (dt_discv4_entries(trio->node, &entry, 1) == 0)
		sched_yield();
}

static void close_trio(struct trio *trio)
{
	stranger_close(trio->silent);
	discovery_scene_close(&trio->scene);
}

Test(workers_discv4_queries, a_ping_is_answered_with_what_the_other_sees,
     .timeout = 60)
{
	struct dt_discv4_pong pong;
	struct dt_node self;
	struct dt_record record;
	struct trio trio;

	open_trio(&trio);
	self = dt_discv4_self(trio.node);
	dt_discv4_record(trio.scene.nodes[0], &record);

	cr_assert_eq(dt_discv4_ping(trio.node, &pong, &trio.other, PATIENT_MS),
		     DT_OK);

	cr_assert_geq(pong.rtt_ms, 0);
	cr_assert_eq(pong.seen_as.family, 4);
	cr_assert_arr_eq(pong.seen_as.ip, self.endpoint.ip, 4);
	cr_assert_eq(pong.seen_as.udp_port, self.endpoint.udp_port);
	cr_assert_eq(pong.record_seq, record.seq);
	close_trio(&trio);
}

Test(workers_discv4_queries, who_says_nothing_has_timed_out, .timeout = 60)
{
	struct dt_discv4_pong pong = {.rtt_ms = 77};
	struct trio trio;

	open_trio(&trio);
	cr_assert_eq(dt_discv4_ping(trio.node, &pong, &trio.silent->node,
				    PATIENT_MS),
		     DT_ERR_TIMED_OUT);
	cr_assert_eq(pong.rtt_ms, 77);
	close_trio(&trio);
}

Test(workers_discv4_queries, the_callers_patience_counts_too, .timeout = 60)
{
	static const int64_t timeouts[] = {0, -1, INT64_MIN, 1};
	struct dt_discv4_pong pong;
	struct trio trio;

	open_trio(&trio);
	for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++)
		cr_assert_eq(dt_discv4_ping(trio.node, &pong,
					    &trio.silent->node, timeouts[i]),
			     DT_ERR_TIMED_OUT);
	cr_assert_eq(dt_discv4_ping(trio.node, &pong, &trio.other, INT64_MAX),
		     DT_OK);
	close_trio(&trio);
}

Test(workers_discv4_queries, whom_nothing_can_reach_is_not_asked, .timeout = 60)
{
	struct dt_node_id target = {.bytes = {1}};
	struct dt_node out[1];
	struct dt_discv4_pong pong;
	struct dt_record record;
	struct dt_node bad[2];
	size_t count;
	struct trio trio;

	open_trio(&trio);
	bad[0] = trio.other;
	bad[0].endpoint.udp_port = 0;
	bad[1] = trio.other;
	bad[1].endpoint.family = 0;
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(dt_discv4_ping(trio.node, &pong, &bad[i], 1),
			     DT_ERR_ARGUMENT);
		cr_assert_eq(dt_discv4_find(trio.node, out, 1, &count, &bad[i],
					    &target, 1),
			     DT_ERR_ARGUMENT);
		cr_assert_eq(dt_discv4_request_record(trio.node, &record,
						      &bad[i], 1),
			     DT_ERR_ARGUMENT);
	}
	close_trio(&trio);
}

/* What a stranger does on a thread of its own. */
struct helper {
	struct stranger *stranger;
	struct dt_endpoint node; /* who asks it */
	struct dt_node known[3];
	pthread_t thread;
};

static void *tell_neighbors(void *argument)
{
	struct helper *helper = argument;
	struct dti_packet packet;
	struct dti_packet reply = {.type = DTI_PACKET_NEIGHBORS};

	stranger_await(helper->stranger, &helper->node, &packet,
		       DTI_PACKET_FIND_NODE);
	memcpy(reply.neighbors.nodes, helper->known, sizeof(helper->known));
	reply.neighbors.count = 3;
	stranger_send(helper->stranger, &helper->node, &reply);
	return NULL;
}

static bool is_known(const struct helper *helper, const struct dt_node *node)
{
	for (size_t i = 0; i < 3; i++) {
		if (dti_node_id_equal(&helper->known[i].id, &node->id))
			return true;
	}
	return false;
}

static void check_find(struct trio *trio, struct helper *helper, size_t max)
{
	struct dt_node_id target = {.bytes = {1}};
	struct dt_node out[16];
	size_t count = 99;

	cr_assert_eq(
		pthread_create(&helper->thread, NULL, tell_neighbors, helper),
		0);
	cr_assert_eq(dt_discv4_find(trio->node, out, max, &count,
				    &helper->stranger->node, &target,
				    PATIENT_MS),
		     DT_OK);
	pthread_join(helper->thread, NULL);
	cr_assert_eq(count, max < 3 ? max : 3);
	for (size_t i = 0; i < count; i++)
		cr_assert(is_known(helper, &out[i]));
}

Test(workers_discv4_queries, a_node_tells_whom_it_knows, .timeout = 60)
{
	struct helper helper;
	struct trio trio;

	open_trio(&trio);
	helper.stranger = trio.silent;
	helper.node = dt_discv4_self(trio.node).endpoint;
	for (uint32_t i = 0; i < 3; i++) {
		struct stranger *other = stranger_open(10 + i);

		helper.known[i] = other->node;
		stranger_close(other);
	}
	stranger_bond(helper.stranger, &helper.node);

	check_find(&trio, &helper, 16);
	check_find(&trio, &helper, 2);

	close_trio(&trio);
}

Test(workers_discv4_queries, a_node_gives_its_record, .timeout = 60)
{
	struct dt_record expected;
	struct dt_record record;
	struct trio trio;

	open_trio(&trio);
	dt_discv4_record(trio.scene.nodes[0], &expected);

	cr_assert_eq(dt_discv4_request_record(trio.node, &record, &trio.other,
					      PATIENT_MS),
		     DT_OK);

	cr_assert_eq(record.seq, expected.seq);
	cr_assert_eq(record.length, expected.length);
	cr_assert_arr_eq(record.bytes, expected.bytes, record.length);
	cr_assert(dti_node_id_equal(&record.node.id, &trio.other.id));
	close_trio(&trio);
}

/* Gives a record that is another node's. */
static void *give_wrong_record(void *argument)
{
	struct helper *liar = argument;
	struct stranger *other = stranger_open(2);
	struct dti_packet request;
	struct dti_packet reply = {.type = DTI_PACKET_RECORD_RESPONSE};
	struct dt_record record;

	cr_assert_eq(dti_record_make(&record, 1, &other->node.endpoint,
				     &other->signer.key, &other->signer.secp),
		     DT_OK);
	stranger_await(liar->stranger, &liar->node, &request,
		       DTI_PACKET_RECORD_REQUEST);
	memcpy(reply.record_response.token, request.hash, sizeof(request.hash));
	memcpy(reply.record_response.record, record.bytes, record.length);
	reply.record_response.length = record.length;
	stranger_send(liar->stranger, &liar->node, &reply);
	stranger_close(other);
	return NULL;
}

Test(workers_discv4_queries, another_nodes_record_is_refused, .timeout = 60)
{
	struct dt_record record;
	pthread_t thread;
	struct helper liar;
	struct trio trio;

	open_trio(&trio);
	liar.stranger = trio.silent;
	liar.node = dt_discv4_self(trio.node).endpoint;
	stranger_bond(liar.stranger, &liar.node);
	cr_assert_eq(pthread_create(&thread, NULL, give_wrong_record, &liar),
		     0);
	cr_assert_eq(dt_discv4_request_record(trio.node, &record,
					      &liar.stranger->node, PATIENT_MS),
		     DT_ERR_PARSE);
	pthread_join(thread, NULL);
	close_trio(&trio);
}

Test(workers_discv4_queries, a_lookup_finds_nodes_and_says_what_it_took,
     .timeout = 60)
{
	struct dt_discv4_lookup_cost cost = {.asked = 99};
	struct dt_node_id target = {.bytes = {1}};
	struct dt_node out[16];
	size_t count = 99;
	struct trio trio;

	open_trio(&trio);
	cr_assert_eq(dt_discv4_lookup(trio.node, out, 16, &count, &cost,
				      &target, PATIENT_MS),
		     DT_OK);
	cr_assert_geq(count, 1);
	cr_assert_geq(cost.asked, 1);
	cr_assert_leq(cost.answered, cost.asked);
	cr_assert_geq(cost.duration_ms, 0);
	cr_assert_eq(dt_discv4_lookup(trio.node, out, 0, &count, NULL, &target,
				      PATIENT_MS),
		     DT_OK);
	cr_assert_eq(count, 0);
	close_trio(&trio);
}

Test(workers_discv4_queries, a_node_is_resolved_or_not_found, .timeout = 60)
{
	struct dt_node_id nobody = {.bytes = {1, 2}};
	struct dt_node out;
	struct trio trio;

	open_trio(&trio);
	cr_assert_eq(
		dt_discv4_resolve(trio.node, &out, &trio.other.id, PATIENT_MS),
		DT_OK);
	cr_assert(dti_node_id_equal(&out.id, &trio.other.id));
	cr_assert_eq(out.endpoint.udp_port, trio.other.endpoint.udp_port);
	cr_assert_eq(dt_discv4_resolve(trio.node, &out, &nobody, PATIENT_MS),
		     DT_ERR_NOT_FOUND);
	close_trio(&trio);
}
