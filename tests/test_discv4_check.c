/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_peers.h"
#include "tests/harness.h"

#define SECOND_MS INT64_C(1000)
#define CHECK_MS  (5 * SECOND_MS)

/* Quiet but for checks. */
static struct discv4_scene *begin_every(int64_t check_ms)
{
	struct discv4_scene *scene = scene_make();

	scene->config.max_requests = 256;
	scene_settle_checking(scene, check_ms);
	return scene;
}

static struct discv4_scene *begin(void)
{
	return begin_every(CHECK_MS);
}

/* Let time pass until the next check of @node is sent. */
static struct dti_packet next_check(struct discv4_scene *scene,
				    const struct dt_node *node)
{
	for (int i = 0; i < 100000; i++) {
		if (scene_count(scene, DTI_PACKET_PING, node) > 0)
			break;
		scene_pass(scene, 10);
	}
	return scene_taken(scene, DTI_PACKET_PING, node);
}

static const struct scene_check *last_check(const struct discv4_scene *scene)
{
	cr_assert_gt(scene->check_count, 0);
	return &scene->checks[(scene->check_count - 1) % SCENE_CHECKS];
}

/* ---- when ---- */

Test(discv4_check, they_come_at_random_but_as_often_as_configured)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);
	uint64_t before;

	scene_bond(scene, &node);
	peers_play(scene, &node, 1, CHECK_MS * 3 / 2);
	before = scene_figures(scene).checks;
	cr_assert_geq(before, 1);
	for (int i = 0; i < 100; i++) {
		struct dti_packet ping = next_check(scene, &node);
		int64_t begun_ms = scene->now.ms;

		scene_pong(scene, &node, &ping);
		ping = next_check(scene, &node);
		cr_assert_geq(scene->now.ms - begun_ms, CHECK_MS / 2 - 10);
		cr_assert_leq(scene->now.ms - begun_ms, CHECK_MS * 3 / 2 + 10);
		scene_pong(scene, &node, &ping);
	}

	cr_assert_eq(scene_figures(scene).checks - before, 200);
	cr_assert_eq(scene_figures(scene).checks_failed, 0);
	scene_end(scene);
}

Test(discv4_check, an_empty_table_needs_none)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);

	cr_assert_gt(dti_discv4_deadline(scene->discv4),
		     scene->now.ms + 2 * CHECK_MS);
	scene_bond(scene, &node);
	scene_pass(scene, 0);
	cr_assert_leq(dti_discv4_deadline(scene->discv4),
		      scene->now.ms + 2 * CHECK_MS);
	/* It leaves: nothing is left to be checked. */
	(void)next_check(scene, &node);
	scene_pass(scene, 2 * CHECK_MS);
	cr_assert_null(scene_entry(scene, &node));

	cr_assert_gt(dti_discv4_deadline(scene->discv4),
		     scene->now.ms + 2 * CHECK_MS);
	scene_end(scene);
}

/* A moment in which @nodes answer pings. */
static void peers_pass(struct discv4_scene *scene, const struct dt_node *nodes,
		       size_t count)
{
	scene_pass(scene, 10);
	for (size_t i = 0; i < count; i++) {
		struct scene_sent sent;

		while (scene_take(scene, &sent, DTI_PACKET_PING,
				  &nodes[i].endpoint))
			scene_pong(scene, &nodes[i], &sent.packet);
	}
}

/* In the table, but not proven. */
static bool hear_of(struct discv4_scene *scene, const struct dt_node *node)
{
	const struct dti_table_entry *entry;

	dti_discv4_add_seed(scene->discv4, node, scene->now);
	entry = scene_entry(scene, node);
	return entry && !entry->is_replacement;
}

Test(discv4_check, every_other_check_is_of_the_unproven_if_there_are_some)
{
	struct discv4_scene *scene = begin();
	struct dt_node proven[30];
	uint64_t checks = 0;
	int told = 0;

	for (uint32_t i = 0; i < 30; i++) {
		proven[i] = scene_node(i + 1);
		scene_bond(scene, &proven[i]);
	}
	for (uint32_t i = 50; told < 10; i++) {
		struct dt_node unproven = scene_node(i);
		struct dti_packet ping;
		uint64_t before;

		if (!hear_of(scene, &unproven))
			continue; /* its bucket is full */
		told++;
		before = scene_figures(scene).checks;
		for (int k = 0; k < 5000; k++) {
			if (scene_count(scene, DTI_PACKET_PING, &unproven) > 0)
				break;
			peers_pass(scene, proven, 30);
		}
		checks += scene_figures(scene).checks - before;
		ping = scene_taken(scene, DTI_PACKET_PING, &unproven);
		scene_pong(scene, &unproven, &ping);
	}

	/* Two each, if chance were fair; thirty without the rule. */
	cr_assert_leq(checks, 40);
	scene_end(scene);
}

