/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"

#include "tests/discv4_scene.h"
#include "tests/harness.h"

#define TOLD 20

/* A node to ask, and what it may tell. */
struct visit {
	struct discv4_scene *scene;
	struct dt_node asked;
	struct dt_node told[TOLD];
	struct scene_answer answer;
};

static void visit_begin(struct visit *visit)
{
	*visit = (struct visit){.scene = scene_begin(), .asked = scene_node(1)};
	for (uint32_t i = 0; i < TOLD; i++)
		visit->told[i] = scene_node(100 + i);
}

static void visit_end(struct visit *visit)
{
	scene_end(visit->scene);
}

static void ask_into(struct visit *visit, struct scene_answer *answer,
		     uint32_t target)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_FIND,
		.node = visit->asked,
		.target = scene_node(target).id,
	};

	cr_assert_eq(scene_ask(visit->scene, answer, &question), DT_OK);
}

static void ask(struct visit *visit)
{
	ask_into(visit, &visit->answer, 50);
}

static size_t finds(const struct visit *visit)
{
	return scene_count(visit->scene, DTI_PACKET_FIND_NODE, &visit->asked);
}

static bool is_about(const struct dti_packet *find, uint32_t target)
{
	struct dt_node node = scene_node(target);

	return memcmp(&find->find_node.target, &node.id, sizeof(node.id)) == 0;
}

/* It answers @ping. */
static void pong(struct visit *visit, const struct dti_packet *ping)
{
	cr_assert_eq(scene_pong(visit->scene, &visit->asked, ping),
		     DTI_DISCV4_ADMITTED);
}

/* ---- bonding ---- */

Test(discv4_visits, whoever_has_pinged_us_is_asked_at_once)
{
	struct visit visit;

	visit_begin(&visit);
	scene_ping(visit.scene, &visit.asked);
	scene_forget_sent(visit.scene);
	ask(&visit);

	cr_assert_eq(finds(&visit), 1);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, NULL), 0);
	visit_end(&visit);
}

Test(discv4_visits, others_are_pinged_first_and_asked_half_a_second_after_that)
{
	struct visit visit;
	struct dti_packet ping;

	visit_begin(&visit);
	ask(&visit);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	scene_pass(visit.scene, 30);
	pong(&visit, &ping);
	scene_pass(visit.scene, 499);
	cr_assert_eq(finds(&visit), 0);
	scene_pass(visit.scene, 1);

	cr_assert_eq(finds(&visit), 1);
	visit_end(&visit);
}

Test(discv4_visits, once_it_has_pinged_us_back_it_is_asked_soon)
{
	struct visit visit;
	struct dti_packet ping;

	visit_begin(&visit);
	ask(&visit);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	pong(&visit, &ping);
	scene_pass(visit.scene, 200);
	scene_ping(visit.scene, &visit.asked);
	cr_assert_eq(finds(&visit), 0, "our pong could be overtaken");
	scene_pass(visit.scene, 49);
	cr_assert_eq(finds(&visit), 0);
	scene_pass(visit.scene, 1);

	cr_assert_eq(finds(&visit), 1);
	visit_end(&visit);
}

Test(discv4_visits, its_ping_may_come_before_its_pong)
{
	struct visit visit;
	struct dti_packet ping;

	visit_begin(&visit);
	ask(&visit);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	scene_ping(visit.scene, &visit.asked);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, NULL), 0,
		     "one is on its way already");
	scene_pass(visit.scene, 300);
	cr_assert_eq(finds(&visit), 0, "it has not ponged");
	pong(&visit, &ping);
	scene_pass(visit.scene, 50);

	cr_assert_eq(finds(&visit), 1);
	visit_end(&visit);
}

Test(discv4_visits, pings_of_others_hasten_nothing)
{
	struct visit visit;
	struct dt_node beside = scene_node(2);
	struct dt_node elsewhere = scene_node_at(1, "5.6.7.8");
	struct dti_packet ping;

	visit_begin(&visit);
	beside.endpoint = visit.asked.endpoint;
	ask(&visit);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	pong(&visit, &ping);
	scene_ping(visit.scene, &beside);
	scene_ping(visit.scene, &elsewhere);
	scene_pass(visit.scene, 499);

	cr_assert_eq(finds(&visit), 0);
	visit_end(&visit);
}

