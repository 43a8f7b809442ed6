/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_scene.h"
#include "tests/harness.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* ---- ping ---- */

Test(discv4_serve, a_ping_is_answered_where_it_came_from)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dt_node lie = scene_node(2);
	struct dti_packet ping = scene_packet(scene, &from, DTI_PACKET_PING);
	struct scene_sent pong;

	ping.ping.from = lie.endpoint;
	ping.ping.from.tcp_port = 777;
	ping.ping.to = lie.endpoint;
	scene_receive(scene, &from.endpoint, &ping);

	cr_assert(scene_take(scene, &pong, DTI_PACKET_PONG, NULL));
	cr_assert(dti_endpoint_equal(&pong.to,
				     &(struct dt_endpoint){.family = 4,
							   .ip = {32, 0, 1, 1},
							   .tcp_port = 777,
							   .udp_port = 30301}));
	cr_assert(dti_endpoint_equal(&pong.packet.pong.to, &pong.to));
	cr_assert_arr_eq(pong.packet.pong.token, ping.hash, sizeof(ping.hash));
	cr_assert_eq(pong.packet.expiration,
		     (uint64_t)scene->now.unix_s + DTI_PACKET_LIFE_S);
	cr_assert(pong.packet.has_record_seq);
	cr_assert_eq(pong.packet.record_seq, SCENE_SEQ);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PONG, NULL), 0);
	scene_end(scene);
}

Test(discv4_serve, a_ping_that_claims_nothing_is_answered)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dti_packet ping = scene_packet(scene, &from, DTI_PACKET_PING);

	scene_receive(scene, &from.endpoint, &ping);

	cr_assert_eq(scene_count(scene, DTI_PACKET_PONG, &from), 1);
	scene_end(scene);
}

Test(discv4_serve, without_a_record_of_its_own_it_tells_no_sequence_number)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node from = scene_node(1);

	scene->config.record.length = 0;
	scene_settle(scene);
	scene_ping(scene, &from);

	cr_assert_not(
		scene_taken(scene, DTI_PACKET_PONG, &from).has_record_seq);
	cr_assert_not(
		scene_taken(scene, DTI_PACKET_PING, &from).has_record_seq);
	scene_end(scene);
}

Test(discv4_serve, a_stranger_is_pinged_back_at_once_but_once_at_a_time)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dt_node moved = from;
	struct dti_packet back;

	scene_ping(scene, &from);
	moved.endpoint.udp_port++; /* of a NAT: still the same (id, IP) */
	scene_ping(scene, &moved);
	scene_ping(scene, &from);

	cr_assert_eq(scene_count(scene, DTI_PACKET_PONG, &from), 3);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, NULL), 1);
	back = scene_taken(scene, DTI_PACKET_PING, &from);
	cr_assert(dti_endpoint_equal(&back.ping.from,
				     &scene->config.self.endpoint));
	cr_assert(dti_endpoint_equal(&back.ping.to, &from.endpoint));

	/* It did not answer: the next ping is worth another try. */
	scene_pass(scene, 500);
	scene_ping(scene, &from);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &from), 1);
	scene_end(scene);
}

Test(discv4_serve, one_that_has_ponged_is_pinged_back_after_a_day_only)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);

	scene_bond(scene, &from);
	scene_jump(scene, DAY_MS - 1);
	scene_ping(scene, &from);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &from), 0);

	scene_jump(scene, 1);
	scene_ping(scene, &from);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &from), 1);
	scene_end(scene);
}

Test(discv4_serve, pinging_back_leaves_half_of_the_requests)
{
	struct discv4_scene *scene = scene_begin();

	for (uint32_t i = 1; i <= 100; i++) {
		struct dt_node from = scene_node(i);

		scene_ping(scene, &from);
	}

	cr_assert_eq(scene_count(scene, DTI_PACKET_PONG, NULL), 100);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, NULL),
		     scene->config.max_requests / 2);
	scene_end(scene);
}

