/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_ATTACK_H
#define TESTS_SIM_ATTACK_H

/*
 * Somebody with many ids in few networks who wants a node to know nobody else
 * (Marcus, Heilman, Goldberg: Low-Resource Eclipse Attacks on Ethereum's
 * Peer-to-Peer Network, 2018). All ids answer every ping, ping back, and answer
 * every FindNode with those of their own that are closest to its target. They
 * ping their victims again and again, whether these are up or not, and now and
 * then any node of the network, to be told of by others.
 */

#include "tests/sim/swarm.h"

struct attack_plan {
	size_t ids;
	size_t subnets;        /* /24s that they are in, evenly */
	uint32_t victim_per_s; /* pings to each victim */
	uint32_t others_per_s; /* pings to the whole network */
};

struct attack;

/** It begins at once. @swarm outlives it. */
struct attack *attack_create(struct swarm *swarm,
			     const struct attack_plan *plan);
void attack_destroy(struct attack *attack);
/** @victim is one of the victims from now on; it outlives the attack. */
void attack_add_victim(struct attack *attack, const struct world_node *victim);
/** Let the network live until then, under attack. */
void attack_run(struct attack *attack, int64_t until_ms);

#endif /* TESTS_SIM_ATTACK_H */
