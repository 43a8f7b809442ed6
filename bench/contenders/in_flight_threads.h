/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_IN_FLIGHT_THREADS_H
#define BENCH_CONTENDERS_IN_FLIGHT_THREADS_H

#include "bench/contenders/in_flight.h"

/**
 * A bare thread a dial, with stacks of 64 KiB: a non-blocking connect, then
 * poll(2) of the socket and of a cancel descriptor that all have in common.
 */
void in_flight_threads_measure(struct bench_result *result,
			       const struct bench_run *run);
/** The same with the stacks that a thread has by default. */
void in_flight_threads_measure_default(struct bench_result *result,
				       const struct bench_run *run);

#endif /* BENCH_CONTENDERS_IN_FLIGHT_THREADS_H */
