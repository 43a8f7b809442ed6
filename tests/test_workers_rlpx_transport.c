/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/node/id.h"

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/shared_allocator.h"
#include "tests/sockets.h"

/* A set-up that the test makes by itself, without a dialer. */
struct setting {
	struct rlpx_scene scene;
	struct rlpx_remote remote;
	struct dt_transport transport;
	struct sockets_op op;
	struct dt_node node; /* the remote */
	int fd;              /* ours */
	dt_session *session; /* what the set-up gave */
	struct dt_outcome_detail detail;
};

static struct setting setting; /* each test is a process */

static void connect_again(void)
{
	int ends[2];

	sockets_pair(ends);
	setting.fd = ends[0];
	rlpx_remote_answer_on(&setting.remote, ends[1]);
}

/* The scene is there. */
static void prepare(void)
{
	rlpx_remote_init(&setting.remote, 9);
	setting.transport = dt_rlpx_transport(setting.scene.rlpx);
	setting.node.id = rlpx_remote_id(&setting.remote);
	sockets_op_init(&setting.op, 10000);
	connect_again();
}

/* The scene is as it is to be. */
static void start(void)
{
	rlpx_scene_start(&setting.scene);
	prepare();
}

static void begin_with(uint32_t max_peers)
{
	rlpx_scene_init(&setting.scene, 1);
	setting.scene.config.max_peers = max_peers;
	start();
}

static void begin(void)
{
	begin_with(50);
}

static void end(void)
{
	rlpx_scene_stop(&setting.scene);
	rlpx_remote_fini(&setting.remote);
	sockets_op_fini(&setting.op);
	rlpx_scene_fini(&setting.scene);
}

static enum dt_outcome set_up(uint32_t flags)
{
	void *session = NULL;
	enum dt_outcome outcome = setting.transport.setup(
		setting.transport.context, &setting.op.op, &session,
		&setting.detail, &setting.node, flags, setting.fd);

	setting.session = session;
	cr_assert_eq(session != NULL, outcome == DT_OUTCOME_CONNECTED);
	return outcome;
}

static void *answer(void *argument)
{
	struct rlpx_remote *remote = argument;

	rlpx_remote_await(remote, DT_SESSION_OPENED, 1);
	return NULL;
}

/* While the remote answers. */
static enum dt_outcome set_up_answered(uint32_t flags)
{
	enum dt_outcome outcome;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, answer, &setting.remote), 0);
	outcome = set_up(flags);
	if (outcome != DT_OUTCOME_CONNECTED)
		close(setting.fd);
	pthread_join(thread, NULL);
	return outcome;
}

static bool keep(uint32_t flags)
{
	return setting.transport.keep(setting.transport.context, &setting.node,
				      flags, setting.fd, setting.session);
}

Test(workers_rlpx_transport, a_set_up_connection_is_kept, .timeout = 20)
{
	struct dt_peer peer;

	begin();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	cr_assert_eq(setting.detail.reason, DT_ENDING_NONE);
	cr_assert_eq(rlpx_counters(&setting.scene).outbound.opened, 1);
	cr_assert_eq(rlpx_counters(&setting.scene).peers, 0);
	cr_assert(keep(DT_PEER_DYN));
	rlpx_await_added(&setting.scene, 1);

	cr_assert_eq(dt_rlpx_peers(setting.scene.rlpx, &peer, 1), 1);
	cr_assert(dti_node_id_equal(&peer.node.id, &setting.node.id));
	cr_assert_eq(peer.flags, DT_PEER_DYN);
	cr_assert_eq(peer.hello.capability_count, 2);
	rlpx_remote_hang_up(&setting.remote);
	rlpx_await_removed(&setting.scene, 1);
	cr_assert_eq(setting.scene.endings[0], DT_ENDING_CLOSED);
	end();
}

