/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"

#include "tests/discv4_peers.h"
#include "tests/harness.h"

#define PEERS     40
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)

/* Let time pass until the next refresh has ended; how long that took. */
static int64_t next_refresh(struct discv4_scene *scene)
{
	uint64_t before = scene_figures(scene).refreshes;
	int64_t begun_ms = scene->now.ms;

	while (scene_figures(scene).refreshes == before) {
		scene_pass(scene, 100);
		scene_forget_sent(scene);
		cr_assert_lt(scene->now.ms - begun_ms, 100 * MINUTE_MS);
	}
	return scene->now.ms - begun_ms;
}

static void make_peers(struct dt_node peers[PEERS])
{
	for (uint32_t i = 0; i < PEERS; i++)
		peers[i] = scene_node(i + 1);
}

Test(discv4_refresh, with_nobody_to_ask_they_become_rare)
{
	struct discv4_scene *scene = scene_make();

	scene_up(scene);
	cr_assert(dti_discv4_is_ready(scene->discv4), "nobody to wait for");
	for (int64_t delay_ms = SECOND_MS; delay_ms <= 512 * SECOND_MS;
	     delay_ms *= 2)
		cr_assert_eq(next_refresh(scene), delay_ms);
	(void)next_refresh(scene); /* 1024 s, or less as it may come */
	for (int i = 0; i < 20; i++) {
		int64_t took_ms = next_refresh(scene);

		cr_assert_geq(took_ms, 15 * MINUTE_MS - 100);
		cr_assert_leq(took_ms, 30 * MINUTE_MS + 100);
	}
	scene_end(scene);
}

Test(discv4_refresh, with_nobody_to_ask_it_wakes_a_few_times_an_hour)
{
	struct discv4_scene *scene = scene_make();

	scene_up(scene);
	scene_pass(scene, 60 * MINUTE_MS);
	cr_assert_leq(scene->ticks, 15);
	scene->ticks = 0;
	scene_pass(scene, 60 * MINUTE_MS);

	cr_assert_leq(scene->ticks, 4);
	cr_assert_eq(scene->sent_ever, 0);
	scene_end(scene);
}

Test(discv4_refresh, silent_bootnodes_cost_little_too)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node bootnodes[3] = {scene_node(1), scene_node(2),
				       scene_node(3)};

	scene->config.bootnodes = bootnodes;
	scene->config.bootnode_count = 3;
	scene_up(scene);
	scene_pass(scene, 60 * MINUTE_MS);

	cr_assert_leq(scene->ticks, 400);
	cr_assert_leq(scene->sent_ever, 400);
	scene_end(scene);
}

Test(discv4_refresh, it_looks_up_itself_and_then_three_random_targets)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node bootnode = scene_node(1);
	struct dti_packet find;
	struct dt_node_id targets[3];

	scene->config.bootnodes = &bootnode;
	scene->config.bootnode_count = 1;
	scene->discv4 = dti_discv4_create(&scene->config);
	scene_ping(scene, &bootnode);
	dti_discv4_start(scene->discv4, scene->now);
	find = scene_taken(scene, DTI_PACKET_FIND_NODE, &bootnode);
	cr_assert_arr_eq(&find.find_node.target, &scene->config.self.id,
			 sizeof(struct dt_node_id));
	for (int i = 0; i < 3; i++) {
		cr_assert_not(dti_discv4_is_ready(scene->discv4));
		scene_neighbors(scene, &bootnode, NULL, 0);
		scene_pass(scene, 100);
		find = scene_taken(scene, DTI_PACKET_FIND_NODE, &bootnode);
		targets[i] = find.find_node.target;
	}
	scene_neighbors(scene, &bootnode, NULL, 0);
	scene_pass(scene, 100);

	cr_assert(dti_discv4_is_ready(scene->discv4));
	cr_assert_eq(scene_figures(scene).refreshes, 1);
	for (int i = 0; i < 3; i++) {
		cr_assert_neq(memcmp(&targets[i], &scene->config.self.id, 64),
			      0);
		cr_assert_neq(memcmp(&targets[i], &targets[(i + 1) % 3], 64),
			      0);
	}
	scene_end(scene);
}

Test(discv4_refresh, it_fills_the_table_from_one_bootnode, .timeout = 60)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node peers[PEERS];

	make_peers(peers);
	scene->config.bootnodes = peers;
	scene->config.bootnode_count = 1;
	scene_up(scene);
	peers_play(scene, peers, PEERS, 30 * SECOND_MS);

	cr_assert_geq(scene_sizes(scene).entries, 16);
	cr_assert_geq(scene_sizes(scene).verified, 16);
	scene_end(scene);
}

/* Until one more has ended; how long that took. */
static int64_t play_refresh(struct discv4_scene *scene,
			    const struct dt_node peers[PEERS])
{
	uint64_t before = scene_figures(scene).refreshes;
	int64_t begun_ms = scene->now.ms;

	while (scene_figures(scene).refreshes == before) {
		peers_play(scene, peers, PEERS, 100);
		cr_assert_lt(scene->now.ms - begun_ms, 5 * MINUTE_MS);
	}
	return scene->now.ms - begun_ms;
}

