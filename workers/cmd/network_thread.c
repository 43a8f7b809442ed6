/* SPDX-License-Identifier: MIT */
#include <sys/epoll.h>
#include <unistd.h>

#include "workers/cmd/moment.h"
#include "workers/cmd/network_state.h"

/* The thread that is every node of the demo's network at once. */

#define EVENTS_AT_ONCE 64
#define DROP_EVERY_MS  50

static bool is_victim(const struct cmd_network *network, size_t slot)
{
	const struct cmd_connection *connection = &network->connections[slot];

	return connection->fd >= 0 && connection->is_peer &&
	       !network->nodes[connection->node].is_static;
}

/* The node goes down: no connection, nobody listens any more. */
static void kill_node(struct cmd_network *network, size_t slot)
{
	struct cmd_network_node *node =
		&network->nodes[network->connections[slot].node];

	cmd_network_close(network, slot);
	if (node->listener >= 0)
		(void)close(node->listener);
	node->listener = -1;
	node->killed = true;
}

static size_t count_peers(const struct cmd_network *network)
{
	size_t peers = 0;

	for (size_t i = 0; i < network->connection_slots; i++)
		peers += network->connections[i].fd >= 0 &&
			 network->connections[i].is_peer;
	return peers;
}

static size_t kill_some(struct cmd_network *network, unsigned int one_in)
{
	size_t wanted = count_peers(network) / one_in;
	size_t victims = 0;
	size_t killed = 0;

	for (size_t i = 0; i < network->connection_slots; i++)
		victims += is_victim(network, i);
	/* Each of those that are left is as likely as the others. */
	for (size_t i = 0; i < network->connection_slots; i++) {
		if (!is_victim(network, i))
			continue;
		if (cmd_dice_below(&network->dice, victims--) >=
		    wanted - killed)
			continue;
		kill_node(network, i);
		killed++;
	}
	return killed;
}

/* False: it is time to end. */
static bool obey(struct cmd_network *network)
{
	unsigned int one_in;
	uint64_t count;

	(void)!read(network->command_fd, &count, sizeof(count));
	/* Acquire: pairs with the release in cmd_network_destroy(). */
	if (atomic_load_explicit(&network->stop, memory_order_acquire))
		return false;
	/* Acquire: pairs with the release in cmd_network_kill(). Nothing is
	 * published back through it. */
	one_in = atomic_exchange_explicit(&network->kill_one_in, 0,
					  memory_order_acquire);
	if (one_in == 0)
		return true;
	/* Relaxed: the release below publishes it. */
	atomic_store_explicit(&network->killed, kill_some(network, one_in),
			      memory_order_relaxed);
	/* Release: pairs with the acquire in cmd_network_kill_done();
	 * publishes who was killed. */
	atomic_store_explicit(&network->kill_done, true, memory_order_release);
	return true;
}

static void drop_those_due(struct cmd_network *network)
{
	int64_t now_ms = cmd_moment_now_ms();

	for (size_t i = 0; i < network->connection_slots; i++) {
		if (network->connections[i].fd >= 0 &&
		    network->connections[i].drop_at_ms <= now_ms)
			cmd_network_drop(network, i);
	}
}

/* False: it is time to end. */
static bool handle(struct cmd_network *network, uint64_t tag)
{
	if (tag == CMD_NETWORK_COMMAND)
		return obey(network);
	if (tag >= CMD_NETWORK_CONNECTIONS)
		cmd_network_hear(network,
				 (size_t)(tag - CMD_NETWORK_CONNECTIONS));
	else
		cmd_network_accept(network, (size_t)tag);
	return true;
}

void *cmd_network_serve(void *argument)
{
	struct cmd_network *network = argument;
	struct epoll_event events[EVENTS_AT_ONCE];
	bool goes_on = true;

	(void)pthread_setname_np(pthread_self(), "demo-network");
	while (goes_on) {
		int count =
			epoll_wait(network->epoll_fd, events, EVENTS_AT_ONCE,
				   network->droppers > 0 ? DROP_EVERY_MS : -1);

		for (int i = 0; i < count && goes_on; i++)
			goes_on = handle(network, events[i].data.u64);
		if (network->droppers > 0)
			drop_those_due(network);
	}
	return NULL;
}
