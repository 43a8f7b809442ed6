/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_peers.h"
#include "tests/discv4_world.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

/* ---- networks ---- */

/* A network whose nodes know node 0, each up a moment after the other. */
static struct world *grow(const struct world_plan *plan)
{
	struct world *world = world_create(plan);

	for (size_t i = 0; i < plan->nodes; i++) {
		struct dt_endpoint endpoint = world_endpoint((uint32_t)i);
		struct world_node *node = world_add(world, &endpoint);

		world_up(node, &world_node(world, 0)->node, 1);
		world_run(world, world_now_ms(world) + 100);
	}
	world_run(world, world_now_ms(world) + 60 * 1000);
	return world;
}

static struct world_node *random_node(struct world *world)
{
	uint32_t count = (uint32_t)world_count(world);

	return world_node(world, dti_random_below(world_random(world), count));
}

/* Is the answer the true sixteen? */
static bool looks_up_the_truth(struct world *world)
{
	const struct world_node *truth[16];
	struct world_node *asker = random_node(world);
	struct dti_discv4_question question = {.kind = DTI_QUERY_LOOKUP};
	struct world_answer answer;
	size_t count;

	dti_random_fill(world_random(world), &question.target,
			sizeof(question.target));
	world_ask_and_wait(asker, &answer, &question);
	count = world_closest(world, truth, 16, &question.target, asker);
	if (answer.err != DT_OK || answer.count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (memcmp(&answer.nodes[i].id, &truth[i]->node.id,
			   sizeof(struct dt_node_id)) != 0)
			return false;
	}
	return true;
}

Test(discv4_protocol, lookups_of_a_network_find_the_true_closest, .timeout = 60)
{
	struct world_plan plan = world_plan_usual(1, 120);
	struct world *world = grow(&plan);
	int right = 0;

	for (int i = 0; i < 40; i++)
		right += looks_up_the_truth(world);

	cr_assert_geq(right, 38, "%d of 40", right);
	world_destroy(world);
}

Test(discv4_protocol, a_node_is_resolved_from_anywhere, .timeout = 60)
{
	struct world_plan plan = world_plan_usual(2, 80);
	struct world *world = grow(&plan);

	for (int i = 0; i < 40; i++) {
		struct world_node *wanted = random_node(world);
		struct dti_discv4_question question = {
			.kind = DTI_QUERY_RESOLVE,
			.target = wanted->node.id,
		};
		struct world_answer answer;

		world_ask_and_wait(random_node(world), &answer, &question);

		cr_assert_eq(answer.err, DT_OK);
		cr_assert(dti_endpoint_equal(&answer.nodes[0].endpoint,
					     &wanted->node.endpoint));
	}
	world_destroy(world);
}

/* Nodes come and go, packets get lost; every machine is whole. */
Test(discv4_protocol, invariants_hold_while_nodes_come_and_go, .timeout = 120)
{
	struct world_plan plan = world_plan_usual(3, 40);
	struct world *world;

	plan.verify_every = 5;
	plan.loss_per_mille = 100;
	world = grow(&plan);
	for (int i = 0; i < 40; i++) {
		struct world_node *node = random_node(world);
		struct world_answer answer;
		struct dti_discv4_question question = {
			.kind = i % 2 == 0 ? DTI_QUERY_LOOKUP
					   : DTI_QUERY_RESOLVE,
			.target = random_node(world)->node.id,
		};

		if (node->discv4)
			world_down(node);
		else
			world_up(node, &world_node(world, 0)->node, 1);
		do
			node = random_node(world);
		while (!node->discv4);
		world_ask_and_wait(node, &answer, &question);
	}
	cr_assert_gt(world_figures(world)->lost, 1000);
	cr_assert_gt(world_figures(world)->nowhere, 100);
	world_destroy(world);
}

Test(discv4_protocol, a_node_that_knows_nobody_takes_in_who_pings_it_once)
{
	struct world_plan plan = world_plan_usual(5, 2);
	struct world *world = world_create(&plan);
	struct dt_endpoint endpoints[2] = {world_endpoint(0),
					   world_endpoint(1)};
	struct world_node *first = world_add(world, &endpoints[0]);
	struct world_node *second = world_add(world, &endpoints[1]);
	struct dti_discv4_question question = {.kind = DTI_QUERY_PING};
	struct world_answer answer;

	world_up(first, NULL, 0);
	world_up(second, NULL, 0);
	question.node = first->node;
	world_ask_and_wait(second, &answer, &question);
	world_run(world, world_now_ms(world) + 500);

	cr_assert_eq(answer.err, DT_OK);
	cr_assert_not_null(dti_table_find(dti_discv4_table(first->discv4),
					  &second->node.id));
	world_destroy(world);
}

