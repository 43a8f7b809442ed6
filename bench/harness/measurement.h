/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_MEASUREMENT_H
#define BENCH_HARNESS_MEASUREMENT_H

#include <stdbool.h>

#include "bench/harness/bench.h"

/**
 * One contender at one point, once, in a process of its own. Whatever happens
 * to that process, @result says it. False: it had to be ended because it took
 * far too long, and so would the next.
 * @peers: the folder of the peers.
 */
bool bench_measurement_run(struct bench_result *result,
			   const struct bench *bench,
			   const struct bench_contender *contender,
			   const struct bench_run *run, const char *peers);

/** Without figures and without failure. */
void bench_measurement_clear(struct bench_result *result);

#endif /* BENCH_HARNESS_MEASUREMENT_H */
