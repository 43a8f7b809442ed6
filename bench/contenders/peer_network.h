/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_PEER_NETWORK_H
#define BENCH_CONTENDERS_PEER_NETWORK_H

/*
 * A network of nodes on loopback, in a process of its own, for contenders in
 * other processes, whatever they are written in. It exists in PEER_NETWORK_COPIES
 * copies, one for each dialer that is watched, so that many are watched at once.
 *
 * Node i of copy c listens at 127.(64+c).(i/250).(1+i%250). Nodes 0, 1 and 2 of
 * each ten accept and hold what they accepted, 3 to 7 swallow (no packet is
 * answered), 8 and 9 refuse. Each character has a port, which says so to who
 * looks at it; no contender does. One socket a character listens, at all
 * addresses of the loopback interface and nowhere else.
 *
 * Who connects to 127.(64+c).255.1 at the accepting port has every second
 * connection of copy c closed, all at once, and then its own.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PEER_NETWORK_NODES    600
#define PEER_NETWORK_COPIES   15
/* Of the environment: the ports as "ACCEPT,SWALLOW,REFUSE". */
#define PEER_NETWORK_VARIABLE "PEER_NETWORK"

enum peer_network_character {
	PEER_NETWORK_ACCEPT,
	PEER_NETWORK_SWALLOW,
	PEER_NETWORK_REFUSE,
	PEER_NETWORK_CHARACTERS
};

struct peer_network {
	uint16_t ports[PEER_NETWORK_CHARACTERS];
};

/**
 * Start the network and set the variable. Returns its process, to be given to
 * peer_network_stop(); -1: it cannot be made (errno). Ends with its maker.
 */
pid_t peer_network_start(void);
void peer_network_stop(pid_t pid);

/** Read the variable; false: it is not there. */
bool peer_network_find(struct peer_network *network);
/** Where a node listens: four bytes of IPv4; the port is returned. */
uint16_t peer_network_place(const struct peer_network *network,
			    uint8_t address[4], unsigned int copy,
			    unsigned int node);
/** Close half of a copy's connections; they are closed when this returns. */
bool peer_network_halve(const struct peer_network *network, unsigned int copy);

#endif /* BENCH_CONTENDERS_PEER_NETWORK_H */