Test(discv4_serve, a_ping_under_our_own_id_is_nobodys)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node mirror = scene_node(1);
	struct scene_state before = scene_state(scene);

	mirror.id = scene->config.self.id;
	scene_ping(scene, &mirror);

	scene_expect(scene, &before);
	scene_end(scene);
}

/* ---- who gets into the table ---- */

Test(discv4_serve, a_stranger_that_pongs_gets_into_the_table)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	const struct dti_table_entry *entry;

	scene_ping(scene, &from);
	cr_assert_null(scene_entry(scene, &from));
	scene_forget_sent(scene);
	scene_pass(scene, 500);
	scene_bond(scene, &from);

	entry = scene_entry(scene, &from);
	cr_assert_not_null(entry);
	cr_assert_eq(entry->liveness, 1);
	cr_assert(dti_endpoint_equal(&entry->node.endpoint, &from.endpoint));
	scene_end(scene);
}

Test(discv4_serve, strangers_get_in_only_after_the_first_refresh)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node from = scene_node(1);
	struct dt_node silent = scene_node(2);

	scene->config.bootnodes = &silent;
	scene->config.bootnode_count = 1;
	scene_up(scene);
	scene_bond(scene, &from);
	scene_ping(scene, &from);
	cr_assert_not(dti_discv4_is_ready(scene->discv4));
	cr_assert_null(scene_entry(scene, &from));

	scene_pass(scene, 10 * 1000);
	scene_ping(scene, &from);
	cr_assert(dti_discv4_is_ready(scene->discv4));
	cr_assert_not_null(scene_entry(scene, &from));
	scene_end(scene);
}

Test(discv4_serve, whom_netrestrict_excludes_is_answered_and_not_kept)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node inside = scene_node_at(1, "5.6.7.8");
	struct dt_node outside = scene_node_at(2, "5.7.7.8");

	scene_restrict(scene, "5.6.0.0/16");
	scene_settle(scene);
	scene_bond(scene, &inside);
	scene_bond(scene, &outside);
	scene_ping(scene, &outside);

	cr_assert_not_null(scene_entry(scene, &inside));
	cr_assert_null(scene_entry(scene, &outside));
	cr_assert_eq(scene_count(scene, DTI_PACKET_PONG, &outside), 1);
	scene_end(scene);
}

Test(discv4_serve, a_node_of_the_table_says_its_tcp_port_but_keeps_its_udp_port)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dt_node later = from;
	struct dt_endpoint expected = from.endpoint;

	scene_bond(scene, &from);
	later.endpoint.tcp_port = 4001;
	scene_ping(scene, &later);
	expected.tcp_port = 4001;
	cr_assert(dti_endpoint_equal(&scene_entry(scene, &from)->node.endpoint,
				     &expected));

	/* It may be anybody's who has recorded the ping. */
	later.endpoint.udp_port++;
	later.endpoint.tcp_port++;
	scene_ping(scene, &later);
	cr_assert(dti_endpoint_equal(&scene_entry(scene, &from)->node.endpoint,
				     &expected));
	scene_end(scene);
}

/* ---- proof ---- */

Test(discv4_serve, the_unproven_get_a_ping_for_find_node_and_else_nothing)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node proven = scene_node(1);
	struct dt_node stranger = scene_node(2);
	struct dt_node pinged = scene_node(3); /* but has never ponged */
	struct dt_node beside = scene_node(4);
	const struct dt_node *unproven[] = {&stranger, &pinged, &beside};

	beside.endpoint = proven.endpoint;
	scene_bond(scene, &proven);
	scene_ping(scene, &pinged);
	scene_pass(scene, 500);
	scene_forget_sent(scene);

	for (size_t i = 0; i < dti_array_length(unproven); i++) {
		const struct dt_node *from = unproven[i];
		struct dti_packet request =
			scene_packet(scene, from, DTI_PACKET_RECORD_REQUEST);
		struct scene_state before = scene_state(scene);

		scene_receive(scene, &from->endpoint, &request);
		scene_expect(scene, &before);
		scene_find(scene, from, &proven.id);
		scene_find(scene, from, &proven.id);
		cr_assert_eq(scene->sent_count, 1);
		scene_taken(scene, DTI_PACKET_PING, from);
		scene_pass(scene, 500);
	}
	scene_end(scene);
}