Test(discv4_protocol, without_refreshes_bootnodes_are_greeted_and_all_is_quiet)
{
	struct world_plan plan = world_plan_usual(6, 3);
	const struct dti_table_entry *met[DTI_TABLE_ENTRIES_MAX];
	struct world_node *nodes[3];
	struct world *world;

	plan.config.refresh_ms = 0;
	world = world_create(&plan);
	for (uint32_t i = 0; i < 3; i++) {
		struct dt_endpoint endpoint = world_endpoint(i);

		nodes[i] = world_add(world, &endpoint);
	}
	world_up(nodes[0], NULL, 0);
	world_up(nodes[1], &nodes[0]->node, 1);
	world_up(nodes[2], &nodes[0]->node, 1);
	world_run(world, world_now_ms(world) + 500);

	cr_assert_eq(dti_table_closest(dti_discv4_table(nodes[0]->discv4), met,
				       16, &(struct dti_place){{0}}, true),
		     2, "they are there, and proven");
	cr_assert_eq(dti_table_closest(dti_discv4_table(nodes[1]->discv4), met,
				       16, &(struct dti_place){{0}}, true),
		     1);
	world_run(world, world_now_ms(world) + INT64_C(3600) * 1000);
	cr_assert_eq(world_figures(world)->by_type[DTI_PACKET_FIND_NODE], 0);
	cr_assert_eq(world_figures(world)->nowhere, 0);
	world_destroy(world);
}

/* ---- liars ---- */

#define HONEST 60
#define LIARS  12

struct liars {
	struct world *world;
	uint64_t lies;
};

static bool is_liar(struct world *world, const struct dt_node *node)
{
	for (size_t i = HONEST; i < world_count(world); i++)
		if (memcmp(&world_node(world, i)->node.id, &node->id,
			   sizeof(node->id)) == 0)
			return true;
	return false;
}

/* One told of: made up, or a real one at a wrong address, or no node at all. */
static struct dt_node made_up(struct world *world)
{
	struct dti_random *random = world_random(world);
	struct dt_node node = random_node(world)->node;

	node.endpoint = world_endpoint(10000 + dti_random_below(random, 9999));
	switch (dti_random_below(random, 4)) {
	case 0:
		break;
	case 1:
		node.endpoint.udp_port = 53;
		break;
	case 2:
		memset(&node.id, 0xff, sizeof(node.id));
		break;
	default:
		dti_random_fill(random, &node.id, sizeof(node.id));
	}
	return node;
}

/* Liars tell of twelve such, five times over. */
static bool lie(void *context, const struct dt_node *from,
		const struct dt_endpoint *to, struct dti_packet *packet)
{
	struct liars *liars = context;
	struct world *world = liars->world;

	if (packet->type != DTI_PACKET_NEIGHBORS || !is_liar(world, from))
		return true;
	packet->neighbors.count = DTI_NEIGHBORS_MAX;
	for (size_t i = 0; i < DTI_NEIGHBORS_MAX; i++)
		packet->neighbors.nodes[i] = made_up(world);
	for (int i = 0; i < 4; i++)
		world_inject(world, &from->endpoint, to, packet);
	liars->lies++;
	return true;
}

Test(discv4_protocol, liars_do_not_keep_the_honest_from_finding_each_other,
     .timeout = 120)
{
	struct world_plan plan = world_plan_usual(4, HONEST + LIARS);
	struct liars liars = {.world = NULL};
	int right = 0;
	int resolved = 0;

	plan.verify_every = 20;
	liars.world = grow(&plan);
	world_set_tap(liars.world, lie, &liars);
	world_run(liars.world, world_now_ms(liars.world) + 120 * 1000);
	for (int i = 0; i < 30; i++) {
		struct world_node *wanted = world_node(
			liars.world,
			dti_random_below(world_random(liars.world), HONEST));
		struct dti_discv4_question question = {
			.kind = DTI_QUERY_RESOLVE,
			.target = wanted->node.id,
		};
		struct world_answer answer;

		right += looks_up_the_truth(liars.world);
		world_ask_and_wait(random_node(liars.world), &answer,
				   &question);
		resolved += answer.err == DT_OK &&
			    dti_endpoint_equal(&answer.nodes[0].endpoint,
					       &wanted->node.endpoint);
	}

	cr_assert_gt(liars.lies, 100);
	cr_assert_geq(right, 24, "%d of 30 lookups", right);
	cr_assert_geq(resolved, 24, "%d of 30 resolved", resolved);
	world_destroy(liars.world);
}

