/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_ROUNDS_H
#define BENCH_HARNESS_ROUNDS_H

#include <stddef.h>

#include "bench/harness/measured.h"

/** Note which peers are not there. Before the first point. */
void bench_rounds_find_missing(struct bench_measured *measured);

/**
 * Measure all contenders at one point, in turns. Where standard error is a
 * terminal, one line there says what is being measured.
 */
void bench_rounds_run(struct bench_measured *measured, size_t point);

#endif /* BENCH_HARNESS_ROUNDS_H */
