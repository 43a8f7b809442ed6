/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/lookup.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_peers.h"
#include "tests/harness.h"

#define PEERS 40

static bool same_id(const struct dt_node_id *a, const struct dt_node_id *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static void make_peers(struct dt_node *peers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		peers[i] = scene_node((uint32_t)i + 1);
}

static void look_up(struct discv4_scene *scene, struct scene_answer *answer,
		    enum dti_discv4_query_kind kind,
		    const struct dt_node_id *target)
{
	struct dti_discv4_question question = {.kind = kind, .target = *target};

	cr_assert_eq(scene_ask(scene, answer, &question), DT_OK);
}

/* ---- lookup ---- */

Test(discv4_query_lookup, the_closest_of_all_are_found_from_one, .timeout = 60)
{
	struct dt_node peers[PEERS];

	make_peers(peers, PEERS);
	for (uint32_t i = 0; i < 5; i++) {
		struct discv4_scene *scene = scene_begin();
		struct dt_node target = scene_node(1000 + i);
		struct scene_answer answer = {.done = false};
		struct dt_node truth[16];

		scene_bond(scene, &peers[i]);
		look_up(scene, &answer, DTI_QUERY_LOOKUP, &target.id);
		peers_play(scene, peers, PEERS, 10 * 1000);
		peers_closest(truth, peers, PEERS, &target.id);

		cr_assert(answer.done);
		cr_assert_eq(answer.err, DT_OK);
		cr_assert_eq(answer.count, 16);
		for (size_t j = 0; j < 16; j++)
			cr_assert(same_id(&answer.nodes[j].id, &truth[j].id));
		cr_assert_geq(answer.answer.asked, 16);
		cr_assert_eq(answer.answer.answered, answer.answer.asked);
		scene_end(scene);
	}
}

Test(discv4_query_lookup, three_are_asked_at_a_time)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node peers[5];
	struct dt_node target = scene_node(1000);
	struct scene_answer answer = {.done = false};

	make_peers(peers, 5);
	for (size_t i = 0; i < 5; i++)
		scene_bond(scene, &peers[i]);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &target.id);
	cr_assert_eq(scene_count(scene, DTI_PACKET_FIND_NODE, NULL), 3);
	/* Nobody answers, and then nobody pongs. */
	scene_pass(scene, 1000);
	cr_assert_eq(scene_count(scene, DTI_PACKET_FIND_NODE, NULL), 5);
	cr_assert_not(answer.done);
	scene_pass(scene, 1000);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT, "nobody answered");
	cr_assert_eq(answer.count, 0);
	cr_assert_eq(answer.answer.asked, 5);
	cr_assert_eq(answer.answer.answered, 0);
	scene_end(scene);
}

Test(discv4_query_lookup, with_nobody_to_ask_it_ends_after_a_second)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node target = scene_node(1000);
	struct scene_answer answers[2] = {{.done = false}};
	int64_t begun_ms = scene->now.ms;

	look_up(scene, &answers[0], DTI_QUERY_LOOKUP, &target.id);
	look_up(scene, &answers[1], DTI_QUERY_RESOLVE, &target.id);
	scene_pass(scene, 5000);

	cr_assert_eq(answers[0].done_ms, begun_ms + 1000);
	cr_assert_eq(answers[0].err, DT_OK);
	cr_assert_eq(answers[0].count, 0);
	cr_assert_eq(answers[1].done_ms, begun_ms + 1000);
	cr_assert_eq(answers[1].err, DT_ERR_NOT_FOUND);
	scene_end(scene);
}

Test(discv4_query_lookup, bootnodes_are_asked_while_few_others_are_known)
{
	static const struct {
		uint32_t known;
		bool asks;
	} rows[] = {{0, true}, {5, true}, {15, true}, {30, false}};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = scene_make();
		struct dt_node bootnode = scene_node(500);
		struct scene_answer answer = {.done = false};

		scene->config.bootnodes = &bootnode;
		scene->config.bootnode_count = 1;
		scene->discv4 = dti_discv4_create(&scene->config);
		for (uint32_t n = 1; n <= rows[i].known; n++) {
			struct dt_node node = scene_node(n);

			dti_discv4_add_seed(scene->discv4, &node, scene->now);
		}
		/* The closest of all, if it is a candidate. */
		look_up(scene, &answer, DTI_QUERY_LOOKUP, &bootnode.id);

		cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &bootnode),
			     rows[i].asks, "%u known", rows[i].known);
		scene_end(scene);
	}
}

