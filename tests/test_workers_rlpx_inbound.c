/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/node/id.h"

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/shared_allocator.h"
#include "tests/sockets.h"

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

static void start(bool dials)
{
	rlpx_scene_create(&scene, dials);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
}

static void begin(void)
{
	rlpx_scene_init(&scene, 1);
	start(false);
}

static void end(void)
{
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}

static void await_ended(enum dt_ending ending, uint64_t count)
{
	struct dt_rlpx_counters counters;

	AWAIT_RLPX(&scene, counters, counters.inbound.ended[ending] == count);
}

Test(workers_rlpx_inbound, who_connects_becomes_a_peer, .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct dt_node_id id;
	struct dt_peer peer;

	begin();
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);

	id = rlpx_remote_id(&remote);
	cr_assert_eq(dt_rlpx_peers(scene.rlpx, &peer, 1), 1);
	cr_assert(dti_node_id_equal(&peer.node.id, &id));
	cr_assert_eq(peer.flags, DT_PEER_INBOUND);
	cr_assert_eq(peer.node.endpoint.ip[0], 127);
	cr_assert_eq(peer.hello.listen_port, 30303);
	cr_assert_eq(peer.rtt_ms, -1);
	counters = rlpx_counters(&scene);
	cr_assert_eq(counters.accepted, 1);
	cr_assert_eq(counters.inbound.opened, 1);
	cr_assert_eq(counters.peers, 1);
	cr_assert_eq(counters.peers_inbound, 1);
	rlpx_remote_hang_up(&remote);
	rlpx_await_removed(&scene, 1);
	cr_assert_eq(scene.endings[0], DT_ENDING_CLOSED);
	end();
}

/* Before its Hello anybody could say to be anybody. */
Test(workers_rlpx_inbound, hello_is_said_to_who_has_proven_who_it_is,
     .timeout = 20)
{
	begin();
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	cr_assert_eq(remote.events[DT_SESSION_IDENTIFIED], 1);
	cr_assert_eq(remote.events[DT_SESSION_OPENED], 0);
	cr_assert_eq(recv(remote.fd, (char[1]){0}, 1, MSG_DONTWAIT | MSG_PEEK),
		     -1);

	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	end();
}

Test(workers_rlpx_inbound, beyond_the_limit_it_is_told_in_place_of_hello,
     .timeout = 20)
{
	struct rlpx_remote second;

	rlpx_scene_init(&scene, 1);
	scene.config.max_peers = 1;
	start(false);
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
	rlpx_remote_init(&second, 10);
	rlpx_remote_call(&second, &node);

	cr_assert_eq(rlpx_remote_outlive(&second), DT_ENDING_REMOTE_TOO_MANY);
	cr_assert_eq(second.events[DT_SESSION_OPENED], 0);
	await_ended(DT_ENDING_LOCAL_TOO_MANY, 1);
	rlpx_remote_hang_up(&second);

	/* There is room again when the first has gone. */
	rlpx_remote_hang_up(&remote);
	rlpx_await_removed(&scene, 1);
	rlpx_remote_open(&second, &node);
	rlpx_remote_fini(&second);
	end();
}

/* Both shake hands when there is room for one. */
Test(workers_rlpx_inbound, the_last_place_is_given_once, .timeout = 20)
{
	struct rlpx_remote second;

	rlpx_scene_init(&scene, 1);
	scene.config.max_peers = 1;
	start(false);
	rlpx_remote_init(&second, 10);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_call(&second, &node);
	rlpx_remote_step(&remote);
	rlpx_remote_step(&second);
	cr_assert(rlpx_remote_await(&second, DT_SESSION_OPENED, 1));

	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_TOO_MANY);
	rlpx_remote_fini(&second);
	end();
}

Test(workers_rlpx_inbound, who_is_connected_is_told_so, .timeout = 20)
{
	struct rlpx_remote twin;

	begin();
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
	rlpx_remote_init(&twin, 9);
	rlpx_remote_call(&twin, &node);

	cr_assert_eq(rlpx_remote_outlive(&twin), DT_ENDING_REMOTE_ALREADY);
	await_ended(DT_ENDING_LOCAL_ALREADY, 1);
	cr_assert_eq(rlpx_counters(&scene).peers, 1);
	rlpx_remote_fini(&twin);
	end();
}

