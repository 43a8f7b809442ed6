/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_BARE_QUEUES_H
#define BENCH_CONTENDERS_BARE_QUEUES_H

/*
 * The dialer's own hand-off (workers/handoff.h: task queue, done queue, inbox,
 * parking, spinning) between loops like the scheduler's and a worker's, and
 * nothing else of the dialer.
 */

#include "bench/contenders/handoff.h"

/** Spins as long as the dialer does by default. */
void bare_queues_measure(struct bench_result *result,
			 const struct bench_run *run);
/** DIALTONE_SPIN=0. */
void bare_queues_measure_no_spin(struct bench_result *result,
				 const struct bench_run *run);

#endif /* BENCH_CONTENDERS_BARE_QUEUES_H */
