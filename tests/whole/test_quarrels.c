/* SPDX-License-Identifier: MIT */
#include "lib/node/id.h"

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/rlpx_scene.h"

/* Nodes that dial each other, and ban and drop each other all the time. */

enum {
	NODES = 4,
	PARTINGS = 200 /* peers that have ended when it is enough */
};

static struct rlpx_scene scenes[NODES]; /* each test is a process */
static struct dt_node nodes[NODES];

static void gather(void)
{
	for (size_t i = 0; i < NODES; i++) {
		struct dt_config *config = &scenes[i].config;

		rlpx_scene_init(&scenes[i], (uint16_t)(i + 1));
		config->history_expiration_ms = 5;
		config->ping_interval_ms = 20;
		config->max_peers = NODES - 2;
		config->event = NULL;
		rlpx_scene_create(&scenes[i], true);
		nodes[i] = rlpx_scene_node(&scenes[i]);
	}
	for (size_t i = 0; i < NODES; i++) {
		cr_assert_eq(
			dt_dialer_add_static(scenes[i].dialer, nodes, NODES),
			DT_OK);
		rlpx_scene_start(&scenes[i]);
	}
}

/* One does something to another. */
static void quarrel(struct random_stream *stream)
{
	size_t who = (size_t)random_below(stream, NODES);
	size_t whom = (size_t)random_below(stream, NODES);
	dt_dialer *dialer = scenes[who].dialer;
	const struct dt_node *other = &nodes[whom];
	dt_err err = DT_OK;

	switch (random_below(stream, 5)) {
	case 0:
		err = dt_dialer_ban(dialer, &other->id, 1);
		break;
	case 1:
		err = dt_dialer_peer_removed(dialer, &other->id);
		break;
	case 2:
		err = dt_dialer_remove_static(dialer, &other->id);
		break;
	case 3:
		err = dt_dialer_add_static(dialer, other, 1);
		break;
	default:
		err = dt_dialer_dial_now(dialer, other);
		break;
	}
	cr_assert(err == DT_OK || err == DT_ERR_BUSY, "%s", dt_err_text(err));
}

static size_t count_partings(void)
{
	size_t count = 0;

	for (size_t i = 0; i < NODES; i++) {
		struct dt_rlpx_counters counters = rlpx_counters(&scenes[i]);

		cr_assert_null(rlpx_broken(&counters), "%zu: %s", i,
			       rlpx_broken(&counters));
		count += counters.peers_added - counters.peers;
	}
	return count;
}

static bool is_peer(size_t of, size_t whom)
{
	struct dt_peer peers[2 * NODES];
	size_t count = dt_rlpx_peers(scenes[of].rlpx, peers, 2 * NODES);

	for (size_t i = 0; i < count; i++)
		if (dti_node_id_equal(&peers[i].node.id, &nodes[whom].id))
			return true;
	return false;
}

/* Of one node: its dialer knows whom it keeps, and nothing is under way. */
static bool is_settled(const struct rlpx_scene *scene)
{
	struct dt_rlpx_counters counters = rlpx_counters(scene);
	struct dt_counters dials;

	dt_dialer_counters(scene->dialer, &dials, sizeof(dials));
	return counters.inbound.running == 0 &&
	       counters.outbound.running == 0 &&
	       dials.tasks[DT_TASK_STATIC_DIAL].running == 0 &&
	       dials.tasks[DT_TASK_DYN_DIAL].running == 0 &&
	       counters.peers == dials.peers;
}

static bool do_all_agree(void)
{
	for (size_t i = 0; i < NODES; i++) {
		if (!is_settled(&scenes[i]))
			return false;
		for (size_t j = 0; j < i; j++)
			if (is_peer(i, j) != is_peer(j, i))
				return false;
	}
	return true;
}

static void part(void)
{
	for (size_t i = 0; i < NODES; i++) {
		struct rlpx_scene *scene = &scenes[i];

		rlpx_scene_stop(scene);
		cr_assert_eq(rlpx_counters(scene).peers, 0);
		cr_assert_eq(scene->added, scene->removed);
		cr_assert_eq(scene->rlpx->registry.chains.count, 0);
		cr_assert_eq(dti_session_pool_in_use(&scene->rlpx->owner.pool),
			     0);
	}
	for (size_t i = 0; i < NODES; i++)
		rlpx_scene_fini(&scenes[i]);
}

Test(whole_quarrels, when_it_is_quiet_both_sides_agree_who_is_a_peer,
     .timeout = 120)
{
	struct random_stream stream = {5};

	gather();
	while (count_partings() < PARTINGS) {
		quarrel(&stream);
		sched_yield();
	}
	for (size_t i = 0; i < NODES; i++)
		cr_assert_eq(dt_dialer_pause(scenes[i].dialer), DT_OK);
	while (!do_all_agree())
		sched_yield();

	part();
}