Test(discv4_refresh, with_many_known_there_is_no_hurry, .timeout = 60)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node peers[PEERS];

	make_peers(peers);
	scene->config.bootnodes = peers;
	scene->config.bootnode_count = 1;
	scene_up(scene);
	(void)play_refresh(scene, peers);
	for (int64_t least_ms = 30 * SECOND_MS; least_ms <= 2 * MINUTE_MS;
	     least_ms *= 2) {
		int64_t took_ms = play_refresh(scene, peers);

		cr_assert_geq(took_ms, least_ms);
		cr_assert_leq(took_ms, least_ms * 5 / 4);
	}
	scene_end(scene);
}

Test(discv4_refresh, a_lost_network_is_looked_for_anew, .timeout = 60)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node peers[PEERS];

	make_peers(peers);
	scene->config.bootnodes = peers;
	scene->config.bootnode_count = 1;
	scene_up(scene);
	peers_play(scene, peers, PEERS, 60 * SECOND_MS);
	cr_assert_geq(scene_sizes(scene).entries, 16);
	(void)next_refresh(scene);

	/* Nobody answers any more, until the checks have noticed. */
	for (int i = 0; i < 20 && scene_sizes(scene).entries >= 16; i++)
		cr_assert_geq(next_refresh(scene), 30 * SECOND_MS);
	cr_assert_lt(scene_sizes(scene).entries, 16);
	cr_assert_lt(next_refresh(scene), 20 * SECOND_MS);
	peers_play(scene, peers, PEERS, 60 * SECOND_MS);

	cr_assert_geq(scene_sizes(scene).verified, 16);
	scene_end(scene);
}

Test(discv4_refresh, bootnodes_come_again_with_each)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node bootnode = scene_node(1);

	scene->config.bootnodes = &bootnode;
	scene->config.bootnode_count = 1;
	scene_up(scene);
	cr_assert_not_null(scene_entry(scene, &bootnode));
	for (int i = 0; i < 200 && scene_entry(scene, &bootnode); i++)
		scene_pass(scene, SECOND_MS);
	cr_assert_null(scene_entry(scene, &bootnode), "it is silent");
	(void)next_refresh(scene);

	cr_assert_gt(scene_count(scene, DTI_PACKET_PING, &bootnode) +
			     scene_figures(scene).checks,
		     1);
	for (int i = 0; i < 5000 && !scene_entry(scene, &bootnode); i++)
		scene_pass(scene, SECOND_MS);
	cr_assert_not_null(scene_entry(scene, &bootnode));
	scene_end(scene);
}

Test(discv4_refresh, seeds_come_again_when_nobody_proven_is_left)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node seed = scene_node(1);

	scene->discv4 = dti_discv4_create(&scene->config);
	dti_discv4_add_seed(scene->discv4, &seed, scene->now);
	cr_assert_not_null(scene_entry(scene, &seed));
	dti_discv4_start(scene->discv4, scene->now);
	/* Offline: it is lost. */
	for (int i = 0; i < 200 && scene_entry(scene, &seed); i++)
		scene_pass(scene, SECOND_MS);
	cr_assert_null(scene_entry(scene, &seed));
	/* Online again. */
	scene_forget_sent(scene);
	for (int i = 0; i < 5000 && !scene_entry(scene, &seed); i++)
		scene_pass(scene, SECOND_MS);
	cr_assert_not_null(scene_entry(scene, &seed));
	peers_play(scene, &seed, 1, 10 * SECOND_MS);

	cr_assert_eq(scene_sizes(scene).verified, 1);
	scene_end(scene);
}

Test(discv4_refresh, seeds_stay_away_while_others_are_proven)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node seed = scene_node(1);
	struct dt_node other = scene_node(2);

	scene->discv4 = dti_discv4_create(&scene->config);
	dti_discv4_add_seed(scene->discv4, &seed, scene->now);
	dti_discv4_start(scene->discv4, scene->now);
	scene_pass_refresh(scene);
	scene_bond(scene, &other);
	for (int i = 0; i < 200 && scene_entry(scene, &seed); i++)
		peers_play(scene, &other, 1, SECOND_MS);
	cr_assert_null(scene_entry(scene, &seed));
	for (int i = 0; i < 60; i++) {
		peers_play(scene, &other, 1, SECOND_MS);
		cr_assert_null(scene_entry(scene, &seed));
	}
	scene_end(scene);
}

Test(discv4_refresh, seeds_outside_of_netrestrict_are_none)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node seed = scene_node_at(1, "9.9.9.9");

	scene_restrict(scene, "5.0.0.0/8");
	scene->discv4 = dti_discv4_create(&scene->config);
	dti_discv4_add_seed(scene->discv4, &seed, scene->now);
	dti_discv4_start(scene->discv4, scene->now);

	cr_assert_null(scene_entry(scene, &seed));
	scene_end(scene);
}

Test(discv4_refresh, without_memory_it_ends_and_is_tried_again)
{
	struct discv4_scene *scene = scene_make();
	struct dt_node bootnode = scene_node(1);

	scene->config.bootnodes = &bootnode;
	scene->config.bootnode_count = 1;
	scene->discv4 = dti_discv4_create(&scene->config);
	/* The bootnode's entry, its network, and then the query. */
	for (size_t n = 1; n <= 3; n++) {
		scene->counter.fail_at = scene->counter.calls + n;
		dti_discv4_start(scene->discv4, scene->now);
		dti_discv4_verify(scene->discv4);
		cr_assert_geq(scene->counter.calls, scene->counter.fail_at);
		(void)next_refresh(scene);
	}
	cr_assert_geq(scene_figures(scene).refreshes, 3);
	scene_end(scene);
}
