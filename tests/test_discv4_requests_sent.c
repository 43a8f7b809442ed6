/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/requests.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_scene.h"
#include "tests/harness.h"

static struct dti_discv4_question ping_of(const struct dt_node *node)
{
	return (struct dti_discv4_question){.kind = DTI_QUERY_PING,
					    .node = *node};
}

/* Ask for a ping to @node, which is sent. */
static struct dti_packet begin_ping(struct discv4_scene *scene,
				    struct scene_answer *answer,
				    const struct dt_node *node)
{
	struct dti_discv4_question question = ping_of(node);

	cr_assert_eq(scene_ask(scene, answer, &question), DT_OK);
	return scene_taken(scene, DTI_PACKET_PING, node);
}

Test(discv4_requests_sent, a_pong_counts_with_the_token_of_a_ping_to_its_sender)
{
	static const struct {
		const char *what;
		uint32_t id;
		const char *ip;
		uint16_t port;
		uint8_t token_change;
		int64_t after_ms;
		bool counts;
	} rows[] = {
		{"the very same", 1, "5.6.7.8", 30301, 0, 1, true},
		{"another port", 1, "5.6.7.8", 999, 0, 1, true},
		{"at the last moment", 1, "5.6.7.8", 30301, 0, 499, true},
		{"too late", 1, "5.6.7.8", 30301, 0, 500, false},
		{"another token", 1, "5.6.7.8", 30301, 1, 1, false},
		{"another id", 2, "5.6.7.8", 30301, 0, 1, false},
		{"another address", 1, "5.6.7.9", 30301, 0, 1, false},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = scene_begin();
		struct dt_node asked = scene_node_at(1, "5.6.7.8");
		struct dt_node from = scene_node_at(rows[i].id, rows[i].ip);
		struct scene_answer answer = {.done = false};
		struct dti_packet ping = begin_ping(scene, &answer, &asked);

		from.endpoint.udp_port = rows[i].port;
		ping.hash[5] ^= rows[i].token_change;
		scene_pass(scene, rows[i].after_ms);
		(void)scene_pong(scene, &from, &ping);

		cr_assert_eq(answer.done && answer.err == DT_OK, rows[i].counts,
			     "%s", rows[i].what);
		cr_assert_eq(scene_entry(scene, &asked) != NULL, rows[i].counts,
			     "%s", rows[i].what);
		/* Has it a proof? */
		scene_find(scene, &asked, &asked.id);
		cr_assert_eq(scene_count(scene, DTI_PACKET_NEIGHBORS, &asked),
			     rows[i].counts, "%s", rows[i].what);
		scene_end(scene);
	}
}

Test(discv4_requests_sent, replies_that_nobody_waits_for_change_nothing)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node known = scene_node(1);
	struct dt_node stranger = scene_node(2);
	struct dt_node told[3] = {scene_node(3), scene_node(4), scene_node(5)};
	struct dt_record record = {.seq = 99, .node = known};
	struct scene_answer answer = {.done = false};
	struct dti_packet old = begin_ping(scene, &answer, &known);
	struct scene_state before;

	scene_pong(scene, &known, &old);
	record.node.endpoint.udp_port = 4000;
	before = scene_state(scene);

	cr_assert_eq(scene_pong(scene, &known, &old), DTI_DISCV4_UNSOLICITED);
	cr_assert_eq(scene_pong(scene, &stranger, &old),
		     DTI_DISCV4_UNSOLICITED);
	cr_assert_eq(scene_neighbors(scene, &known, told, 3),
		     DTI_DISCV4_UNSOLICITED);
	cr_assert_eq(scene_neighbors(scene, &stranger, told, 3),
		     DTI_DISCV4_UNSOLICITED);
	cr_assert_eq(scene_record(scene, &known, &old, &record),
		     DTI_DISCV4_UNSOLICITED);
	scene_expect(scene, &before);
	scene_end(scene);
}

/* Also when they pass the first look: another's under the same address. */
Test(discv4_requests_sent, replies_of_a_neighbour_at_the_address_change_nothing)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dt_node beside = scene_node(2);
	struct dt_node told[3] = {scene_node(3), scene_node(4), scene_node(5)};
	struct dti_discv4_question question = {.kind = DTI_QUERY_FIND,
					       .node = asked};
	struct scene_answer answer = {.done = false};
	struct scene_state before;

	beside.endpoint = asked.endpoint;
	scene_bond(scene, &asked);
	cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
	before = scene_state(scene);

	cr_assert_eq(scene_neighbors(scene, &beside, told, 3),
		     DTI_DISCV4_ADMITTED);
	scene_expect(scene, &before);
	scene_pass(scene, 1000);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	scene_end(scene);
}