/* ---- create ---- */

Test(discv4_protocol, what_cannot_be_allocated_is_not_created)
{
	struct dt_node bootnodes[3] = {scene_node(1), scene_node(2),
				       scene_node(3)};
	struct dti_discv4 *discv4 = NULL;

	for (size_t n = 1; !discv4; n++) {
		struct discv4_scene *scene = scene_make();

		scene->config.bootnodes = bootnodes;
		scene->config.bootnode_count = 3;
		scene->config.rates = (struct dti_limiter_rates){
			.subnet_per_s = 10, .subnet_burst = 10, .subnets = 64};
		scene->counter.fail_at = n;
		discv4 = dti_discv4_create(&scene->config);
		cr_assert_eq(discv4 == NULL, scene->counter.calls >= n,
			     "allocation %zu", n);
		scene->discv4 = discv4;
		scene_end(scene);
		cr_assert_lt(n, 100);
	}
}

Test(discv4_protocol, it_keeps_copies_of_what_it_was_made_with)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node bootnode = scene_node(1);
	struct dt_node asker = scene_node(2);
	uint8_t record[FAKE_RECORD_SIZE];
	struct dti_packet request;
	struct dti_packet reply;

	scene->config.bootnodes = &bootnode;
	scene->config.bootnode_count = 1;
	memcpy(record, scene->record, sizeof(record));
	scene->discv4 = dti_discv4_create(&scene->config);
	memset(&bootnode, 0, sizeof(bootnode));
	memset(scene->record, 0, sizeof(scene->record));
	dti_discv4_start(scene->discv4, scene->now);

	bootnode = scene_node(1);
	cr_assert_not_null(scene_entry(scene, &bootnode));
	scene_bond(scene, &asker);
	request = scene_packet(scene, &asker, DTI_PACKET_RECORD_REQUEST);
	scene_receive(scene, &asker.endpoint, &request);
	reply = scene_taken(scene, DTI_PACKET_RECORD_RESPONSE, &asker);
	cr_assert_arr_eq(reply.record_response.record, record, sizeof(record));
	scene_end(scene);
}

Test(discv4_protocol, bootnodes_that_cannot_be_asked_are_left_out)
{
	static const struct {
		const char *what;
		uint32_t number; /* 0: ourselves */
		const char *ip;  /* NULL: none yet */
		uint16_t udp_port;
		bool is_asked;
	} rows[] = {
		{"a good one", 1, "5.6.7.8", 30301, true},
		{"ourselves", 0, "5.6.7.8", 30301, false},
		{"a host name", 1, NULL, 30301, false},
		{"no port", 1, "5.6.7.8", 0, false},
		{"multicast", 1, "224.0.0.1", 30301, false},
		{"outside of netrestrict", 1, "9.9.9.9", 30301, false},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct discv4_scene *scene = scene_make();
		struct dt_node bootnodes[2] = {scene_node(rows[i].number),
					       scene_node_at(2, "5.7.7.7")};

		bootnodes[0].endpoint = (struct dt_endpoint){.family = 0};
		bootnodes[0].host_name = "bootnode.example";
		if (rows[i].ip)
			bootnodes[0].endpoint =
				scene_node_at(1, rows[i].ip).endpoint;
		bootnodes[0].endpoint.udp_port = rows[i].udp_port;
		scene_restrict(scene, "5.0.0.0/8,224.0.0.0/8");
		scene->config.bootnodes = bootnodes;
		scene->config.bootnode_count = 2;
		scene_up(scene);

		cr_assert_eq(scene_count(scene, DTI_PACKET_PING, NULL),
			     rows[i].is_asked ? 2 : 1, "%s", rows[i].what);
		scene_end(scene);
	}
}

/* ---- anything goes ---- */

#define POOL    14
#define ANSWERS 24
#define LATELY  16

struct storm {
	struct discv4_scene *scene;
	struct random_stream random;
	struct dt_node pool[POOL];
	struct scene_answer answers[ANSWERS];
	bool asked[ANSWERS];
	struct scene_sent lately[LATELY]; /* that were sent */
	size_t lately_count;
};

