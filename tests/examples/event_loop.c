/* SPDX-License-Identifier: MIT */
/*
 * An own event loop that gets connected sockets over its own descriptor: keep()
 * runs on a worker, writes the socket into a pipe, and the loop's thread takes
 * it from there. When a peer ends, the loop tells the dialer.
 */
#include <poll.h>

#include "someone_to_dial.h"

#define NODES 3

struct new_peer {
	struct dt_node_id id;
	int fd;
};

/* Less than PIPE_BUF: a write is whole or does not happen. */
static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	struct new_peer peer = {.id = node->id, .fd = fd};
	const int *pipe_end = context;

	(void)flags;
	(void)session;
	return write(*pipe_end, &peer, sizeof(peer)) == (ssize_t)sizeof(peer);
}

static void receive_peer(struct new_peer *peer, int pipe_end)
{
	struct pollfd readable = {.fd = pipe_end, .events = POLLIN};

	while (poll(&readable, 1, -1) != 1)
		;
	if (read(pipe_end, peer, sizeof(*peer)) != (ssize_t)sizeof(*peer))
		exit(1);
	printf("the loop has socket %d of node %02x\n", peer->fd,
	       peer->id.bytes[0]);
}

int main(void)
{
	struct dt_config config;
	struct dt_error error;
	struct dt_node nodes[NODES];
	struct new_peer peers[NODES];
	struct dt_counters counters;
	dt_dialer *dialer;
	int ends[2];

	if (pipe(ends))
		return 1;
	for (size_t i = 0; i < NODES; i++)
		someone_to_dial(&nodes[i], (uint8_t)(i + 1));
	dt_config_init(&config, sizeof(config));
	config.transport.context = &ends[1];
	config.transport.keep = keep;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	must(dt_dialer_add_static(dialer, nodes, NODES), NULL);
	must(dt_dialer_start(dialer, &error), &error);
	for (size_t i = 0; i < NODES; i++)
		receive_peer(&peers[i], ends[0]);
	for (size_t i = 0; i < NODES; i++) {
		close(peers[i].fd);
		must(dt_dialer_peer_removed(dialer, &peers[i].id), NULL);
	}
	must(dt_dialer_stop(dialer), NULL);
	dt_dialer_counters(dialer, &counters, sizeof(counters));
	dt_dialer_destroy(dialer);
	printf("%llu peers came, %llu went\n",
	       (unsigned long long)counters.peers_added,
	       (unsigned long long)counters.peers_removed);
	return counters.peers_removed >= NODES ? 0 : 1;
}