Test(discv4_requests_sent, each_gives_up_after_half_a_second)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node silent = scene_node(1);
	struct scene_answer answer = {.done = false};
	int64_t begun_ms = scene->now.ms;

	begin_ping(scene, &answer, &silent);
	scene_pass(scene, 499);
	cr_assert_not(answer.done);
	scene_pass(scene, 1);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	cr_assert_eq(answer.done_ms, begun_ms + DTI_REQUEST_LIFE_MS);
	cr_assert_eq(scene_figures(scene).requests_timed_out, 1);
	cr_assert_eq(scene->sent_count, 0, "sent once, never again");
	scene_end(scene);
}

Test(discv4_requests_sent, it_expires_twenty_seconds_after_it_was_sent)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct scene_answer answer = {.done = false};

	cr_assert_eq(begin_ping(scene, &answer, &node).expiration,
		     (uint64_t)scene->now.unix_s + 20);
	scene_end(scene);
}

Test(discv4_requests_sent, one_ping_serves_all_who_want_it)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dti_discv4_question question = ping_of(&node);
	struct scene_answer answers[3] = {{.done = false}};
	struct dti_packet ping;

	scene_ping(scene, &node);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(scene_ask(scene, &answers[i], &question), DT_OK);
	ping = scene_taken(scene, DTI_PACKET_PING, &node);
	cr_assert_eq(scene_count(scene, DTI_PACKET_PING, NULL), 0);
	scene_pass(scene, 30);
	scene_pong(scene, &node, &ping);

	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(answers[i].err, DT_OK);
		cr_assert_eq(answers[i].answer.rtt_ms, 30);
	}
	scene_end(scene);
}

Test(discv4_requests_sent, what_the_system_did_not_take_cannot_be_answered)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node node = scene_node(1);
	struct dti_discv4_question question = ping_of(&node);
	struct scene_answer answer = {.done = false};
	struct dti_packet never = {.type = DTI_PACKET_PING};

	scene->send_fails = true;
	cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
	cr_assert_eq(scene_pong(scene, &node, &never), DTI_DISCV4_UNSOLICITED);
	scene_pass(scene, 500);

	cr_assert(answer.done);
	cr_assert_eq(answer.err, DT_ERR_TIMED_OUT);
	scene_end(scene);
}

Test(discv4_requests_sent, an_asked_node_is_heard_out_only_so_long)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node asked = scene_node(1);
	struct dti_discv4_question question = {.kind = DTI_QUERY_FIND,
					       .node = asked};
	struct scene_answer answer = {.done = false};
	int admitted = 0;

	scene_bond(scene, &asked);
	cr_assert_eq(scene_ask(scene, &answer, &question), DT_OK);
	for (int i = 0; i < 1000; i++)
		admitted += scene_neighbors(scene, &asked, NULL, 0) ==
			    DTI_DISCV4_ADMITTED;

	cr_assert_eq(admitted, DTI_REQUEST_REPLIES_MAX);
	scene_pass(scene, 500);
	cr_assert_eq(answer.err, DT_OK);
	scene_end(scene);
}

Test(discv4_requests_sent, each_is_under_way_answered_or_timed_out)
{
	struct discv4_scene *scene = scene_begin();
	struct scene_answer answers[6] = {{.done = false}};
	struct dti_discv4_figures figures;

	for (uint32_t i = 0; i < 6; i++) {
		struct dt_node node = scene_node(i + 1);
		struct dti_packet ping = begin_ping(scene, &answers[i], &node);

		if (i % 2 == 0)
			scene_pong(scene, &node, &ping);
		scene_pass(scene, 200);
	}
	figures = scene_figures(scene);

	cr_assert_eq(figures.requests_sent, 6);
	cr_assert_eq(figures.requests_answered, 3);
	cr_assert_eq(figures.requests_timed_out, 2);
	cr_assert_eq(figures.requests, 1);
	scene_end(scene);
}
