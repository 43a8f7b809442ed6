/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_peers.h"
#include "tests/harness.h"

/* ---- ping ---- */

Test(discv4_queries, a_ping_tells_what_the_pong_said)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
					       .node = node};
	struct scene_answer answer = {.done = false};
	struct dti_packet pong = scene_packet(scene, &node, DTI_PACKET_PONG);
	struct dti_packet ping;

	cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
	cr_assert_eq(scene_figures(scene).queries, 1);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	scene_pass(scene, 42);
	memcpy(pong.pong.token, ping.hash, sizeof(ping.hash));
	pong.pong.to = scene_node_at(9, "5.6.7.8").endpoint;
	pong.has_record_seq = true;
	pong.record_seq = 77;
	scene_receive(scene, &node.endpoint, &pong);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.answer.rtt_ms, 42);
	cr_assert_eq(answer.answer.record_seq, 77);
	cr_assert(dti_endpoint_equal(&answer.answer.seen_as, &pong.pong.to));
	cr_assert_eq(scene_figures(scene).queries, 0);
	scene_end(scene);
}

Test(discv4_queries, a_pong_may_have_no_sequence_number)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
					       .node = node};
	struct scene_answer answer = {.done = false};
	struct dti_packet ping;

	scene_ask(scene, &answer, &question);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	scene_pong(scene, &node, &ping);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.answer.record_seq, 0);
	scene_end(scene);
}

/* ---- find ---- */

Test(discv4_queries, neighbours_against_a_rule_are_left_out_and_counted)
{
	static const struct {
		const char *what;
		const char *ip;
		uint16_t udp_port;
		bool is_taken;
		bool is_counted;
	} rows[] = {
		{"a good one", "5.6.7.8", 30303, true, false},
		{"the lowest port", "5.6.7.8", 1025, true, false},
		{"a port of another service", "5.6.7.8", 1024, false, true},
		{"no port", "5.6.7.8", 0, false, true},
		{"loopback", "127.0.0.1", 30303, false, true},
		{"a LAN", "192.168.0.1", 30303, false, true},
		{"multicast", "224.0.0.1", 30303, false, true},
		{"unspecified", "0.0.0.0", 30303, false, true},
		{"outside of netrestrict", "9.9.9.9", 30303, false, true},
		{"ourselves", "5.6.7.8", 30303, false, false},
		{"no key", "5.6.7.8", 30303, false, true},
	};
	struct discv4_scene *scene = scene_make();
	struct dt_node asked = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_FIND,
					       .node = asked};

	scene_restrict(scene, "5.0.0.0/8,127.0.0.0/8,192.168.0.0/16,"
			      "224.0.0.0/8,0.0.0.0/32");
	scene_settle(scene);
	scene_bond(scene, &asked);
	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dt_node told = scene_node_at(100, rows[i].ip);
		uint64_t refused = scene_figures(scene).nodes_refused;
		struct scene_answer answer = {.done = false};

		told.endpoint.udp_port = rows[i].udp_port;
		if (strcmp(rows[i].what, "ourselves") == 0)
			told.id = scene->config.self.id;
		if (strcmp(rows[i].what, "no key") == 0)
			memset(&told.id, 0xff, sizeof(told.id));
		cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
		scene_neighbors(scene, &asked, &told, 1);
		scene_pass(scene, 100);

		cr_assert_eq(answer.err, DT_OK, "%s", rows[i].what);
		cr_assert_eq(answer.count, rows[i].is_taken, "%s",
			     rows[i].what);
		cr_assert_eq(scene_figures(scene).nodes_refused - refused,
			     rows[i].is_counted, "%s", rows[i].what);
	}
	scene_end(scene);
}

Test(discv4_queries, an_empty_answer_is_one)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_FIND,
					       .node = asked};
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &asked);
	scene_ask(scene, &answer, &question);
	scene_neighbors(scene, &asked, NULL, 0);
	scene_pass(scene, 100);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.count, 0);
	scene_end(scene);
}

/* ---- record ---- */

