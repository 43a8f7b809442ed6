/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_URING_DIALS_H
#define BENCH_CONTENDERS_URING_DIALS_H

#include "bench/contenders/dials.h"

/**
 * Dials in one thread with io_uring: connects are submitted and reaped in
 * batches. Says so where it is built without liburing, or not allowed.
 */
void uring_dials_measure(struct bench_result *result,
			 const struct bench_run *run);

#endif /* BENCH_CONTENDERS_URING_DIALS_H */