Test(discv4_serve, who_is_known_elsewhere_gets_nothing)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node proven = scene_node(1);
	struct dt_node elsewhere = scene_node_at(1, "5.6.7.8");
	struct dti_packet request =
		scene_packet(scene, &elsewhere, DTI_PACKET_RECORD_REQUEST);
	struct scene_state before;

	scene_bond(scene, &proven);
	scene_forget_sent(scene);
	before = scene_state(scene);
	scene_find(scene, &elsewhere, &proven.id);
	scene_receive(scene, &elsewhere.endpoint, &request);

	cr_assert_eq(scene->sent_count, 0);
	scene_expect(scene, &before);
	scene_end(scene);
}

Test(discv4_serve, who_answers_that_ping_is_proven)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dti_packet ping;

	scene_find(scene, &from, &from.id);
	ping = scene_taken(scene, DTI_PACKET_PING, &from);
	cr_assert_eq(scene_pong(scene, &from, &ping), DTI_DISCV4_ADMITTED);
	cr_assert_eq(scene_count(scene, DTI_PACKET_NEIGHBORS, NULL), 0);
	scene_find(scene, &from, &from.id);

	cr_assert_eq(scene_count(scene, DTI_PACKET_NEIGHBORS, &from), 1);
	scene_end(scene);
}

Test(discv4_serve, a_question_says_nothing_of_a_tcp_port)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dt_node other = scene_node(2);
	struct dti_packet ping;

	scene_bond(scene, &from);
	scene_jump(scene, DAY_MS + 1);
	scene_forget_sent(scene);
	from.endpoint.tcp_port = 666;
	scene_find(scene, &from, &from.id);
	ping = scene_taken(scene, DTI_PACKET_PING, &from);
	cr_assert_eq(ping.ping.to.tcp_port, 30303);
	scene_pong(scene, &from, &ping);
	cr_assert_eq(scene_entry(scene, &from)->node.endpoint.tcp_port, 30303);

	scene_find(scene, &other, &from.id);
	ping = scene_taken(scene, DTI_PACKET_PING, &other);
	/* Before it is answered it pings itself. */
	scene_ping(scene, &other);
	scene_pong(scene, &other, &ping);
	cr_assert_eq(scene_entry(scene, &other)->node.endpoint.tcp_port, 30303);
	scene_end(scene);
}

Test(discv4_serve, questions_of_the_unproven_leave_half_of_the_requests)
{
	struct discv4_scene *scene = scene_begin();

	for (uint32_t i = 1; i <= 100; i++) {
		struct dt_node from = scene_node(i);

		scene_find(scene, &from, &from.id);
	}

	cr_assert_eq(scene->sent_count, scene->config.max_requests / 2);
	scene_end(scene);
}

Test(discv4_serve, the_proof_is_of_the_address_and_ends_after_a_day)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct scene_sent reply;

	scene_bond(scene, &from);
	from.endpoint.udp_port += 5;
	scene_find(scene, &from, &from.id);
	cr_assert(scene_take(scene, &reply, DTI_PACKET_NEIGHBORS, NULL));
	cr_assert_eq(reply.to.udp_port, from.endpoint.udp_port);

	scene_jump(scene, DAY_MS);
	scene_find(scene, &from, &from.id);
	cr_assert_not(scene_take(scene, &reply, DTI_PACKET_NEIGHBORS, NULL));
	scene_end(scene);
}

Test(discv4_serve, pings_do_not_renew_the_proof)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);

	scene_bond(scene, &from);
	scene_jump(scene, DAY_MS - 1);
	scene_ping(scene, &from);
	scene_jump(scene, 1);
	scene_find(scene, &from, &from.id);

	cr_assert_eq(scene_count(scene, DTI_PACKET_NEIGHBORS, NULL), 0);
	scene_end(scene);
}

/* ---- neighbours ---- */