Test(discv4_queries, a_record_must_be_the_nodes_and_tell_no_private_address)
{
	static const struct {
		const char *what;
		const char *asked;
		uint32_t id;
		const char *ip; /* NULL: none */
		dt_err err;
	} rows[] = {
		{"its own", "5.6.7.8", 1, "5.6.7.8", DT_OK},
		{"another address", "5.6.7.8", 1, "8.8.8.8", DT_OK},
		{"no address", "5.6.7.8", 1, NULL, DT_OK},
		{"another node's", "5.6.7.8", 2, "5.6.7.8", DT_ERR_PARSE},
		{"our loopback", "5.6.7.8", 1, "127.0.0.1", DT_ERR_PARSE},
		{"our LAN", "5.6.7.8", 1, "10.0.0.1", DT_ERR_PARSE},
		{"multicast", "5.6.7.8", 1, "224.0.0.1", DT_ERR_PARSE},
		{"of the LAN", "10.0.0.1", 1, "10.0.0.1", DT_OK},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = scene_begin();
		struct dt_node asked = scene_node_at(1, rows[i].asked);
		struct dti_discv4_question question = {.kind = DTI_QUERY_RECORD,
						       .node = asked};
		struct scene_answer answer = {.done = false};
		struct dt_record record = {.seq = 3,
					   .node = scene_node(rows[i].id)};
		struct dti_packet request;

		record.node.endpoint = (struct dt_endpoint){.family = 0};
		if (rows[i].ip)
			record.node.endpoint =
				scene_node_at(1, rows[i].ip).endpoint;
		scene_bond(scene, &asked);
		scene_ask(scene, &answer, &question);
		request = scene_taken(scene, DTI_PACKET_RECORD_REQUEST, &asked);
		scene_record(scene, &asked, &request, &record);

		cr_assert(answer.done);
		cr_assert_eq(answer.err, rows[i].err, "%s", rows[i].what);
		if (rows[i].err == DT_OK)
			cr_assert_eq(answer.record.seq, 3);
		scene_end(scene);
	}
}

Test(discv4_queries, a_record_that_is_none_is_an_error_of_its_own)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_RECORD,
					       .node = asked};
	struct scene_answer answer = {.done = false};
	struct dti_packet reply =
		scene_packet(scene, &asked, DTI_PACKET_RECORD_RESPONSE);
	struct dti_packet request;

	scene_bond(scene, &asked);
	scene_ask(scene, &answer, &question);
	request = scene_taken(scene, DTI_PACKET_RECORD_REQUEST, &asked);
	memcpy(reply.record_response.token, request.hash, sizeof(request.hash));
	reply.record_response.length = 10;
	scene_receive(scene, &asked.endpoint, &reply);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_ERR_PARSE);
	scene_end(scene);
}

Test(discv4_queries, a_node_without_a_record_is_not_answering)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_RECORD,
					       .node = asked};
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &asked);
	scene_ask(scene, &answer, &question);
	scene_pass(scene, 500);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	cr_assert_eq(scene_entry(scene, &asked)->failures, 0);
	scene_end(scene);
}

/* ---- resolve ---- */

static dt_err resolve(struct discv4_scene *scene, struct scene_answer *answer,
		      const struct dt_node_id *id)
{
	struct dti_discv4_question question = {.kind = DTI_QUERY_RESOLVE,
					       .target = *id};

	return scene_ask(scene, answer, &question);
}

Test(discv4_queries, whoever_is_known_is_resolved_at_once)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node known = scene_node(1);
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &known);
	scene_forget_sent(scene);
	cr_assert_eq(resolve(scene, &answer, &known.id), DT_OK);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert_eq(answer.count, 1);
	cr_assert(
		dti_endpoint_equal(&answer.nodes[0].endpoint, &known.endpoint));
	cr_assert_eq(scene->sent_count, 0);
	scene_end(scene);
}

Test(discv4_queries, we_resolve_ourselves)
{
	struct discv4_scene *scene = scene_make();
	struct scene_answer answer = {.done = false};

	scene->config.self.host_name = "elsewhere.example";
	scene_settle(scene);
	cr_assert_eq(resolve(scene, &answer, &scene->config.self.id), DT_OK);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	cr_assert(dti_endpoint_equal(&answer.nodes[0].endpoint,
				     &scene->config.self.endpoint));
	cr_assert_null(answer.nodes[0].host_name);
	scene_end(scene);
}