/* Nothing but what any other would hear: the ack. */
static void hears_nothing_of_who(struct rlpx_remote *claimant)
{
	rlpx_remote_call(claimant, &node);
	rlpx_remote_step(claimant);
	cr_assert_eq(claimant->events[DT_SESSION_IDENTIFIED], 1);
	cr_assert_eq(claimant->events[DT_SESSION_ENDED], 0);
	cr_assert_eq(
		recv(claimant->fd, (char[1]){0}, 1, MSG_DONTWAIT | MSG_PEEK),
		-1);
	rlpx_remote_hang_up(claimant);
}

/* The auth of a peer can be had from anybody whom it has called. */
Test(workers_rlpx_inbound, who_has_proven_nothing_does_not_learn_who_is_a_peer,
     .timeout = 20)
{
	struct rlpx_remote claimants[2];

	begin();
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
	for (uint8_t i = 0; i < 2; i++) {
		rlpx_remote_init(&claimants[i], (uint8_t)(9 + i));
		hears_nothing_of_who(&claimants[i]);
		await_ended(DT_ENDING_HELLO_CLOSED, i + 1U);
	}

	cr_assert_eq(
		rlpx_counters(&scene).inbound.ended[DT_ENDING_LOCAL_ALREADY],
		0);
	for (int i = 0; i < 2; i++)
		rlpx_remote_fini(&claimants[i]);
	end();
}

Test(workers_rlpx_inbound, who_says_to_be_a_peer_is_one_too_many_as_all_are,
     .timeout = 20)
{
	struct rlpx_remote claimants[2];

	rlpx_scene_init(&scene, 1);
	scene.config.max_peers = 1;
	start(false);
	rlpx_remote_open(&remote, &node);
	rlpx_await_added(&scene, 1);
	for (uint8_t i = 0; i < 2; i++) {
		rlpx_remote_init(&claimants[i], (uint8_t)(9 + i));
		rlpx_remote_call(&claimants[i], &node);
		cr_assert_eq(rlpx_remote_outlive(&claimants[i]),
			     DT_ENDING_REMOTE_TOO_MANY);
		await_ended(DT_ENDING_LOCAL_TOO_MANY, i + 1U);
		rlpx_remote_fini(&claimants[i]);
	}
	end();
}

Test(workers_rlpx_inbound, who_has_our_own_key_is_told_so, .timeout = 20)
{
	struct dt_node_key key = {{[31] = 9}};

	rlpx_scene_init(&scene, 1);
	scene.config.node_key = &key;
	start(false);
	rlpx_remote_call(&remote, &node);

	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_SELF);
	await_ended(DT_ENDING_OWN_ID, 1);
	end();
}

Test(workers_rlpx_inbound, who_says_nothing_or_too_little_is_given_up,
     .timeout = 20)
{
	struct rlpx_remote second;

	rlpx_scene_init(&scene, 1);
	scene.config.setup_timeout_ms = 50;
	start(false);
	rlpx_remote_connect(&remote, &node);
	rlpx_remote_init(&second, 10);
	rlpx_remote_call(&second, &node);
	rlpx_remote_step(&second);
	await_ended(DT_ENDING_AUTH_TIMED_OUT, 1);
	await_ended(DT_ENDING_HELLO_TIMED_OUT, 1);

	(void)rlpx_remote_outlive(&remote);
	cr_assert_eq(rlpx_remote_outlive(&second), DT_ENDING_REMOTE_TIMEOUT);
	rlpx_remote_fini(&second);
	end();
}

Test(workers_rlpx_inbound, who_hangs_up_is_counted_where_it_did, .timeout = 20)
{
	begin();
	rlpx_remote_connect(&remote, &node);
	rlpx_remote_hang_up(&remote);
	await_ended(DT_ENDING_AUTH_CLOSED, 1);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	rlpx_remote_hang_up(&remote);
	await_ended(DT_ENDING_HELLO_CLOSED, 1);
	end();
}

Test(workers_rlpx_inbound, what_is_no_handshake_is_refused, .timeout = 20)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: nobody\r\n\r\n";

	begin();
	rlpx_remote_connect(&remote, &node);
	rlpx_remote_send(&remote, request, sizeof(request) - 1);
	await_ended(DT_ENDING_HANDSHAKE_SIZE, 1);
	(void)rlpx_remote_outlive(&remote);
	end();
}

