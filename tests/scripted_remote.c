/* SPDX-License-Identifier: MIT */
#include "tests/scripted_remote.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/rlpx/frame_writer.h"

#include "tests/require.h"
#include "tests/vectors.h"

void scripted_init(struct scripted_remote *remote)
{
	struct dti_session_options options = session_options(SCRIPTED_KEY);

	memset(remote, 0, sizeof(*remote));
	require(dti_session_owner_init(&remote->side.owner, &options, NULL) ==
			DT_OK,
		"the options are good");
}

void scripted_fini(struct scripted_remote *remote)
{
	dti_session_owner_fini(&remote->side.owner);
}

static void *run(void *argument)
{
	struct scripted_remote *remote = argument;

	if (remote->listener >= 0)
		remote->fd =
			accept4(remote->listener, NULL, NULL, SOCK_CLOEXEC);
	require(remote->fd >= 0, "somebody has connected");
	remote->script(remote);
	return NULL;
}

/* @node: whom it calls; NULL: it is called. */
static void begin(struct scripted_remote *remote, const struct dt_node *node,
		  void (*script)(struct scripted_remote *remote),
		  const void *argument)
{
	struct session_side *side = &remote->side;
	dt_err err;

	remote->script = script;
	remote->argument = argument;
	remote->calls = node != NULL;
	side->length = 0;
	side->event_count = 0;
	if (node)
		err = dti_session_open_call(&side->owner, &side->session,
					    &node->id);
	else
		err = dti_session_open_answer(&side->owner, &side->session);
	require(err == DT_OK, "there is a session");
	require(pthread_create(&remote->thread, NULL, run, remote) == 0,
		"there is a thread");
}

int scripted_begin(struct scripted_remote *remote,
		   void (*script)(struct scripted_remote *remote),
		   const void *argument)
{
	int ends[2];

	sockets_pair(ends);
	require(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0,
		"a socket need not block");
	remote->fd = ends[1];
	remote->listener = -1;
	begin(remote, NULL, script, argument);
	return ends[0];
}

void scripted_begin_at(struct scripted_remote *remote, int listener,
		       void (*script)(struct scripted_remote *remote),
		       const void *argument)
{
	remote->fd = -1;
	remote->listener = listener;
	begin(remote, NULL, script, argument);
}

void scripted_begin_call(struct scripted_remote *remote,
			 const struct dt_node *node,
			 void (*script)(struct scripted_remote *remote),
			 const void *argument)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(node->endpoint.tcp_port),
	};

	memcpy(&to.sin_addr, node->endpoint.ip, sizeof(to.sin_addr));
	remote->listener = -1;
	remote->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	require(connect(remote->fd, (const struct sockaddr *)&to, sizeof(to)) ==
			0,
		"the node listens");
	begin(remote, node, script, argument);
}

void scripted_end(struct scripted_remote *remote)
{
	pthread_join(remote->thread, NULL);
	dt_session_destroy(remote->side.session);
	remote->side.session = NULL;
	if (remote->fd >= 0)
		close(remote->fd);
}

void scripted_send_bytes(struct scripted_remote *remote, const uint8_t *bytes,
			 size_t length)
{
	while (length > 0) {
		ssize_t part = send(remote->fd, bytes, length, MSG_NOSIGNAL);

		if (part < 0)
			return;
		bytes += part;
		length -= (size_t)part;
	}
}

void scripted_send(struct scripted_remote *remote)
{
	scripted_send_bytes(remote, remote->side.wire, remote->side.length);
	remote->side.length = 0;
}

/* What happens with the bytes that are needed next; MORE: not so much. */
static enum dt_session_event read_needed(struct scripted_remote *remote,
					 bool *closed)
{
	struct session_side *side = &remote->side;
	uint8_t bytes[4096];
	const uint8_t *input = bytes;
	size_t needs = dt_session_needs(side->session);
	size_t length;
	ssize_t part = recv(remote->fd, bytes,
			    needs < sizeof(bytes) ? needs : sizeof(bytes), 0);

	*closed = part <= 0;
	if (*closed)
		return DT_SESSION_MORE;
	length = (size_t)part;
	return dt_session_take(side->session, &input, &length, &side->message);
}

enum dt_session_event scripted_read(struct scripted_remote *remote)
{
	enum dt_session_event event;
	bool closed;

	do
		event = read_needed(remote, &closed);
	while (!closed &&
	       (event == DT_SESSION_MORE || event == DT_SESSION_ANNOUNCED));
	return event;
}

void scripted_identify(struct scripted_remote *remote)
{
	if (remote->calls) {
		session_side_write(&remote->side);
		scripted_send(remote);
	}
	require(scripted_read(remote) == DT_SESSION_IDENTIFIED,
		"an auth has come");
}

void scripted_acknowledge(struct scripted_remote *remote)
{
	struct session_side *side = &remote->side;
	size_t ack;

	scripted_identify(remote);
	if (remote->calls)
		return;
	ack = dti_handshake_sent(&side->session->setup->handshake).length;
	/* For Hello there is no room. */
	side->length = dt_session_write(side->session, side->wire, ack);
	require(side->length == ack, "the ack was owed");
	scripted_send(remote);
}

void scripted_write_body(struct scripted_remote *remote, const uint8_t *body,
			 size_t length)
{
	struct session_side *side = &remote->side;
	struct dti_session *machine = &side->session->machine;
	uint8_t *frame = side->wire + side->length;

	require(dti_frame_size(length) <= sizeof(side->wire) - side->length,
		"the frame fits");
	if (length > 0)
		memcpy(frame + DTI_FRAME_HEAD, body, length);
	dti_frame_seal(&machine->writer, &machine->keys, frame, length);
	side->length += dti_frame_size(length);
}

void scripted_write_hex(struct scripted_remote *remote, const char *body)
{
	uint8_t bytes[256];

	scripted_write_body(remote, bytes,
			    vectors_bytes(bytes, sizeof(bytes), body));
}

void scripted_be_good(struct scripted_remote *remote)
{
	do {
		session_side_write(&remote->side);
		scripted_send(remote);
	} while (scripted_read(remote) != DT_SESSION_MORE);
}

void scripted_await_close(struct scripted_remote *remote)
{
	uint8_t bytes[4096];
	ssize_t part;

	do
		part = recv(remote->fd, bytes, sizeof(bytes), 0);
	while (part > 0);
}

void scripted_reset(struct scripted_remote *remote)
{
	sockets_reset(remote->fd);
	remote->fd = -1;
}
