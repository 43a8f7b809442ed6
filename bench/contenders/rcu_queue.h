/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_RCU_QUEUE_H
#define BENCH_CONTENDERS_RCU_QUEUE_H

/*
 * liburcu's lock-free RCU queue (rculfqueue, flavour memb) to the workers, and
 * its lock-free stack, taken with pop-all, back; with our parking.
 *
 * A node that was taken may not be used again before a grace period: there are
 * many more nodes than tasks, and one grace period frees all that were used
 * since the last.
 */

#include "bench/contenders/handoff.h"

void rcu_queue_measure(struct bench_result *result,
		       const struct bench_run *run);

#endif /* BENCH_CONTENDERS_RCU_QUEUE_H */