/* ---- with a dialer ---- */

static struct dt_explanation explain(const struct dt_node_id *id)
{
	struct dt_explanation out;

	(void)!dt_dialer_explain(scene.dialer, &out, id);
	return out;
}

Test(workers_rlpx_inbound, the_dialer_hears_of_the_set_up_and_of_the_peer,
     .timeout = 20)
{
	struct dt_node_id id;
	struct dt_event event;

	rlpx_scene_init(&scene, 1);
	start(true);
	id = rlpx_remote_id(&remote);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	while (explain(&id).inbound != 1)
		sched_yield();

	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	rlpx_await_added(&scene, 1);
	while (explain(&id).inbound != 0)
		sched_yield();
	cr_assert_eq(explain(&id).peer_flags, DT_PEER_INBOUND);
	rlpx_remote_hang_up(&remote);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_PEER_REMOVED,
			       0));
	cr_assert_eq(event.flags, DT_PEER_INBOUND);
	cr_assert_eq(event.detail.reason, DT_ENDING_CLOSED);
	cr_assert_eq(explain(&id).peer_flags, 0);
	end();
}

Test(workers_rlpx_inbound, who_is_banned_does_not_stay, .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	start(true);
	id = rlpx_remote_id(&remote);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &id, 0), DT_OK);
	rlpx_remote_call(&remote, &node);
	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_REQUESTED);
	rlpx_await_removed(&scene, 1);

	cr_assert_eq(scene.endings[0], DT_ENDING_LOCAL_REQUESTED);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	cr_assert_eq(explain(&id).peer_flags, 0);
	counters = rlpx_counters(&scene);
	cr_assert_eq(counters.inbound.opened, 1);
	cr_assert_eq(counters.peers_ended[DT_ENDING_LOCAL_REQUESTED], 1);
	end();
}

/* A stranger could keep us from dialing a node by saying to be it. */
Test(workers_rlpx_inbound, the_dialer_hears_once_of_who_does_not_prove_itself,
     .timeout = 20)
{
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	start(true);
	id = rlpx_remote_id(&remote);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	while (explain(&id).inbound != 1)
		sched_yield();
	rlpx_remote_hang_up(&remote);
	await_ended(DT_ENDING_HELLO_CLOSED, 1);
	while (explain(&id).inbound != 0)
		sched_yield();

	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	/* The ack was written after the dialer would have been told. */
	cr_assert_eq(explain(&id).inbound, 0);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	end();
}

/*
 * The node dials @remote, which has the higher id, and gets no answer: what
 * comes in from it must wait. The listener is the caller's.
 */
static int dial_in_vain(struct dt_node *dialed)
{
	int listener = sockets_listen(&dialed->endpoint, 4, 8);
	struct dt_node_id id = rlpx_remote_id(&remote);

	dialed->id = id;
	dialed->host_name = NULL;
	cr_assert_lt(memcmp(node.id.bytes, id.bytes, sizeof(id.bytes)), 0);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, dialed, 1), DT_OK);
	while (rlpx_counters(&scene).outbound.running != 1)
		sched_yield();
	return listener;
}

/* Does something that came in wait for the dial of ours? */
static bool is_awaited(const struct dt_node_id *id)
{
	const struct dti_peer_entry *entry;
	bool awaited;

	dti_rlpx_lock(scene.rlpx);
	entry = dti_peer_registry_find(&scene.rlpx->registry, id);
	awaited = entry && entry->is_awaited;
	dti_rlpx_unlock(scene.rlpx);
	return awaited;
}

/* A key whose id is above that of the node's. */
static void start_below(int64_t setup_timeout_ms)
{
	uint8_t number = 9;
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	scene.config.setup_timeout_ms = setup_timeout_ms;
	start(true);
	do {
		struct dt_node_key key = {{[31] = ++number}};

		cr_assert_eq(dt_node_key_id(&id, &key), DT_OK);
	} while (memcmp(node.id.bytes, id.bytes, sizeof(id.bytes)) > 0);
	rlpx_remote_fini(&remote);
	rlpx_remote_init(&remote, number);
}

