/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/cmd/moment.h"
#include "workers/cmd/network_state.h"

/* What a node of the demo's network does on one connection. */

#define DROP_AFTER_MS    2000
#define DROP_SPREAD_MS   5000
#define CONNECTIONS_MORE 64
#define READ_SIZE        2048

static bool add_slots(struct cmd_network *network)
{
	size_t slots = network->connection_slots + CONNECTIONS_MORE;
	struct cmd_connection *more = realloc(
		network->connections, slots * sizeof(*network->connections));

	if (more == NULL)
		return false;
	for (size_t i = network->connection_slots; i < slots; i++)
		more[i].fd = -1;
	network->connections = more;
	network->connection_slots = slots;
	return true;
}

/* A free slot; the number of slots if there is no memory for one. */
static size_t find_slot(struct cmd_network *network)
{
	size_t slot = 0;

	while (slot < network->connection_slots &&
	       network->connections[slot].fd >= 0)
		slot++;
	if (slot == network->connection_slots)
		(void)add_slots(network);
	return slot;
}

static void reset(int fd)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	(void)close(fd);
}

static void keep(struct cmd_network *network, size_t node, int fd)
{
	dt_rlpx *rlpx = network->nodes[node].rlpx;
	size_t slot = find_slot(network);
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP,
				    .data.u64 = CMD_NETWORK_CONNECTIONS + slot};
	dt_session *session = NULL;

	if (slot == network->connection_slots ||
	    (rlpx != NULL && dt_rlpx_answer(rlpx, &session) != DT_OK) ||
	    epoll_ctl(network->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
		dt_session_destroy(session);
		reset(fd);
		return;
	}
	network->connections[slot] =
		(struct cmd_connection){.fd = fd,
					.node = node,
					.session = session,
					.drop_at_ms = INT64_MAX};
}

void cmd_network_accept(struct cmd_network *network, size_t node)
{
	const struct cmd_network_node *host = &network->nodes[node];
	int fd;

	/* A node that was killed in this round has no listener any more. */
	while (host->listener >= 0) {
		fd = accept4(host->listener, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		if (host->character == CMD_CHARACTER_RESET)
			reset(fd);
		else
			keep(network, node, fd);
	}
}

void cmd_network_close(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];

	if (connection->fd < 0)
		return;
	network->droppers -= connection->drop_at_ms != INT64_MAX;
	dt_session_destroy(connection->session);
	(void)close(connection->fd); /* epoll forgets it */
	*connection = (struct cmd_connection){.fd = -1};
}

/* What is owed is little, and goes into a socket that holds much more. */
static void say(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];
	uint8_t bytes[DT_SESSION_WRITE_SIZE];

	while (connection->fd >= 0 && dt_session_owes(connection->session)) {
		size_t length = dt_session_write(connection->session, bytes,
						 sizeof(bytes));

		if (send(connection->fd, bytes, length, MSG_NOSIGNAL) !=
		    (ssize_t)length)
			cmd_network_close(network, slot);
	}
}

/* Nothing more will be said; the other side closes when it has read that. */
static void end(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];

	connection->is_peer = false;
	say(network, slot);
	if (connection->fd >= 0)
		(void)shutdown(connection->fd, SHUT_WR);
}

void cmd_network_drop(struct cmd_network *network, size_t slot)
{
	static const enum dt_ending reasons[] = {
		DT_ENDING_REMOTE_TOO_MANY,
		DT_ENDING_REMOTE_QUITTING,
		DT_ENDING_REMOTE_SUBPROTOCOL,
	};
	struct cmd_connection *connection = &network->connections[slot];
	size_t chosen = cmd_dice_below(&network->dice,
				       sizeof(reasons) / sizeof(reasons[0]));

	connection->drop_at_ms = INT64_MAX;
	network->droppers--;
	dt_session_disconnect(connection->session, reasons[chosen]);
	end(network, slot);
}

static void open_peer(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];

	connection->is_peer = true;
	if (network->nodes[connection->node].character != CMD_CHARACTER_DROP)
		return;
	connection->drop_at_ms =
		cmd_moment_now_ms() + DROP_AFTER_MS +
		(int64_t)cmd_dice_below(&network->dice, DROP_SPREAD_MS);
	network->droppers++;
}

/* Something has happened in a session. */
static void react(struct cmd_network *network, size_t slot,
		  enum dt_session_event event)
{
	struct cmd_connection *connection = &network->connections[slot];
	const struct cmd_network_node *host = &network->nodes[connection->node];

	if (event == DT_SESSION_IDENTIFIED &&
	    host->character == CMD_CHARACTER_FULL)
		dt_session_disconnect(connection->session,
				      DT_ENDING_REMOTE_TOO_MANY);
	else if (event == DT_SESSION_OPENED)
		open_peer(network, slot);
}

static void take(struct cmd_network *network, size_t slot, const uint8_t *bytes,
		 size_t length)
{
	dt_session *session = network->connections[slot].session;
	struct dt_message message;

	while (length > 0)
		react(network, slot,
		      dt_session_take(session, &bytes, &length, &message));
	if (dt_session_needs(session) == 0)
		end(network, slot);
	else
		say(network, slot);
}

/* At most what is missing until something happens; more comes back here. */
static size_t size_to_read(const struct cmd_connection *connection)
{
	size_t needs = 0;

	if (connection->session != NULL)
		needs = dt_session_needs(connection->session);
	return needs > 0 && needs < READ_SIZE ? needs : READ_SIZE;
}

void cmd_network_hear(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];
	uint8_t bytes[READ_SIZE];
	ssize_t got;

	if (connection->fd < 0)
		return;
	got = recv(connection->fd, bytes, size_to_read(connection), 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0)
		cmd_network_close(network, slot);
	else if (connection->session != NULL &&
		 dt_session_needs(connection->session) > 0)
		take(network, slot, bytes, (size_t)got);
}
