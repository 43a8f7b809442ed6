/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/rlpx_scene.h"

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

/* @ping_ms, @timeout_ms: of a peer that says nothing; 0: as usual. */
static void begin(int64_t ping_ms, int64_t timeout_ms)
{
	rlpx_scene_init(&scene, 1);
	if (ping_ms > 0)
		scene.config.ping_interval_ms = ping_ms;
	if (timeout_ms > 0)
		scene.config.peer_timeout_ms = timeout_ms;
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
}

static void end(void)
{
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_peers, pings_are_answered, .timeout = 20)
{
	struct dt_rlpx_counters counters;

	begin(0, 0);
	for (size_t i = 1; i <= 20; i++) {
		dt_session_ping(remote.session);
		cr_assert(rlpx_remote_await(&remote, DT_SESSION_PONGED, i));
	}

	AWAIT_RLPX(&scene, counters, counters.pings_received == 20);
	cr_assert_eq(counters.pings_sent, 0);
	end();
}

Test(workers_rlpx_peers, who_says_nothing_is_pinged_and_lives, .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct dt_peer peer;

	begin(10, 60000);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_PINGED, 5));
	AWAIT_RLPX(&scene, counters, counters.pongs_received >= 5);

	cr_assert_geq(counters.pings_sent, 5);
	cr_assert_leq(counters.pings_sent - counters.pongs_received, 1);
	cr_assert_eq(dt_rlpx_peers(scene.rlpx, &peer, 1), 1);
	cr_assert_geq(peer.rtt_ms, 0);
	end();
}

Test(workers_rlpx_peers, who_stays_silent_is_given_up, .timeout = 20)
{
	struct dt_rlpx_counters counters;

	begin(10, 50);
	rlpx_await_removed(&scene, 1);

	cr_assert_eq(scene.endings[0], DT_ENDING_SILENT);
	counters = rlpx_counters(&scene);
	cr_assert_eq(counters.peers_ended[DT_ENDING_SILENT], 1);
	cr_assert_eq(counters.pings_sent, 1);
	cr_assert_eq(counters.pongs_received, 0);
	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_TIMEOUT);
	end();
}

/* One that speaks needs no ping. */
Test(workers_rlpx_peers, who_speaks_lives, .timeout = 30)
{
	begin(10, 60000);
	for (size_t i = 1; i <= 50; i++) {
		uint8_t frame[256];
		size_t length =
			dt_session_send(remote.session, frame, sizeof(frame),
					0x10, (const uint8_t *)"\xc0", 1);

		cr_assert_gt(length, 0);
		rlpx_remote_send(&remote, frame, length);
	}
	for (struct dt_rlpx_counters counters = rlpx_counters(&scene);
	     counters.messages_received < 50; counters = rlpx_counters(&scene))
		sched_yield();

	cr_assert_eq(rlpx_counters(&scene).peers, 1);
	end();
}

/* Larger than what is read at once, and than what is kept of it. */
Test(workers_rlpx_peers, large_messages_are_counted_and_thrown_away,
     .timeout = 30)
{
	const size_t size = 3 << 20;
	uint8_t *payload = calloc(1, size);
	uint8_t *frame = malloc(dt_session_send_size(size));
	struct random_stream random = {1};
	struct dt_rlpx_counters counters;

	cr_assert_not_null(payload);
	cr_assert_not_null(frame);
	for (size_t i = 0; i < size; i++)
		payload[i] = (uint8_t)random_next(&random);
	begin(0, 0);
	for (size_t i = 0; i < 2; i++) {
		size_t length = dt_session_send(remote.session, frame,
						dt_session_send_size(size),
						0x11, payload, size);

		cr_assert_gt(length, size);
		rlpx_remote_send(&remote, frame, length);
	}
	dt_session_ping(remote.session);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_PONGED, 1));

	AWAIT_RLPX(&scene, counters, counters.messages_received == 2);
	end();
	free(payload);
	free(frame);
}

