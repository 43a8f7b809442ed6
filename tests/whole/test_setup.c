/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* Between the connection and the peer: slow remotes, late cancels, signals. */

struct place {
	struct scene scene;
	struct loopback listener;
	struct gate gate;
	struct dt_node node;
	_Atomic int fd; /* of the latest set-up */
};

static void begin(struct place *place, enum loopback_kind kind)
{
	memset(place, 0, sizeof(*place));
	scene_init(&place->scene);
	loopback_open(&place->listener, kind);
	gate_init(&place->gate);
	place->node = loopback_node(1, loopback_endpoint(&place->listener, 1));
	place->scene.config.setup_timeout_ms = 600000;
	place->scene.config.transport.context = place;
}

static struct dt_counters end(struct place *place)
{
	struct dt_counters counters;

	scene_stop(&place->scene);
	counters = scene_counters(&place->scene);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	scene_fini(&place->scene);
	loopback_close(&place->listener);
	gate_fini(&place->gate);
	return counters;
}

/* ---- remotes that take their time ---- */

/* A handshake that never gets enough: whatever comes, it waits for more. */
static enum dt_outcome read_for_ever(void *context, const struct dt_op *op,
				     void **session,
				     struct dt_outcome_detail *detail,
				     const struct dt_node *node, uint32_t flags,
				     int fd)
{
	dt_err err;
	char byte;

	(void)context;
	(void)session;
	(void)detail;
	(void)node;
	(void)flags;
	while ((err = dt_op_wait(op, fd, POLLIN)) == DT_OK)
		(void)!recv(fd, &byte, 1, MSG_PEEK);
	return err == DT_ERR_TIMED_OUT ? DT_OUTCOME_SETUP_TIMED_OUT
				       : DT_OUTCOME_CANCELLED;
}

Test(whole_setup, a_node_that_always_has_more_to_say_ends_at_the_deadline,
     .timeout = 30)
{
	struct place place;
	struct dt_counters counters;

	begin(&place, LOOPBACK_GREETS);
	place.scene.config.setup_timeout_ms = 50;
	place.scene.config.transport.setup = read_for_ever;
	scene_start(&place.scene);
	/* Its socket is readable all the time. */
	scene_add_static(&place.scene, place.node);
	recorder_await(&place.scene.recorder, DT_EVENT_DIAL_ENDED, 1);

	counters = end(&place);

	cr_assert_eq(counters.tasks[DT_TASK_STATIC_DIAL]
			     .outcomes[DT_OUTCOME_SETUP_TIMED_OUT],
		     1);
}

Test(whole_setup, slow_nodes_delay_nobody_else, .timeout = 60)
{
	struct place place;
	struct loopback other;

	begin(&place, LOOPBACK_GREETS);
	loopback_open(&other, LOOPBACK_REFUSES);
	place.scene.config.transport.setup = read_for_ever;
	place.scene.config.max_active_dials = 8;
	scene_start(&place.scene);
	for (uint32_t i = 0; i < 7; i++)
		scene_add_static(&place.scene,
				 loopback_node(i, loopback_endpoint(
							  &place.listener, i)));
	scene_await_running(&place.scene, DT_TASK_STATIC_DIAL, 7);

	for (uint32_t i = 100; i < 150; i++)
		scene_add_static(
			&place.scene,
			loopback_node(i, loopback_endpoint(&other, i)));

	recorder_await_outcome(&place.scene.recorder, DT_OUTCOME_REFUSED, 50);
	(void)end(&place);
	loopback_close(&other);
}

/* What a peer sends once it is one is thrown away, so that its end is seen. */
Test(whole_setup, a_held_peer_may_send_what_it_likes, .timeout = 30)
{
	struct place place;

	begin(&place, LOOPBACK_GREETS);
	scene_start(&place.scene);
	scene_add_static(&place.scene, place.node);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);
	loopback_await(&place.listener, 1);

	loopback_drop_all(&place.listener);

	recorder_await(&place.scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	(void)end(&place);
}

/* ---- cancels that come too late for the hook ---- */

static enum dt_outcome set_up_at_gate(void *context, const struct dt_op *op,
				      void **session,
				      struct dt_outcome_detail *detail,
				      const struct dt_node *node,
				      uint32_t flags, int fd)
{
	struct place *place = context;

	(void)op;
	(void)session;
	(void)detail;
	(void)node;
	(void)flags;
	atomic_store(&place->fd, fd);
	gate_pass(&place->gate);
	return DT_OUTCOME_CONNECTED;
}

static void begin_deaf(struct place *place)
{
	begin(place, LOOPBACK_ACCEPTS);
	place->scene.config.transport.setup = set_up_at_gate;
	scene_start(&place->scene);
	scene_add_static(&place->scene, place->node);
	gate_await(&place->gate, 1);
	/* Later its accept() could get the number of the closed socket. */
	loopback_await(&place->listener, 1);
}

