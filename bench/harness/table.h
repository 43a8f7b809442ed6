/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_TABLE_H
#define BENCH_HARNESS_TABLE_H

/*
 * What a person sees on standard output; coloured on a terminal. Figures are
 * medians, the first one with its minimum and maximum.
 */

#include <stddef.h>

#include "bench/harness/machine.h"
#include "bench/harness/measured.h"

void bench_table_begin(const struct bench_measured *measured,
		       const struct bench_machine *machine);

/** One block: a row for each contender. */
void bench_table_point(const struct bench_measured *measured, size_t point);

/** Peers that are missing, and the targets. */
void bench_table_end(const struct bench_measured *measured);

#endif /* BENCH_HARNESS_TABLE_H */