Test(discv4_query_lookup, the_silent_are_passed_over)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node peers[PEERS];
	struct dt_node target = scene_node(1000);
	struct scene_answer answer = {.done = false};
	struct dt_node truth[16];

	make_peers(peers, PEERS);
	for (size_t i = 0; i < PEERS; i++)
		scene_bond(scene, &peers[i]);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &target.id);
	peers_play(scene, peers, PEERS / 2, 30 * 1000); /* the others do not */
	peers_closest(truth, peers, PEERS / 2, &target.id);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.count, 16);
	for (size_t j = 0; j < 16; j++)
		cr_assert(same_id(&answer.nodes[j].id, &truth[j].id));
	scene_end(scene);
}

/* It was silent before, so it is pinged first. */
Test(discv4_query_lookup, one_that_pongs_and_tells_nothing_is_found)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node peer = scene_node(1);
	struct dti_packet ping;
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &peer);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &peer.id);
	scene_pass(scene, 1000);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);

	scene_forget_sent(scene);

	answer.done = false;
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &peer.id);
	ping = scene_taken(scene, DTI_PACKET_PING, &peer);
	scene_pong(scene, &peer, &ping);
	scene_pass(scene, 1500);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.count, 1);
	cr_assert(same_id(&answer.nodes[0].id, &peer.id));
	cr_assert_eq(answer.answer.asked, 1);
	cr_assert_eq(answer.answer.answered, 0);
	scene_end(scene);
}

/* The ping of one visit says nothing of the next node that is visited. */
Test(discv4_query_lookup, one_that_pongs_does_not_bring_back_the_dead)
{
	struct discv4_scene *scene = scene_begin();
	struct scene_answer answer = {.done = false};
	struct dt_node peers[4];
	struct dti_packet ping;

	make_peers(peers, 4);
	for (size_t i = 0; i < 4; i++)
		scene_bond(scene, &peers[i]);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &peers[0].id);
	scene_pass(scene, 2000);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	scene_forget_sent(scene);

	answer.done = false;
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &peers[0].id);
	ping = scene_taken(scene, DTI_PACKET_PING, &peers[0]);
	scene_pong(scene, &peers[0], &ping);
	scene_pass(scene, 3000);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.count, 1);
	cr_assert(same_id(&answer.nodes[0].id, &peers[0].id));
	cr_assert_eq(answer.answer.asked, 4);
	scene_end(scene);
}

Test(discv4_query_lookup, who_is_told_of_gets_into_the_table_unproven)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dt_node told[3] = {scene_node(2), scene_node(3),
				  scene_node_at(4, "10.0.0.1")};
	struct dt_node target = scene_node(1000);
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &asked);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &target.id);
	scene_neighbors(scene, &asked, told, 3);
	scene_pass(scene, 100);

	cr_assert_eq(scene_entry(scene, &told[0])->liveness, 0);
	cr_assert_eq(scene_entry(scene, &told[1])->liveness, 0);
	cr_assert_null(scene_entry(scene, &told[2]));
	cr_assert_eq(scene_figures(scene).nodes_refused, 1);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &told[0]), 1,
		     "it is asked next");
	scene_end(scene);
}

Test(discv4_query_lookup, each_answer_is_taken_by_itself)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dt_node target = scene_node(1000);
	struct dt_node told[16];
	struct dt_node last = scene_node(50);
	struct scene_answer answer = {.done = false};
	struct scene_sent ping;
	size_t i = 0;

	for (uint32_t n = 0; n < 16; n++)
		told[n] = scene_node(n + 2);
	scene_bond(scene, &asked);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &target.id);
	scene_neighbors(scene, &asked, told, 16);
	/* The first that it asks now tells of one. */
	cr_assert(scene_take(scene, &ping, DTI_PACKET_PING, NULL));
	while (!dti_endpoint_same_ip(&told[i].endpoint, &ping.to))
		i++;
	scene_ping(scene, &told[i]);
	scene_pong(scene, &told[i], &ping.packet);
	scene_pass(scene, 50);
	scene_taken(scene, DTI_PACKET_FIND_NODE, &told[i]);
	scene_neighbors(scene, &told[i], &last, 1);
	scene_pass(scene, 100);

	cr_assert_not_null(scene_entry(scene, &last));
	scene_end(scene);
}

