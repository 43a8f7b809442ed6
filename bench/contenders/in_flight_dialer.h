/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_IN_FLIGHT_DIALER_H
#define BENCH_CONTENDERS_IN_FLIGHT_DIALER_H

#include "bench/contenders/in_flight.h"

/**
 * The whole dialer with its default stacks, a worker a dial, static nodes and
 * the built-in TCP connect. The clock runs from dt_dialer_start() on.
 */
void in_flight_dialer_measure(struct bench_result *result,
			      const struct bench_run *run);

#endif /* BENCH_CONTENDERS_IN_FLIGHT_DIALER_H */
