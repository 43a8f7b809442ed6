/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"

#include "tests/discv4_scene.h"
#include "tests/harness.h"

static enum dti_discv4_verdict admit(struct discv4_scene *scene,
				     const struct dt_node *from,
				     enum dti_packet_type type)
{
	struct dti_packet packet = scene_packet(scene, from, type);

	return dti_discv4_admit(scene->discv4, &from->endpoint, &packet,
				scene->now);
}

/* How many of its pings are admitted in one moment. */
static int admitted_pings(struct discv4_scene *scene,
			  const struct dt_node *from)
{
	int count = 0;

	while (count < 1000 &&
	       admit(scene, from, DTI_PACKET_PING) == DTI_DISCV4_ADMITTED)
		count++;
	return count;
}

Test(discv4_admit, a_packet_is_good_until_its_expiration_is_past)
{
	static const struct {
		uint64_t expiration;
		enum dti_discv4_verdict verdict;
	} rows[] = {
		{0, DTI_DISCV4_EXPIRED},
		{1, DTI_DISCV4_EXPIRED},
		{SCENE_UNIX_S - 1, DTI_DISCV4_EXPIRED},
		{SCENE_UNIX_S, DTI_DISCV4_ADMITTED},
		{SCENE_UNIX_S + 20, DTI_DISCV4_ADMITTED},
		{UINT64_C(1) << 32, DTI_DISCV4_ADMITTED},
		{INT64_MAX, DTI_DISCV4_ADMITTED},
		/* Signed numbers to go-ethereum, which sends negative ones. */
		{UINT64_C(1) << 63, DTI_DISCV4_EXPIRED},
		{UINT64_MAX - SCENE_UNIX_S - 20, DTI_DISCV4_EXPIRED},
		{UINT64_MAX, DTI_DISCV4_EXPIRED},
	};
	static const enum dti_packet_type requests[] = {
		DTI_PACKET_PING, DTI_PACKET_FIND_NODE,
		DTI_PACKET_RECORD_REQUEST};
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);

	scene->now.unix_s = SCENE_UNIX_S;
	for (size_t i = 0; i < dti_array_length(rows); i++) {
		for (size_t j = 0; j < dti_array_length(requests); j++) {
			struct dti_packet packet =
				scene_packet(scene, &from, requests[j]);

			packet.expiration = rows[i].expiration;
			cr_assert_eq(dti_discv4_admit(scene->discv4,
						      &from.endpoint, &packet,
						      scene->now),
				     rows[i].verdict, "row %zu, %zu", i, j);
		}
	}
	scene_end(scene);
}

Test(discv4_admit, a_reply_that_is_owed_may_be_expired_too)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dti_packet pong = scene_packet(scene, &from, DTI_PACKET_PONG);
	struct dti_packet ping;

	scene_ping(scene, &from);
	ping = scene_taken(scene, DTI_PACKET_PING, &from);
	memcpy(pong.pong.token, ping.hash, sizeof(ping.hash));
	pong.expiration = (uint64_t)scene->now.unix_s - 1;

	cr_assert_eq(scene_receive(scene, &from.endpoint, &pong),
		     DTI_DISCV4_EXPIRED);
	pong.expiration++;
	cr_assert_eq(scene_receive(scene, &from.endpoint, &pong),
		     DTI_DISCV4_ADMITTED);
	scene_end(scene);
}

Test(discv4_admit, a_record_has_no_expiration)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_RECORD,
					       .node = from};
	struct scene_answer answer = {.done = false};
	struct dt_record record = {.seq = 1, .node = from};
	struct dti_packet request;

	scene_bond(scene, &from);
	cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
	request = scene_taken(scene, DTI_PACKET_RECORD_REQUEST, &from);

	cr_assert_eq(scene_record(scene, &from, &request, &record),
		     DTI_DISCV4_ADMITTED);
	cr_assert(answer.done);
	scene_end(scene);
}

Test(discv4_admit, replies_that_nobody_waits_for_are_dropped)
{
	static const enum dti_packet_type replies[] = {
		DTI_PACKET_PONG, DTI_PACKET_NEIGHBORS,
		DTI_PACKET_RECORD_RESPONSE};
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);

	scene_bond(scene, &from);

	for (size_t i = 0; i < dti_array_length(replies); i++)
		cr_assert_eq(admit(scene, &from, replies[i]),
			     DTI_DISCV4_UNSOLICITED, "%zu", i);
	scene_end(scene);
}