static void storm_begin(struct storm *storm, uint64_t seed)
{
	static const char *const special[] = {"127.0.0.1", "10.0.0.1",
					      "224.0.0.1", "9.9.9.9"};

	*storm = (struct storm){.scene = scene_make(), .random = {seed}};
	for (uint32_t i = 0; i < POOL; i++)
		storm->pool[i] = scene_node(i);
	/* 0 is ourselves. Some share an address, some have odd ones. */
	storm->pool[2].endpoint = storm->pool[1].endpoint;
	storm->pool[3].endpoint = storm->pool[1].endpoint;
	for (uint32_t i = 0; i < 4; i++)
		storm->pool[4 + i] = scene_node_at(4 + i, special[i]);
	memset(&storm->pool[8].id, 0xff, sizeof(storm->pool[8].id));
	storm->scene->config.max_requests = 32;
	storm->scene->config.max_proofs = 8;
	storm->scene->config.max_queries = 20;
	storm->scene->config.bootnodes = &storm->pool[9];
	storm->scene->config.bootnode_count = 1;
	scene_up(storm->scene);
}

static struct dt_node *any(struct storm *storm)
{
	return &storm->pool[random_below(&storm->random, POOL)];
}

static void note_sent(struct storm *storm)
{
	struct discv4_scene *scene = storm->scene;
	size_t count = scene->sent_count;

	for (size_t i = count > LATELY ? count - LATELY : 0; i < count; i++) {
		size_t at = storm->lately_count < LATELY
				    ? storm->lately_count++
				    : random_next(&storm->random) % LATELY;

		storm->lately[at] = scene->sent[i];
	}
	scene_forget_sent(scene);
}

static void fill(struct storm *storm, struct dti_packet *packet)
{
	struct dt_record record = {
		.seq = random_next(&storm->random) % 10,
		.node = *any(storm),
	};

	switch (packet->type) {
	case DTI_PACKET_PING:
		packet->ping.from = any(storm)->endpoint;
		break;
	case DTI_PACKET_PONG:
		packet->has_record_seq = random_chance(&storm->random, 50);
		packet->record_seq = random_next(&storm->random) % 10;
		break;
	case DTI_PACKET_FIND_NODE:
		packet->find_node.target = any(storm)->id;
		break;
	case DTI_PACKET_NEIGHBORS:
		packet->neighbors.count =
			(size_t)random_below(&storm->random, 17);
		for (size_t i = 0; i < packet->neighbors.count; i++) {
			packet->neighbors.nodes[i] = *any(storm);
			if (random_chance(&storm->random, 20))
				packet->neighbors.nodes[i].endpoint =
					any(storm)->endpoint;
		}
		break;
	case DTI_PACKET_RECORD_RESPONSE:
		fake_record_write(packet->record_response.record, &record);
		packet->record_response.length =
			random_chance(&storm->random, 90) ? FAKE_RECORD_SIZE
							  : 0;
		break;
	default:
		break;
	}
}

/* Whatever anybody may send, asked or not. */
static void storm_packet(struct storm *storm)
{
	const struct dt_node *from = any(storm);
	struct dt_endpoint source = from->endpoint;
	enum dti_packet_type type =
		(enum dti_packet_type)(1 + random_below(&storm->random, 6));
	struct dti_packet packet = scene_packet(storm->scene, from, type);

	if (random_chance(&storm->random, 10))
		source = any(storm)->endpoint;
	if (random_chance(&storm->random, 5))
		packet.expiration = random_next(&storm->random);
	fill(storm, &packet);
	(void)scene_receive(storm->scene, &source, &packet);
}

/* The right answer to something that was sent lately, but for its content; if
 * several share the address any of them gives it. */
static void storm_answer(struct storm *storm)
{
	const struct scene_sent *sent =
		&storm->lately[random_below(&storm->random, LATELY)];
	const struct dt_node *from = any(storm);
	struct dti_packet packet =
		scene_packet(storm->scene, from, DTI_PACKET_NEIGHBORS);

	while (!dti_endpoint_same_ip(&from->endpoint, &sent->to)) {
		if (random_chance(&storm->random, 1))
			return; /* nobody is there */
		from = any(storm);
	}
	packet.sender = from->id;
	if (sent->packet.type == DTI_PACKET_PING)
		packet.type = DTI_PACKET_PONG;
	if (sent->packet.type == DTI_PACKET_RECORD_REQUEST)
		packet.type = DTI_PACKET_RECORD_RESPONSE;
	fill(storm, &packet);
	if (packet.type == DTI_PACKET_PONG)
		memcpy(packet.pong.token, sent->packet.hash,
		       sizeof(packet.pong.token));
	if (packet.type == DTI_PACKET_RECORD_RESPONSE)
		memcpy(packet.record_response.token, sent->packet.hash,
		       sizeof(packet.record_response.token));
	(void)scene_receive(storm->scene, &from->endpoint, &packet);
}

