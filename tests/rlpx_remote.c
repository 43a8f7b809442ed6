/* SPDX-License-Identifier: MIT */
/* The remotes of tests/rlpx_scene.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/require.h"
#include "tests/rlpx_scene.h"
#include "tests/session_pair.h"

void rlpx_remote_init(struct rlpx_remote *remote, uint8_t number)
{
	struct dti_session_options options = session_options(number);

	memset(remote, 0, sizeof(*remote));
	remote->fd = -1;
	require(dti_session_owner_init(&remote->owner, &options, NULL) == DT_OK,
		"the options are good");
}

struct dt_node_id rlpx_remote_id(const struct rlpx_remote *remote)
{
	return remote->owner.self.identity.id;
}

static void begin(struct rlpx_remote *remote, int fd)
{
	memset(remote->events, 0, sizeof(remote->events));
	remote->is_over = false;
	remote->is_deaf = false;
	remote->fd = fd;
}

void rlpx_remote_connect(struct rlpx_remote *remote, const struct dt_node *node)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(node->endpoint.tcp_port),
	};

	memcpy(&to.sin_addr, node->endpoint.ip, sizeof(to.sin_addr));
	begin(remote, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	require(remote->fd >= 0 &&
			connect(remote->fd, (const struct sockaddr *)&to,
				sizeof(to)) == 0,
		"the node can be connected to");
}

void rlpx_remote_call(struct rlpx_remote *remote, const struct dt_node *node)
{
	rlpx_remote_connect(remote, node);
	require(dti_session_open_call(&remote->owner, &remote->session,
				      &node->id) == DT_OK,
		"the node can be called");
}

void rlpx_remote_answer_on(struct rlpx_remote *remote, int fd)
{
	begin(remote, fd);
	require(dti_session_open_answer(&remote->owner, &remote->session) ==
			DT_OK,
		"the connection can be answered");
}

void rlpx_remote_answer(struct rlpx_remote *remote, int listener)
{
	struct pollfd polled = {.fd = listener, .events = POLLIN};
	int fd;

	require(poll(&polled, 1, -1) == 1, "somebody connects");
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	require(fd >= 0, "the connection can be accepted");
	rlpx_remote_answer_on(remote, fd);
}

void rlpx_remote_send(struct rlpx_remote *remote, const void *bytes,
		      size_t length)
{
	const char *next = bytes;

	while (length > 0 && !remote->is_deaf) {
		ssize_t sent = send(remote->fd, next, length, MSG_NOSIGNAL);

		remote->is_deaf = sent < 0;
		next += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
}

static void say(struct rlpx_remote *remote)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];

	while (dt_session_owes(remote->session)) {
		size_t length =
			dt_session_write(remote->session, bytes, sizeof(bytes));

		rlpx_remote_send(remote, bytes, length);
	}
}

static void take(struct rlpx_remote *remote, const uint8_t *bytes,
		 size_t length)
{
	struct dt_message message;
	enum dt_session_event event;

	do {
		event = dt_session_take(remote->session, &bytes, &length,
					&message);
		remote->events[event]++;
	} while (event != DT_SESSION_MORE && event != DT_SESSION_ENDED);
}

void rlpx_remote_step(struct rlpx_remote *remote)
{
	uint8_t bytes[4096];
	ssize_t got;

	if (remote->session)
		say(remote);
	got = recv(remote->fd, bytes, sizeof(bytes), 0);
	if (got > 0 && remote->session)
		take(remote, bytes, (size_t)got);
	else if (got <= 0 && errno != EINTR)
		remote->is_over = true;
}

bool rlpx_remote_await(struct rlpx_remote *remote, enum dt_session_event event,
		       size_t times)
{
	while (remote->events[event] < times && !remote->is_over)
		rlpx_remote_step(remote);
	/* What is owed for it. */
	if (remote->session)
		say(remote);
	return remote->events[event] >= times;
}

enum dt_ending rlpx_remote_outlive(struct rlpx_remote *remote)
{
	while (!remote->is_over)
		rlpx_remote_step(remote);
	return remote->session ? dt_session_info(remote->session)->ending
			       : DT_ENDING_NONE;
}

void rlpx_remote_open(struct rlpx_remote *remote, const struct dt_node *node)
{
	rlpx_remote_call(remote, node);
	require(rlpx_remote_await(remote, DT_SESSION_OPENED, 1),
		"the session opens");
}

void rlpx_remote_hang_up(struct rlpx_remote *remote)
{
	if (remote->fd >= 0)
		close(remote->fd);
	remote->fd = -1;
	dt_session_destroy(remote->session);
	remote->session = NULL;
}

void rlpx_remote_fini(struct rlpx_remote *remote)
{
	rlpx_remote_hang_up(remote);
	dti_session_owner_fini(&remote->owner);
}