Test(discv4_admit, a_network_that_sends_too_much_is_limited)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node one = scene_node_at(1, "5.6.7.8");
	struct dt_node beside = scene_node_at(2, "5.6.7.9");
	struct dt_node elsewhere = scene_node_at(3, "5.6.8.8");

	scene->config.rates = (struct dti_limiter_rates){
		.subnet_per_s = 5, .subnet_burst = 10, .subnets = 64};
	scene_settle(scene);

	cr_assert_eq(admitted_pings(scene, &one), 10);
	cr_assert_eq(admit(scene, &beside, DTI_PACKET_PING),
		     DTI_DISCV4_LIMITED);
	cr_assert_eq(admitted_pings(scene, &elsewhere), 10);
	scene_pass(scene, 1000);
	cr_assert_eq(admitted_pings(scene, &beside), 5);
	scene_end(scene);
}

Test(discv4_admit, what_is_expired_or_a_reply_takes_no_token)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node from = scene_node(1);
	struct dti_packet late;

	scene->config.rates = (struct dti_limiter_rates){
		.subnet_per_s = 1, .subnet_burst = 3, .subnets = 64};
	scene_settle(scene);
	late = scene_packet(scene, &from, DTI_PACKET_PING);
	late.expiration = 1;

	for (int i = 0; i < 10; i++) {
		cr_assert_eq(dti_discv4_admit(scene->discv4, &from.endpoint,
					      &late, scene->now),
			     DTI_DISCV4_EXPIRED);
		cr_assert_eq(admit(scene, &from, DTI_PACKET_PONG),
			     DTI_DISCV4_UNSOLICITED);
	}
	cr_assert_eq(admitted_pings(scene, &from), 3);
	scene_end(scene);
}

Test(discv4_admit, a_flood_of_forged_sources_shuts_out_only_strangers)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node known = scene_node(1);
	struct dt_node stranger = scene_node(2);

	scene->config.rates = (struct dti_limiter_rates){
		.subnet_per_s = 10,
		.subnet_burst = 10,
		.all_per_s = 50,
		.all_burst = 50,
		.subnets = 64,
	};
	scene_settle(scene);
	scene_bond(scene, &known);
	for (uint32_t i = 0; i < 1000; i++) {
		struct dt_node forged = scene_node(1000 + i);

		(void)admit(scene, &forged, DTI_PACKET_PING);
	}

	cr_assert_eq(admit(scene, &stranger, DTI_PACKET_PING),
		     DTI_DISCV4_LIMITED);
	cr_assert_eq(admit(scene, &known, DTI_PACKET_PING),
		     DTI_DISCV4_ADMITTED);
	scene_end(scene);
}

Test(discv4_admit, what_is_not_admitted_changes_nothing)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node known = scene_node(1);
	struct scene_state before;

	scene_bond(scene, &known);
	before = scene_state(scene);

	for (enum dti_packet_type type = DTI_PACKET_PING;
	     type < DTI_PACKET_TYPE_COUNT; type++) {
		struct dti_packet packet = scene_packet(scene, &known, type);

		packet.expiration = 0;
		cr_assert_neq(scene_receive(scene, &known.endpoint, &packet),
			      DTI_DISCV4_ADMITTED);
	}
	scene_expect(scene, &before);
	scene_end(scene);
}

Test(discv4_admit, no_more_strangers_than_the_owner_wants)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node known = scene_node(1);
	struct dt_node one = scene_node(2);
	struct dt_node other = scene_node(3);

	scene_bond(scene, &known);
	dti_discv4_limit_strangers(scene->discv4, 1);

	cr_assert_eq(admit(scene, &one, DTI_PACKET_PING), DTI_DISCV4_ADMITTED);
	cr_assert_eq(admit(scene, &other, DTI_PACKET_PING), DTI_DISCV4_LIMITED);
	cr_assert_eq(admit(scene, &known, DTI_PACKET_PING),
		     DTI_DISCV4_ADMITTED);
	dti_discv4_limit_strangers(scene->discv4, UINT32_MAX);
	cr_assert_eq(admit(scene, &other, DTI_PACKET_PING),
		     DTI_DISCV4_ADMITTED);
	scene_end(scene);
}