Test(workers_rlpx_inbound, it_waits_for_a_dial_of_ours_and_opens_if_that_fails,
     .timeout = 30)
{
	struct dt_node dialed;
	int listener;
	int answer;

	start_below(600000);
	listener = dial_in_vain(&dialed);
	answer = accept(listener, NULL, NULL);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	/* Its Hello, after which there is nothing to be heard yet. */
	(void)rlpx_remote_await(&remote, DT_SESSION_IDENTIFIED, 1);
	while (!is_awaited(&dialed.id))
		sched_yield();

	/* Now the dial fails. */
	close(answer);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	rlpx_await_added(&scene, 1);
	cr_assert_eq(
		rlpx_counters(&scene).outbound.ended[DT_ENDING_AUTH_CLOSED], 1);
	close(listener);
	end();
}

Test(workers_rlpx_inbound, it_waits_for_a_dial_of_ours_no_longer_than_a_set_up,
     .timeout = 30)
{
	struct dt_node dialed;
	struct dti_peer_entry *entry;

	start_below(100);
	dialed.id = rlpx_remote_id(&remote);
	/* A dial that never ends, since it is only registered. */
	dti_rlpx_lock(scene.rlpx);
	cr_assert_eq(dti_peer_registry_dial(&scene.rlpx->registry, &dialed.id,
					    DT_PEER_DYN),
		     DT_ENDING_NONE);
	dti_rlpx_unlock(scene.rlpx);
	rlpx_remote_call(&remote, &node);

	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_ALREADY);
	await_ended(DT_ENDING_LOCAL_ALREADY, 1);
	dti_rlpx_lock(scene.rlpx);
	entry = dti_peer_registry_find(&scene.rlpx->registry, &dialed.id);
	cr_assert(entry->is_awaited);
	(void)dti_peer_registry_dial_failed(&scene.rlpx->registry, &dialed.id);
	dti_rlpx_unlock(scene.rlpx);
	end();
}

Test(workers_rlpx_inbound, a_dial_that_runs_is_cancelled_by_a_peer,
     .timeout = 30)
{
	struct dt_node dialed = {.host_name = NULL};
	uint8_t number = 9;
	int listener = sockets_listen(&dialed.endpoint, 4, 8);

	/* One with a lower id: it is the arbiter, and we take what it says. */
	rlpx_scene_init(&scene, 1);
	scene.config.setup_timeout_ms = 600000;
	start(true);
	do {
		struct dt_node_key key = {{[31] = ++number}};

		cr_assert_eq(dt_node_key_id(&dialed.id, &key), DT_OK);
	} while (memcmp(node.id.bytes, dialed.id.bytes,
			sizeof(dialed.id.bytes)) < 0);
	rlpx_remote_fini(&remote);
	rlpx_remote_init(&remote, number);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, &dialed, 1), DT_OK);
	while (rlpx_counters(&scene).outbound.running != 1)
		sched_yield();
	rlpx_remote_open(&remote, &node);

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CANCELLED, 1);
	rlpx_await_added(&scene, 1);
	cr_assert_eq(rlpx_counters(&scene).peers_inbound, 1);
	close(listener);
	end();
}

/* Whatever cannot be allocated, others are served later, and nothing leaks. */
Test(workers_rlpx_inbound, without_memory_there_is_no_room, .timeout = 60)
{
	struct shared_allocator memory = {.fail_at = 0};
	struct rlpx_remote *remotes = calloc(40, sizeof(*remotes));
	struct dt_rlpx_counters counters;

	cr_assert_not_null(remotes);
	rlpx_scene_init(&scene, 1);
	scene.config.allocator = shared_allocator_functions(&memory);
	start(false);
	atomic_store(&memory.fail_all, true);
	for (uint8_t i = 0; i < 40; i++) {
		rlpx_remote_init(&remotes[i], (uint8_t)(i + 20));
		rlpx_remote_call(&remotes[i], &node);
	}
	AWAIT_RLPX(&scene, counters, counters.accepted == 40);
	cr_assert_gt(counters.no_room, 0);
	cr_assert_gt(counters.inbound.begun, 0);
	cr_assert_null(rlpx_broken(&counters));

	atomic_store(&memory.fail_all, false);
	for (uint8_t i = 0; i < 40; i++)
		rlpx_remote_fini(&remotes[i]);
	rlpx_remote_open(&remote, &node);
	end();
	cr_assert_eq(atomic_load(&memory.live), 0);
	free(remotes);
}
