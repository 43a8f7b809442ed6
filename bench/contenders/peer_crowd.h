/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_PEER_CROWD_H
#define BENCH_CONTENDERS_PEER_CROWD_H

/*
 * Many remotes that connect to one node and then do nothing but answer: devp2p
 * peers with a key each, or bare connections that send back what comes. In a
 * process of their own, so that they cost the node's neither memory nor time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/dialtone.h"

struct peer_crowd {
	pid_t process;
};

/** Have as many descriptors as may be; false: that is not enough for @count. */
bool peer_crowd_allow(size_t count);
/**
 * Let @count remotes connect to @node, one after the other. Before the calling
 * process has threads. False: no process. Pair with stop.
 */
bool peer_crowd_start(struct peer_crowd *crowd, const struct dt_node *node,
		      size_t count, bool is_bare);
/** They do nothing any more, as if they were other machines' load. */
void peer_crowd_freeze(struct peer_crowd *crowd);
void peer_crowd_stop(struct peer_crowd *crowd);

#endif /* BENCH_CONTENDERS_PEER_CROWD_H */
