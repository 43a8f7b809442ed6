/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PEER_NETWORK_H
#define TESTS_PEER_NETWORK_H

/*
 * A discv4 network in the test's process whose nodes speak RLPx too, each at one
 * port. What cannot be had ends the test.
 */

#include "tests/discv4_network.h"

struct peer_network {
	struct discv4_network discovery;
	dt_rlpx *peers[DISCV4_NETWORK_MAX]; /* NULL: hung up */
};

/** @clients: what each node says that it is; @count of them. */
void peer_network_open(struct peer_network *network, const char *const *clients,
		       size_t count);
void peer_network_close(struct peer_network *network);
/** One node does not answer on TCP any more: its port is closed. */
void peer_network_hang_up(struct peer_network *network, size_t index);

#endif /* TESTS_PEER_NETWORK_H */
