/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_PING_CROWD_H
#define BENCH_CONTENDERS_PING_CROWD_H

/*
 * Hosts that ping a node as fast as it answers: each in a network of its own,
 * as the node limits what one network may ask. Their pings are signed before
 * (a ping may be sent again: nothing in it is used up), so that the crowd needs
 * less of a processor than the node.
 *
 *	known	crowd --- ping ---> node	one answer
 *		      <-- pong ----
 *
 *	new	crowd --- ping ---> node	the endpoint proof of both
 *		      <-- pong ----
 *		      <-- ping ----
 *		      --- pong -->
 *
 * A new peer is an id that the node does not remember: each host has several
 * and takes them in turn, more in all than the node has room for. As its
 * address has been proven with another id, it passes the limit for strangers.
 *
 * Owner: one thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

#define PING_CROWD_HOSTS     1024
#define PING_CROWD_NEW_IDS   4    /* of each host */
#define PING_CROWD_REMEMBERS 2048 /* max_proofs of a node for new peers */

struct ping_crowd;

/** NULL: no memory or no socket. Pair with destroy. */
struct ping_crowd *ping_crowd_create(const struct dt_node *target,
				     bool new_peers);
void ping_crowd_destroy(struct ping_crowd *crowd);
/** Make itself known, with one id a host. False: the node does not answer. */
bool ping_crowd_bond(struct ping_crowd *crowd);
/** Keep so many pings in flight until then. */
void ping_crowd_run(struct ping_crowd *crowd, size_t in_flight,
		    int64_t until_ns);
/** Answers so far: pongs; of new peers: complete proofs. */
uint64_t ping_crowd_answers(const struct ping_crowd *crowd);

#endif /* BENCH_CONTENDERS_PING_CROWD_H */