Test(discv4_queries, who_was_only_heard_of_is_looked_up)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node seed = scene_node(1);
	struct scene_answer answer = {.done = false};

	scene->discv4 = dti_discv4_create(&scene->config);
	dti_discv4_add_seed(scene->discv4, &seed, scene->now);
	cr_assert_eq(resolve(scene, &answer, &seed.id), DT_OK);
	cr_assert_not(answer.done);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, &seed), 1);
	peers_play(scene, &seed, 1, 1000);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_OK);
	scene_end(scene);
}

/* ---- how many at once ---- */

Test(discv4_queries, more_than_allowed_are_refused)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node known = scene_node(1);
	struct dt_node silent = scene_node(2);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
					       .node = silent};
	struct scene_answer answers[17] = {{.done = false}};
	struct scene_answer answer = {.done = false};

	scene_bond(scene, &known);
	for (size_t i = 0; i < 16; i++)
		cr_assert_eq(scene_ask(scene, &answers[i], &question), DT_OK);
	cr_assert_eq(scene_ask(scene, &answers[16], &question), DT_ERR_BUSY);
	cr_assert_eq(resolve(scene, &answer, &known.id), DT_OK,
		     "it needs no place");
	cr_assert(answer.done);
	scene_pass(scene, 500);
	cr_assert_eq(scene_ask(scene, &answers[16], &question), DT_OK);
	cr_assert_not(answers[16].done);
	scene_pass(scene, 500);

	for (size_t i = 0; i < 17; i++)
		cr_assert(answers[i].done);
	scene_end(scene);
}

struct chain {
	struct scene_answer first;
	struct scene_answer second;
};

static void ask_next(struct discv4_scene *scene, struct scene_answer *answer)
{
	struct chain *chain = dti_container_of(answer, struct chain, first);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
					       .node = scene_node(2)};

	cr_assert_eq(scene_ask(scene, &chain->second, &question), DT_OK);
}

Test(discv4_queries, the_end_of_one_may_begin_another)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node first = scene_node(1);
	struct dt_node second = scene_node(2);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
					       .node = first};
	struct chain chain = {.first = {.then = ask_next}};
	struct dti_packet ping;

	scene->config.max_queries = 1;
	scene_settle(scene);
	cr_assert_eq(scene_ask(scene, &chain.first, &question), DT_OK);
	ping = scene_taken(scene, DTI_PACKET_PING, &first);
	scene_pong(scene, &first, &ping);
	cr_assert(chain.first.done);
	ping = scene_taken(scene, DTI_PACKET_PING, &second);
	scene_pong(scene, &second, &ping);

	cr_assert(chain.second.done);
	cr_assert_eq(chain.second.err, DT_OK);
	scene_end(scene);
}

/* ---- cancel ---- */

Test(discv4_queries, what_is_not_under_way_cannot_be_cancelled)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
					       .node = node};
	struct scene_answer answer = {.done = false};

	cr_assert_not(dti_discv4_cancel(scene->discv4, &answer));
	scene_ask(scene, &answer, &question);
	scene_pass(scene, 500);
	cr_assert(answer.done);
	cr_assert_not(dti_discv4_cancel(scene->discv4, &answer));
	scene_end(scene);
}

#define PEERS 20

/* Ask for @kind, @after_ms later forget it; the others go on unharmed. */
static bool cancel_after(enum dti_discv4_query_kind kind, int64_t after_ms,
			 size_t answering)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node peers[PEERS];
	struct scene_answer answer = {.done = false};
	struct scene_answer other = {.done = false};
	struct dti_discv4_question question = {.kind = kind};
	bool was_done;
	size_t live;

	for (uint32_t i = 0; i < PEERS; i++)
		peers[i] = scene_node(i + 1);
	scene->config.bootnodes = peers;
	scene->config.bootnode_count = PEERS;
	scene->discv4 = dti_discv4_create(&scene->config);
	question.node = peers[0];
	question.target = scene_node(500).id;
	live = scene->counter.live;
	cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
	question.kind = DTI_QUERY_LOOKUP;
	cr_assert_eq(scene_ask(scene, &other, &question), DT_OK);
	peers_play(scene, peers, answering, after_ms);
	was_done = answer.done;
	cr_assert_eq(dti_discv4_cancel(scene->discv4, &answer), !was_done);
	dti_discv4_verify(scene->discv4);
	peers_play(scene, peers, answering, 20 * 1000);

	cr_assert_eq(answer.done, was_done);
	cr_assert(other.done);
	cr_assert_eq(scene_figures(scene).queries, 0);
	cr_assert_eq(scene_figures(scene).requests, 0);
	if (answering == 0) /* else the table has got entries */
		cr_assert_eq(scene->counter.live, live);
	scene_end(scene);
	return was_done;
}

