/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_SWARM_H
#define TESTS_SIM_SWARM_H

/*
 * A network of discv4 nodes, as many as are wanted, that come one by one and
 * maybe leave again: a world (tests/discv4_world.h) and who is in it.
 */

#include "tests/discv4_world.h"

#define SWARM_BOOTNODES 4 /* known to all; they never leave */

struct swarm_plan {
	uint64_t seed;
	size_t nodes;       /* that are up at once, when all have come */
	int64_t join_ms;    /* they come evenly over this time */
	int64_t session_ms; /* mean, exponential; 0: nobody leaves */
	int64_t live_ms;    /* of the network, at most */
	int64_t check_ms;   /* between checks of an entry; 0: as usual */
	uint32_t loss_per_mille;
	size_t guests; /* at most, beside them */
};

struct swarm {
	struct swarm_plan plan;
	struct world *world;
	struct dt_node bootnodes[SWARM_BOOTNODES];
	/* Those that are up, in no order; the bootnodes are the first. */
	struct world_node **up;
	size_t up_count;
	uint64_t left; /* ever */
};

struct swarm *swarm_create(const struct swarm_plan *plan);
void swarm_destroy(struct swarm *swarm);
/** Let it live until then. */
void swarm_run(struct swarm *swarm, int64_t until_ms);
/** Nobody leaves any more. */
void swarm_settle(struct swarm *swarm);

/** One of those that are up. */
struct world_node *swarm_any(struct swarm *swarm);
/** A new node at an address of its own, which is not up, and never leaves. */
struct world_node *swarm_guest(struct swarm *swarm);
/** Is it up, and the one that @node tells of? */
bool swarm_is_up(const struct swarm *swarm, const struct dt_node *node);

#endif /* TESTS_SIM_SWARM_H */
