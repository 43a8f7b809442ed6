/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_peers.h"
#include "tests/harness.h"

#define SECOND_MS INT64_C(1000)
#define DAY_MS    (24 * 3600 * SECOND_MS)
#define PEERS     40

static void ask(struct discv4_scene *scene, struct scene_answer *answer,
		enum dti_discv4_query_kind kind, const struct dt_node *node)
{
	struct dti_discv4_question question = {
		.kind = kind, .node = *node, .target = node->id};

	cr_assert_eq(scene_ask(scene, answer, &question), DT_OK);
}

/* ---- what a pong proves ---- */

Test(discv4_maintain, who_answers_our_ping_gets_into_the_table_verified)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct scene_answer answer = {.done = false};
	struct dti_packet ping;

	ask(scene, &answer, DTI_QUERY_PING, &node);
	cr_assert_null(scene_entry(scene, &node));
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	scene_pong(scene, &node, &ping);

	cr_assert_eq(scene_entry(scene, &node)->liveness, 1);
	cr_assert_eq(scene_entry(scene, &node)->alive_ms, scene->now.ms);
	scene_end(scene);
}

Test(discv4_maintain, who_answers_our_ping_says_where_it_sees_us)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dt_node other = scene_node_at(1, "9.9.9.3");
	struct scene_answer answer = {.done = false};
	struct dti_packet pong;
	struct dti_packet ping;

	ask(scene, &answer, DTI_QUERY_PING, &node);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	/* To no ping of ours; and from elsewhere. */
	pong = scene_packet(scene, &node, DTI_PACKET_PONG);
	pong.pong.to = scene_node(9).endpoint;
	cr_assert_eq(scene_receive(scene, &node.endpoint, &pong),
		     DTI_DISCV4_UNSOLICITED);
	memcpy(pong.pong.token, ping.hash, sizeof(ping.hash));
	cr_assert_eq(scene_receive(scene, &other.endpoint, &pong),
		     DTI_DISCV4_UNSOLICITED);
	cr_assert_eq(scene->vote_count, 0);
	cr_assert_eq(scene_receive(scene, &node.endpoint, &pong),
		     DTI_DISCV4_ADMITTED);

	cr_assert_eq(scene->vote_count, 1);
	cr_assert(dti_endpoint_same_ip(&scene->voter, &node.endpoint));
	cr_assert(dti_endpoint_equal(&scene->said, &pong.pong.to));
	/* And not once more. */
	(void)scene_receive(scene, &node.endpoint, &pong);
	cr_assert_eq(scene->vote_count, 1);
	scene_end(scene);
}

/* @asker tells of @told, which the lookup then pings. */
static void hear_of(struct discv4_scene *scene, const struct dt_node *asker,
		    const struct dt_node *told)
{
	struct scene_answer answer = {.done = false};

	ask(scene, &answer, DTI_QUERY_LOOKUP, asker);
	scene_neighbors(scene, asker, told, 1);
	scene_pass(scene, 100);
	scene_taken(scene, DTI_PACKET_PING, told);
	cr_assert(dti_discv4_cancel(scene->discv4, &answer));
}

Test(discv4_maintain, a_pong_says_nothing_of_another_endpoint)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node liar = scene_node(1);
	struct dt_node victim = scene_node_at(2, "5.6.7.8");
	struct dt_node real = scene_node_at(2, "9.9.9.3");
	struct dti_packet ping;

	/* The network where it really is has no room in the table. */
	scene_bond(scene, &liar);
	hear_of(scene, &liar, &victim);
	cr_assert_eq(scene_entry(scene, &victim)->liveness, 0);
	for (uint32_t i = 100; i < 130; i++) {
		struct dt_node node = scene_node_at(i, "9.9.9.9");

		scene_bond(scene, &node);
	}
	scene_ping(scene, &real);
	ping = scene_taken(scene, DTI_PACKET_PING, &real);
	scene_pong(scene, &real, &ping);

	cr_assert_eq(scene_entry(scene, &victim)->liveness, 0);
	scene_end(scene);
}

Test(discv4_maintain, what_others_say_of_a_tcp_port_does_not_count)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node liar = scene_node(1);
	struct dt_node node = scene_node(2);
	struct dt_node lie = node;
	struct scene_answer answer = {.done = false};
	struct dti_packet ping;

	scene_bond(scene, &node);
	scene_bond(scene, &liar);
	lie.endpoint.tcp_port = 666;
	ask(scene, &answer, DTI_QUERY_PING, &lie);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	scene_pong(scene, &node, &ping);

	cr_assert_eq(scene_entry(scene, &node)->node.endpoint.tcp_port, 30303);
	cr_assert_eq(scene_entry(scene, &node)->liveness, 2);
	scene_end(scene);
}

