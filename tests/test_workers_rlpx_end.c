/* SPDX-License-Identifier: MIT */
#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

static void start(void)
{
	rlpx_scene_create(&scene, true);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
}

static void end(void)
{
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}

/* It has more to say, which the kernel would answer with a reset. */
Test(workers_rlpx_end, the_last_word_arrives_whatever_is_on_its_way,
     .timeout = 20)
{
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	start();
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
	id = rlpx_remote_id(&remote);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &id, 0), DT_OK);
	rlpx_await_removed(&scene, 1);
	for (int i = 0; i < 10; i++)
		rlpx_remote_send(&remote, "more", 4);

	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_REQUESTED);
	end();
}

/* Without an end of its own the connection goes after two seconds. */
Test(workers_rlpx_end, a_remote_that_does_not_close_is_closed, .timeout = 20)
{
	size_t open;
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	start();
	open = sockets_count_open();
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
	id = rlpx_remote_id(&remote);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &id, 0), DT_OK);
	rlpx_await_removed(&scene, 1);

	/* Two: of ours, and of the node's until it has waited enough. */
	while (sockets_count_open() > open + 1)
		sched_yield();
	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_REQUESTED);
	end();
}

static bool is_anybody_registered(void)
{
	bool is_anybody;

	dti_rlpx_lock(scene.rlpx);
	is_anybody = scene.rlpx->registry.limited != 0;
	dti_rlpx_unlock(scene.rlpx);
	return is_anybody;
}

Test(workers_rlpx_end, the_id_is_free_when_the_end_was_told, .timeout = 30)
{
	rlpx_scene_init(&scene, 1);
	start();
	for (size_t i = 1; i <= 50; i++) {
		struct dt_rlpx_counters counters;

		rlpx_remote_open(&remote, &node);
		rlpx_remote_hang_up(&remote);
		/* Else the next might come before this one's end. */
		AWAIT_RLPX(&scene, counters,
			   counters.peers_ended[DT_ENDING_CLOSED] == i);
		while (is_anybody_registered())
			sched_yield();
	}
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 50);

	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_ADDED), 50);
	cr_assert_eq(scene.added, 50);
	cr_assert_eq(scene.removed, 50);
	end();
}

/* An end and a new beginning of one node, in the order of the dialer's events */
Test(workers_rlpx_end, the_dialer_hears_of_an_end_before_a_new_beginning,
     .timeout = 60)
{
	size_t at = 0;
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	start();
	id = rlpx_remote_id(&remote);
	for (size_t i = 0; i < 50; i++) {
		do {
			rlpx_remote_hang_up(&remote);
			rlpx_remote_call(&remote, &node);
		} while (!rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	}
	rlpx_remote_hang_up(&remote);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 50);

	for (size_t i = 0; i < 50; i++) {
		size_t added = at;
		size_t removed = at;
		struct dt_event event;

		cr_assert(recorder_find(&scene.recorder, &added, &event,
					DT_EVENT_PEER_ADDED, &id));
		cr_assert(recorder_find(&scene.recorder, &removed, &event,
					DT_EVENT_PEER_REMOVED, &id));
		cr_assert_lt(added, removed, "%zu", i);
		at = removed;
	}
	end();
}