Test(discv4_visits, who_does_not_pong_is_not_asked)
{
	struct visit visit;

	visit_begin(&visit);
	ask(&visit);
	scene_pass(visit.scene, 2000);

	cr_assert_eq(finds(&visit), 0);
	cr_assert_eq(visit.answer.err, DT_ERR_TIMED_OUT);
	cr_assert(visit.answer.done);
	visit_end(&visit);
}

/* It was started anew, and has lost our proof. */
Test(discv4_visits, who_is_silent_is_bonded_with_anew_and_asked_again)
{
	struct visit visit;
	struct dti_packet ping;

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask(&visit);
	cr_assert_eq(finds(&visit), 1);
	scene_pass(visit.scene, 500);
	cr_assert_not(visit.answer.done);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	pong(&visit, &ping);
	scene_ping(visit.scene, &visit.asked);
	scene_pass(visit.scene, 50);
	cr_assert_eq(finds(&visit), 2);
	scene_neighbors(visit.scene, &visit.asked, visit.told, 16);

	cr_assert_eq(visit.answer.err, DT_OK);
	cr_assert_eq(visit.answer.count, 16);
	visit_end(&visit);
}

Test(discv4_visits, a_second_silence_is_the_last)
{
	struct visit visit;
	struct scene_answer again = {.done = false};
	struct dti_packet ping;

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask(&visit);
	scene_pass(visit.scene, 500);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	pong(&visit, &ping);
	scene_pass(visit.scene, 500);
	cr_assert_eq(finds(&visit), 2);
	scene_pass(visit.scene, 500);
	cr_assert_eq(visit.answer.err, DT_ERR_TIMED_OUT);
	cr_assert(visit.answer.done);
	scene_forget_sent(visit.scene);
	ask_into(&visit, &again, 50);

	cr_assert_eq(finds(&visit), 0, "it is bonded with first");
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, &visit.asked),
		     1);
	visit_end(&visit);
}

Test(discv4_visits, its_ping_of_a_day_ago_does_not_count)
{
	struct visit visit;

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	scene_jump(visit.scene, INT64_C(24) * 3600 * 1000);
	ask(&visit);

	cr_assert_eq(finds(&visit), 0);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, &visit.asked),
		     1);
	visit_end(&visit);
}

/* ---- what comes ---- */

Test(discv4_visits, a_reply_is_over_when_it_is_full_or_nothing_more_comes)
{
	static const struct {
		const char *what;
		struct {
			int64_t after_ms;
			size_t count;
		} packets[4];
		int64_t over_ms; /* after the question */
		size_t told;
	} rows[] = {
		{"nothing, and no pong", {{0, 0}}, 1000, 0},
		{"empty", {{10, 0}}, 110, 0},
		{"a few", {{10, 3}}, 110, 3},
		{"twelve: more may come", {{10, 12}}, 500, 12},
		{"twelve and four", {{10, 12}, {5, 4}}, 15, 16},
		{"four and twelve", {{10, 4}, {5, 12}}, 15, 16},
		{"twelve and one", {{10, 12}, {5, 1}}, 115, 13},
		{"one by one", {{10, 1}, {50, 1}, {30, 1}}, 110, 3},
		{"one too late", {{10, 1}, {100, 1}}, 110, 1},
		{"a full one at once", {{10, 16}}, 10, 16},
		{"too many", {{10, 12}, {5, 12}}, 15, 16},
		{"late", {{499, 2}}, 500, 2},
		{"after the end", {{500, 2}}, 1000, 0},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct visit visit;
		int64_t begun_ms;
		size_t told = 0;

		visit_begin(&visit);
		scene_bond(visit.scene, &visit.asked);
		ask(&visit);
		begun_ms = visit.scene->now.ms;
		for (size_t j = 0; rows[i].packets[j].after_ms > 0; j++) {
			size_t count = rows[i].packets[j].count;

			scene_pass(visit.scene, rows[i].packets[j].after_ms);
			(void)scene_neighbors(visit.scene, &visit.asked,
					      &visit.told[told % 4], count);
			told += count;
		}
		scene_pass(visit.scene, 1500);

		cr_assert(visit.answer.done);
		cr_assert_eq(visit.answer.done_ms - begun_ms, rows[i].over_ms,
			     "%s: %d ms", rows[i].what,
			     (int)(visit.answer.done_ms - begun_ms));
		cr_assert_eq(visit.answer.count, rows[i].told, "%s",
			     rows[i].what);
		cr_assert_eq(visit.answer.err == DT_OK, rows[i].over_ms < 1000,
			     "%s", rows[i].what);
		visit_end(&visit);
	}
}