Test(workers_rlpx_transport, who_is_connected_is_not_asked_again, .timeout = 20)
{
	begin();
	cr_assert_eq(set_up_answered(DT_PEER_STATIC), DT_OUTCOME_CONNECTED);
	cr_assert(keep(DT_PEER_STATIC));

	cr_assert_eq(set_up(DT_PEER_STATIC), DT_OUTCOME_ALREADY_CONNECTED);
	cr_assert_eq(setting.detail.reason, DT_ENDING_LOCAL_ALREADY);
	end();
}

Test(workers_rlpx_transport, what_became_of_it_is_told_and_counted,
     .timeout = 20)
{
	begin();
	close(setting.remote.fd);

	cr_assert_eq(set_up(DT_PEER_STATIC), DT_OUTCOME_RESET);
	cr_assert_eq(setting.detail.reason, DT_ENDING_AUTH_CLOSED);
	cr_assert_eq(rlpx_counters(&setting.scene)
			     .outbound.ended[DT_ENDING_AUTH_CLOSED],
		     1);
	close(setting.fd);
	setting.remote.fd = -1;
	end();
}

Test(workers_rlpx_transport, dynamic_peers_are_limited_and_static_not,
     .timeout = 20)
{
	begin_with(0);

	cr_assert_eq(set_up(DT_PEER_DYN), DT_OUTCOME_SETUP_FAILED);
	cr_assert_eq(setting.detail.reason, DT_ENDING_LOCAL_TOO_MANY);
	cr_assert_eq(set_up_answered(DT_PEER_STATIC), DT_OUTCOME_CONNECTED);
	cr_assert(keep(DT_PEER_STATIC));
	end();
}

Test(workers_rlpx_transport, we_are_not_called_ourselves, .timeout = 20)
{
	begin();
	setting.node = rlpx_scene_node(&setting.scene);

	cr_assert_eq(set_up(DT_PEER_DYN), DT_OUTCOME_WRONG_IDENTITY);
	cr_assert_eq(setting.detail.reason, DT_ENDING_OWN_ID);
	end();
}

Test(workers_rlpx_transport, an_id_that_is_no_key_cannot_be_called,
     .timeout = 20)
{
	begin();
	memset(&setting.node.id, 0xff, sizeof(setting.node.id));

	cr_assert_eq(set_up(DT_PEER_DYN), DT_OUTCOME_SETUP_FAILED);
	cr_assert_eq(setting.detail.reason, DT_ENDING_HANDSHAKE_KEY);
	end();
}

/* Nobody would ever look at it. */
Test(workers_rlpx_transport, before_a_start_nobody_is_kept, .timeout = 20)
{
	rlpx_scene_init(&setting.scene, 1);
	rlpx_scene_create(&setting.scene, false);
	prepare();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	cr_assert_not(keep(DT_PEER_DYN));
	close(setting.fd);

	cr_assert_eq(rlpx_remote_outlive(&setting.remote),
		     DT_ENDING_REMOTE_QUITTING);
	cr_assert_eq(rlpx_counters(&setting.scene).peers_added, 0);
	end();
}

Test(workers_rlpx_transport, after_a_stop_nobody_is_called, .timeout = 20)
{
	begin();
	dt_rlpx_stop(setting.scene.rlpx);

	cr_assert_eq(set_up(DT_PEER_DYN), DT_OUTCOME_CANCELLED);
	cr_assert_eq(setting.detail.reason, DT_ENDING_LOCAL_QUITTING);
	end();
}

/* The descriptor stays the dialer's. */
Test(workers_rlpx_transport, after_a_stop_nothing_is_kept, .timeout = 20)
{
	begin();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	dt_rlpx_stop(setting.scene.rlpx);

	cr_assert_not(keep(DT_PEER_DYN));
	close(setting.fd);
	cr_assert_eq(rlpx_remote_outlive(&setting.remote),
		     DT_ENDING_REMOTE_QUITTING);
	end();
}