Test(discv4_check, while_some_are_unproven_there_is_haste)
{
	struct discv4_scene *scene = begin();

	for (uint32_t i = 0; i < 16; i++) {
		struct dt_node node = scene_node(i + 50);

		(void)hear_of(scene, &node);
	}
	scene_pass(scene, CHECK_MS);

	cr_assert_geq(scene_figures(scene).checks, 5);
	scene_end(scene);
}

Test(discv4_check, one_ping_is_one_check)
{
	/* The next check may come while a ping is under way. */
	struct discv4_scene *scene = begin_every(100);
	struct dt_node node = scene_node(1);

	scene_bond(scene, &node);
	scene_pass(scene, 400);
	cr_assert_eq(scene_figures(scene).checks, 1);
	scene_pass(scene, 500);

	cr_assert_eq(scene_figures(scene).checks_failed, 1);
	cr_assert_eq(scene_figures(scene).checks, 1);
	scene_end(scene);
}

Test(discv4_check, a_flood_of_the_unproven_hides_no_dead_node)
{
	struct discv4_scene *scene = begin();
	struct dt_node dead = scene_node(1);

	scene_bond(scene, &dead);
	for (uint32_t i = 0; i < 2000 && scene_entry(scene, &dead); i++) {
		struct dt_node node = scene_node(i + 50);

		(void)hear_of(scene, &node);
		scene_pass(scene, 100);
		scene_forget_sent(scene);
	}

	cr_assert_null(scene_entry(scene, &dead));
	cr_assert_gt(scene_sizes(scene).entries, 0);
	scene_end(scene);
}

/* ---- what comes of it ---- */

Test(discv4_check, who_answers_stays_and_who_does_not_leaves)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);
	struct dti_packet ping;

	scene_bond(scene, &node);
	ping = next_check(scene, &node);
	scene_pong(scene, &node, &ping);
	cr_assert_eq(scene_entry(scene, &node)->liveness, 2);
	cr_assert(last_check(scene)->alive);
	(void)next_check(scene, &node);
	scene_pass(scene, 500);

	cr_assert_null(scene_entry(scene, &node));
	cr_assert_eq(scene_figures(scene).checks_failed, 1);
	cr_assert_not(last_check(scene)->alive);
	cr_assert_arr_eq(&last_check(scene)->id, &node.id, sizeof(node.id));
	scene_end(scene);
}

Test(discv4_check, who_was_alive_for_long_is_given_another_chance)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);

	scene_bond(scene, &node);
	for (int i = 0; i < 8; i++) {
		struct dti_packet ping = next_check(scene, &node);

		scene_pong(scene, &node, &ping);
	}
	cr_assert_eq(scene_entry(scene, &node)->liveness, 9);
	(void)next_check(scene, &node);
	scene_pass(scene, 500);
	cr_assert_eq(scene_entry(scene, &node)->liveness, 3);
	cr_assert_eq(scene_entry(scene, &node)->failures, 0, "of FindNode");
	(void)next_check(scene, &node);
	scene_pass(scene, 500);
	cr_assert_eq(scene_entry(scene, &node)->liveness, 1);
	(void)next_check(scene, &node);
	scene_pass(scene, 500);

	cr_assert_null(scene_entry(scene, &node));
	scene_end(scene);
}

Test(discv4_check, who_passed_many_or_is_old_is_worth_remembering)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);
	int64_t added_ms = scene->now.ms;

	scene_bond(scene, &node);
	for (int i = 2; i <= 8; i++) {
		struct dti_packet ping = next_check(scene, &node);

		scene_pong(scene, &node, &ping);
		cr_assert_eq(last_check(scene)->seed,
			     i > 5 || scene->now.ms - added_ms >= 300000,
			     "check %d", i);
	}
	scene_end(scene);

	scene = begin();
	scene_bond(scene, &node);
	scene_jump(scene, 5 * 60 * SECOND_MS);
	{
		struct dti_packet ping = next_check(scene, &node);

		scene_pong(scene, &node, &ping);
	}
	cr_assert(last_check(scene)->seed);
	scene_end(scene);
}

Test(discv4_check, a_silence_elsewhere_is_not_held_against_it)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);
	struct dt_node moved = scene_node_at(1, "5.6.7.8");

	scene_bond(scene, &node);
	(void)next_check(scene, &node);
	/* While the check is on its way it shows up at another address. */
	scene_bond(scene, &moved);
	cr_assert(dti_endpoint_equal(&scene_entry(scene, &node)->node.endpoint,
				     &moved.endpoint));
	scene_pass(scene, 500);

	cr_assert_not_null(scene_entry(scene, &node));
	cr_assert_eq(scene->check_count, 0);
	scene_end(scene);
}

