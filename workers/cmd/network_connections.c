/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/cmd/greeting.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/network_state.h"

/* What a node of the demo's network does on one connection. */

#define DROP_AFTER_MS    2000
#define DROP_SPREAD_MS   5000
#define CONNECTIONS_MORE 64

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
	size_t slot = find_slot(network);
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP,
				    .data.u64 = CMD_NETWORK_CONNECTIONS + slot};

	if (slot == network->connection_slots ||
	    epoll_ctl(network->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
		reset(fd);
		return;
	}
	network->connections[slot] = (struct cmd_connection){
		.fd = fd, .node = node, .drop_at_ms = INT64_MAX};
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
	(void)close(connection->fd); /* epoll forgets it */
	connection->fd = -1;
}

/* The dialer has said who it is: answer as the node's character is. */
static void answer(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];
	const struct cmd_network_node *host = &network->nodes[connection->node];
	struct dt_node_id id = host->node.id;

	if (host->character == CMD_CHARACTER_SILENT)
		return;
	if (host->character == CMD_CHARACTER_FULL)
		id = (struct dt_node_id){{0}};
	if (host->character == CMD_CHARACTER_IMPOSTOR)
		id.bytes[0] = (uint8_t)~id.bytes[0];
	/* 64 bytes fit into a socket that nothing was written to. */
	(void)send(connection->fd, id.bytes, sizeof(id.bytes), MSG_NOSIGNAL);
	connection->greeted = host->character == CMD_CHARACTER_ACCEPT ||
			      host->character == CMD_CHARACTER_DROP;
	if (host->character != CMD_CHARACTER_DROP)
		return;
	connection->drop_at_ms =
		cmd_moment_now_ms() + DROP_AFTER_MS +
		(int64_t)cmd_dice_below(&network->dice, DROP_SPREAD_MS);
	network->droppers++;
}

void cmd_network_hear(struct cmd_network *network, size_t slot)
{
	struct cmd_connection *connection = &network->connections[slot];
	char bytes[CMD_GREETING_SIZE];
	ssize_t got;

	if (connection->fd < 0)
		return;
	got = recv(connection->fd, bytes, sizeof(bytes), 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		cmd_network_close(network, slot);
		return;
	}
	if (connection->heard >= CMD_GREETING_SIZE)
		return;
	connection->heard += (size_t)got;
	if (connection->heard >= CMD_GREETING_SIZE)
		answer(network, slot);
}