/* As a transport of an embedder's could do that mixes up what it has. */
Test(workers_rlpx_transport, what_it_has_not_set_up_is_not_kept, .timeout = 20)
{
	struct dt_node_id id;

	begin();
	setting.session = NULL;
	cr_assert_not(keep(DT_PEER_DYN));
	cr_assert_eq(dt_rlpx_call(setting.scene.rlpx, &setting.session,
				  &setting.node.id),
		     DT_OK);
	cr_assert_not(keep(DT_PEER_DYN));
	cr_assert_eq(dti_session_open_call(&setting.remote.owner,
					   &setting.session, &setting.node.id),
		     DT_OK);
	cr_assert_not(keep(DT_PEER_DYN));

	/* Nor as somebody else's. */
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	id = setting.node.id;
	setting.node.id.bytes[0] ^= 1;
	cr_assert_not(keep(DT_PEER_DYN));
	setting.node.id = id;
	close(setting.fd);
	cr_assert_eq(rlpx_counters(&setting.scene).peers_added, 0);
	end();
}

Test(workers_rlpx_transport, an_embedders_peer_has_its_id_until_it_is_destroyed,
     .timeout = 20)
{
	dt_session *session;

	begin();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	cr_assert_eq(rlpx_counters(&setting.scene).peers_added, 0);
	session = setting.session;
	cr_assert_eq(set_up(DT_PEER_DYN), DT_OUTCOME_ALREADY_CONNECTED);

	dt_session_destroy(session);
	close(setting.fd);
	rlpx_remote_hang_up(&setting.remote);
	connect_again();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	dt_session_destroy(setting.session);
	close(setting.fd);
	end();
}

static void drop(void)
{
	setting.transport.drop(setting.transport.context, &setting.node.id);
}

Test(workers_rlpx_transport, a_peer_that_is_dropped_is_told, .timeout = 20)
{
	begin();
	drop();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	cr_assert(keep(DT_PEER_DYN));
	drop();
	drop();
	rlpx_await_removed(&setting.scene, 1);

	cr_assert_eq(setting.scene.endings[0], DT_ENDING_LOCAL_REQUESTED);
	cr_assert_eq(rlpx_remote_outlive(&setting.remote),
		     DT_ENDING_REMOTE_REQUESTED);
	end();
}

Test(workers_rlpx_transport, a_drop_before_the_peer_is_kept_is_not_lost,
     .timeout = 20)
{
	begin();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	drop();
	cr_assert(keep(DT_PEER_DYN));
	rlpx_await_removed(&setting.scene, 1);

	cr_assert_eq(setting.scene.endings[0], DT_ENDING_LOCAL_REQUESTED);
	end();
}

static bool may_go_on; /* under the scene's lock */

/* Keeps the thread at the first end. */
static void note_and_wait(void *context, const struct dt_peer_event *event)
{
	struct rlpx_scene *scene = context;

	pthread_mutex_lock(&scene->lock);
	if (event->type == DT_PEER_EVENT_ADDED)
		scene->added++;
	else
		scene->endings[scene->removed++] = event->ending;
	pthread_cond_broadcast(&scene->changed);
	while (scene->removed == 1 && !may_go_on)
		pthread_cond_wait(&scene->changed, &scene->lock);
	pthread_mutex_unlock(&scene->lock);
}

static void let_go_on(void)
{
	pthread_mutex_lock(&setting.scene.lock);
	may_go_on = true;
	pthread_cond_broadcast(&setting.scene.changed);
	pthread_mutex_unlock(&setting.scene.lock);
}

/* It finds the drop before it has seen the peer. */
Test(workers_rlpx_transport, a_peer_can_be_kept_and_dropped_while_another_ends,
     .timeout = 20)
{
	struct rlpx_remote first;
	struct dt_node_id id;
	struct dt_node self;

	rlpx_scene_init(&setting.scene, 1);
	setting.scene.config.peer = note_and_wait;
	start();
	self = rlpx_scene_node(&setting.scene);
	rlpx_remote_init(&first, 10);
	id = rlpx_remote_id(&first);
	rlpx_remote_open(&first, &self);
	rlpx_await_added(&setting.scene, 1);
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	setting.transport.drop(setting.transport.context, &id);
	rlpx_await_removed(&setting.scene, 1);
	cr_assert(keep(DT_PEER_DYN));
	drop();
	let_go_on();
	rlpx_await_removed(&setting.scene, 2);

	cr_assert_eq(setting.scene.added, 2);
	cr_assert_eq(setting.scene.endings[1], DT_ENDING_LOCAL_REQUESTED);
	rlpx_remote_fini(&first);
	end();
}

