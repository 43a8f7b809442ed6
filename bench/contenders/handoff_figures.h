/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_HANDOFF_FIGURES_H
#define BENCH_CONTENDERS_HANDOFF_FIGURES_H

/* What bench_handoff and bench_blocking ask for and measure: the same. */

#include "bench/harness/bench.h"

/** As enum handoff_parameter and enum handoff_figure. */
extern const char *const handoff_parameters[];
extern const struct bench_figure handoff_figures[];

#endif /* BENCH_CONTENDERS_HANDOFF_FIGURES_H */
