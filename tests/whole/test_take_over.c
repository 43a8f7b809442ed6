/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <semaphore.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/node/id.h"

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

/* Peers that have dialed us, and are the embedder's from then on. */

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

/* What the embedder was given. */
static struct taken {
	sem_t came;
	bool is_welcome;
	struct dt_node node;
	int fd;
	dt_session *session;
} taken = {.is_welcome = true};

static bool take(void *context, const struct dt_node *from, int fd,
		 dt_session *session)
{
	struct taken *out = context;

	out->node = *from;
	out->fd = fd;
	out->session = session;
	sem_post(&out->came);
	return out->is_welcome;
}

static void begin(void)
{
	rlpx_scene_init(&scene, 1);
	sem_init(&taken.came, 0, 0);
	scene.config.keep_inbound = take;
	scene.config.keep_inbound_context = &taken;
	rlpx_scene_create(&scene, true);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
}

static void end(void)
{
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
	sem_destroy(&taken.came);
}

/* The remote's Hello, and more in the same segment. */
static void say_hello_and(const void *more, size_t count)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE + 16];
	size_t length;

	rlpx_remote_call(&remote, &node);
	while (remote.events[DT_SESSION_IDENTIFIED] == 0)
		rlpx_remote_step(&remote);
	length = dt_session_write(remote.session, bytes, DT_SESSION_WRITE_SIZE);
	cr_assert_gt(length, 0);
	memcpy(bytes + length, more, count);
	rlpx_remote_send(&remote, bytes, length + count);
}

static void say_what_is_owed(void)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];

	while (dt_session_owes(taken.session)) {
		size_t length =
			dt_session_write(taken.session, bytes, sizeof(bytes));

		cr_assert_eq(send(taken.fd, bytes, length, MSG_NOSIGNAL),
			     (ssize_t)length);
	}
}

static void let_go(void)
{
	dt_session_destroy(taken.session);
	close(taken.fd);
}

Test(whole_take_over, who_dials_us_is_the_embedders, .timeout = 20)
{
	struct pollfd polled = {.events = POLLIN};
	struct dt_rlpx_counters counters;
	struct dt_node_id id;
	char heard[16];

	begin();
	id = rlpx_remote_id(&remote);
	say_hello_and("more", 4);
	sem_wait(&taken.came);

	cr_assert(dti_node_id_equal(&taken.node.id, &id));
	cr_assert_eq(taken.node.endpoint.ip[0], 127);
	cr_assert(dt_session_info(taken.session)->is_open);
	cr_assert_eq(dt_session_info(taken.session)->hello.listen_port, 30303);
	polled.fd = taken.fd;
	cr_assert_eq(poll(&polled, 1, -1), 1);
	cr_assert_eq(recv(taken.fd, heard, sizeof(heard), 0), 4);
	cr_assert_eq(memcmp(heard, "more", 4), 0);
	say_what_is_owed();
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	AWAIT_RLPX(&scene, counters, counters.inbound.opened == 1);
	cr_assert_eq(counters.peers_added, 0);
	cr_assert_null(rlpx_broken(&counters));
	recorder_await(&scene.recorder, DT_EVENT_PEER_ADDED, 1);
	cr_assert_eq(scene.added, 0);
	let_go();
	end();
}

Test(whole_take_over, it_is_connected_until_its_session_is_destroyed,
     .timeout = 20)
{
	struct rlpx_remote again;
	struct dt_node_id id;

	begin();
	id = rlpx_remote_id(&remote);
	say_hello_and("", 0);
	sem_wait(&taken.came);
	rlpx_remote_init(&again, 9);
	rlpx_remote_call(&again, &node);
	cr_assert_eq(rlpx_remote_outlive(&again), DT_ENDING_REMOTE_ALREADY);
	rlpx_remote_hang_up(&again);

	let_go();
	cr_assert_eq(dt_dialer_peer_removed(scene.dialer, &id), DT_OK);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	rlpx_remote_call(&again, &node);
	cr_assert(rlpx_remote_await(&again, DT_SESSION_IDENTIFIED, 1));
	sem_wait(&taken.came);
	recorder_await(&scene.recorder, DT_EVENT_PEER_ADDED, 2);
	let_go();
	rlpx_remote_fini(&again);
	end();
}

Test(whole_take_over, it_outlives_a_stop, .timeout = 20)
{
	begin();
	say_hello_and("", 0);
	sem_wait(&taken.came);
	rlpx_scene_stop(&scene);

	say_what_is_owed();
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	let_go();
	end();
}

Test(whole_take_over, who_is_not_wanted_is_disconnected, .timeout = 20)
{
	size_t open;
	struct dt_rlpx_counters counters;
	struct dt_event event;

	taken.is_welcome = false;
	begin();
	open = sockets_count_open();
	rlpx_remote_call(&remote, &node);

	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_REQUESTED);
	AWAIT_RLPX(&scene, counters,
		   counters.inbound.ended[DT_ENDING_LOCAL_REQUESTED] == 1);
	cr_assert_eq(counters.inbound.opened, 0);
	cr_assert_null(rlpx_broken(&counters));
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_PEER_REMOVED,
			       0));
	cr_assert_eq(event.detail.reason, DT_ENDING_LOCAL_REQUESTED);
	rlpx_remote_hang_up(&remote);
	while (sockets_count_open() > open)
		sched_yield();
	end();
}

/* Does the remote wait for the node's dial of it? */
static bool waits(void)
{
	struct dt_node_id id = rlpx_remote_id(&remote);
	const struct dti_peer_entry *entry;
	bool awaited;

	dti_rlpx_lock(scene.rlpx);
	entry = dti_peer_registry_find(&scene.rlpx->registry, &id);
	awaited = entry && entry->is_awaited;
	dti_rlpx_unlock(scene.rlpx);
	return awaited;
}

/* A remote whose id is higher: the node's dial of it goes first. */
static void find_higher(void)
{
	uint8_t number = 9;

	while (memcmp(node.id.bytes, rlpx_remote_id(&remote).bytes,
		      sizeof(node.id.bytes)) > 0) {
		rlpx_remote_fini(&remote);
		rlpx_remote_init(&remote, ++number);
	}
}

Test(whole_take_over, who_has_to_wait_for_a_dial_is_given_later, .timeout = 20)
{
	struct dt_node dialed = {.host_name = NULL};
	int listener = sockets_listen(&dialed.endpoint, 4, 8);
	int answer;

	begin();
	find_higher();
	dialed.id = rlpx_remote_id(&remote);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, &dialed, 1), DT_OK);
	answer = accept(listener, NULL, NULL);
	while (rlpx_counters(&scene).outbound.running != 1)
		sched_yield();
	say_hello_and("", 0);
	/* Nothing else of that can be seen from outside. */
	while (!waits())
		sched_yield();
	cr_assert_eq(sem_trywait(&taken.came), -1);

	close(answer); /* the dial fails */
	sem_wait(&taken.came);
	say_what_is_owed();
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	let_go();
	close(listener);
	end();
}