/* All that is told to @from of @target. */
static size_t ask_neighbors(struct discv4_scene *scene, struct dt_node *out,
			    const struct dt_node *from,
			    const struct dt_node_id *target, size_t *packets)
{
	struct scene_sent sent;
	size_t count = 0;

	scene_find(scene, from, target);
	for (*packets = 0;
	     scene_take(scene, &sent, DTI_PACKET_NEIGHBORS, &from->endpoint);
	     ++*packets) {
		size_t some = sent.packet.neighbors.count;

		cr_assert_leq(some, DTI_NEIGHBORS_MAX);
		memcpy(out + count, sent.packet.neighbors.nodes,
		       some * sizeof(*out));
		count += some;
	}
	return count;
}

Test(discv4_serve, neighbours_come_in_packets_of_twelve_and_at_least_one)
{
	static const struct {
		uint32_t nodes;
		size_t told;
		size_t packets;
	} rows[] = {{0, 0, 1},   {1, 1, 1},   {11, 11, 1}, {12, 12, 1},
		    {13, 13, 2}, {16, 16, 2}, {30, 16, 2}};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = scene_make();
		struct dt_node asker = scene_node_at(1000, "9.9.9.9");
		struct dt_node told[32];
		size_t packets;

		/* Who asks is not to be in the table. */
		scene_restrict(scene, "32.0.0.0/8");
		scene_settle(scene);
		scene_bond(scene, &asker);
		for (uint32_t n = 1; n <= rows[i].nodes; n++) {
			struct dt_node node = scene_node(n);

			scene_bond(scene, &node);
		}

		cr_assert_eq(
			ask_neighbors(scene, told, &asker, &asker.id, &packets),
			rows[i].told, "row %zu", i);
		cr_assert_eq(packets, rows[i].packets, "row %zu", i);
		scene_end(scene);
	}
}

Test(discv4_serve, the_closest_of_the_proven_are_told_in_order)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asker = scene_node(1);
	const struct dti_table_entry *truth[16];
	struct dt_node told[32];
	size_t packets;

	for (uint32_t n = 1; n <= 100; n++) {
		struct dt_node node = scene_node(n);

		scene_bond(scene, &node);
	}
	for (uint32_t n = 200; n < 220; n++) {
		struct dt_node target = scene_node(n);
		struct dti_place place = dti_place_of(&target.id);

		cr_assert_eq(ask_neighbors(scene, told, &asker, &target.id,
					   &packets),
			     16);
		dti_table_closest(dti_discv4_table(scene->discv4), truth, 16,
				  &place, true);
		for (size_t i = 0; i < 16; i++)
			cr_assert_arr_eq(&told[i].id, &truth[i]->node.id,
					 sizeof(told[i].id));
	}
	scene_end(scene);
}

Test(discv4_serve, who_was_only_heard_of_is_told_only_if_nobody_is_proven)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node seed = scene_node(1);
	struct dt_node asker = scene_node_at(2, "9.9.9.9");
	struct dt_node proven = scene_node(3);
	struct dt_node told[32];
	size_t packets;

	scene_restrict(scene, "32.0.0.0/8"); /* who asks is not kept */
	scene->config.check_ms = DAY_MS;
	scene->discv4 = dti_discv4_create(&scene->config);
	dti_discv4_add_seed(scene->discv4, &seed, scene->now);
	dti_discv4_start(scene->discv4, scene->now);
	scene_pass_refresh(scene);
	scene_forget_sent(scene);
	scene_bond(scene, &asker);
	cr_assert_eq(ask_neighbors(scene, told, &asker, &seed.id, &packets), 1);
	cr_assert_arr_eq(&told[0].id, &seed.id, sizeof(seed.id));
	scene_bond(scene, &proven);
	cr_assert_not_null(scene_entry(scene, &seed));

	cr_assert_eq(ask_neighbors(scene, told, &asker, &seed.id, &packets), 1);
	cr_assert_arr_eq(&told[0].id, &proven.id, sizeof(proven.id));
	scene_end(scene);
}

