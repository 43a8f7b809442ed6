/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_VYUKOV_RING_H
#define BENCH_CONTENDERS_VYUKOV_RING_H

/*
 * Dmitry Vyukov's bounded queue for many producers and many consumers, written
 * from its description (1024cores.net), one each way, with our parking. Each
 * cell has a number that says whose turn it is.
 */

#include "bench/contenders/handoff.h"

void vyukov_ring_measure(struct bench_result *result,
			 const struct bench_run *run);

#endif /* BENCH_CONTENDERS_VYUKOV_RING_H */
