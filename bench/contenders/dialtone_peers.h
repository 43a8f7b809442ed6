/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_DIALTONE_PEERS_H
#define BENCH_CONTENDERS_DIALTONE_PEERS_H

#include "bench/harness/bench.h"

#define PEERS_WANTED 50

/* The parameters and figures of bench_time_to_peers, in their order. */
enum peers_parameter {
	PEERS_DIAL_TIMEOUT_MS,
	PEERS_IN_FLIGHT, /* dials at once; 0: the contender's own default */
};
enum peers_figure {
	PEERS_TO_PEERS, /* each of these two before its slowest */
	PEERS_TO_PEERS_SLOWEST,
	PEERS_RECOVERY,
	PEERS_RECOVERY_SLOWEST,
	PEERS_DIALS_A_PEER,
	PEERS_CPU,
	PEERS_HANDSHAKEN,
};

/**
 * One dialer for each copy of the network, all at once: until it has its peers,
 * and, after half of them are closed, until it has them again. Each has a list
 * table with all nodes of its copy, and the default transport: a peer is a TCP
 * connection that is held.
 */
void dialtone_peers_measure(struct bench_result *result,
			    const struct bench_run *run);
/** The same with adaptive_timeout=no: each dial has all of the dial timeout. */
void dialtone_peers_measure_fixed(struct bench_result *result,
				  const struct bench_run *run);

#endif /* BENCH_CONTENDERS_DIALTONE_PEERS_H */