Test(discv4_query_lookup, made_up_nodes_do_not_keep_it_up_for_ever,
     .timeout = 60)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node liar = scene_node(1);
	struct dt_node target = scene_node(1000);
	struct scene_answer answer = {.done = false};
	struct scene_sent sent;
	uint32_t made_up = 2000;

	scene_bond(scene, &liar);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &target.id);
	/* All that it tells of answer as it does. */
	for (int i = 0; i < 100000 && !answer.done; i++) {
		while (scene_take(scene, &sent, DTI_PACKET_FIND_NODE, NULL)) {
			struct dt_node told[16];
			struct dt_node from = {.endpoint = sent.to};
			uint32_t number =
				(uint32_t)sent.to.ip[1] << 8 | sent.to.ip[2];

			from = scene_node(number);
			for (size_t j = 0; j < 16; j++)
				told[j] = scene_node(made_up++);
			scene_neighbors(scene, &from, told, 16);
		}
		while (scene_take(scene, &sent, DTI_PACKET_PING, NULL)) {
			uint32_t number =
				(uint32_t)sent.to.ip[1] << 8 | sent.to.ip[2];
			struct dt_node from = scene_node(number);

			scene_ping(scene, &from);
			scene_pong(scene, &from, &sent.packet);
		}
		scene_forget_sent(scene);
		scene_pass(scene, 10);
	}

	cr_assert(answer.done);
	cr_assert_leq(answer.answer.asked, DTI_LOOKUP_ASKED_MAX);
	cr_assert_eq(answer.count, 16);
	scene_end(scene);
}

Test(discv4_query_lookup, a_known_node_is_asked_where_it_was_proven_to_be)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node liar = scene_node(1);
	struct dt_node peers[PEERS];
	struct dt_node lie;
	struct dt_node far;
	struct scene_answer answer = {.done = false};

	/* The liar is closest to the target; 17th is the one it lies about. */
	make_peers(peers, PEERS);
	for (size_t i = 0; i < PEERS; i++)
		scene_bond(scene, &peers[i]);
	cr_assert_gt(scene_sizes(scene).entries, 16);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &liar.id);
	far = peers[0];
	for (size_t i = 1; i < PEERS; i++) {
		struct dti_place target = dti_place_of(&liar.id);
		struct dti_place one = dti_place_of(&peers[i].id);
		struct dti_place other = dti_place_of(&far.id);

		if (scene_entry(scene, &peers[i]) &&
		    !scene_entry(scene, &peers[i])->is_replacement &&
		    dti_place_compare(&target, &one, &other) > 0)
			far = peers[i];
	}
	lie = far;
	lie.endpoint = scene_node(3000).endpoint;
	scene_neighbors(scene, &liar, &lie, 1);
	scene_pass(scene, 20 * 1000); /* nobody else says anything */

	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &lie), 0);
	cr_assert_eq(scene_count(scene, DTI_PACKET_FIND_NODE, &far), 1);
	scene_end(scene);
}

/* ---- resolve ---- */

Test(discv4_query_lookup, a_node_is_resolved_by_what_others_tell)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dt_node wanted = scene_node(2);
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &asked);
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &wanted.id);
	scene_neighbors(scene, &asked, &wanted, 1);
	scene_pass(scene, 100);
	cr_assert_not(answer.done, "it is asked whether it is there");
	scene_pass(scene, 5000);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK, "it may answer a dial yet");
	cr_assert_eq(answer.count, 1);
	cr_assert(dti_endpoint_equal(&answer.nodes[0].endpoint,
				     &wanted.endpoint));
	scene_end(scene);
}