Test(discv4_maintain, its_own_word_on_its_tcp_port_counts_more)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(2);
	struct dt_node lie = node;
	struct scene_answer answer = {.done = false};
	struct dti_packet ping;

	lie.endpoint.tcp_port = 666;
	dti_discv4_add_seed(scene->discv4, &lie, scene->now);
	ask(scene, &answer, DTI_QUERY_FIND, &lie);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	scene_ping(scene, &node);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &node), 0,
		     "one ping is for both");
	scene_pong(scene, &node, &ping);

	cr_assert_eq(scene_entry(scene, &node)->node.endpoint.tcp_port, 30303);
	scene_end(scene);
}

Test(discv4_maintain, a_ping_from_another_port_says_nothing_of_the_first)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(2);
	struct dt_node recorded = node;
	struct scene_answer answer = {.done = false};
	struct dti_packet ping;

	ask(scene, &answer, DTI_QUERY_PING, &node);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	recorded.endpoint.udp_port++;
	recorded.endpoint.tcp_port = 666;
	scene_ping(scene, &recorded);
	scene_pong(scene, &node, &ping);

	cr_assert_eq(scene_entry(scene, &node)->node.endpoint.tcp_port, 30303);
	scene_end(scene);
}

Test(discv4_maintain, a_node_that_moves_takes_its_entry_along)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dt_node moved = scene_node_at(1, "5.6.7.8");

	scene_bond(scene, &node);
	scene_bond(scene, &moved);

	cr_assert_eq(scene_sizes(scene).entries, 1);
	cr_assert(dti_endpoint_equal(&scene_entry(scene, &node)->node.endpoint,
				     &moved.endpoint));
	scene_end(scene);
}

/* ---- silence ---- */

/* @count FindNodes to @node, at its address or another, unanswered. */
static void let_fail(struct discv4_scene *scene, const struct dt_node *node,
		     int count)
{
	for (int i = 0; i < count; i++) {
		struct scene_answer answer = {.done = false};

		scene_ping(scene, node);
		ask(scene, &answer, DTI_QUERY_FIND, node);
		scene_pass(scene, 2000);
		cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	}
}

/* Is it in a bucket that is at least half full? */
static bool is_of_many(const struct discv4_scene *scene,
		       const struct dt_node *node)
{
	const struct dti_table_entry *entry = scene_entry(scene, node);

	return !entry->is_replacement &&
	       scene_sizes(scene).buckets[entry->bucket] >= 8;
}

Test(discv4_maintain, five_silences_in_a_row_remove_one_of_many)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct scene_answer answer = {.done = false};

	for (uint32_t i = 1; i < PEERS; i++) {
		struct dt_node other = scene_node(i);

		scene_bond(scene, &other);
	}
	for (uint32_t i = 2; !is_of_many(scene, &node); i++)
		node = scene_node(i);
	let_fail(scene, &node, 4);
	cr_assert_eq(scene_entry(scene, &node)->failures, 4);
	scene_ping(scene, &node);
	ask(scene, &answer, DTI_QUERY_FIND, &node);
	scene_neighbors(scene, &node, NULL, 0);
	scene_pass(scene, 100);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(scene_entry(scene, &node)->failures, 0);
	let_fail(scene, &node, 4);
	cr_assert_not(scene_entry(scene, &node)->is_replacement);
	let_fail(scene, &node, 1);

	cr_assert_null(scene_entry(scene, &node));
	scene_end(scene);
}

/* Pongs, so it is there: does its silence in between count? */
Test(discv4_maintain, a_silence_counts_if_a_new_proof_does_not_end_it)
{
	for (size_t answers = 0; answers < 2; answers++) {
		struct discv4_scene *scene = scene_begin();
		struct dt_node node = scene_node(1);
		struct scene_answer answer = {.done = false};
		struct dti_packet ping;

		scene_bond(scene, &node);
		ask(scene, &answer, DTI_QUERY_FIND, &node);
		scene_pass(scene, 500);
		ping = scene_taken(scene, DTI_PACKET_PING, &node);
		scene_pong(scene, &node, &ping);
		scene_pass(scene, 500);
		cr_assert_eq(scene_entry(scene, &node)->failures, 0);
		if (answers > 0)
			scene_neighbors(scene, &node, NULL, 0);
		scene_pass(scene, 500);

		cr_assert_eq(answer.err,
			     answers > 0 ? DT_OK : DT_ERR_TIMED_OUT);
		cr_assert_eq(scene_entry(scene, &node)->failures, 1 - answers);
		scene_end(scene);
	}
}

