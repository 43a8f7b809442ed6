/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

static struct rlpx_scene scene; /* each test is a process */

static pid_t thread_id;

static void note_thread(void *context, const struct dt_peer_event *event)
{
	struct rlpx_scene *noted = context;

	pthread_mutex_lock(&noted->lock);
	if (event->type == DT_PEER_EVENT_ADDED) {
		/* Once: the test reads it without the lock. */
		thread_id = sockets_thread_id();
		noted->added++;
	} else {
		noted->removed++;
	}
	pthread_cond_broadcast(&noted->changed);
	pthread_mutex_unlock(&noted->lock);
}

Test(workers_rlpx_thread, it_sleeps_while_there_is_nothing_to_do, .timeout = 20)
{
	struct rlpx_remote remote;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	scene.config.peer = note_thread;
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);

	cr_assert_neq(thread_id, sockets_thread_id());
	sockets_until_asleep(thread_id);
	rlpx_remote_fini(&remote);
	rlpx_await_removed(&scene, 1);
	rlpx_scene_fini(&scene);
}

/* More than there are events in a turn, and deadlines. */
Test(workers_rlpx_thread, hundreds_of_peers_are_kept_and_pinged, .timeout = 60)
{
	enum {
		PEERS = 200
	};
	struct rlpx_remote *remotes = calloc(PEERS, sizeof(*remotes));
	struct dt_rlpx_counters counters;
	struct dt_node node;

	cr_assert_not_null(remotes);
	rlpx_scene_init(&scene, 1);
	scene.config.max_peers = PEERS;
	scene.config.ping_interval_ms = 300;
	scene.config.peer_timeout_ms = 60000;
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	for (size_t i = 0; i < PEERS; i++) {
		rlpx_remote_init(&remotes[i], (uint8_t)(i + 2));
		rlpx_remote_open(&remotes[i], &node);
	}
	for (size_t round = 1; round <= 2; round++)
		for (size_t i = 0; i < PEERS; i++)
			cr_assert(rlpx_remote_await(&remotes[i],
						    DT_SESSION_PINGED, round));
	AWAIT_RLPX(&scene, counters,
		   counters.pongs_received >= 2 * (uint64_t)PEERS);

	cr_assert_eq(counters.peers, PEERS);
	for (size_t i = 0; i < PEERS; i++)
		rlpx_remote_fini(&remotes[i]);
	rlpx_await_removed(&scene, PEERS);
	rlpx_scene_fini(&scene);
	free(remotes);
}

/* Counters are read while all of it changes. */
Test(workers_rlpx_thread, counters_add_up_at_any_moment, .timeout = 60)
{
	struct rlpx_remote remote;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
	for (size_t i = 0; i < 60; i++) {
		rlpx_remote_call(&remote, &node);
		for (size_t j = 0; j < i % 3; j++)
			rlpx_remote_step(&remote);
		for (size_t j = 0; j < 100; j++) {
			struct dt_rlpx_counters counters =
				rlpx_counters(&scene);

			cr_assert_null(rlpx_broken(&counters), "%s",
				       rlpx_broken(&counters));
		}
		rlpx_remote_hang_up(&remote);
	}
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}