/* ---- several at once ---- */

Test(discv4_visits, two_who_ask_one_node_take_turns)
{
	struct visit visit;
	struct scene_answer second = {.done = false};
	struct dti_packet find;

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask_into(&visit, &visit.answer, 50);
	ask_into(&visit, &second, 51);
	find = scene_taken(visit.scene, DTI_PACKET_FIND_NODE, &visit.asked);
	cr_assert(is_about(&find, 50));
	cr_assert_eq(finds(&visit), 0);
	scene_neighbors(visit.scene, &visit.asked, visit.told, 16);
	cr_assert(visit.answer.done);
	cr_assert_not(second.done);

	find = scene_taken(visit.scene, DTI_PACKET_FIND_NODE, &visit.asked);
	cr_assert(is_about(&find, 51));
	scene_neighbors(visit.scene, &visit.asked, &visit.told[4], 16);
	cr_assert(second.done);
	cr_assert_arr_eq(&second.nodes[0].id, &visit.told[4].id,
			 sizeof(struct dt_node_id));
	visit_end(&visit);
}

Test(discv4_visits, two_who_bond_with_one_node_share_the_ping)
{
	struct visit visit;
	struct scene_answer second = {.done = false};
	struct dti_packet ping;

	visit_begin(&visit);
	ask_into(&visit, &visit.answer, 50);
	ask_into(&visit, &second, 51);
	ping = scene_taken(visit.scene, DTI_PACKET_PING, &visit.asked);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, NULL), 0);
	pong(&visit, &ping);
	scene_ping(visit.scene, &visit.asked);
	scene_pass(visit.scene, 50);

	cr_assert_eq(finds(&visit), 1, "the second waits for the first");
	scene_neighbors(visit.scene, &visit.asked, visit.told, 16);
	cr_assert_eq(finds(&visit), 2);
	visit_end(&visit);
}

Test(discv4_visits, all_who_queue_behind_a_silence_have_no_answer)
{
	struct visit visit;
	struct scene_answer others[5] = {{.done = false}};

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask(&visit);
	for (size_t i = 0; i < 5; i++)
		ask_into(&visit, &others[i], 51 + (uint32_t)i);
	scene_pass(visit.scene, 1000);

	cr_assert_eq(finds(&visit), 1);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, &visit.asked),
		     1);
	cr_assert_eq(visit.answer.err, DT_ERR_TIMED_OUT);
	for (size_t i = 0; i < 5; i++)
		cr_assert(others[i].done && others[i].err == DT_ERR_TIMED_OUT);
	visit_end(&visit);
}

Test(discv4_visits, one_record_serves_all_who_want_it)
{
	struct visit visit;
	struct dti_discv4_question question = {.kind = DTI_QUERY_RECORD};
	struct scene_answer answers[3] = {{.done = false}};
	struct dt_record record = {.seq = 5};
	struct dti_packet request;

	visit_begin(&visit);
	question.node = record.node = visit.asked;
	scene_bond(visit.scene, &visit.asked);
	for (size_t i = 0; i < 3; i++)
		scene_ask(visit.scene, &answers[i], &question);
	cr_assert(dti_discv4_cancel(visit.scene->discv4, &answers[0]));
	request = scene_taken(visit.scene, DTI_PACKET_RECORD_REQUEST,
			      &visit.asked);
	scene_record(visit.scene, &visit.asked, &request, &record);

	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_RECORD_REQUEST, NULL),
		     0);
	cr_assert_not(answers[0].done);
	cr_assert(answers[1].done && answers[1].record.seq == 5);
	cr_assert(answers[2].done && answers[2].record.seq == 5);
	visit_end(&visit);
}

