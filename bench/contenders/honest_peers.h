/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_HONEST_PEERS_H
#define BENCH_CONTENDERS_HONEST_PEERS_H

/*
 * Five peers of a node, each in a network of its own, that ping it every 20 ms
 * and take the time until it answers. Those that are proven answer its pings
 * too; the others never do, so it does not know their addresses from forged ones.
 *
 * Owner: one thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/dialtone.h"

#include "bench/harness/measure.h"

struct honest_peers;

/** What came of their pings. */
struct honest_pings {
	struct bench_latencies latencies; /* of those that were answered */
	uint64_t sent;
	uint64_t answered;
};

/** NULL: no memory or no socket. Pair with destroy. */
struct honest_peers *honest_peers_create(const struct dt_node *target,
					 bool is_proven);
void honest_peers_destroy(struct honest_peers *peers);
/**
 * Ping for so long, wait for the last answers, add to @out. False: they are not
 * proven, as the node answers nothing.
 */
bool honest_peers_run(struct honest_peers *peers, struct honest_pings *out,
		      double seconds);

#endif /* BENCH_CONTENDERS_HONEST_PEERS_H */