/* The hook returns now; its dial ends as cancelled, its socket is closed. */
static void expect_cancelled(struct place *place)
{
	gate_open(&place->gate);
	recorder_await_outcome(&place->scene.recorder, DT_OUTCOME_CANCELLED, 1);
	cr_assert_eq(fcntl(atomic_load(&place->fd), F_GETFD), -1);
	cr_assert_eq(errno, EBADF);
}

Test(whole_setup, a_node_that_came_inbound_meanwhile_is_one_peer, .timeout = 30)
{
	struct place place;
	struct dt_counters counters;
	struct dt_explanation explanation;

	begin_deaf(&place);
	cr_assert_eq(dt_dialer_peer_added(place.scene.dialer, &place.node.id,
					  DT_PEER_INBOUND),
		     DT_OK);
	(void)scene_settled(&place.scene);

	expect_cancelled(&place);

	counters = scene_settled(&place.scene);
	cr_assert_eq(counters.peers, 1);
	cr_assert_eq(counters.peers_added, 1);
	cr_assert_eq(dt_dialer_explain(place.scene.dialer, &explanation,
				       &place.node.id),
		     DT_OK);
	cr_assert_eq(explanation.peer_flags, DT_PEER_INBOUND);
	(void)end(&place);
}

Test(whole_setup, a_node_that_was_banned_meanwhile_is_no_peer, .timeout = 30)
{
	struct place place;
	struct dt_counters counters;

	begin_deaf(&place);
	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &place.node.id, 0),
		     DT_OK);
	(void)scene_settled(&place.scene);

	expect_cancelled(&place);

	counters = end(&place);
	cr_assert_eq(counters.peers_added, 0);
}

Test(whole_setup, a_node_that_was_removed_meanwhile_is_no_peer, .timeout = 30)
{
	struct place place;
	struct dt_counters counters;

	begin_deaf(&place);
	cr_assert_eq(
		dt_dialer_remove_static(place.scene.dialer, &place.node.id),
		DT_OK);
	(void)scene_settled(&place.scene);

	expect_cancelled(&place);

	counters = end(&place);
	cr_assert_eq(counters.peers_added, 0);
	cr_assert_eq(counters.static_nodes, 0);
}

Test(whole_setup, adding_it_anew_does_not_disturb_its_dial, .timeout = 30)
{
	struct place place;

	begin_deaf(&place);
	scene_add_static(&place.scene, place.node);
	(void)scene_settled(&place.scene);
	gate_open(&place.gate);

	recorder_await_outcome(&place.scene.recorder, DT_OUTCOME_CONNECTED, 1);
	(void)end(&place);
}

/* The peer that the dial has made and the one that dialed us go one by one. */
Test(whole_setup, an_inbound_peer_outlives_the_dialed_one, .timeout = 30)
{
	struct place place;
	struct dt_counters counters;

	begin(&place, LOOPBACK_ACCEPTS);
	scene_start(&place.scene);
	scene_add_static(&place.scene, place.node);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);
	loopback_await(&place.listener, 1);
	cr_assert_eq(dt_dialer_peer_added(place.scene.dialer, &place.node.id,
					  DT_PEER_INBOUND),
		     DT_OK);
	cr_assert_eq(scene_settled(&place.scene).peers, 1);

	loopback_drop_all(&place.listener);
	/* The keeper's word has come when that of a later peer has. */
	scene_add_static(
		&place.scene,
		loopback_node(2, loopback_endpoint(&place.listener, 2)));
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 2);
	loopback_await(&place.listener, 2);
	loopback_drop_all(&place.listener);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_REMOVED, 1);

	counters = scene_settled(&place.scene);
	cr_assert_eq(counters.peers, 1);
	cr_assert_eq(dt_dialer_peer_removed(place.scene.dialer, &place.node.id),
		     DT_OK);
	cr_assert_eq(scene_settled(&place.scene).peers, 0);
	(void)end(&place);
}

/* ---- signals ---- */

static _Atomic uint64_t signals_elsewhere;
static pthread_t main_thread;

static void note_signal(int number)
{
	(void)number;
	if (!pthread_equal(pthread_self(), main_thread))
		atomic_fetch_add(&signals_elsewhere, 1);
}

Test(whole_setup, signals_of_the_host_do_not_land_on_its_threads, .timeout = 60)
{
	struct place place;
	struct sigaction action = {.sa_handler = note_signal};

	main_thread = pthread_self();
	begin(&place, LOOPBACK_REFUSES);
	place.scene.config.history_expiration_ms = 1;
	cr_assert_eq(sigaction(SIGUSR1, &action, NULL), 0);
	scene_start(&place.scene);
	scene_add_static(&place.scene, place.node);

	for (uint64_t i = 0; i < 300; i++) {
		cr_assert_eq(kill(getpid(), SIGUSR1), 0);
		if (i % 10 == 0)
			recorder_await(&place.scene.recorder,
				       DT_EVENT_DIAL_ENDED, i / 10 + 1);
	}

	cr_assert_eq(atomic_load(&signals_elsewhere), 0);
	(void)end(&place);
}