/* ---- left alone ---- */

Test(discv4_visits, what_a_cancelled_query_asked_for_is_nobodys)
{
	struct visit visit;
	struct scene_answer second = {.done = false};
	struct dti_packet find;

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask_into(&visit, &visit.answer, 50);
	ask_into(&visit, &second, 51);
	cr_assert(dti_discv4_cancel(visit.scene->discv4, &visit.answer));
	scene_taken(visit.scene, DTI_PACKET_FIND_NODE, &visit.asked);
	scene_neighbors(visit.scene, &visit.asked, visit.told, 16);
	cr_assert_not(second.done, "that was not its question");
	scene_pass(visit.scene, 499);
	cr_assert_eq(finds(&visit), 0, "more of it could come");
	scene_pass(visit.scene, 1);

	find = scene_taken(visit.scene, DTI_PACKET_FIND_NODE, &visit.asked);
	cr_assert(is_about(&find, 51));
	scene_neighbors(visit.scene, &visit.asked, &visit.told[1], 1);
	scene_pass(visit.scene, 100);
	cr_assert_eq(second.count, 1);
	cr_assert_not(visit.answer.done);
	visit_end(&visit);
}

Test(discv4_visits, who_comes_after_a_cancelled_query_asks_too)
{
	struct visit visit;
	struct scene_answer second = {.done = false};

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask_into(&visit, &visit.answer, 50);
	scene_pass(visit.scene, 100);
	cr_assert(dti_discv4_cancel(visit.scene->discv4, &visit.answer));
	ask_into(&visit, &second, 51);
	scene_neighbors(visit.scene, &visit.asked, visit.told, 3);
	cr_assert_eq(finds(&visit), 1);
	scene_pass(visit.scene, 400);

	cr_assert_eq(finds(&visit), 2);
	visit_end(&visit);
}

Test(discv4_visits, one_in_the_middle_may_leave)
{
	struct visit visit;
	struct scene_answer others[3] = {{.done = false}};

	visit_begin(&visit);
	scene_bond(visit.scene, &visit.asked);
	ask(&visit);
	for (size_t i = 0; i < 3; i++)
		ask_into(&visit, &others[i], 51 + (uint32_t)i);
	cr_assert(dti_discv4_cancel(visit.scene->discv4, &others[1]));
	dti_discv4_verify(visit.scene->discv4);
	for (int i = 0; i < 4; i++)
		(void)scene_neighbors(visit.scene, &visit.asked, visit.told,
				      16);

	cr_assert(visit.answer.done && others[0].done && others[2].done);
	cr_assert_not(others[1].done);
	cr_assert_eq(finds(&visit), 3);
	visit_end(&visit);
}

/* ---- no room ---- */

Test(discv4_visits, without_room_for_a_request_it_tries_again_in_a_second)
{
	struct visit visit;
	struct scene_answer pings[40] = {{.done = false}};
	uint32_t max;

	visit = (struct visit){.scene = scene_make(), .asked = scene_node(1)};
	visit.scene->config.max_queries = 64;
	visit.scene->config.max_requests = max = 32;
	scene_settle(visit.scene);
	for (uint32_t i = 0; i < max; i++) {
		struct dt_node node = scene_node(200 + i);
		struct dti_discv4_question question = {.kind = DTI_QUERY_PING,
						       .node = node};

		cr_assert_eq(scene_ask(visit.scene, &pings[i], &question),
			     DT_OK);
	}
	ask(&visit);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, &visit.asked),
		     0);
	scene_pass(visit.scene, 999);
	cr_assert_not(visit.answer.done);
	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, &visit.asked),
		     0);
	scene_pass(visit.scene, 1);

	cr_assert_eq(scene_count(visit.scene, DTI_PACKET_PING, &visit.asked),
		     1);
	visit_end(&visit);
}
