/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_DISCOVERY_NETWORK_H
#define BENCH_CONTENDERS_DISCOVERY_NETWORK_H

/*
 * A discv4 network of our own nodes in one process, each with an address of its
 * own: node i is at 127.(200 + i / 250).(1 + i % 250).7. The first few are the
 * bootnodes of all others.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"
#include "lib/discv4/distance.h"

#define DISCOVERY_NETWORK_RANGE   "127.192.0.0/10" /* they are all in it */
#define DISCOVERY_NETWORK_CLOSEST 16

struct discovery_network_options {
	size_t nodes;
	size_t bootnodes; /* of them */
	size_t hosts;     /* pairs of threads that they share */
	int64_t check_ms;
	int64_t refresh_ms;
	uint32_t max_queries; /* of each node */
};

struct discovery_network;

/** Made, not started. NULL: @error says why. Pair with destroy. */
struct discovery_network *
discovery_network_create(const struct discovery_network_options *options,
			 struct dt_error *error);
void discovery_network_destroy(struct discovery_network *network);

/**
 * Start the bootnodes, wait until they know each other, then start the others;
 * at most @at_once have not ended their first refresh at any time. False:
 * @error says why; also if it takes longer than @bound_s.
 */
bool discovery_network_join(struct discovery_network *network, size_t at_once,
			    double bound_s, struct dt_error *error);
/** As the option `bootnodes`; the network's. */
const char *
discovery_network_bootnodes(const struct discovery_network *network);
dt_discv4 *discovery_network_node(const struct discovery_network *network,
				  size_t i);
size_t discovery_network_size(const struct discovery_network *network);

/**
 * How many of @found are among the nodes of the network, without number @asker,
 * that are closest to @target: by looking at all of them.
 */
size_t discovery_network_true_ones(const struct discovery_network *network,
				   const struct dt_node_id *target,
				   size_t asker, const struct dt_node *found,
				   size_t count);

#endif /* BENCH_CONTENDERS_DISCOVERY_NETWORK_H */