/* ---- records ---- */

/* Its pong to a check tells @seq (0: nothing); is it asked for its record? */
static bool is_asked(struct discv4_scene *scene, const struct dt_node *node,
		     uint64_t seq)
{
	struct dti_packet ping = next_check(scene, node);
	struct dti_packet pong = scene_packet(scene, node, DTI_PACKET_PONG);

	memcpy(pong.pong.token, ping.hash, sizeof(ping.hash));
	pong.has_record_seq = seq > 0;
	pong.record_seq = seq;
	scene_receive(scene, &node->endpoint, &pong);
	return scene_count(scene, DTI_PACKET_RECORD_REQUEST, node) > 0;
}

/* It comes, and says that @node is there. */
static void give_record(struct discv4_scene *scene, const struct dt_node *node,
			uint64_t seq, const struct dt_endpoint *endpoint)
{
	struct dti_packet request =
		scene_taken(scene, DTI_PACKET_RECORD_REQUEST, node);
	struct dt_record record = {
		.seq = seq, .node = {.id = node->id, .endpoint = *endpoint}};

	scene_record(scene, node, &request, &record);
}

Test(discv4_check, a_newer_record_is_asked_for)
{
	struct discv4_scene *scene = begin();
	struct dt_node node = scene_node(1);

	scene_bond(scene, &node);
	cr_assert_not(is_asked(scene, &node, 0));
	cr_assert(is_asked(scene, &node, 5));
	give_record(scene, &node, 5, &node.endpoint);
	cr_assert_eq(scene_entry(scene, &node)->record_seq, 5);
	cr_assert_not(is_asked(scene, &node, 5));
	cr_assert_not(is_asked(scene, &node, 4));
	cr_assert(is_asked(scene, &node, 6));
	scene_end(scene);
}

/* Behind a NAT its UDP port may be another than the one it has itself. */
Test(discv4_check, a_record_changes_the_tcp_port_and_nothing_else)
{
	static const struct {
		const char *what;
		const char *ip;
		uint16_t udp_port;
		uint16_t tcp_port;
		uint64_t seq;
		bool changes; /* the TCP port */
		bool counts;  /* its number is noted */
	} rows[] = {
		{"a new one", "5.6.7.8", 30303, 4001, 7, true, true},
		{"another UDP port too", "5.6.7.8", 4000, 4001, 7, true, true},
		{"the same number", "5.6.7.8", 4000, 4001, 5, true, true},
		{"an older one", "5.6.7.8", 4000, 4001, 4, false, false},
		{"another address", "5.6.7.9", 4000, 4001, 7, false, true},
		{"no UDP port", "5.6.7.8", 0, 4001, 7, true, true},
		{"no TCP port", "5.6.7.8", 4000, 0, 7, false, true},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = begin();
		struct dt_node node = scene_node_at(1, "5.6.7.8");
		struct dt_node told = scene_node_at(1, rows[i].ip);
		struct dt_endpoint expected = node.endpoint;
		const struct dti_table_entry *entry;

		scene_bond(scene, &node);
		cr_assert(is_asked(scene, &node, 5));
		give_record(scene, &node, 5, &node.endpoint);
		cr_assert(is_asked(scene, &node, 6));
		told.endpoint.udp_port = rows[i].udp_port;
		told.endpoint.tcp_port = rows[i].tcp_port;
		give_record(scene, &node, rows[i].seq, &told.endpoint);

		entry = scene_entry(scene, &node);
		if (rows[i].changes)
			expected.tcp_port = rows[i].tcp_port;
		cr_assert(dti_endpoint_equal(&entry->node.endpoint, &expected),
			  "%s", rows[i].what);
		cr_assert_eq(entry->record_seq,
			     rows[i].counts ? rows[i].seq : 5, "%s",
			     rows[i].what);
		scene_end(scene);
	}
}

Test(discv4_check, records_of_many_are_asked_for_a_few_at_a_time)
{
	struct discv4_scene *scene = begin_every(20);
	struct dt_node nodes[12];
	size_t most = 0;

	for (uint32_t i = 0; i < 12; i++) {
		nodes[i] = scene_node(i + 1);
		scene_bond(scene, &nodes[i]);
	}
	/* All have one, and none gives it. */
	for (int i = 0; i < 2000; i++) {
		scene_pass(scene, 1);
		for (size_t j = 0; j < 12; j++)
			if (scene_count(scene, DTI_PACKET_PING, &nodes[j]) > 0)
				(void)is_asked(scene, &nodes[j], 9);
		if (scene_figures(scene).queries > most)
			most = scene_figures(scene).queries;
	}

	cr_assert_eq(most, 6);
	scene_end(scene);
}