Test(workers_rlpx_transport, a_drop_of_a_stranger_does_nothing, .timeout = 20)
{
	begin();
	cr_assert_eq(set_up_answered(DT_PEER_DYN), DT_OUTCOME_CONNECTED);
	cr_assert(keep(DT_PEER_DYN));
	setting.node = rlpx_scene_node(&setting.scene);
	drop();
	dt_rlpx_stop(setting.scene.rlpx);

	cr_assert_eq(setting.scene.removed, 1);
	cr_assert_eq(setting.scene.endings[0], DT_ENDING_LOCAL_QUITTING);
	end();
}

/* ---- with a dialer ---- */

Test(workers_rlpx_transport, a_dialer_makes_peers_and_hears_of_their_ends,
     .timeout = 30)
{
	struct rlpx_scene scene;
	struct rlpx_remote remote;
	struct dt_endpoint at;
	struct dt_event event;
	struct dt_node node;
	int listener = sockets_listen(&at, 4, 8);

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, true);
	rlpx_scene_start(&scene);
	rlpx_remote_init(&remote, 9);
	node = (struct dt_node){.id = rlpx_remote_id(&remote), .endpoint = at};
	cr_assert_eq(dt_dialer_add_static(scene.dialer, &node, 1), DT_OK);
	rlpx_remote_answer(&remote, listener);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	rlpx_await_added(&scene, 1);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	cr_assert_eq(scene.last.flags, DT_PEER_STATIC);
	cr_assert_eq(scene.last.node.endpoint.tcp_port, at.tcp_port);

	cr_assert_eq(dt_dialer_ban(scene.dialer, &node.id, 0), DT_OK);
	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_REQUESTED);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_PEER_REMOVED,
			       0));
	cr_assert_eq(event.detail.reason, DT_ENDING_LOCAL_REQUESTED);
	cr_assert_eq(event.flags, DT_PEER_STATIC);
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
	close(listener);
}

/* Whatever cannot be allocated, counters add up and nothing leaks. */
Test(workers_rlpx_transport, without_memory_a_dial_fails_and_nothing_else,
     .timeout = 60)
{
	for (uint64_t n = 1; n < 40; n++) {
		struct shared_allocator memory = {.fail_at = 0};
		struct dt_rlpx_counters counters;
		enum dt_outcome outcome;

		memset(&setting, 0, sizeof(setting));
		rlpx_scene_init(&setting.scene, 1);
		setting.scene.config.max_active_dials = 1;
		setting.scene.config.allocator =
			shared_allocator_functions(&memory);
		rlpx_scene_start(&setting.scene);
		rlpx_remote_init(&setting.remote, 9);
		setting.transport = dt_rlpx_transport(setting.scene.rlpx);
		sockets_op_init(&setting.op, 10000);
		atomic_store(&memory.fail_all, n % 2 == 1);
		for (uint64_t i = 0; i < n; i++) {
			/* Keys that nobody has: they end at once. */
			struct dt_node_key key = {{[31] = (uint8_t)(i + 20)}};

			cr_assert_eq(dt_node_key_id(&setting.node.id, &key),
				     DT_OK);
			connect_again();
			close(setting.remote.fd);
			setting.remote.fd = -1;
			outcome = set_up(DT_PEER_DYN);
			cr_assert(outcome == DT_OUTCOME_RESET ||
					  outcome == DT_OUTCOME_LOCAL_FAULT,
				  "%s", dt_outcome_name(outcome));
			close(setting.fd);
			rlpx_remote_hang_up(&setting.remote);
		}
		counters = rlpx_counters(&setting.scene);
		cr_assert_null(rlpx_broken(&counters));
		atomic_store(&memory.fail_all, false);
		end();
		cr_assert_eq(atomic_load(&memory.live), 0);
	}
}