Test(discv4_serve, each_is_told_only_what_the_relay_rule_allows)
{
	static const char *const told_ips[] = {
		"127.0.0.1", "10.0.0.2", "192.168.3.4", "5.6.7.8", "2.2.2.2"};
	static const struct {
		const char *asker;
		bool told[5];
	} rows[] = {
		{"8.8.8.8", {false, false, false, true, true}},
		{"10.9.9.9", {false, true, true, true, true}},
		{"127.0.0.9", {true, true, true, true, true}},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = scene_make();
		struct dt_node asker = scene_node_at(100, rows[i].asker);
		struct dt_node out[32];
		size_t packets;
		size_t count;

		scene_settle(scene);
		scene_bond(scene, &asker);
		for (uint32_t n = 0; n < dti_array_length(told_ips); n++) {
			struct dt_node node = scene_node_at(n + 1, told_ips[n]);

			scene_bond(scene, &node);
		}
		count = ask_neighbors(scene, out, &asker, &asker.id, &packets);

		for (uint32_t n = 0; n < dti_array_length(told_ips); n++) {
			struct dt_node node = scene_node(n + 1);
			bool is_told = false;

			for (size_t j = 0; j < count; j++)
				is_told |= memcmp(&out[j].id, &node.id,
						  sizeof(node.id)) == 0;
			cr_assert_eq(is_told, rows[i].told[n], "%s of %s",
				     rows[i].asker, told_ips[n]);
		}
		scene_end(scene);
	}
}

Test(discv4_serve, behind_the_closest_that_may_not_be_told_others_are_found)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asker = scene_node(1);
	struct dt_node told[32];
	size_t packets;

	/* Many of a LAN, a few of everywhere: some target has sixteen of the
	 * LAN in front. */
	scene_bond(scene, &asker);
	for (uint32_t n = 2; n < 5; n++) {
		struct dt_node node = scene_node(n);

		scene_bond(scene, &node);
	}
	for (uint32_t n = 1000; n < 1200; n++) {
		struct dt_node node = scene_node_at(n, "10.0.0.1");

		scene_bond(scene, &node);
	}
	cr_assert_gt(scene_sizes(scene).entries, 40);

	for (uint32_t n = 5000; n < 5050; n++) {
		struct dt_node target = scene_node(n);

		cr_assert_eq(ask_neighbors(scene, told, &asker, &target.id,
					   &packets),
			     4);
		cr_assert_eq(packets, 1);
	}
	scene_end(scene);
}

/* ---- record ---- */

Test(discv4_serve, the_proven_get_the_record_with_the_hash_of_their_request)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);
	struct dti_packet request =
		scene_packet(scene, &from, DTI_PACKET_RECORD_REQUEST);
	struct dti_packet reply;

	scene_bond(scene, &from);
	scene_receive(scene, &from.endpoint, &request);

	reply = scene_taken(scene, DTI_PACKET_RECORD_RESPONSE, &from);
	cr_assert_arr_eq(reply.record_response.token, request.hash,
			 sizeof(request.hash));
	cr_assert_eq(reply.record_response.length, sizeof(scene->record));
	cr_assert_arr_eq(reply.record_response.record, scene->record,
			 sizeof(scene->record));
	scene_end(scene);
}

Test(discv4_serve, without_a_record_nobody_gets_one)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node from = scene_node(1);
	struct dti_packet request;

	scene->config.record.length = 0;
	scene_settle(scene);
	scene_bond(scene, &from);
	request = scene_packet(scene, &from, DTI_PACKET_RECORD_REQUEST);
	scene_receive(scene, &from.endpoint, &request);

	cr_assert_eq(scene_count(scene, DTI_PACKET_RECORD_RESPONSE, NULL), 0);
	scene_end(scene);
}

Test(discv4_serve, what_the_system_does_not_send_harms_nobody)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node from = scene_node(1);

	scene_bond(scene, &from);
	scene->send_fails = true;
	scene_ping(scene, &from);
	scene_find(scene, &from, &from.id);
	scene->send_fails = false;
	scene_ping(scene, &from);

	cr_assert_eq(scene_count(scene, DTI_PACKET_PONG, &from), 1);
	scene_end(scene);
}
