/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_READY_RING_H
#define BENCH_CONTENDERS_READY_RING_H

/*
 * The decisions of node_rotation.h and nothing else: a node is a number, the
 * history is a ring, since all its entries last equally long, and those that it
 * lets go of go on to a ring of nodes that may be dialed. No ids, no hash, no
 * peers, no endpoints, no reasons. The cheapest that can be.
 *
 * The same again with the one thing that one would write first: no rings; each
 * task looks for a node that may be dialed, from the first to the last.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ready_ring;

/** NULL: no memory. Pair with destroy. */
struct ready_ring *ready_ring_create(size_t nodes);
/** False: there was not one dial a task. */
bool ready_ring_run(struct ready_ring *ring, uint64_t tasks);
/** The same by searching. Not on one that ready_ring_run() has used. */
bool ready_ring_search(struct ready_ring *ring, uint64_t tasks);
double ready_ring_bytes_a_node(const struct ready_ring *ring);
void ready_ring_destroy(struct ready_ring *ring);

#endif /* BENCH_CONTENDERS_READY_RING_H */