Test(discv4_maintain, one_silence_counts_once_however_many_wait)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct scene_answer answers[10] = {{.done = false}};

	scene_bond(scene, &node);
	for (size_t i = 0; i < 10; i++)
		ask(scene, &answers[i],
		    i % 2 ? DTI_QUERY_LOOKUP : DTI_QUERY_FIND, &node);
	scene_pass(scene, 5000);

	cr_assert_eq(scene_entry(scene, &node)->failures, 1);
	scene_end(scene);
}

Test(discv4_maintain, a_silence_where_a_liar_has_sent_us_counts_nothing)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dt_node lie = scene_node_at(1, "5.6.7.8");
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &node);
	ask(scene, &answer, DTI_QUERY_FIND, &lie);
	scene_pass(scene, 2000);

	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	cr_assert_eq(scene_entry(scene, &node)->failures, 0);
	scene_end(scene);
}

/* ---- time ---- */

Test(discv4_maintain, before_the_start_nothing_is_due)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node node = scene_node(1);

	scene->config.bootnodes = &node;
	scene->config.bootnode_count = 1;
	scene->discv4 = dti_discv4_create(&scene->config);
	dti_discv4_add_seed(scene->discv4, &node, scene->now);

	cr_assert_eq(dti_discv4_deadline(scene->discv4), INT64_MAX);
	dti_discv4_tick(scene->discv4, scene->now);
	cr_assert_eq(scene->sent_ever, 0);
	scene_end(scene);
}

/* A machine that has much to do. */
static struct discv4_scene *busy(struct dt_node peers[PEERS],
				 struct scene_answer answers[4])
{
	struct discv4_scene *scene = scene_make();

	for (uint32_t i = 0; i < PEERS; i++)
		peers[i] = scene_node(i + 1);
	scene->config.bootnodes = peers;
	scene->config.bootnode_count = 3;
	scene_up(scene);
	peers_play(scene, peers, PEERS, 20 * SECOND_MS);
	for (uint32_t i = 0; i < 4; i++) {
		struct dt_node target = scene_node(1000 + i);

		ask(scene, &answers[i], DTI_QUERY_LOOKUP, &target);
	}
	return scene;
}

Test(discv4_maintain, while_the_clock_stands_still_nothing_happens)
{
	struct dt_node peers[PEERS];
	struct scene_answer answers[4] = {{.done = false}};
	struct discv4_scene *scene = busy(peers, answers);
	struct scene_state before;

	dti_discv4_tick(scene->discv4, scene->now);
	before = scene_state(scene);
	for (int i = 0; i < 1000; i++) {
		cr_assert_gt(dti_discv4_deadline(scene->discv4), scene->now.ms);
		dti_discv4_tick(scene->discv4, scene->now);
	}

	scene_expect(scene, &before);
	scene_end(scene);
}

Test(discv4_maintain, after_a_long_sleep_there_is_no_storm)
{
	struct dt_node peers[PEERS];
	struct scene_answer answers[4] = {{.done = false}};
	struct discv4_scene *scene = busy(peers, answers);
	uint64_t sent = scene->sent_ever;
	uint64_t checks = scene_figures(scene).checks;
	uint64_t refreshes = scene_figures(scene).refreshes;
	int ticks = 0;

	scene_jump(scene, 30 * DAY_MS);
	while (dti_discv4_deadline(scene->discv4) <= scene->now.ms) {
		dti_discv4_tick(scene->discv4, scene->now);
		dti_discv4_verify(scene->discv4);
		cr_assert_lt(++ticks, 5);
	}
	/* Three visits of each lookup, those of one refresh, and one check. */
	cr_assert_leq(scene->sent_ever - sent, 4 * 3 + 3 + 1);
	cr_assert_leq(scene_figures(scene).checks - checks, 1);
	cr_assert_leq(scene_figures(scene).refreshes - refreshes, 1);
	scene_forget_sent(scene);
	peers_play(scene, peers, PEERS, 20 * SECOND_MS);

	for (size_t i = 0; i < 4; i++)
		cr_assert(answers[i].done);
	cr_assert_geq(scene_sizes(scene).verified, 16);
	scene_end(scene);
}

Test(discv4_maintain, a_wall_clock_that_jumps_stops_no_timer)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct scene_answer answer = {.done = false};

	ask(scene, &answer, DTI_QUERY_PING, &node);
	scene->now.unix_s -= 100000000;
	dti_discv4_tick(scene->discv4, scene->now);
	cr_assert_not(answer.done);
	scene->now.unix_s += 200000000;
	dti_discv4_tick(scene->discv4, scene->now);
	cr_assert_not(answer.done);
	scene_pass(scene, 500);

	cr_assert(answer.done);
	scene_end(scene);
}
