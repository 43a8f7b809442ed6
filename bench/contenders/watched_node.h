/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_WATCHED_NODE_H
#define BENCH_CONTENDERS_WATCHED_NODE_H

/*
 * A node of discovery at 127.0.0.1 with threads of its own, and the processor
 * time of the one that answers ("dt-discovery").
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/dialtone.h"

struct watched_node {
	dt_discv4 *discv4;
	struct dt_node self;
	pid_t thread;
};

/**
 * Start it. @config: of it, all but `listen`. Pair with stop. False: @error says why.
 */
bool watched_node_start(struct watched_node *node, struct dt_config *config,
			struct dt_error *error);
void watched_node_stop(struct watched_node *node);
/** Of its thread so far, user and system. */
int64_t watched_node_cpu_ns(const struct watched_node *node);

#endif /* BENCH_CONTENDERS_WATCHED_NODE_H */
