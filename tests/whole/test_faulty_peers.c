/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/handshake.h"

#include "tests/faults.h"
#include "tests/harness.h"
#include "tests/rlpx_scene.h"

/*
 * Remotes that become peers and then fail: met by an embedder with a loop of
 * its own, and by a dt_rlpx that keeps them.
 */

static struct scripted_remote remote; /* each test is a process */

/* ---- by an embedder ---- */

struct near {
	struct dti_session_owner owner;
	dt_session *session;
	int fd;
	size_t pings;
	size_t messages;
};
static struct near near;

static void open_near(const struct fault *fault)
{
	struct dt_node_id id = session_id(SCRIPTED_KEY);
	struct dt_outcome_detail detail;
	struct sockets_op op;

	cr_assert_eq(dti_session_open_call(&near.owner, &near.session, &id),
		     DT_OK);
	near.fd = scripted_begin(&remote, fault->script, fault);
	sockets_op_init(&op, 60000);
	cr_assert_eq(dti_handshake_run(near.session, &op.op, near.fd, &detail),
		     DT_OUTCOME_CONNECTED);
	sockets_op_fini(&op);
	near.pings = 0;
	near.messages = 0;
}

static void take(const uint8_t *bytes, size_t length)
{
	struct dt_message message;
	uint8_t inflated[16];

	while (length > 0) {
		switch (dt_session_take(near.session, &bytes, &length,
					&message)) {
		case DT_SESSION_PINGED:
			near.pings++;
			break;
		case DT_SESSION_MESSAGE:
			near.messages++;
			/* Nothing is believed of what it says to be. */
			cr_assert_leq(message.kept, DTI_SESSION_SMALL);
			cr_assert_neq(dt_session_inflate(near.session, inflated,
							 sizeof(inflated),
							 &message),
				      message.inflated > sizeof(inflated)
					      ? DT_OK
					      : DT_ERR_TOO_SMALL);
			break;
		default:
			break;
		}
	}
}

/* What is owed, as far as the socket takes it; the rest is forgotten. */
static void answer(void)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];
	size_t length = dt_session_write(near.session, bytes, sizeof(bytes));

	cr_assert_not(dt_session_owes(near.session), "it is bounded");
	(void)!send(near.fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A loop as an embedder's, which says how it has ended. */
static enum dt_ending listen_near(void)
{
	const struct dt_session_info *info = dt_session_info(near.session);
	struct pollfd polled = {.fd = near.fd, .events = POLLIN};
	uint8_t bytes[4096];

	while (info->ending == DT_ENDING_NONE) {
		ssize_t part;

		cr_assert_eq(poll(&polled, 1, -1), 1);
		part = recv(near.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (part <= 0)
			return DT_ENDING_CLOSED;
		take(bytes, (size_t)part);
		answer();
	}
	return info->ending;
}

static void close_near(void)
{
	dt_session_destroy(near.session);
	close(near.fd);
	scripted_end(&remote);
}

static void init_near(void)
{
	struct dti_session_options options = session_options(1);

	cr_assert_eq(dti_session_owner_init(&near.owner, &options, NULL),
		     DT_OK);
	scripted_init(&remote);
}

static void fini_near(void)
{
	scripted_fini(&remote);
	dti_session_owner_fini(&near.owner);
}

Test(whole_faulty_peers, an_embedder_sees_how_each_ends, .timeout = 120)
{
	init_near();
	for (const struct fault *fault = faults_of_peers; fault->name;
	     fault++) {
		enum dt_ending ending;

		open_near(fault);
		ending = listen_near();
		cr_assert_eq(ending, fault->ending, "%s: %s", fault->name,
			     dt_ending_name(ending));
		close_near();
	}
	fini_near();
}

/* The last of the list. */
Test(whole_faulty_peers, no_ping_of_a_flood_is_overlooked, .timeout = 60)
{
	const struct fault *fault = faults_of_peers;

	while (fault[1].name)
		fault++;
	init_near();
	open_near(fault);
	cr_assert_eq(listen_near(), DT_ENDING_CLOSED);
	cr_assert_eq(near.pings, (size_t)fault->at);
	close_near();
	fini_near();
}

static void say_too_much(struct scripted_remote *self)
{
	static const uint8_t body[4097] = {0x10};

	scripted_identify(self);
	session_side_write(&self->side);
	scripted_write_body(self, body, 4096);
	scripted_write_body(self, body, 4097);
	scripted_send(self);
	scripted_await_close(self);
}

/* 4096 bytes is what the owner of the session allows. */
Test(whole_faulty_peers, a_frame_beyond_the_limit_ends_it, .timeout = 60)
{
	static const struct fault fault = {.name = "says too much",
					   .script = say_too_much};

	init_near();
	open_near(&fault);
	cr_assert_eq(listen_near(), DT_ENDING_FRAME_SIZE);
	cr_assert_eq(near.messages, 1);
	close_near();
	fini_near();
}

/* ---- by who keeps peers ---- */

static void check_kept(const struct fault *fault)
{
	struct dt_node node = {.id = session_id(SCRIPTED_KEY)};
	static struct rlpx_scene scene; /* a peer at a time */
	struct dt_rlpx_counters counters;
	struct dt_event event;
	int listener = sockets_listen(&node.endpoint, 4, 1);

	rlpx_scene_init(&scene, 1);
	scene.config.inbound = false;
	rlpx_scene_create(&scene, true);
	rlpx_scene_start(&scene);
	scripted_begin_at(&remote, listener, fault->script, fault);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, &node, 1), DT_OK);
	rlpx_await_removed(&scene, 1);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 1);

	cr_assert_eq(scene.endings[0], fault->ending, "%s: %s", fault->name,
		     dt_ending_name(scene.endings[0]));
	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_PEER_REMOVED,
			       0));
	cr_assert_eq(event.detail.reason, (int32_t)fault->ending, "%s",
		     fault->name);
	counters = rlpx_counters(&scene);
	cr_assert_eq(counters.peers_ended[fault->ending], 1);
	cr_assert_null(rlpx_broken(&counters));
	rlpx_scene_fini(&scene);
	scripted_end(&remote);
	close(listener);
}

Test(whole_faulty_peers, their_keeper_sees_how_each_ends, .timeout = 120)
{
	scripted_init(&remote);
	for (const struct fault *fault = faults_of_peers; fault->name; fault++)
		check_kept(fault);
	scripted_fini(&remote);
}