Test(workers_rlpx_peers, garbage_ends_it_with_what_is_wrong, .timeout = 20)
{
	uint8_t garbage[64] = {1};

	begin(0, 0);
	rlpx_remote_send(&remote, garbage, sizeof(garbage));
	rlpx_await_removed(&scene, 1);

	cr_assert_eq(scene.endings[0], DT_ENDING_HEADER_MAC);
	end();
}

Test(workers_rlpx_peers, the_remotes_reason_is_kept, .timeout = 20)
{
	begin(0, 0);
	dt_session_disconnect(remote.session, DT_ENDING_REMOTE_USELESS);
	(void)rlpx_remote_outlive(&remote);
	rlpx_await_removed(&scene, 1);

	cr_assert_eq(scene.endings[0], DT_ENDING_REMOTE_USELESS);
	end();
}

/* Pings without end, and none of the pongs is read. */
static void *flood(void *argument)
{
	struct rlpx_remote *flooding = argument;

	while (!flooding->is_deaf) {
		uint8_t bytes[DT_SESSION_WRITE_SIZE];
		size_t length;

		dt_session_ping(flooding->session);
		length = dt_session_write(flooding->session, bytes,
					  sizeof(bytes));
		rlpx_remote_send(flooding, bytes, length);
	}
	return NULL;
}

/*
 * Which of the two it is depends on TCP: who has no room drops also what
 * acknowledges its own bytes, and may fall silent first.
 */
Test(workers_rlpx_peers, who_floods_and_does_not_read_is_given_up,
     .timeout = 60)
{
	int size = 4096;

	begin(50, 200);
	(void)setsockopt(remote.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)flood(&remote);
	rlpx_await_removed(&scene, 1);

	cr_assert(scene.endings[0] == DT_ENDING_STUCK ||
			  scene.endings[0] == DT_ENDING_SILENT,
		  "%s", dt_ending_name(scene.endings[0]));
	end();
}

/* It owes 16 pongs at most, and what the socket did not take. */
Test(workers_rlpx_peers, a_flood_delays_no_other_and_takes_no_memory,
     .timeout = 60)
{
	struct rlpx_remote other;
	pthread_t thread;

	begin(0, 0);
	rlpx_remote_init(&other, 10);
	rlpx_remote_open(&other, &node);
	cr_assert_eq(pthread_create(&thread, NULL, flood, &remote), 0);
	for (size_t i = 1; i <= 200; i++) {
		dt_session_ping(other.session);
		cr_assert(rlpx_remote_await(&other, DT_SESSION_PONGED, i));
	}

	cr_assert_eq(rlpx_counters(&scene).peers, 2);
	rlpx_remote_fini(&other);
	dt_rlpx_stop(scene.rlpx);
	pthread_join(thread, NULL);
	end();
}

/* The dialer may do so as soon as it was told of the peer. */
Test(workers_rlpx_peers, who_was_dropped_before_it_was_kept_goes)
{
	struct dti_line line = {.node.id.bytes[0] = 1,
				.flags = DT_PEER_INBOUND};
	struct dt_transport transport;
	bool waits;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, false);
	transport = dt_rlpx_transport(scene.rlpx);
	cr_assert_eq(dti_peer_registry_inbound_opened(&scene.rlpx->registry,
						      &waits, &line.node.id),
		     DT_ENDING_NONE);
	transport.drop(transport.context, &line.node.id);
	dti_rlpx_lock(scene.rlpx);
	dti_rlpx_note_peer_locked(scene.rlpx, &line);
	dti_rlpx_unlock(scene.rlpx);

	cr_assert(line.is_dropped);
	cr_assert_eq(dti_list_first(&scene.rlpx->dropped), &line.among_dropped);
	/* There is no connection that could end. */
	dti_peer_registry_remove(&scene.rlpx->registry, &line.node.id);
	memset(&scene.rlpx->counters, 0, sizeof(scene.rlpx->counters));
	rlpx_scene_fini(&scene);
}
