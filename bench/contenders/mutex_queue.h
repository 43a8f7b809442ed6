/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_MUTEX_QUEUE_H
#define BENCH_CONTENDERS_MUTEX_QUEUE_H

/*
 * What one writes first: a list under a mutex with a condition variable, one
 * each way. Each push signals; a worker takes one task, the scheduler takes all
 * that have come.
 */

#include "bench/contenders/handoff.h"

void mutex_queue_measure(struct bench_result *result,
			 const struct bench_run *run);

#endif /* BENCH_CONTENDERS_MUTEX_QUEUE_H */