static void cancel_at_all_times(size_t answering, int64_t step_ms)
{
	for (int kind = 0; kind < DTI_QUERY_KINDS; kind++) {
		int64_t after_ms = 0;

		while (!cancel_after((enum dti_discv4_query_kind)kind, after_ms,
				     answering)) {
			after_ms += step_ms;
			cr_assert_lt(after_ms, 20 * 1000, "it never ends");
		}
	}
}

Test(discv4_queries, each_can_be_cancelled_while_nobody_answers, .timeout = 60)
{
	cancel_at_all_times(0, 50);
}

Test(discv4_queries, each_can_be_cancelled_while_all_answer, .timeout = 60)
{
	cancel_at_all_times(PEERS, 9);
}

Test(discv4_queries, each_can_be_cancelled_while_some_answer, .timeout = 60)
{
	cancel_at_all_times(PEERS / 2, 40);
}

Test(discv4_queries, destroy_forgets_those_under_way)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct scene_answer answers[DTI_QUERY_KINDS] = {{.done = false}};

	scene_bond(scene, &node);
	for (int kind = 0; kind < DTI_QUERY_KINDS; kind++) {
		struct dti_discv4_question question = {
			.kind = (enum dti_discv4_query_kind)kind,
			.node = node,
			.target = scene_node(7).id,
		};

		cr_assert_eq(scene_ask(scene, &answers[kind], &question),
			     DT_OK);
	}

	scene_end(scene);
	for (int kind = 0; kind < DTI_QUERY_KINDS; kind++)
		cr_assert_not(answers[kind].done);
}

/* ---- no memory ---- */

Test(discv4_queries, without_memory_one_does_not_begin_and_all_else_goes_on)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);

	scene_bond(scene, &node);
	for (int kind = 0; kind < DTI_QUERY_KINDS; kind++) {
		struct dti_discv4_question question = {
			.kind = (enum dti_discv4_query_kind)kind,
			.node = node,
			.target = scene_node(7).id,
		};
		struct scene_answer answer = {.done = false};
		struct scene_state before = scene_state(scene);

		scene->counter.fail_at = scene->counter.calls + 1;
		cr_assert_eq(scene_ask(scene, &answer, &question),
			     DT_ERR_NO_MEMORY);
		scene->counter.fail_at = 0;
		scene_expect(scene, &before);
		cr_assert_not(answer.done);
	}
	scene_end(scene);
}

Test(discv4_queries, whatever_cannot_be_allocated_it_ends, .timeout = 60)
{
	struct dt_node peers[PEERS];
	bool all_worked = false;

	for (uint32_t i = 0; i < PEERS; i++)
		peers[i] = scene_node(i + 1);
	for (size_t n = 1; !all_worked; n++) {
		struct discv4_scene *scene = scene_begin();
		struct dti_discv4_question question = {
			.kind = DTI_QUERY_LOOKUP,
			.target = scene_node(500).id,
		};
		struct scene_answer answer = {.done = false};

		scene_bond(scene, &peers[0]);
		scene->counter.fail_at = scene->counter.calls + n;
		if (scene_ask(scene, &answer, &question) == DT_OK) {
			peers_play(scene, peers, PEERS, 20 * 1000);
			cr_assert(answer.done);
			cr_assert_eq(answer.err, DT_OK);
		}
		all_worked = scene->counter.calls < scene->counter.fail_at;
		scene_end(scene);
	}
}