static void storm_query(struct storm *storm)
{
	int at = random_below(&storm->random, ANSWERS);
	struct scene_answer *answer = &storm->answers[at];
	struct dti_discv4_question question = {
		.kind = (enum dti_discv4_query_kind)random_below(
			&storm->random, DTI_QUERY_KINDS),
		.node = *any(storm),
		.target = any(storm)->id,
	};
	bool is_under_way = storm->asked[at] && !answer->done;

	if (is_under_way) {
		cr_assert(dti_discv4_cancel(storm->scene->discv4, answer));
		dti_discv4_verify(storm->scene->discv4);
		storm->asked[at] = false;
		return;
	}
	storm->asked[at] = scene_ask(storm->scene, answer, &question) == DT_OK;
}

static void storm_step(struct storm *storm)
{
	struct discv4_scene *scene = storm->scene;
	int what = random_below(&storm->random, 100);

	scene->send_fails = random_chance(&storm->random, 5);
	scene->counter.fail_at =
		scene->counter.calls + (size_t)random_below(&storm->random, 40);
	if (what < 15)
		storm_packet(storm);
	else if (what < 75)
		storm_answer(storm);
	else if (what < 85)
		storm_query(storm);
	else
		scene_pass(scene, random_below(&storm->random, 120));
	if (random_below(&storm->random, 3000) == 0)
		scene_jump(scene, random_below(&storm->random, 86400 * 1000));
	note_sent(storm);
}

Test(discv4_protocol, invariants_hold_whatever_comes, .timeout = 120)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct storm storm;

		storm_begin(&storm, seed);
		for (int i = 0; i < 10000; i++)
			storm_step(&storm);
		storm.scene->counter.fail_at = 0;
		storm.scene->send_fails = false;
		for (int i = 0; i < 600; i++) {
			scene_pass(storm.scene, 100);
			scene_forget_sent(storm.scene);
		}

		cr_assert_gt(scene_figures(storm.scene).requests_answered,
			     1000);
		for (size_t i = 0; i < ANSWERS; i++)
			cr_assert(!storm.asked[i] || storm.answers[i].done,
				  "seed %d: %zu", (int)seed, i);
		scene_end(storm.scene);
	}
}

/* ---- it moves ---- */

static void tells(struct discv4_scene *scene, const struct dt_node *peer,
		  const struct dt_endpoint *endpoint, uint64_t seq)
{
	struct dti_packet request;
	struct dti_packet packet;

	scene_ping(scene, peer);
	packet = scene_taken(scene, DTI_PACKET_PONG, peer);
	cr_assert_eq(packet.record_seq, seq);
	packet = scene_taken(scene, DTI_PACKET_PING, peer);
	cr_assert_eq(packet.record_seq, seq);
	cr_assert(dti_endpoint_equal(&packet.ping.from, endpoint));
	scene_pong(scene, peer, &packet);
	request = scene_packet(scene, peer, DTI_PACKET_RECORD_REQUEST);
	scene_receive(scene, &peer->endpoint, &request);
	packet = scene_taken(scene, DTI_PACKET_RECORD_RESPONSE, peer);
	cr_assert_eq(packet.record_response.length,
		     scene->config.record.length);
	cr_assert_arr_eq(packet.record_response.record,
			 scene->config.record.bytes,
			 scene->config.record.length);
}

Test(discv4_protocol, where_it_is_from_now_on_is_what_it_tells)
{
	struct discv4_scene *scene = scene_begin();
	struct dt_node before = scene_node(1);
	struct dt_node after = scene_node(2);
	struct dt_record record = {.seq = SCENE_SEQ + 1};
	uint8_t bytes[FAKE_RECORD_SIZE];

	tells(scene, &before, &scene->config.self.endpoint, SCENE_SEQ);

	record.node = scene->config.self;
	record.node.endpoint = scene_node(3).endpoint;
	fake_record_write(bytes, &record);
	scene->config.record = (struct dti_bytes){bytes, sizeof(bytes)};
	dti_discv4_move(scene->discv4, &record.node.endpoint, record.seq,
			scene->config.record);

	tells(scene, &after, &record.node.endpoint, SCENE_SEQ + 1);
	scene_end(scene);
}