Test(discv4_query_lookup, where_it_was_told_to_be_first_it_is_looked_for)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node tellers[2] = {scene_node(1), scene_node(2)};
	struct dt_node wanted = scene_node_at(3, "5.6.7.8");
	struct dt_node later = scene_node_at(3, "8.8.8.8");
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &tellers[0]);
	scene_bond(scene, &tellers[1]);
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &wanted.id);
	scene_neighbors(scene, &tellers[0], &wanted, 1);
	scene_pass(scene, 100);
	scene_neighbors(scene, &tellers[1], &later, 1);
	scene_pass(scene, 5000);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert(dti_endpoint_equal(&answer.nodes[0].endpoint,
				     &wanted.endpoint));
	scene_end(scene);
}

Test(discv4_query_lookup, it_is_over_when_the_node_itself_has_answered)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node wanted = scene_node(2);
	struct dt_node others[3] = {scene_node(3), scene_node(4),
				    scene_node(5)};
	struct scene_answer answer = {.done = false};

	for (size_t i = 0; i < 3; i++)
		scene_bond(scene, &others[i]);
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &wanted.id);
	scene_neighbors(scene, &others[0], &wanted, 1);
	scene_pass(scene, 100);
	cr_assert_not(answer.done);
	scene_ping(scene, &wanted);
	{
		struct dti_packet ping =
			scene_taken(scene, DTI_PACKET_PING, &wanted);

		scene_pong(scene, &wanted, &ping);
	}
	scene_pass(scene, 50);
	scene_neighbors(scene, &wanted, others, 3);
	scene_pass(scene, 100);

	cr_assert(answer.done, "though others are still asked");
	cr_assert_eq(answer.err, DT_OK);
	cr_assert(same_id(&answer.nodes[0].id, &wanted.id));
	cr_assert_eq(scene_figures(scene).queries, 0);
	scene_end(scene);
}

Test(discv4_query_lookup, a_node_that_answers_stands_for_itself)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node wanted = scene_node(1);
	struct scene_answer answer = {.done = false};

	dti_discv4_add_seed(scene->discv4, &wanted, scene->now);
	scene_ping(scene, &wanted);
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &wanted.id);
	scene_taken(scene, DTI_PACKET_FIND_NODE, &wanted);
	scene_neighbors(scene, &wanted, NULL, 0);
	scene_pass(scene, 100);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.count, 1);
	scene_end(scene);
}

Test(discv4_query_lookup, a_node_that_pongs_and_tells_nothing_is_resolved)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dt_node told = scene_node(2);
	struct scene_answer answer = {.done = false};
	struct dti_packet ping;

	scene_bond(scene, &asked);
	look_up(scene, &answer, DTI_QUERY_LOOKUP, &told.id);
	scene_neighbors(scene, &asked, &told, 1);
	scene_pass(scene, 2000); /* it was down */
	scene_forget_sent(scene);

	answer.done = false;
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &told.id);
	ping = scene_taken(scene, DTI_PACKET_PING, &told);
	scene_pong(scene, &told, &ping);
	scene_pass(scene, 2000);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert(
		dti_endpoint_equal(&answer.nodes[0].endpoint, &told.endpoint));
	scene_end(scene);
}

Test(discv4_query_lookup, whom_nobody_knows_is_not_found, .timeout = 60)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node peers[PEERS];
	struct dt_node wanted = scene_node(1000);
	struct scene_answer answer = {.done = false};

	make_peers(peers, PEERS);
	scene_bond(scene, &peers[0]);
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &wanted.id);
	peers_play(scene, peers, PEERS, 10 * 1000);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_ERR_NOT_FOUND);
	cr_assert_eq(answer.count, 0);
	cr_assert_geq(answer.answer.asked, 16);
	scene_end(scene);
}

Test(discv4_query_lookup, where_it_may_not_be_told_to_be_it_is_not_found)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dt_node wanted = scene_node_at(2, "127.0.0.1");
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &asked);
	look_up(scene, &answer, DTI_QUERY_RESOLVE, &wanted.id);
	scene_neighbors(scene, &asked, &wanted, 1);
	scene_pass(scene, 5000);

	cr_assert_eq(answer.err, DT_ERR_NOT_FOUND);
	scene_end(scene);
}
